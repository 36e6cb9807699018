"""The shipped state machine changes a space whose apps have SageMaker's states and refusals."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from local_apps import FakeLauncher, app_key, app_of, wait_for
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

CPU = "arn:aws:sagemaker:us-west-2:542918446943:image/sagemaker-distribution-cpu"
GPU = CPU.replace("-cpu", "-gpu")
T3 = {"InstanceType": "ml.t3.medium", "SageMakerImageArn": CPU}
M5 = {"InstanceType": "ml.m5.xlarge", "SageMakerImageArn": CPU}
G5 = {"InstanceType": "ml.g5.xlarge", "SageMakerImageArn": GPU}
CAPACITY = "InsufficientCapacityError: there is no ml.g5.xlarge now."


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    folder: Path = tmp_path_factory.mktemp("studio")
    launcher = FakeLauncher()
    with LocalStudio(folder, runner=FakeRunner(), make_launcher=lambda studio: launcher) as studio:
        yield studio


def change(studio: LocalStudio, *attempts: dict[str, str], **more: Any) -> dict[str, Any]:
    """Change the running second-space; answers what the execution puts out."""
    sagemaker, states = studio.client("sagemaker"), studio.client("stepfunctions")
    if app_of(studio, "second-space")["Status"] != "InService":
        sagemaker.create_app(**app_key("second-space"), ResourceSpec=T3)
        wait_for(studio, "second-space", "InService")
    machine = states.list_state_machines()["stateMachines"][0]
    request = {**app_key("second-space"), "Attempts": list(attempts), "Former": T3, **more}
    name = f"second-space-{time.time_ns():x}"
    execution = states.start_execution(
        stateMachineArn=machine["stateMachineArn"], name=name, input=json.dumps(request)
    )["executionArn"]
    deadline = time.monotonic() + 60
    while True:
        found = states.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            assert found["status"] == "SUCCEEDED", found
            return dict(json.loads(found["output"]))
        assert time.monotonic() < deadline
        time.sleep(0.1)


def settings(spec: dict[str, str]) -> dict[str, Any]:
    return {"JupyterLabAppSettings": {"DefaultResourceSpec": spec}}


@pytest.mark.timeout(120)
def test_another_type_and_settings(studio: LocalStudio) -> None:
    output = change(studio, M5, SpaceSettings=settings(M5), FormerSpaceSettings=settings(T3))
    assert output["Outcome"] == "Changed"
    assert app_of(studio, "second-space")["ResourceSpec"]["InstanceType"] == "ml.m5.xlarge"
    space = studio.client("sagemaker").describe_space(
        DomainId=seed.DOMAIN_ID, SpaceName="second-space"
    )
    assert space["SpaceSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"] == M5


@pytest.mark.timeout(120)
def test_no_capacity_takes_the_next_and_no_quota_the_former(studio: LocalStudio) -> None:
    studio.reset()
    fault = {"app": "Failed", "reason": CAPACITY, "instanceType": "ml.g5.xlarge", "count": -1}
    studio.fault("CreateApp", **fault)
    output = change(studio, G5, M5)
    assert output["Outcome"] == "Fallback"
    assert app_of(studio, "second-space")["ResourceSpec"]["InstanceType"] == "ml.m5.xlarge"
    output = change(studio, G5, {**G5, "InstanceType": "ml.p5.48xlarge"})
    assert output["Outcome"] == "Restored"
    assert CAPACITY in json.dumps(output["Attempts"])
    assert "ResourceLimitExceeded" in json.dumps(output["Attempts"])
    assert app_of(studio, "second-space")["ResourceSpec"]["InstanceType"] == "ml.t3.medium"
    studio.reset()
