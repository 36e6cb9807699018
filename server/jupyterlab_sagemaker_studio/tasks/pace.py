"""How soon a task may ask AWS again: at the pace AWS allows, and later while there is trouble."""

from __future__ import annotations

import threading
import time

from ..errors import AwsError
from . import calls
from .follow_up import OutcomeUnknown

_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 60.0


class Pace:
    """So many seconds between two requests, whoever in this server makes them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free = 0.0

    def turn(self, seconds: float) -> float:
        """Take the next turn; answers the seconds until it comes.

        :param seconds: from one turn to the next.
        """
        with self._lock:
            now = time.monotonic()
            at = max(now, self._free)
            self._free = at + seconds
            return at - now

    def used(self, seconds: float) -> None:
        """A request was sent just now, without a turn."""
        with self._lock:
            self._free = max(self._free, time.monotonic() + seconds)


class Trouble:
    """What keeps a kind of request from succeeding, for how long that has been borne.

    :ivar why: it in words; "" while there is none.
    """

    def __init__(self) -> None:
        self.why = ""
        self._since = 0.0
        self._pause = _FIRST_PAUSE

    def bear(self, error: AwsError, patience: float) -> float:
        """Seconds until the request may be repeated; raises the error where that does not help, or
        has not helped for ``patience`` seconds."""
        cause = error.__cause__ if isinstance(error, OutcomeUnknown) else error
        now = time.monotonic()
        self._since = self._since or now
        late = now - self._since > patience
        if late or not isinstance(cause, AwsError) or not calls.passes(cause):
            raise error
        if calls.is_throttled(cause):
            self.why = "waiting because AWS was asked too often"
        else:
            self.why = f"waiting because of {calls.words(cause)}"
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
        return pause

    def passed(self) -> None:
        """A request succeeded."""
        self.why, self._since, self._pause = "", 0.0, _FIRST_PAUSE
