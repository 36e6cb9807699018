"""What SageMaker checks before it accepts a training job, beyond the shape of the request."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..errors import AwsError, ValidationError
from .job_surroundings import check_surroundings
from .plane import Plane, Request

_ACTIVE = ("InProgress", "Stopping")


def check_request(plane: Plane, request: Request) -> None:
    """Raise the AWS error CreateTrainingJob would answer to a request that cannot be accepted.

    Name and quota depend on the other jobs and are checked when the job is put down.
    """
    _check_members(request)
    _check_role(plane, request["RoleArn"])
    for channel in request.get("InputDataConfig", []):
        _check_channel(plane, channel, request["RoleArn"])
    _check_output(plane, request["OutputDataConfig"]["S3OutputPath"])
    _check_network(plane, request.get("VpcConfig"))
    check_surroundings(plane, request)


def _check_members(request: Request) -> None:
    if "ServerlessJobConfig" in request:
        raise ValidationError("The local Studio does not run serverless training jobs.")
    # Required for every job on instances, which the model (made for serverless jobs too) omits.
    wanted = {
        "algorithmSpecification": request.get("AlgorithmSpecification"),
        "resourceConfig": request.get("ResourceConfig"),
        "stoppingCondition": request.get("StoppingCondition"),
    }
    missing = [name for name, value in wanted.items() if value is None]
    if missing:
        noun = "validation error" if len(missing) == 1 else "validation errors"
        raise ValidationError(
            f"{len(missing)} {noun} detected: "
            + "; ".join(
                f"Value null at '{name}' failed to satisfy constraint: Member must not be null"
                for name in missing
            )
        )
    algorithm = request["AlgorithmSpecification"]
    if ("TrainingImage" in algorithm) == ("AlgorithmName" in algorithm):
        raise ValidationError(
            "Specify either TrainingImage or AlgorithmName in AlgorithmSpecification."
        )
    if "AlgorithmName" in algorithm:
        raise ValidationError(
            f"The algorithm {algorithm['AlgorithmName']!r} does not exist in this account."
        )
    resources = request["ResourceConfig"]
    if "InstanceType" not in resources or "InstanceCount" not in resources:
        raise ValidationError(
            "Specify InstanceType and InstanceCount in ResourceConfig; the local Studio has no"
            " instance groups."
        )
    if resources["InstanceCount"] != 1:
        raise ValidationError(
            "The local Studio runs a training job on exactly 1 instance, not"
            f" {resources['InstanceCount']}."
        )
    names = [channel["ChannelName"] for channel in request.get("InputDataConfig", [])]
    if len(set(names)) != len(names):
        raise ValidationError("Channel names in InputDataConfig must be unique.")


def _check_role(plane: Plane, role_arn: str) -> None:
    if not plane.moto.role_trusts(role_arn, "sagemaker.amazonaws.com"):
        raise ValidationError(
            f"Could not assume role {role_arn}. Please ensure that the role exists and allows"
            " principal 'sagemaker.amazonaws.com' to assume the role."
        )


def split_s3_uri(uri: str) -> tuple[str, str]:
    """(bucket, key) of an ``s3://`` or ``https://s3…`` URI; ValidationException otherwise."""
    parts = urlsplit(uri)
    if parts.scheme == "s3" and parts.netloc:
        # Keys may hold characters a URL would take for a query or a fragment.
        bucket, _, key = uri[len("s3://") :].partition("/")
        return bucket, key
    if parts.scheme == "https" and parts.netloc.startswith("s3"):
        bucket, _, key = parts.path.lstrip("/").partition("/")
        if bucket:
            return bucket, key
    raise ValidationError(f"{uri!r} is not an S3 location; it must look like s3://bucket/prefix.")


def _check_channel(plane: Plane, channel: dict[str, Any], role_arn: str) -> None:
    source = channel["DataSource"].get("S3DataSource")
    if source is None:
        raise ValidationError(
            f"The channel {channel['ChannelName']!r} has no S3DataSource; the local Studio reads"
            " training data from S3 only."
        )
    uri = source["S3Uri"]
    bucket, key = split_s3_uri(uri)
    if not plane.moto.has_objects(bucket, key):
        raise ValidationError(
            f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure'
            f" that the bucket exists in the selected region ({plane.region}), that objects exist"
            f' under that S3 prefix, and that the role "{role_arn}" has "s3:ListBucket"'
            f' permissions on bucket "{bucket}".'
        )


def _check_output(plane: Plane, uri: str) -> None:
    bucket, _ = split_s3_uri(uri)
    region = plane.moto.bucket_region(bucket)
    if region is None:
        raise ValidationError(
            f"The S3 bucket {bucket!r} of the output path {uri!r} does not exist, or the role has"
            " no access to it."
        )
    if region != plane.region:
        raise ValidationError(
            f"The S3 bucket {bucket!r} of the output path is in region {region}, but the training"
            f" job runs in {plane.region}. The bucket must be in the region of the job."
        )


def _check_network(plane: Plane, vpc: dict[str, Any] | None) -> None:
    if not vpc:
        return
    missing = plane.moto.missing_network(vpc["Subnets"], vpc["SecurityGroupIds"])
    if missing:
        raise ValidationError(
            f"Invalid VpcConfig: {', '.join(missing)} does not exist in {plane.region}."
        )


def check_quota(plane: Plane, resources: dict[str, Any]) -> None:
    """Raise ``ResourceLimitExceeded`` when the running jobs leave no room for another."""
    kind = resources["InstanceType"]
    limit = plane.quotas.get(kind, 0)
    used = sum(
        job["detail"]["ResourceConfig"]["InstanceCount"]
        for job in plane.store.all("training-job")
        if job["detail"]["TrainingJobStatus"] in _ACTIVE
        and job["detail"]["ResourceConfig"].get("InstanceType") == kind
    )
    wanted = resources["InstanceCount"]
    if used + wanted > limit:
        raise AwsError(
            "ResourceLimitExceeded",
            f"The account-level service limit '{kind} for training job usage' is {limit}"
            f" Instances, with current utilization of {used} Instances and a request delta of"
            f" {wanted} Instances. Please use AWS Service Quotas to request an increase for this"
            " quota. If AWS Service Quotas is not available, contact AWS support to request an"
            " increase for this quota.",
        )
