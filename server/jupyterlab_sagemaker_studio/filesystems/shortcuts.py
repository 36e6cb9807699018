"""Links in the server's root folder that lead to file systems."""

from __future__ import annotations

import os
import stat
from typing import Any

from ..errors import AwsError
from .mounts import RESERVED, Mount, is_of_file_systems, target_of

_MAX_NAME = 255


def wanted(mounts: list[Mount], body: dict[str, Any]) -> tuple[str, Mount]:
    """Name and mount of ``{"path", "name"}``.

    Raises :class:`AwsError`: ``ValidationException``, ``FileSystemNotFound``.
    """
    if set(body) != {"path", "name"}:
        raise AwsError("ValidationException", "A shortcut has a path and a name, and no more.")
    name = _name(body["name"])
    path = body["path"]
    for mount in mounts:
        if mount.path == path and mount.kind != "home":
            return name, mount
    raise AwsError("FileSystemNotFound", f"{path} is not a file system of this space.", status=404)


def make(server_root: str, name: str, mount: Mount) -> None:
    """Make a link to a mount; never over anything.

    Raises :class:`AwsError`: ``TargetExists``, ``ShortcutFailed``.
    """
    try:
        os.symlink(mount.path, os.path.join(server_root, name))
    except FileExistsError:
        raise AwsError(
            "TargetExists", f"There is something called {name} already.", status=409
        ) from None
    except OSError as error:
        raise _failed(name, "made", error) from error


def remove(server_root: str, mounts: list[Mount], body: dict[str, Any]) -> None:
    """Remove the link ``name``; nothing but a link to a file system is ever removed.

    Raises :class:`AwsError`: ``ValidationException``, ``ShortcutNotFound``, ``ShortcutFailed``.
    """
    if set(body) != {"name"}:
        raise AwsError("ValidationException", "Name the shortcut to remove, and no more.")
    name = _name(body["name"])
    link = os.path.join(server_root, name)
    known = {mount.path for mount in mounts if mount.kind != "home"}
    try:
        is_link = stat.S_ISLNK(os.lstat(link).st_mode)
        target = target_of(link) if is_link else ""
    except OSError:
        target = ""
    # That of a file system detached since leads nowhere, and is a shortcut all the same.
    if target not in known and not is_of_file_systems(target):
        raise AwsError(
            "ShortcutNotFound", f"{name} is not a shortcut to a file system.", status=404
        )
    try:
        os.unlink(link)
    except OSError as error:
        raise _failed(name, "removed", error) from error


def _name(value: Any) -> str:
    """A plain name the file browser shows, that is none of SageMaker's own links."""
    why = None
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        why = "must be a text without spaces around it"
    elif "/" in value or "\\" in value or not value.isprintable():
        why = "must not contain slashes or control characters"
    elif value.startswith("."):
        why = "must not begin with a dot: it would be hidden"
    elif len(os.fsencode(value)) > _MAX_NAME:
        why = f"must not be longer than {_MAX_NAME} bytes"
    elif value in RESERVED:
        why = "is the name of a link of SageMaker's own"
    if why is not None:
        raise AwsError("ValidationException", f"The name of a shortcut {why}.")
    assert isinstance(value, str)
    return value


def _failed(name: str, what: str, error: OSError) -> AwsError:
    return AwsError(
        "ShortcutFailed",
        f"The shortcut {name} could not be {what}: {error.strerror or error}.",
        status=507,
    )
