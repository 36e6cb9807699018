"""Requests are judged as AWS judges them: every finding, in AWS's words."""

from __future__ import annotations

from typing import Any

import pytest
from local_jobs import job_request
from sagemaker_studio_local import service_model
from sagemaker_studio_local.errors import AwsError

CREATE = service_model.operation_model("sagemaker", "CreateTrainingJob")


def refused(operation: str, body: dict[str, Any]) -> AwsError:
    with pytest.raises(AwsError) as raised:
        service_model.validate_request(service_model.operation_model("sagemaker", operation), body)
    return raised.value


def test_a_request_of_the_scheduler_is_accepted_as_it_is() -> None:
    request = job_request("a-job")
    assert service_model.validate_request(CREATE, request) == request


def test_a_name_that_is_too_long_is_refused_in_awss_words() -> None:
    name = "a" * 64
    error = refused("DescribeTrainingJob", {"TrainingJobName": name})
    assert error.code == "ValidationException"
    assert error.status == 400
    assert error.message == (
        "2 validation errors detected: "
        f"Value '{name}' at 'trainingJobName' failed to satisfy constraint: Member must have"
        f" length less than or equal to 63; Value '{name}' at 'trainingJobName' failed to satisfy"
        " constraint: Member must satisfy regular expression pattern:"
        " [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
    )


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (
            {"TrainingJobName": "no_underscore"},
            "at 'trainingJobName' failed to satisfy constraint: Member must satisfy regular"
            " expression pattern",
        ),
        (
            {"RoleArn": None},
            "Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
        ),
        (
            {"RoleArn": "short"},
            "Value 'short' at 'roleArn' failed to satisfy constraint: Member must have length"
            " greater than or equal to 20",
        ),
        (
            {"ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": -1}},
            "Value '-1' at 'resourceConfig.instanceCount' failed to satisfy constraint: Member"
            " must have value greater than or equal to 0",
        ),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": 0}},
            "Value '0' at 'stoppingCondition.maxRuntimeInSeconds' failed to satisfy constraint:"
            " Member must have value greater than or equal to 1",
        ),
        (
            {"RetryStrategy": {"MaximumRetryAttempts": 31}},
            "Value '31' at 'retryStrategy.maximumRetryAttempts' failed to satisfy constraint:"
            " Member must have value less than or equal to 30",
        ),
        (
            {"ResourceConfig": {"InstanceType": "ml.m99.huge", "InstanceCount": 1}},
            "Value 'ml.m99.huge' at 'resourceConfig.instanceType' failed to satisfy constraint:"
            " Member must satisfy enum value set: [ml.",
        ),
        (
            {"Tags": [{"Key": "", "Value": "x"}]},
            "Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length"
            " greater than or equal to 1",
        ),
        (
            {"Tags": [{"Key": "a", "Value": "🎉"}]},
            "at 'tags.1.member.value' failed to satisfy constraint: Member must satisfy regular",
        ),
        (
            {"VpcConfig": {"SecurityGroupIds": ["sg-1"] * 6, "Subnets": ["subnet-1"]}},
            "at 'vpcConfig.securityGroupIds' failed to satisfy constraint: Member must have length"
            " less than or equal to 5",
        ),
        (
            {"HyperParameters": {f"p{n}": "1" for n in range(101)}},
            "at 'hyperParameters' failed to satisfy constraint: Member must have length less than"
            " or equal to 100",
        ),
        (
            {"HyperParameters": {"p": "x" * 2501}},
            "Value '{p=***}' at 'hyperParameters' failed to satisfy constraint: Map value must"
            " satisfy constraint: [Member must have length less than or equal to 2500, Member must"
            " have length greater than or equal to 0, Member must satisfy regular expression"
            " pattern: .*]",
        ),
        (
            {"HyperParameters": {"p": "two\nlines"}},
            "Map value must satisfy constraint",
        ),
        (
            {"Environment": {"not a name": "x"}},
            "at 'environment' failed to satisfy constraint: Map keys must satisfy constraint",
        ),
        ({"Surprise": 1}, "Value '1' at 'surprise' failed to satisfy constraint: Member is not"),
    ],
)
def test_each_kind_of_constraint(change: dict[str, Any], finding: str) -> None:
    error = refused("CreateTrainingJob", job_request("a-job", **change))
    assert error.code == "ValidationException"
    assert finding in error.message
    assert error.message.startswith(("1 validation error detected:", "2 validation errors"))


