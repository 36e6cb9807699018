"""After the hand-over of this server's own space: waiting to be stopped, arriving in a new app."""

from __future__ import annotations

import time
from typing import Any

from ..errors import AwsError
from . import calls
from .change_view import View
from .model import TaskError, TaskInterrupted

WATCH_SECONDS = 5.0  # between two looks while SageMaker stops this app
STILL_RUNNING_SECONDS = 600.0  # an app that should be stopped
NEVER_SENT_SECONDS = 60.0  # the same, where the hand-over may not have reached SageMaker
ARRIVAL_SECONDS = 600.0  # until the new app is in service, and until the witness knows the end

_LOST = ("FAILED", "TIMED_OUT", "ABORTED")  # of an execution
_RUNNING = ("RUNNING", "PENDING_REDRIVE")
_STOPPING = "SageMaker is stopping JupyterLab"


def wait_to_be_stopped(view: View, doubt: AwsError | None) -> None:
    """Wait for the end of this server, or answer at once if it is a new app's already.

    :param doubt: why it is not known whether the hand-over reached SageMaker.
    Raises :class:`AwsError` where the app is not stopped.
    """
    run = view.run
    in_doubt = doubt is not None or not view.is_first
    begun = time.monotonic()
    while True:
        app = view.app(patient=not view.is_first) or {}
        if not view.is_first and not _is_former(view, app):
            return
        if run.task.phase != _STOPPING:
            run.phase(_STOPPING)
        status = calls.status_of(app)
        witness = view.witness()
        course = calls.status_of(witness or {})
        if witness is not None and course in _LOST and status == "InService":
            raise _lost(course, witness)
        limit = STILL_RUNNING_SECONDS
        if in_doubt and course not in _RUNNING:
            limit = NEVER_SENT_SECONDS
        if time.monotonic() - begun > limit and status not in ("Deleting", "Deleted"):
            raise doubt or _still_running(view)
        run.wait(WATCH_SECONDS, shielded=True)


def arrive(view: View) -> dict[str, Any]:
    """In the new app: clear up, and gather how it went; answers the result."""
    run = view.run
    run.phase("Finding out how the change went")
    problems = calls.make_all(run, view.spec["cleanup"])
    if problems:
        view.problems["cleanupProblem"] = " ".join(problems)
    app = view.app(patient=True)
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while calls.status_of(app or {}) not in ("InService", "Failed"):
        if time.monotonic() > deadline or "appProblem" in view.problems:
            break
        run.wait(calls.LOOK_SECONDS, shielded=True)
        app = view.app(patient=True)
    witness = view.witness(patient=True)
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while calls.status_of(witness or {}) in _RUNNING and time.monotonic() < deadline:
        run.wait(calls.LOOK_SECONDS, shielded=True)
        witness = view.witness(patient=True) or witness
    return view.result(app, witness)


def _is_former(view: View, app: dict[str, Any]) -> bool:
    """Whether Jupyter alone was restarted, and the app is still the one to be stopped."""
    created = app.get("CreationTime")
    return created is not None and created == view.notes.app_created_at


def _lost(course: str, witness: dict[str, Any]) -> TaskError:
    """The error for an execution that ended before it stopped the app."""
    cause = str(witness.get("cause") or f"The execution ended as {course} and gives no reason.")
    return TaskError(
        str(witness.get("error") or f"Execution{course.title().replace('_', '')}"),
        f"{cause} Nothing was changed.",
        aws=True,
    )


def _still_running(view: View) -> TaskError:
    if not view.is_first:
        return TaskInterrupted(
            "Interrupted",
            "Jupyter was restarted at the moment of the hand-over, and SageMaker does not stop the "
            "app; nothing was changed.",
        )
    return TaskError(
        "AppStillRunning",
        "JupyterLab should have been stopped by SageMaker, and still runs "
        f"{round(STILL_RUNNING_SECONDS / 60)} minutes later; nothing was changed.",
    )
