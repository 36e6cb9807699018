"""Running git: no shell, no terminal, its own process group, and nothing but https, ssh and
CodeCommit, whatever a repository or its submodules ask for."""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import AwsError
from .progress import Progress

_LOOK_SECONDS = 0.25  # how soon a cancel is noticed
_CHUNK = 65536

# Of one repository, or tracing: the trace of a transfer would hold what was signed in with.
_DROPPED = {
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CURL_VERBOSE",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REDIRECT_STDERR",
    "GIT_REDIRECT_STDIN",
    "GIT_REDIRECT_STDOUT",
    "GIT_WORK_TREE",
    "LANGUAGE",
}


@dataclass(frozen=True)
class Outcome:
    """How a git command ended; ``words`` is its standard error without counts."""

    status: int
    output: str
    words: str


def find_git() -> str:
    """The path of git, else ``GitMissing`` (501)."""
    git = shutil.which("git")
    if git is None:
        raise AwsError(
            "GitMissing",
            "There is no git on this server.",
            status=501,
            hint="Install git in the space's image, or in a terminal: conda install git.",
            ambiguous=False,
        )
    return git


def environment(askpass: str = "") -> dict[str, str]:
    """Variables for git; ``askpass`` is the program that answers its questions, "" for none."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _DROPPED and not name.startswith("GIT_TRACE")
    }
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "https:ssh:codecommit",
        "GIT_ASKPASS": askpass,
        "SSH_ASKPASS": askpass,
        "SSH_ASKPASS_REQUIRE": "force" if askpass else "never",
    }


def run(
    arguments: list[str],
    env: dict[str, str],
    *,
    check: Callable[[], None],
    progress: Progress,
    started: Callable[[int], None] = lambda _: None,
    cwd: str | None = None,
) -> Outcome:
    """Run git to its end, however long that takes; ``check`` may raise, which kills it.

    :param started: told the process id, which is the id of its group and session as well.
    """
    process = subprocess.Popen(
        [find_git(), *arguments],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        started(process.pid)
        output = _read(process, progress, check)
        return Outcome(process.wait(), output, progress.finish())
    except BaseException:
        kill_group(process.pid)
        process.wait()
        raise
    finally:
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _read(process: subprocess.Popen[bytes], progress: Progress, check: Callable[[], None]) -> str:
    output: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        takers: list[tuple[Any, Callable[[bytes], None]]] = [
            (process.stdout, output.append),
            (process.stderr, progress.feed),
        ]
        for pipe, take in takers:
            selector.register(pipe, selectors.EVENT_READ, take)
        while selector.get_map():
            check()
            for key, _ in selector.select(_LOOK_SECONDS):
                data = os.read(key.fd, _CHUNK)
                if data:
                    key.data(data)
                else:
                    selector.unregister(key.fileobj)
            # A helper that git left running (credential-cache's daemon) may keep the pipes open.
            if process.poll() is not None and not selector.select(0):
                break
    return b"".join(output).decode("utf-8", "replace")


def kill_group(group: int) -> None:
    """Kill git and all it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def feed(arguments: list[str], env: dict[str, str], text: str, seconds: float) -> bool:
    """Run git with some input in a session of its own; whether it went well.

    It may leave a daemon behind (credential-cache does), which gets no pipe of ours.
    """
    try:
        done = subprocess.run(
            [find_git(), *arguments],
            env=env,
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            timeout=seconds,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
