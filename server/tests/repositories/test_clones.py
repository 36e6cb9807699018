"""What is told of clones on the disk, and that their settings run nothing."""

from __future__ import annotations

import json
import os
import time

import pytest
from git_server import commit, git
from jupyterlab_sagemaker_studio.repositories import clones
from jupyterlab_sagemaker_studio.repositories.clones import Clones


@pytest.fixture
def root(person, tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def make(folder, url=None):
    """A repository with one commit."""
    folder.mkdir(parents=True)
    git("init", "-q", ".", cwd=folder)
    if url:
        git("remote", "add", "origin", url, cwd=folder)
    return commit(folder, a__txt=b"a")


async def only(root):
    listed = await Clones(root).list()
    assert listed["isComplete"] is True
    (clone,) = listed["clones"]
    return clone


async def test_clone_that_is_behind_and_changed(server, root):
    git("clone", "-q", server.url("team/models"), "models", cwd=root)
    copy = root / "models"
    git("reset", "-q", "--hard", "HEAD~1", cwd=copy)
    commit(copy, mine__txt=b"m")
    (copy / "README.md").write_text("changed")
    (copy / "a b\nc").write_text("new")
    git("mv", "mine.txt", "yours.txt", cwd=copy)
    assert await only(root) == {
        "path": "models",
        "url": server.url("team/models"),
        "branch": "main",
        "commit": git("rev-parse", "HEAD", cwd=copy),
        "upstream": "origin/main",
        "ahead": 1,
        "behind": 1,
        "changes": 3,
        "problem": None,
    }


async def test_url_without_its_credentials_and_as_it_was_given(person, root):
    make(root / "a", "https://me:secret@github.com/team/a")
    git("config", "--global", "url.https://mirror/.insteadOf", "https://github.com/", cwd=root)
    clone = await only(root)
    assert clone["url"] == "https://github.com/team/a"
    assert (clone["upstream"], clone["ahead"], clone["behind"]) == (None, None, None)


async def test_where_it_looks(root, tmp_path):
    make(root / "a" / "b" / "c")
    make(root / "a" / "b" / "d" / "too-deep")
    make(root / ".hidden" / "x")
    make(root / "node_modules" / "y")
    make(root / "top")
    make(root / "top" / "inside")
    make(tmp_path / "outside")
    (root / "link").symlink_to(tmp_path / "outside")
    listed = await Clones(root).list()
    assert [clone["path"] for clone in listed["clones"]] == ["a/b/c", "top"]


async def test_root_that_is_a_clone(root):
    git("init", "-q", ".", cwd=root)
    clone = await only(root)
    assert (clone["path"], clone["commit"], clone["changes"]) == ("", None, 0)


async def test_settings_run_nothing(root, tmp_path):
    make(root / "evil")
    evil, proof = root / "evil", tmp_path / "proof"
    program = f"sh -c 'touch {proof}; cat'"
    for name in ("core.fsmonitor", "filter.x.clean", "filter.x.process", "core.sshCommand"):
        git("config", name, program, cwd=evil)
    git("config", "filter.x.required", "true", cwd=evil)
    # Names that “-c name=value” cannot say, and one that is no UTF-8.
    with open(evil / ".git" / "config", "ab") as config:
        for name in (b"a=b", b"\xff"):
            config.write(b'[filter "%s"]\n\tclean = touch %s\n' % (name, os.fsencode(proof)))
    lines = b"* filter=x\nb.txt filter=a=b\nc.txt filter=\xff\n"
    for name in ("b.txt", "c.txt"):
        (evil / name).write_text("a")
    git("add", ".", cwd=evil)
    git("-c", "filter.x.required=false", "commit", "-q", "-m", "More", cwd=evil)
    proof.unlink(missing_ok=True)
    (evil / ".gitattributes").write_bytes(lines)
    for name in ("a.txt", "b.txt", "c.txt"):
        (evil / name).write_text("b")  # of the same size, so git has to look into it
    clone = await only(root)
    assert clone["problem"] is None and clone["changes"] == 4
    assert not proof.exists()


async def test_broken_one_is_told(root):
    make(root / "good")
    make(root / "broken")
    (root / "broken" / ".git" / "HEAD").write_text("nonsense")
    git("init", "-q", ".", cwd=root)  # which the broken one must not be taken for
    _, broken, good = (await Clones(root).list())["clones"]
    assert "not a git repository" in broken["problem"] and broken["changes"] is None
    assert good["problem"] is None


async def test_slow_one_does_not_keep_the_others(root, tmp_path, monkeypatch):
    make(root / "fast")
    make(root / "slow")
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    real = clones.process.find_git()
    wrapper.write_text(f'#!/bin/sh\ncase $PWD in */slow) sleep 60;; esac\nexec {real} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(clones, "_EACH_SECONDS", 0.5)
    begun = time.monotonic()
    fast, slow = (await Clones(root).list())["clones"]
    assert fast["problem"] is None and "did not answer" in slow["problem"]
    assert time.monotonic() - begun < 5


async def test_limits(root, monkeypatch):
    for name in "abc":
        make(root / name)
    monkeypatch.setattr(clones, "MAX_CLONES", 2)
    listed = await Clones(root).list()
    assert (len(listed["clones"]), listed["isComplete"]) == (2, False)
    monkeypatch.setattr(clones, "TOTAL_SECONDS", 0.0)
    assert (await Clones(root).list())["isComplete"] is False


async def test_route(jp_fetch, jp_root_dir, person):
    make(jp_root_dir / "models")
    answer = await jp_fetch("sagemaker-studio", "repositories", "clones")
    (clone,) = json.loads(answer.body)["clones"]
    assert clone["path"] == "models"


async def test_without_git(jp_fetch, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Exception, match="501") as caught:
        await jp_fetch("sagemaker-studio", "repositories", "clones")
    error = json.loads(caught.value.response.body)["error"]
    assert error["code"] == "GitMissing" and error["hint"]
