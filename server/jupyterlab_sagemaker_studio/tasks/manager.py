"""The tasks of one server: taken in once, run a few at a time, told to whoever listens, kept.

All methods are for the event loop; the work itself is done in threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
import traceback
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from logging import Logger
from typing import Any

from .model import Ended, Record, ServerStopping, Task, TaskError, TaskState, now
from .run import GRACE_SECONDS, Services, TaskRun, ending
from .spec import ON_DISK, check_folder, fingerprint, subject
from .store import FileLock

KEEP_SECONDS = 7 * 24 * 3600  # a finished task that nobody acknowledged
MAX_RUNNING = 4
# These mostly wait, or somebody waits for them: nothing should make them wait for uploads.
_AT_ONCE = {"change", "clone", "pull", "results", "sweep"}
_STOP_SECONDS = 2.0
_FOREIGN_POLL_SECONDS = 1.0
_LAST_WORDS = {
    TaskState.SUCCEEDED: "Done",
    TaskState.FAILED: "Failed",
    TaskState.CANCELLED: "Cancelled",
    TaskState.INTERRUPTED: "Interrupted",
}


@dataclass(eq=False)
class _Entry:
    """A task this server runs, ran, or is about to run."""

    record: Record
    lock: FileLock | None = None
    run: TaskRun | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    listeners: set[asyncio.Queue[dict[str, Any]]] = field(default_factory=set)
    finished: asyncio.Event = field(default_factory=asyncio.Event)


class TaskManager:
    """Owns the tasks below one server root.

    :param on_activity: called when a task moves on, so that the server does not count as idle.
    """

    def __init__(
        self, services: Services, log: Logger, on_activity: Callable[[], None] = lambda: None
    ) -> None:
        self._services = services
        self._store = services.store
        self._log = log
        self._on_activity = on_activity
        self._entries: dict[str, _Entry] = {}
        self._queue: deque[_Entry] = deque()
        self._running: set[_Entry] = set()
        self._taking_in = asyncio.Lock()
        self._stopping = False

    async def start(self) -> None:
        """Take up what a killed server left. With nothing left this lists one folder."""
        try:
            await self._take_over()
        except TaskError as error:
            self._log.warning("SageMaker Studio: unfinished tasks: %s", error.message)

    async def stop(self) -> None:
        """End all threads soon; the records stay for the next server."""
        self._stopping = True
        self._queue.clear()
        running = list(self._running)
        for entry in running:
            if entry.run is not None:
                entry.run.server_stops()
        if running:
            ends = [asyncio.ensure_future(entry.finished.wait()) for entry in running]
            _, late = await asyncio.wait(ends, timeout=_STOP_SECONDS)
            for end in late:
                end.cancel()

    async def submit(
        self, kind: str, token: str, title: str, spec: dict[str, Any]
    ) -> tuple[dict[str, Any], bool]:
        """Take in a task; answers its JSON and whether it is new.

        The same token gives the same task, in any tab and after a restart. Raises
        ``IdempotentParameterMismatch`` (409) when it comes with another request, and
        ``ChangeInProgress`` (409) when another task changes the same thing. A clone's folder must
        not be there yet, a pull's must.
        """
        if self._stopping:
            raise TaskError("ServerStopping", "The server is shutting down.", status=503)
        task_id = hashlib.sha256(token.encode()).hexdigest()[:32]
        mark = fingerprint(kind, spec)
        async with self._taking_in:
            found = await self._find(task_id)
            if found is None:
                task = Task(id=task_id, kind=kind, title=title, client_token=token)
                record = Record(task, fingerprint=mark, subject=subject(kind, spec))
                await self._refuse_second(record.subject)
                if kind in ON_DISK:
                    await asyncio.to_thread(check_folder, kind, spec, self._services.root)
                else:
                    spec = {**spec, "region": await self._region()}
                lock = await asyncio.to_thread(self._add, record, spec)
                if lock is not None:
                    entry = self._enter(record, lock, spec, resumed=False)
                    return entry.shown, True
                found = await self._wait_for_other(task_id)
        record, shown = found
        if record.fingerprint != mark:
            raise TaskError(
                "IdempotentParameterMismatch",
                "This clientToken was used for a different request. Use a new one.",
                status=409,
            )
        return shown, False

    async def list(self) -> list[dict[str, Any]]:
        """All tasks, the newest first."""
        async with self._taking_in:
            await self._take_over()
        on_disk = await asyncio.to_thread(self._load_all)
        shown = {record.task.id: record.task.to_json() for record in on_disk}
        shown.update((task_id, entry.shown) for task_id, entry in self._entries.items())
        return sorted(shown.values(), key=lambda task: task["createdAt"], reverse=True)

    async def get(self, task_id: str) -> dict[str, Any]:
        """One task; raises ``TaskNotFound`` (404)."""
        found = await self._find(task_id)
        if found is None:
            raise TaskError("TaskNotFound", f"There is no task {task_id}.", status=404)
        return found[1]

    async def watch(self, task_id: str) -> AsyncIterator[dict[str, Any]]:
        """The task now and after each change, at most four a second; ends with the task."""
        shown = await self.get(task_id)
        entry = self._entries.get(task_id)
        if entry is None:
            async for latest in self._watch_other(task_id, shown):
                yield latest
            return
        news: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=1)
        entry.listeners.add(news)
        try:
            latest = entry.shown
            yield latest
            while not TaskState(latest["state"]).terminal:
                latest = await news.get()
                yield latest
        finally:
            entry.listeners.discard(news)

    async def delete(self, task_id: str) -> None:
        """Cancel a task that runs, forget one that ended."""
        entry = self._entries.get(task_id)
        shown = await self.get(task_id)
        if TaskState(shown["state"]).terminal:
            if entry is not None:
                await entry.finished.wait()  # its thread still holds the lock for a moment
            self._entries.pop(task_id, None)
            await asyncio.to_thread(self._forget, task_id)
            return
        # On disk first: a server killed in this moment must not go on with it later.
        await asyncio.to_thread(self._store.request_cancel, task_id)
        if entry is not None and entry.run is not None:
            entry.run.cancel()
            if entry in self._queue:  # it need not wait for its turn to be cancelled
                self._queue.remove(entry)
                self._launch(entry)
            self._cut_until_finished(entry)

    async def answer(self, task_id: str, question_id: str, answer: Any) -> None:
        """Give a person's answer to the task that asks; see :meth:`TaskRun.answer`."""
        await self.get(task_id)
        entry = self._entries.get(task_id)
        if entry is None or entry.run is None:
            raise TaskError("QuestionNotFound", "This task asks nothing.", status=404)
        entry.run.answer(question_id, answer)

    # Taking in.

    async def _refuse_second(self, subject: str) -> None:
        """Raise ``ChangeInProgress`` while an unfinished task has the same subject."""
        if not subject:
            return
        on_disk = await asyncio.to_thread(self._load_all)
        for record in [*(entry.record for entry in self._entries.values()), *on_disk]:
            task = record.task
            if record.subject == subject and not task.state.terminal:
                raise TaskError(
                    "ChangeInProgress",
                    f"“{task.title}” was begun at {task.created_at} and has not ended yet.",
                    status=409,
                    hint="Wait for its end, or cancel it.",
                )

    async def _region(self) -> str:
        return await asyncio.to_thread(lambda: self._services.upstream.region())

    def _add(self, record: Record, spec: dict[str, Any]) -> FileLock | None:
        """Keep a new task; None when another server has it already."""
        lock = self._store.lock(record.task.id)
        if lock is None:
            return None
        try:
            if self._store.load(record.task.id) is not None:
                lock.release()
                return None
            self._store.add(record, spec)
        except BaseException:
            lock.release()
            raise
        return lock

    async def _wait_for_other(self, task_id: str) -> tuple[Record, dict[str, Any]]:
        """Another server is just writing the record."""
        for _ in range(40):
            found = await self._find(task_id)
            if found is not None:
                return found
            await asyncio.sleep(0.05)
        raise TaskError("TaskBusy", "Another server is taking in this task.", status=409)

    async def _find(self, task_id: str) -> tuple[Record, dict[str, Any]] | None:
        entry = self._entries.get(task_id)
        if entry is not None:
            return entry.record, entry.shown
        record = await asyncio.to_thread(self._store.load, task_id)
        return None if record is None else (record, record.task.to_json())

    def _load_all(self) -> Sequence[Record]:
        """Records of tasks that are not in memory; old finished ones go."""
        every, unfinished = self._store.ids()
        records = []
        for task_id in every - set(self._entries):
            if task_id not in unfinished and self._store.prune(task_id, KEEP_SECONDS):
                continue
            record = self._store.load(task_id)
            if record is not None:
                records.append(record)
        return records

    async def _take_over(self) -> None:
        """Run unfinished tasks that no living server runs."""
        if self._stopping:
            return
        _, unfinished = await asyncio.to_thread(self._store.ids)
        for task_id in sorted(unfinished - set(self._entries)):
            taken = await asyncio.to_thread(self._take, task_id)
            if taken is not None:
                record, lock, spec = taken
                self._log.info("SageMaker Studio: taking up task %s again", task_id)
                self._enter(record, lock, spec, resumed=True)

    def _take(self, task_id: str) -> tuple[Record, FileLock, dict[str, Any]] | None:
        lock = self._store.lock(task_id)
        if lock is None:
            return None
        record, spec = self._store.load(task_id), self._store.load_spec(task_id)
        if record is not None and not record.task.state.terminal and spec is not None:
            return record, lock, spec
        if record is not None:
            if not record.task.state.terminal:
                record.task.state = TaskState.INTERRUPTED
                record.task.error = TaskError(
                    "RecordDamaged", "What this task was to do cannot be read any more."
                ).to_dict()
            with contextlib.suppress(TaskError):
                self._store.save(record)
        lock.release()
        return None

    def _forget(self, task_id: str) -> None:
        lock = self._store.lock(task_id)
        if lock is not None:
            self._store.remove(task_id)
            lock.release()

    def _enter(
        self, record: Record, lock: FileLock, spec: dict[str, Any], *, resumed: bool
    ) -> _Entry:
        entry = _Entry(record, lock)

        def publish(shown: dict[str, Any]) -> None:
            self._tell(entry, shown)

        if resumed:
            record.task.progress.files = record.task.progress.bytes = 0
            record.task.phase = "Going on after the server restarted"
        entry.run = TaskRun(self._services, record, spec, publish, resumed=resumed)
        entry.shown = record.task.to_json()
        self._entries[record.task.id] = entry
        if record.task.kind in _AT_ONCE and not self._stopping:
            self._launch(entry)
        else:
            self._queue.append(entry)
            self._run_next()
        return entry

    # Running.

    def _run_next(self) -> None:
        while self._queue and not self._stopping:
            if sum(e.record.task.kind not in _AT_ONCE for e in self._running) >= MAX_RUNNING:
                return
            self._launch(self._queue.popleft())

    def _launch(self, entry: _Entry) -> None:
        self._running.add(entry)
        # Daemons: a request that hangs must not keep the server from ending.
        threading.Thread(
            target=self._work, args=(entry,), name="sagemaker-studio-task", daemon=True
        ).start()

    def _work(self, entry: _Entry) -> None:
        """In the task's thread."""
        run, task = entry.run, entry.record.task
        assert run is not None
        task.state = TaskState.RUNNING
        error: dict[str, Any] | None = None
        try:
            run.publish(force=True)
            run.save()
            task.result = _perform(run)
            state = TaskState.SUCCEEDED
        except ServerStopping:
            self._leave(entry)
            return
        except Ended:
            state, error = TaskState(entry.record.ending), task.error
        except Exception as cause:
            state, error = ending(cause)
            if error is not None and error["code"] == "InternalError":
                # Only where, not what: messages of other packages may quote a job's values.
                where = "".join(traceback.format_tb(cause.__traceback__))
                self._log.error("Task %s failed: %s\n%s", task.id, type(cause).__name__, where)
        if run.leftovers:
            error = error or TaskError("LeftoversRemain", "It was cancelled.").to_dict()
            error["message"] = f"{error['message']} {run.leftovers}"
        task.state, task.error, task.phase = state, error, _LAST_WORDS[state]
        task.updated_at = now()
        try:
            run.save(durable=True)
        except TaskError as problem:
            self._log.error("Task %s could not be kept: %s", task.id, problem.message)
        run.publish(force=True)
        self._leave(entry)

    def _leave(self, entry: _Entry) -> None:
        if entry.run is not None:
            entry.run.close()
        if entry.lock is not None:
            entry.lock.release()
        with contextlib.suppress(RuntimeError):
            self._services.loop.call_soon_threadsafe(self._finished, entry)

    def _finished(self, entry: _Entry) -> None:
        entry.run = entry.lock = None
        entry.finished.set()
        self._running.discard(entry)
        self._run_next()

    def _cut_until_finished(self, entry: _Entry) -> None:
        """Requests that a cancelled task still waits for are cut, again until it has ended."""

        def cut() -> None:
            if entry.run is not None:
                entry.run.cut()
                self._services.loop.call_later(GRACE_SECONDS, cut)

        self._services.loop.call_later(GRACE_SECONDS, cut)

    # Telling.

    def _tell(self, entry: _Entry, shown: dict[str, Any]) -> None:
        entry.shown = shown
        self._on_activity()
        for news in entry.listeners:
            if news.full():
                news.get_nowait()  # only the latest state matters
            news.put_nowait(shown)

    async def _watch_other(
        self, task_id: str, shown: dict[str, Any]
    ) -> AsyncIterator[dict[str, Any]]:
        """A task that ended in an earlier server, or that another server runs."""
        yield shown
        while not TaskState(shown["state"]).terminal:
            await asyncio.sleep(_FOREIGN_POLL_SECONDS)
            await self.list()  # takes it over when that server died
            latest = await self.get(task_id)
            if latest != shown:
                shown = latest
                yield shown


def _perform(run: TaskRun) -> dict[str, Any]:
    """Do the work; imported here, because most servers never run a task."""
    if run.task.kind == "stage":
        from .stage import stage

        return stage(run)
    if run.task.kind == "sweep":
        from .sweep import sweep

        return sweep(run)
    if run.task.kind == "results":
        from .results import results

        return results(run)
    if run.task.kind == "change":
        from .change import change

        return change(run)
    if run.task.kind == "clone":
        from ..repositories.clone import clone

        return clone(run)
    if run.task.kind == "pull":
        from ..repositories.pull import pull

        return pull(run)
    from .download import download

    return download(run)
