"""Pipelines and their executions as callers see them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from apps_and_schedules import eventually
from botocore.exceptions import ClientError
from local_jobs import BUCKET, job_request, new_name, stage
from local_pipelines import (
    ALL_EXCEPTIONS,
    DEFINITION_TAG,
    arguments_of,
    definition_of,
    ended,
    job_of,
    make_pipeline,
    run,
    status,
    step_of,
    steps,
)
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import FakeOutcome, FakeRunner, LocalStudio

TOKEN = "a-token-of-at-least-thirty-two-characters"


def tags_of(studio: LocalStudio, arn: str) -> dict[str, str]:
    rows = studio.client("sagemaker").list_tags(ResourceArn=arn)["Tags"]
    return {row["Key"]: row["Value"] for row in rows}


def error_of(call: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        call(**request)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_execution_runs_the_job_of_its_definition(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    name = make_pipeline(local_studio)
    sagemaker = local_studio.client("sagemaker")
    arn = run(local_studio, name)
    assert re.fullmatch(rf"arn:aws:sagemaker:.*:pipeline/{name}/execution/[a-z0-9]{{12}}", arn)
    job = job_of(local_studio, arn)
    assert re.fullmatch(rf"pipelines-{arn[-12:]}-job-nb-[A-Za-z0-9]{{10}}", job)
    assert status(local_studio, arn) == "Executing"
    started = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)["CreationTime"]
    environment = fake_runner.jobs[job].request["Environment"]
    stamp = started.strftime("%Y-%m-%dT%H:%M:%S.") + f"{started.microsecond // 1000:03d}Z"
    assert environment["SM_OUTPUT_NOTEBOOK_NAME"] == f"job-nb-{stamp}-.ipynb"
    job_tags = tags_of(
        local_studio, sagemaker.describe_training_job(TrainingJobName=job)["TrainingJobArn"]
    )
    assert job_tags[DEFINITION_TAG] == name
    assert job_tags["sagemaker:pipeline-execution-arn"] == arn
    assert job_tags["sagemaker:pipeline-step-name"] == "job-nb"
    assert job_tags["sagemaker:domain-arn"].endswith(seed.DOMAIN_ID)
    (call,) = local_studio.calls("CreateTrainingJob")
    role = f"assumed-role/{seed.ROLE_NAME}/SageMakerPipelines"
    assert call["caller"] == f"arn:aws:sts::{seed.ACCOUNT}:{role}"

    fake_runner.jobs[job].finish()
    over = ended(local_studio, arn)
    assert over["PipelineExecutionStatus"] == "Succeeded"
    assert "FailureReason" not in over
    assert over["PipelineExecutionDisplayName"].startswith("execution-")
    step = steps(local_studio, arn)["job-nb"]
    assert (step["StepStatus"], step["AttemptCount"]) == ("Succeeded", 1)
    assert step["EndTime"] >= step["StartTime"]
    described = sagemaker.describe_pipeline(PipelineName=name)
    assert described["LastRunTime"] == over["CreationTime"]
    assert described["CreatedBy"]["DomainId"] == seed.DOMAIN_ID


def test_a_failed_job_fails_the_execution_in_its_own_words(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    name = make_pipeline(local_studio)
    arn = run(local_studio, name)
    reason = "AlgorithmError: [SM-111] ZeroDivisionError, exit code: 1"
    fake_runner.jobs[job_of(local_studio, arn)].finish(FakeOutcome("Failed", reason, 1, "Failed"))
    assert ended(local_studio, arn)["FailureReason"] == (
        "Step failure: One or multiple steps failed."
    )
    assert steps(local_studio, arn)["job-nb"]["FailureReason"] == reason
    (row,) = local_studio.client("sagemaker").list_pipeline_executions(PipelineName=name)[
        "PipelineExecutionSummaries"
    ]
    assert row["PipelineExecutionStatus"] == "Failed"
    assert row["PipelineExecutionFailureReason"].startswith("Step failure")


def test_a_job_without_capacity_is_tried_again(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    arn = run(local_studio, make_pipeline(local_studio))
    reason = "CapacityError: Unable to provision requested ML compute capacity."
    first = job_of(local_studio, arn)
    fake_runner.jobs[first].finish(FakeOutcome("Failed", reason, None, "Failed"))
    second = job_of(local_studio, arn, attempt=2)
    assert second == f"{first}-1"
    fake_runner.jobs[second].finish(FakeOutcome("Failed", reason, None, "Failed"))
    assert ended(local_studio, arn)["PipelineExecutionStatus"] == "Failed"
    assert steps(local_studio, arn)["job-nb"]["FailureReason"] == reason


@pytest.mark.parametrize("fault", [{"code": "ThrottlingException"}, {"code": "InternalFailure"}])
def test_a_failing_call_is_made_again_without_a_policy(
    local_studio: LocalStudio, fake_runner: FakeRunner, fault: dict[str, Any]
) -> None:
    name = new_name("definition")
    definition = definition_of(step_of(name, RetryPolicies=[]))
    make_pipeline(local_studio, name, PipelineDefinition=definition)
    local_studio.fault("CreateTrainingJob", count=2, **fault)
    arn = run(local_studio, name)
    fake_runner.jobs[job_of(local_studio, arn, attempt=3)].finish()
    assert ended(local_studio, arn)["PipelineExecutionStatus"] == "Succeeded"


def test_a_job_whose_answer_was_lost_is_not_made_twice(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    name = make_pipeline(local_studio)
    local_studio.fault("CreateTrainingJob", code="InternalFailure", performed=True)
    arn = run(local_studio, name)
    job = job_of(local_studio, arn, attempt=2)
    assert job.count("-") == 4
    fake_runner.jobs[job].finish()
    assert ended(local_studio, arn)["PipelineExecutionStatus"] == "Succeeded"


def test_what_no_policy_covers_is_final(local_studio: LocalStudio) -> None:
    name = new_name("definition")
    policies = [{"ExceptionType": ["Step.THROTTLING"], "ExpireAfterMin": 5}]
    definition = definition_of(step_of(name, RetryPolicies=policies))
    make_pipeline(local_studio, name, PipelineDefinition=definition)
    local_studio.fault("CreateTrainingJob", code="ResourceLimitExceeded", message="No more.")
    arn = run(local_studio, name)
    ended(local_studio, arn)
    reason = steps(local_studio, arn)["job-nb"]["FailureReason"]
    assert reason.startswith(
        "ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: No more."
    )
    assert "No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT." in reason


def test_a_role_that_cannot_be_assumed(local_studio: LocalStudio) -> None:
    role = f"arn:aws:iam::{seed.ACCOUNT}:role/nobody"
    arn = run(local_studio, make_pipeline(local_studio, RoleArn=role))
    assert ended(local_studio, arn)["PipelineExecutionStatus"] == "Failed"
    assert role in steps(local_studio, arn)["job-nb"]["FailureReason"]


def test_steps_wait_for_those_they_depend_on(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    name = new_name("definition")
    definition = definition_of(
        step_of(name, "third", DependsOn=["first", "second"]),
        step_of(name, "first"),
        step_of(name, "second"),
    )
    make_pipeline(local_studio, name, PipelineDefinition=definition)
    arn = run(local_studio, name)
    first, second = job_of(local_studio, arn, "first"), job_of(local_studio, arn, "second")
    fake_runner.jobs[first].finish()
    eventually(lambda: steps(local_studio, arn)["first"]["StepStatus"] == "Succeeded")
    assert "third" not in steps(local_studio, arn)
    fake_runner.jobs[second].finish()
    fake_runner.jobs[job_of(local_studio, arn, "third")].finish()
    assert ended(local_studio, arn)["PipelineExecutionStatus"] == "Succeeded"


def test_as_many_steps_at_once_as_allowed(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    name = new_name("definition")
    definition = definition_of(step_of(name, "one"), step_of(name, "two"))
    make_pipeline(local_studio, name, PipelineDefinition=definition)
    one_by_one = {"MaxParallelExecutionSteps": 1}
    arn = run(local_studio, name, ParallelismConfiguration=one_by_one)
    first = job_of(local_studio, arn, "one")
    assert list(steps(local_studio, arn)) == ["one"]
    fake_runner.jobs[first].finish(FakeOutcome("Failed", "AlgorithmError: no", 1, "Failed"))
    assert ended(local_studio, arn)["PipelineExecutionStatus"] == "Failed"
    assert list(steps(local_studio, arn)) == ["one"]


def test_stopping(local_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    sagemaker = local_studio.client("sagemaker")
    arn = run(local_studio, make_pipeline(local_studio))
    job = job_of(local_studio, arn)
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    assert ended(local_studio, arn)["PipelineExecutionStatus"] == "Stopped"
    assert steps(local_studio, arn)["job-nb"]["StepStatus"] == "Stopped"
    stopped = sagemaker.describe_training_job(TrainingJobName=job)
    assert stopped["TrainingJobStatus"] == "Stopped"
    code, message = error_of(sagemaker.stop_pipeline_execution, PipelineExecutionArn=arn)
    assert code == "ConflictException" and "in status Stopped" in message


def test_a_running_pipeline_is_not_deleted(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    sagemaker = local_studio.client("sagemaker")
    name = make_pipeline(local_studio)
    arn = run(local_studio, name)
    job = job_of(local_studio, arn)
    code, message = error_of(sagemaker.delete_pipeline, PipelineName=name)
    assert code == "ConflictException" and arn in message
    fake_runner.jobs[job].finish()
    ended(local_studio, arn)
    assert sagemaker.delete_pipeline(PipelineName=name)["PipelineArn"].endswith(name)

    def gone() -> bool:
        try:
            sagemaker.describe_pipeline(PipelineName=name)
        except sagemaker.exceptions.ResourceNotFound:
            return True
        return False

    eventually(gone)
    code, _ = error_of(sagemaker.describe_pipeline_execution, PipelineExecutionArn=arn)
    assert code == "ResourceNotFound"
    # What ran is left alone.
    assert sagemaker.describe_training_job(TrainingJobName=job)["TrainingJobStatus"] == "Completed"
    make_pipeline(local_studio, name)
    assert "sagemaker:name" in tags_of(
        local_studio, sagemaker.describe_pipeline(PipelineName=name)["PipelineArn"]
    )


def test_names_are_unique_and_tokens_make_calls_repeatable(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    sagemaker = local_studio.client("sagemaker")
    name = new_name("Definition")
    request = {
        "PipelineName": name,
        "PipelineDefinition": definition_of(step_of(name)),
        "RoleArn": seed.ROLE_ARN,
    }
    stage(local_studio, name)
    first = sagemaker.create_pipeline(**request, ClientRequestToken=TOKEN)
    assert first["PipelineArn"].endswith(f":pipeline/{name.lower()}")
    again = sagemaker.create_pipeline(**request, ClientRequestToken=TOKEN)
    assert again["PipelineArn"] == first["PipelineArn"]
    for same in (name, name.upper()):
        code, message = error_of(sagemaker.create_pipeline, **{**request, "PipelineName": same})
        # The SDK's upsert looks for these words.
        assert code == "ValidationException" and "already exists" in message
    arns = {run(local_studio, name, ClientRequestToken=TOKEN) for _ in range(2)}
    assert len(arns) == 1
    by_arn = sagemaker.list_pipeline_executions(PipelineName=first["PipelineArn"])
    assert len(by_arn["PipelineExecutionSummaries"]) == 1
    fake_runner.jobs[job_of(local_studio, arns.pop())].finish()


def test_quotas(local_studio: LocalStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    from sagemaker_studio_local.control_plane import pipeline_executions, pipelines

    name = make_pipeline(local_studio)
    monkeypatch.setattr(pipelines, "MAX_PIPELINES", 1)
    with pytest.raises(ClientError, match="'Maximum number of pipelines allowed per account'"):
        make_pipeline(local_studio)
    monkeypatch.setattr(pipeline_executions, "MAX_RUNNING", 0)
    with pytest.raises(ClientError, match="concurrent pipeline executions"):
        run(local_studio, name)


def test_an_update_counts_from_the_next_execution_on(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    sagemaker = local_studio.client("sagemaker")
    name = make_pipeline(local_studio)
    before = sagemaker.describe_pipeline(PipelineName=name)
    first = run(local_studio, name)
    changed = definition_of(step_of(name, "changed"))
    sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=changed)
    after = sagemaker.describe_pipeline(PipelineName=name)
    assert after["PipelineDefinition"] == changed
    assert after["LastModifiedTime"] >= before["LastModifiedTime"]
    assert after["PipelineDisplayName"] == "job"
    fake_runner.jobs[job_of(local_studio, first)].finish()
    second = run(local_studio, name)
    fake_runner.jobs[job_of(local_studio, second, "changed")].finish()
    for arn, text in ((first, before["PipelineDefinition"]), (second, changed)):
        ended(local_studio, arn)
        had = sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
        assert had["PipelineDefinition"] == text


def test_parameters(local_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    sagemaker = local_studio.client("sagemaker")
    name = new_name("definition")
    parameters = [
        {"Name": "rows", "Type": "Integer", "DefaultValue": 10},
        {"Name": "type", "Type": "String", "EnumValues": ["ml.m5.large", "ml.m5.xlarge"]},
        {"Name": "volume", "Type": "Integer", "DefaultValue": 30},
    ]
    arguments = arguments_of(name)
    arguments["HyperParameters"] = {"rows": {"Std:Join": {"Values": [{"Get": "Parameters.rows"}]}}}
    arguments["ResourceConfig"] = {
        "InstanceCount": 1,
        "InstanceType": {"Get": "Parameters.type"},
        "VolumeSizeInGB": {"Get": "Parameters.volume"},
    }
    arguments["Environment"]["EXECUTION"] = {"Get": "Execution.PipelineExecutionId"}
    arguments["Environment"]["PIPELINE"] = {"Get": "Execution.PipelineName"}
    definition = definition_of(step_of(name, Arguments=arguments), Parameters=parameters)
    make_pipeline(local_studio, name, PipelineDefinition=definition)

    def given(**values: str) -> dict[str, Any]:
        rows = [{"Name": key, "Value": value} for key, value in values.items()]
        return {"PipelineName": name, "PipelineParameters": rows}

    start = sagemaker.start_pipeline_execution
    assert "without a value: type" in error_of(start, PipelineName=name)[1]
    assert "Unknown parameters provided: no" in error_of(start, **given(no="x"))[1]
    assert "not of type Integer" in error_of(start, **given(type="ml.m5.large", rows="ten"))[1]
    assert "is not one of" in error_of(start, **given(type="ml.t3.medium"))[1]
    arn = start(**given(type="ml.m5.xlarge", rows="20"))["PipelineExecutionArn"]
    request = fake_runner.jobs[job_of(local_studio, arn)].request
    assert request["HyperParameters"] == {"rows": "20"}
    assert request["ResourceConfig"]["InstanceType"] == "ml.m5.xlarge"
    assert request["ResourceConfig"]["VolumeSizeInGB"] == 30
    assert request["Environment"]["EXECUTION"] == arn[-12:]
    assert request["Environment"]["PIPELINE"] == name
    listed = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    assert listed["PipelineParameters"][0] == {"Name": "rows", "Value": "20"}
    fake_runner.jobs[request["TrainingJobName"]].finish()


def broken(**changes: Any) -> dict[str, Any]:
    return {**step_of("definition"), **changes}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "Unable to parse pipeline definition"),
        ("[]", "not a JSON object"),
        (json.dumps({"Version": "2019-01-01", "Steps": []}), "Version is '2019-01-01'"),
        (json.dumps({"Steps": []}), "1 to 50 steps, not 0"),
        (definition_of(broken(), Extra=1), "no member 'Extra'"),
        (definition_of(broken(Type="Processing")), "runs steps of type 'Training' only"),
        (definition_of(broken(Name="a b")), "not the name of a step"),
        (definition_of(broken(), broken()), "comes twice"),
        (definition_of(broken(DependsOn=["other"])), "which is not in the pipeline"),
        (
            definition_of(broken(Name="a", DependsOn=["b"]), broken(Name="b", DependsOn=["a"])),
            "in a circle",
        ),
        (
            definition_of(broken(Arguments={**arguments_of("x"), "Colour": "red"})),
            "at 'colour' failed to satisfy constraint",
        ),
        (
            definition_of(broken(Arguments={**arguments_of("x"), "RoleArn": {"Get": "Steps.a.B"}})),
            "a property of another step",
        ),
        (
            definition_of(
                broken(Arguments={**arguments_of("x"), "RoleArn": {"Get": "Parameters.role"}})
            ),
            "'role' at step 'job-nb' is not defined",
        ),
        (
            definition_of(
                broken(Arguments={**arguments_of("x"), "RoleArn": {"Get": "Execution.Who"}})
            ),
            "Unknown execution variable",
        ),
        (
            definition_of(broken(Arguments={**arguments_of("x"), "RoleArn": {"Std:JsonGet": {}}})),
            "does not know the function Std:JsonGet",
        ),
        (
            definition_of(broken(RetryPolicies=[{"ExceptionType": ["Step.OTHER"]}])),
            "has in ExceptionType a list of",
        ),
        (
            definition_of(
                broken(
                    RetryPolicies=[
                        {"ExceptionType": ALL_EXCEPTIONS, "MaxAttempts": 1, "ExpireAfterMin": 1}
                    ]
                )
            ),
            "MaxAttempts or ExpireAfterMin, but not both",
        ),
        (
            definition_of(
                broken(RetryPolicies=[{"ExceptionType": ALL_EXCEPTIONS, "MaxAttempts": 21}])
            ),
            "MaxAttempts is a whole number from 0 to 20",
        ),
        (
            definition_of(broken(), Parameters=[{"Name": "n", "DefaultValue": 1}]),
            "is not of type String",
        ),
    ],
)
def test_definitions_that_could_not_run(local_studio: LocalStudio, text: str, words: str) -> None:
    code, message = error_of(
        local_studio.client("sagemaker").create_pipeline,
        PipelineName=new_name("definition"),
        PipelineDefinition=text,
        RoleArn=seed.ROLE_ARN,
    )
    assert code == "ValidationException"
    assert words in message


def test_a_definition_in_s3(local_studio: LocalStudio) -> None:
    name = new_name("definition")
    stage(local_studio, name)
    text = definition_of(step_of(name))
    local_studio.client("s3").put_object(
        Bucket=seed.DEFAULT_BUCKET, Key="definition.json", Body=text.encode()
    )
    sagemaker = local_studio.client("sagemaker")
    place = {"Bucket": seed.DEFAULT_BUCKET, "ObjectKey": "definition.json"}
    request = {"PipelineName": name, "RoleArn": seed.ROLE_ARN}
    sagemaker.create_pipeline(**request, PipelineDefinitionS3Location=place)
    assert sagemaker.describe_pipeline(PipelineName=name)["PipelineDefinition"] == text
    code, message = error_of(
        sagemaker.create_pipeline,
        PipelineName=new_name("definition"),
        RoleArn=seed.ROLE_ARN,
        PipelineDefinitionS3Location={**place, "ObjectKey": "missing.json"},
    )
    assert code == "ValidationException" and "missing.json" in message
    code, message = error_of(sagemaker.create_pipeline, **request)
    assert code == "ValidationException" and "Specify one of" in message


def test_lists_come_in_pages(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")
    prefix = new_name("paged")
    made = [make_pipeline(local_studio, f"{prefix}-{letter}") for letter in "abc"]
    request: dict[str, Any] = {"PipelineNamePrefix": prefix, "SortBy": "Name", "MaxResults": 2}
    request["SortOrder"] = "Ascending"
    first = sagemaker.list_pipelines(**request)
    second = sagemaker.list_pipelines(**request, NextToken=first["NextToken"])
    rows = first["PipelineSummaries"] + second["PipelineSummaries"]
    assert [row["PipelineName"] for row in rows] == made
    newest = sagemaker.list_pipelines(PipelineNamePrefix=prefix)["PipelineSummaries"]
    assert [row["PipelineName"] for row in newest] == made[::-1]
    late = rows[-1]["CreationTime"].timestamp() + 1
    none = sagemaker.list_pipelines(PipelineNamePrefix=prefix, CreatedAfter=late)
    assert none["PipelineSummaries"] == []


def test_the_request_of_the_job_is_checked_when_it_runs(local_studio: LocalStudio) -> None:
    name = new_name("definition")
    definition = definition_of(step_of(name, Arguments=job_request(name)))
    sagemaker = local_studio.client("sagemaker")
    sagemaker.create_pipeline(
        PipelineName=name, PipelineDefinition=definition, RoleArn=seed.ROLE_ARN
    )
    arn = run(local_studio, name)
    ended(local_studio, arn)
    # Nothing was staged.
    assert "No S3 objects found" in steps(local_studio, arn)["job-nb"]["FailureReason"]


def sdk_step(root: str, name: str, **more: Any) -> dict[str, Any]:
    """A step as the SageMaker SDK 2.257's ``NotebookJobStep`` writes it."""
    return {
        "Name": name,
        "Type": "Training",
        "Arguments": {
            "TrainingJobName": "sdk-notebook",
            "RoleArn": seed.ROLE_ARN,
            "RetryStrategy": {"MaximumRetryAttempts": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 172800},
            "EnableInterContainerTrafficEncryption": True,
            "AlgorithmSpecification": {
                "TrainingImage": seed.IMAGE_URI,
                "TrainingInputMode": "File",
                "ContainerEntrypoint": ["amazon_sagemaker_scheduler"],
            },
            "InputDataConfig": [
                {
                    "ChannelName": "sagemaker_headless_execution_pipelinestep",
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": f"{root}/input",
                            "S3DataDistributionType": "FullyReplicated",
                        }
                    },
                }
            ],
            "OutputDataConfig": {
                "S3OutputPath": {
                    "Std:Join": {
                        "On": "/",
                        "Values": [root, {"Get": "Execution.PipelineExecutionId"}, name],
                    }
                }
            },
            "ResourceConfig": {
                "VolumeSizeInGB": 30,
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
            },
            "Tags": [
                {"Key": "sagemaker:name", "Value": "sdk-notebook"},
                {"Key": "sagemaker:notebook-name", "Value": "nb.ipynb"},
                {"Key": "sagemaker:notebook-job-origin", "Value": "PIPELINE_STEP"},
                {"Key": "sagemaker:is-studio-archived", "Value": "false"},
            ],
            "Environment": {
                "AWS_DEFAULT_REGION": seed.REGION,
                "SM_JOB_DEF_VERSION": "1.0",
                "SM_ENV_NAME": "sagemaker-default-env",
                "SM_SKIP_EFS_SIMULATION": "true",
                "SM_EXECUTION_INPUT_PATH": "/opt/ml/input/data/"
                "sagemaker_headless_execution_pipelinestep",
                "SM_KERNEL_NAME": "python3",
                "SM_INPUT_NOTEBOOK_NAME": "nb.ipynb",
                "SM_OUTPUT_NOTEBOOK_NAME": "sdk-notebook.ipynb",
                **more,
            },
        },
    }


