"""EventBridge Scheduler: what it refuses, and what of moto's schedules is to be fired.

A schedule calls any operation of any service (a universal target), or starts a SageMaker pipeline
(a templated one). A one-time schedule with ``ActionAfterCompletion: DELETE`` is gone once it is
through.
"""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

from moto.scheduler.models import Schedule, scheduler_backends

from ..errors import ValidationError
from .firing import Trigger
from .role_clients import RoleClients
from .schedule_times import is_one_time, next_time
from .targets import Targets, input_of, is_pipeline, universal

if TYPE_CHECKING:
    from ..control_plane import Plane

_SERVICE = "scheduler.amazonaws.com"
_SESSION = "EventBridgeScheduler"
#: A StartDate may lie back so many seconds.
_PAST = 300.0


class Schedules:
    """The schedules of one local Studio."""

    def __init__(self, plane: Plane, clients: RoleClients) -> None:
        self._plane = plane
        self._targets = Targets(plane, clients, _SERVICE, _SESSION)

    # --- calls ---

    def check(self, request: dict[str, Any]) -> None:
        """Raise the error of a CreateSchedule or UpdateSchedule the service refuses."""
        self._check_times(request)
        target = request["Target"]
        if not self._plane.moto.role_trusts(target["RoleArn"], _SERVICE):
            raise ValidationError(
                "The execution role you provide must allow AWS EventBridge Scheduler to assume"
                " the role."
            )
        if is_pipeline(target["Arn"]):
            # As in AWS: whether there is such a pipeline turns out when the schedule fires.
            return
        if "SageMakerPipelineParameters" in target:
            raise ValidationError(
                f"SageMakerPipelineParameters are for a SageMaker pipeline, not {target['Arn']}."
            )
        if universal(target["Arn"]) is None:
            raise ValidationError(f"{target['Arn']} is not a target the local Studio can call.")
        input_of(target)

    def _check_times(self, request: dict[str, Any]) -> None:
        expression, now = request["ScheduleExpression"], time.time()
        zone = request.get("ScheduleExpressionTimezone", "UTC")
        try:
            due = next_time(expression, zone, now, None)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        if is_one_time(expression):
            if due is not None and due < now:
                raise ValidationError("Invalid Schedule Expression: the time is in the past.")
            return
        begins, ends = request.get("StartDate"), request.get("EndDate")
        known = self._find(request)
        is_new = known is None or known.start_date != begins
        if begins is not None and is_new and begins < now - _PAST:
            raise ValidationError("The StartDate you specify cannot be earlier than 5 minutes ago.")
        if ends is not None and ends <= max(begins or 0.0, 0.0 if known else now):
            raise ValidationError("The EndDate you specify must be after the StartDate and now.")

    def after(self, operation: str, request: dict[str, Any]) -> None:
        """Make up for what moto leaves out of a CreateSchedule or UpdateSchedule that succeeded."""
        schedule = self._find(request) if operation.startswith(("Create", "Update")) else None
        if schedule is not None:
            schedule.state = request.get("State", "ENABLED")
            schedule.start_date, schedule.end_date = (
                request.get("StartDate"),
                request.get("EndDate"),
            )
            schedule.action_after_completion = request.get("ActionAfterCompletion", "NONE")

    def _find(self, request: dict[str, Any]) -> Schedule | None:
        groups = scheduler_backends[self._plane.account][self._plane.region].schedule_groups
        group = groups.get(request.get("GroupName") or "default")
        return None if group is None else group.schedules.get(request.get("Name", ""))

    # --- firing ---

    def triggers(self) -> list[Trigger]:
        """The schedules that are enabled."""
        groups = scheduler_backends[self._plane.account][self._plane.region].schedule_groups
        return [
            self._trigger(schedule)
            for group in list(groups.values())
            for schedule in list(group.schedules.values())
            if schedule.state == "ENABLED"
        ]

    def _trigger(self, schedule: Schedule) -> Trigger:
        begins = float(schedule.start_date or 0)
        is_new = schedule.last_modified_date == schedule.creation_date
        # A rate begins at its StartDate, or at once.
        first = schedule.creation_date if is_new and not begins else None
        if begins and begins > schedule.last_modified_date - _PAST:
            first = begins
        return Trigger(
            name=f"the schedule {schedule.name}",
            owner=schedule,
            expression=schedule.schedule_expression,
            zone=schedule.schedule_expression_timezone,
            changed=float(schedule.last_modified_date),
            call=functools.partial(self._call, schedule),
            begins=begins,
            ends=float(schedule.end_date or 0),
            first=first,
            retry_policy=schedule.target.get("RetryPolicy"),
            completed=functools.partial(self._complete, schedule),
        )

    def _call(self, schedule: Schedule, due: float, identity: str) -> None:
        self._targets.call(schedule.target, identity, {})

    def _complete(self, schedule: Schedule) -> None:
        groups = scheduler_backends[self._plane.account][self._plane.region].schedule_groups
        group = groups.get(schedule.group_name)
        delete = schedule.action_after_completion == "DELETE"
        if delete and group is not None and group.schedules.get(schedule.name) is schedule:
            group.delete_schedule(schedule.name)
