"""Pulls: fast-forward or nothing."""

from __future__ import annotations

import re

import pytest
from clone_desk import SECRET_ARN, secret_answer, sign_in
from git_server import TOKEN, USER, commit, git
from jupyterlab_sagemaker_studio.tasks.model import TaskError


class Work:
    """A repository of this test's own, and somebody else's working tree."""

    def __init__(self, server, name):
        self.name = f"team/{name}"
        self.folder = server.make(self.name)
        self.url = server.url(self.name)

    def push(self, **files):
        head = commit(self.folder, **files)
        git("push", "-q", "origin", "main", cwd=self.folder)
        return head


@pytest.fixture
def theirs(server, request):
    return Work(server, re.sub(r"\W+", "-", request.node.name))


async def pull(desk, *answers, **spec):
    return await desk.end_of(await desk.submit("pull", **{"directory": "copy", **spec}), *answers)


async def test_fast_forward(desk, theirs):
    await desk.clone(theirs.url)
    before = git("rev-parse", "HEAD", cwd=theirs.folder)
    theirs.push(one__txt=b"1")
    after = theirs.push(two__txt=b"2")
    end = await pull(desk)
    assert end["state"] == "succeeded", str(end["error"])
    assert end["result"] == {"directory": "copy", "from": before, "to": after, "commits": 2}
    assert (desk.root / "copy" / "two.txt").read_text() == "2"
    again = await pull(desk)
    assert again["result"] == {"directory": "copy", "from": after, "to": after, "commits": 0}


@pytest.mark.parametrize("source", ["secret", "answer", "session"])
async def test_signing_in(desk, server, aws, theirs, source):
    keep = "session" if source == "session" else "no"
    server.private.add(theirs.name)
    await desk.clone(theirs.url, sign_in(USER, TOKEN, keep))
    after = theirs.push(one__txt=b"1")
    spec = {}
    if source == "secret":
        aws.answer = secret_answer(USER, TOKEN)
        spec = {"secretArn": SECRET_ARN}
    end = await pull(desk, *[sign_in(USER, TOKEN)] * (source == "answer"), **spec)
    assert end["state"] == "succeeded", str(end["error"])
    assert end["result"]["to"] == after


@pytest.mark.parametrize(
    "why", ["local changes", "diverged", "untracked", "detached", "no upstream"]
)
async def test_not_forward(desk, theirs, why):
    theirs.push(data__txt=b"1")
    await desk.clone(theirs.url)
    copy = desk.root / "copy"
    theirs.push(data__txt=b"2", new__txt=b"theirs")
    if why == "local changes":
        (copy / "data.txt").write_text("mine")
    elif why == "diverged":
        commit(copy, mine__txt=b"mine")
    elif why == "untracked":
        (copy / "new.txt").write_text("mine")
    elif why == "detached":
        git("checkout", "-q", "--detach", cwd=copy)
    else:
        git("branch", "-q", "--unset-upstream", cwd=copy)
    head, status = (git(*words, cwd=copy) for words in (["rev-parse", "HEAD"], ["status", "-s"]))
    files = {path.name: path.read_bytes() for path in copy.iterdir() if path.is_file()}
    end = await pull(desk)
    error = end["error"]
    assert (end["state"], error["code"]) == ("failed", "NotFastForward"), str(error)
    words = {
        "local changes": "data.txt",
        "diverged": "fast-forward",
        "untracked": "new.txt",
        "detached": "No branch",
        "no upstream": "follows no branch",
    }
    assert words[why] in error["message"] and "Nothing was changed" in error["hint"]
    assert git("rev-parse", "HEAD", cwd=copy) == head and git("status", "-s", cwd=copy) == status
    assert files == {p.name: p.read_bytes() for p in copy.iterdir() if p.is_file()}


async def test_faults(desk, server, theirs, tmp_path):
    for directory, code in [
        ("nothing", "FolderMissing"),
        ("", "NotARepository"),
        ("../x", "InvalidPath"),
    ]:
        with pytest.raises(TaskError) as caught:
            await desk.submit("pull", directory=directory)
        assert caught.value.code == code
    await desk.clone(theirs.url)
    copy = desk.root / "copy"
    git("remote", "set-url", "origin", str(tmp_path), cwd=copy)
    end = await pull(desk)
    assert end["error"]["code"] == "PullFailed"
    assert "transport 'file' not allowed" in end["error"]["message"]
    git("remote", "set-url", "origin", "https://127.0.0.1:1/team/x", cwd=copy)
    assert (await pull(desk))["error"]["code"] == "HostUnreachable"


async def test_cancelled(desk, server):
    url = server.url("team/large")
    git("clone", "-q", "--depth", "1", url, "copy", cwd=desk.root)
    copy = desk.root / "copy"
    git("fetch", "-q", "--unshallow", cwd=copy)
    git("reset", "-q", "--hard", "HEAD~3", cwd=copy)
    git("update-ref", "refs/remotes/origin/main", "HEAD", cwd=copy)
    git("reflog", "expire", "--expire=now", "--all", cwd=copy)
    git("gc", "-q", "--prune=now", cwd=copy)
    head = git("rev-parse", "HEAD", cwd=copy)
    server.rate = 400_000
    task = await desk.submit("pull", directory="copy")
    await desk.until(task, lambda shown: shown["progress"]["files"] > 5)
    await desk.manager.delete(task["id"])
    end = await desk.end_of(task)
    assert end["state"] == "cancelled"
    assert git("rev-parse", "HEAD", cwd=copy) == head and git("status", "-s", cwd=copy) == ""


