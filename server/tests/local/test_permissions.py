"""Policies enforced for apps and jobs: who is refused what, in AWS's words."""

from __future__ import annotations

import json
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from jupyterlab_sagemaker_studio.deploy import job_policy
from local_jobs import BUCKET, create, job_request, new_name, stage
from sagemaker_studio_local import seed
from sagemaker_studio_local.permissions.evaluate import Need, judge
from sagemaker_studio_local.runner.logs import LOG_GROUP
from sagemaker_studio_local.testing import LocalStudio, LocalStudioProcess

WHERE = f"{seed.REGION}:{seed.ACCOUNT}"
CALLER = f"arn:aws:sts::{seed.ACCOUNT}:assumed-role/{seed.ROLE_NAME}/SageMaker"


def allow(*actions: str, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def enforce(studio: LocalStudio, *statements: dict[str, Any]) -> None:
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    studio.control("POST", "permissions", {"enforced": True, "policy": policy})


def refused(call: Any, **params: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as raised:
        call(**params)
    answer = raised.value.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return answer["Error"]["Code"], answer["Error"].get("Message", ""), status


def test_everything_is_allowed_until_it_is_switched_on(local_studio: LocalStudio) -> None:
    assert local_studio.control("GET", "permissions")["enforced"] is False
    local_studio.client("sts").get_caller_identity()
    local_studio.client("iam").list_roles()
    report = local_studio.control("POST", "permissions", {"enforced": True})
    assert report["role"] == seed.ROLE_NAME and report["policies"]
    local_studio.client("iam").list_roles()
    assert refused(local_studio.client("iam").list_users)[0] == "AccessDenied"
    local_studio.control("DELETE", "permissions")
    local_studio.client("iam").list_users()


@pytest.mark.parametrize(
    ("service", "method", "params", "action", "resource", "code", "status"),
    [
        (
            "sagemaker",
            "describe_training_job",
            {"TrainingJobName": "My-Job"},
            "sagemaker:DescribeTrainingJob",
            f"arn:aws:sagemaker:{WHERE}:training-job/my-job",
            "AccessDeniedException",
            400,
        ),
        (
            "s3",
            "get_object",
            {"Bucket": "bucket", "Key": "a/b"},
            "s3:GetObject",
            '"arn:aws:s3:::bucket/a/b"',
            "AccessDenied",
            403,
        ),
        (
            "scheduler",
            "get_schedule",
            {"Name": "x"},
            "scheduler:GetSchedule",
            f"arn:aws:scheduler:{WHERE}:schedule/default/x",
            "AccessDeniedException",
            403,
        ),
        (
            "events",
            "describe_rule",
            {"Name": "x"},
            "events:DescribeRule",
            f"arn:aws:events:{WHERE}:rule/x",
            "AccessDeniedException",
            400,
        ),
        (
            "logs",
            "describe_log_streams",
            {"logGroupName": "/a"},
            "logs:DescribeLogStreams",
            f"arn:aws:logs:{WHERE}:log-group:/a:log-stream:",
            "AccessDeniedException",
            400,
        ),
        (
            "iam",
            "get_role",
            {"RoleName": "r"},
            "iam:GetRole",
            f"arn:aws:iam::{seed.ACCOUNT}:role/r",
            "AccessDenied",
            403,
        ),
        ("secretsmanager", "list_secrets", {}, "secretsmanager:ListSecrets", "*", "", 400),
        ("service-quotas", "list_services", {}, "servicequotas:ListServices", "*", "", 400),
        ("ecr", "describe_repositories", {}, "ecr:DescribeRepositories", "", "", 400),
        ("kms", "list_aliases", {}, "kms:ListAliases", "*", "", 400),
    ],
)
def test_refusal_names_caller_action_and_resource(
    local_studio: LocalStudio,
    service: str,
    method: str,
    params: dict[str, Any],
    action: str,
    resource: str,
    code: str,
    status: int,
) -> None:
    enforce(local_studio, allow("sts:GetCallerIdentity"))
    found = refused(getattr(local_studio.client(service), method), **params)
    assert found[0] == (code or "AccessDeniedException") and found[2] == status
    start = f"User: {CALLER} is not authorized to perform: {action} on resource: {resource}"
    assert found[1].startswith(start)
    assert found[1].endswith(f" because no identity-based policy allows the {action} action")


def test_ec2_has_words_of_its_own(local_studio: LocalStudio) -> None:
    enforce(local_studio, allow("sts:GetCallerIdentity"))
    code, message, _ = refused(local_studio.client("ec2").describe_vpcs)
    assert code == "UnauthorizedOperation"
    assert message.startswith("You are not authorized to perform this operation. User: ")


def test_explicit_deny_outweighs(local_studio: LocalStudio) -> None:
    deny = {"Effect": "Deny", "Action": "sagemaker:Search", "Resource": "*"}
    enforce(local_studio, allow("*"), deny)
    sagemaker = local_studio.client("sagemaker")
    sagemaker.list_training_jobs()
    message = refused(sagemaker.search, Resource="TrainingJob")[1]
    assert message.endswith("with an explicit deny in an identity-based policy")


def test_refused_call_leaves_nothing(local_studio: LocalStudio) -> None:
    name = new_name()
    stage(local_studio, name)
    request = job_request(name)
    job = f"arn:aws:sagemaker:{WHERE}:training-job/{name}"
    create_it = local_studio.client("sagemaker").create_training_job
    enforce(local_studio, allow("sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob"))
    # Tags and the role need permissions of their own.
    assert f"perform: sagemaker:AddTags on resource: {job}" in refused(create_it, **request)[1]
    tags = allow("sagemaker:CreateTrainingJob", "sagemaker:AddTags")
    enforce(local_studio, tags)
    message = refused(create_it, **request)[1]
    assert f"perform: iam:PassRole on resource: {seed.ROLE_ARN} because" in message
    to_others = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    enforce(local_studio, tags, allow("iam:PassRole", Condition=to_others))
    assert "iam:PassRole" in refused(create_it, **request)[1]
    to_sagemaker = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    local_studio.control("DELETE", "permissions")
    with pytest.raises(ClientError, match="not found"):
        local_studio.client("sagemaker").describe_training_job(TrainingJobName=name)
    enforce(local_studio, tags, allow("iam:PassRole", Condition=to_sagemaker))
    create_it(**request)


def test_tags_decide(local_studio: LocalStudio) -> None:
    tagged = {"StringEquals": {"aws:ResourceTag/sagemaker:is-scheduling-notebook-job": "true"}}
    ours = create(local_studio)
    other = create(local_studio, Tags=[])
    enforce(local_studio, allow("sagemaker:StopTrainingJob", Condition=tagged))
    stop = local_studio.client("sagemaker").stop_training_job
    assert "StopTrainingJob" in refused(stop, TrainingJobName=other)[1]
    stop(TrainingJobName=ours)


def test_a_policy_that_is_none(local_studio: LocalStudio) -> None:
    before = local_studio.control("GET", "permissions")
    for body in ({}, {"policy": []}, {"enforced": "yes"}, {"policy": {"Statement": [{}]}}, []):
        with pytest.raises(urllib.error.HTTPError) as raised:
            local_studio.control("POST", "permissions", body)
        assert raised.value.code == 400 and json.load(raised.value)["error"]["message"]
    assert local_studio.control("GET", "permissions") == before


@pytest.mark.parametrize(
    ("statement", "context", "expected"),
    [
        ({}, {}, "allowed"),
        ({"Action": "A:d?"}, {}, "allowed"),
        ({"Action": "a:e"}, {}, "not allowed"),
        ({"Resource": "arn:x/*-????"}, {}, "allowed"),
        ({"Resource": "arn:x/*-???"}, {}, "not allowed"),
        ({"Resource": ["ARN:X/*"]}, {}, "not allowed"),
        ({"Condition": {"StringEquals": {"k": ["v", "w"]}}}, {"k": ["w"]}, "allowed"),
        ({"Condition": {"StringEquals": {"K": "v"}}}, {"k": ["V"]}, "not allowed"),
        ({"Condition": {"StringEquals": {"k": "v"}}}, {}, "not allowed"),
        ({"Condition": {"StringEqualsIfExists": {"k": "v"}}}, {}, "allowed"),
        ({"Condition": {"StringNotEquals": {"k": "v"}}}, {}, "allowed"),
        ({"Condition": {"StringNotLike": {"k": "v*"}}}, {"k": ["vv"]}, "not allowed"),
        ({"Condition": {"Null": {"k": "true"}}}, {}, "allowed"),
        ({"Condition": {"Null": {"k": False}}}, {"k": ["x"]}, "allowed"),
        ({"Condition": {"Bool": {"k": True}}}, {"k": ["true"]}, "allowed"),
        (
            {"Condition": {"ForAllValues:StringEquals": {"k": "v"}}},
            {"k": ["v", "w"]},
            "not allowed",
        ),
        ({"Condition": {"ForAllValues:StringEquals": {"k": "v"}}}, {}, "allowed"),
        ({"Condition": {"ForAnyValue:StringLike": {"k": "v*"}}}, {"k": ["a", "vb"]}, "allowed"),
        ({"Condition": {"ForAnyValue:StringEquals": {"k": "v"}}}, {}, "not allowed"),
        ({"Condition": {"NumericLessThan": {"k": 5}}}, {"k": ["4"]}, "allowed"),
        ({"Condition": {"ArnLike": {"k": "arn:*:role/x"}}}, {"k": ["arn:a:role/x"]}, "allowed"),
        ({"Effect": "Deny", "NotAction": "b:*"}, {}, "denied"),
        ({"Effect": "Deny", "NotResource": "arn:x/*"}, {}, "not allowed"),
    ],
)
def test_statements(statement: dict[str, Any], context: Any, expected: str) -> None:
    whole = {"Effect": "Allow", "Action": "a:do", "Resource": "*", **statement}
    if "NotAction" in whole:
        whole.pop("Action")
    if "NotResource" in whole:
        whole.pop("Resource")
    assert judge([whole], Need("a:Do", "arn:x/job-2026", context)) == expected


@pytest.fixture
def real_studio(running_studio: LocalStudio, tmp_path: Any) -> Iterator[LocalStudio]:
    """One that really runs jobs; a process has one local Studio at a time."""
    running_studio.stop()
    with LocalStudio(tmp_path / "real") as studio:
        yield studio
    running_studio.start()


def run(studio: LocalStudio, **changes: Any) -> dict[str, Any]:
    """The description of a job that has ended."""
    algorithm = {
        "TrainingImage": seed.IMAGE_URI,
        "TrainingInputMode": "File",
        "ContainerEntrypoint": ["/bin/bash", "-c", "env | grep -c AWS_SESSION_TOKEN"],
    }
    name = create(studio, AlgorithmSpecification=algorithm, **changes)
    for job in list(studio.studio.plane.runner._jobs):
        assert job.join(60)
    return dict(studio.client("sagemaker").describe_training_job(TrainingJobName=name))


def log_of(studio: LocalStudio, name: str) -> list[str]:
    logs = studio.studio.client_of("logs")
    events = logs.filter_log_events(logGroupName=LOG_GROUP, logStreamNamePrefix=f"{name}/")
    return [event["message"] for event in events["events"]]


def test_jobs_act_as_their_role(real_studio: LocalStudio) -> None:
    everything = allow("sagemaker:*", "s3:*", "logs:*", "iam:PassRole", "cloudwatch:*")
    enforce(real_studio, everything)
    assert run(real_studio)["TrainingJobStatus"] == "Completed"
    deny = {
        "Effect": "Deny",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*/input/*",
    }
    enforce(real_studio, everything, deny)
    job = run(real_studio)
    assert job["TrainingJobStatus"] == "Failed"
    assert "s3:GetObject" in job["FailureReason"] and "explicit deny" in job["FailureReason"]


def test_a_role_of_its_own_with_exactly_the_printed_policy(real_studio: LocalStudio) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
    iam = real_studio.client("iam")
    role = iam.create_role(RoleName="Jobs", AssumeRolePolicyDocument=json.dumps(document))["Role"]
    place = job_policy.Place(region=seed.REGION, account=seed.ACCOUNT)
    policy = job_policy.job_role_policy(place)
    iam.put_role_policy(RoleName="Jobs", PolicyName="Jobs", PolicyDocument=json.dumps(policy))
    enforce(real_studio, allow("sagemaker:*", "s3:*", "iam:PassRole"))
    job = run(real_studio, RoleArn=role["Arn"])
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert log_of(real_studio, job["TrainingJobName"]) == ["1"]
    policy["Statement"] = [row for row in policy["Statement"] if row["Sid"] != "Buckets"]
    real_studio.control("DELETE", "permissions")
    iam.put_role_policy(RoleName="Jobs", PolicyName="Jobs", PolicyDocument=json.dumps(policy))
    enforce(real_studio, allow("sagemaker:*", "s3:*", "iam:PassRole"))
    job = run(real_studio, RoleArn=role["Arn"])
    assert "perform: s3:ListBucket" in job["FailureReason"]


def test_the_option_of_the_command(tmp_path: Path) -> None:
    arguments = ("--no-app", "--aws-port", "0", "--enforce-iam")
    with LocalStudioProcess(tmp_path, arguments=arguments) as studio:
        assert refused(studio.client("iam").list_users)[0] == "AccessDenied"
        studio.reset()
        assert studio.control("GET", "permissions")["enforced"] is True
