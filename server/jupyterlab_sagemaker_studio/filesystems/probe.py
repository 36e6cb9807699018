"""Looks at one file system and prints what it finds, as JSON; run as a program of its own.

A network file system whose server is gone holds up whoever touches it, without an end. So only
this program touches one, and the Jupyter server waits for it no longer than it likes. The standard
library is all it may import: it is started often, and without site-packages.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from typing import Any

#: Seconds after which this program ends itself, should nobody wait for it any more.
_LIFETIME = 30
#: Elastic file systems (EFS) report 8 EiB; no real volume has a pebibyte.
_ELASTIC = 1 << 50
#: The mount is there and its server, or the way to it, is not.
_BROKEN = (
    errno.ESTALE,
    errno.EIO,
    errno.ENOTCONN,
    errno.ETIMEDOUT,
    errno.EHOSTDOWN,
    errno.EHOSTUNREACH,
    errno.ECONNREFUSED,
    errno.ESHUTDOWN,
    errno.ENXIO,
    errno.ENODEV,
)
_FULL = (errno.ENOSPC, errno.EDQUOT)


def look(path: str) -> dict[str, Any]:
    """What the file system at ``path`` is like, tried out.

    Members as of a mount in ``GET file-systems``: ``state``, ``reason``, ``access``,
    ``totalBytes``, ``usedBytes``, ``owner``; besides ``isMount`` and ``type`` (None if unknown).
    """
    found: dict[str, Any] = {
        "state": "mounted",
        "reason": None,
        "access": None,
        "totalBytes": None,
        "usedBytes": None,
        "owner": None,
        "isMount": False,
        "type": None,
    }
    try:
        status = os.stat(path)
        mode = f"{status.st_mode & 0o7777:04o}"
        found["owner"] = {"uid": status.st_uid, "gid": status.st_gid, "mode": mode}
        found["isMount"] = os.path.ismount(os.path.realpath(path))
        found["type"] = type_of(os.path.realpath(path))
        space = os.statvfs(path)
        total = space.f_blocks * space.f_frsize
        found["totalBytes"] = total if 0 < total < _ELASTIC else None
        found["usedBytes"] = (space.f_blocks - space.f_bfree) * space.f_frsize
    except OSError as error:
        found["reason"] = f"It cannot be reached: {_words(error)}."
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            found["state"] = "not-mounted"
            found["reason"] = "There is nothing at this place."
        elif error.errno in (errno.EACCES, errno.EPERM):
            found["access"] = "none"
        else:
            found["state"] = "broken"
        return found
    try:
        with os.scandir(path) as entries:
            next(iter(entries), None)
    except OSError as error:
        _note(found, error, "none", "It cannot be opened")
        return found
    try:
        _write(path)
        found["access"] = "read-write"
    except OSError as error:
        if error.errno in _FULL:
            _note(found, error, "read-write", "It is full")
        else:
            _note(found, error, "read-only", "Files cannot be made in it")
    return found


def _note(found: dict[str, Any], error: OSError, access: str, what: str) -> None:
    found["reason"] = f"{what}: {_words(error)}."
    if error.errno in _BROKEN:
        found["state"] = "broken"
    else:
        found["access"] = access


def _write(path: str) -> None:
    """Make a file and remove it; raises OSError where that is not possible."""
    name = os.path.join(path, f".sagemaker-studio-probe-{os.getpid()}-{os.urandom(6).hex()}")
    os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    os.unlink(name)


def _words(error: OSError) -> str:
    return error.strerror or str(error)


def type_of(path: str, table: str = "/proc/self/mountinfo") -> str | None:
    """The type of the file system a path is on (``nfs4``, ``lustre``, ``ext4``)."""
    best, kind = "", None
    try:
        with open(table, encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                before, _, after = line.partition(" - ")
                fields, facts = before.split(), after.split()
                if len(fields) < 5 or not facts:
                    continue
                point = fields[4].replace("\\040", " ").replace("\\134", "\\")
                if len(point) >= len(best) and (path + "/").startswith(point.rstrip("/") + "/"):
                    best, kind = point, facts[0]
    except OSError:
        return None
    return kind


if __name__ == "__main__":
    signal.alarm(_LIFETIME)
    print(json.dumps(look(sys.argv[1])))