@pytest.mark.parametrize(
    "name",
    [
        "core.sshCommand",
        "credential.helper",
        "credential.https://127.0.0.1.helper",
        "filter.x.smudge",
        "filter.a=b.process",
        "gc.recentObjectsHook",
        "gpg.program",
        "remote.origin.uploadpack",
        "http.sslVerify",
    ],
)
async def test_settings_of_the_folder_run_nothing(desk, theirs, tmp_path, name):
    await desk.clone(theirs.url)
    copy, proof = desk.root / "copy", tmp_path / "proof"
    head = git("rev-parse", "HEAD", cwd=copy)
    # From a file that is included, as a look at .git/config alone would miss it.
    git("config", "-f", str(copy / ".git" / "more"), name, f"!touch {proof}", cwd=copy)
    git("config", "include.path", "more", cwd=copy)
    if name == "credential.helper":  # one of a list, whose last is harmless
        git("config", "--add", name, "cache", cwd=copy)
    (copy / ".git" / "info" / "attributes").write_text("* filter=x\n*.csv filter=a=b\n")
    theirs.push(one__txt=b"1", two__csv=b"2")
    end = await pull(desk)
    assert (end["state"], end["error"]["code"]) == ("failed", "SettingsRefused"), str(end["error"])
    assert name.lower() in end["error"]["message"].lower() and "trust" in end["error"]["hint"]
    assert not proof.exists() and git("rev-parse", "HEAD", cwd=copy) == head


async def test_hooks_and_filters_that_only_clean_are_left_out(desk, theirs, tmp_path):
    await desk.clone(theirs.url)
    copy, proof = desk.root / "copy", tmp_path / "proof"
    for hook in ("post-merge", "post-checkout", "reference-transaction"):
        (copy / ".git" / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {proof}\n")
        (copy / ".git" / "hooks" / hook).chmod(0o755)
    for name, value in [
        ("core.fsmonitor", f"touch {proof};"),
        ("filter.nbstripout.clean", f"touch {proof}; cat"),
        ("filter.nbstripout.smudge", "cat"),
        ("filter.nbstripout.required", "true"),
        ("filter.lfs.process", "git-lfs filter-process"),
        ("credential.helper", "cache --timeout=3600"),
    ]:
        git("config", name, value, cwd=copy)
    (copy / ".git" / "info" / "attributes").write_text("*.ipynb filter=nbstripout\n")
    (copy / "README.md").touch()
    after = theirs.push(one__ipynb=b"{}")
    end = await pull(desk)
    assert end["state"] == "succeeded", str(end["error"])
    assert end["result"]["to"] == after and (copy / "one.ipynb").read_text() == "{}"
    assert not proof.exists()


@pytest.mark.parametrize("place", ["elsewhere", "root"])
async def test_files_elsewhere(desk, theirs, tmp_path, place):
    await desk.clone(theirs.url)
    theirs.push(one__txt=b"1")
    folder = tmp_path / place
    folder.mkdir(exist_ok=True)
    before = set(folder.iterdir())
    git("config", "core.worktree", str(folder), cwd=desk.root / "copy")
    end = await pull(desk)
    assert (end["state"], end["error"]["code"]) == ("failed", "NotARepository"), str(end["error"])
    assert set(folder.iterdir()) == before


async def test_odd_name(desk, theirs):
    await desk.clone(theirs.url, directory="a b ")
    after = theirs.push(one__txt=b"1")
    assert (await pull(desk, directory="a b "))["result"]["to"] == after


async def test_a_broken_clone_inside_of_another_one(desk, theirs):
    await desk.clone(theirs.url)
    head = git("rev-parse", "HEAD", cwd=desk.root / "copy")
    (desk.root / "copy" / "broken" / ".git").mkdir(parents=True)
    theirs.push(one__txt=b"1")
    end = await pull(desk, directory="copy/broken")
    assert end["state"] == "failed" and "not a git repository" in end["error"]["message"]
    assert git("rev-parse", "HEAD", cwd=desk.root / "copy") == head


async def test_the_secret_is_for_the_host_of_origin(desk, server, aws, theirs):
    """The branch follows another remote than the one the secret belongs to."""
    await desk.clone(theirs.url)
    copy = desk.root / "copy"
    git("remote", "rename", "origin", "other", cwd=copy)
    git("remote", "add", "origin", "https://git.example.com/team/forecast", cwd=copy)
    server.private.add(theirs.name)
    server.served.clear()
    aws.answer = secret_answer(USER, TOKEN)
    end = await pull(desk, None, secretArn=SECRET_ARN)
    assert end["error"]["code"] == "AuthenticationFailed"
    assert {user for _, user, _ in server.served} == {""}
