"""The local Studio's Git host, through git itself."""

from __future__ import annotations

import os
import socket
import ssl
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import psutil
import pytest
from git_clients import begun, cloned, git, url, wait_until, with_token
from sagemaker_studio_local.git import HOST, USER
from sagemaker_studio_local.testing import LocalStudio

PUBLIC = "analytics/machine-readings"
PRIVATE = "analytics/demand-forecast"
SUBMODULES = "platform/feature-store"
TOKEN_ONLY = "platform/password-only"
LARGE = "research/image-archive"


def served(studio: LocalStudio, repository: str) -> list[dict[str, Any]]:
    requests = studio.control("GET", "git")["requests"]
    return [request for request in requests if request["repository"] == repository]


def children() -> list[str]:
    """The programs that work for the Git host."""
    return [child.name() for child in psutil.Process().children(recursive=True)]


def test_a_public_repository_has_history_a_tag_and_branches(
    local_studio: LocalStudio, tmp_path: Path
) -> None:
    clone = cloned(local_studio, tmp_path, url(PUBLIC))
    assert "Machine readings" in (clone / "README.md").read_text()
    assert len((clone / "readings.csv").read_text().splitlines()) == 7 * 24 + 1
    assert len(git(local_studio, clone, "log", "--oneline").stdout.splitlines()) == 3
    assert git(local_studio, clone, "branch", "--show-current").stdout.strip() == "main"
    assert "origin/experiments" in git(local_studio, clone, "branch", "-r").stdout
    assert git(local_studio, clone, "fsck", "--strict").returncode == 0
    last = served(local_studio, PUBLIC)[-1]
    assert (last["service"], last["status"], last["user"]) == ("git-upload-pack", 200, None)
    assert last["bytes"] > 1000


def test_a_tag_a_branch_and_little_history_can_be_asked_for(
    local_studio: LocalStudio, tmp_path: Path
) -> None:
    options = ["--branch", "v1.0", "--depth", "1"]
    clone = cloned(local_studio, tmp_path, *options, f"{url(PUBLIC)}.git")
    assert git(local_studio, clone, "describe", "--tags").stdout.strip() == "v1.0"
    assert len(git(local_studio, clone, "log", "--oneline").stdout.splitlines()) == 1
    result = git(local_studio, tmp_path, "clone", "--branch", "nothing", url(PUBLIC), "other")
    assert result.returncode == 128
    assert "Remote branch nothing not found in upstream origin" in result.stderr


def test_the_notebooks_run(local_studio: LocalStudio, tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    clone = cloned(local_studio, tmp_path, with_token(PRIVATE))
    notebook = nbformat.read(clone / "forecast.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=60).execute()
    assert notebook.cells[-1].outputs[0].text == "next week: 164\n"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (url(PRIVATE), "could not read Username for 'https://git.local-studio.test'"),
        (url(PRIVATE, USER, "old"), "remote: Access denied. The user name or the token is wrong"),
        (url(PRIVATE, "other", "x"), f"Authentication failed for 'https://{HOST}/{PRIVATE}/'"),
        (url(TOKEN_ONLY, USER, "hunter2"), "remote: Password authentication is not supported"),
        (url("analytics/nothing"), f"repository 'https://{HOST}/analytics/nothing/' not found"),
    ],
)
def test_what_is_refused(
    local_studio: LocalStudio, tmp_path: Path, address: str, words: str
) -> None:
    result = git(local_studio, tmp_path, "clone", address, "clone")
    assert result.returncode == 128
    assert words in result.stderr
    assert not (tmp_path / "clone").exists()


def test_the_token_opens_what_a_password_does_not(
    local_studio: LocalStudio, tmp_path: Path
) -> None:
    assert (cloned(local_studio, tmp_path, with_token(TOKEN_ONLY)) / "README.md").exists()
    requests = served(local_studio, TOKEN_ONLY)
    assert [(r["user"], r["status"]) for r in requests[:2]] == [(None, 401), (USER, 200)]


def test_a_submodule_comes_from_the_same_host(local_studio: LocalStudio, tmp_path: Path) -> None:
    clone = cloned(local_studio, tmp_path, "--recurse-submodules", url(SUBMODULES))
    assert (clone / "features.py").exists()
    assert (clone / "readings" / "readings.ipynb").exists()
    described = git(local_studio, clone / "readings", "describe", "--tags").stdout.strip()
    assert described == "v1.0"


def test_who_has_a_token_pushes_and_nobody_else(
    running_studio: LocalStudio, tmp_path: Path
) -> None:
    clone = cloned(running_studio, tmp_path, url(PUBLIC))
    (clone / "large.bin").write_bytes(os.urandom(3 * 1024 * 1024))
    git(running_studio, clone, "add", ".")
    assert git(running_studio, clone, "commit", "-m", "More").returncode == 0
    refused = git(running_studio, clone, "push", "origin", "HEAD:refs/heads/mine")
    assert "could not read Username" in refused.stderr
    # Larger than git's buffer: it comes in chunks.
    pushed = git(running_studio, clone, "push", with_token(PUBLIC), "HEAD:refs/heads/mine")
    assert pushed.returncode == 0, pushed.stderr
    heads = git(running_studio, clone, "ls-remote", "--heads", url(PUBLIC)).stdout
    assert "refs/heads/mine" in heads
    gone = git(running_studio, clone, "push", with_token(PUBLIC), ":refs/heads/mine")
    assert gone.returncode == 0, gone.stderr


