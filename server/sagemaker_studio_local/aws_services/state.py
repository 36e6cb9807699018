"""Roles (with inline policies), state machines, schedules and rules, which moto holds, in a file.

``aws.json`` in the state folder. Executions are not in it: what ran when the local Studio ended
has ended with it.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from moto.events.models import EventsBackend, events_backends
from moto.iam.models import iam_backends
from moto.scheduler.models import Schedule, scheduler_backends

from .. import private_file
from .firing import fired
from .rules import changed

_READING = ("Get", "List", "Describe", "Simulate", "Start", "Stop")
_SCHEDULE = (
    "Name",
    "GroupName",
    "Description",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "FlexibleTimeWindow",
    "Target",
    "ActionAfterCompletion",
    "State",
    "KmsKeyArn",
    "StartDate",
    "EndDate",
    "CreationDate",
    "LastModificationDate",
)


class AwsState:
    """Keeps what moto's IAM, Step Functions, Scheduler and Events hold in ``file``."""

    def __init__(self, file: Path, account: str, region: str, partition: str) -> None:
        self._file = file
        self._account, self._region, self._partition = account, region, partition
        self._lock = threading.Lock()
        self._kept: dict[str, list[dict[str, Any]]] = {}
        if file.exists():
            self._kept = json.loads(file.read_text(encoding="utf-8"))

    def note(self, service: str, operation: str) -> None:
        """Keep what a successful call of a service may have changed."""
        if operation.startswith(_READING):
            return
        if service == "iam":
            self.keep("roles", self._roles())
        elif service == "states":
            self.keep("stateMachines", self._state_machines())
        elif service == "scheduler":
            self.keep("schedules", self._schedules())
        elif service == "events":
            self.keep("rules", self._rules())

    def keep(self, part: str, rows: list[dict[str, Any]]) -> None:
        """Write one part of the file; a half-written file is never seen."""
        with self._lock:
            if self._kept.get(part, []) == rows:
                return
            self._kept[part] = rows
            private_file.write(self._file, json.dumps(self._kept, indent=1).encode())

    # --- roles ---

    def _roles(self) -> list[dict[str, Any]]:
        iam = iam_backends[self._account][self._partition]
        return [
            {
                "name": role.name,
                "path": role.path,
                "trust": role.assume_role_policy_document,
                "description": role.description,
                "policies": dict(role.policies),
            }
            for role in iam.roles.values()
        ]

    def restore_roles(self) -> None:
        """Give moto back the roles made by callers; the local Studio's own exist already."""
        iam = iam_backends[self._account][self._partition]
        existing = {role.name for role in iam.roles.values()}
        for row in self._kept.get("roles", []):
            if row["name"] not in existing:
                iam.create_role(
                    role_name=row["name"],
                    assume_role_policy_document=row["trust"],
                    path=row["path"],
                    permissions_boundary=None,
                    description=row["description"],
                    tags=[],
                    max_session_duration="3600",
                )
                for name, document in row["policies"].items():
                    iam.put_role_policy(row["name"], name, document)

    # --- state machines ---

    def _state_machines(self) -> list[dict[str, Any]]:
        return [
            {
                "name": machine.name,
                "definition": machine.definition,
                "roleArn": machine.roleArn,
                "type": machine.type,
                "tags": self._machines().tagger.list_tags_for_resource(machine.arn)["tags"],
                "created": machine.creation_date.timestamp(),
                "updated": machine.update_date.timestamp(),
            }
            for machine in self._machines().state_machines
        ]

    def _machines(self) -> Any:
        # Seconds to import, so not before Step Functions is first asked for.
        from moto.stepfunctions.parser.models import stepfunctions_parser_backends

        return stepfunctions_parser_backends[self._account][self._region]

    def restore_state_machines(self) -> None:
        """Give moto back the state machines, as they were."""
        for row in self._kept.get("stateMachines", []):
            machine = self._machines().create_state_machine(
                row["name"],
                row["definition"],
                row["roleArn"],
                tags=row["tags"],
                sm_type=row["type"],
            )
            machine.creation_date = datetime.fromtimestamp(row["created"], timezone.utc)
            machine.update_date = datetime.fromtimestamp(row["updated"], timezone.utc)

    # --- schedules ---

    def _schedules(self) -> list[dict[str, Any]]:
        groups = scheduler_backends[self._account][self._region].schedule_groups.values()
        rows = []
        for group in groups:
            for schedule in group.schedules.values():
                whole = schedule.to_dict()
                row = {name: whole[name] for name in _SCHEDULE if whole[name] is not None}
                last = fired(schedule)
                rows.append(row if last is None else {**row, "Fired": last})
        return rows

    def restore_schedules(self) -> None:
        """Give moto back the schedules, as they were."""
        backend = scheduler_backends[self._account][self._region]
        for row in self._kept.get("schedules", []):
            if row["GroupName"] not in backend.schedule_groups:
                backend.create_schedule_group(row["GroupName"], [])
            schedule = Schedule(
                region=self._region,
                account_id=self._account,
                group_name=row["GroupName"],
                name=row["Name"],
                description=row.get("Description"),
                schedule_expression=row["ScheduleExpression"],
                schedule_expression_timezone=row.get("ScheduleExpressionTimezone"),
                flexible_time_window=row["FlexibleTimeWindow"],
                target=row["Target"],
                state=row["State"],
                kms_key_arn=row.get("KmsKeyArn"),
                # Checked when it was made; by now it may be long ago.
                start_date=None,
                end_date=row.get("EndDate"),
                action_after_completion=row.get("ActionAfterCompletion"),
            )
            schedule.start_date = row.get("StartDate")
            schedule.local_studio_fired = row.get("Fired")  # type: ignore[attr-defined]
            schedule.creation_date = row["CreationDate"]
            schedule.last_modified_date = row["LastModificationDate"]
            backend.schedule_groups[row["GroupName"]].add_schedule(schedule)

    # --- rules ---

    def _events(self) -> EventsBackend:
        backend: EventsBackend = events_backends[self._account][self._region]
        return backend

    def _rules(self) -> list[dict[str, Any]]:
        tagger = self._events().tagger
        return [
            {
                **rule.describe(),
                "Targets": list(rule.targets),
                "Tags": tagger.list_tags_for_resource(rule.arn)["Tags"],
                "Changed": changed(rule),
                "Fired": fired(rule),
            }
            for bus in self._events().event_buses.values()
            for rule in bus.rules.values()
            if bus.name == "default"
        ]

    def restore_rules(self) -> None:
        """Give moto back the rules of the default bus, as they were."""
        for row in self._kept.get("rules", []):
            rule = self._events().put_rule(
                row["Name"],
                description=row.get("Description"),
                event_pattern=row.get("EventPattern"),
                role_arn=row.get("RoleArn"),
                scheduled_expression=row.get("ScheduleExpression"),
                state=row["State"],
                tags=row["Tags"],
            )
            rule.put_targets(row["Targets"])
            rule.local_studio_changed = row["Changed"]  # type: ignore[attr-defined]
            rule.local_studio_fired = row["Fired"]  # type: ignore[attr-defined]
