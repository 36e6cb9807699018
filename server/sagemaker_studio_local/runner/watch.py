"""Watching a running container until it ends or has to."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping

from .container import JobProcess


class Watch:
    """Waits for a container's end, and ends it when it is told to or a time has come.

    :param deadlines: what ends the container -> when, on the monotonic clock.
    :param on_stopping: called with what ends it, before it is asked to end.
    """

    def __init__(
        self,
        process: JobProcess,
        deadlines: Mapping[str, float],
        *,
        stop: threading.Event,
        wake: threading.Event,
        is_abandoned: Callable[[], bool],
        grace: float,
        on_stopping: Callable[[str], None],
    ) -> None:
        self._process = process
        self._deadlines = deadlines
        self._stop, self._wake = stop, wake
        self._is_abandoned = is_abandoned
        self._grace = grace
        self._on_stopping = on_stopping
        self._ended = threading.Event()
        self._code = 0

    def run(self) -> tuple[int, str]:
        """The exit code, and which deadline ended the container, if one did."""
        threading.Thread(target=self._wait, name="wait-for-container", daemon=True).start()
        cause = ""
        while not self._ended.is_set() and not self._stop.is_set():
            cause, due = min(self._deadlines.items(), key=lambda item: item[1])
            if due <= time.monotonic():
                break
            cause = ""
            self._sleep(due)
        if not self._ended.is_set() and not self._is_abandoned():
            self._on_stopping(cause)
            if cause != "Interrupted":  # an instance that is taken away leaves no time
                self._end_politely()
        if not self._ended.is_set():
            self._process.kill()
        self._ended.wait()
        return self._code, cause

    def _end_politely(self) -> None:
        self._process.terminate()
        deadline = time.monotonic() + self._grace
        while not self._ended.is_set() and not self._is_abandoned():
            if deadline <= time.monotonic():
                break
            self._sleep(deadline)

    def _sleep(self, until: float) -> None:
        left = until - time.monotonic()
        self._wake.wait(None if math.isinf(left) else max(0.0, left))
        self._wake.clear()

    def _wait(self) -> None:
        self._code = self._process.wait()
        self._ended.set()
        self._wake.set()
