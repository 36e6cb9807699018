"""A change of a space: its steps, and what becomes of them when the server ends on the way.

The space may be this server's own. Then one step, the hand-over, makes SageMaker stop the app this
server runs in, and somebody else starts it again; the next server tells how it went. That the
hand-over was sent is on disk before it is sent, so the next server never takes one for not begun.
A change of another space is carried out from the first step to the last, by however many servers.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from ..errors import AwsError
from . import calls
from .model import Ended, ServerStopping, TaskError, TaskInterrupted, now
from .run import TaskRun
from .shapes import check_requests

KERNELS_SECONDS = 2.0  # between two looks at the kernels
WATCH_SECONDS = 5.0  # between two looks while SageMaker stops this app
STILL_RUNNING_SECONDS = 600.0  # an app that should be stopped
NEVER_SENT_SECONDS = 60.0  # the same, where the hand-over may not have reached SageMaker
ARRIVAL_SECONDS = 600.0  # until the new app is in service, and until the witness knows the end

_LOST = ("FAILED", "TIMED_OUT", "ABORTED")  # of an execution
_RUNNING = ("RUNNING", "PENDING_REDRIVE")


@dataclass
class _Notes:
    """What the next server has to know; kept in the task's record."""

    started_at: str
    boot_id: str  # of the server that began
    complete: int = 0  # so many steps (of `recover`, once that has begun) were carried out
    sent: bool = False  # the call of the next one may have been sent
    answered: bool = False  # and was carried out; only the waiting is left
    handed_over_at: str = ""
    app_created_at: Any = None  # of the own app at the hand-over: tells it from its successor


def change(run: TaskRun) -> dict[str, Any]:
    """Carry out a change task; answers its result (``ISpaceChangeResult``)."""
    return _Change(run).carry_out()


