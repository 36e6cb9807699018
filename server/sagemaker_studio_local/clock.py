"""The clock of emulated waiting: what takes minutes in AWS takes seconds here."""

from __future__ import annotations

import threading
import time


class Clock:
    """Real time for time stamps, scaled time for the delays AWS's fleet would cause.

    ``speed`` divides every delay; 1 is AWS's pace. Limits a caller sets (such as
    MaxRuntimeInSeconds) are real time and never go through this class.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError(f"speed must be greater than 0, not {speed}")
        self.speed = float(speed)

    def now(self) -> float:
        """Seconds since the epoch, real, to the millisecond as AWS's answers are."""
        return round(time.time(), 3)

    def sleep(self, seconds: float, stop_event: threading.Event | None = None) -> bool:
        """Wait ``seconds / speed``. Answers True when ``stop_event`` ended the wait early."""
        event = stop_event if stop_event is not None else threading.Event()
        return event.wait(max(0.0, seconds / self.speed))
