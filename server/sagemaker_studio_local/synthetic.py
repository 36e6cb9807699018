"""Finished training jobs by the thousand, for measuring lists.

They look like notebook jobs that ran once, spread over the last weeks, and say in a tag of their
own that they never did. They have no log and no output in S3.
"""

from __future__ import annotations

import random
from typing import Any

from .control_plane import tags
from .control_plane.job_lifecycle import KIND, advance, finish, key_of
from .control_plane.plane import Call, Plane
from .control_plane.training_jobs import model_artifacts
from .seed import DOMAIN_ID, IMAGE_URI, ROLE_ARN, SPACE_NAME, USER_PROFILES

MAX_COUNT = 100_000
_TITLES = ("Nightly features", "Churn model", "Demand forecast", "Data quality", "Price curves")
_CHANNEL = "sagemaker_headless_execution_jupyterlab"
_OUTCOMES = (("Completed", None),) * 8 + (
    ("Failed", "AlgorithmError: [SM-111] The notebook raised an error in cell 7."),
    ("Stopped", None),
)


def seed_jobs(plane: Plane, call: Call, count: int) -> int:
    """Add ``count`` synthetic jobs; answers how many training jobs there are now."""
    if not 0 < count <= MAX_COUNT:
        raise ValueError(f"count must be from 1 to {MAX_COUNT}")
    first = plane.store.count(KIND)
    made = [_job(plane, call, first + index) for index in range(count)]
    plane.store.put_many(tags.KIND, [(arn.lower(), {"tags": t}) for _, arn, t in made])
    plane.store.put_many(
        KIND, [(key_of(detail["TrainingJobName"]), {"detail": detail}) for detail, _, _ in made]
    )
    return plane.store.count(KIND)


def _job(plane: Plane, call: Call, number: int) -> tuple[dict[str, Any], str, dict[str, str]]:
    pick = random.Random(number)
    title = _TITLES[number % len(_TITLES)]
    notebook = title.lower().replace(" ", "-") + ".ipynb"
    name = f"{notebook[:-6][:17]}-synthetic-{number:06d}"
    created = plane.clock.now() - 3600 - number * 300 - pick.random() * 60
    started = created + 90
    bucket = f"sagemaker-automated-execution-{plane.account}-{plane.region}"
    arn = plane.arn(f"training-job/{name}")
    detail: dict[str, Any] = {
        "TrainingJobName": name,
        "TrainingJobArn": arn,
        "TrainingJobStatus": "InProgress",
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE_URI,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["amazon_sagemaker_scheduler"],
        },
        "RoleArn": ROLE_ARN,
        "InputDataConfig": [
            {
                "ChannelName": _CHANNEL,
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": f"s3://{bucket}/{name}/input",
                        "S3DataDistributionType": "FullyReplicated",
                    }
                },
            }
        ],
        "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/"},
        "ResourceConfig": {
            "InstanceType": pick.choice(("ml.m5.large", "ml.m5.xlarge", "ml.c5.xlarge")),
            "InstanceCount": 1,
            "VolumeSizeInGB": 30,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 172800},
        "HyperParameters": {"rows": str(1000 * pick.randint(1, 50))},
        "Environment": {
            "SM_JOB_DEF_VERSION": "1.0",
            "SM_KERNEL_NAME": "python3",
            "SM_INPUT_NOTEBOOK_NAME": notebook,
            "SM_OUTPUT_NOTEBOOK_NAME": f"{name}.ipynb",
            "SM_OUTPUT_FORMATS": "ipynb",
            "SM_ENV_NAME": "sagemaker-default-env",
            "AWS_DEFAULT_REGION": plane.region,
        },
        "EnableInterContainerTrafficEncryption": True,
        "EnableNetworkIsolation": False,
        "EnableManagedSpotTraining": False,
        "RetryStrategy": {"MaximumRetryAttempts": 1},
        "CreationTime": created,
        "TrainingStartTime": started,
    }
    detail["ModelArtifacts"] = model_artifacts(detail)
    status, reason = pick.choice(_OUTCOMES)
    detail = advance(detail, "Starting", "Starting the training job", created)
    detail = advance(detail, "Training", "Training in progress", started)
    ended = started + pick.randint(30, 3000)
    detail = finish(detail, status, reason, status, ended)
    own = {
        "sagemaker:name": f"{title} {number}",
        "sagemaker:notebook-name": notebook,
        "sagemaker:is-scheduling-notebook-job": "true",
        "sagemaker:is-studio-archived": "false",
        "sagemaker:headless-execution-version": "v0.1",
        "sagemaker:shared-space-name": SPACE_NAME,
        "sagemaker:user-profile-name": USER_PROFILES[0],
        "sagemaker:domain-name": DOMAIN_ID,
        "local-studio:synthetic": "true",
    }
    return detail, arn, {**own, **call.studio_tags()}
