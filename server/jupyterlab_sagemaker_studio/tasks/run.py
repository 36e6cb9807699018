"""The running of one task in its thread: progress, cancel, waiting, and the record on disk."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..errors import AwsError
from ..transport import Call
from ..upstream import Upstream
from .model import (
    Record,
    ServerStopping,
    TaskCancelled,
    TaskError,
    TaskInterrupted,
    TaskState,
    now,
)
from .paths import Root
from .questions import Question
from .store import Journal, Store

_Result = TypeVar("_Result")

PUBLISH_SECONDS = 0.25  # at most four events a second
_FOREIGN_SECONDS = 1.0  # how often another server's wish to cancel is looked for
GRACE_SECONDS = 0.3  # requests under way may end by themselves before they are cut


@dataclass(frozen=True)
class Services:
    """What tasks work with, the same for all of one server.

    :ivar fact: tells a field of ``GET context``, None when it is not known.
    :ivar boot_id: tells this server from the one before and the next.
    :ivar busy: names the notebooks whose kernels are at work.
    :ivar recorded: what finished runs recorded; see ``results``.
    :ivar sign_ins: user name and password by host, which a person had this server remember.
    """

    upstream: Upstream
    root: Root
    store: Store
    loop: asyncio.AbstractEventLoop
    fact: Callable[[str], str | None]
    boot_id: str
    busy: Callable[[], Coroutine[Any, Any, list[str]]]
    recorded: dict[Any, Any] = field(default_factory=dict, repr=False)
    sign_ins: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)


class TaskRun:
    """One task while this server works on it. Its methods may be called in any thread.

    :param resumed: an earlier server was killed in the midst of it.
    :param publish: takes each new state as JSON; called on the event loop.
    """

    def __init__(
        self,
        services: Services,
        record: Record,
        spec: dict[str, Any],
        publish: Callable[[dict[str, Any]], None],
        *,
        resumed: bool,
    ) -> None:
        self.services = services
        self.record = record
        self.task = record.task
        self.spec = spec
        self.resumed = resumed
        self.leftovers = ""  # what a cancelled task could not remove, in words
        self._publish = publish
        self._lock = threading.Lock()
        self._published = 0.0
        self._announced = False  # an announcement is on its way
        self._looked = 0.0
        self._stop = threading.Event()
        self._stopping = False  # the server is; otherwise a stop is a cancel
        self._calls: set[Call] = set()
        self._asking = threading.Lock()  # one question at a time
        self._question: Question | None = None
        self._journal: Journal | None = None

    # Stopping.

    def cancel(self) -> None:
        """Ask the task to end; it then removes what it made."""
        self._stop.set()
        self._wake()

    def server_stops(self) -> None:
        """End at once and leave everything to the next server."""
        self._stopping = True
        self._stop.set()
        self._wake()
        self.cut()

    @property
    def stopped(self) -> bool:
        """Whether somebody wants the task to end."""
        if not self._stop.is_set() and time.monotonic() - self._looked > _FOREIGN_SECONDS:
            self._looked = time.monotonic()
            if self.services.store.cancel_requested(self.task.id):
                self._stop.set()
        return self._stop.is_set()

    @property
    def server_stopping(self) -> bool:
        """Whether the server shuts down."""
        return self._stopping

    def check(self) -> None:
        """Raise :class:`TaskCancelled` or :class:`ServerStopping` when the task is to end."""
        if self._stopping:
            raise ServerStopping
        if self.stopped:
            raise TaskCancelled

    def wait(self, seconds: float, *, shielded: bool = False) -> None:
        """Sleep, or raise as :meth:`check` does; ``shielded`` heeds the server's end only."""
        if shielded:
            until = time.monotonic() + seconds
            while time.monotonic() < until and not self._stopping:
                time.sleep(min(0.05, seconds))
            if self._stopping:
                raise ServerStopping
        else:
            self._stop.wait(seconds)
            self.check()

    # Requests under way, so that a cancel need not wait for a network time-out.

    @contextlib.contextmanager
    def calling(self, connection: Any = None) -> Any:
        """Wrap one request, or the reading of an answer's body from a connection; it is cut soon
        after a cancel."""
        call = Call()
        if connection is not None:
            call.attach(connection)
        with self._lock:
            self._calls.add(call)
        try:
            with call:
                yield
        finally:
            with self._lock:
                self._calls.discard(call)

    def cut(self) -> None:
        """Cut all requests that :meth:`calling` wraps."""
        with self._lock:
            calls = list(self._calls)
        for call in calls:
            call.abort()

    def on_loop(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Do asynchronous work on the server's event loop and wait for it; never cut short by a
        cancel, only by the server's end."""
        future: Future[_Result] = asyncio.run_coroutine_threadsafe(work, self.services.loop)
        while not future.done():
            if self._stopping:
                future.cancel()
                raise ServerStopping
            with contextlib.suppress(NotYet):
                return future.result(0.2)
        return future.result()

    # Asking.

    def ask(self, question: dict[str, Any]) -> Any:
        """Ask a person and wait; answers a ``TaskAnswer``, which is kept nowhere.

        :param question: an ``ITaskQuestion`` without its id.
        Raises ``NotAnswered``, and as :meth:`check` does.
        """
        with self._asking:
            self.check()
            asked, phase = Question(question), self.task.phase
            self._question = asked
            try:
                self.phase("Waiting for your answer")
                return asked.wait(self.check)
            finally:
                self._question = None
                self.phase(phase)

    def answer(self, question_id: str, answer: Any) -> None:
        """A person's answer. Raises ``QuestionNotFound`` (404) and, for one that does not fit,
        ``ValidationException``."""
        question = self._question
        if question is None or not question.take(question_id, answer):
            raise TaskError(
                "QuestionNotFound",
                "This is not asked, or not any more.",
                status=404,
                hint="It may have been answered in another tab.",
            )

    def _wake(self) -> None:
        question = self._question
        if question is not None:
            question.wake()

    # Telling.

    def phase(self, words: str) -> None:
        """What is being done now, for people; published and kept at once."""
        with self._lock:
            self.task.phase = words
            self.task.updated_at = now()
        self.publish(force=True)
        with contextlib.suppress(TaskError):  # a full disk must not stop the cleaning up
            self.save()

    def totals(self, files: int, size: int) -> None:
        """How much there is to do."""
        with self._lock:
            self.task.progress.files_total = files
            self.task.progress.bytes_total = size
            self.task.updated_at = now()
        self.publish(force=True)

    def reached(self, phase: str, files: int, files_total: int, size: int) -> None:
        """So far a program has got that counts by itself; told, but not kept."""
        with self._lock:
            if self._question is None:
                self.task.phase = phase
            progress = self.task.progress
            progress.files, progress.files_total, progress.bytes = files, files_total, size
            self.task.updated_at = now()
        self.publish()

    def advance(self, *, files: int = 0, size: int = 0) -> None:
        """So much more is done (negative: undone)."""
        with self._lock:
            self.task.progress.files += files
            self.task.progress.bytes += size
            self.task.updated_at = now()
        self.publish()

    def publish(self, *, force: bool = False) -> None:
        """Tell the browsers: at once where ``force``, else soon and not more often than useful."""
        with self._lock:
            if self._announced and not force:
                return
            self._announced = True
            wait = 0.0 if force else self._published + PUBLISH_SECONDS - time.monotonic()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens
            self.services.loop.call_soon_threadsafe(self._announce_in, max(0.0, wait))

    def _announce_in(self, seconds: float) -> None:
        if seconds:
            self.services.loop.call_later(seconds, self._announce)
        else:
            self._announce()

    def _announce(self) -> None:
        """On the event loop."""
        with self._lock:
            self._announced = False
            self._published = time.monotonic()
            body = self.task.to_json()
            if self._question is not None:
                body["question"] = self._question.shown
        self._publish(body)

    # Keeping.

    def save(self, *, durable: bool = False) -> None:
        """Write the record."""
        with self._lock:
            self.services.store.save(self.record, durable=durable)

    def keep_ending(self, cause: Exception, step: str = "undo") -> None:
        """Before things are removed: a next server must go on removing, and nothing else."""
        state, error = ending(cause)
        with self._lock:
            self.record.step, self.record.ending, self.task.error = step, state.value, error
        with contextlib.suppress(TaskError):
            self.save(durable=True)

    def journal(self) -> Journal:
        """The task's journal, opened on first use."""
        if self._journal is None:
            self._journal = Journal(self.services.store.path(self.task.id, ".journal"))
        return self._journal

    def journal_lines(self) -> list[str]:
        """What an earlier server wrote."""
        return list(Journal.read(self.services.store.path(self.task.id, ".journal")))

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None


def ending(cause: Exception) -> tuple[TaskState, dict[str, Any] | None]:
    """The final state and error of a task that ended by an exception."""
    if isinstance(cause, TaskCancelled):
        return TaskState.CANCELLED, None
    if isinstance(cause, TaskInterrupted):
        return TaskState.INTERRUPTED, cause.to_dict()
    if isinstance(cause, AwsError):
        return TaskState.FAILED, cause.to_dict()
    error = TaskError("InternalError", "The server failed on this task; its log says why.")
    return TaskState.FAILED, error.to_dict()
