"""What the probe tells of a folder, tried on real ones; failures of the kernel are injected."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from jupyterlab_sagemaker_studio.filesystems import probe


def fails(code):
    def fail(*_args, **_more):
        raise OSError(code, os.strerror(code))

    return fail


#: Becomes somebody else when it is root, who may write everywhere.
AS_NOBODY = """
import json, os, runpy, sys
look = runpy.run_path(sys.argv[1])["look"]
os.chdir(sys.argv[2])
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
print(json.dumps(look(".")))
"""


def run(path, *program):
    """What the program says, started as the server does."""
    command = [sys.executable, "-I", "-S", *program, probe.__file__, str(path)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=30)
    return json.loads(done.stdout)


def test_a_folder_that_can_be_written(tmp_path):
    found = run(tmp_path)
    disk = os.statvfs(tmp_path)
    assert (found["state"], found["access"], found["reason"]) == ("mounted", "read-write", None)
    assert found["totalBytes"] == disk.f_blocks * disk.f_frsize
    assert 0 < found["usedBytes"] < found["totalBytes"]
    status = tmp_path.stat()
    owner = {"uid": status.st_uid, "gid": status.st_gid, "mode": f"{status.st_mode & 0o7777:04o}"}
    assert found["owner"] == owner
    assert found["isMount"] is False and found["type"]
    assert list(tmp_path.iterdir()) == []


def test_a_mount():
    found = run("/proc")
    assert (found["isMount"], found["type"]) == (True, "proc")
    assert found["access"] == "read-only" and found["totalBytes"] is None


def test_a_folder_of_somebody_else(tmp_path):
    tmp_path.chmod(0o555)
    found = run(tmp_path, "-c", AS_NOBODY)
    assert (found["state"], found["access"]) == ("mounted", "read-only")
    assert found["reason"] == "Files cannot be made in it: Permission denied."
    assert found["owner"]["mode"] == "0555"


def test_a_folder_that_may_not_be_opened(tmp_path):
    tmp_path.chmod(0o311)
    found = run(tmp_path, "-c", AS_NOBODY)
    assert (found["state"], found["access"]) == ("mounted", "none")
    assert found["reason"] == "It cannot be opened: Permission denied."
    tmp_path.chmod(0o700)


def test_nothing_there(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "gone", tmp_path / "link", tmp_path / "file" / "below"):
        found = run(path)
        assert (found["state"], found["access"]) == ("not-mounted", None)
        assert found["reason"]


@pytest.mark.parametrize(
    "call,code,state,access",
    [
        ("stat", errno.ESTALE, "broken", None),
        ("stat", errno.ETIMEDOUT, "broken", None),
        ("stat", errno.EACCES, "mounted", "none"),
        ("statvfs", errno.EIO, "broken", None),
        ("scandir", errno.ENOTCONN, "broken", None),
        ("scandir", errno.EACCES, "mounted", "none"),
        ("open", errno.EROFS, "mounted", "read-only"),
        ("open", errno.EPERM, "mounted", "read-only"),
        ("open", errno.ENOSPC, "mounted", "read-write"),
        ("open", errno.EDQUOT, "mounted", "read-write"),
        ("open", errno.ESTALE, "broken", None),
    ],
)
def test_failures(tmp_path, monkeypatch, call, code, state, access):
    monkeypatch.setattr(probe, "type_of", lambda path: "nfs4")
    monkeypatch.setattr(os.path, "realpath", lambda path: path)
    monkeypatch.setattr(os, call, fails(code))
    found = probe.look(str(tmp_path))
    assert (found["state"], found["access"]) == (state, access)
    assert os.strerror(code) in found["reason"]


def test_an_elastic_file_system_has_no_size(tmp_path, monkeypatch):
    # What EFS reports: 8 EiB, of which a little is used.
    told = SimpleNamespace(f_blocks=1 << 43, f_bfree=(1 << 43) - 7, f_frsize=1 << 20)
    monkeypatch.setattr(os, "statvfs", lambda path: told)
    found = probe.look(str(tmp_path))
    assert (found["totalBytes"], found["usedBytes"]) == (None, 7 << 20)


def test_type_by_the_longest_mount_point(tmp_path):
    table = tmp_path / "mountinfo"
    table.write_text(
        "1 0 0:1 / / rw - overlay overlay rw\n"
        "2 1 0:2 / /home rw - ext4 /dev/x rw\n"
        "3 2 0:3 / /home/my\\040data rw shared:1 - nfs4 host:/ rw\n"
        "broken\n"
    )
    for path, kind in (
        ("/home/my data/a", "nfs4"),
        ("/home/my data", "nfs4"),
        ("/home/my", "ext4"),
        ("/homes", "overlay"),
    ):
        assert probe.type_of(path, str(table)) == kind
    assert probe.type_of("/home", str(tmp_path / "none")) is None
