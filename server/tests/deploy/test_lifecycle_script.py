"""The lifecycle configuration as Studio runs it: bash, the space's user, an image without us."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyterlab_sagemaker_studio.deploy.lifecycle import MAX_LENGTH, Source, script
from wheels import OURS, make_ours, make_wheel, sha256

VERSION = "9.9.1"
STARTS = "JupyterLab starts without it."


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with JupyterLab, a stand-in, and pip."""
    root = tmp_path_factory.mktemp("image")
    subprocess.run([sys.executable, "-m", "venv", str(root / "venv")], check=True)
    lab = make_wheel(root, "jupyterlab", "4.5.0", {"jupyterlab/__init__.py": ""})
    folder = root / "venv" / "bin"
    pip = [str(folder / "python"), "-m", "pip", "install", "-q", "--no-index", str(lab)]
    subprocess.run(pip, check=True)
    (folder / "jupyter-lab").write_text("#!/bin/sh\n")
    (folder / "jupyter-lab").chmod(0o755)
    return folder


@pytest.fixture
def space(image: Path, tmp_path: Path) -> Iterator[Space]:
    space = Space(image, tmp_path)
    yield space
    space.python("-m", "pip", "uninstall", "-q", "-y", OURS, "extra-of-ours")


class Space:
    """Where a script runs; it has no network but what a test serves."""

    def __init__(self, image: Path, folder: Path) -> None:
        self.image = image
        self.home = folder / "home"
        self.home.mkdir()
        self.path = f"{image}{os.pathsep}/usr/bin{os.pathsep}/bin"
        self.environment: dict[str, str] = {}

    def run(self, source: Source) -> str:
        """What the script logs. It must end well whatever happens."""
        done = subprocess.run(
            ["bash", "-c", script(source)],
            env={
                "PATH": self.path,
                "HOME": str(self.home),
                # A port nobody listens on: no way out of the space.
                "https_proxy": "http://127.0.0.1:9",
                "no_proxy": "127.0.0.1",
                **self.environment,
            },
            cwd=self.home,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert list(self.home.rglob("*.whl")) == []
        return done.stdout + done.stderr

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.image / "python"), *arguments], capture_output=True, text=True
        )

    def installed(self) -> str:
        """The version of ours in the image, empty without one."""
        code = f"import importlib.metadata as m; print(m.version('{OURS}'))"
        return self.python("-c", code).stdout.strip()


def source_of(file: Path, **fields: Any) -> Source:
    return Source(**{"version": VERSION, "sha256": sha256(file), "wheel": str(file), **fields})


def test_it_installs_once_and_then_does_nothing(space: Space, tmp_path: Path) -> None:
    source = source_of(make_ours(tmp_path, VERSION))
    assert f"installed {VERSION} into {space.image.parent}" in space.run(source)
    assert space.installed() == VERSION
    assert space.run(source) == f"jupyterlab-sagemaker-studio: {VERSION} is there already\n"


def test_an_older_version_is_replaced(space: Space, tmp_path: Path) -> None:
    space.run(source_of(make_ours(tmp_path, "9.9.0"), version="9.9.0"))
    assert "(was 9.9.0)" in space.run(source_of(make_ours(tmp_path, VERSION)))
    assert space.installed() == VERSION


def test_a_wheelhouse_brings_what_the_image_lacks_without_internet(
    space: Space, tmp_path: Path
) -> None:
    house = tmp_path / "house"
    wheel = make_ours(house, VERSION, app="import extra_of_ours", requires="extra-of-ours")
    make_wheel(house, "extra_of_ours", "1.0", {"extra_of_ours.py": ""})
    log = space.run(source_of(wheel, wheel="", wheelhouse=str(house)))
    assert "installed" in log and space.installed() == VERSION


def test_another_wheel_than_the_one_promised_is_not_installed(space: Space, tmp_path: Path) -> None:
    wheel = make_ours(tmp_path, VERSION)
    log = space.run(source_of(wheel, sha256="0" * 64))
    assert f"the wheel has the SHA-256 {sha256(wheel)}, not {'0' * 64}" in log
    assert STARTS in log and space.installed() == ""


def test_without_network_the_log_says_so(space: Space, tmp_path: Path) -> None:
    wheel = make_ours(tmp_path, VERSION)
    address = f"https://example.org/{wheel.name}"
    for fields in ({"wheel": address}, {"wheel": "", "index": "https://example.org/simple"}):
        log = space.run(source_of(wheel, **fields))
        assert "the wheel could not be fetched" in log
        assert STARTS in log and space.installed() == ""


