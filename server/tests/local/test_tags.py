"""Tags of resources."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from local_jobs import create
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudio


def arn_of(studio: LocalStudio, name: str) -> str:
    return studio.client("sagemaker").describe_training_job(TrainingJobName=name)["TrainingJobArn"]


def tags_of(studio: LocalStudio, arn: str) -> dict[str, str]:
    pages = studio.client("sagemaker").get_paginator("list_tags").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}


def own(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if not key.endswith("-arn")}


def test_adding_overwrites_and_deleting_forgives(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")
    arn = arn_of(local_studio, create(local_studio, Tags=[{"Key": "a", "Value": "1"}]))
    added = [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}]
    assert sagemaker.add_tags(ResourceArn=arn, Tags=added)["Tags"] == added
    assert own(tags_of(local_studio, arn)) == {"a": "2", "b": "3"}
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["a", "not-there"])
    assert own(tags_of(local_studio, arn)) == {"b": "3"}


def test_the_arn_may_be_built_from_the_name_as_it_is_written(local_studio: LocalStudio) -> None:
    name = create(local_studio, "Mixed-Case-Job", Tags=[])
    arn = arn_of(local_studio, name)
    assert arn.endswith(":training-job/mixed-case-job")
    written = arn.replace("mixed-case-job", "Mixed-Case-Job")
    archived = [{"Key": "sagemaker:is-studio-archived", "Value": "true"}]
    local_studio.client("sagemaker").add_tags(ResourceArn=written, Tags=archived)
    assert tags_of(local_studio, arn)["sagemaker:is-studio-archived"] == "true"


def test_many_tags_come_in_pages(local_studio: LocalStudio) -> None:
    many = [{"Key": f"k{n:02}", "Value": str(n)} for n in range(50)]
    arn = arn_of(local_studio, create(local_studio, Tags=many))
    sagemaker = local_studio.client("sagemaker")
    first = sagemaker.list_tags(ResourceArn=arn, MaxResults=50)
    assert len(first["Tags"]) == 50
    rest = sagemaker.list_tags(ResourceArn=arn, MaxResults=50, NextToken=first["NextToken"])
    assert len(rest["Tags"]) == 3  # Studio's own tags do not count.
    assert len(tags_of(local_studio, arn)) == 53
    with pytest.raises(ClientError, match="at most 50 tags; this request would make it 51"):
        sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "one-more", "Value": ""}])


@pytest.mark.parametrize(
    ("operation", "arguments", "part"),
    [
        ("add_tags", {"Tags": [{"Key": "aws:x", "Value": "1"}]}, "reserved for AWS use"),
        ("add_tags", {"Tags": [{"Key": "sagemaker:space-arn", "Value": "1"}]}, "managed by"),
        ("add_tags", {"Tags": [{"Key": "a", "Value": "x" * 257}]}, "less than or equal to 256"),
        ("delete_tags", {"TagKeys": ["sagemaker:domain-arn"]}, "cannot be removed"),
        ("list_tags", {"MaxResults": 49}, "greater than or equal to 50"),
        ("list_tags", {"MaxResults": 101}, "at most 100"),
    ],
)
def test_refusals(
    local_studio: LocalStudio, operation: str, arguments: dict[str, Any], part: str
) -> None:
    arn = arn_of(local_studio, create(local_studio))
    before = tags_of(local_studio, arn)
    with pytest.raises(ClientError) as raised:
        # Our service is to judge, not botocore.
        trusting = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        sagemaker = local_studio.client("sagemaker", config=trusting)
        getattr(sagemaker, operation)(ResourceArn=arn, **arguments)
    assert raised.value.response["Error"]["Code"] == "ValidationException"
    assert part in raised.value.response["Error"]["Message"]
    assert tags_of(local_studio, arn) == before


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sagemaker:us-west-2:123456789012:training-job/nobody",
        "arn:aws:sagemaker:us-west-2:999999999999:domain/d-localstudio01",
        "arn:aws:sagemaker:us-west-2:123456789012:teapot/one",
    ],
)
def test_what_does_not_exist_has_no_tags(local_studio: LocalStudio, arn: str) -> None:
    with pytest.raises(ClientError, match="Requested resource not found"):
        local_studio.client("sagemaker").list_tags(ResourceArn=arn)


@pytest.mark.parametrize(
    ("space", "profile"),
    [("my-space", "data-scientist"), ("second-space", "data-scientist"), ("team-space", "")],
)
def test_what_an_app_creates_carries_its_space(
    local_studio: LocalStudio, space: str, profile: str
) -> None:
    keys = {"aws_access_key_id": seed.access_key_of(space), "aws_secret_access_key": "x"}
    with pytest.raises(ClientError, match="SignatureDoesNotMatch|InvalidSignature"):
        local_studio.client("sagemaker", **keys).list_domains()
    keys["aws_secret_access_key"] = seed.SECRET_KEY
    arn = local_studio.client("sagemaker", **keys).create_studio_lifecycle_config(
        StudioLifecycleConfigName=f"of-{space}",
        StudioLifecycleConfigContent="ZWNobw==",
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]
    tags = tags_of(local_studio, arn)
    assert tags["sagemaker:space-arn"].endswith(f":space/{seed.DOMAIN_ID}/{space}")
    of_profile = tags.get("sagemaker:user-profile-arn", "")
    assert of_profile.rpartition("/")[2] == profile
    # Elsewhere it is the execution role, as in every space.
    identity = local_studio.client("sts", **keys).get_caller_identity()
    assert f":assumed-role/{seed.ROLE_NAME}/" in identity["Arn"]
    assert local_studio.client("s3", **keys).list_buckets()["Buckets"]
