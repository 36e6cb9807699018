"""The IAM policies for people who run notebook jobs, and for the jobs themselves.

The first is made from the allow-list: the actions of every operation of the features below, with
the resources and conditions AWS documents for them (Service Authorization Reference of each
service). It is for the execution role of spaces, or of a user profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .. import operations

FEATURES = {"jobs", "schedules"}
#: A definition's name ends with eight digits and a time; pipeline, schedule and rule go by it.
_DEFINITION = "*-????????-????-??-??-??-??-??"
_IS_NOTEBOOK_JOB = "sagemaker:is-scheduling-notebook-job"
_REQUESTED = {"StringEquals": {f"aws:RequestTag/{_IS_NOTEBOOK_JOB}": "true"}}
_TAGGED = {"StringEquals": {f"aws:ResourceTag/{_IS_NOTEBOOK_JOB}": "true"}}
#: Jobs of AWS's scheduler, of the SDK's notebook step and ours have it.
_OF_A_NOTEBOOK = {"Null": {"aws:ResourceTag/sagemaker:notebook-name": "false"}}
#: Of training jobs; the namespace of their metrics is called the same.
_LOG_GROUP = "/aws/sagemaker/TrainingJobs"
_PASSED_TO = ["events.amazonaws.com", "scheduler.amazonaws.com", "sagemaker.amazonaws.com"]


@dataclass(frozen=True)
class Place:
    """For which account, region and buckets a policy is; ``*`` for any."""

    partition: str = "aws"
    region: str = "*"
    account: str = "*"
    buckets: Sequence[str] = ("sagemaker-*",)
    roles: Sequence[str] = ()  # ARNs of those jobs and schedules may have; none: any of the account

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this place; IAM has no regions."""
        region = "" if service == "iam" else self.region
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"


#: Statement -> its actions, their resources, a condition; S3 and the passing of roles are below.
_STATEMENTS: dict[str, tuple[str, tuple[str, ...], dict[str, Any] | None]] = {
    "CreateJobs": ("sagemaker:CreateTrainingJob", ("sagemaker training-job/*",), _REQUESTED),
    "StopJobs": ("sagemaker:StopTrainingJob", ("sagemaker training-job/*",), _OF_A_NOTEBOOK),
    "TagJobs": (
        "sagemaker:AddTags",
        ("sagemaker training-job/*", f"sagemaker pipeline/{_DEFINITION}"),
        None,
    ),
    "ReadTags": (
        "sagemaker:ListTags",
        (
            "sagemaker training-job/*",
            "sagemaker pipeline/*",
            "sagemaker space/*",
            "sagemaker user-profile/*",
        ),
        None,
    ),
    "CreateDefinitions": (
        "sagemaker:CreatePipeline",
        (f"sagemaker pipeline/{_DEFINITION}",),
        _REQUESTED,
    ),
    "ChangeDefinitions": (
        "sagemaker:DeletePipeline sagemaker:StartPipelineExecution sagemaker:UpdatePipeline",
        (f"sagemaker pipeline/{_DEFINITION}",),
        _TAGGED,
    ),
    # Kinds that people look at, all of them: to name each would be longer than IAM allows.
    "Read": (
        "sagemaker:DescribeApp sagemaker:DescribeAppImageConfig sagemaker:DescribeDomain"
        " sagemaker:DescribeImageVersion sagemaker:DescribePipeline"
        " sagemaker:DescribeSpace sagemaker:DescribeStudioLifecycleConfig"
        " sagemaker:DescribeTrainingJob sagemaker:DescribeUserProfile sagemaker:ListImageVersions",
        ("sagemaker *",),
        None,
    ),
    "Schedules": (
        "scheduler:CreateSchedule scheduler:DeleteSchedule scheduler:GetSchedule"
        " scheduler:UpdateSchedule",
        (f"scheduler schedule/default/{_DEFINITION}",),
        None,
    ),
    "CreateRules": ("events:PutRule", (f"events rule/{_DEFINITION}",), _REQUESTED),
    "ChangeRules": (
        "events:DeleteRule events:DisableRule events:EnableRule events:PutRule"
        " events:RemoveTargets",
        (f"events rule/{_DEFINITION}",),
        _TAGGED,
    ),
    "AimRules": ("events:PutTargets", (f"events rule/{_DEFINITION}",), _TAGGED),
    "ReadAndTagRules": (
        "events:DescribeRule events:ListTargetsByRule events:TagResource",
        (f"events rule/{_DEFINITION}",),
        None,
    ),
    "Logs": (
        "logs:DescribeLogStreams logs:GetLogEvents",
        (f"logs log-group:{_LOG_GROUP}:*",),
        None,
    ),
    "LookUp": (
        "ecr:DescribeImages iam:GetRole kms:DescribeKey",
        ("ecr repository/*", "iam role/*", "kms key/*"),
        None,
    ),
    # None of these has resources.
    "Lists": (
        "cloudwatch:GetMetricData ec2:DescribeSecurityGroups ec2:DescribeSubnets"
        " iam:ListRoles kms:ListAliases pricing:GetProducts sagemaker:ListImages"
        " sagemaker:ListTrainingJobs sagemaker:Search"
        " scheduler:ListSchedules secretsmanager:ListSecrets"
        " servicequotas:ListAWSDefaultServiceQuotas servicequotas:ListServiceQuotas",
        (),
        None,
    ),
}
_OBJECTS = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject")


