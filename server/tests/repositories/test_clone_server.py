"""Clones by a real Jupyter server: its routes, its death, and where a token can be found."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError

import pytest
from clone_desk import SECRET_ARN, secret_answer, sign_in
from git_server import TOKEN, USER, commit, git
from processes import commands_of_git

sys.path.append(str(Path(__file__).parents[1] / "tasks"))
from tasks_server import Jupyter  # noqa: E402

SLOW = 400_000


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def jupyter(aws, person, root, tmp_path):
    server = Jupyter(aws, root, tmp_path)
    yield server
    if server.process.poll() is None:
        server.stop()


def post(jupyter, url, token="token-of-clone", **spec):
    spec = {"url": url, "directory": "copy", "submodules": False, **spec}
    body = {"kind": "clone", "clientToken": token, "title": "Clone", "spec": spec}
    return jupyter.call("POST", "tasks", body)


def until(jupyter, task, reached):
    for _ in range(300):
        shown = jupyter.call("GET", f"tasks/{task['id']}")
        if reached(shown):
            return shown
        time.sleep(0.05)
    raise AssertionError(f"still {shown}")


def refusal(call, *arguments, **more):
    with pytest.raises(HTTPError) as caught:
        call(*arguments, **more)
    return caught.value.code, json.loads(caught.value.read())["error"]["code"]


def answer(jupyter, task, question, given):
    body = {"question": question, "answer": given}
    return jupyter.call("POST", f"tasks/{task['id']}/answer", body)


def test_answer_route(jupyter, server, root):
    task = post(jupyter, server.url("team/private"))
    question = until(jupyter, task, lambda shown: "question" in shown)["question"]
    assert set(question) == {"id", "kind", "host", "text"}
    listed = jupyter.call("GET", "tasks")["tasks"]
    assert listed[0]["question"] == question  # so another tab is shown it, too
    good = sign_in(USER, TOKEN)
    assert refusal(answer, jupyter, task, "f" * 32, good) == (404, "QuestionNotFound")
    assert refusal(answer, jupyter, {"id": "0" * 32}, question["id"], good)[0] == 404
    for bad in [
        "x",
        {},
        {"accept": True},
        {"passphrase": "x"},
        {**good, "keep": "forever"},
        {**good, "password": ""},
        {**good, "password": "a\nhost=evil"},
        {**good, "username": "a\0b"},
        {**good, "more": 1},
    ]:
        assert refusal(answer, jupyter, task, question["id"], bad) == (400, "ValidationException")
    assert answer(jupyter, task, question["id"], good) is None
    assert refusal(answer, jupyter, task, question["id"], good) == (404, "QuestionNotFound")
    assert jupyter.end_of(task["id"])["state"] == "succeeded"
    assert refusal(answer, jupyter, task, question["id"], good) == (404, "QuestionNotFound")


def test_what_is_refused_at_once(jupyter, server, root):
    for url, code in [("ext::sh", "Invalid"), ("https://me:x@host/a", "Credentials")]:
        status, found = refusal(post, jupyter, url)
        assert status == 400 and found.startswith(code)
    (root / "copy").mkdir()
    assert refusal(post, jupyter, server.url("team/models")) == (409, "TargetExists")
    for more in [
        {"depth": 0},
        {"depth": True},
        {"reference": "-x"},
        {"reference": "a..b"},
        {"reference": "a b"},
        {"secretArn": "arn:aws:s3:::bucket"},
        {"more": 1},
    ]:
        url = server.url("team/models")
        assert refusal(post, jupyter, url, **more) == (400, "ValidationException"), more


def test_same_request_after_its_end(jupyter, server):
    url = server.url("team/models")
    task = post(jupyter, url)
    assert jupyter.end_of(task["id"])["state"] == "succeeded"
    assert post(jupyter, url)["state"] == "succeeded"  # not “exists”


def test_killed_in_the_midst(aws, person, root, tmp_path, server, monkeypatch, short_folder):
    monkeypatch.setenv("TMPDIR", str(short_folder))
    server.rate = SLOW
    first = Jupyter(aws, root, tmp_path)
    try:
        task = post(first, server.url("team/large"))
        until(first, task, lambda shown: shown["progress"]["bytes"] > 200_000)
        hidden = root / f".copy.{task['id']}.clone"
        assert hidden.is_dir() and commands_of_git()
        assert list(short_folder.iterdir())
    finally:
        first.kill()
    server.rate = None
    second = Jupyter(aws, root, tmp_path)
    try:
        end = second.end_of(task["id"])
        assert end["state"] == "succeeded", str(end)
        assert [path.name for path in root.iterdir()] == ["copy"]
        assert end["progress"]["bytes"] < 9 * 2**20  # counted anew
        assert commands_of_git() == []
        assert list(short_folder.iterdir()) == []
    finally:
        second.stop()


def test_killed_while_it_asked(aws, person, root, tmp_path, server):
    first = Jupyter(aws, root, tmp_path)
    try:
        task = post(first, server.url("team/private"))
        old = until(first, task, lambda shown: "question" in shown)["question"]
    finally:
        first.kill()
    second = Jupyter(aws, root, tmp_path)
    try:
        new = until(second, task, lambda shown: "question" in shown)["question"]
        assert new["id"] != old["id"]
        answer(second, task, new["id"], sign_in(USER, TOKEN))
        assert second.end_of(task["id"])["state"] == "succeeded"
    finally:
        second.stop()


def everywhere(mark: bytes) -> list[str]:
    """Processes of ours that have something in their arguments or variables."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            environment = (folder / "environ").read_bytes()
            if b"test_token_is_nowhere" not in environment:
                continue
            if mark in environment or mark in (folder / "cmdline").read_bytes():
                found.append((folder / "cmdline").read_bytes().decode())
    return found


@pytest.mark.parametrize("source", ["secret", "answer", "session"])
def test_token_is_nowhere(jupyter, server, root, person, aws, tmp_path, source):
    """Neither in processes, nor in the log, the records, the clone or the person's home."""
    server.make(f"team/{source}", private=True)
    work = server.folder / "work" / "team" / source
    commit(work, big__bin=os.urandom(2**21))
    git("push", "-q", "origin", "main", cwd=work)
    server.rate = SLOW
    more = {}
    if source == "secret":
        aws.answer = secret_answer(USER, TOKEN)
        more = {"secretArn": SECRET_ARN}
    task = post(jupyter, server.url(f"team/{source}"), **more)
    if source != "secret":
        shown = until(jupyter, task, lambda shown: "question" in shown)
        keep = "session" if source == "session" else "no"
        answer(jupyter, task, shown["question"]["id"], sign_in(USER, TOKEN, keep))
    looks = 0
    while True:
        shown = jupyter.call("GET", f"tasks/{task['id']}")
        assert TOKEN not in json.dumps(shown)
        if shown["state"] != "running":
            break
        assert everywhere(TOKEN.encode()) == []
        looks += any("remote-https" in command for command in commands_of_git())
        time.sleep(0.05)
    assert shown["state"] == "succeeded", str(shown)
    assert looks > 3  # git was there to be looked at
    assert (root / "copy" / ".git" / "config").is_file()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert tmp_path / "server.log" in files and any("tasks" in path.parts for path in files)
    assert [path for path in files if TOKEN.encode() in path.read_bytes()] == []
