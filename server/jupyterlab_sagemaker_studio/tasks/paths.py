"""Which files a task may touch: those below the server's root, and nothing a link leads out to."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .model import TaskError

# JupyterLab's collaboration drive shows the server's own files; other drives are not on its disk.
_DRIVE = re.compile(r"^RTC:")
MAX_KEY_BYTES = 1024  # Amazon S3 user guide, "Naming Amazon S3 objects"
MAX_FILES = 100_000


@dataclass(frozen=True)
class PlannedFile:
    """One file to stage: its S3 key, where it is, and how it looked when it was counted.

    :ivar number: which of the spec's ``files`` holds its text; None for a file on the disk.
    """

    key: str
    path: str  # below the root, for people
    real: str  # absolute, links resolved
    size: int  # bytes
    mtime_ns: int
    number: int | None = None

    def to_json(self) -> list[Any]:
        """A compact row for the journal."""
        row = [self.key, self.path, self.real, self.size, self.mtime_ns]
        return row if self.number is None else [*row, self.number]


class Root:
    """The server's root folder; resolves the paths people give, never outside it."""

    def __init__(self, directory: str | os.PathLike[str], *, allow_hidden: bool = False) -> None:
        self.directory = Path(os.path.realpath(directory))
        self.allow_hidden = allow_hidden

    def clean(self, path: str) -> str:
        """``RTC:data//a.csv`` -> ``data/a.csv``; refuses what can't be a path below the root."""
        text = _DRIVE.sub("", path)
        if "\0" in text:
            raise TaskError("InvalidPath", f"{path!r} is not a file name.")
        if os.name == "nt":
            text = text.replace("\\", "/")
        if text.startswith("/") or (os.name == "nt" and os.path.splitdrive(text)[0]):
            raise TaskError(
                "InvalidPath",
                f"“{path}” is an absolute path. Give it relative to the folder JupyterLab shows.",
            )
        parts = [part for part in text.split("/") if part not in ("", ".")]
        if ".." in parts:
            raise TaskError("InvalidPath", f"“{path}” leads out of the folder JupyterLab shows.")
        if not self.allow_hidden and any(part.startswith(".") for part in parts):
            raise TaskError(
                "HiddenFile",
                f"“{path}” is hidden, and this JupyterLab does not serve hidden files.",
            )
        return "/".join(parts)

    def confine(self, path: str) -> Path:
        """The resolved place of a cleaned path, which may not exist yet."""
        return self._inside(self.directory / path, path)

    def _inside(self, absolute: Path, shown: str) -> Path:
        real = Path(os.path.realpath(absolute))
        if real != self.directory and self.directory not in real.parents:
            raise TaskError(
                "OutsideRoot",
                f"“{shown}” is a symbolic link, or below one, that leads out of the folder "
                "JupyterLab shows. Copy the file into that folder.",
            )
        return real

    def relative(self, absolute: Path) -> str:
        """Path below the root, with ``/`` on every system."""
        return absolute.relative_to(self.directory).as_posix()

    def plan_file(self, path: str, key: str) -> PlannedFile:
        """One file named by the person; raises an error that names it."""
        shown = self.clean(path)
        if not shown:
            raise TaskError("NotAFile", "The server's root is a folder, not a file.")
        return self.describe(self.directory / shown, shown, key)

    def describe(self, absolute: Path, shown: str, key: str) -> PlannedFile:
        """Look at a file: there, inside the root, a regular file, readable."""
        real = self._inside(absolute, shown)
        try:
            info = os.stat(real)
        except OSError as error:
            raise reading_error(error, shown) from error
        if stat.S_ISDIR(info.st_mode):
            raise TaskError("NotAFile", f"“{shown}” is a folder, not a file.")
        if not stat.S_ISREG(info.st_mode):
            raise TaskError("NotAFile", f"“{shown}” is not a regular file (a socket or device).")
        if not os.access(real, os.R_OK):
            raise TaskError("FileUnreadable", f"“{shown}” cannot be read: permission denied.")
        check_key(key, shown)
        return PlannedFile(key, shown, str(real), info.st_size, info.st_mtime_ns)

    def plan_folder(
        self, folder: str, prefix: str, exclude: Iterable[str], check: Callable[[], None]
    ) -> list[PlannedFile]:
        """All files below a folder that are not hidden, in order of name.

        Linked folders are followed once and never in a circle. ``check`` is called now and then
        and may raise, so that a long count can be cancelled.
        """
        shown = self.clean(folder)
        top = self._inside(self.directory / shown, shown or "/")
        if not top.is_dir():
            what = "is not a folder" if top.exists() else "does not exist"
            raise TaskError("FolderMissing", f"The folder “{shown}” {what}.")
        walk = _Walk(self, {self.clean(path) for path in exclude if path}, prefix, check)
        walk.folder(top, shown, "", ())
        return walk.found


