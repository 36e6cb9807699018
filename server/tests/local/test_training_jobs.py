"""The life of a training job as its callers see it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_jobs import BUCKET, create, job_request, new_name, stage
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import FakeOutcome, FakeRunner, LocalStudio


def refused(studio: LocalStudio, **changes: Any) -> dict[str, str]:
    name = changes.pop("TrainingJobName", None) or new_name()
    stage(studio, name)
    with pytest.raises(ClientError) as raised:
        studio.client("sagemaker").create_training_job(**job_request(name, **changes))
    return raised.value.response["Error"]


def describe(studio: LocalStudio, name: str) -> dict[str, Any]:
    return studio.client("sagemaker").describe_training_job(TrainingJobName=name)


def test_a_job_from_start_to_end(local_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    name = create(local_studio)
    job = describe(local_studio, name)
    assert job["TrainingJobStatus"] == "InProgress"
    assert job["SecondaryStatus"] == "Training"
    statuses = [t["Status"] for t in job["SecondaryStatusTransitions"]]
    assert statuses == ["Starting", "Downloading", "Training"]
    assert all("EndTime" in t for t in job["SecondaryStatusTransitions"][:-1])
    assert "EndTime" not in job["SecondaryStatusTransitions"][-1]
    assert job["TrainingStartTime"] >= job["CreationTime"]
    assert "TrainingEndTime" not in job and "BillableTimeInSeconds" not in job
    assert job["HyperParameters"] == {"rows": "10"}
    assert fake_runner.jobs[name].request["TrainingJobName"] == name

    fake_runner.jobs[name].finish()
    job = describe(local_studio, name)
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Completed"
    assert job["TrainingEndTime"] >= job["TrainingStartTime"]
    assert job["BillableTimeInSeconds"] >= 1
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == (
        f"s3://{BUCKET}/{name}/output/model.tar.gz"
    )
    assert job["SecondaryStatusTransitions"][-1]["Status"] == "Completed"


def test_a_failed_job_says_why(local_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    name = create(local_studio)
    reason = "AlgorithmError: [SM-111] ZeroDivisionError in cell 3"
    fake_runner.jobs[name].finish(FakeOutcome("Failed", reason, 1, "Failed"))
    job = describe(local_studio, name)
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Failed"
    assert job["FailureReason"] == reason
    assert job["SecondaryStatusTransitions"][-1]["StatusMessage"] == reason


def test_a_job_past_its_run_time_is_stopped(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    name = create(local_studio)
    fake_runner.jobs[name].finish(FakeOutcome("Stopped", None, 143, "MaxRuntimeExceeded"))
    job = describe(local_studio, name)
    assert job["TrainingJobStatus"] == "Stopped"
    assert job["SecondaryStatus"] == "MaxRuntimeExceeded"


def test_stopping(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")
    name = create(local_studio)
    sagemaker.stop_training_job(TrainingJobName=name)
    job = describe(local_studio, name)
    assert job["TrainingJobStatus"] == "Stopped"
    assert [t["Status"] for t in job["SecondaryStatusTransitions"]][-2:] == ["Stopping", "Stopped"]
    with pytest.raises(ClientError) as raised:
        sagemaker.stop_training_job(TrainingJobName=name)
    error = raised.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"] == (
        "The request was rejected because the training job is in status Stopped."
    )


def test_a_stopping_job_stays_stopping_until_it_ends(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    name = create(local_studio)
    job = fake_runner.jobs[name]
    job.stopped.set()  # It does not end at once.
    sagemaker = local_studio.client("sagemaker")
    sagemaker.stop_training_job(TrainingJobName=name)
    assert describe(local_studio, name)["TrainingJobStatus"] == "Stopping"
    job.begin()
    assert describe(local_studio, name)["SecondaryStatus"] == "Stopping"
    with pytest.raises(ClientError, match="in status Stopping"):
        sagemaker.stop_training_job(TrainingJobName=name)
    job.finish(FakeOutcome("Failed", "killed", 137, "Failed"))
    assert describe(local_studio, name)["TrainingJobStatus"] == "Stopped"
    assert "FailureReason" not in describe(local_studio, name)


def test_names_are_unique_whatever_their_case(local_studio: LocalStudio) -> None:
    name = create(local_studio)
    for same in (name, name.upper()):
        error = refused(local_studio, TrainingJobName=same)
        assert error["Code"] == "ResourceInUse"
        assert "training job with this name already exists (arn:aws:sagemaker" in error["Message"]


@pytest.mark.parametrize(
    ("changes", "code", "part"),
    [
        (
            {"RoleArn": "arn:aws:iam::123456789012:role/Nobody"},
            "ValidationException",
            "Could not assume role arn:aws:iam::123456789012:role/Nobody. Please ensure that the"
            " role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.",
        ),
        (
            {"OutputDataConfig": {"S3OutputPath": "s3://no-such-bucket/"}},
            "ValidationException",
            "'no-such-bucket' of the output path",
        ),
        (
            {"OutputDataConfig": {"S3OutputPath": "s3:///nothing"}},
            "ValidationException",
            "at 'outputDataConfig.s3OutputPath' failed to satisfy constraint",
        ),
        (
            {
                "ResourceConfig": {
                    "InstanceType": "ml.p5.48xlarge",
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 30,
                }
            },
            "ResourceLimitExceeded",
            "The account-level service limit 'ml.p5.48xlarge for training job usage' is 0"
            " Instances, with current utilization of 0 Instances and a request delta of 1"
            " Instances.",
        ),
        (
            {
                "ResourceConfig": {
                    "InstanceType": "ml.m5.large",
                    "InstanceCount": 2,
                    "VolumeSizeInGB": 30,
                }
            },
            "ValidationException",
            "exactly 1 instance",
        ),
        (
            {"VpcConfig": {"Subnets": ["subnet-none"], "SecurityGroupIds": ["sg-none"]}},
            "ValidationException",
            "subnet-none, sg-none does not exist",
        ),
        (
            {"AlgorithmSpecification": {"TrainingInputMode": "File"}},
            "ValidationException",
            "either TrainingImage or AlgorithmName",
        ),
        (
            {"Tags": [{"Key": "aws:mine", "Value": "x"}]},
            "ValidationException",
            "reserved for AWS use",
        ),
        (
            {"Tags": [{"Key": "sagemaker:domain-arn", "Value": "x"}]},
            "ValidationException",
            "managed by SageMaker",
        ),
        (
            {"Tags": [{"Key": "a", "Value": "x"}, {"Key": "a", "Value": "y"}]},
            "ValidationException",
            "Duplicate tag keys",
        ),
    ],
)
def test_what_is_refused_leaves_no_job(
    local_studio: LocalStudio, changes: dict[str, Any], code: str, part: str
) -> None:
    name = new_name("refused")
    error = refused(local_studio, TrainingJobName=name, **changes)
    assert error["Code"] == code
    assert part in error["Message"]
    with pytest.raises(ClientError, match="Requested resource not found"):
        describe(local_studio, name)


def test_a_network_that_exists_is_accepted(local_studio: LocalStudio) -> None:
    domain = local_studio.client("sagemaker").describe_domain(DomainId=seed.DOMAIN_ID)
    network = {
        "Subnets": domain["SubnetIds"],
        "SecurityGroupIds": domain["DefaultUserSettings"]["SecurityGroups"],
    }
    name = create(local_studio, VpcConfig=network)
    assert describe(local_studio, name)["VpcConfig"] == network


def test_a_role_that_does_not_trust_sagemaker(local_studio: LocalStudio) -> None:
    trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":\
"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
    role = local_studio.client("iam").create_role(
        RoleName="OnlyEc2", AssumeRolePolicyDocument=trust
    )["Role"]
    assert "Could not assume role" in refused(local_studio, RoleArn=role["Arn"])["Message"]


def test_input_without_objects(local_studio: LocalStudio) -> None:
    name = new_name("empty")
    stage(local_studio, "something-else")
    with pytest.raises(ClientError) as raised:
        local_studio.client("sagemaker").create_training_job(**job_request(name))
    assert raised.value.response["Error"]["Message"].startswith(
        f'No S3 objects found under S3 URL "s3://{BUCKET}/{name}/input" given in input data source.'
    )


def test_output_in_another_region(local_studio: LocalStudio) -> None:
    local_studio.client("s3", region_name="eu-west-1").create_bucket(
        Bucket="far-away-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    error = refused(local_studio, OutputDataConfig={"S3OutputPath": "s3://far-away-bucket/results"})
    assert "is in region eu-west-1, but the training job runs in us-west-2" in error["Message"]


def test_the_quota_counts_running_jobs(local_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    gpu = {
        "ResourceConfig": {
            "InstanceType": "ml.g5.xlarge",
            "InstanceCount": 1,
            "VolumeSizeInGB": 30,
        }
    }
    first = create(local_studio, **gpu)
    error = refused(local_studio, **gpu)
    assert error["Code"] == "ResourceLimitExceeded"
    assert "is 1 Instances, with current utilization of 1 Instances" in error["Message"]
    fake_runner.jobs[first].finish()
    fake_runner.jobs[create(local_studio, **gpu)].finish()


def test_lists_filter_and_sort(local_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    sagemaker = local_studio.client("sagemaker")
    names = [create(local_studio, new_name("listed")) for _ in range(3)]
    fake_runner.jobs[names[1]].finish()
    found = sagemaker.list_training_jobs(NameContains="listed", SortBy="CreationTime")
    assert [j["TrainingJobName"] for j in found["TrainingJobSummaries"]] == names
    done = sagemaker.list_training_jobs(NameContains="listed", StatusEquals="Completed")
    assert [j["TrainingJobName"] for j in done["TrainingJobSummaries"]] == [names[1]]
    after = describe(local_studio, names[1])["CreationTime"]
    newer = sagemaker.list_training_jobs(
        NameContains="listed", CreationTimeAfter=after, SortOrder="Descending", SortBy="Name"
    )["TrainingJobSummaries"]
    assert [j["TrainingJobName"] for j in newer] == [names[2], names[1]]
    pages = sagemaker.get_paginator("list_training_jobs").paginate(
        NameContains="listed", PaginationConfig={"PageSize": 2}
    )
    assert [len(page["TrainingJobSummaries"]) for page in pages] == [2, 1]


def test_deleting_a_finished_job(local_studio: LocalStudio, fake_runner: FakeRunner) -> None:
    sagemaker = local_studio.client("sagemaker")
    name = create(local_studio)
    with pytest.raises(ClientError) as raised:
        sagemaker.delete_training_job(TrainingJobName=name)
    assert raised.value.response["Error"]["Code"] == "ResourceInUse"
    fake_runner.jobs[name].finish()
    sagemaker.delete_training_job(TrainingJobName=name)
    with pytest.raises(ClientError, match="Requested resource not found"):
        describe(local_studio, name)