def test_a_missing_dependency_that_cannot_be_fetched_leaves_all_as_it_was(
    space: Space, tmp_path: Path
) -> None:
    wheel = make_ours(tmp_path, VERSION, requires="extra-of-ours")
    log = space.run(source_of(wheel))
    assert "pip failed" in log and "extra-of-ours" in log
    assert STARTS in log and space.installed() == ""


def test_what_cannot_be_imported_is_removed_again(space: Space, tmp_path: Path) -> None:
    log = space.run(source_of(make_ours(tmp_path, VERSION, app="raise RuntimeError('not here')")))
    assert "could not be imported" in log and "not here" in log
    assert STARTS in log and space.installed() == ""


def test_a_broken_pip_does_not_matter_to_jupyterlab(space: Space, tmp_path: Path) -> None:
    (tmp_path / "pip.py").write_text("raise SystemExit('pip is broken')")
    space.environment["PYTHONPATH"] = str(tmp_path)
    log = space.run(source_of(make_ours(tmp_path, VERSION)))
    assert "pip is broken" in log
    assert STARTS in log and space.installed() == ""


def test_without_jupyterlab_nothing_is_touched(space: Space, tmp_path: Path) -> None:
    other = tmp_path / "other"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(other)], check=True)
    # Only the tools the script itself needs: other Pythons of the machine may have JupyterLab.
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "dirname", "timeout"):
        found = shutil.which(tool)
        assert found
        (tools / tool).symlink_to(found)
    space.path = f"{other / 'bin'}{os.pathsep}{tools}"
    log = space.run(source_of(make_ours(tmp_path, VERSION)))
    assert "no Python with JupyterLab was found" in log and STARTS in log


def test_in_recovery_mode_nothing_is_installed(space: Space, tmp_path: Path) -> None:
    space.environment["SAGEMAKER_RECOVERY_MODE"] = "true"
    log = space.run(source_of(make_ours(tmp_path, VERSION)))
    assert "recovery mode" in log and space.installed() == ""


def test_what_takes_too_long_is_given_up(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyterlab_sagemaker_studio.deploy import lifecycle

    monkeypatch.setattr(lifecycle, "LIMIT", 3)
    (tmp_path / "pip.py").write_text("import time; time.sleep(60)")
    space.environment["PYTHONPATH"] = str(tmp_path)
    log = space.run(source_of(make_ours(tmp_path, VERSION)))
    assert "the time limit of 3 seconds is over" in log and STARTS in log


def test_an_index_is_asked_for_the_version(space: Space, tmp_path: Path) -> None:
    pages = tmp_path / "simple" / "jupyterlab-sagemaker-studio"
    wheel = make_ours(pages, VERSION)
    (pages / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
    handler = functools.partial(Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        index = f"http://127.0.0.1:{server.server_port}/simple"
        assert "installed" in space.run(source_of(wheel, wheel="", index=index))
    finally:
        server.shutdown()
        server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Requests are not news."""


def test_the_script_is_short_enough_and_keeps_no_secret() -> None:
    long = "s3://bucket/" + "folder/" * 50 + "wheel.whl"
    assert len(script(Source(VERSION, "a" * 64, wheel=long))) < MAX_LENGTH
    with pytest.raises(ValueError, match="credentials"):
        Source(VERSION, "a" * 64, index="https://user:secret@example.org/simple")
    with pytest.raises(ValueError, match="credentials"):
        Source(VERSION, "a" * 64, wheel="https://b.s3.amazonaws.com/w.whl?X-Amz-Signature=1")
    with pytest.raises(ValueError, match="SHA-256"):
        Source(VERSION, "abc", wheel="s3://b/w.whl")


@pytest.mark.parametrize("running", [True, False])
def test_jupyter_is_restarted_only_where_it_runs_already(
    space: Space, tmp_path: Path, running: bool
) -> None:
    stub = tmp_path / "stub" / "jupyter_server"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as jupyter:
        port = jupyter.getsockname()[1]
        if not running:
            jupyter.close()
        servers = f"def list_running_servers(): return [{{'port': {port}}}]"
        (stub / "serverapp.py").write_text(servers)
        restart = tmp_path / "bin" / "restart-jupyter-server"
        restart.parent.mkdir()
        restart.write_text(f"#!/bin/sh\ntouch {tmp_path}/restarted\n")
        restart.chmod(0o755)
        space.path = f"{space.path}{os.pathsep}{restart.parent}"
        space.environment["PYTHONPATH"] = str(stub.parent)
        assert "installed" in space.run(source_of(make_ours(tmp_path, VERSION)))
    assert (tmp_path / "restarted").exists() == running


def test_values_are_quoted() -> None:
    text = script(Source(VERSION, "a" * 64, wheel="s3://b/$(touch hacked)/w.whl"))
    assert "WHEEL='s3://b/$(touch hacked)/w.whl'" in text
