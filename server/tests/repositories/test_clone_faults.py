"""Clones that end badly, are cancelled or cut: nothing stays of them, and the reason is told."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time

import pytest
from clone_desk import CloneDesk, sign_in
from git_server import TOKEN, USER, add_submodule, git
from jupyterlab_sagemaker_studio.repositories.desk import Desk
from jupyterlab_sagemaker_studio.tasks.model import TaskError
from processes import commands_of_git

SLOW = 400_000  # bytes a second; the large repository has 8 MiB
SLOW_SUBMODULE = 2_000  # each takes about a second, so that none goes by between two looks


def nothing_left(desk):
    """Neither files nor processes."""
    until = time.monotonic() + 3
    while commands_of_git() and time.monotonic() < until:
        time.sleep(0.1)
    assert commands_of_git() == []
    return list(desk.root.iterdir()) == []


async def failed(desk, code, url, *answers, **spec):
    end = await desk.clone(url, *answers, **spec)
    assert (end["state"], end["error"]["code"]) == ("failed", code), str(end["error"])
    assert nothing_left(desk)
    return end["error"]


async def test_progress(desk, server):
    server.rate = 4 * SLOW
    end = await desk.clone(server.url("team/large"))
    assert end["state"] == "succeeded", str(end["error"])
    phases = [shown["phase"] for shown in desk.seen]
    assert "Receiving objects" in phases and phases[-1] == "Done"
    received = [s["progress"] for s in desk.seen if s["phase"] == "Receiving objects"]
    assert {p["filesTotal"] for p in received} == {64 + 2 * 9 + 1}
    counts = [p["files"] for p in received]
    sizes = [shown["progress"]["bytes"] for shown in desk.seen]
    assert counts == sorted(counts) and sizes == sorted(sizes) and 0 < counts[0] < counts[-1]
    assert len({size for size in sizes if size}) > 3
    assert all(p["bytesTotal"] == 0 for p in received)
    assert end["result"]["bytes"] > 8 * 2**20


@pytest.mark.parametrize("moment", ["begun", "asked", "receiving", "checking out", "submodule"])
async def test_cancelled(desk, server, moment):
    server.rate = SLOW
    name, options = "team/large", {}
    reached = {
        "begun": lambda _: True,
        "asked": lambda shown: "question" in shown,
        "receiving": lambda shown: shown["progress"]["bytes"] > 100_000,
        "checking out": lambda shown: shown["progress"]["files"] > 10,
        "submodule": lambda shown: shown["phase"].startswith("Cloning submodule"),
    }[moment]
    if moment == "asked":
        name = "team/private"
    if moment == "submodule":
        name, options, server.rate = "team/whole", {"submodules": True}, SLOW_SUBMODULE
    if moment == "checking out":
        server.rate = 8 * SLOW
    options = {"submodules": False, **options}
    task = await desk.submit(url=server.url(name), directory="copy", **options)
    await desk.until(task, reached)
    begun = time.monotonic()
    await desk.manager.delete(task["id"])
    async for shown in desk.manager.watch(task["id"]):
        end = shown
    assert time.monotonic() - begun < 5
    assert end["state"] == "cancelled" and "question" not in end, str(end)
    assert nothing_left(desk)


async def test_cut_midway(desk, server):
    server.cut_after = 1_000_000
    error = await failed(desk, "TransferInterrupted", server.url("team/large"))
    assert "early EOF" in error["message"] or "RPC failed" in error["message"]
    assert "Receiving objects" not in error["message"]


@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-host.invalid"])
async def test_host_unreachable(desk, server, host):
    error = await failed(desk, "HostUnreachable", f"https://{host}/team/models")
    assert host.partition(":")[0] in error["message"] and "VPC" in error["hint"]


async def test_certificate_nobody_knows(desk, server, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_COUNT", "0")
    error = await failed(desk, "TlsFailed", server.url("team/models"))
    assert "certificate" in error["message"]


async def test_no_such_repository_or_branch(desk, server):
    await failed(desk, "RepositoryNotFound", server.url("team/nothing"))
    error = await failed(desk, "ReferenceNotFound", server.url("team/models"), reference="nope")
    assert "nope" in error["message"]


async def test_disk_full(desk, server, tmp_path, monkeypatch):
    """A volume of 2 MiB; where none can be mounted, git's words for it."""
    small = desk.root / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(small)]
    mounted = subprocess.run(mount, capture_output=True).returncode == 0
    if not mounted:
        wrapper = tmp_path / "bin" / "git"
        wrapper.parent.mkdir()
        words = "fatal: write error: No space left on device"
        # Its last argument is the folder it is to clone into.
        script = f'for last; do :; done\nmkdir "$last"\necho "{words}" >&2\nexit 128\n'
        wrapper.write_text(f"#!/bin/sh\n{script}")
        wrapper.chmod(0o755)
        monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    try:
        end = await desk.clone(server.url("team/large"), directory="small/copy")
        assert end["error"]["code"] == "DiskFull", str(end["error"])
        assert "No space left on device" in end["error"]["message"]
        assert list(small.iterdir()) == []
    finally:
        if mounted:
            subprocess.run(["umount", str(small)], check=True)


