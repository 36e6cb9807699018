"""Schedules and rules start pipelines: at their times, with their role, faster if asked to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from apps_and_schedules import SCHEDULER_ROLE, at, eventually
from botocore.config import Config
from botocore.exceptions import ClientError
from local_pipelines import (
    DEFINITION_TAG,
    arn_of,
    definition_of,
    ended,
    executions,
    job_of,
    make_pipeline,
    put_rule,
    schedule_of,
    step_of,
)
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

#: A minute in a second and a half.
SPEED = 40
#: So that the service is asked what the SDK would refuse.
_UNCHECKED = Config(parameter_validation=False, retries={"total_max_attempts": 1})


@pytest.fixture
def fast_studio(local_studio: LocalStudio) -> Iterator[LocalStudio]:
    local_studio.control("POST", "schedule-speed", {"speed": SPEED})
    yield local_studio
    local_studio.control("POST", "schedule-speed", {"speed": 1})


def set_state(studio: LocalStudio, name: str, state: str) -> None:
    """Pause or resume a schedule as a client does: read it, and write all of it."""
    scheduler = studio.client("scheduler")
    whole = scheduler.get_schedule(Name=name)
    for member in ("Arn", "CreationDate", "LastModificationDate", "ResponseMetadata"):
        whole.pop(member)
    scheduler.update_schedule(**{**whole, "State": state})


def test_a_schedule_in_lisbon_fires_twice_and_rests_while_paused(
    fast_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    scheduler = fast_studio.client("scheduler")
    name = make_pipeline(fast_studio)
    expression = "cron(* * * * ? *)"
    scheduler.create_schedule(**schedule_of(fast_studio, name, ScheduleExpression=expression))
    eventually(lambda: len(executions(fast_studio, name)) >= 2)
    set_state(fast_studio, name, "DISABLED")
    assert scheduler.get_schedule(Name=name)["State"] == "DISABLED"
    for arn in executions(fast_studio, name):
        job = job_of(fast_studio, arn)
        found = fast_studio.client("sagemaker").search(
            Resource="TrainingJob",
            SearchExpression={"Filters": [{"Name": f"Tags.{DEFINITION_TAG}", "Value": name}]},
        )
        assert job in [row["TrainingJob"]["TrainingJobName"] for row in found["Results"]]
        fake_runner.jobs[job].finish()
        assert ended(fast_studio, arn)["PipelineExecutionStatus"] == "Succeeded"
    (first, *_) = fast_studio.calls("StartPipelineExecution")
    role = f"assumed-role/{seed.ROLE_NAME}/EventBridgeScheduler"
    assert first["caller"] == f"arn:aws:sts::{seed.ACCOUNT}:{role}"
    fired = len(executions(fast_studio, name))
    time.sleep(2.5)
    assert len(executions(fast_studio, name)) <= fired + 1
    fired = len(executions(fast_studio, name))
    set_state(fast_studio, name, "ENABLED")
    eventually(lambda: len(executions(fast_studio, name)) > fired)
    scheduler.delete_schedule(Name=name)


def test_a_rate_begins_at_once(local_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    name = make_pipeline(local_studio)
    scheduler = local_studio.client("scheduler")
    scheduler.create_schedule(**schedule_of(local_studio, name, ScheduleExpression="rate(1 day)"))
    (arn,) = eventually(lambda: executions(local_studio, name))
    fake_runner.jobs[job_of(local_studio, arn)].finish()
    # A change does not count as a beginning.
    set_state(local_studio, name, "DISABLED")
    set_state(local_studio, name, "ENABLED")
    time.sleep(0.5)
    assert executions(local_studio, name) == [arn]
    scheduler.delete_schedule(Name=name)


def test_once_at_a_time_with_parameters(fast_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    name = make_pipeline(fast_studio)
    arguments = step_of(name)["Arguments"]
    arguments["HyperParameters"] = {"rows": {"Get": "Parameters.rows"}}
    parameters = [{"Name": "rows", "Type": "String", "DefaultValue": "1"}]
    definition = definition_of(step_of(name, Arguments=arguments), Parameters=parameters)
    fast_studio.client("sagemaker").update_pipeline(
        PipelineName=name, PipelineDefinition=definition
    )
    target = {
        "Arn": arn_of(fast_studio, name),
        "RoleArn": seed.ROLE_ARN,
        "SageMakerPipelineParameters": {"PipelineParameterList": [{"Name": "rows", "Value": "7"}]},
    }
    # However fast time passes for what recurs, this one is real.
    begun = time.time()
    schedule = schedule_of(
        fast_studio, name, ScheduleExpression=at(5), Target=target, ActionAfterCompletion="DELETE"
    )
    schedule["ScheduleExpressionTimezone"] = "UTC"
    fast_studio.client("scheduler").create_schedule(**schedule)
    (arn,) = eventually(lambda: executions(fast_studio, name))
    assert time.time() - begun > 1.5
    job = job_of(fast_studio, arn)
    assert fake_runner.jobs[job].request["HyperParameters"] == {"rows": "7"}
    fake_runner.jobs[job].finish()
    eventually(lambda: not fast_studio.client("scheduler").list_schedules()["Schedules"])


def test_a_schedule_is_over_at_its_end(fast_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    name = make_pipeline(fast_studio)
    now = time.time()
    schedule = schedule_of(
        fast_studio,
        name,
        StartDate=datetime.fromtimestamp(now + 60, timezone.utc),
        EndDate=datetime.fromtimestamp(now + 150, timezone.utc),
    )
    fast_studio.client("scheduler").create_schedule(**schedule)
    # At its StartDate and a minute later, in its own time.
    eventually(lambda: len(executions(fast_studio, name)) == 2)
    time.sleep(2.5)
    assert len(executions(fast_studio, name)) == 2
    fast_studio.client("scheduler").delete_schedule(Name=name)
    for arn in executions(fast_studio, name):
        fake_runner.jobs[job_of(fast_studio, arn)].finish()


def test_a_target_that_is_gone_is_given_up(local_studio: LocalStudio) -> None:
    name = make_pipeline(local_studio)
    missing = arn_of(local_studio, name) + "-gone"
    target = {"Arn": missing, "RoleArn": seed.ROLE_ARN}
    schedule = schedule_of(local_studio, name, Target=target, ScheduleExpression="rate(1 day)")
    # As in AWS, nobody looks for the pipeline before.
    local_studio.client("scheduler").create_schedule(**schedule)
    eventually(lambda: local_studio.calls("StartPipelineExecution"))
    time.sleep(0.5)
    (call,) = local_studio.calls("StartPipelineExecution")
    assert call["code"] == "ResourceNotFound"
    local_studio.client("scheduler").delete_schedule(Name=name)


def test_a_throttled_start_is_repeated_and_starts_once(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    name = make_pipeline(local_studio)
    local_studio.fault("StartPipelineExecution", code="ThrottlingException", performed=True)
    schedule = schedule_of(local_studio, name, ScheduleExpression="rate(1 day)")
    local_studio.client("scheduler").create_schedule(**schedule)
    eventually(lambda: len(local_studio.calls("StartPipelineExecution")) == 2)
    (arn,) = executions(local_studio, name)
    fake_runner.jobs[job_of(local_studio, arn)].finish()
    local_studio.client("scheduler").delete_schedule(Name=name)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"StartDate": datetime(2020, 1, 1)}, "cannot be earlier than 5 minutes ago"),
        ({"EndDate": datetime(2020, 1, 1)}, "must be after the StartDate and now"),
        ({"ScheduleExpressionTimezone": "Europe/Atlantis"}, "Invalid time zone"),
        (
            {"Target": {"Arn": "arn:aws:sagemaker:us-west-2:123456789012:pipeline/a"}},
            "roleArn",
        ),
        (
            {
                "Target": {
                    "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:createApp",
                    "RoleArn": SCHEDULER_ROLE,
                    "SageMakerPipelineParameters": {"PipelineParameterList": []},
                }
            },
            "are for a SageMaker pipeline",
        ),
        (
            {
                "Target": {
                    "Arn": "arn:aws:sagemaker:us-west-2:123456789012:pipeline/a",
                    "RoleArn": f"arn:aws:iam::{seed.ACCOUNT}:role/sagemaker-studio-change-space",
                }
            },
            "must allow AWS EventBridge Scheduler to assume",
        ),
    ],
)
def test_schedules_that_are_refused(
    local_studio: LocalStudio, changes: dict[str, Any], words: str
) -> None:
    schedule = {
        "Name": "refused",
        "ScheduleExpression": "rate(1 hour)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": "arn:aws:sagemaker:us-west-2:123456789012:pipeline/a",
            "RoleArn": seed.ROLE_ARN,
        },
        **changes,
    }
    client = local_studio.client("scheduler", config=_UNCHECKED)
    with pytest.raises(ClientError) as raised:
        client.create_schedule(**schedule)
    error = raised.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert words in error["Message"]


def test_a_rule_fires_rests_and_is_deleted(
    fast_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    events = fast_studio.client("events")
    name = make_pipeline(fast_studio)
    put_rule(fast_studio, name)
    eventually(lambda: len(executions(fast_studio, name)) >= 2)
    (first, *_) = fast_studio.calls("StartPipelineExecution")
    role = f"assumed-role/{seed.ROLE_NAME}/AWSEvents"
    assert first["caller"] == f"arn:aws:sts::{seed.ACCOUNT}:{role}"
    events.disable_rule(Name=name)
    time.sleep(0.5)
    fired = executions(fast_studio, name)
    time.sleep(2.5)
    assert executions(fast_studio, name) == fired
    with pytest.raises(ClientError, match="running executions"):
        fast_studio.client("sagemaker").delete_pipeline(PipelineName=name)
    for arn in fired:
        fake_runner.jobs[job_of(fast_studio, arn)].finish()
        ended(fast_studio, arn)
    # The order in which AWS's scheduler deletes a definition.
    fast_studio.client("sagemaker").delete_pipeline(PipelineName=name)
    with pytest.raises(ClientError, match="has targets"):
        events.delete_rule(Name=name)
    events.remove_targets(Rule=name, Ids=["notebook-execution"])
    events.delete_rule(Name=name)
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.describe_rule(Name=name)


def test_the_rate_of_a_rule_begins_after_an_interval(local_studio: LocalStudio) -> None:
    name = make_pipeline(local_studio)
    put_rule(local_studio, name, ScheduleExpression="rate(1 day)")
    time.sleep(1)
    assert executions(local_studio, name) == []
    local_studio.client("events").disable_rule(Name=name)


@pytest.mark.parametrize(
    "expression", ["rate(1 minutes)", "rate(5 minute)", "at(2030-01-01T00:00:00)", "cron(a b)"]
)
def test_expressions_a_rule_refuses(local_studio: LocalStudio, expression: str) -> None:
    with pytest.raises(ClientError, match="Parameter ScheduleExpression is not valid"):
        local_studio.client("events").put_rule(Name="no", ScheduleExpression=expression)


def test_targets_a_rule_refuses(local_studio: LocalStudio) -> None:
    events = local_studio.client("events")
    name = make_pipeline(local_studio)
    events.put_rule(Name=name, ScheduleExpression="rate(1 hour)", State="DISABLED")
    pipeline = arn_of(local_studio, name)
    stranger = f"arn:aws:iam::{seed.ACCOUNT}:role/sagemaker-studio-start-app"
    function = f"arn:aws:lambda:us-west-2:{seed.ACCOUNT}:function:f"
    for target, words in (
        ({"Id": "1", "Arn": pipeline}, "RoleArn is required for target"),
        (
            {"Id": "1", "Arn": pipeline, "RoleArn": stranger},
            "cannot be assumed by principal 'events.amazonaws.com'",
        ),
        ({"Id": "1", "Arn": function, "RoleArn": seed.ROLE_ARN}, "start SageMaker pipelines"),
    ):
        with pytest.raises(ClientError, match=words):
            events.put_targets(Rule=name, Targets=[target])
    targets = [{"Id": str(n), "Arn": pipeline, "RoleArn": seed.ROLE_ARN} for n in range(6)]
    with pytest.raises(events.exceptions.LimitExceededException):
        events.put_targets(Rule=name, Targets=targets)


def test_the_quota_of_rules(local_studio: LocalStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    from sagemaker_studio_local.aws_services import rules

    monkeypatch.setattr(rules, "MAX_RULES", 0)
    events = local_studio.client("events")
    with pytest.raises(events.exceptions.LimitExceededException):
        events.put_rule(Name="one-too-many", ScheduleExpression="rate(1 hour)")


@pytest.mark.parametrize("speed", [0, -1, 6001, "fast", None, True])
def test_a_speed_that_is_none(local_studio: LocalStudio, speed: Any) -> None:
    with pytest.raises(Exception, match="400|speed"):
        local_studio.control("POST", "schedule-speed", {"speed": speed})
    assert local_studio.control("GET", "schedule-speed") == {"speed": 1}
