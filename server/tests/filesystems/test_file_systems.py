"""``GET file-systems`` and the shortcuts, with probes that really run, hang and fail."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from jupyterlab_sagemaker_studio.filesystems import local, mounts, probe, prober
from tornado.httpclient import HTTPClientError

GOOD, SLOW, HUNG, BAD = (f"fs-0123456789abcdef{n}" for n in range(4))
NAMES = {GOOD: "good", SLOW: "slow", HUNG: "hung", BAD: "bad"}

#: Stands between the server and the probe: notes each start, and misbehaves by the folder's name.
PROGRAM = """#!/bin/sh
echo "$$ $1" >> {folder}/started
env > {folder}/environment
case "$1" in
  *{hung}) sleep 60 ;;
  *{slow}) sleep 0.9 ;;
  *{bad}) echo nonsense; exit 3 ;;
esac
{python} -I -S {probe} "$1" | sed 's/"isMount": false/"isMount": true/'
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    folder = tmp_path / "mnt"
    folder.mkdir()
    monkeypatch.setenv("SAGEMAKER_STUDIO_FILE_SYSTEMS_ROOT", str(folder))
    return folder


@pytest.fixture
def program(tmp_path, monkeypatch):
    path = tmp_path / "look"
    text = PROGRAM.format(
        folder=tmp_path, hung=HUNG, slow=SLOW, bad=BAD, python=sys.executable, probe=probe.__file__
    )
    path.write_text(text)
    path.chmod(0o755)
    monkeypatch.setenv("SAGEMAKER_STUDIO_FILE_SYSTEM_PROBE", str(path))
    return path


@pytest.fixture
def mount(root):
    def make(*names):
        for name in names:
            (root / "efs" / name).mkdir(parents=True)
        return root / "efs" / names[0]

    return make


@pytest.fixture
def started(tmp_path):
    """The processes that were started to look at a file system."""

    def ask(name):
        file = tmp_path / "started"
        lines = file.read_text().splitlines() if file.exists() else []
        return [int(line.split()[0]) for line in lines if line.endswith(name)]

    return ask


@pytest.fixture
def fetch(root, jp_fetch):
    async def ask(method="GET", path="", body=None, **params):
        parts = ("sagemaker-studio", "file-systems", *([path] if path else []))
        try:
            answer = await jp_fetch(
                *parts,
                method=method,
                params=params,
                body=None if body is None else json.dumps(body),
                allow_nonstandard_methods=True,
            )
        except HTTPClientError as error:
            return error.code, json.loads(error.response.body)["error"]
        return answer.code, json.loads(answer.body or "null")

    return ask


@pytest.fixture
def look(fetch):
    """The mounts by their names, and the seconds the answer took."""

    async def ask(**params):
        begun = time.monotonic()
        code, answer = await fetch(**params)
        assert code == 200, answer
        found = {NAMES.get(row["id"], row["kind"]): row for row in answer["mounts"]}
        return found, time.monotonic() - begun

    return ask


async def longest_pause(until: asyncio.Future) -> float:
    """How long the event loop did nothing else, at most, until the future is done."""
    longest, last = 0.0, time.monotonic()
    while not until.done():
        await asyncio.sleep(0.01)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    return longest


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False


