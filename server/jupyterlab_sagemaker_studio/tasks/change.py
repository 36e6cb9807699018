"""A change of a space: its steps, and what becomes of them when the server ends on the way.

The space may be this server's own. Then one step, the hand-over, makes SageMaker stop the app this
server runs in, and somebody else starts it again; the next server tells how it went. That the
hand-over was sent is on disk before it is sent, so the next server never takes one for not begun.
A change of another space is carried out from the first step to the last, by however many servers.
"""

from __future__ import annotations

from typing import Any

from ..errors import AwsError
from . import calls
from .change_view import View
from .hand_over import arrive, wait_to_be_stopped
from .model import Ended, ServerStopping, TaskError, TaskInterrupted, now
from .run import TaskRun
from .shapes import check_requests

KERNELS_SECONDS = 2.0  # between two looks at the kernels


def change(run: TaskRun) -> dict[str, Any]:
    """Carry out a change task; answers its result (``ISpaceChangeResult``)."""
    return _Change(View(run)).carry_out()


class _Change:
    def __init__(self, view: View) -> None:
        self._view = view
        self._run, self._spec, self._notes = view.run, view.spec, view.notes
        self._recovered = False

    def carry_out(self) -> dict[str, Any]:
        """From wherever an earlier server left it. A result is given on failure as well."""
        run, view, notes = self._run, self._view, self._notes
        try:
            if run.record.step in ("undo", "recover"):
                self._go_back()
                raise Ended
            self._same_region()
            if view.is_own and run.resumed and not view.handed_over:
                raise TaskInterrupted(
                    "Interrupted",
                    "JupyterLab restarted before the change began; nothing was changed.",
                )
            if not run.resumed:
                self._begin()
            return self._steps()
        except (ServerStopping, Ended):
            raise
        except Exception as error:
            step = "undo"
            if view.handed_over and not view.is_own:
                step = "recover"
                notes.complete, notes.sent, notes.answered = 0, False, False
                view.note()
            run.keep_ending(error, step)
            self._go_back()
            raise

    def _go_back(self) -> None:
        """Undo or recover, whichever the record says."""
        if self._run.record.step == "undo":
            self._undo()
        else:
            self._recover()
        self._run.task.result = self._view.result(self._view.app(), recovered=self._recovered)

    # The steps.

    def _begin(self) -> None:
        run, spec, is_own = self._run, self._spec, self._view.is_own
        run.phase("Checking")
        run.check()
        if is_own and any(step["isHandOver"] for step in spec["steps"][:-1]):
            raise _invalid("spec.steps", "nothing can follow the hand-over of one's own space")
        if spec["waitForCells"] and not is_own:
            raise _invalid("spec.waitForCells", "only cells of one's own space can be waited for")
        check_requests(_every_call(spec))
        self._view.save()
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
        view, doubt = self._view, None
        if not (view.is_own and view.handed_over):
            try:
                self._carry_out(self._spec["steps"])
            except AwsError as error:
                if not (view.is_own and view.handed_over):
                    raise
                doubt = error  # it may have been carried out all the same
        if view.is_own and view.handed_over:
            wait_to_be_stopped(view, doubt)
            return arrive(view)
        return view.result(view.app(patient=True))

    def _carry_out(self, steps: list[dict[str, Any]]) -> None:
        view, notes = self._view, self._notes
        while notes.complete < len(steps):
            step = steps[notes.complete]
            self._run.phase(step["title"])
            self._step(step)
            if view.is_own and view.handed_over:
                return
            notes.complete += 1
            notes.sent = notes.answered = False
            view.save()

    def _step(self, step: dict[str, Any]) -> None:
        run, view, notes = self._run, self._view, self._notes
        until = step.get("until")
        if not view.handed_over:
            run.check()
        if not notes.answered:
            # An update can't be told from the state before it, so it is asked for again.
            updates = step["call"]["operation"].startswith("Update")
            if not (notes.sent and until and not updates and self._is_done(until)):
                self._send(step)
            notes.answered = True
            view.save()
        if until and not (view.is_own and step["isHandOver"]):
            calls.wait_until(run, step["title"], until, shielded=view.handed_over)

    def _send(self, step: dict[str, Any]) -> None:
        """Make a step's call; what the next server must know of it is kept before."""
        run, view, notes = self._run, self._view, self._notes
        hands_over = step["isHandOver"] and not view.handed_over
        maybe_sent = notes.sent
        if hands_over:
            if view.is_own:
                notes.app_created_at = (view.app() or {}).get("CreationTime")
                run.check()  # the last moment for a cancel
            notes.handed_over_at = now()
        notes.sent = True
        view.save(durable=True)
        try:
            calls.carry_out(
                run,
                step["call"],
                retry_codes=step["retryCodes"],
                maybe_sent=maybe_sent,
                shielded=view.handed_over,
            )
        except AwsError as error:
            if not error.ambiguous:
                notes.sent = False
                if hands_over:
                    notes.handed_over_at = ""
                view.save(durable=True)
            raise

    def _is_done(self, until: dict[str, Any]) -> bool:
        """Whether an earlier server's call has had its effect already."""
        try:
            return calls.look(self._run, until) is None
        except AwsError:
            return False

    # Taking back.

    def _undo(self) -> None:
        """Take back the steps carried out, and one that may have been, the last one first."""
        notes = self._notes
        steps = self._spec["steps"][: notes.complete + notes.sent]
        undoing = [step["undo"] for step in reversed(steps) if "undo" in step]
        if undoing:
            self._run.phase("Taking back what was prepared")
            problems = calls.make_all(self._run, undoing)
            if problems:
                self._run.leftovers = f"Not everything could be taken back: {' '.join(problems)}"

    def _recover(self) -> None:
        """Go back to a space that runs; the first error stays the one that is told."""
        try:
            self._carry_out(self._spec["recover"])
            self._recovered = bool(self._spec["recover"])
        except AwsError as error:
            self._run.leftovers = f"Going back failed as well: {calls.words(error)}"

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


def _invalid(field: str, why: str) -> TaskError:
    return TaskError("ValidationException", f"{field}: {why}.")
