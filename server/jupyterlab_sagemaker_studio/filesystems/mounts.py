"""Which file systems a space has, found without touching one of them.

Only folders above the mounts are read, links, and the kernel's table of mounts: to ``stat`` a mount
whose server is gone takes for ever. What the mounts are like is for ``probe`` to find out.

Places (Developer Guide, "Adding a custom file system", "Auto-mount Amazon EFS"): mounts below
``/mnt/custom-file-systems/<efs|fsx_lustre|s3…>``, links to them in ``~/custom-file-systems`` and
``~/user-default-efs``.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

#: Where SageMaker mounts the file systems of a space; ``SAGEMAKER_STUDIO_FILE_SYSTEMS_ROOT``
#: (ours, not AWS's) names another folder.
ROOT = "/mnt/custom-file-systems"
_TABLE = "/proc/self/mountinfo"
#: Names SageMaker gives its links in the home folder.
LINKS = "custom-file-systems"
DEFAULT_EFS = "user-default-efs"
RESERVED = (LINKS, DEFAULT_EFS)

_ID = re.compile(r"(fs-[0-9a-f]{8,40})(?:_(fsap-[0-9a-f]{8,40}))?")
#: What NFS and Lustre clients call a file system of EFS or FSx.
_SOURCES = (
    ("efs", re.compile(r"(fs-[0-9a-f]{8,40})\.efs\.[\w.-]+:/")),
    ("fsx-lustre", re.compile(r"(fs-[0-9a-f]{8,40})\.fsx\.[\w.-]+@\w+:/")),
)
#: An error file of SageMaker's is read no further.
_MAX_REASON = 2000


@dataclass(frozen=True)
class Mount:
    """One file system, or the place where one should be."""

    kind: str  # "home", "efs", "fsx-lustre", "s3" or "user-default-efs"
    path: str
    id: str | None = None
    access_point_id: str | None = None
    #: For the file browser, relative to the server's root; None where that does not reach it.
    browser_path: str | None = None
    #: The kernel's table of mounts has it.
    is_listed: bool = False
    #: Type of the file system as in that table.
    type: str | None = None
    #: Names of links in the server's root that lead there; not SageMaker's own.
    shortcuts: tuple[str, ...] = field(default=())
    #: What SageMaker left in place of the mount; set where it could not be made.
    error: str | None = None


@dataclass(frozen=True)
class _Link:
    path: str
    target: str


def file_systems_root() -> str:
    """Where the file systems of this space are mounted."""
    return os.path.abspath(os.environ.get("SAGEMAKER_STUDIO_FILE_SYSTEMS_ROOT") or ROOT)


def find(server_root: str, table: str = _TABLE) -> list[Mount]:
    """The home volume and the file systems, in a stable order.

    :param server_root: the Jupyter server's root folder; absolute.
    :param table: the kernel's table of mounts.
    """
    root = file_systems_root()
    listed = dict(_listed(table))
    found = {mount.path: mount for mount in _below(root)}
    for path, (kind, source) in listed.items():
        if path not in found and (mount := _of_source(path, source)) is not None:
            found[path] = mount
        if path in found:
            found[path] = replace(found[path], is_listed=True, type=kind)
    links = list(_links(server_root))
    for link in links:
        if link.path == os.path.join(server_root, DEFAULT_EFS) and link.target in found:
            found[link.target] = replace(found[link.target], kind="user-default-efs")
    for mount in [*_missing(links, server_root), *_failed(server_root, root)]:
        found.setdefault(mount.path, mount)
    home = Mount("home", server_root, browser_path="")
    return [
        home,
        *(_reached(mount, server_root, links) for _, mount in sorted(found.items())),
    ]


def is_of_file_systems(target: str) -> bool:
    """Whether a path is where SageMaker mounts file systems, mounted or not."""
    root = file_systems_root()
    return os.path.dirname(os.path.dirname(target)) == root


def target_of(link: str) -> str:
    """Where a link leads, by its text alone; raises OSError for what is no link."""
    return os.path.normpath(os.path.join(os.path.dirname(link), os.readlink(link)))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _below(root: str) -> Iterator[Mount]:
    """What SageMaker has mounted; folders and links, which ``scandir`` tells apart unasked."""
    for folder in _entries(root):
        kind = _kind(folder.name)
        if kind is None:
            continue
        for entry in _entries(folder.path):
            match = _ID.fullmatch(entry.name)
            if match is not None:
                yield Mount(kind, entry.path, match[1], match[2])
            elif kind == "s3":
                yield Mount(kind, entry.path)


def _kind(folder: str) -> str | None:
    known = {"efs": "efs", "fsx_lustre": "fsx-lustre"}
    return known.get(folder) or ("s3" if folder.startswith("s3") else None)


def _listed(table: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """(mount point, (type, source)) of the kernel's table; see ``proc(5)``."""
    try:
        with open(table, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.readlines()
    except OSError:
        return
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, facts = before.split(" "), after.split(" ")
        if len(fields) > 4 and len(facts) > 1:
            yield _plain(fields[4]), (facts[0], _plain(facts[1]))


def _plain(text: str) -> str:
    """The table writes white space and backslashes as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def _of_source(path: str, source: str) -> Mount | None:
    """A file system mounted elsewhere: as a lifecycle script may, or in a folder of its kind."""
    folder, name = os.path.split(path)
    kind, match = _kind(os.path.basename(folder)), _ID.fullmatch(name)
    if kind and match:
        return Mount(kind, path, match[1], match[2])
    for of_source, pattern in _SOURCES:
        found = pattern.match(source)
        if found is not None:
            return Mount(of_source, path, found[1])
    return None


def _links(server_root: str) -> Iterator[_Link]:
    """Links in the root, and SageMaker's below ``custom-file-systems``."""
    folders = [server_root]
    for depth in range(3):
        below: list[str] = []
        for folder in folders:
            for entry in _entries(folder):
                if entry.name.startswith("."):
                    continue  # the file browser does not show it
                if entry.is_symlink():
                    with contextlib.suppress(OSError):  # removed meanwhile
                        yield _Link(entry.path, target_of(entry.path))
                elif (depth > 0 or entry.name == LINKS) and _is_folder(entry):
                    below.append(entry.path)
        folders = below


def _is_folder(entry: os.DirEntry[str]) -> bool:
    # A mount is told by its name and not looked at, should scandir not know what it is.
    return _ID.fullmatch(entry.name) is None and entry.is_dir(follow_symlinks=False)


def _reached(mount: Mount, server_root: str, links: list[_Link]) -> Mount:
    """The mount with the way the file browser reaches it."""
    if mount.error:
        return mount
    ways = _ways(mount.path, links)
    # SageMaker's own links first: they are there at every start.
    ways.sort(key=lambda way: (not way.startswith(os.path.join(server_root, LINKS)), way))
    if _is_within(mount.path, server_root):
        ways.insert(0, mount.path)
    shortcuts = [
        os.path.basename(link.path)
        for link in links
        if os.path.dirname(link.path) == server_root
        and link.target == mount.path
        and os.path.basename(link.path) not in RESERVED
    ]
    browser = os.path.relpath(ways[0], server_root) if ways else None
    return replace(mount, browser_path=browser, shortcuts=tuple(shortcuts))


def _ways(path: str, links: list[_Link]) -> list[str]:
    return [link.path + path[len(link.target) :] for link in links if _is_within(path, link.target)]


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _missing(links: list[_Link], server_root: str) -> Iterator[Mount]:
    """What SageMaker's links in the home folder lead to, be it there or not."""
    for link in links:
        folder, name = os.path.split(link.path)
        kind = _kind(os.path.basename(folder))
        match = _ID.fullmatch(name)
        if kind and match and os.path.dirname(folder) == os.path.join(server_root, LINKS):
            yield Mount(kind, link.target, match[1], match[2])
        elif link.path == os.path.join(server_root, DEFAULT_EFS):
            match = _ID.fullmatch(os.path.basename(link.target))
            ids = (match[1], match[2]) if match else (None, None)
            yield Mount("user-default-efs", link.target, *ids)


def _failed(server_root: str, root: str) -> Iterator[Mount]:
    """Files SageMaker left where a mount should be; their text says what went wrong."""
    for entry in _entries(server_root):
        if entry.name.startswith(DEFAULT_EFS) and entry.is_file(follow_symlinks=False):
            path = os.path.join(server_root, DEFAULT_EFS)
            yield Mount("user-default-efs", path, error=_text(entry.path))
    for folder in _entries(os.path.join(server_root, LINKS)):
        kind = _kind(folder.name)
        for entry in _entries(folder.path) if kind else ():
            match = _ID.match(entry.name)
            if match is not None and entry.is_file(follow_symlinks=False):
                path = os.path.join(root, folder.name, match[0])
                yield Mount(kind or "", path, match[1], match[2], error=_text(entry.path))


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_MAX_REASON).strip() or "The mount failed."
    except OSError as error:
        return error.strerror or str(error)
