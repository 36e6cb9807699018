"""What a task is: its states, its progress, its errors, and the JSON the browser gets."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from ..errors import AwsError


class TaskState(str, Enum):
    """Life of a task; the last four are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def terminal(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (TaskState.QUEUED, TaskState.RUNNING)


class TaskError(AwsError):
    """Why a task, or a request about tasks, could not be carried out.

    :param code: AWS's error code or one of ours, for programs.
    :param message: a sentence for people that names what is wrong.
    :param status: HTTP status of the AWS answer, or the one our own route answers with.
    :param aws: True when AWS said so, False when we did.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        operation: str | None = None,
        request_id: str = "",
        status: int = 400,
        hint: str | None = None,
        aws: bool = False,
    ) -> None:
        super().__init__(code, message, status=status, operation=operation, hint=hint)
        self.request_id = request_id
        self.aws = aws

    def to_dict(self) -> dict[str, Any]:
        """The value of ``error``; AWS's own members only when AWS was asked."""
        fields = super().to_dict()
        if not self.aws:
            del fields["awsCode"], fields["status"]
        if not self.request_id:
            del fields["requestId"]
        return fields


class TaskCancelled(Exception):
    """Raised inside a task when somebody cancelled it."""


class ServerStopping(Exception):
    """Raised inside a task when the server shuts down: the record stays for the next one."""


class Ended(Exception):
    """Raised inside a task whose end the record knows already; an earlier server decided it."""


class TaskInterrupted(TaskError):
    """A task a killed server left, which cannot be taken up again; the message says why."""


def now() -> str:
    """The time as ISO 8601 in UTC, to the millisecond."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def age_seconds(stamp: str) -> float:
    """Seconds since a time written by :func:`now`."""
    then = datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    return (datetime.now(timezone.utc) - then).total_seconds()


@dataclass
class Progress:
    """How far a task is: whole files, and bytes."""

    files: int = 0
    files_total: int = 0
    bytes: int = 0
    bytes_total: int = 0


@dataclass
class Task:
    """One piece of durable work, without what it needs (that may hold secrets)."""

    id: str
    kind: str
    title: str
    client_token: str
    state: TaskState = TaskState.QUEUED
    phase: str = "Waiting for its turn"
    progress: Progress = field(default_factory=Progress)
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    created_at: str = field(default_factory=now)
    updated_at: str = field(default_factory=now)

    def to_json(self) -> dict[str, Any]:
        """As the browser gets it."""
        progress = self.progress
        body: dict[str, Any] = {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "clientToken": self.client_token,
            "state": self.state.value,
            "phase": self.phase,
            "progress": {
                "files": progress.files,
                "filesTotal": progress.files_total,
                "bytes": progress.bytes,
                "bytesTotal": progress.bytes_total,
            },
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
        }
        if self.result is not None:
            body["result"] = self.result
        if self.error is not None:
            body["error"] = self.error
        return body


@dataclass
class Record:
    """A task as it is kept on disk, with what the next server has to know.

    :ivar fingerprint: tells whether a repeated ``clientToken`` asks for the same thing.
    :ivar step: how a killed task is taken up again: ``""`` from its start or its journal,
        ``"then"`` the call may have been sent, ``"undo"`` only removing is left to do,
        ``"placing"`` a download's files are being put in place, ``"recover"`` a change failed and
        is going back.
    :ivar ending: the final state after ``"undo"`` or ``"recover"``; its error is in the task
        already.
    :ivar placing: the paths below the root that a download is putting in place.
    :ivar subject: what the task changes; there is never a second unfinished one of the same.
    :ivar notes: how far a change, the calls of a stage, or a sweep got.
    """

    task: Task
    fingerprint: str = ""
    step: str = ""
    ending: str = ""
    placing: list[str] = field(default_factory=list)
    subject: str = ""
    notes: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is written to the record file."""
        return {"version": 1, **asdict(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Record:
        """Read back what :meth:`to_json` wrote; raises on anything else."""
        task = dict(data["task"])
        task["state"] = TaskState(task["state"])
        task["progress"] = Progress(**task["progress"])
        return cls(
            task=Task(**task),
            fingerprint=str(data["fingerprint"]),
            step=str(data["step"]),
            ending=str(data["ending"]),
            placing=[str(item) for item in data["placing"]],
            # Records of version 0.1 have neither.
            subject=str(data.get("subject", "")),
            notes=dict(data.get("notes", {})),
        )
