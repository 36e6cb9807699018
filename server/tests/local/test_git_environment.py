"""How git finds the local Studio's host: by the environment of an app."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from git_clients import url
from sagemaker_studio_local.git import settings_of
from sagemaker_studio_local.testing import LocalStudio, app_surroundings

PUBLIC = "analytics/machine-readings"


def test_an_app_reaches_the_host_and_keeps_the_settings_of_the_person(
    local_studio: LocalStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "Somebody")
    state = local_studio.studio.state
    home, environment = app_surroundings(state, local_studio.endpoint_url)
    names = [name for name, _ in settings_of(environment)]
    assert names[0] == "user.name" and len(names) == 3
    name = subprocess.run(
        ["git", "config", "user.name"], env=environment, cwd=home, capture_output=True, text=True
    )
    assert name.stdout == "Somebody\n"
    subprocess.run(
        ["git", "clone", "-q", url(PUBLIC)], env=environment, cwd=home, check=True, timeout=60
    )
    assert (home / "machine-readings" / "readings.ipynb").exists()


def test_a_terminal_reaches_the_host_by_the_env_file(
    local_studio: LocalStudio, tmp_path: Path
) -> None:
    env_file = local_studio.studio.state / "env"
    script = f". {shlex.quote(str(env_file))} && git ls-remote {url(PUBLIC)} HEAD"
    result = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("\tHEAD\n")


@pytest.mark.parametrize("count", ["", "x", "-1"])
def test_a_count_without_sense_is_none(count: str) -> None:
    assert settings_of({"GIT_CONFIG_COUNT": count, "GIT_CONFIG_KEY_0": "a.b"}) == []
