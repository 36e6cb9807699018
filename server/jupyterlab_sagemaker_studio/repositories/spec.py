"""Is the request for a clone or a pull well-formed, and is its folder as it must be?"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from ..tasks.model import TaskError
from ..tasks.paths import Root
from ..tasks.spec import Fields, invalid
from . import url

_MAX_PATH = 4096
_MAX_DEPTH = 1_000_000
# Rules of `git check-ref-format`, stricter: what a branch or tag of a hosting service may be.
_REFERENCE = re.compile(
    r"^(?![-/.])(?!.*(?:\.\.|//|@\{|/\.|\.lock(?:/|$)))[^\x00-\x20\x7f~^:?*\[\\]+$"
)
# Amazon SageMaker API reference, GitConfig.SecretArn.
_SECRET = re.compile(r"^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S{1,512}$")


def read_clone(fields: Fields) -> dict[str, Any]:
    """The checked spec of a clone."""
    address = fields.text("url", longest=url.LONGEST, empty=True)
    url.parse(address)
    spec: dict[str, Any] = {
        "url": address,
        "directory": _directory(fields),
        "submodules": fields.flag("submodules"),
    }
    if fields.get("reference") is not None:
        reference = fields.text("reference", longest=255)
        if not _REFERENCE.match(reference) or reference.endswith(("/", ".")):
            raise invalid("spec.reference", "is not the name of a branch or tag")
        spec["reference"] = reference
    depth = fields.get("depth")
    if depth is not None:
        if isinstance(depth, bool) or not isinstance(depth, int) or not 1 <= depth <= _MAX_DEPTH:
            raise invalid("spec.depth", "must be a whole number of commits, 1 or more")
        spec["depth"] = depth
    return _end(fields, spec)


def read_pull(fields: Fields) -> dict[str, Any]:
    """The checked spec of a pull; its folder may be the root itself."""
    return _end(fields, {"directory": _directory(fields, empty=True)})


def check_target(root: Root, directory: str) -> Path:
    """Where a clone goes: inside the root, in a folder that is there, under a free name."""
    shown = root.clean(directory)
    parent, _, name = shown.rpartition("/")
    folder = root.confine(parent)
    if not folder.is_dir():
        raise TaskError("FolderMissing", f"The folder “{parent}” does not exist.")
    target = folder / name
    if os.path.lexists(target):
        raise TaskError(
            "TargetExists",
            f"There is a “{shown}” already.",
            status=409,
            hint="Choose another name for the folder.",
        )
    return target


def check_clone(root: Root, directory: str) -> Path:
    """The folder of a clone: inside the root, and git's."""
    shown = root.clean(directory)
    folder = root.confine(shown)
    if not folder.is_dir():
        raise TaskError("FolderMissing", f"The folder “{shown or '/'}” does not exist.")
    if not os.path.lexists(folder / ".git"):
        raise TaskError("NotARepository", f"“{shown or '/'}” is not a clone of a Git repository.")
    return folder


def _directory(fields: Fields, *, empty: bool = False) -> str:
    """One spelling for one folder, so that two tasks never work on the same."""
    text = fields.text("directory", longest=_MAX_PATH, empty=empty)
    if text.startswith("/"):
        return text  # refused with the words for absolute paths
    parts = [part for part in text.removeprefix("RTC:").split("/") if part not in ("", ".")]
    if not parts and not empty:
        raise invalid("spec.directory", "must name a new folder")
    return "/".join(parts)


def _end(fields: Fields, spec: dict[str, Any]) -> dict[str, Any]:
    if fields.get("secretArn") is not None:
        secret = fields.text("secretArn", longest=2048)
        if not _SECRET.match(secret):
            raise invalid("spec.secretArn", "must be the ARN of a Secrets Manager secret")
        spec["secretArn"] = secret
    fields.end()
    return spec
