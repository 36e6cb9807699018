"""The local Studio's Git host, through git itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from git_clients import cloned, git, url
from sagemaker_studio_local.testing import LocalStudio

PUBLIC = "analytics/machine-readings"
PRIVATE = "analytics/demand-forecast"
LARGE = "research/image-archive"


def served(studio: LocalStudio, repository: str) -> list[dict[str, Any]]:
    requests = studio.control("GET", "git")["requests"]
    return [request for request in requests if request["repository"] == repository]


def test_a_public_repository_is_cloned_with_history_tag_and_branches(
    local_studio: LocalStudio, tmp_path: Path
) -> None:
    clone = cloned(local_studio, tmp_path, url(PUBLIC))
    assert "Machine readings" in (clone / "README.md").read_text()
    assert len((clone / "readings.csv").read_text().splitlines()) == 7 * 24 + 1
    assert len(git(local_studio, clone, "log", "--oneline").stdout.splitlines()) == 3
    assert git(local_studio, clone, "branch", "--show-current").stdout.strip() == "main"
    assert "origin/experiments" in git(local_studio, clone, "branch", "-r").stdout
    assert git(local_studio, clone, "describe", "v1.0").stdout.strip() == "v1.0"
    assert git(local_studio, clone, "fsck", "--strict").returncode == 0
    origin = git(local_studio, clone, "remote", "get-url", "origin").stdout.strip()
    assert origin == "https://git.local-studio.test/analytics/machine-readings"
    last = served(local_studio, PUBLIC)[-1]
    assert (last["service"], last["status"], last["user"]) == ("git-upload-pack", 200, None)
    assert last["bytes"] > 1000
