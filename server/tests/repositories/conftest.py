"""A Git server, a Secrets Manager, and a task manager of a person with nothing set up."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from aws_fake import ENVIRON, serve_fake_aws
from clone_desk import CloneDesk
from git_server import TOKEN, USER, add_submodule, commit, git, serve_git
from jupyter_core.utils import ensure_event_loop


@pytest.fixture(scope="session")
def hosting(tmp_path_factory):
    """The Git server, slow to start."""
    with serve_git(tmp_path_factory.mktemp("hosting")) as server:
        work = server.make("team/models")
        commit(work, forecast__ipynb=b"{}")
        git("tag", "v1.0", cwd=work)
        git("push", "-q", "origin", "main", "v1.0", cwd=work)
        git("checkout", "-q", "-b", "experiments", cwd=work)
        commit(work, new__py=b"x")
        git("push", "-q", "origin", "experiments", cwd=work)
        server.make("team/private", private=True)
        large = server.make("team/large")
        for number in range(8):
            commit(large, **{f"{number}-{part}__bin": os.urandom(2**17) for part in range(8)})
        git("push", "-q", "origin", "main", cwd=large)
        whole = server.make("team/whole")
        for name in ("models", "private"):
            add_submodule(whole, f"../{name}", f"parts/{name}", server.folder / "team" / name)
        git("push", "-q", "origin", "main", cwd=whole)
        yield server


@pytest.fixture
def server(hosting):
    """The Git server without faults."""
    hosting.rate = hosting.cut_after = hosting.accepts = None
    hosting.refusal = (401, "Invalid user name or token.")
    hosting.accounts = {USER: TOKEN}
    hosting.moved.clear()
    hosting.served.clear()
    return hosting


@pytest.fixture
def short_folder():
    """An empty folder with a path short enough for the address of a socket."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def person(server, tmp_path, monkeypatch):
    """The person's home; git is as new in it, but trusts the server."""
    home = tmp_path / "person"
    home.mkdir()
    for name, value in {**ENVIRON, **server.environment(), "HOME": str(home)}.items():
        monkeypatch.setenv(name, value)
    for name in ("GIT_SSL_CAINFO", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "SSH_AUTH_SOCK"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def aws():
    """An AWS that knows no secret, until told."""
    with serve_fake_aws() as fake:
        fake.answer = lambda _: (
            400,
            {"x-amzn-requestid": "request-17"},
            b'{"__type": "AccessDeniedException", "message": "not yours"}',
        )
        yield fake


@pytest.fixture(scope="module")
def jp_asyncio_loop():
    """One loop for a module."""
    loop = ensure_event_loop(prefer_selector_loop=True)
    yield loop
    loop.close()


@pytest.fixture
def desk(aws, person, tmp_path, jp_asyncio_loop):
    """A task manager for an empty root."""
    root = tmp_path / "root"
    root.mkdir()

    async def make():
        return CloneDesk(aws, root, tmp_path / "state")

    desk = jp_asyncio_loop.run_until_complete(make())
    yield desk
    jp_asyncio_loop.run_until_complete(desk.close())