async def test_target(desk, server):
    url = server.url("team/models")
    (desk.root / "file").touch()
    (desk.root / "dangling").symlink_to("nowhere")
    (desk.root / "out").symlink_to("/")
    for directory, code, status in [
        ("file", "TargetExists", 409),
        ("dangling", "TargetExists", 409),
        ("missing/copy", "FolderMissing", 400),
        ("../copy", "InvalidPath", 400),
        ("/copy", "InvalidPath", 400),
        (".hidden", "HiddenFile", 400),
        ("out/copy", "OutsideRoot", 400),
        ("./", "ValidationException", 400),
    ]:
        with pytest.raises(TaskError) as caught:
            await desk.submit(url=url, directory=directory, submodules=False)
        assert (caught.value.code, caught.value.status) == (code, status), directory
    assert await desk.manager.list() == [] and server.served == []


async def test_one_task_for_a_folder(desk, server):
    server.rate = SLOW
    spec = {"url": server.url("team/large"), "submodules": False}
    task = await desk.submit(directory="copy", token="token-of-one", **spec)
    same = await desk.submit(directory="copy", token="token-of-one", **spec)
    assert same["id"] == task["id"]
    with pytest.raises(TaskError, match="ChangeInProgress"):
        await desk.submit(directory="RTC:./copy/", **spec)
    await desk.manager.delete(task["id"])
    await desk.end_of(task)


async def test_target_made_meanwhile(desk, server):
    server.rate = SLOW * 4
    task = await desk.submit(url=server.url("team/large"), directory="copy", submodules=False)
    await desk.until(task, lambda shown: shown["progress"]["bytes"])
    (desk.root / "copy").mkdir()
    (desk.root / "copy" / "mine").touch()
    end = await desk.end_of(task)
    assert end["error"]["code"] == "TargetExists"
    assert [path.name for path in desk.root.rglob("*")] == ["copy", "mine"]


async def test_submodules(desk, server):
    server.rate = SLOW_SUBMODULE
    end = await desk.clone(server.url("team/whole"), sign_in(USER, TOKEN), submodules=True)
    assert end["state"] == "succeeded", str(end["error"])
    parts = desk.root / "copy" / "parts"
    assert (parts / "models" / "forecast.ipynb").is_file()
    assert (parts / "private" / "README.md").is_file()
    assert git("status", "--porcelain", cwd=desk.root / "copy") == ""  # after it was renamed
    assert any(shown["phase"] == "Cloning submodule parts/models" for shown in desk.seen)
    assert len(desk.asked) == 1


@pytest.mark.parametrize("protocol", ["file", "ext"])
async def test_submodule_with_a_forbidden_protocol(desk, server, tmp_path, protocol):
    name = f"team/evil-{protocol}"
    proof = tmp_path / "proof"
    work = server.make(name)
    models = server.folder / "team" / "models"
    url = f"file://{models}" if protocol == "file" else f"ext::sh -c touch% {proof}"
    add_submodule(work, url, "evil", models)
    git("push", "-q", "origin", "main", cwd=work)
    git("config", "--global", "protocol.allow", "always", cwd=tmp_path)
    error = await failed(desk, "SubmoduleFailed", server.url(name), submodules=True)
    assert f"transport '{protocol}' not allowed" in error["message"]
    assert not proof.exists()


