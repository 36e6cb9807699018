"""The lifecycle configuration that installs this extension: one bash script, filled in."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

#: Characters of a lifecycle configuration's script (CreateStudioLifecycleConfig: base64 of it).
MAX_LENGTH = 16_384
#: Seconds the script gives itself; Studio ends it, and the start of the app, after 300.
LIMIT = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Source:
    """Where a space gets the wheel from; exactly one of the three.

    :param version: of the extension.
    :param sha256: of its wheel, in hexadecimal; whatever else comes is not installed.
    :param wheel: ``s3://…/name.whl``, ``https://…/name.whl`` or a path that spaces can read.
    :param index: address of a package index; empty means pip's own, if the others are empty.
    :param wheelhouse: ``s3://…/folder/`` or a folder spaces can read, with the wheel and all that
        the image lacks; the internet is not needed then.
    """

    version: str
    sha256: str
    wheel: str = ""
    index: str = ""
    wheelhouse: str = ""

    def __post_init__(self) -> None:
        if len([kind for kind in (self.wheel, self.index, self.wheelhouse) if kind]) > 1:
            raise ValueError("Name one of a wheel, an index and a wheelhouse.")
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"{self.sha256!r} is not a SHA-256 in hexadecimal.")
        for address in (self.wheel, self.index, self.wheelhouse):
            check_public(address)


def check_public(address: str) -> None:
    """Raise ValueError for an address with a password in it: scripts are read by many."""
    parts = urlsplit(address)
    if parts.password or (parts.username and parts.scheme != "s3") or "X-Amz-" in parts.query:
        raise ValueError(
            "An address with credentials in it would be readable in the lifecycle configuration;"
            " let the space's role or pip's configuration give them."
        )


def script(source: Source) -> str:
    """The lifecycle configuration as text, below MAX_LENGTH characters."""
    text = (Path(__file__).parent / "lifecycle-config.sh").read_text(encoding="utf-8")
    values = {
        "VERSION": source.version,
        "SHA256": source.sha256,
        "WHEEL": source.wheel,
        "INDEX": source.index,
        "WHEELHOUSE": source.wheelhouse,
        "LIMIT": str(LIMIT),
    }
    for name, value in values.items():
        text = text.replace(f"@{name}@", shlex.quote(value))
    if len(text) > MAX_LENGTH:
        raise ValueError(f"The script has {len(text)} characters; {MAX_LENGTH} are allowed.")
    return text
