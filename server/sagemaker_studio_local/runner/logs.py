"""The log agent: what a job prints becomes CloudWatch Logs events while it is printed.

Group and stream names are SageMaker's (``/aws/sagemaker/TrainingJobs``,
``<job>/algo-1-<epoch seconds>``). Limits are those of the PutLogEvents API.
"""

from __future__ import annotations

import logging
import os
import re
import select
import threading
import time
from collections.abc import Callable
from typing import Any

LOG_GROUP = "/aws/sagemaker/TrainingJobs"
MAX_EVENT_BYTES = 256 * 1024 - 26  # PutLogEvents counts 26 bytes of overhead per event.
_MAX_BATCH_BYTES = 1_000_000
_MAX_BATCH_EVENTS = 10_000
_MAX_KEPT_EVENTS = 50_000
_FLUSH_SECONDS = 0.2
_CLOSE_SECONDS = 5.0

_log = logging.getLogger(__name__)


class LineSplitter:
    """Cuts a byte stream into log messages.

    A line ends at ``\\n``. ``\\r`` ends one too, so each update of a progress bar is a message
    of its own. Blank lines are dropped (CloudWatch Logs refuses empty messages), lines longer
    than :data:`MAX_EVENT_BYTES` are split between characters, invalid UTF-8 is replaced, ANSI
    sequences stay.
    """

    def __init__(self) -> None:
        self._pending = b""
        self._redrawn = False

    def feed(self, data: bytes) -> list[str]:
        """Add bytes; returns the messages they complete."""
        data = self._pending + data
        *lines, self._pending = re.split(rb"[\r\n]", data)
        if lines:
            self._redrawn = data[-len(self._pending) - 1 :][:1] == b"\r"
        while len(self._pending) > MAX_EVENT_BYTES:
            cut = _character_boundary(self._pending, MAX_EVENT_BYTES)
            lines.append(self._pending[:cut])
            self._pending = self._pending[cut:]
        return [message for line in lines for message in _messages(line)]

    def idle(self) -> list[str]:
        """Called when nothing came for a moment: a bar drawn after ``\\r`` is shown now.

        A progress bar writes its ``\\r`` first, so its newest state never has an end of line.
        """
        return self.close() if self._redrawn else []

    @property
    def redrawing(self) -> bool:
        """Whether an unfinished progress bar waits for :meth:`idle`."""
        return self._redrawn and bool(self._pending)

    def close(self) -> list[str]:
        """Returns the unfinished last line."""
        pending, self._pending = self._pending, b""
        return _messages(pending)


def _character_boundary(line: bytes, limit: int) -> int:
    """The largest cut <= limit that does not split a UTF-8 character."""
    cut = limit
    while cut > limit - 4 and line[cut] & 0xC0 == 0x80:
        cut -= 1
    return cut


def _messages(line: bytes) -> list[str]:
    messages = []
    while len(line) > MAX_EVENT_BYTES:
        cut = _character_boundary(line, MAX_EVENT_BYTES)
        messages.append(line[:cut].decode("utf-8", "replace"))
        line = line[cut:]
    if line.strip():
        messages.append(line.decode("utf-8", "replace"))
    return messages


class LogAgent:
    """Copies one process's output to its log stream, at most 200 ms behind.

    A log service that does not answer never fails the process; lines wait (the oldest are dropped
    beyond 50,000) and are sent when it answers again.

    :param client: a boto3 ``logs`` client.
    :param rewrite: applied to each message, e.g. to show container paths.
    """

    def __init__(
        self,
        client: Any,
        stream: str,
        rewrite: Callable[[str], str] | None = None,
        group: str = LOG_GROUP,
    ) -> None:
        self._group = group
        self._client = client
        self._stream = stream
        self._rewrite = rewrite
        self._events: list[dict[str, Any]] = []
        self._dropped = 0
        self._ready = False
        self._retry_at = 0.0
        self._thread: threading.Thread | None = None

    def start(self, descriptor: int) -> None:
        """Begin to copy from a pipe; the agent closes it at its end."""
        self._thread = threading.Thread(
            target=self._copy, args=(descriptor,), name=f"logs-{self._stream}", daemon=True
        )
        self._thread.start()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until every writer closed the pipe and all lines are sent."""
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _copy(self, descriptor: int) -> None:
        splitter = LineSplitter()
        sent_at = time.monotonic()
        with os.fdopen(descriptor, "rb", buffering=0) as pipe:
            while True:
                # Without anything to send there is nothing to wake up for.
                wait = _FLUSH_SECONDS / 2 if self._events or splitter.redrawing else None
                if select.select([pipe], [], [], wait)[0]:
                    data = os.read(descriptor, 65536)
                    if not data:
                        break
                    self._add(splitter.feed(data))
                else:
                    self._add(splitter.idle())
                if time.monotonic() - sent_at >= _FLUSH_SECONDS and self._events:
                    self._flush()
                    sent_at = time.monotonic()
        self._add(splitter.close())
        deadline = time.monotonic() + _CLOSE_SECONDS
        while self._events and time.monotonic() < deadline:
            self._flush()
            if self._events:
                time.sleep(_FLUSH_SECONDS)
        if self._events:
            _log.warning("%d log lines of %s could not be sent", len(self._events), self._stream)

    def _add(self, messages: list[str]) -> None:
        now = int(time.time() * 1000)
        for message in messages:
            text = self._rewrite(message) if self._rewrite else message
            self._events.append({"timestamp": now, "message": text})
        excess = len(self._events) - _MAX_KEPT_EVENTS
        if excess > 0:
            del self._events[:excess]
            self._dropped += excess

    def _flush(self) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        if time.monotonic() < self._retry_at:
            return
        try:
            if not self._ready:
                self._create()
            while self._events:
                batch = self._batch()
                self._client.put_log_events(
                    logGroupName=self._group, logStreamName=self._stream, logEvents=batch
                )
                del self._events[: len(batch)]
            if self._dropped:
                _log.warning("%d log lines of %s were dropped", self._dropped, self._stream)
                self._dropped = 0
        except (BotoCoreError, ClientError) as error:
            _log.warning("Log stream %s is behind: %s", self._stream, error)
            self._ready = False
            self._retry_at = time.monotonic() + 1.0

    def _create(self) -> None:
        for create, names in (
            (self._client.create_log_group, {"logGroupName": self._group}),
            (
                self._client.create_log_stream,
                {"logGroupName": self._group, "logStreamName": self._stream},
            ),
        ):
            try:
                create(**names)
            except self._client.exceptions.ResourceAlreadyExistsException:
                continue
        self._ready = True

    def _batch(self) -> list[dict[str, Any]]:
        size = 0
        for count, event in enumerate(self._events):
            size += len(event["message"].encode("utf-8", "replace")) + 26
            if count and (size > _MAX_BATCH_BYTES or count >= _MAX_BATCH_EVENTS):
                return self._events[:count]
        return self._events[:]
