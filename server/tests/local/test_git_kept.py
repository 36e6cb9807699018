"""What the Git host keeps in the state folder, and how it ends."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from git_clients import begun, git, url, wait_until
from sagemaker_studio_local import seed
from sagemaker_studio_local.control_plane import domains, user_profiles
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

PUBLIC = "analytics/machine-readings"
LARGE = "research/image-archive"


def suggested(settings: dict[str, Any]) -> list[str]:
    return [r["RepositoryUrl"] for r in settings["JupyterLabAppSettings"]["CodeRepositories"]]


def test_repositories_and_the_certificate_survive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state"
    commits, authorities = [], []
    for _ in range(2):
        with LocalStudio(state, runner=FakeRunner()) as studio:
            commits.append(git(studio, tmp_path, "ls-remote", url(PUBLIC)).stdout)
            authorities.append(Path(studio.environment["GIT_CONFIG_VALUE_1"]).read_bytes())
            text = (state / "env").read_text()
            assert "export GIT_CONFIG_COUNT=2\n" in text
    assert commits[0] == commits[1] != ""
    assert authorities[0] == authorities[1]
    with LocalStudio(tmp_path / "other", runner=FakeRunner()) as studio:
        # The same commits in every local Studio.
        assert git(studio, tmp_path, "ls-remote", url(PUBLIC)).stdout == commits[0]


def test_stopping_ends_transfers_at_once(tmp_path: Path) -> None:
    with LocalStudio(tmp_path / "state", runner=FakeRunner()) as studio:
        studio.control("POST", "git", {"repository": LARGE, "bytesPerSecond": 200_000})
        client = begun(studio, tmp_path, "clone", "-q", url(LARGE), "clone")
        wait_until(lambda: (tmp_path / "clone/.git/objects/pack").exists(), 30)
        started = time.monotonic()
    assert time.monotonic() - started < 5
    assert client.wait(10) != 0


def test_certificates_a_person_trusts_are_trusted_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "theirs.pem"
    theirs.write_text("# none\n")
    monkeypatch.setenv("GIT_SSL_CAINFO", str(theirs))
    for _ in range(2):
        with LocalStudio(tmp_path / "state", runner=FakeRunner()) as studio:
            both = Path(studio.environment["GIT_SSL_CAINFO"])
            assert both.read_text().startswith("# none\n-----BEGIN CERTIFICATE-----")
            assert both.read_text().count("BEGIN CERTIFICATE") == 1
            assert git(studio, tmp_path, "ls-remote", url(PUBLIC)).returncode == 0
        # As a local Studio started in a terminal of an app of this one.
        monkeypatch.setenv("GIT_SSL_CAINFO", str(both))
    monkeypatch.setenv("GIT_SSL_CAINFO", str(tmp_path / "nothing"))
    with LocalStudio(tmp_path / "state", runner=FakeRunner()) as studio:
        assert "GIT_SSL_CAINFO" not in studio.environment


def test_an_account_of_before_gets_what_is_new_and_loses_nothing(tmp_path: Path) -> None:
    mine = {"RepositoryUrl": "https://git.example.com/mine"}
    with LocalStudio(tmp_path, runner=FakeRunner()) as studio:
        store = studio.studio.plane.store
        store.put("seed", "version", {"version": 2})
        for name in ("demand-forecast", "password-only", "unreadable-secret"):
            store.delete("code-repository", name)
        profile_key = user_profiles.key(seed.DOMAIN_ID, "data-scientist")
        profile = store.get(user_profiles.KIND, profile_key) or {}
        store.put(user_profiles.KIND, profile_key, {**profile, "UserSettings": {}})
        domain = store.get(domains.KIND, seed.DOMAIN_ID) or {}
        own = {**domain["DefaultUserSettings"]}
        own["JupyterLabAppSettings"] = {**own["JupyterLabAppSettings"], "CodeRepositories": [mine]}
        store.put(domains.KIND, seed.DOMAIN_ID, {**domain, "DefaultUserSettings": own})
    for _ in range(2):
        with LocalStudio(tmp_path, runner=FakeRunner()) as studio:
            sagemaker = studio.client("sagemaker")
            domain = sagemaker.describe_domain(DomainId=seed.DOMAIN_ID)
            found = suggested(domain["DefaultUserSettings"])
            assert found == [mine["RepositoryUrl"], url(PUBLIC), url(LARGE)]
            profile = sagemaker.describe_user_profile(
                DomainId=seed.DOMAIN_ID, UserProfileName="data-scientist"
            )
            assert suggested(profile["UserSettings"]) == [url("platform/feature-store")]
            assert len(sagemaker.list_code_repositories()["CodeRepositorySummaryList"]) == 3