async def eventually(condition, seconds=10.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        await asyncio.sleep(0.05)


# --- what is told ---


async def test_home_only(fetch, jp_root_dir):
    code, answer = await fetch()
    assert code == 200
    assert answer["root"] == str(jp_root_dir)
    assert answer["user"] == {"uid": os.geteuid(), "gid": os.getegid()}
    (home,) = answer["mounts"]
    assert (home["kind"], home["id"], home["browserPath"]) == ("home", None, "")
    assert (home["state"], home["access"]) == ("mounted", "read-write")
    assert 0 < home["usedBytes"] < home["totalBytes"]
    assert home["checkedAt"].endswith("+00:00")


async def test_a_folder_without_a_mount(mount, look):
    """With the real probe: it sees that the folder is none."""
    path = mount(GOOD)
    found, _ = await look()
    assert found["good"]["state"] == "not-mounted"
    assert found["good"]["path"] == str(path)
    assert found["good"]["access"] is None and found["good"]["totalBytes"] is None


async def test_good_and_bad_ones(program, mount, look, jp_root_dir):
    path = mount(GOOD, BAD)
    (jp_root_dir / "data").symlink_to(path)
    found, _ = await look()
    assert (found["good"]["state"], found["good"]["access"]) == ("mounted", "read-write")
    assert (found["good"]["browserPath"], found["good"]["shortcuts"]) == ("data", ["data"])
    assert found["good"]["owner"]["uid"] == os.geteuid()
    assert found["bad"]["state"] == "not-answering"
    assert "ended with code" in found["bad"]["reason"]


async def test_an_error_file_is_told(look, jp_root_dir):
    (jp_root_dir / "user-default-efs-error.txt").write_text("Mount timed out.\n")
    found, _ = await look()
    efs = found["user-default-efs"]
    assert (efs["state"], efs["reason"]) == ("broken", "Mount timed out.")
    assert efs["checkedAt"]


async def test_a_program_that_is_not_there(monkeypatch, look):
    monkeypatch.setenv("SAGEMAKER_STUDIO_FILE_SYSTEM_PROBE", "/not/there")
    found, _ = await look()
    assert found["home"]["state"] == "not-answering"
    assert "/not/there cannot be started" in found["home"]["reason"]


async def test_probes_get_no_credentials(program, look, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-for-others")
    monkeypatch.setenv("JUPYTER_TOKEN", "not-for-others")
    await look()
    text = (tmp_path / "environment").read_text()
    assert "PATH=" in text and "not-for-others" not in text


# --- what hangs ---


async def test_a_hung_mount_holds_up_nobody(program, mount, look, jp_fetch, started):
    mount(GOOD, HUNG)
    asked = asyncio.ensure_future(look())
    pause = asyncio.ensure_future(longest_pause(asked))
    await asyncio.sleep(0.2)
    begun = time.monotonic()
    await jp_fetch("sagemaker-studio", "context")
    assert time.monotonic() - begun < 0.5 and not asked.done()
    found, seconds = await asked
    assert seconds < 1.0
    assert await pause < 0.3
    assert found["good"]["state"] == "mounted"
    assert found["hung"]["state"] == "not-answering"
    assert "has not answered" in found["hung"]["reason"]
    # It ends at its deadline, and what it has shown is kept.
    (process,) = started(HUNG)
    await eventually(lambda: not is_alive(process))
    found, seconds = await look()
    assert seconds < 0.5
    assert found["hung"]["state"] == "not-answering" and "2 seconds" in found["hung"]["reason"]
    assert len(started(HUNG)) == 1


async def test_a_slow_mount_is_told_of_later(program, mount, look, started):
    mount(SLOW)
    found, seconds = await look()
    assert found["slow"]["state"] == "not-answering" and seconds < 1.0
    found, seconds = await look()
    assert found["slow"]["state"] == "mounted" and seconds < 1.0
    assert len(started(SLOW)) == 1


async def test_a_probe_that_cannot_be_killed_is_not_followed_by_another(
    program, mount, look, started, monkeypatch
):
    mount(HUNG)
    monkeypatch.setattr(prober, "FRESH", 0.0)
    with monkeypatch.context() as context:
        context.setattr(prober.os, "killpg", lambda *_: None)
        await look()
        (process,) = started(HUNG)
        await asyncio.sleep(2.5)
        for params in ({}, {"refresh": "1"}):
            found, seconds = await look(**params)
            assert found["hung"]["state"] == "not-answering" and seconds < 1.0
        assert started(HUNG) == [process] and is_alive(process)
    os.killpg(process, signal.SIGKILL)
    await eventually(lambda: not is_alive(process))
    await asyncio.sleep(0.2)
    await look()
    assert len(started(HUNG)) == 2


async def test_more_hang_than_may_run_at_once(program, root, look):
    """The ones that answer are found behind those that do not."""
    for number in range(9):
        (root / "s3" / f"{number}-{HUNG}").mkdir(parents=True)
    (root / "s3" / "z").mkdir()
    _, seconds = await look()
    assert seconds < 1.0
    await asyncio.sleep(2.5)
    found, _ = await look()
    assert found["s3"]["path"].endswith("/z") and found["s3"]["state"] == "mounted"


async def test_a_disk_that_hangs(look, fetch, monkeypatch, jp_fetch):
    begun = time.monotonic()
    monkeypatch.setattr(mounts, "find", lambda root: time.sleep(2) or [])
    code, error = await fetch()
    assert (code, error["code"]) == (504, "NotAnswering")
    assert time.monotonic() - begun < 1.5
    await jp_fetch("sagemaker-studio", "context")


# --- how long it is kept ---


async def test_results_are_kept_for_a_while(program, mount, look, started):
    mount(GOOD)
    first, _ = await look()
    again, _ = await look()
    assert again["good"]["checkedAt"] == first["good"]["checkedAt"]
    assert len(started(GOOD)) == 1
    fresh, _ = await look(refresh="1")
    assert len(started(GOOD)) == 2 and fresh["good"]["checkedAt"] > first["good"]["checkedAt"]


async def test_two_at_a_time_share_a_look(program, mount, look, started):
    mount(SLOW)
    await asyncio.gather(look(), look(refresh="1"))
    assert len(started(SLOW)) == 1


async def test_the_server_stops_while_a_probe_hangs(program, mount, started, jp_serverapp, root):
    mount(HUNG)
    systems = local.FileSystems(str(root), jp_serverapp.log)
    await systems.describe()
    (process,) = started(HUNG)
    begun = time.monotonic()
    await systems.close()
    assert time.monotonic() - begun < 1.0
    await eventually(lambda: not is_alive(process))


# --- shortcuts ---


async def test_a_shortcut_is_made_and_removed(program, mount, fetch, look, jp_root_dir):
    path = mount(GOOD)
    made = {"path": str(path), "name": "Shared data"}
    assert await fetch("POST", "shortcut", made) == (201, {"name": "Shared data"})
    assert os.readlink(jp_root_dir / "Shared data") == str(path)
    found, _ = await look()
    assert found["good"]["shortcuts"] == ["Shared data"]
    assert await fetch("DELETE", "shortcut", {"name": "Shared data"}) == (204, None)
    assert not os.path.lexists(jp_root_dir / "Shared data") and path.is_dir()
    code, error = await fetch("DELETE", "shortcut", {"name": "Shared data"})
    assert (code, error["code"]) == (404, "ShortcutNotFound")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        " x",
        ".",
        "..",
        ".ssh",
        "a/b",
        "/etc/x",
        "..\\x",
        "a\0b",
        "a\nb",
        "x" * 256,
        "custom-file-systems",
        "user-default-efs",
        None,
        7,
        ["x"],
    ],
)
async def test_names_that_are_refused(program, mount, fetch, jp_root_dir, name):
    path = mount(GOOD)
    for method, body in (("POST", {"path": str(path), "name": name}), ("DELETE", {"name": name})):
        code, error = await fetch(method, "shortcut", body)
        assert (code, error["code"]) == (400, "ValidationException")
    assert list(jp_root_dir.iterdir()) == []


