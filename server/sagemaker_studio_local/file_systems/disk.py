"""The file systems on this machine's disk: their files, and their mounts in a space's app."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from . import ALL, FileSystem

#: As SageMaker has them, below ``/mnt`` and in the home folder.
_FOLDER = "custom-file-systems"


def mounts_of(folder: Path) -> Path:
    """What stands in for ``/mnt/custom-file-systems`` of a space.

    :param folder: the space's own, with its home volume in it.
    """
    return folder / "mnt" / _FOLDER


def prepare(state: Path) -> None:
    """Make the file systems that are not there yet, with their sample files."""
    for file_system in ALL:
        folder = _content(state, file_system.id)
        if not folder.exists():
            sample = Path(__file__).parent / "samples" / file_system.name
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(sample, part)
            part.rename(folder)
        if file_system.behaviour == "read-only":
            _set_writable(folder, False)


def release(state: Path) -> None:
    """Let the state folder be removed while no app runs: nobody removes from a read-only folder."""
    for file_system in ALL:
        folder = _content(state, file_system.id)
        if file_system.behaviour == "read-only" and folder.is_dir():
            _set_writable(folder, True)


def _content(state: Path, file_system_id: str) -> Path:
    return state / "file-systems" / file_system_id


def _set_writable(folder: Path, is_writable: bool) -> None:
    for path in [folder, *folder.rglob("*")]:
        kept = path.stat().st_mode & 0o555
        path.chmod(kept | 0o200 if is_writable else kept)


def mount(state: Path, folder: Path, home: Path, places: Iterable[str]) -> None:
    """Give a space's app exactly these file systems, and links to them in its home.

    Only links are made and removed: whatever else is there is the person's.

    :param places: such as ``efs/fs-…``, below ``custom-file-systems``.
    """
    behaviours = {one.place: one.behaviour for one in ALL}
    wanted: dict[Path, Path] = {}
    for place in places:
        point = mounts_of(folder) / place
        # One that cannot be mounted leaves a link to nothing.
        wanted[home / _FOLDER / place] = point
        content = _content(state, place.rpartition("/")[2])
        if behaviours.get(place) != "unmountable" and content.is_dir():
            wanted[point] = content
    folders = (mounts_of(folder), home / _FOLDER)
    for below in folders:
        for link in below.glob("*/*"):
            if link.is_symlink() and wanted.get(link) != Path(os.readlink(link)):
                link.unlink()
    for link, target in wanted.items():
        link.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(link):
            link.symlink_to(target)
    for below in folders:
        _remove_empty(below)


def _remove_empty(folder: Path) -> None:
    if not folder.is_dir() or folder.is_symlink():
        return
    for below in [*folder.iterdir(), folder]:
        if below.is_dir() and not below.is_symlink() and not any(below.iterdir()):
            below.rmdir()


def write_probe(state: Path, program: Path) -> None:
    """Write the program by which an app looks at its file systems (see ``probe``)."""
    # Replaced by tests and by whoever wants to see another behaviour.
    behaviours = state / "file-systems" / "behaviour.json"
    behaviours.parent.mkdir(parents=True, exist_ok=True)
    told = {one.id: _told(one) for one in ALL}
    behaviours.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    package = find_spec("jupyterlab_sagemaker_studio")
    assert package is not None and package.origin is not None
    real = Path(package.origin).parent / "filesystems" / "probe.py"
    mine = Path(__file__).with_name("probe.py")
    command = [sys.executable, "-I", "-S", str(mine), str(real), str(behaviours)]
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$1"\n', encoding="utf-8")
    program.chmod(0o755)


def _told(file_system: FileSystem) -> dict[str, object]:
    return {
        "behaviour": file_system.behaviour,
        "type": file_system.type,
        "totalBytes": file_system.capacity,
        "usedBytes": file_system.used,
    }