def test_notebook_steps_of_the_sdk(local_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    name = new_name("sdk")
    stage(local_studio, name)
    root = f"s3://{BUCKET}/{name}"
    definition = definition_of(
        sdk_step(
            root,
            "second",
            FIRST_JOB={"Get": "Steps.first.TrainingJobName"},
            FIRST_INPUT={"Get": "Steps.first.InputDataConfig[0].DataSource.S3DataSource.S3Uri"},
            FIRST_NOTEBOOK={"Get": "Steps.first.Environment['SM_INPUT_NOTEBOOK_NAME']"},
        ),
        sdk_step(root, "first"),
        Metadata={},
        PipelineExperimentConfig={
            "ExperimentName": {"Get": "Execution.PipelineName"},
            "TrialName": {"Get": "Execution.PipelineExecutionId"},
        },
    )
    make_pipeline(local_studio, name, PipelineDefinition=definition)
    arn = run(local_studio, name)
    first = job_of(local_studio, arn, "first")
    assert fake_runner.jobs[first].request["OutputDataConfig"] == {
        "S3OutputPath": f"{root}/{arn[-12:]}/first"
    }
    # It reads what the first leaves, so it waits without being told to.
    assert list(steps(local_studio, arn)) == ["first"]
    fake_runner.jobs[first].finish()
    second = job_of(local_studio, arn, "second")
    environment = fake_runner.jobs[second].request["Environment"]
    assert environment["FIRST_JOB"] == first
    assert environment["FIRST_INPUT"] == f"{root}/input"
    assert environment["FIRST_NOTEBOOK"] == "nb.ipynb"
    fake_runner.jobs[second].finish()
    over = ended(local_studio, arn)
    assert over["PipelineExecutionStatus"] == "Succeeded"
    assert over["PipelineExperimentConfig"] == {"ExperimentName": name, "TrialName": arn[-12:]}


def test_a_property_no_job_has(local_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    name = new_name("sdk")
    stage(local_studio, name)
    root = f"s3://{BUCKET}/{name}"
    wrong = sdk_step(root, "second", WRONG={"Get": "Steps.first.Nothing"})
    definition = definition_of(sdk_step(root, "first"), wrong)
    make_pipeline(local_studio, name, PipelineDefinition=definition)
    arn = run(local_studio, name)
    fake_runner.jobs[job_of(local_studio, arn, "first")].finish()
    assert ended(local_studio, arn)["PipelineExecutionStatus"] == "Failed"
    assert (
        "has no property 'Steps.first.Nothing'"
        in steps(local_studio, arn)["second"]["FailureReason"]
    )