@pytest.mark.parametrize("body", [{}, {"name": "x"}, {"path": "/", "name": "x", "force": True}])
async def test_bodies_that_are_refused(fetch, body):
    code, error = await fetch("POST", "shortcut", body)
    assert (code, error["code"]) == (400, "ValidationException")


async def test_a_shortcut_leads_to_a_known_mount_only(program, mount, fetch, jp_root_dir):
    path = mount(GOOD)
    (path / "below").mkdir()
    home = str(jp_root_dir)
    for target in (f"{path}/below", f"{path}/../{GOOD}", f"{path}/", "/etc", home, "", None, ["/"]):
        code, error = await fetch("POST", "shortcut", {"path": target, "name": "x"})
        assert (code, error["code"]) == (404, "FileSystemNotFound")
    assert list(jp_root_dir.iterdir()) == []


async def test_a_shortcut_is_never_made_over_something(program, mount, fetch, jp_root_dir):
    path = mount(GOOD)
    (jp_root_dir / "file").write_text("mine")
    (jp_root_dir / "folder").mkdir()
    (jp_root_dir / "link").symlink_to("nowhere")
    for name in ("file", "folder", "link"):
        code, error = await fetch("POST", "shortcut", {"path": str(path), "name": name})
        assert (code, error["code"]) == (409, "TargetExists")
    assert (jp_root_dir / "file").read_text() == "mine"
    assert list((jp_root_dir / "folder").iterdir()) == []
    assert os.readlink(jp_root_dir / "link") == "nowhere"