async def test_without_git(desk, server, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    error = await failed(desk, "GitMissing", server.url("team/models"))
    assert error["hint"]


async def test_nobody_answers(desk, server, monkeypatch):
    monkeypatch.setattr("jupyterlab_sagemaker_studio.tasks.questions.PATIENCE_SECONDS", 0.2)
    task = await desk.submit(url=server.url("team/private"), directory="copy", submodules=False)
    async for shown in desk.manager.watch(task["id"]):
        end = shown
    assert (end["state"], end["error"]["code"]) == ("failed", "NotAnswered")
    assert nothing_left(desk)


async def test_stopped_server_begins_anew(desk, server, aws, tmp_path):
    server.rate = SLOW
    task = await desk.submit(url=server.url("team/large"), directory="copy", submodules=False)
    await desk.until(task, lambda shown: shown["progress"]["bytes"] > 100_000)
    await desk.manager.stop()
    assert [path.name for path in desk.root.iterdir()] == [f".copy.{task['id']}.clone"]
    server.rate = None
    after = CloneDesk(aws, desk.root, tmp_path / "state")
    await after.manager.start()
    try:
        end = await after.end_of(task)
        assert end["state"] == "succeeded", str(end["error"])
        assert [path.name for path in desk.root.iterdir()] == ["copy"]
    finally:
        await after.close()


@pytest.mark.parametrize("renamed", [True, False])
async def test_stopped_between_the_last_steps(desk, server, aws, tmp_path, renamed):
    """What is complete is kept, whichever name it has."""
    url, state = server.url("team/models"), tmp_path / "state"
    await desk.clone(url, directory="other")
    task = await desk.submit(url=url, directory="copy", submodules=False, token="token-of-copy")
    await desk.end_of(task)
    await desk.manager.stop()
    record = state / f"{task['id']}.json"
    text = record.read_text()
    (state / f"{task['id']}.spec.json").write_text(
        f'{{"url": "{url}", "directory": "copy", "submodules": false}}'
    )
    record.write_text(text.replace('"state": "succeeded"', '"state": "running"'))
    if not renamed:
        (desk.root / "copy").rename(desk.root / f".copy.{task['id']}.clone")
    server.served.clear()
    after = CloneDesk(aws, desk.root, state)
    await after.manager.start()
    try:
        end = await after.end_of(task)
        assert end["state"] == "succeeded" and server.served == [], str(end)
        assert sorted(path.name for path in desk.root.iterdir()) == ["copy", "other"]
        assert len(end["result"]["commit"]) == 40
    finally:
        await after.close()


async def test_stopped_while_it_removed(desk, server, aws, tmp_path):
    state = tmp_path / "state"
    task = await desk.submit(url=server.url("team/nothing"), directory="copy", submodules=False)
    await desk.end_of(task)
    await desk.manager.stop()
    record = state / f"{task['id']}.json"
    text = record.read_text()
    assert '"step": "undo"' in text and '"ending": "failed"' in text
    record.write_text(text.replace('"state": "failed"', '"state": "running"'))
    (state / f"{task['id']}.spec.json").write_text('{"directory": "copy"}')
    (desk.root / f".copy.{task['id']}.clone" / "left").mkdir(parents=True)
    after = CloneDesk(aws, desk.root, state)
    await after.manager.start()
    try:
        end = await after.end_of(task)
        assert (end["state"], end["error"]["code"]) == ("failed", "RepositoryNotFound")
        assert list(desk.root.iterdir()) == []
    finally:
        await after.close()


async def test_stays_responsive(desk, server):
    """The event loop never waits for git."""
    server.rate = SLOW
    task = await desk.submit(url=server.url("team/large"), directory="copy", submodules=False)
    await desk.until(task, lambda shown: shown["progress"]["bytes"])
    late = 0.0
    for _ in range(20):
        begun = time.monotonic()
        await asyncio.sleep(0.02)
        late = max(late, time.monotonic() - begun - 0.02)
    await desk.manager.delete(task["id"])
    await desk.end_of(task)
    assert late < 0.5


def test_desk_leaves_no_folder(short_folder, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(short_folder))
    desk = Desk(lambda _: None)
    assert [desk.folder] == list(short_folder.iterdir())
    assert oct(desk.folder.stat().st_mode & 0o777) == "0o700"
    desk.close()
    assert list(short_folder.iterdir()) == []


async def test_long_folder_for_temporary_files(desk, server, tmp_path, monkeypatch):
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    end = await desk.clone(server.url("team/private"), sign_in(USER, TOKEN))
    assert end["state"] == "succeeded", str(end["error"])


async def test_no_folder_for_temporary_files(desk, server, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    error = await failed(desk, "StateUnavailable", server.url("team/models"))
    assert "/nowhere" in error["message"] and error["hint"]