def test_a_secret_in_a_variable_is_not_repeated_in_the_error() -> None:
    environment = {"API_KEY": "hunter2" * 100}
    error = refused("CreateTrainingJob", job_request("a-job", Environment=environment))
    assert "API_KEY" in error.message
    assert "hunter2" not in error.message


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"TrainingJobName": 5}, "NUMBER_VALUE at 'trainingJobName' can not be converted to a St"),
        ({"RetryStrategy": {"MaximumRetryAttempts": "1"}}, "'retryStrategy.maximumRetryAttempts'"),
        ({"RetryStrategy": {"MaximumRetryAttempts": 1.5}}, "can not be converted to an Integer"),
        ({"EnableNetworkIsolation": "yes"}, "can not be converted to a Boolean"),
        ({"Tags": {"a": "b"}}, "OBJECT at 'tags' can not be converted to a list"),
        ({"ResourceConfig": []}, "ARRAY at 'resourceConfig' can not be converted to a structure"),
        ({"HyperParameters": {"a": 1}}, "'hyperParameters.a' can not be converted to a String"),
        ({"Environment": "x"}, "'environment' can not be converted to a map"),
    ],
)
def test_wrong_json_types_do_not_get_as_far_as_the_constraints(
    change: dict[str, Any], where: str
) -> None:
    error = refused("CreateTrainingJob", job_request("a-job", **change))
    assert error.code == "SerializationException"
    assert where in error.message


def test_all_findings_come_at_once() -> None:
    error = refused("CreateTrainingJob", {"TrainingJobName": "-", "RoleArn": "x"})
    assert error.message.startswith("4 validation errors detected: ")
    assert error.message.count("; Value ") == 3


def test_times_become_epoch_seconds_from_numbers_and_iso_strings() -> None:
    model = service_model.operation_model("sagemaker", "ListTrainingJobs")
    body = {"CreationTimeAfter": 1700000000, "CreationTimeBefore": "2023-11-14T22:13:20Z"}
    checked = service_model.validate_request(model, body)
    assert checked == {"CreationTimeAfter": 1700000000.0, "CreationTimeBefore": 1700000000.0}
    assert refused("ListTrainingJobs", {"CreationTimeAfter": "soon"}).code == (
        "SerializationException"
    )


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff"])
def test_a_body_that_is_no_json_object(body: bytes) -> None:
    with pytest.raises(AwsError) as raised:
        service_model.parse_body(body)
    assert raised.value.code == "SerializationException"


def test_an_empty_body_is_an_empty_request() -> None:
    assert service_model.parse_body(b"") == {}


def test_an_operation_the_api_does_not_have() -> None:
    with pytest.raises(AwsError) as raised:
        service_model.operation_model("sagemaker", "MakeCoffee")
    assert raised.value.code == "UnknownOperationException"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({}, "CreateTrainingJob.TrainingJobArn is required"),
        ({"TrainingJobArn": 5}, "CreateTrainingJob.TrainingJobArn is not a string"),
        ({"TrainingJobArn": "a", "X": 1}, "CreateTrainingJob.X is not in CreateTrainingJobRespon"),
    ],
)
def test_our_own_answers_are_checked_too(answer: dict[str, Any], problem: str) -> None:
    assert any(found.startswith(problem) for found in service_model.answer_problems(CREATE, answer))


def test_a_status_the_model_does_not_know_is_found_in_an_answer() -> None:
    model = service_model.operation_model("sagemaker", "DescribeApp")
    assert service_model.answer_problems(model, {"Status": "Sleeping"})
    assert not service_model.answer_problems(model, {"Status": "InService"})


def test_every_pattern_of_the_service_model_can_be_used() -> None:
    from sagemaker_studio_local.java_patterns import compile_pattern

    model = service_model.service_model("sagemaker")
    for name in model.shape_names:
        pattern = model.shape_for(name).metadata.get("pattern")
        if pattern:
            compile_pattern(pattern)
    tag = compile_pattern(model.shape_for("TagKey").metadata["pattern"])
    assert tag.fullmatch("sagemaker:é 中文-1/2")
    assert not tag.fullmatch("a#b")
