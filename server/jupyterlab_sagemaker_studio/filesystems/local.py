"""The facts behind ``GET file-systems``."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import datetime, timezone
from logging import Logger
from typing import Any

from ..errors import AwsError
from . import mounts, shortcuts
from .mounts import Mount
from .prober import Finding, Prober

#: Seconds an answer waits at most, so that it is on the screen within one.
WAIT = 0.6


class FileSystems:
    """The file systems of this machine, as far as they answer.

    :param server_root: the Jupyter server's root folder.
    """

    def __init__(self, server_root: str, log: Logger) -> None:
        self.server_root = os.path.abspath(os.path.expanduser(server_root))
        self._prober = Prober(log)
        self._search: asyncio.Future[list[Mount]] | None = None

    async def describe(self, refresh: bool = False) -> dict[str, Any]:
        """``{"mounts", "user", "root"}`` within :data:`WAIT` seconds; raises :class:`AwsError`.

        :param refresh: look at the mounts anew, however fresh the last look is.
        """
        until = time.monotonic() + WAIT
        found = await self.find(WAIT)
        left = max(0.0, until - time.monotonic())
        paths = [mount.path for mount in found if mount.error is None]
        findings = await self._prober.look(paths, left, refresh)
        return {
            "mounts": [_described(mount, findings.get(mount.path)) for mount in found],
            "user": {"uid": os.geteuid(), "gid": os.getegid()},
            "root": self.server_root,
        }

    async def make_shortcut(self, body: dict[str, Any]) -> None:
        """Make the link ``name`` to the mount at ``path``; raises :class:`AwsError`."""
        found = await self.find(WAIT)
        name, mount = shortcuts.wanted(found, body)
        paths = [] if mount.error else [mount.path]
        findings = await self._prober.look(paths, WAIT, refresh=False)
        described = _described(mount, findings.get(mount.path))
        if described["state"] != "mounted":
            # Whoever lists the root folder would wait for it.
            raise AwsError(
                "FileSystemNotUsable",
                f"{mount.path} is {described['state'].replace('-', ' ')}."
                f" {described['reason'] or ''}".rstrip(),
                status=409,
            )
        await asyncio.to_thread(shortcuts.make, self.server_root, name, mount)

    async def remove_shortcut(self, body: dict[str, Any]) -> None:
        """Remove the link ``name`` to a mount; raises :class:`AwsError`."""
        found = await self.find(WAIT)
        await asyncio.to_thread(shortcuts.remove, self.server_root, found, body)

    async def find(self, wait: float) -> list[Mount]:
        """The mounts; raises :class:`AwsError` (504) if the disk of the server's root hangs."""
        if self._search is None or self._search.done():
            # Not begun again while it hangs: each would hold a thread.
            search = asyncio.to_thread(mounts.find, self.server_root)
            self._search = asyncio.ensure_future(search)
        done, _ = await asyncio.wait([self._search], timeout=wait)
        if not done:
            raise AwsError(
                "NotAnswering",
                f"The disk of {self.server_root} has not answered for {wait:g} seconds.",
                status=504,
            )
        return self._search.result()

    async def close(self) -> None:
        """End what is under way."""
        await self._prober.close()


def _described(mount: Mount, finding: Finding | None) -> dict[str, Any]:
    """``IMount`` of the browser's side."""
    facts = finding.facts if finding else {"state": "broken", "reason": mount.error}
    at = finding.at if finding else datetime.now(timezone.utc)
    state, reason = facts.get("state"), facts.get("reason")
    if state == "mounted" and not (mount.kind == "home" or mount.is_listed or facts.get("isMount")):
        state, reason = "not-mounted", "The folder is there, but nothing is mounted on it."
        facts = {"owner": facts.get("owner")}
    return {
        "kind": mount.kind,
        "id": mount.id,
        "accessPointId": mount.access_point_id,
        "path": mount.path,
        "browserPath": mount.browser_path,
        "state": state,
        "reason": reason,
        "type": mount.type or facts.get("type"),
        "access": facts.get("access"),
        "totalBytes": facts.get("totalBytes"),
        "usedBytes": facts.get("usedBytes"),
        "owner": facts.get("owner"),
        "shortcuts": list(mount.shortcuts),
        "checkedAt": at.isoformat(timespec="milliseconds"),
    }
