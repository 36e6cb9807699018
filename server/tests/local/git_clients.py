"""git as a person runs it, led to the local Studio by its environment alone."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from sagemaker_studio_local.git import HOST, TOKEN, USER
from sagemaker_studio_local.testing import LocalStudio


def url(repository: str, user: str = "", password: str = "") -> str:
    """The URL of a repository; with a user, as a person would put it in by hand."""
    who = f"{quote(user)}:{quote(password)}@" if user else ""
    return f"https://{who}{HOST}/{repository}"


def with_token(repository: str) -> str:
    """The URL with the host's own account."""
    return url(repository, USER, TOKEN)


def _environment(studio: LocalStudio, folder: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {
        **own,
        **studio.environment,
        "HOME": str(folder),
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.com",
    }


def git(
    studio: LocalStudio, folder: Path, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run git in a folder, asking nobody for anything; the result has its exit code and words."""
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**_environment(studio, folder), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def begun(studio: LocalStudio, folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start git in a folder and do not wait for it."""
    return subprocess.Popen(
        ["git", *arguments],
        cwd=folder,
        env=_environment(studio, folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def cloned(studio: LocalStudio, folder: Path, *arguments: str) -> Path:
    """A clone in ``folder/clone``; AssertionError with git's words when it fails."""
    result = git(studio, folder, "clone", *arguments, "clone")
    assert result.returncode == 0, result.stderr
    return folder / "clone"


def wait_until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    """AssertionError if it is not so in time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
