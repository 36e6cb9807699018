"""Keys, images, roles, network and secrets that the form of a job looks at; what it may name."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_jobs import BUCKET, create, job_request, new_name, stage
from sagemaker_studio_local import seed
from sagemaker_studio_local.account import IMAGES, KEYS
from sagemaker_studio_local.testing import LocalStudio

KEY, RETIRED, EUROPE = KEYS
REGISTRY = f"{seed.ACCOUNT}.dkr.ecr.{seed.REGION}.amazonaws.com"


def key_arn(key: Any) -> str:
    return f"arn:aws:kms:{key.region or seed.REGION}:{seed.ACCOUNT}:key/{key.id}"


def refusal(studio: LocalStudio, **changes: Any) -> str:
    """Why a job is refused; nothing of it is left."""
    name = new_name("refused")
    stage(studio, name)
    sagemaker = studio.client("sagemaker")
    with pytest.raises(ClientError) as raised:
        sagemaker.create_training_job(**job_request(name, **changes))
    assert raised.value.response["Error"]["Code"] == "ValidationException"
    with pytest.raises(ClientError, match="not found"):
        sagemaker.describe_training_job(TrainingJobName=name)
    return str(raised.value.response["Error"]["Message"])


def image(uri: str) -> dict[str, Any]:
    return {"AlgorithmSpecification": {"TrainingImage": uri, "TrainingInputMode": "File"}}


def output_key(key: str) -> dict[str, Any]:
    return {"OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/", "KmsKeyId": key}}


def resources(**more: Any) -> dict[str, Any]:
    base = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}
    return {"ResourceConfig": {**base, **more}}


def test_keys(local_studio: LocalStudio) -> None:
    kms = local_studio.client("kms")
    aliases = {row["AliasName"]: row.get("TargetKeyId") for row in kms.list_aliases()["Aliases"]}
    assert aliases[KEY.alias] == KEY.id and aliases[RETIRED.alias] == RETIRED.id
    assert EUROPE.alias not in aliases
    found = kms.describe_key(KeyId=KEY.alias)["KeyMetadata"]
    assert (found["Arn"], found["KeyState"], found["KeyManager"]) == (
        key_arn(KEY),
        "Enabled",
        "CUSTOMER",
    )
    assert kms.describe_key(KeyId=key_arn(RETIRED))["KeyMetadata"]["KeyState"] == "Disabled"
    europe = local_studio.client("kms", region_name="eu-central-1")
    assert europe.describe_key(KeyId=EUROPE.id)["KeyMetadata"]["Arn"] == key_arn(EUROPE)
    with pytest.raises(ClientError, match="NotFoundException"):
        kms.describe_key(KeyId="alias/nobody")


def test_images(local_studio: LocalStudio) -> None:
    ecr = local_studio.client("ecr")
    found = ecr.describe_repositories()["repositories"]
    assert {row["repositoryName"] for row in found} == {one.repository for one in IMAGES}
    assert all(row["repositoryUri"].startswith(REGISTRY) for row in found)
    details = ecr.describe_images(repositoryName="forecasting-team")["imageDetails"]
    assert sorted(row["imageTags"] for row in details) == [["1.0"], ["1.1"]]
    assert all(row["imageSizeInBytes"] > 1e9 and row["imageDigest"] for row in details)
    with pytest.raises(ClientError, match="RepositoryNotFoundException"):
        ecr.describe_images(repositoryName="nothing")


def test_requests_are_checked_against_the_model(local_studio: LocalStudio) -> None:
    from botocore.config import Config

    ecr = local_studio.client("ecr", config=Config(parameter_validation=False))
    with pytest.raises(ClientError, match="maxResults"):
        ecr.describe_repositories(maxResults=100000)


def test_roles_network_and_names_of_secrets(local_studio: LocalStudio) -> None:
    iam = local_studio.client("iam")
    role = iam.get_role(RoleName=seed.ROLE_NAME)["Role"]
    services = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
    assert {"sagemaker.amazonaws.com", "scheduler.amazonaws.com"} <= set(services)
    assert seed.ROLE_NAME in [row["RoleName"] for row in iam.list_roles()["Roles"]]
    domain = local_studio.client("sagemaker").describe_domain(DomainId=seed.DOMAIN_ID)
    ec2 = local_studio.client("ec2")
    assert ec2.describe_vpcs(VpcIds=[domain["VpcId"]])["Vpcs"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [domain["VpcId"]]}])[
        "Subnets"
    ]
    assert {row["SubnetId"] for row in subnets} == set(domain["SubnetIds"])
    secrets = local_studio.client("secretsmanager").list_secrets()["SecretList"]
    assert secrets and all({"ARN", "Name"} <= set(row) for row in secrets)
    assert not any("SecretString" in row for row in secrets)


def test_metrics_are_put_and_asked_for(local_studio: LocalStudio) -> None:
    cloudwatch = local_studio.client("cloudwatch")
    now = datetime.now(timezone.utc)
    dimensions = [{"Name": "Host", "Value": "a-job/algo-1"}]
    space = "/aws/sagemaker/TrainingJobs"
    datum = {"MetricName": "CPUUtilization", "Dimensions": dimensions, "Value": 12.5}
    cloudwatch.put_metric_data(
        Namespace=space, MetricData=[{**datum, "Timestamp": now, "Unit": "Percent"}]
    )
    metric = {"Namespace": space, "MetricName": "CPUUtilization", "Dimensions": dimensions}
    query = {"Id": "cpu", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Average"}}
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[query],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=1),
    )["MetricDataResults"]
    assert answer[0]["Values"] == [12.5]


@pytest.mark.parametrize("key", [KEY.id, KEY.alias, key_arn(KEY)])
def test_a_key_that_can_be_used(local_studio: LocalStudio, key: str) -> None:
    name = create(local_studio, **output_key(key), **resources(VolumeKmsKeyId=key))
    job = local_studio.client("sagemaker").describe_training_job(TrainingJobName=name)
    assert job["OutputDataConfig"]["KmsKeyId"] == job["ResourceConfig"]["VolumeKmsKeyId"] == key


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (output_key("alias/nobody"), "the KMS key alias/nobody does not exist"),
        (output_key(RETIRED.alias), "cannot be used, its state is Disabled"),
        (output_key(key_arn(EUROPE)), "is a key of eu-central-1; the training job runs in"),
        (output_key(EUROPE.id), "does not exist"),
        (resources(VolumeKmsKeyId=RETIRED.id), "ResourceConfig.VolumeKmsKeyId: the KMS key"),
        (
            resources(VolumeKmsKeyId=KEY.id, InstanceType="ml.g5.xlarge"),
            "cannot be specified for the instance type ml.g5.xlarge",
        ),
        (image(f"{REGISTRY}/nothing:1"), "Cannot find repository: nothing in registry ID: 1234"),
        (image(f"{REGISTRY}/forecasting-team:9"), "forecasting-team:9 not found"),
        (image(f"{REGISTRY}/forecasting-team"), "forecasting-team not found"),
        (image("docker.io/library/python:3"), "must be an image of Amazon ECR"),
        (
            {"Environment": {"SM_LCC_INIT_SCRIPT_ARN": "arn:of:nobody"}},
            "The lifecycle configuration arn:of:nobody of SM_LCC_INIT_SCRIPT_ARN does not exist",
        ),
        (
            {
                "VpcConfig": {
                    "Subnets": ["subnet-1"],
                    "SecurityGroupIds": [f"sg-{n}" for n in "123456"],
                }
            },
            "Member must have length less than or equal to 5",
        ),
        (
            {"EnableManagedSpotTraining": True},
            "It must be present and be greater than or equal to MaxRuntimeInSeconds",
        ),
        (
            {
                "EnableManagedSpotTraining": True,
                "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 59},
            },
            "It must be present and be greater than or equal to MaxRuntimeInSeconds",
        ),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60}},
            "only when EnableManagedSpotTraining is true",
        ),
    ],
)
def test_what_a_job_may_not_name(
    local_studio: LocalStudio, changes: dict[str, Any], why: str
) -> None:
    assert why in refusal(local_studio, **changes)


def test_images_of_the_registry_run_jobs(local_studio: LocalStudio) -> None:
    for one in IMAGES:
        create(local_studio, **image(f"{REGISTRY}/{one.repository}:{one.tag}"))
