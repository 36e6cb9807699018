"""The calls a stage ends with: in order, and taken back in reverse when one of them fails."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ..errors import AwsError
from . import calls, follow_up
from .run import TaskRun
from .shapes import check_requests


@dataclass
class _Notes:
    """What the next server has to know; kept in the task's record."""

    complete: int = 0  # so many calls were carried out
    sent: bool = False  # the next one may have been sent
    answers: dict[str, Any] = field(default_factory=dict)  # by operation


class Sequence:
    """``spec.then``, one call or several, from wherever an earlier server left it."""

    def __init__(self, run: TaskRun) -> None:
        then = run.spec.get("then") or []
        self._run = run
        self._is_list = isinstance(then, list)
        self._steps: list[dict[str, Any]] = then if isinstance(then, list) else [then]
        self._notes = _Notes(**run.record.notes)
        if run.record.step == "then" and not run.record.notes:
            self._notes.sent = True  # by a server of version 0.1, which kept no notes

    def check(self) -> None:
        """Refuse calls that are not well-formed, before anything is staged."""
        check_requests([*map(self._prepared, self._steps), *map(self._prepared, self._undos())])

    def carry_out(self) -> dict[str, Any]:
        """Make the calls; answers the members of the task's result.

        A cancel counts between two calls. Raises as :func:`follow_up.carry_out` does.
        """
        run, notes = self._run, self._notes
        while notes.complete < len(self._steps):
            step = self._steps[notes.complete]
            maybe_sent = notes.sent
            if not maybe_sent:
                run.check()
                # A next server has to look first.
                notes.sent = True
                run.record.step = "then"
                self._save(durable=True)
            run.phase(f"Sending {step['operation']}")
            try:
                answer = follow_up.carry_out(run, self._prepared(step), maybe_sent=maybe_sent)
            except AwsError as error:
                notes.sent = error.ambiguous or isinstance(error, follow_up.OutcomeUnknown)
                self._save()
                raise
            notes.complete, notes.sent = notes.complete + 1, False
            notes.answers[step["operation"]] = answer
            self._save()
        if not self._steps:
            return {}
        if self._is_list:
            return {"responses": notes.answers}
        return {"response": notes.answers[self._steps[0]["operation"]]}

    @property
    def is_stuck(self) -> bool:
        """Whether the last call may have been carried out and cannot be taken back."""
        return self._notes.sent and "undo" not in self._steps[self._notes.complete]

    @property
    def has_effects(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._undos(begun=True))

    def undo(self) -> list[str]:
        """Take back the calls carried out, and one that may have been, the last one first; answers
        the problems, in words."""
        return calls.make_all(
            self._run, [self._prepared(call) for call in reversed(self._undos(begun=True))]
        )

    def _undos(self, *, begun: bool = False) -> list[dict[str, Any]]:
        steps = self._steps
        if begun:
            steps = steps[: self._notes.complete + self._notes.sent]
        return [step["undo"] for step in steps if "undo" in step]

    def _prepared(self, call: dict[str, Any]) -> dict[str, Any]:
        return follow_up.prepare(call, self._run.task.client_token)

    def _save(self, *, durable: bool = False) -> None:
        self._run.record.notes = asdict(self._notes)
        self._run.save(durable=durable)
