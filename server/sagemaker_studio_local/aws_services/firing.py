"""What fires schedules and rules: one thread that looks which is due, and calls for each that is.

Recurring ones can run faster than real time, which a `Pace` says; ``at()`` names a moment and is
always real. A time that passed while the local Studio was down, or the machine asleep, is missed by
what recurs and made up for by what comes once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..clock import Clock
from ..errors import AwsError
from .schedule_times import is_one_time, is_rate, next_time

_FIRST_RETRY = 30.0
_LONGEST_RETRY = 300.0
_DEFAULT_AGE = 86400
_DEFAULT_ATTEMPTS = 185
#: A machine that wakes up is behind by this at most.
_LONGEST_WAIT = 30.0
#: Seconds after which a time of what recurs counts as missed.
_MISSED = 60.0
#: So many times as fast at most: a schedule of every minute then fires 100 times a second.
MAX_SPEED = 6000.0

log = logging.getLogger(__name__)


class Failed(Exception):
    """A call that will not succeed however often it is repeated."""


@dataclass(frozen=True)
class Trigger:
    """A schedule or rule that is switched on. Times are epoch seconds."""

    name: str
    #: moto's object; its attribute ``local_studio_fired`` is when it fired last.
    owner: Any
    expression: str
    zone: str
    #: When it was made or changed last; from there the pace counts.
    changed: float
    #: Makes the calls of a firing, which has an id. Raises ClientError, BotoCoreError, AwsError
    #: or Failed.
    call: Callable[[float, str], None]
    begins: float = 0.0
    ends: float = 0.0
    #: When a rate comes first; without it one interval after ``changed``.
    first: float | None = None
    retry_policy: dict[str, Any] | None = None
    #: Called when the one time of a one-time schedule is through.
    completed: Callable[[], None] | None = None


def fired(owner: Any) -> float | None:
    """When a schedule or rule of moto's fired last, in the time of its pace."""
    value: float | None = getattr(owner, "local_studio_fired", None)
    return value


class Pace:
    """How fast time passes for what recurs: from its last change on, or from that of the pace."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self.since = 0.0 if speed == 1.0 else time.time()

    def start(self, changed: float) -> float:
        """The moment from which a trigger's time is faster than real time."""
        return max(changed, self.since)

    def from_real(self, start: float, moment: float) -> float:
        """A real moment in the trigger's time."""
        return start + (moment - start) * self.speed

    def to_real(self, start: float, moment: float) -> float:
        """The real moment of one in the trigger's time."""
        return start + (moment - start) / self.speed


class Firing:
    """Fires the triggers of one local Studio.

    :param sources: each answers the triggers that are switched on now.
    :param changed: called after a firing, to keep the new state.
    """

    def __init__(
        self,
        clock: Clock,
        sources: Iterable[Callable[[], list[Trigger]]],
        changed: Callable[[], None],
        speed: float = 1.0,
    ) -> None:
        self._clock = clock
        self._sources = list(sources)
        self._changed = changed
        self._pace = Pace(speed)
        self._wake = threading.Condition()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="schedules")

    @property
    def speed(self) -> float:
        """How many times as fast as real time recurring schedules and rules run."""
        return self._pace.speed

    def set_speed(self, speed: float) -> None:
        """Run recurring schedules and rules so many times as fast, counted from now.

        ValueError for a speed that is none.
        """
        if not 0 < speed <= MAX_SPEED:
            raise ValueError(f"a speed is a number greater than 0, at most {MAX_SPEED:g}")
        with self._wake:
            pace = Pace(speed)
            pace.since = time.time()
            self._pace = pace
            self._settle()
            self._wake.notify_all()

    def start(self) -> None:
        """Begin to fire; a one-time schedule that came due meanwhile is fired late."""
        with self._wake:
            self._settle()
        self._thread.start()

    def close(self) -> None:
        """Fire no more."""
        self._closed.set()
        self.look_again()
        if self._thread.is_alive():
            self._thread.join(5)

    def look_again(self) -> None:
        """A schedule or rule was made, changed or deleted."""
        with self._wake:
            self._wake.notify_all()

    def _all(self) -> list[Trigger]:
        return [trigger for source in self._sources for trigger in source()]

    def _settle(self) -> None:
        """What fired ahead of real time has fired just now for a pace that begins now."""
        now = time.time()
        for trigger in self._all():
            last = fired(trigger.owner)
            if last is not None and last > now:
                trigger.owner.local_studio_fired = now

    def _run(self) -> None:
        while not self._closed.is_set():
            with self._wake:
                pauses = [self._look_safely(trigger) for trigger in self._all()]
                pause = min(pauses, default=_LONGEST_WAIT)
                if pause > 0 and not self._closed.is_set():
                    self._wake.wait(pause)

    def _look_safely(self, trigger: Trigger) -> float:
        try:
            return self._look(trigger)
        except Exception:
            # One that cannot be read must not keep the others from firing.
            log.exception("%s is never due", trigger.name)
            return _LONGEST_WAIT

    def _look(self, trigger: Trigger) -> float:
        """Fire it if it is due; seconds until it is to be looked at again."""
        now = time.time()
        due = self._due(trigger)
        if due is None:
            return _LONGEST_WAIT
        once = is_one_time(trigger.expression)
        start = self._pace.start(trigger.changed)
        moment = due if once else self._pace.to_real(start, due)
        if moment > now:
            return min(moment - now, _LONGEST_WAIT)
        if moment < now - _MISSED and not once:
            # Nobody was there; it goes on with its next time.
            trigger.owner.local_studio_fired = self._pace.from_real(start, now)
            return 0.0
        trigger.owner.local_studio_fired = due
        threading.Thread(
            target=self._fire, args=(trigger, moment), daemon=True, name="schedule"
        ).start()
        return 0.0

    def _due(self, trigger: Trigger) -> float | None:
        """When it is due next: real time for ``at()``, else the trigger's own."""
        once = is_one_time(trigger.expression)
        start = trigger.changed if once else self._pace.start(trigger.changed)
        last = fired(trigger.owner)
        if last is not None and last < start:
            last = None
        if last is None and trigger.first is not None and is_rate(trigger.expression):
            due: float | None = max(trigger.first, start)
        else:
            begin = max(start, trigger.begins)
            due = next_time(trigger.expression, trigger.zone, begin, last)
        # One-time schedules know neither beginning nor end.
        over = due is not None and 0 < trigger.ends < due and not once
        return None if over else due

    def _fire(self, trigger: Trigger, due: float) -> None:
        policy = trigger.retry_policy or {}
        attempts = policy.get("MaximumRetryAttempts", _DEFAULT_ATTEMPTS)
        last = due + policy.get("MaximumEventAgeInSeconds", _DEFAULT_AGE)
        pause = _FIRST_RETRY
        identity = f"{trigger.name}-{due:.3f}-{time.time_ns()}"
        for attempt in range(attempts + 1):
            if time.time() > last:
                log.warning("%s came too late and was dropped", trigger.name)
                break
            try:
                trigger.call(due, identity)
                break
            except Failed as error:
                log.warning("%s failed and was dropped: %s", trigger.name, error)
                break
            except (AwsError, ClientError, BotoCoreError) as error:
                log.warning("%s failed: %s", trigger.name, error)
            if attempt < attempts and self._clock.sleep(pause, self._closed):
                return
            pause = min(2 * pause, _LONGEST_RETRY)
        if is_one_time(trigger.expression) and trigger.completed is not None:
            trigger.completed()
        self._changed()
