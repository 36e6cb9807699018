"""Probes run side by side, each a process with a deadline, their results kept for a while."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from logging import Logger
from pathlib import Path
from typing import Any

#: Seconds a result is good for.
FRESH = 10.0
#: Seconds a probe may take.
DEADLINE = 2.0
_PARALLEL = 8
_MAX_OUTPUT = 64 * 1024
#: All of our environment a probe needs: it holds credentials otherwise.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LC_ALL", "LANG")


def probe_command() -> list[str]:
    """The program that looks at a file system, to be given its path.

    ``SAGEMAKER_STUDIO_FILE_SYSTEM_PROBE`` (ours, not AWS's) names another one.
    """
    other = os.environ.get("SAGEMAKER_STUDIO_FILE_SYSTEM_PROBE")
    if other:
        return [other]
    # By its path and without site-packages: it starts in a tenth of the time, and nothing that
    # lies in the home folder can come in its way.
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("probe.py"))]


@dataclass
class Finding:
    """What a probe found, or that it found nothing in time."""

    facts: dict[str, Any]
    at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    #: For its age.
    when: float = field(default_factory=time.monotonic)

    @property
    def is_fresh(self) -> bool:
        """Whether it may be told without another look."""
        return time.monotonic() - self.when < FRESH


@dataclass
class _Running:
    task: asyncio.Task[None]
    since: datetime = field(default_factory=lambda: datetime.now(timezone.utc))


class Prober:
    """Knows what file systems are like, as far as they answer. For one event loop.

    :param command: the program and its arguments before the path.
    :param deadline: seconds after which a probe is killed.
    """

    def __init__(
        self, log: Logger, command: Sequence[str] | None = None, deadline: float = DEADLINE
    ) -> None:
        self._log = log
        self._command = list(command or probe_command())
        self._deadline = deadline
        self._slots = asyncio.Semaphore(_PARALLEL)
        self._findings: dict[str, Finding] = {}
        self._running: dict[str, _Running] = {}

    async def look(self, paths: Iterable[str], wait: float, refresh: bool) -> dict[str, Finding]:
        """What is known of these paths after at most ``wait`` seconds.

        A path whose probe is still under way is found not to answer; the probe goes on, and the
        next call tells what it found.

        :param refresh: look anew, however fresh the last look is.
        """
        wanted = list(paths)
        for path in wanted:
            finding = self._findings.get(path)
            stale = refresh or finding is None or not finding.is_fresh
            # A probe that cannot be killed is not followed by another one.
            if stale and path not in self._running:
                self._running[path] = _Running(asyncio.ensure_future(self._probe(path)))
        pending = [self._running[path].task for path in wanted if self._is_awaited(path, refresh)]
        if pending:
            await asyncio.wait(pending, timeout=wait)
        known = {path: self._known(path) for path in wanted}
        for path in set(self._findings) - set(wanted) - set(self._running):
            if not self._findings[path].is_fresh:
                del self._findings[path]  # detached, or unmounted
        return known

    async def close(self) -> None:
        """End the probes under way."""
        tasks = [running.task for running in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _is_awaited(self, path: str, refresh: bool) -> bool:
        running = self._running.get(path)
        if running is None:
            return False
        finding = self._findings.get(path)
        # One that hangs beyond its deadline has told what it will.
        return finding is None or finding.at < running.since or refresh

    def _known(self, path: str) -> Finding:
        running, finding = self._running.get(path), self._findings.get(path)
        if running is None and finding is not None:
            return finding
        since = running.since if running else datetime.now(timezone.utc)
        seconds = (datetime.now(timezone.utc) - since).total_seconds()
        return Finding(_silent(f"It has not answered for {seconds:.1f} seconds."), at=since)

    async def _probe(self, path: str) -> None:
        try:
            async with self._slots:
                process = await self._start(path)
                if process is None:
                    return
                facts = await self._wait(process, path)
            if process.returncode is None:
                # It cannot be killed: the kernel waits for the file system's server.
                self._log.warning("SageMaker Studio: the look at %s hangs", path)
                self._findings[path] = Finding(facts)
                await process.wait()
            self._findings[path] = Finding(facts)
        finally:
            self._running.pop(path, None)

    async def _start(self, path: str) -> asyncio.subprocess.Process | None:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        try:
            return await asyncio.create_subprocess_exec(
                *self._command,
                path,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                cwd="/",
                env=environment,
                start_new_session=True,
                limit=_MAX_OUTPUT,
            )
        except OSError as error:
            self._findings[path] = Finding(
                _silent(f"{self._command[0]} cannot be started: {error.strerror or error}")
            )
            return None

    async def _wait(self, process: asyncio.subprocess.Process, path: str) -> dict[str, Any]:
        """What the process says; it has ended, or been told to, when this returns."""
        assert process.stdout is not None
        try:
            output = await asyncio.wait_for(process.stdout.read(_MAX_OUTPUT), self._deadline)
            await asyncio.wait_for(process.wait(), self._deadline)
            facts = json.loads(output)
            if not isinstance(facts, dict):
                raise ValueError("no object")
            return facts
        except asyncio.TimeoutError:
            return _silent(f"It did not answer within {self._deadline:g} seconds.")
        except ValueError:
            self._log.warning(
                "SageMaker Studio: the look at %s ended with code %s", path, process.returncode
            )
            return _silent(f"The look at it ended with code {process.returncode}.")
        finally:
            await self._kill(process)

    async def _kill(self, process: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), 0.5)


def _silent(reason: str) -> dict[str, Any]:
    return {"state": "not-answering", "reason": reason}
