"""A training job from Starting to its end: the runner's reports become the job's state."""

from __future__ import annotations

import logging
import math
import threading
from typing import Any

from ..store import Document
from .plane import Plane, Request

KIND = "training-job"
TERMINAL = ("Completed", "Failed", "Stopped")
STOPPED_WITH_STUDIO = (
    "InternalServerError: The local Studio was stopped while this job was running, and the job"
    " with it. Submit the job again to run it."
)
_LAST_WORDS = {
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "The training job reached its maximum run time and was stopped",
    "MaxWaitTimeExceeded": "The training job reached its maximum wait time and was stopped",
}
_MAX_REASON = 1024
_SPOT_SHARE = 0.3

log = logging.getLogger(__name__)


def key_of(name: str) -> str:
    """The id of a job in the store; names differing only in case are the same job."""
    return name.lower()


class Lifecycle:
    """The running jobs of one control plane."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        #: Notified at every change of a job's state; its lock is the store's.
        self.changed = threading.Condition(plane.store.lock)
        self._running: dict[str, Any] = {}
        self._closing = False

    def launch(self, request: Request) -> None:
        """Start running an accepted job; answers at once."""
        name = request["TrainingJobName"]
        running = self.plane.runner.start(
            request,
            role_arn=request["RoleArn"],
            on_transition=lambda status, message="": self.transition(name, status, message),
            on_done=lambda outcome: self._done(
                name, outcome.status, outcome.failure_reason, outcome.secondary
            ),
        )
        with self.plane.store.lock:
            status = self._detail(name).get("TrainingJobStatus")
            if status not in TERMINAL:
                self._running[key_of(name)] = running
        if status == "Stopping":
            running.stop()

    def _detail(self, name: str) -> Document:
        job = self.plane.store.get(KIND, key_of(name))
        return job["detail"] if job else {}

    def transition(self, name: str, status: str, message: str = "") -> None:
        """Note a new SecondaryStatus. Reports about a finished job are ignored."""
        with self.plane.store.lock:
            detail = self._detail(name)
            if not detail or detail["TrainingJobStatus"] in TERMINAL or self._closing:
                return
            if status in _LAST_WORDS:
                # How it ended comes with on_done, together with the reason.
                return
            stopping = detail["TrainingJobStatus"] == "Stopping"
            if stopping and status not in ("Stopping", "Uploading"):
                return
            changed = advance(detail, status, message, self.plane.clock.now())
            if status in ("Downloading", "Training"):
                changed.setdefault("TrainingStartTime", changed["LastModifiedTime"])
            self._save(name, changed)

    def request_stop(self, name: str) -> None:
        """Turn a job to Stopping and end its process."""
        with self.plane.store.lock:
            detail = advance(
                self._detail(name), "Stopping", "Stopping the training job", self.plane.clock.now()
            )
            detail["TrainingJobStatus"] = "Stopping"
            self._save(name, detail)
            running = self._running.get(key_of(name))
        if running is not None:
            running.stop()

    def _done(self, name: str, status: str, reason: str | None, secondary: str) -> None:
        with self.plane.store.lock:
            self._running.pop(key_of(name), None)
            detail = self._detail(name)
            if not detail or self._closing or detail["TrainingJobStatus"] in TERMINAL:
                return
            if detail["TrainingJobStatus"] == "Stopping" and status == "Failed":
                # Whatever a job says while it is being stopped, it was stopped.
                status, reason, secondary = "Stopped", None, "Stopped"
            self._save(name, finish(detail, status, reason, secondary, self.plane.clock.now()))

    def _save(self, name: str, detail: Document) -> None:
        with self.changed:
            self.plane.store.put(KIND, key_of(name), {"detail": detail})
            self.changed.notify_all()

    def recover(self) -> None:
        """End the jobs a former run of the local Studio left unfinished."""
        with self.plane.store.lock:
            for _, job in self.plane.store.items(KIND):
                if job["detail"]["TrainingJobStatus"] not in TERMINAL:
                    self._end_with_studio(job)

    def _end_with_studio(self, job: Document) -> None:
        detail = job["detail"]
        stopping = detail["TrainingJobStatus"] == "Stopping"
        status = "Stopped" if stopping else "Failed"
        reason = None if stopping else STOPPED_WITH_STUDIO
        ended = finish(detail, status, reason, status, self.plane.clock.now())
        self._save(detail["TrainingJobName"], ended)

    def close(self) -> None:
        """Stop every running job and say so in its state."""
        with self.plane.store.lock:
            self._closing = True
            self.recover()
        if self.plane.started_runner is not None:
            try:
                self.plane.started_runner.shutdown()
            except Exception:
                log.exception("the training job runner did not shut down cleanly")


def advance(detail: Document, status: str, message: str, now: float) -> Document:
    """A job's description with a new SecondaryStatus; times are epoch seconds."""
    transitions = [dict(item) for item in detail.get("SecondaryStatusTransitions", [])]
    if transitions and transitions[-1]["Status"] == status:
        transitions[-1]["StatusMessage"] = message or transitions[-1].get("StatusMessage", "")
    else:
        if transitions:
            transitions[-1].setdefault("EndTime", now)
        transitions.append({"Status": status, "StartTime": now, "StatusMessage": message})
    return {
        **detail,
        "SecondaryStatus": status,
        "SecondaryStatusTransitions": transitions,
        "LastModifiedTime": now,
    }


def finish(
    detail: Document, status: str, reason: str | None, secondary: str, now: float
) -> Document:
    """A job's description at its end, with its billable time."""
    ended = advance(detail, secondary, _LAST_WORDS.get(secondary, status), now)
    if status == "Failed" and reason:
        ended["SecondaryStatusTransitions"][-1]["StatusMessage"] = reason[:_MAX_REASON]
        ended["FailureReason"] = reason[:_MAX_REASON]
    ended["SecondaryStatusTransitions"][-1]["EndTime"] = now
    ended["TrainingJobStatus"] = status
    ended["TrainingEndTime"] = now
    started = ended.get("TrainingStartTime")
    if started is not None:
        # Billed by the second, from the first activity on the instance.
        seconds = max(1, math.ceil(now - started))
        ended["TrainingTimeInSeconds"] = ended["BillableTimeInSeconds"] = seconds
        if ended.get("EnableManagedSpotTraining"):
            # AWS expresses the lower price of spot as fewer seconds.
            ended["TrainingTimeInSeconds"] = max(2, seconds)
            ended["BillableTimeInSeconds"] = max(1, round(seconds * _SPOT_SHARE))
    return ended
