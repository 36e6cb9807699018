"""A fair limit on how many jobs run at once."""

from __future__ import annotations

import threading
from collections import deque


class Slots:
    """``count`` places, given in the order in which they were asked for."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    def acquire(self, stop: threading.Event | None = None, *, blocking: bool = True) -> bool:
        """Take a place. False if none is free (not blocking) or ``stop`` was set meanwhile."""
        ticket = object()
        with self._changed:
            if not blocking:
                if self._free and not self._waiting:
                    self._free -= 1
                    return True
                return False
            self._waiting.append(ticket)
            try:
                # Nobody notifies when `stop` is set, so look at it twice a second.
                while not (self._free and self._waiting[0] is ticket):
                    self._changed.wait(0.5 if stop else None)
                    if stop and stop.is_set():
                        return False
                self._free -= 1
                return True
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def release(self) -> None:
        """Give a place back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()
