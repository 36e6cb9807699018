"""What git says while it works: counts become progress, the rest is kept for an error's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_COUNT = re.compile(
    r"^(?:remote: )?(?P<phase>[A-Z][A-Za-z ]+): +\d+% \((?P<done>\d+)/(?P<total>\d+)\)"
    r"(?:, (?P<size>[\d.]+) (?P<unit>bytes|KiB|MiB|GiB|TiB))?"
)
# Counts without a total, and what git says of ends: no news for anybody.
_NOISE = re.compile(
    r"^(?:remote: )?(?:[A-Z][A-Za-z ]+: +\d+(?:%|, done|$)|Total \d+|Enumerating|Cloning into |"
    r"Submodule (?:path )?'|done\.|Note: switching to|warning: .*redirecting)"
)
_SUBMODULE = re.compile(r"^Cloning into '(.+)'\.\.\.")
_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_PHASES = {"Unpacking objects": "Receiving objects", "Updating files": "Checking out files"}
# A password in a URL of the person's own configuration is nobody else's business.
_USER_INFO = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^/@\s']+@")
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x1f\x7f]")  # hosts like to colour
_KEPT_LINES = 40


@dataclass
class Reached:
    """How far git is: its own counts of the phase, and bytes received in all."""

    phase: str = ""
    done: int = 0
    total: int = 0
    bytes: int = 0


class Progress:
    """Reads git's standard error.

    :param tell: called with each new state.
    :param submodules: below which folder submodules are; their names then are the phase.
    """

    def __init__(self, tell: Callable[[Reached], None], submodules: str = "") -> None:
        self.reached = Reached()
        self._tell = tell
        self._submodules = submodules.rstrip("/") + "/" if submodules else ""
        self._submodule = ""
        self._received = 0  # bytes of packs before the present one
        self._pending = b""
        self._lines: list[str] = []

    def feed(self, data: bytes) -> None:
        """Take in some output; lines end in CR where they are to be overwritten."""
        *lines, self._pending = re.split(rb"[\r\n]", self._pending + data)
        for line in lines:
            self._read(line.decode("utf-8", "replace").rstrip())

    def finish(self) -> str:
        """The last words, without counts."""
        self.feed(b"\n")
        return "\n".join(self._lines)

    def _read(self, line: str) -> None:
        match = _COUNT.match(line)
        if match:
            self._count(match)
            return
        clone = _SUBMODULE.match(line)
        if clone and self._submodules and clone[1].startswith(self._submodules):
            self._submodule = f"Cloning submodule {clone[1].removeprefix(self._submodules)}"
            self.reached = Reached(self._submodule, bytes=self.reached.bytes)
            self._tell(self.reached)
        elif line and not _NOISE.match(line):
            line = _USER_INFO.sub(r"\1", _CONTROL.sub("", line))
            self._lines = [*self._lines, line][-_KEPT_LINES:]

    def _count(self, match: re.Match[str]) -> None:
        phase = match["phase"]
        size = self.reached.bytes
        if match["size"]:
            of_pack = int(float(match["size"]) * _UNITS[match["unit"]])
            if self._received + of_pack < size:
                self._received = size  # the next pack
            size = self._received + of_pack
        shown = self._submodule or _PHASES.get(phase, phase)
        self.reached = Reached(shown, int(match["done"]), int(match["total"]), size)
        self._tell(self.reached)
