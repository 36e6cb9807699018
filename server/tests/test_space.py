"""What only this machine knows, and what its user may do with it."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from jupyterlab_sagemaker_studio.space import idle, local
from tornado.httpclient import HTTPClientError

MONITOR = "jupyter_activity_monitor_extension"


@pytest.fixture
def idle_file(tmp_path, monkeypatch):
    """Where the activity file is."""
    path = tmp_path / "idle" / "last-active"
    path.parent.mkdir()
    monkeypatch.setenv("SAGEMAKER_STUDIO_IDLE_FILE", str(path))
    return path


@pytest.fixture(autouse=True)
def commands(tmp_path, monkeypatch):
    """A folder for commands of the image; it has none of them."""
    folder = tmp_path / "commands"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


@pytest.fixture
def monitored(jp_serverapp, monkeypatch):
    """An image with the idle check."""
    extensions = {
        **jp_serverapp.extension_manager.extensions,
        MONITOR: SimpleNamespace(enabled=True),
    }
    manager = SimpleNamespace(extensions=extensions)
    monkeypatch.setattr(jp_serverapp, "extension_manager", manager)


@pytest.fixture
def fetch(idle_file, jp_fetch):
    async def ask(method="GET", path="", body=None):
        parts = ("sagemaker-studio", "space", *([path] if path else []))
        try:
            answer = await jp_fetch(
                *parts,
                method=method,
                body=None if body is None else json.dumps(body),
                allow_nonstandard_methods=True,
            )
        except HTTPClientError as error:
            return error.code, json.loads(error.response.body)["error"]
        return answer.code, json.loads(answer.body)

    return ask


def time_of(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


def now():
    return datetime.now(timezone.utc)


async def test_facts(fetch, jp_root_dir, jp_fetch, commands):
    code, space = await fetch()
    context = json.loads((await jp_fetch("sagemaker-studio", "context")).body)
    assert code == 200 and space["bootId"] == context["bootId"]
    assert timedelta() <= now() - time_of(space["startedAt"]) < timedelta(minutes=2)
    home, disk = space["home"]["value"], os.statvfs(jp_root_dir)
    assert home["path"] == str(jp_root_dir)
    assert home["totalBytes"] == disk.f_blocks * disk.f_frsize
    assert 0 < home["usedBytes"] < home["totalBytes"]
    assert space["scratch"] is None
    assert space["idle"]["canKeepAwake"]["value"] is None
    assert MONITOR in space["idle"]["canKeepAwake"]["reason"]
    assert space["idle"]["keepAwakeUntil"] is None
    assert space["idle"]["maxKeepAwakeMinutes"] == 720
    assert space["canRestartJupyter"]["value"] is None
    assert "restart-jupyter-server" in space["canRestartJupyter"]["reason"]


async def test_scratch_space_and_a_home_that_is_gone(fetch, jp_serverapp, monkeypatch):
    monkeypatch.setattr(local, "SCRATCH", "/")  # something that is mounted
    _, space = await fetch()
    assert space["scratch"]["path"] == "/" and space["scratch"]["totalBytes"] > 0
    monkeypatch.setattr(type(jp_serverapp), "root_dir", "/not/there")
    _, space = await fetch()
    assert space["home"]["value"] is None and "No such file" in space["home"]["reason"]


@pytest.mark.parametrize("content", [None, "", "yesterday", "\xff", "x" * 1000])
async def test_without_any_activity(fetch, idle_file, content):
    if content is not None:
        idle_file.write_text(content, encoding="latin-1")
    _, space = await fetch()
    assert space["idle"]["lastActiveAt"]["value"] is None
    assert space["idle"]["lastActiveAt"]["reason"]


async def test_activity_file(fetch, idle_file):
    idle_file.write_text("2026-01-02T03:04:05.678Z\n")
    _, space = await fetch()
    expected = {"value": "2026-01-02T03:04:05.678Z", "source": str(idle_file)}
    assert space["idle"]["lastActiveAt"] == expected


async def test_activity_file_that_is_a_link(fetch, idle_file, tmp_path):
    (tmp_path / "elsewhere").write_text("2026-01-02T03:04:05.678Z")
    idle_file.symlink_to(tmp_path / "elsewhere")
    _, space = await fetch()
    assert space["idle"]["lastActiveAt"]["value"] is None


async def test_kernels_and_terminals(fetch, idle_file, jp_serverapp, monkeypatch):
    idle_file.write_text("2026-01-01T00:00:00.0Z")
    kernels = [{"id": "k", "execution_state": "idle", "last_activity": "2026-01-02T00:00:00.5Z"}]
    terminals = [{"name": "1", "last_activity": "2026-01-01T12:00:00.000000Z"}]
    monkeypatch.setattr(jp_serverapp.kernel_manager, "list_kernels", lambda: kernels)
    manager = SimpleNamespace(list=lambda: terminals)
    monkeypatch.setitem(jp_serverapp.web_app.settings, "terminal_manager", manager)
    _, space = await fetch()
    assert space["idle"]["lastActiveAt"] == {
        "value": "2026-01-02T00:00:00.500Z",
        "source": "a kernel",
    }
    terminals[0]["last_activity"] = "2026-01-03T00:00:00Z"
    _, space = await fetch()
    assert space["idle"]["lastActiveAt"]["source"] == "a terminal"
    kernels[0]["execution_state"] = "busy"
    _, space = await fetch()
    assert space["idle"]["lastActiveAt"]["source"] == "a busy kernel"
    assert now() - time_of(space["idle"]["lastActiveAt"]["value"]) < timedelta(minutes=1)


async def test_kernel_that_is_just_being_started(fetch, jp_serverapp, monkeypatch):
    def list_kernels():
        # What Jupyter's manager does with one whose process runs and whose channels don't yet.
        raise AttributeError("last_activity")

    monkeypatch.setattr(jp_serverapp.kernel_manager, "list_kernels", list_kernels)
    status, space = await fetch()
    assert status == 200
    assert space["idle"]["lastActiveAt"]["source"] == "a busy kernel"


async def test_getting_writes_nothing(fetch, idle_file, monitored, jp_serverapp):
    before = jp_serverapp.web_app.settings.get("api_last_activity")
    await fetch()
    assert list(idle_file.parent.iterdir()) == []
    assert jp_serverapp.web_app.settings.get("api_last_activity") == before


# Keeping awake.


async def test_keep_awake(fetch, idle_file, monitored, monkeypatch):
    monkeypatch.setattr(idle, "WRITE_SECONDS", 0.05)
    code, space = await fetch("POST", "keep-awake", {"minutes": 30})
    assert code == 200 and space["idle"]["canKeepAwake"] == {"value": True, "source": MONITOR}
    left = time_of(space["idle"]["keepAwakeUntil"]) - now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    first = time_of(idle_file.read_text())
    assert now() - first < timedelta(minutes=1)
    await asyncio.sleep(0.3)
    assert time_of(idle_file.read_text()) > first
    assert stat.S_IMODE(idle_file.stat().st_mode) & 0o444 == 0o444
    assert os.listdir(idle_file.parent) == [idle_file.name]
    code, space = await fetch("POST", "keep-awake", {"minutes": 5})  # the last word counts
    assert time_of(space["idle"]["keepAwakeUntil"]) - now() <= timedelta(minutes=5)
    code, space = await fetch("DELETE", "keep-awake")
    assert code == 200 and space["idle"]["keepAwakeUntil"] is None
    last = idle_file.read_text()
    await asyncio.sleep(0.3)
    assert idle_file.read_text() == last
    assert (await fetch("DELETE", "keep-awake"))[0] == 200  # twice does no harm


async def test_keep_awake_ends_by_itself(fetch, idle_file, monitored, jp_serverapp):
    await fetch()
    awake = jp_serverapp.web_app.settings["jupyterlab_sagemaker_studio"].space.awake
    await awake.begin(0.3 / 60)
    until = awake.until
    await asyncio.sleep(0.8)
    assert awake.until is None
    assert abs(time_of(idle_file.read_text()) - until) < timedelta(milliseconds=2)
    _, space = await fetch()
    assert space["idle"]["keepAwakeUntil"] is None


async def test_keep_awake_never_goes_back_in_time(fetch, idle_file, monitored):
    later = (now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    idle_file.write_text(later)
    assert (await fetch("POST", "keep-awake", {"minutes": 1}))[0] == 200
    assert idle_file.read_text() == later


@pytest.mark.parametrize("garbled", ["soon", "", "2026-99-99T00:00:00Z"])
async def test_keep_awake_replaces_what_is_no_time(fetch, idle_file, monitored, garbled):
    idle_file.write_text(garbled)
    await fetch("POST", "keep-awake", {"minutes": 1})
    assert now() - time_of(idle_file.read_text()) < timedelta(minutes=1)


async def test_keep_awake_does_not_follow_a_link(fetch, idle_file, monitored, tmp_path):
    (tmp_path / "precious").write_text("kept")
    idle_file.symlink_to(tmp_path / "precious")
    assert (await fetch("POST", "keep-awake", {"minutes": 1}))[0] == 200
    assert (tmp_path / "precious").read_text() == "kept"
    assert time_of(idle_file.read_text()) and not idle_file.is_symlink()


@pytest.mark.parametrize(
    "body",
    [{}, {"minutes": 0}, {"minutes": 721}, {"minutes": "5"}, {"minutes": True}, {"minutes": None}]
    + [{"minutes": 5, "seconds": 1}, {"minutes": -1}, {"minutes": float("nan")}],
)
async def test_minutes_out_of_bounds(fetch, idle_file, monitored, body):
    code, error = await fetch("POST", "keep-awake", body)
    assert (code, error["code"]) == (400, "ValidationException")
    assert not idle_file.exists()


async def test_keep_awake_where_nobody_would_notice(fetch, idle_file):
    code, error = await fetch("POST", "keep-awake", {"minutes": 5})
    assert (code, error["code"]) == (501, "NotAvailable")
    assert MONITOR in error["message"] and not idle_file.exists()


async def test_file_that_cannot_be_written(fetch, idle_file, monitored):
    idle_file.parent.rmdir()
    code, error = await fetch("POST", "keep-awake", {"minutes": 5})
    assert (code, error["code"]) == (507, "KeepAwakeFailed")
    assert str(idle_file) in error["message"]
    assert (await fetch())[1]["idle"]["keepAwakeUntil"] is None


async def test_activity_monitor_of_studio_reads_it(fetch, idle_file, monitored):
    """Its form: strptime with this format, from an open file."""
    await fetch("POST", "keep-awake", {"minutes": 5})
    datetime.strptime(idle_file.read_text().strip(), "%Y-%m-%dT%H:%M:%S.%fZ")


# Restarting Jupyter.


async def test_restart_jupyter(fetch, commands, tmp_path):
    command = commands / "restart-jupyter-server"
    command.write_text(f"#!/bin/sh\nps -o sid= -p $$ > {tmp_path}/session\n")
    command.chmod(0o755)
    _, space = await fetch()
    assert space["canRestartJupyter"] == {"value": True, "source": str(command)}
    assert (await fetch("POST", "restart-jupyter"))[0] == 202
    for _ in range(200):
        if (tmp_path / "session").exists() and (tmp_path / "session").read_text():
            break
        await asyncio.sleep(0.02)
    # A session of its own: it is not stopped with the server.
    assert int((tmp_path / "session").read_text()) != os.getsid(0)


async def test_image_that_cannot_restart_jupyter(fetch):
    code, error = await fetch("POST", "restart-jupyter")
    assert (code, error["code"]) == (501, "NotAvailable")
    assert error["message"] == "This image has no command restart-jupyter-server."


async def test_recovery_mode(jp_fetch, monkeypatch):
    for value, expected in (("true", True), ("false", False)):
        monkeypatch.setenv("SAGEMAKER_RECOVERY_MODE", value)
        body = json.loads((await jp_fetch("sagemaker-studio", "context")).body)
        assert body["isRecoveryMode"] is expected
