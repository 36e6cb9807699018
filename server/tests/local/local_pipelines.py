"""Pipelines, rules and schedules as AWS's scheduler and ours make them, for tests."""

from __future__ import annotations

import json
from typing import Any

from apps_and_schedules import eventually
from local_jobs import AnyStudio, job_request, new_name, stage
from sagemaker_studio_local import seed

ALL_EXCEPTIONS = [
    "Step.SERVICE_FAULT",
    "Step.THROTTLING",
    "SageMaker.JOB_INTERNAL_ERROR",
    "SageMaker.CAPACITY_ERROR",
    "SageMaker.RESOURCE_LIMIT",
]
DEFINITION_TAG = "sagemaker:job-definition-id"


def arguments_of(name: str, **changes: Any) -> dict[str, Any]:
    """The Arguments of a definition's step, as AWS's scheduler writes them."""
    request = job_request(name, **changes)
    request["Environment"]["SM_OUTPUT_NOTEBOOK_NAME"] = {
        "Std:Join": {
            "On": "-",
            "Values": ["job", "nb", {"Get": "Execution.StartDateTime"}, ".ipynb"],
        }
    }
    request["Tags"] = [*request["Tags"], {"Key": DEFINITION_TAG, "Value": name}]
    return request


def step_of(name: str, step: str = "job-nb", **changes: Any) -> dict[str, Any]:
    policies = [{"ExceptionType": ALL_EXCEPTIONS, "MaxAttempts": 1}]
    whole = {
        "Name": step,
        "Type": "Training",
        "Arguments": arguments_of(name),
        "RetryPolicies": policies,
    }
    return {**whole, **changes}


def definition_of(*steps: dict[str, Any], **more: Any) -> str:
    return json.dumps({"Version": "2020-12-01", "Parameters": [], "Steps": list(steps), **more})


def make_pipeline(studio: AnyStudio, name: str | None = None, **changes: Any) -> str:
    """A staged notebook and its pipeline; answers the name."""
    name = name or new_name("definition")
    stage(studio, name)
    request = {
        "PipelineName": name,
        "PipelineDisplayName": "job",
        "PipelineDefinition": definition_of(step_of(name)),
        "RoleArn": seed.ROLE_ARN,
        "Tags": job_request(name)["Tags"],
    }
    studio.client("sagemaker").create_pipeline(**{**request, **changes})
    return name


def run(studio: AnyStudio, name: str, **request: Any) -> str:
    """Start a pipeline; answers the execution's ARN."""
    client = studio.client("sagemaker")
    answer = client.start_pipeline_execution(PipelineName=name, **request)
    return str(answer["PipelineExecutionArn"])


def steps(studio: AnyStudio, arn: str) -> dict[str, dict[str, Any]]:
    """The steps of an execution by name."""
    rows = studio.client("sagemaker").list_pipeline_execution_steps(PipelineExecutionArn=arn)
    return {row["StepName"]: row for row in rows["PipelineExecutionSteps"]}


def job_of(studio: AnyStudio, arn: str, step: str = "job-nb", attempt: int = 1) -> str:
    """The name of the job of an attempt at a step, once there is one."""

    def name() -> str:
        row = steps(studio, arn).get(step, {})
        assert "Metadata" in row or row.get("StepStatus") != "Failed", row["FailureReason"]
        if row.get("AttemptCount") != attempt or row.get("StepStatus") == "Starting":
            return ""
        return job_in(studio, row["Metadata"]["TrainingJob"]["Arn"])

    return str(eventually(name))


def job_in(studio: AnyStudio, arn: str) -> str:
    """The name of a job as it is written, which its ARN is not."""
    client = studio.client("sagemaker")
    return str(
        client.describe_training_job(TrainingJobName=arn.rpartition("/")[2])["TrainingJobName"]
    )


def status(studio: AnyStudio, arn: str) -> str:
    client = studio.client("sagemaker")
    answer = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    return str(answer["PipelineExecutionStatus"])


def ended(studio: AnyStudio, arn: str) -> dict[str, Any]:
    """The description of an execution once it is over."""
    eventually(lambda: status(studio, arn) not in ("Executing", "Stopping"))
    return dict(studio.client("sagemaker").describe_pipeline_execution(PipelineExecutionArn=arn))


def arn_of(studio: AnyStudio, pipeline: str) -> str:
    answer = studio.client("sagemaker").describe_pipeline(PipelineName=pipeline)
    return str(answer["PipelineArn"])


def executions(studio: AnyStudio, pipeline: str) -> list[str]:
    """The ARNs of the executions of a pipeline, the oldest first."""
    answer = studio.client("sagemaker").list_pipeline_executions(
        PipelineName=pipeline, SortOrder="Ascending"
    )
    return [row["PipelineExecutionArn"] for row in answer["PipelineExecutionSummaries"]]


def schedule_of(studio: AnyStudio, pipeline: str, **changes: Any) -> dict[str, Any]:
    """A schedule of a definition, as our extension makes it."""
    return {
        "Name": pipeline,
        "ScheduleExpression": "rate(1 minute)",
        "ScheduleExpressionTimezone": "Europe/Lisbon",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "State": "ENABLED",
        "Target": {"Arn": arn_of(studio, pipeline), "RoleArn": seed.ROLE_ARN},
        **changes,
    }


def put_rule(studio: AnyStudio, pipeline: str, **changes: Any) -> None:
    """The rule of a definition, as AWS's scheduler makes it."""
    events = studio.client("events")
    rule = {
        "Name": pipeline,
        "ScheduleExpression": "cron(* * * * ? *)",
        "State": "ENABLED",
        "Tags": [{"Key": "sagemaker:is-scheduling-notebook-job", "Value": "true"}],
    }
    events.put_rule(**{**rule, **changes})
    target = {
        "Id": "notebook-execution",
        "Arn": arn_of(studio, pipeline),
        "RoleArn": seed.ROLE_ARN,
    }
    answer = events.put_targets(Rule=pipeline, Targets=[target])
    assert answer["FailedEntryCount"] == 0