async def test_no_shortcut_to_what_hangs(program, mount, fetch, jp_root_dir):
    """Whoever lists the home folder would hang as well."""
    path = mount(HUNG)
    code, error = await fetch("POST", "shortcut", {"path": str(path), "name": "x"})
    assert (code, error["code"]) == (409, "FileSystemNotUsable")
    assert "not answering" in error["message"]
    assert list(jp_root_dir.iterdir()) == []


async def test_only_shortcuts_are_removed(program, mount, fetch, jp_root_dir, tmp_path):
    path = mount(GOOD)
    (path / "data").write_text("shared")
    (jp_root_dir / "file").write_text("mine")
    (jp_root_dir / "folder").mkdir()
    (jp_root_dir / "link").symlink_to(tmp_path)
    (jp_root_dir / "into").symlink_to(path / "data")
    (jp_root_dir / "home").symlink_to(jp_root_dir)
    for name in ("file", "folder", "link", "into", "home", "nothing"):
        code, error = await fetch("DELETE", "shortcut", {"name": name})
        assert (code, error["code"]) == (404, "ShortcutNotFound")
    assert len(list(jp_root_dir.iterdir())) == 5
    # One to a file system that was detached leads nowhere, and may go.
    (jp_root_dir / "gone").symlink_to(path.with_name("fs-0fedcba9876543210"))
    assert (await fetch("DELETE", "shortcut", {"name": "gone"}))[0] == 204


async def test_who_may(fetch, jp_serverapp, monkeypatch, mount):
    path = mount(GOOD)
    asked = []
    authorizer = jp_serverapp.web_app.settings["authorizer"]

    def refuse(handler, user, action, resource):
        asked.append((action, resource))
        return False

    monkeypatch.setattr(authorizer, "is_authorized", refuse)
    for method, where, body, action in (
        ("GET", "", None, "read"),
        ("POST", "shortcut", {"path": str(path), "name": "x"}, "write"),
        ("DELETE", "shortcut", {"name": "x"}, "write"),
    ):
        code, error = await fetch(method, where, body)
        assert (code, error["code"]) == (403, "NotAuthorized")
        assert asked[-1] == (action, "sagemaker-studio")


async def test_who_is_not_signed_in(http_server_client, jp_base_url, jp_serverapp):
    for method, where in (("GET", ""), ("POST", "/shortcut"), ("DELETE", "/shortcut")):
        url = f"{jp_base_url}sagemaker-studio/file-systems{where}"
        answer = await http_server_client.fetch(
            url,
            method=method,
            raise_error=False,
            follow_redirects=False,
            allow_nonstandard_methods=True,
        )
        assert answer.code in (302, 403)
    assert jp_serverapp.web_app.settings["jupyterlab_sagemaker_studio"].file_systems is None