def test_the_large_one_is_as_large_as_it_says_and_can_be_fast(
    local_studio: LocalStudio, tmp_path: Path
) -> None:
    local_studio.control("POST", "git", {"repository": LARGE, "bytesPerSecond": None})
    clone = cloned(local_studio, tmp_path, url(LARGE))
    files = list(clone.glob("images/**/*.bin"))
    assert len(files) >= 300
    assert served(local_studio, LARGE)[-1]["bytes"] >= 60_000_000
    commits = git(local_studio, clone, "rev-list", "--count", "HEAD").stdout
    assert int(commits) > 50


def test_it_is_sent_as_slowly_as_asked_for(local_studio: LocalStudio, tmp_path: Path) -> None:
    def seconds(name: str) -> float:
        started = time.monotonic()
        assert git(local_studio, tmp_path, "clone", "-q", url(PUBLIC), name).returncode == 0
        return time.monotonic() - started

    # The pack has 4 KB.
    local_studio.control("POST", "git", {"repository": PUBLIC, "bytesPerSecond": 2000})
    assert seconds("slow") > 1.5
    assert local_studio.control("GET", "git")["limits"][PUBLIC]["bytesPerSecond"] == 2000
    assert local_studio.control("GET", "git")["limits"][LARGE]["bytesPerSecond"] == 4 * 1024 * 1024


def test_a_transfer_breaks_where_asked_for(local_studio: LocalStudio, tmp_path: Path) -> None:
    local_studio.control("POST", "git", {"repository": LARGE, "bytesPerSecond": None})
    local_studio.control("POST", "git", {"repository": LARGE, "cutAfterBytes": 5_000_000})
    result = git(local_studio, tmp_path, "clone", url(LARGE), "clone")
    assert result.returncode == 128
    assert "RPC failed" in result.stderr and "early EOF" in result.stderr
    assert served(local_studio, LARGE)[-1]["bytes"] == 5_000_000
    wait_until(lambda: not any(name.startswith("git") for name in children()))


def test_a_host_that_fails(local_studio: LocalStudio, tmp_path: Path) -> None:
    local_studio.control("POST", "git", {"repository": PUBLIC, "status": 500})
    result = git(local_studio, tmp_path, "clone", url(PUBLIC), "clone")
    assert "The requested URL returned error: 500" in result.stderr
    local_studio.control("POST", "git", {"repository": PUBLIC, "status": None})
    cloned(local_studio, tmp_path, url(PUBLIC))


@pytest.mark.parametrize(
    "body",
    [
        {"repository": "nothing"},
        {"repository": PUBLIC, "speed": 3},
        {"repository": PUBLIC, "bytesPerSecond": 0},
        {"repository": PUBLIC, "cutAfterBytes": -1},
        {"repository": PUBLIC, "status": True},
        {"repository": PUBLIC, "status": 200},
        [],
    ],
)
def test_control_requests_without_sense(local_studio: LocalStudio, body: Any) -> None:
    before = local_studio.control("GET", "git")["limits"]
    with pytest.raises(HTTPError) as raised:
        local_studio.control("POST", "git", body)
    assert raised.value.code == 400
    assert local_studio.control("GET", "git")["limits"] == before


def test_a_client_that_goes_away_leaves_no_process(
    local_studio: LocalStudio, tmp_path: Path
) -> None:
    local_studio.control("POST", "git", {"repository": LARGE, "bytesPerSecond": 2000})
    with begun(local_studio, tmp_path, "clone", "-q", url(LARGE), "clone") as client:
        wait_until(lambda: any(r["bytes"] > 3000 for r in served(local_studio, LARGE)))
        assert any(name.startswith("git-http") for name in children())
        client.terminate()
    wait_until(lambda: not any(name.startswith("git") for name in children()))
    last = served(local_studio, LARGE)[-1]
    assert last["isOver"] and last["bytes"] < 100_000


def test_the_proxy_leads_nowhere_else(local_studio: LocalStudio) -> None:
    proxy = local_studio.environment["GIT_CONFIG_VALUE_0"].removeprefix("http://")
    for request in (
        b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
        b"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
        f"GET /{PUBLIC}/info/refs HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode(),
    ):
        name, _, port = proxy.partition(":")
        with socket.create_connection((name, int(port)), timeout=10) as connection:
            connection.sendall(request)
            status = connection.recv(4096).split()[1]
        assert status in (b"403", b"404")


def test_the_certificate_is_needed_and_the_keys_are_private(
    local_studio: LocalStudio, tmp_path: Path
) -> None:
    environment = dict(local_studio.environment)
    authority = Path(environment["GIT_CONFIG_VALUE_1"])
    nobody = {"GIT_CONFIG_VALUE_1": os.devnull, "GIT_SSL_CAINFO": os.devnull}
    result = git(local_studio, tmp_path, "ls-remote", url(PUBLIC), **nobody)
    assert result.returncode == 128
    assert "certificate" in result.stderr.lower()
    assert b"PRIVATE KEY" not in authority.read_bytes()
    for file in authority.parent.glob("*.pem"):
        assert file.stat().st_mode & 0o077 == 0
    # Other clients than git trust it too.
    proxies = urllib.request.ProxyHandler({"https": environment["GIT_CONFIG_VALUE_0"]})
    context = ssl.create_default_context(cafile=str(authority))
    opener = urllib.request.build_opener(proxies, urllib.request.HTTPSHandler(context=context))
    with opener.open(f"{url(PUBLIC)}/info/refs?service=git-upload-pack", timeout=10) as answer:
        assert answer.read().startswith(b"001e# service=git-upload-pack")


def test_without_git_the_host_says_what_is_missing(
    local_studio: LocalStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", str(tmp_path))
    result = git(local_studio, tmp_path, "ls-remote", url(LARGE), PATH=path)
    assert "503" in result.stderr
