"""The repositories of the local Studio's Git host, made when somebody first asks for them."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import content
from .backend import git_environment

DEFAULT_BRANCH = "main"


@dataclass(frozen=True)
class Repository:
    """One repository of the host.

    :param stream: what it holds at first, for ``git fast-import``.
    :param submodule: (repository, revision) whose commit ``stream`` is given.
    :param private: whether reading it takes a user name and a token; writing always does.
    :param token_words: whether a wrong password is answered as by hosts that want a token.
    :param bytes_per_second: how fast it is sent, unless a test says otherwise; None: unlimited.
    """

    stream: Callable[..., Iterator[bytes]]
    submodule: tuple[str, str] | None = None
    private: bool = False
    token_words: bool = False
    bytes_per_second: int | None = None


#: By ``group/name``.
REPOSITORIES = {
    "analytics/machine-readings": Repository(content.machine_readings),
    "analytics/demand-forecast": Repository(content.demand_forecast, private=True),
    "platform/feature-store": Repository(
        content.feature_store, submodule=("analytics/machine-readings", "v1.0")
    ),
    "platform/password-only": Repository(content.password_only, private=True, token_words=True),
    "research/image-archive": Repository(content.image_archive, bytes_per_second=4 * 1024 * 1024),
}


class Shelf:
    """The bare repositories of one host, in ``folder`` as ``group/name.git``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._locks = {name: threading.Lock() for name in REPOSITORIES}

    def ensure(self, name: str) -> None:
        """Make a repository unless it is there. What people have pushed stays.

        OSError when there is no git, CalledProcessError when git cannot make it.
        """
        path = self.folder / f"{name}.git"
        with self._locks[name]:
            if not path.exists():
                self._make(name, path)

    def _commits_for(self, repository: Repository) -> list[str]:
        if repository.submodule is None:
            return []
        name, revision = repository.submodule
        self.ensure(name)
        command = ["git", "-C", str(self.folder / f"{name}.git"), "rev-parse"]
        found = subprocess.run(
            [*command, f"{revision}^{{commit}}"],
            env=git_environment(),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return [found.stdout.strip()]

    def _make(self, name: str, path: Path) -> None:
        repository = REPOSITORIES[name]
        commits = self._commits_for(repository)
        part = path.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        environment = git_environment()
        init = ["git", "init", "-q", "--bare", f"--initial-branch={DEFAULT_BRANCH}", "--template="]
        subprocess.run([*init, str(part)], env=environment, check=True)
        # Hosts let people clone without all blobs; random blobs are not worth compressing.
        for setting in ("uploadpack.allowFilter=true", "core.compression=0"):
            key, _, value = setting.partition("=")
            command = ["git", "-C", str(part), "config", key, value]
            subprocess.run(command, env=environment, check=True)
        command = ["git", "-C", str(part), "fast-import", "--quiet", "--depth=0"]
        with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as process:
            assert process.stdin is not None
            for piece in repository.stream(*commits):
                process.stdin.write(piece)
        if process.returncode != 0:
            raise subprocess.CalledProcessError(process.returncode, command)
        part.rename(path)
