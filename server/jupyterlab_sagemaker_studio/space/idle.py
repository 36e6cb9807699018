"""The activity file of SageMaker Studio images, and keeping a space awake by it.

The idle check of the images (``api/idle`` of the server extension jupyter-activity-monitor)
counts the time in this file like work in a kernel or a terminal; AWS's code editors write it.
The time is ISO 8601 in UTC with a fraction and ``Z``; the check takes no other form.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from datetime import datetime, timedelta, timezone
from logging import Logger
from pathlib import Path

IDLE_FILE = "/tmp/.sagemaker-last-active-timestamp"
MAX_MINUTES = 720
WRITE_SECONDS = 60.0
_MAX_BYTES = 100  # of a file that holds one time

# Anybody may write to /tmp; a link there may lead anywhere, a pipe nowhere.
_LOOK_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def idle_file() -> Path:
    """The file, elsewhere if ``SAGEMAKER_STUDIO_IDLE_FILE`` says so (it is ours, not AWS's)."""
    return Path(os.environ.get("SAGEMAKER_STUDIO_IDLE_FILE") or IDLE_FILE)


def read_time(path: Path) -> datetime | None:
    """The time in the file; None when there is no file or no time in it."""
    try:
        descriptor = os.open(path, _LOOK_ONLY)
        with open(descriptor, "rb") as file:
            text = file.read(_MAX_BYTES).decode("ascii").strip()
    except (OSError, ValueError):
        return None
    return parse_time(text)


def write_time(path: Path, moment: datetime) -> None:
    """Put a time in the file, unless a later one is there; raises :class:`OSError`."""
    present = read_time(path)
    if present is not None and present >= moment:
        return
    # In one step, and without following a link that somebody put there.
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        temporary.unlink()
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(format_time(moment))
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def format_time(moment: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    utc = moment.astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime | None:
    """What :func:`format_time` and Jupyter write; None for anything else."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


class KeepAwake:
    """Writes the present time to the file once a minute, for so long as somebody wanted."""

    def __init__(self, path: Path, log: Logger) -> None:
        self._path = path
        self._log = log
        self._task: asyncio.Task[None] | None = None
        self._until: datetime | None = None

    @property
    def until(self) -> datetime | None:
        """When it ends; None while nobody keeps the space awake."""
        return self._until

    async def begin(self, minutes: float) -> None:
        """Keep awake for so long from now on; raises :class:`OSError` if that can't be."""
        await asyncio.to_thread(write_time, self._path, datetime.now(timezone.utc))
        self.end()
        self._until = datetime.now(timezone.utc) + timedelta(minutes=minutes)
        self._task = asyncio.ensure_future(self._go_on(self._until))

    def end(self) -> None:
        """Let the space become idle again."""
        self._until = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _go_on(self, until: datetime) -> None:
        try:
            while True:
                left = (until - datetime.now(timezone.utc)).total_seconds()
                await asyncio.sleep(max(0.0, min(left, WRITE_SECONDS)))
                moment = min(until, datetime.now(timezone.utc))
                await asyncio.to_thread(write_time, self._path, moment)
                if moment == until:
                    break
        except OSError as error:
            self._log.warning("SageMaker Studio: keep awake ended: %s", error)
        # Not reached by a cancel: then somebody else has set these.
        self._until = self._task = None