class _Walk:
    """State of one walk through a folder."""

    def __init__(
        self, root: Root, excluded: set[str], prefix: str, check: Callable[[], None]
    ) -> None:
        self.root = root
        self.excluded = excluded
        self.prefix = prefix
        self.check = check
        self.found: list[PlannedFile] = []
        self._followed: set[tuple[int, int]] = set()

    def folder(
        self, place: Path, shown: str, below: str, chain: tuple[tuple[int, int], ...]
    ) -> None:
        self.check()
        try:
            info = os.stat(place)
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
        except OSError as error:
            raise reading_error(error, shown) from error
        chain = (*chain, (info.st_dev, info.st_ino))
        for entry in entries:
            path = f"{shown}/{entry.name}" if shown else entry.name
            if entry.name.startswith(".") or path in self.excluded:
                continue
            key = below + entry.name
            if entry.is_symlink():
                self._link(Path(entry.path), path, key, chain)
            elif entry.is_dir():
                self.folder(Path(entry.path), path, key + "/", chain)
            else:
                self._file(Path(entry.path), path, key)

    def _link(self, place: Path, path: str, key: str, chain: tuple[tuple[int, int], ...]) -> None:
        target = self.root._inside(place, path)
        if not target.is_dir():
            self._file(place, path, key)
            return
        info = os.stat(target)
        identity = (info.st_dev, info.st_ino)
        if identity not in chain and identity not in self._followed:
            self._followed.add(identity)
            self.folder(target, path, key + "/", chain)

    def _file(self, place: Path, path: str, key: str) -> None:
        if len(self.found) >= MAX_FILES:
            raise TaskError(
                "TooManyFiles", f"There are more than {MAX_FILES:,} files. Leave some folders out."
            )
        self.found.append(self.root.describe(place, path, self.prefix + key))


def plan_text(number: int, content: str, name: str, key: str) -> PlannedFile:
    """A text that the spec itself holds, to be stored under a name."""
    check_key(key, name)
    return PlannedFile(key, name, "", len(content.encode()), 0, number)


def check_key(key: str, shown: str) -> None:
    """Refuse keys that S3 cannot keep byte for byte, naming the file."""
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        raise TaskError(
            "InvalidFileName", f"The name {shown!r} is not UTF-8 text; S3 cannot keep it."
        ) from None
    if length > MAX_KEY_BYTES:
        raise TaskError(
            "InvalidFileName",
            f"“{shown}” would get an S3 key of {length} bytes; {MAX_KEY_BYTES} is the most.",
        )
    if any(unicodedata.category(char) == "Cc" for char in key):
        raise TaskError("InvalidFileName", f"The name {shown!r} has control characters.")


def without_repeats(files: Iterable[PlannedFile]) -> list[PlannedFile]:
    """A file named twice is staged once; two files never end up as one S3 object."""
    seen: dict[str, PlannedFile] = {}
    for file in files:
        other = seen.setdefault(file.key, file)
        if (other.real, other.number) != (file.real, file.number):
            raise TaskError(
                "DuplicateKey",
                f"“{other.path}” and “{file.path}” would both be stored as “{file.key}”. "
                "Rename one or leave it out.",
            )
    return list(seen.values())


def reading_error(error: OSError, shown: str) -> TaskError:
    """A file that cannot be read, in words."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return TaskError("FileMissing", f"“{shown}” does not exist (any more).")
    if isinstance(error, PermissionError):
        return TaskError("FileUnreadable", f"“{shown}” cannot be read: permission denied.")
    return TaskError("FileUnreadable", f"“{shown}” cannot be read: {error.strerror or error}.")
