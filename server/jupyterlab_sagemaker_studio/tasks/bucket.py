"""The bucket a task stages into: there, ours, in our region; made when that was asked for."""

from __future__ import annotations

from ..errors import AwsError
from .model import TaskError
from .s3 import S3

# How GetBucketLocation calls the two oldest regions (S3 API reference).
_OLD_NAMES = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}


def ensure_bucket(s3: S3, bucket: str, *, create: bool) -> list[str]:
    """Check the bucket, or make it as AWS's scheduler makes its default one: default encryption
    and versioning on.

    Answers warnings for people. Raises :class:`AwsError` or :class:`TaskError`; a bucket that may
    not be looked at (403) is left to the upload, which often is allowed and says more if not.
    """
    try:
        answer = s3.call("HeadBucket", Bucket=bucket)
    except AwsError as error:
        if error.status == 404:
            if create:
                return _create(s3, bucket)
            raise TaskError(
                "NoSuchBucket",
                f"The bucket “{bucket}” does not exist.",
                operation="HeadBucket",
                request_id=error.request_id,
                status=404,
                hint="Choose another S3 location, or create the bucket first.",
                aws=True,
            ) from error
        if error.status in (301, 400):
            # The answer to a HEAD has no words: another region, or a token that has expired.
            # This call says which.
            found = s3.call("GetBucketLocation", Bucket=bucket).get("LocationConstraint")
            _check_region(bucket, _OLD_NAMES.get(found, found), s3.region)
            return []
        if error.status == 403 and error.code == "AccessDenied":
            return []
        raise
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    _check_region(bucket, headers.get("x-amz-bucket-region"), s3.region)
    return []


def _check_region(bucket: str, there: str | None, here: str) -> None:
    if there in (None, here):
        return
    raise TaskError(
        "BucketRegionMismatch",
        f"The bucket “{bucket}” is in region {there}, but this server works in {here}. "
        "A job can only read from a bucket in its own region.",
        operation="HeadBucket",
        hint=f"Choose a bucket in {here}.",
    )


def _create(s3: S3, bucket: str) -> list[str]:
    params: dict[str, object] = {"Bucket": bucket}
    if s3.region != "us-east-1":  # the one region that must not be named (S3 API, CreateBucket)
        params["CreateBucketConfiguration"] = {"LocationConstraint": s3.region}
    # Not checked for its owner: nobody owns it yet.
    creator = S3(s3.run)
    try:
        creator.call("CreateBucket", **params)
    except AwsError as error:
        if error.code == "BucketAlreadyOwnedByYou":
            return []  # another tab was faster
        if error.code == "BucketAlreadyExists":
            raise TaskError(
                error.code,
                f"The bucket “{bucket}” belongs to another AWS account. Bucket names are taken "
                "worldwide; choose another S3 location.",
                operation="CreateBucket",
                request_id=error.request_id,
                status=error.status,
                aws=True,
            ) from error
        raise
    return _protect(s3, bucket)


def _protect(s3: S3, bucket: str) -> list[str]:
    """Default encryption with S3's keys, and versioning; the bucket works without them too."""
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    steps: list[tuple[str, str, dict[str, object]]] = [
        (
            "PutBucketEncryption",
            "default encryption",
            {"ServerSideEncryptionConfiguration": {"Rules": [rule]}},
        ),
        ("PutBucketVersioning", "versioning", {"VersioningConfiguration": {"Status": "Enabled"}}),
    ]
    warnings = []
    for operation, what, params in steps:
        try:
            s3.call(operation, Bucket=bucket, **params)
        except AwsError as error:
            if error.status != 403:
                raise
            warnings.append(
                f"The new bucket “{bucket}” has no {what} set: {error.code}: {error.message}"
            )
    return warnings
