"""git as a person runs it, led to the local Studio by its environment alone."""

from __future__ import annotations

import os
import subprocess
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


def git(
    studio: LocalStudio, folder: Path, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run git in a folder, asking nobody for anything; the result has its exit code and words."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = {
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
        **variables,
    }
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def cloned(studio: LocalStudio, folder: Path, *arguments: str) -> Path:
    """A clone in ``folder/clone``; AssertionError with git's words when it fails."""
    result = git(studio, folder, "clone", *arguments, "clone")
    assert result.returncode == 0, result.stderr
    return folder / "clone"
