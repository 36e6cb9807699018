"""EventBridge rules with a schedule: what is refused, and what of moto's rules is to be fired.

Their times are in UTC, and a rate comes first one interval after the rule was made or changed. Only
SageMaker pipelines are called. Rules with an event pattern are moto's alone.
"""

from __future__ import annotations

import functools
import re
import time
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from moto.events.models import Rule, events_backends

from ..errors import AwsError, ValidationError
from .firing import Trigger
from .role_clients import RoleClients
from .schedule_times import is_one_time, next_time
from .targets import Targets, is_pipeline

if TYPE_CHECKING:
    from ..control_plane import Plane

_SERVICE = "events.amazonaws.com"
_SESSION = "AWSEvents"
_BUS = "default"
#: One of something is written without an s, and more with one.
_RATE = re.compile(r"rate\((1 (minute|hour|day)|(?!1 )\d+ (minute|hour|day)s)\)")
#: EventBridge's quotas (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html).
MAX_RULES = 300
_MAX_TARGETS = 5


class Rules:
    """The rules of the default bus of one local Studio."""

    def __init__(self, plane: Plane, clients: RoleClients) -> None:
        self._plane = plane
        self._targets = Targets(plane, clients, _SERVICE, _SESSION)

    def _rules(self) -> dict[str, Rule]:
        bus = events_backends[self._plane.account][self._plane.region].event_buses[_BUS]
        rules: dict[str, Rule] = bus.rules
        return rules

    # --- calls ---

    def check(self, operation: str, request: dict[str, Any]) -> None:
        """Raise the error of a PutRule or PutTargets the service refuses."""
        if operation == "PutRule":
            self._check_rule(request)
        elif operation == "PutTargets" and request.get("EventBusName", _BUS) == _BUS:
            rule = self._rules().get(request["Rule"])
            if rule is not None and rule.scheduled_expression:
                self._check_targets(rule, request["Targets"])

    def _check_rule(self, request: dict[str, Any]) -> None:
        expression = request.get("ScheduleExpression")
        if expression and not _is_schedule(expression):
            raise ValidationError("Parameter ScheduleExpression is not valid.")
        if request["Name"] not in self._rules() and len(self._rules()) >= MAX_RULES:
            raise AwsError(
                "LimitExceededException",
                "The requested resource exceeds the maximum number allowed.",
            )
        if "RoleArn" in request:
            self._check_role(request["RoleArn"])

    def _check_targets(self, rule: Rule, targets: list[dict[str, Any]]) -> None:
        for target in targets:
            if not is_pipeline(target["Arn"]):
                raise ValidationError(
                    f"The local Studio's rules start SageMaker pipelines; {target['Arn']} is none."
                )
            if "RoleArn" not in target:
                raise ValidationError(f"RoleArn is required for target {target['Arn']}.")
            self._check_role(target["RoleArn"])
        identities = {target["Id"] for target in [*rule.targets, *targets]}
        if len(identities) > _MAX_TARGETS:
            raise AwsError(
                "LimitExceededException",
                "The requested resource exceeds the maximum number allowed.",
            )

    def _check_role(self, role_arn: str) -> None:
        if not self._plane.moto.role_trusts(role_arn, _SERVICE):
            raise ValidationError(
                f"Provided role '{role_arn}' cannot be assumed by principal '{_SERVICE}'."
            )

    def after(self, operation: str, request: dict[str, Any]) -> None:
        """Note when a rule was changed; from there its times are counted."""
        if operation in ("PutRule", "EnableRule"):
            rule = self._rules().get(request["Name"])
            if rule is not None:
                rule.local_studio_changed = time.time()  # type: ignore[attr-defined]

    # --- firing ---

    def triggers(self) -> list[Trigger]:
        """The rules with a schedule that are enabled."""
        return [
            Trigger(
                name=f"the rule {rule.name}",
                owner=rule,
                expression=rule.scheduled_expression,
                zone="UTC",
                changed=changed(rule),
                call=functools.partial(self._call, rule),
                # Each target may have its own; a rule of ours has one target.
                retry_policy=next((t.get("RetryPolicy") for t in rule.targets), None),
            )
            for rule in list(self._rules().values())
            if rule.scheduled_expression and rule.state == "ENABLED" and rule.targets
        ]

    def _call(self, rule: Rule, due: float, identity: str) -> None:
        moment = datetime.fromtimestamp(due, timezone.utc)
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": self._plane.account,
            "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self._plane.region,
            "resources": [rule.arn],
            "detail": {},
        }
        for target in list(rule.targets):
            self._targets.call(target, identity, event)


def _is_schedule(expression: str) -> bool:
    if expression.startswith("rate") and not _RATE.fullmatch(expression):
        return False
    try:
        next_time(expression, "UTC", time.time(), None)
    except ValueError:
        return False
    return not is_one_time(expression)


def changed(rule: Rule) -> float:
    """When a rule was made or changed last, epoch seconds."""
    return float(getattr(rule, "local_studio_changed", 0.0))
