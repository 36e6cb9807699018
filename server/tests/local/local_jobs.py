"""Requests the tests of the local Studio send."""

from __future__ import annotations

import itertools
from typing import Any

from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudio, LocalStudioProcess

BUCKET = "sagemaker-automated-execution-123456789012-us-west-2"
CHANNEL = "sagemaker_headless_execution_jupyterlab"
AnyStudio = LocalStudio | LocalStudioProcess
_numbers = itertools.count(1)


def stage(studio: AnyStudio, name: str, body: bytes = b"{}") -> None:
    """Put a notebook where a job of this name reads it; makes the bucket when it is missing."""
    s3 = studio.client("s3")
    if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": seed.REGION}
        )
    s3.put_object(Bucket=BUCKET, Key=f"{name}/input/nb.ipynb", Body=body)


def new_name(prefix: str = "job") -> str:
    """A job name no other test uses."""
    return f"{prefix}-{next(_numbers)}"


def job_request(name: str, **changes: Any) -> dict[str, Any]:
    """A notebook job as AWS's scheduler sends it."""
    request: dict[str, Any] = {
        "TrainingJobName": name,
        "AlgorithmSpecification": {
            "TrainingImage": seed.IMAGE_URI,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["amazon_sagemaker_scheduler"],
        },
        "RoleArn": seed.ROLE_ARN,
        "InputDataConfig": [
            {
                "ChannelName": CHANNEL,
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": f"s3://{BUCKET}/{name}/input",
                        "S3DataDistributionType": "FullyReplicated",
                    }
                },
            }
        ],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 30,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 172800},
        "HyperParameters": {"rows": "10"},
        "Environment": {
            "SM_JOB_DEF_VERSION": "1.0",
            "SM_KERNEL_NAME": "python3",
            "SM_INPUT_NOTEBOOK_NAME": "nb.ipynb",
            "SM_OUTPUT_NOTEBOOK_NAME": f"{name}-out.ipynb",
            "SM_OUTPUT_FORMATS": "ipynb",
            "SM_ENV_NAME": "sagemaker-default-env",
            "SM_SKIP_EFS_SIMULATION": "true",
            "SM_EFS_MOUNT_PATH": "/home/sagemaker-user",
            "SM_EFS_MOUNT_UID": "1000",
            "SM_EFS_MOUNT_GID": "100",
            "SM_EXECUTION_INPUT_PATH": f"/opt/ml/input/data/{CHANNEL}",
            "AWS_DEFAULT_REGION": seed.REGION,
        },
        "RetryStrategy": {"MaximumRetryAttempts": 1},
        "EnableInterContainerTrafficEncryption": True,
        "EnableNetworkIsolation": False,
        "Tags": [
            {"Key": "sagemaker:name", "Value": name},
            {"Key": "sagemaker:notebook-name", "Value": "nb.ipynb"},
            {"Key": "sagemaker:is-scheduling-notebook-job", "Value": "true"},
            {"Key": "sagemaker:is-studio-archived", "Value": "false"},
            {"Key": "sagemaker:shared-space-name", "Value": seed.SPACE_NAME},
        ],
    }
    return {**request, **changes}


def create(
    studio: LocalStudio | LocalStudioProcess, name: str | None = None, **changes: Any
) -> str:
    """Stage and create a job; answers its name."""
    name = name or new_name()
    stage(studio, name)
    studio.client("sagemaker").create_training_job(**job_request(name, **changes))
    return name