def actions() -> set[str]:
    """Every action of the features, and what this server never calls: passing a role, and what a
    schedule does with that role."""
    rows = (row for service in operations.allowed().values() for row in service.values())
    beside = {"iam:PassRole", "sagemaker:StartPipelineExecution"}
    return {row.iam for row in rows if FEATURES & set(row.features)} | beside


def job_policy(place: Place | None = None) -> dict[str, Any]:
    """The policy document. ``ValueError`` names the actions nobody has said the resources of."""
    place = place or Place()
    wanted = actions()
    statements = []
    for sid, (words, resources, condition) in _STATEMENTS.items():
        named = [place.arn(*resource.split(" ", 1)) for resource in resources]
        conditions = dict(condition or {})
        if sid == "AimRules":
            aim = place.arn("sagemaker", f"pipeline/{_DEFINITION}")
            conditions["ArnLike"] = {"events:TargetArn": aim}
        statements.append(_statement(sid, wanted & set(words.split()), named or ["*"], conditions))
    statements += _of_s3(place, {action for action in wanted if action.startswith("s3:")})
    roles = list(place.roles) or [place.arn("iam", "role/*")]
    passed = {"StringEquals": {"iam:PassedToService": _PASSED_TO}}
    statements.append(_statement("PassRoles", {"iam:PassRole"}, roles, passed))
    covered = {action for statement in statements for action in statement["Action"]}
    if covered != wanted:
        raise ValueError(f"without resources: {', '.join(sorted(wanted - covered))}")
    return {"Version": "2012-10-17", "Statement": [row for row in statements if row["Action"]]}


def job_role_policy(place: Place | None = None) -> dict[str, Any]:
    """What a job's own role needs: its input, image and output, its log and its metrics.

    As the Developer Guide lists it ("SageMaker roles", CreateTrainingJob). What the notebook itself
    does comes on top.
    """
    place = place or Place()
    buckets = [f"arn:{place.partition}:s3:::{bucket}" for bucket in place.buckets]
    files = [f"{bucket}/*" for bucket in buckets]
    images = {"BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"}
    log = {"CreateLogGroup", "CreateLogStream", "DescribeLogStreams", "PutLogEvents"}
    log_group = place.arn("logs", f"log-group:{_LOG_GROUP}:*")
    namespace = {"StringEquals": {"cloudwatch:namespace": _LOG_GROUP}}
    statements = [
        _statement("Files", {"s3:GetObject", "s3:PutObject"}, files, {}),
        _statement("Buckets", {"s3:ListBucket"}, buckets, {}),
        _statement(
            "Images", {f"ecr:{name}" for name in images}, [place.arn("ecr", "repository/*")], {}
        ),
        _statement("Registry", {"ecr:GetAuthorizationToken"}, ["*"], {}),
        _statement("Log", {f"logs:{name}" for name in log}, [log_group], {}),
        _statement("Metrics", {"cloudwatch:PutMetricData"}, ["*"], namespace),
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _of_s3(place: Place, wanted: set[str]) -> list[dict[str, Any]]:
    buckets = [f"arn:{place.partition}:s3:::{bucket}" for bucket in place.buckets]
    objects = [f"{bucket}/*" for bucket in buckets]
    # A bucket of the same name form may be somebody else's.
    own = {} if place.account == "*" else {"StringEquals": {"aws:ResourceAccount": place.account}}
    create = {"s3:CreateBucket"} & wanted
    return [
        _statement("CreateBuckets", create, buckets, {}),
        _statement("Buckets", wanted - create - set(_OBJECTS), buckets, own),
        _statement("Files", wanted & set(_OBJECTS), objects, own),
    ]


def _statement(
    sid: str, allowed: set[str], resources: list[str], condition: dict[str, Any]
) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": sorted(allowed),
        "Resource": resources,
    }
    return {**statement, "Condition": condition} if condition else statement
