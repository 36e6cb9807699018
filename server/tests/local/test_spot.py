"""Spot training and capacity, injected through the control route and really run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from local_jobs import create, new_name
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudio

SPOT = {
    "EnableManagedSpotTraining": True,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120},
}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    with LocalStudio(tmp_path_factory.mktemp("studio")) as studio:
        yield studio


def run(studio: LocalStudio, script: str, **changes: Any) -> dict[str, Any]:
    """The description of a job that has ended."""
    algorithm = {
        "TrainingImage": seed.IMAGE_URI,
        "TrainingInputMode": "File",
        "ContainerEntrypoint": ["/bin/bash", "-c", script],
    }
    name = create(studio, new_name("spot"), AlgorithmSpecification=algorithm, **changes)
    sagemaker = studio.client("sagemaker")
    for running in list(studio.studio.plane.runner._jobs):
        assert running.join(60)
    return sagemaker.describe_training_job(TrainingJobName=name)


def test_interruption_costs_time_and_spot_costs_less(studio: LocalStudio) -> None:
    studio.fault("CreateTrainingJob", job="Interrupted", delay=0.5)
    job = run(studio, "sleep 2", **SPOT)
    assert job["TrainingJobStatus"] == "Completed"
    states = [row["Status"] for row in job["SecondaryStatusTransitions"]]
    assert states.count("Interrupted") == 1 and states.count("Training") == 2
    assert 0 < job["BillableTimeInSeconds"] < job["TrainingTimeInSeconds"]
    assert studio.control("GET", "faults")["faults"] == []


def test_jobs_on_demand_are_not_interrupted(studio: LocalStudio) -> None:
    studio.fault("CreateTrainingJob", job="Interrupted")
    job = run(studio, "true")
    assert job["TrainingJobStatus"] == "Completed"
    assert job["BillableTimeInSeconds"] == job["TrainingTimeInSeconds"]
    studio.reset()


def test_no_capacity_for_one_instance_type(studio: LocalStudio) -> None:
    studio.fault("CreateTrainingJob", job="CapacityError", instanceType="ml.c5.xlarge")
    assert run(studio, "true")["TrainingJobStatus"] == "Completed"
    resources = {"InstanceType": "ml.c5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}
    job = run(studio, "true", ResourceConfig=resources)
    assert job["FailureReason"].startswith("CapacityError: Unable to provision requested ML")
    assert "TrainingStartTime" not in job and "BillableTimeInSeconds" not in job


@pytest.mark.parametrize(
    "fault", [{"job": "Melted"}, {"job": "Interrupted", "operation": "CreateApp"}, {"job": 1}]
)
def test_fault_that_is_none(studio: LocalStudio, fault: dict[str, Any]) -> None:
    import urllib.error

    with pytest.raises(urllib.error.HTTPError) as raised:
        studio.control("POST", "faults", {"operation": "CreateTrainingJob", **fault})
    assert raised.value.code == 400 and b"'job'" in raised.value.read()
