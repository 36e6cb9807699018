"""Tasks on disk: one small record each, a spec file while it is unfinished, a journal, a lock.

Everything is readable by its owner only, because a spec may hold environment values of a job.
``<id>.spec.json`` exists exactly as long as the task is unfinished, so one directory listing tells
whether a killed server left something to do.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import UNFINISHED
from .model import Record, Task, TaskError, TaskState

_SPEC = UNFINISHED
_RECORD = ".json"
_SUFFIXES = (_SPEC, _RECORD, ".journal", ".cancel", ".lock")
_ID = re.compile(r"^[0-9a-f]{32}$")


class Store:
    """The folder of one server root's tasks; made on the first task."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, task_id: str, suffix: str = _RECORD) -> Path:
        """A file of one task."""
        return self.directory / f"{task_id}{suffix}"

    def prepare(self) -> None:
        """Make the folder; raises ``StateUnavailable`` where it can't be written."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unavailable(error) from error

    def ids(self) -> tuple[set[str], set[str]]:
        """Ids of all tasks, and of the unfinished ones."""
        try:
            names = os.listdir(self.directory)
        except OSError:
            return set(), set()
        unfinished = {n[: -len(_SPEC)] for n in names if n.endswith(_SPEC)}
        every = {n[: -len(_RECORD)] for n in names if n.endswith(_RECORD) and not n.endswith(_SPEC)}
        known = {name for name in every if _ID.match(name)}
        return known, {name for name in unfinished if _ID.match(name)} & known

    def load(self, task_id: str) -> Record | None:
        """One record; None when there is none. A damaged one becomes an interrupted task."""
        try:
            text = self.path(task_id).read_text("utf-8")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unavailable(error) from error
        try:
            return Record.from_json(json.loads(text))
        except (ValueError, KeyError, TypeError):
            return Record(_damaged(task_id))

    def load_spec(self, task_id: str) -> dict[str, Any] | None:
        """What an unfinished task is to do."""
        try:
            spec = json.loads(self.path(task_id, _SPEC).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return spec if isinstance(spec, dict) else None

    def add(self, record: Record, spec: dict[str, Any]) -> None:
        """Keep a new task. The spec comes first, so that a record never lacks it."""
        self.prepare()
        try:
            self._write(self.path(record.task.id, _SPEC), spec, durable=True)
            self._write(self.path(record.task.id), record.to_json(), durable=True)
        except OSError as error:
            self.remove(record.task.id)
            raise unavailable(error) from error

    def replace_spec(self, task_id: str, spec: dict[str, Any]) -> None:
        """Forget what an unfinished task does not need any more."""
        try:
            self._write(self.path(task_id, _SPEC), spec, durable=True)
        except OSError as error:
            raise unavailable(error) from error

    def save(self, record: Record, *, durable: bool = False) -> None:
        """Replace a record in one step; ``durable`` waits until it is on the disk."""
        try:
            self._write(self.path(record.task.id), record.to_json(), durable=durable)
            if record.task.state.terminal:
                for suffix in (_SPEC, ".journal", ".cancel"):
                    self.path(record.task.id, suffix).unlink(missing_ok=True)
        except OSError as error:
            raise unavailable(error) from error

    def remove(self, task_id: str) -> None:
        """Forget a task; the caller holds its lock."""
        for suffix in _SUFFIXES:
            with contextlib.suppress(OSError):
                self.path(task_id, suffix).unlink(missing_ok=True)

    def request_cancel(self, task_id: str) -> None:
        """Ask the other server that runs the task to cancel it."""
        try:
            self.path(task_id, ".cancel").touch(mode=0o600)
        except OSError as error:
            raise unavailable(error) from error

    def cancel_requested(self, task_id: str) -> bool:
        """Whether another server asked for a cancel."""
        return self.path(task_id, ".cancel").exists()

    def prune(self, task_id: str, older_than: float) -> bool:
        """Forget a finished task that nobody looked at for so many seconds."""
        try:
            if time.time() - self.path(task_id).stat().st_mtime < older_than:
                return False
        except OSError:
            return False
        lock = self.lock(task_id)
        if lock is None:
            return False
        self.remove(task_id)
        lock.release()
        return True

    def lock(self, task_id: str) -> FileLock | None:
        """Take the task for this server; None while another server has it."""
        self.prepare()
        path = self.path(task_id, ".lock")
        while True:
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise unavailable(error) from error
            lock = FileLock(descriptor)
            if not lock.take():
                os.close(descriptor)
                return None
            # The former holder may have removed the file between our opening and locking it.
            with contextlib.suppress(OSError):
                if os.path.samestat(os.fstat(descriptor), os.stat(path)):
                    return lock
            lock.release()

    def _write(self, path: Path, body: dict[str, Any], *, durable: bool) -> None:
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(body, file)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            os.replace(temporary, path)
            if durable:
                _sync_folder(path.parent)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


class FileLock:
    """An exclusive lock that the system releases when the process dies, however it dies."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def take(self) -> bool:
        """Lock without waiting; False while somebody else has it."""
        descriptor = self._descriptor
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            else:
                import fcntl

                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def release(self) -> None:
        """Let others take it."""
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


class Journal:
    """What a task has done so far, a line each, written before and after the deed.

    Lines: the plan as JSON; ``s <row>`` an upload begins; ``d <row> <version>`` it is complete;
    ``m <row> <upload id>`` a multipart upload was opened. Rows count the files of the plan.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise unavailable(error) from error

    def write(self, *fields: object) -> None:
        """Append a line; safe from several threads, kept when the process is killed."""
        try:
            os.write(self._descriptor, (" ".join(map(str, fields)) + "\n").encode())
        except OSError as error:
            raise unavailable(error) from error

    def close(self) -> None:
        """No more lines."""
        os.close(self._descriptor)

    @staticmethod
    def read(path: Path) -> Iterator[str]:
        """The complete lines of an earlier process; none when there was no journal."""
        try:
            text = path.read_text("utf-8")
        except OSError:
            return
        yield from text.split("\n")[:-1]  # a line cut off by a kill is not complete


def _sync_folder(folder: Path) -> None:
    """So that the new name of a file outlives the machine, too."""
    with contextlib.suppress(OSError):  # not every system and file system can
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def unavailable(error: OSError) -> TaskError:
    """The error for a state folder that can't be used."""
    return TaskError(
        "StateUnavailable",
        f"The server cannot keep its task records in {error.filename or 'its data folder'}: "
        f"{error.strerror or error}.",
        status=507,
        hint="Free some disk space, or make that folder writable.",
    )


def _damaged(task_id: str) -> Task:
    error = TaskError("RecordDamaged", "The record of this task on the server cannot be read.")
    return Task(
        id=task_id,
        kind="stage",
        title="A task of an earlier session",
        client_token="",
        state=TaskState.INTERRUPTED,
        phase="Interrupted",
        error=error.to_dict(),
    )
