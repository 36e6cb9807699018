"""Which files may be staged, and the requests that are refused."""

from __future__ import annotations

import os

import pytest
from jupyterlab_sagemaker_studio.errors import AwsError
from jupyterlab_sagemaker_studio.operations import require
from jupyterlab_sagemaker_studio.tasks.model import TaskError
from jupyterlab_sagemaker_studio.tasks.paths import Root, without_repeats
from jupyterlab_sagemaker_studio.tasks.spec import read_request, read_spec


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    (folder / "dir").mkdir()
    (folder / ".env").write_text("secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "passwd").write_text("root")
    (folder / "out-file").symlink_to(tmp_path / "outside" / "passwd")
    (folder / "out-dir").symlink_to(tmp_path / "outside")
    (folder / "dangling").symlink_to(folder / "gone")
    (folder / "inside").symlink_to(folder / "a.txt")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("gone.txt", "FileMissing"),
        ("dangling", "FileMissing"),
        ("a.txt/b", "FileMissing"),
        ("dir", "NotAFile"),
        ("", "NotAFile"),
        ("pipe", "NotAFile"),
        ("out-file", "OutsideRoot"),
        ("out-dir/passwd", "OutsideRoot"),
        ("../outside/passwd", "InvalidPath"),
        ("/etc/passwd", "InvalidPath"),
        ("RTC:/etc/passwd", "InvalidPath"),
        ("a\0b", "InvalidPath"),
        (".env", "HiddenFile"),
        ("dir/.git/config", "HiddenFile"),
    ],
)
def test_refused_by_name(home, path, code):
    with pytest.raises(TaskError) as refused:
        Root(home).plan_file(path, "key")
    assert refused.value.code == code
    if code not in ("InvalidPath", "NotAFile"):
        assert path in refused.value.message


def test_unreadable(home, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may read everything
    with pytest.raises(TaskError, match="“a.txt” cannot be read: permission denied"):
        Root(home).plan_file("a.txt", "key")


def test_found(home):
    root = Root(home)
    assert root.plan_file("RTC:a.txt", "k").size == 1
    assert root.plan_file("./dir//../a.txt".replace("dir//../", ""), "k").path == "a.txt"
    linked = root.plan_file("inside", "k")
    assert linked.path == "inside" and linked.real.endswith("a.txt")
    assert Root(home, allow_hidden=True).plan_file(".env", "k").size == 6


@pytest.mark.parametrize("name", ["out-file", "out-dir"])
def test_folder_with_a_way_out_is_refused(home, name):
    others = {"out-file", "out-dir", "dangling", "pipe"} - {name}
    with pytest.raises(TaskError, match=name):
        Root(home).plan_folder("", "p/", others, lambda: None)


def test_folder_is_counted_once(home):
    (home / "dir" / "up").symlink_to(home)
    (home / "dir" / "f").touch()
    (home / "again").symlink_to(home / "dir")
    away = ["out-file", "out-dir", "dangling", "pipe"]
    found = Root(home).plan_folder("RTC:", "p/", away, lambda: None)
    keys = [file.key for file in found]
    assert keys == ["p/again/f", "p/a.txt", "p/dir/f", "p/inside"] or sorted(keys) == [
        "p/a.txt",
        "p/again/f",
        "p/dir/f",
        "p/inside",
    ]
    with pytest.raises(TaskError, match="“nowhere” does not exist"):
        Root(home).plan_folder("nowhere", "", [], lambda: None)


def test_two_files_never_share_a_key(home):
    (home / "dir" / "a.txt").touch()
    root = Root(home)
    one, two = root.plan_file("a.txt", "p/a.txt"), root.plan_file("dir/a.txt", "p/a.txt")
    with pytest.raises(TaskError, match="“a.txt” and “dir/a.txt”"):
        without_repeats([one, two])
    assert without_repeats([one, one]) == [one]


@pytest.mark.parametrize("name", [b"latin-\xe9", b"line\nbreak", b"x" * 255])
def test_names_s3_cannot_keep(home, name):
    with open(os.path.join(os.fsencode(home), name), "w"):
        pass
    with pytest.raises(TaskError) as refused:
        Root(home).plan_file(os.fsdecode(name), "p" * 800 + os.fsdecode(name))
    assert refused.value.code == "InvalidFileName"


GOOD = {"bucket": "bucket", "prefix": "p/", "files": [{"path": "a"}]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bucket": None}, "spec.bucket is missing"),
        ({"bucket": 5}, "spec.bucket must be a text"),
        ({"bucket": "no/bucket"}, "not the name of an S3 bucket"),
        ({"bucket": "other"}, "do not allow the bucket"),
        ({"prefix": "p"}, "spec.prefix must end with"),
        ({"prefix": "/p/"}, "spec.prefix must end with"),
        ({"files": []}, "spec.files must name at least one file"),
        ({"files": "a"}, "spec.files must be a list"),
        ({"files": ["a"]}, "spec.files[0] must be a JSON object"),
        ({"files": [{"path": "a"}, {"path": ""}]}, "spec.files[1].path must not be empty"),
        ({"files": [{"path": "a", "name": "../b"}]}, "spec.files[0].name must be a plain"),
        ({"files": [{"path": "a", "size": 1}]}, "spec.files[0].size is not a known field"),
        ({"folder": {"path": "x", "exclude": [1]}}, "spec.folder.exclude must be a list of paths"),
        ({"createBucket": "yes"}, "spec.createBucket must be true or false"),
        ({"bucketOwner": "me"}, "spec.bucketOwner must be an AWS account id"),
        ({"then": {"service": "sagemaker", "operation": "DeleteDomain"}}, "refused"),
        ({"then": {"service": "iam", "operation": "CreateUser"}}, "refused"),
        ({"then": {"service": "s3", "operation": "PutObject"}}, "spec.then.service must be"),
        (
            {"then": {"service": "sagemaker", "operation": "CreateTrainingJob"}},
            "spec.then.input must be a JSON object",
        ),
    ],
)
def test_bad_specs(change, words):
    with pytest.raises(AwsError) as refused:
        read_spec("stage", {**GOOD, **change}, ["bucket"], lambda *call: require(*call[:2]))
    assert words in refused.value.message and 400 <= refused.value.status < 500


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "must be a JSON object"),
        ({}, "kind is missing"),
        ({"kind": "delete"}, "kind must be one of stage, sweep, results, download"),
        ({"kind": "stage", "clientToken": "short"}, "clientToken must have 8"),
        ({"kind": "stage", "clientToken": "long-enough", "title": "x" * 301}, "title must not"),
    ],
)
def test_bad_requests(body, words):
    with pytest.raises(TaskError) as refused:
        read_request(body)
    assert words in refused.value.message
