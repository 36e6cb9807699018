"""EventBridge Scheduler fires: at its time a schedule makes its call, with its own role.

Times are real, never scaled: a schedule names a moment. moto holds the schedules; this looks which
is due. A call that fails is repeated as the schedule's retry policy says; a one-time schedule with
``ActionAfterCompletion: DELETE`` is gone once it is through.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session as BotocoreSession
from moto.scheduler.models import Schedule, scheduler_backends

from ..errors import AwsError, ValidationError
from .schedule_times import is_one_time, next_time

if TYPE_CHECKING:
    from ..control_plane import Plane

_UNIVERSAL = re.compile(r"arn:[a-z-]+:scheduler:::aws-sdk:([a-z0-9-]+):([A-Za-z0-9]+)")
_SERVICE = "scheduler.amazonaws.com"
_FIRST_RETRY = 30.0
_LONGEST_RETRY = 300.0
_DEFAULT_AGE = 86400
_DEFAULT_ATTEMPTS = 185
_ONE_DAY = 86400.0
#: Seconds after which a time of a recurring schedule counts as missed.
_MISSED = 60.0

log = logging.getLogger(__name__)


class Schedules:
    """Fires the schedules of one local Studio.

    :param session_of: makes a session of the role with this ARN and session name.
    :param changed: called after a schedule was deleted or fired, to keep the new state.
    """

    def __init__(
        self,
        plane: Plane,
        endpoint_url: str,
        session_of: Callable[[str, str], tuple[str, str, str]],
        changed: Callable[[], None],
    ) -> None:
        self._plane = plane
        self._endpoint_url = endpoint_url
        self._session_of = session_of
        self._changed = changed
        self._wake = threading.Condition()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="schedules")

    def start(self) -> None:
        """Begin to fire; what came due while the local Studio was down is fired late."""
        self._thread.start()

    def close(self) -> None:
        """Fire no more."""
        self._closed.set()
        self.look_again()
        if self._thread.is_alive():
            self._thread.join(5)

    def look_again(self) -> None:
        """A schedule was made, changed or deleted."""
        with self._wake:
            self._wake.notify_all()

    def check(self, request: dict[str, Any]) -> None:
        """Raise the error of a CreateSchedule or UpdateSchedule the service refuses."""
        target = request["Target"]
        try:
            due = next_time(
                request["ScheduleExpression"],
                request.get("ScheduleExpressionTimezone", "UTC"),
                time.time(),
                None,
            )
        except ValueError as error:
            raise ValidationError(str(error)) from None
        if is_one_time(request["ScheduleExpression"]) and due is not None and due < time.time():
            raise ValidationError("Invalid Schedule Expression: the time is in the past.")
        if not self._plane.moto.role_trusts(target["RoleArn"], _SERVICE):
            raise ValidationError(
                "The execution role you provide must allow AWS EventBridge Scheduler to assume"
                " the role."
            )
        match = _UNIVERSAL.fullmatch(target["Arn"])
        if match is None or not _knows(match[1], match[2]):
            raise ValidationError(f"{target['Arn']} is not a target the local Studio can call.")
        _input_of(target)

    def _all(self) -> list[Schedule]:
        backend = scheduler_backends[self._plane.account][self._plane.region]
        groups = list(backend.schedule_groups.values())
        return [schedule for group in groups for schedule in list(group.schedules.values())]

    def _run(self) -> None:
        while not self._closed.is_set():
            now = time.time()
            pause = _ONE_DAY
            for schedule in self._all():
                due = self._due(schedule)
                if due is None:
                    continue
                if due < now - _MISSED and not is_one_time(schedule.schedule_expression):
                    # Nobody was there; a recurring schedule goes on with its next time.
                    schedule.local_studio_fired = now  # type: ignore[attr-defined]
                    pause = 0.0
                elif due <= now:
                    schedule.local_studio_fired = due  # type: ignore[attr-defined]
                    threading.Thread(
                        target=self._fire, args=(schedule, due), daemon=True, name="schedule"
                    ).start()
                    pause = 0.0
                else:
                    pause = min(pause, due - now)
            with self._wake:
                if pause > 0 and not self._closed.is_set():
                    self._wake.wait(pause)

    def _due(self, schedule: Schedule) -> float | None:
        if schedule.state != "ENABLED":
            return None
        expression = schedule.schedule_expression
        begins, ends = float(schedule.start_date or 0), float(schedule.end_date or 0)
        try:
            due = next_time(
                expression,
                schedule.schedule_expression_timezone,
                max(schedule.last_modified_date, begins),
                getattr(schedule, "local_studio_fired", None),
            )
        except ValueError:
            log.exception("the schedule %s is never due", schedule.name)
            return None
        # One-time schedules know neither beginning nor end.
        over = due is not None and 0 < ends < due and not is_one_time(expression)
        return None if over else due

    def _fire(self, schedule: Schedule, due: float) -> None:
        policy = schedule.target.get("RetryPolicy", {})
        attempts = policy.get("MaximumRetryAttempts", _DEFAULT_ATTEMPTS)
        last = due + policy.get("MaximumEventAgeInSeconds", _DEFAULT_AGE)
        pause = _FIRST_RETRY
        for attempt in range(attempts + 1):
            if time.time() > last:
                log.warning("the schedule %s came too late and was dropped", schedule.name)
                break
            try:
                self._call(schedule.target)
                break
            except (ClientError, BotoCoreError) as error:
                log.warning("the schedule %s failed: %s", schedule.name, error)
            if attempt < attempts and self._plane.clock.sleep(pause, self._closed):
                return
            pause = min(2 * pause, _LONGEST_RETRY)
        if is_one_time(schedule.schedule_expression):
            self._complete(schedule)
        self._changed()

    def _complete(self, schedule: Schedule) -> None:
        backend = scheduler_backends[self._plane.account][self._plane.region]
        group = backend.schedule_groups.get(schedule.group_name)
        delete = schedule.action_after_completion == "DELETE"
        if delete and group is not None and group.schedules.get(schedule.name) is schedule:
            group.delete_schedule(schedule.name)

    def _call(self, target: dict[str, Any]) -> None:
        match = _UNIVERSAL.fullmatch(target["Arn"])
        assert match is not None
        from botocore.config import Config

        access_key, secret_key, token = self._session_of(target["RoleArn"], "EventBridgeScheduler")

        client = BotocoreSession().create_client(
            match[1],
            region_name=self._plane.region,
            endpoint_url=self._endpoint_url,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}, user_agent=_SERVICE, proxies={}),
        )
        getattr(client, xform_name(match[2]))(**_input_of(target))


def _knows(service: str, operation: str) -> bool:
    from botocore.exceptions import UnknownServiceError

    from ..service_model import service_model

    try:
        names = service_model(service).operation_names
    except UnknownServiceError:
        return False
    return operation[:1].islower() and operation[:1].upper() + operation[1:] in names


def _input_of(target: dict[str, Any]) -> dict[str, Any]:
    try:
        value = json.loads(target.get("Input") or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise AwsError("ValidationException", "The Input of a universal target is a JSON object.")
    return value
