"""What a task asks a person: ``ITaskQuestion`` out, ``TaskAnswer`` in. Both stay in memory."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from .model import TaskError
from .spec import Fields, invalid

PATIENCE_SECONDS = 900.0
_LOOK_SECONDS = 1.0  # how often a cancel that another server was asked for is noticed
_LONGEST = 16 * 1024
# git's protocol for credentials has one a line.
_LINES = re.compile(r"[\x00\r\n]")


class Question:
    """One question, until the first answer."""

    def __init__(self, question: dict[str, Any]) -> None:
        self.shown = {**question, "id": uuid.uuid4().hex}
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._answers: list[Any] = []

    def wait(self, check: Callable[[], None]) -> Any:
        """The answer; ``check`` is called now and then and may raise."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._answers:
            self._woken.wait(max(0.0, min(_LOOK_SECONDS, until - time.monotonic())))
            check()
            if not self._answers and time.monotonic() > until:
                raise TaskError(
                    "NotAnswered",
                    f"Nobody answered within {PATIENCE_SECONDS / 60:g} minutes: "
                    f"{self.shown['text']}",
                )
        return self._answers[0]

    def wake(self) -> None:
        """Have :meth:`wait` look whether it is to end."""
        self._woken.set()

    def take(self, question_id: str, answer: Any) -> bool:
        """Whether this is the answer that counts; raises for one that does not fit."""
        with self._lock:
            if question_id != self.shown["id"] or self._answers:
                return False
            if answer is not None:
                _READERS[self.shown["kind"]](Fields(answer, "answer"))
            self._answers.append(answer)
        self._woken.set()
        return True


def _credentials(fields: Fields) -> None:
    for member in ("username", "password"):
        # The user name may be empty: some hosts look at the token only.
        text = fields.text(member, longest=_LONGEST, empty=member == "username")
        _one_line(fields, member, text)
    if fields.text("keep", longest=20) not in ("no", "session", "cache"):
        raise invalid(fields.path("keep"), "must be “no”, “session” or “cache”")
    fields.end()


def _host_key(fields: Fields) -> None:
    if not fields.flag("accept"):
        raise invalid(fields.path("accept"), "must be true; null declines")
    fields.end()


def _passphrase(fields: Fields) -> None:
    _one_line(fields, "passphrase", fields.text("passphrase", longest=_LONGEST))
    fields.end()


def _one_line(fields: Fields, member: str, text: str) -> None:
    if _LINES.search(text):
        raise invalid(fields.path(member), "must be a single line")


_READERS: dict[str, Callable[[Fields], None]] = {
    "credentials": _credentials,
    "host-key": _host_key,
    "passphrase": _passphrase,
}