class _Change:
    def __init__(self, run: TaskRun) -> None:
        self._run = run
        self._spec = run.spec
        self._is_own = self._spec["spaceName"] == run.services.fact("spaceName")
        kept = run.record.notes
        self._notes = _Notes(**kept) if kept else _Notes(now(), run.services.boot_id)
        self._app: dict[str, Any] | None = None
        self._recovered = False
        self._problems: dict[str, str] = {}

    def carry_out(self) -> dict[str, Any]:
        """From wherever an earlier server left it. A result is given on failure as well."""
        run, notes = self._run, self._notes
        try:
            if run.record.step == "undo":
                self._undo()
                raise Ended
            if run.record.step == "recover":
                self._recover()
                raise Ended
            self._same_region()
            if self._is_own and run.resumed and not notes.handed_over_at:
                raise TaskInterrupted(
                    "Interrupted",
                    "JupyterLab restarted before the change began; nothing was changed.",
                )
            if not run.resumed:
                self._begin()
            return self._steps()
        except (ServerStopping, Ended) as end:
            if isinstance(end, Ended):
                run.task.result = self._result(self._look_at_app())
            raise
        except Exception as error:
            if notes.handed_over_at and not self._is_own:
                notes.complete, notes.sent, notes.answered = 0, False, False
                run.record.notes = asdict(notes)
                run.keep_ending(error, step="recover")
                self._recover()
            else:
                run.keep_ending(error)
                self._undo()
            run.task.result = self._result(self._look_at_app())
            raise

    # The steps.

    def _begin(self) -> None:
        run, spec = self._run, self._spec
        run.phase("Checking")
        run.check()
        steps = spec["steps"]
        if self._is_own and any(step["isHandOver"] for step in steps[:-1]):
            raise _invalid("spec.steps", "nothing can follow the hand-over of one's own space")
        if spec["waitForCells"] and not self._is_own:
            raise _invalid("spec.waitForCells", "only cells of one's own space can be waited for")
        check_requests(_every_call(spec))
        self._save()
        if spec["waitForCells"]:
            self._wait_for_cells()

    def _wait_for_cells(self) -> None:
        """Until two looks found no kernel at work: between two cells it is not for a moment."""
        run, quiet = self._run, 0
        while quiet < 2:
            busy = run.on_loop(run.services.busy())
            quiet = 0 if busy else quiet + 1
            words = f"Waiting for running cells: {', '.join(busy)}"
            if busy and run.task.phase != words:
                run.phase(words)
            if quiet < 2:
                run.wait(KERNELS_SECONDS)

    def _steps(self) -> dict[str, Any]:
        notes, doubt = self._notes, None
        try:
            if not (self._is_own and notes.handed_over_at):
                self._carry_out(self._spec["steps"])
        except AwsError as error:
            if not (self._is_own and notes.handed_over_at):
                raise
            doubt = error  # it may have been carried out all the same
        if self._is_own and notes.handed_over_at:
            self._wait_to_be_stopped(doubt)
            return self._arrive()
        return self._result(self._look_at_app())

    def _carry_out(self, steps: list[dict[str, Any]]) -> None:
        notes = self._notes
        while notes.complete < len(steps):
            step = steps[notes.complete]
            self._run.phase(step["title"])
            self._step(step)
            if self._is_own and notes.handed_over_at:
                return
            notes.complete += 1
            notes.sent = notes.answered = False
            self._save()

    def _step(self, step: dict[str, Any]) -> None:
        run, notes = self._run, self._notes
        until = step.get("until")
        if not self._shielded:
            run.check()
        if not notes.answered:
            # An update can't be told from the state before it, so it is asked for again.
            updates = step["call"]["operation"].startswith("Update")
            done = notes.sent and until and not updates and self._is_done(until)
            if not done:
                self._send(step)
            notes.answered = True
            self._save()
        if until and not (self._is_own and step["isHandOver"]):
            calls.wait_until(run, step["title"], until, shielded=self._shielded)

    def _send(self, step: dict[str, Any]) -> None:
        """Make a step's call; what the next server must know of it is kept before."""
        run, notes = self._run, self._notes
        hands_over = step["isHandOver"] and not notes.handed_over_at
        maybe_sent = notes.sent
        if hands_over:
            if self._is_own:
                notes.app_created_at = (self._look_at_app() or {}).get("CreationTime")
                run.check()  # the last moment for a cancel
            notes.handed_over_at = now()
        notes.sent = True
        self._save(durable=True)
        try:
            calls.carry_out(
                run,
                step["call"],
                retry_codes=step["retryCodes"],
                maybe_sent=maybe_sent,
                shielded=self._shielded,
            )
        except AwsError as error:
            if not error.ambiguous:
                notes.sent = False
                if hands_over:
                    notes.handed_over_at = ""
                self._save(durable=True)
            raise

    def _is_done(self, until: dict[str, Any]) -> bool:
        """Whether an earlier server's call has had its effect already."""
        try:
            return calls.look(self._run, until) is None
        except AwsError:
            return False

    # After the hand-over of the own space.

    def _wait_to_be_stopped(self, doubt: AwsError | None) -> None:
        """Wait for the end of this server, or answer at once if it is a new app's already.

        :param doubt: why it is not known whether the hand-over reached SageMaker.
        Raises where the app is not stopped.
        """
        run, notes = self._run, self._notes
        is_first = run.services.boot_id == notes.boot_id
        in_doubt = doubt is not None or not is_first
        begun = time.monotonic()
        run.phase("SageMaker is stopping JupyterLab")
        while True:
            app = self._look_at_app(patient=not is_first) or {}
            if not is_first and not self._is_former(app):
                return
            status = calls.status_of(app)
            witness = self._look_at_witness()
            course = calls.status_of(witness or {})
            if course in _LOST and status == "InService":
                assert witness is not None
                raise _lost(course, witness)
            limit = STILL_RUNNING_SECONDS
            if in_doubt and course not in _RUNNING:
                limit = NEVER_SENT_SECONDS
            if time.monotonic() - begun > limit and status not in ("Deleting", "Deleted"):
                raise doubt or _still_running(is_first)
            run.wait(WATCH_SECONDS, shielded=True)

    def _is_former(self, app: dict[str, Any]) -> bool:
        """Whether Jupyter alone was restarted, and the app is still the one to be stopped."""
        created = app.get("CreationTime")
        return created is not None and created == self._notes.app_created_at

    def _arrive(self) -> dict[str, Any]:
        """In the new app: clear up, and gather how it went."""
        run = self._run
        run.phase("Finding out how the change went")
        self._clean_up()
        app = self._look_at_app(patient=True)
        deadline = time.monotonic() + ARRIVAL_SECONDS
        while calls.status_of(app or {}) not in ("InService", "Failed"):
            if time.monotonic() > deadline or "appProblem" in self._problems:
                break
            run.wait(calls.LOOK_SECONDS, shielded=True)
            app = self._look_at_app(patient=True)
        witness = self._look_at_witness(patient=True)
        deadline = time.monotonic() + ARRIVAL_SECONDS
        while calls.status_of(witness or {}) in _RUNNING and time.monotonic() < deadline:
            run.wait(calls.LOOK_SECONDS, shielded=True)
            witness = self._look_at_witness(patient=True) or witness
        return self._result(app, witness)

    def _clean_up(self) -> None:
        problems = self._make(self._spec["cleanup"])
        if problems:
            self._problems["cleanupProblem"] = " ".join(problems)

    # Taking back.

    def _undo(self) -> None:
        """Take back the steps carried out, and one that may have been, the last one first."""
        notes = self._notes
        steps = self._spec["steps"][: notes.complete + notes.sent]
        undoing = [step["undo"] for step in reversed(steps) if "undo" in step]
        if undoing:
            self._run.phase("Taking back what was prepared")
            problems = self._make(undoing)
            if problems:
                self._run.leftovers = f"Not everything could be taken back: {' '.join(problems)}"

    def _recover(self) -> None:
        """Go back to a space that runs; the first error stays the one that is told."""
        try:
            self._carry_out(self._spec["recover"])
            self._recovered = bool(self._spec["recover"])
        except AwsError as error:
            self._run.leftovers = f"Going back failed as well: {_words(error)}"

    def _make(self, todo: list[dict[str, Any]]) -> list[str]:
        """Make calls one after the other, whatever becomes of each; answers the problems."""
        problems = []
        for call in todo:
            try:
                calls.carry_out(self._run, call, shielded=True)
            except AwsError as error:
                if not calls.is_missing(error):
                    problems.append(_words(error))
        return problems

    # Looking, and keeping.

    def _look_at_app(self, *, patient: bool = False) -> dict[str, Any] | None:
        """DescribeApp of the space's app; None when there is none, or when nobody can tell."""
        fact = self._run.services.fact
        app_type, app_name = "JupyterLab", "default"
        if self._is_own:
            app_type, app_name = fact("appType") or app_type, fact("appName") or app_name
        for step in self._spec["steps"]:
            app_type = step["call"]["input"].get("AppType") or app_type
            app_name = step["call"]["input"].get("AppName") or app_name
        params = {
            "DomainId": fact("domainId"),
            "SpaceName": self._spec["spaceName"],
            "AppType": app_type,
            "AppName": app_name,
        }
        call = {"service": "sagemaker", "operation": "DescribeApp", "input": params}
        return self._look(call, "appProblem", patient)

    def _look_at_witness(self, *, patient: bool = False) -> dict[str, Any] | None:
        call = self._spec.get("witness")
        return self._look(call, "witnessProblem", patient) if call else None

    def _look(self, call: dict[str, Any], problem: str, patient: bool) -> dict[str, Any] | None:
        self._problems.pop(problem, None)
        try:
            if patient:
                return calls.carry_out(self._run, call, shielded=True)
            return calls.ask(self._run, call)
        except AwsError as error:
            if not calls.is_missing(error):
                self._problems[problem] = _words(error)
            return None

    def _result(
        self, app: dict[str, Any] | None, witness: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        notes = self._notes
        result: dict[str, Any] = {
            "spaceName": self._spec["spaceName"],
            "plan": self._spec["plan"],
            "startedAt": notes.started_at,
            "endedAt": now(),
            "bootIds": {"before": notes.boot_id, "after": self._run.services.boot_id},
            "app": app,
            "recovered": self._recovered,
            **self._problems,
        }
        if notes.handed_over_at:
            result["handedOverAt"] = notes.handed_over_at
        if witness is not None:
            result["witness"] = witness
        return result

    @property
    def _shielded(self) -> bool:
        """Whether a cancel comes too late."""
        return bool(self._notes.handed_over_at)

    def _save(self, *, durable: bool = False) -> None:
        self._run.record.notes = asdict(self._notes)
        self._run.save(durable=durable)

    def _same_region(self) -> None:
        before, here = self._spec["region"], self._run.services.upstream.region()
        if before != here:
            raise TaskInterrupted(
                "Interrupted",
                f"The server stopped in the midst of this change in region {before}; it now works "
                f"in {here} and cannot go on. Look at the space “{self._spec['spaceName']}”.",
            )


def _every_call(spec: dict[str, Any]) -> list[dict[str, Any]]:
    found = [*spec["cleanup"], spec.get("witness")]
    for step in [*spec["steps"], *spec["recover"]]:
        found += [step["call"], step.get("undo"), step.get("until", {}).get("call")]
    return [call for call in found if call]


def _lost(course: str, witness: dict[str, Any]) -> TaskError:
    """The error for an execution that ended before it stopped the app."""
    cause = str(witness.get("cause") or f"The execution ended as {course} and gives no reason.")
    return TaskError(
        str(witness.get("error") or f"Execution{course.title().replace('_', '')}"),
        f"{cause} Nothing was changed.",
        aws=True,
    )


def _still_running(is_first: bool) -> TaskError:
    if not is_first:
        return TaskInterrupted(
            "Interrupted",
            "Jupyter was restarted at the moment of the hand-over, and SageMaker does not stop the "
            "app; nothing was changed.",
        )
    minutes = round(STILL_RUNNING_SECONDS / 60)
    return TaskError(
        "AppStillRunning",
        f"JupyterLab should have been stopped by SageMaker, and still runs {minutes} minutes "
        "later; nothing was changed.",
    )


def _words(error: AwsError) -> str:
    return f"{error.operation}: {error.code}: {error.message}"


def _invalid(field: str, why: str) -> TaskError:
    return TaskError("ValidationException", f"{field}: {why}.")
