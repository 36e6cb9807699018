"""Unpack an archive that somebody else made, without letting it reach out of its folder."""

from __future__ import annotations

import errno
import os
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from .model import TaskError
from .run import TaskRun

_CHUNK = 1024 * 1024
_MAX_MEMBERS = 100_000
_RESERVE = 64 * 1024 * 1024


def unpack(run: TaskRun, archive: Path, tree: Path, shown: str) -> list[str]:
    """Write the regular files of a tar archive below ``tree``, a folder that is not there yet.

    Answers the names of links and devices, which are left out. Raises ``UnsafeArchive`` for names
    that lead elsewhere, ``BadArchive`` for what is not an archive or is cut off.
    """
    tree.mkdir()
    room = shutil.disk_usage(tree).free - _RESERVE
    skipped: list[str] = []
    count, files = 0, 0
    try:
        with tarfile.open(archive, "r:gz" if _is_gzip(archive) else "r:") as tar:
            for member in tar:
                run.check()
                count += 1
                if count > _MAX_MEMBERS:
                    raise TaskError(
                        "UnsafeArchive", f"“{shown}” has over {_MAX_MEMBERS:,} members."
                    )
                place = _safe(member.name, shown)
                if member.isdir():
                    tree.joinpath(*place.parts).mkdir(parents=True, exist_ok=True)
                elif member.isreg() and place.parts:
                    room -= member.size
                    if room < 0:
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                    _write(run, tar, member, tree.joinpath(*place.parts))
                    files += 1
                else:
                    skipped.append(member.name)
    except (tarfile.TarError, EOFError, ValueError, zlib.error) as error:
        raise _bad(shown, error) from error
    except OSError as error:
        if error.errno is None:  # gzip's own, such as a bad checksum
            raise _bad(shown, error) from error
        raise
    run.totals(files, run.task.progress.bytes_total)
    return skipped


def _is_gzip(archive: Path) -> bool:
    with open(archive, "rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _bad(shown: str, error: Exception) -> TaskError:
    return TaskError("BadArchive", f"“{shown}” is not a complete tar archive: {error}.")


def _safe(name: str, shown: str) -> PurePosixPath:
    place = PurePosixPath(name)
    parts = place.parts
    strange = os.name == "nt" and ("\\" in name or ":" in name)
    if place.is_absolute() or ".." in parts or "\0" in name or strange:
        raise TaskError(
            "UnsafeArchive",
            f"“{shown}” has the member “{name}”, which leads out of the folder. "
            "Nothing was unpacked.",
        )
    return place


def _write(run: TaskRun, tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    content = tar.extractfile(member)
    if content is None:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        raise TaskError("UnsafeArchive", f"“{member.name}” is both a file and a folder.")
    place.unlink(missing_ok=True)  # a later member of the same name replaces the earlier
    with content, open(place, "xb") as file:
        while chunk := content.read(_CHUNK):
            run.check()
            file.write(chunk)
    if member.mode & 0o100:
        mode = place.stat().st_mode  # after the umask
        place.chmod(mode | (mode & 0o444) >> 2)  # who may read it may run it
    if member.mtime > 0:
        os.utime(place, (member.mtime, member.mtime))
