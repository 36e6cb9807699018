"""What is known of a change and its space: notes for the next server, looks at AWS, the result."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ..errors import AwsError
from . import calls
from .model import now
from .run import TaskRun


@dataclass
class Notes:
    """What the next server has to know; kept in the task's record."""

    started_at: str
    boot_id: str  # of the server that began
    complete: int = 0  # so many steps (of `recover`, once that has begun) were carried out
    sent: bool = False  # the call of the next one may have been sent
    answered: bool = False  # and was carried out; only the waiting is left
    handed_over_at: str = ""
    app_created_at: Any = None  # of the own app at the hand-over: tells it from its successor


class View:
    """One change as this server sees it.

    :ivar is_own: whether the space is the one this server runs in, and not only the one in whose
        name a server elsewhere works.
    :ivar is_first: whether no other server worked on this change before.
    :ivar problems: what could not be found out or cleared up, by members of the result.
    """

    def __init__(self, run: TaskRun) -> None:
        services, kept = run.services, run.record.notes
        self.run = run
        self.spec = run.spec
        # Only in an app is it known which one: from the metadata file SageMaker gives it.
        is_app = services.fact("appName") is not None
        self.is_own = is_app and run.spec["spaceName"] == services.fact("spaceName")
        self.notes = Notes(**kept) if kept else Notes(now(), services.boot_id)
        self.is_first = services.boot_id == self.notes.boot_id
        self.problems: dict[str, str] = {}

    @property
    def handed_over(self) -> bool:
        """Whether the point of no return is passed; a cancel then comes too late."""
        return bool(self.notes.handed_over_at)

    def note(self) -> None:
        """Put the notes into the record, which somebody else is about to save."""
        self.run.record.notes = asdict(self.notes)

    def save(self, *, durable: bool = False) -> None:
        """Keep the notes."""
        self.note()
        self.run.save(durable=durable)

    def app(self, *, patient: bool = False) -> dict[str, Any] | None:
        """DescribeApp of the space's app; None when there is none, or when nobody can tell.

        :param patient: repeat the call while the trouble may pass.
        """
        fact = self.run.services.fact
        app_type, app_name = "JupyterLab", "default"
        if self.is_own:
            app_type, app_name = fact("appType") or app_type, fact("appName") or app_name
        for step in self.spec["steps"]:
            app_type = step["call"]["input"].get("AppType") or app_type
            app_name = step["call"]["input"].get("AppName") or app_name
        params = {
            "DomainId": fact("domainId"),
            "SpaceName": self.spec["spaceName"],
            "AppType": app_type,
            "AppName": app_name,
        }
        call = {"service": "sagemaker", "operation": "DescribeApp", "input": params}
        return self._look(call, "appProblem", patient)

    def witness(self, *, patient: bool = False) -> dict[str, Any] | None:
        """The witness' answer; None when there is none, or when it does not tell."""
        call = self.spec.get("witness")
        return self._look(call, "witnessProblem", patient) if call else None

    def result(
        self,
        app: dict[str, Any] | None,
        witness: dict[str, Any] | None = None,
        *,
        recovered: bool = False,
    ) -> dict[str, Any]:
        """``ISpaceChangeResult`` of the browser's side."""
        notes = self.notes
        result: dict[str, Any] = {
            "spaceName": self.spec["spaceName"],
            "plan": self.spec["plan"],
            "startedAt": notes.started_at,
            "endedAt": now(),
            "bootIds": {"before": notes.boot_id, "after": self.run.services.boot_id},
            "app": app,
            "recovered": recovered,
            **self.problems,
        }
        if notes.handed_over_at:
            result["handedOverAt"] = notes.handed_over_at
        if witness is not None:
            result["witness"] = witness
        return result

    def _look(self, call: dict[str, Any], problem: str, patient: bool) -> dict[str, Any] | None:
        self.problems.pop(problem, None)
        try:
            if patient:
                return calls.carry_out(self.run, call, shielded=True)
            return calls.ask(self.run, call)
        except AwsError as error:
            if not calls.is_missing(error):
                self.problems[problem] = calls.words(error)
            return None
