"""EventBridge Scheduler of the local Studio: it fires, repeats and forgets."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from apps_and_schedules import APP, SCHEDULER_ROLE, book, eventually, status, stop_app
from botocore.exceptions import ClientError
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudio


def test_a_one_time_schedule_starts_the_app_with_its_role_and_is_gone(
    local_studio: LocalStudio,
) -> None:
    stop_app(local_studio)
    book(local_studio, "sagemaker-studio-my-space-0a1b2c3d-start")
    eventually(lambda: status(local_studio) == "InService")
    callers = [c["caller"] for c in local_studio.calls("CreateApp")]
    assert callers == [
        f"arn:aws:sts::{seed.ACCOUNT}:assumed-role/sagemaker-studio-start-app/EventBridgeScheduler"
    ]
    (booked,) = local_studio.calls("CreateSchedule")
    assert booked["input"]["Name"] == "sagemaker-studio-my-space-0a1b2c3d-start"
    assert booked["input"]["Target"]["RoleArn"] == SCHEDULER_ROLE
    scheduler = local_studio.client("scheduler")
    eventually(lambda: scheduler.list_schedules()["Schedules"] == [])
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.get_schedule(Name="sagemaker-studio-my-space-0a1b2c3d-start")


def test_a_failing_call_is_repeated_as_the_retry_policy_says(local_studio: LocalStudio) -> None:
    stop_app(local_studio)
    local_studio.fault("CreateApp", code="ThrottlingException", count=2)
    book(local_studio, "sagemaker-studio-my-space-retried")
    eventually(lambda: status(local_studio) == "InService")
    assert [c["status"] for c in local_studio.calls("CreateApp")] == [400, 400, 200]

    stop_app(local_studio)
    local_studio.reset()
    local_studio.fault("CreateApp", code="InternalFailure", count=-1)
    target = {
        "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:createApp",
        "RoleArn": SCHEDULER_ROLE,
        "Input": json.dumps(APP),
        "RetryPolicy": {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 3600},
    }
    book(local_studio, "sagemaker-studio-my-space-given-up", Target=target)
    eventually(lambda: local_studio.client("scheduler").list_schedules()["Schedules"] == [])
    assert len(local_studio.calls("CreateApp")) == 2
    assert status(local_studio) == "Deleted"


def test_a_deleted_schedule_does_not_fire(local_studio: LocalStudio) -> None:
    stop_app(local_studio)
    book(local_studio, "sagemaker-studio-my-space-back")
    local_studio.client("scheduler").delete_schedule(Name="sagemaker-studio-my-space-back")
    time.sleep(2)
    assert local_studio.calls("CreateApp") == []


def test_a_recurring_schedule_fires_until_it_is_deleted(
    local_studio: LocalStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagemaker_studio_local.aws_services import schedule_times

    # A minute is the shortest rate there is, and long for a test.
    monkeypatch.setitem(schedule_times._UNIT, "minute", 1)
    target = {
        "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:listApps",
        "RoleArn": SCHEDULER_ROLE,
        "RetryPolicy": {"MaximumRetryAttempts": 0},
    }
    book(
        local_studio,
        "sagemaker-studio-often",
        ScheduleExpression="rate(1 minute)",
        ActionAfterCompletion="NONE",
        Target=target,
    )
    eventually(lambda: len(local_studio.calls("ListApps")) >= 3)
    # The role is for starting apps and for nothing else.
    assert {c["code"] for c in local_studio.calls("ListApps")} == {"AccessDeniedException"}
    local_studio.client("scheduler").delete_schedule(Name="sagemaker-studio-often")
    fired = len(local_studio.calls("ListApps"))
    time.sleep(2)
    assert len(local_studio.calls("ListApps")) <= fired + 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ScheduleExpression": "at(2020-01-01T00:00:00)"}, "in the past"),
        ({"ScheduleExpression": "tomorrow"}, "Invalid Schedule Expression"),
        ({"ScheduleExpressionTimezone": "Mars/Olympus"}, "Invalid time zone"),
        ({"Name": "not a name"}, "failed to satisfy constraint"),
        (
            {
                "Target": {
                    "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:createApp",
                    "RoleArn": f"arn:aws:iam::{seed.ACCOUNT}:role/nobody",
                }
            },
            "must allow AWS EventBridge Scheduler to assume the role",
        ),
        (
            {
                "Target": {
                    "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:conjureApp",
                    "RoleArn": SCHEDULER_ROLE,
                }
            },
            "is not a target",
        ),
    ],
)
def test_a_schedule_that_could_not_fire_is_refused(
    local_studio: LocalStudio, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message) as raised:
        book(local_studio, "sagemaker-studio-refused", **change) if "Name" not in change else book(
            local_studio, change["Name"]
        )
    assert raised.value.response["Error"]["Code"] == "ValidationException"
