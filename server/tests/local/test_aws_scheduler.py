"""Job definitions of AWS's own scheduler package: made, listed, fired, paused and deleted."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from apps_and_schedules import eventually
from aws_peers import PYTHON, SCHEDULER, Peer
from local_pipelines import DEFINITION_TAG, executions, job_of, status
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudioProcess

pytestmark = pytest.mark.skipif(not PYTHON, reason="PEERS_PYTHON is not set")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudioProcess]:
    options = ("--no-app", "--aws-port", "0", "--schedule-speed", "2")
    with LocalStudioProcess(tmp_path_factory.mktemp("studio"), arguments=options) as studio:
        yield studio


@pytest.fixture(scope="module")
def package(studio: LocalStudioProcess) -> Iterator[Peer]:
    package = Peer(SCHEDULER, studio.state, studio.endpoint_url)
    yield package
    package.close()


def outputs_of(studio: LocalStudioProcess, job: str) -> list[Any]:
    """The outputs of the cells of the notebooks in a job's archive."""
    described = studio.client("sagemaker").describe_training_job(TrainingJobName=job)
    place = described["OutputDataConfig"]["S3OutputPath"].removeprefix("s3://")
    bucket, _, prefix = place.partition("/")
    key = f"{prefix}/{job}/output/output.tar.gz".lstrip("/")
    body = studio.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    found = []
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member) if member.name.endswith(".ipynb") else None
            if file is not None:
                notebook = nbformat.reads(file.read().decode(), as_version=4)
                found += [cell.get("outputs") for cell in notebook.cells]
    return found


@pytest.mark.timeout(300)
def test_a_definition_from_its_making_to_its_end(studio: LocalStudioProcess, package: Peer) -> None:
    cells = [nbformat.v4.new_code_cell("print(6 * int(epochs))")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), package.home / "report.ipynb")
    # Once a day, so that the first firing is a matter of the speed.
    made = package("define", "report.ipynb", "daily report", "30 2 * * *")["job_definition_id"]
    rule = studio.client("events").describe_rule(Name=made)
    assert (rule["State"], rule["ScheduleExpression"]) == ("ENABLED", "cron(30 2 ? * * *)")
    (listed,) = package("definitions")["job_definitions"]
    assert listed["job_definition_id"] == made
    assert (listed["name"], listed["active"]) == ("daily report", True)
    assert listed["schedule"] == "30 2 ? * *"

    assert studio.control("GET", "state")["scheduleSpeed"] == 2
    # Its retry policy makes up for it.
    studio.fault("CreateTrainingJob", job="CapacityError")
    studio.control("POST", "schedule-speed", {"speed": 6000})
    (arn, *_) = eventually(lambda: executions(studio, made))
    studio.control("POST", "schedule-speed", {"speed": 1})
    package("activate", made, "false")
    assert studio.client("events").describe_rule(Name=made)["State"] == "DISABLED"
    assert package("definition", made)["active"] is False
    job = job_of(studio, arn, "dailyrepor-report", attempt=2)
    eventually(lambda: status(studio, arn) == "Succeeded", 150)
    tags = studio.client("sagemaker").list_tags(
        ResourceArn=f"arn:aws:sagemaker:{seed.REGION}:{seed.ACCOUNT}:training-job/{job}"
    )["Tags"]
    assert {"Key": DEFINITION_TAG, "Value": made} in tags

    (fired,) = [row for row in package("list")["jobs"] if row["job_id"].lower() == job.lower()]
    assert fired["status"] == "COMPLETED"
    assert fired["job_definition_id"] == made
    assert "30" in json.dumps(outputs_of(studio, job))

    other = package("run", made)["job_id"]
    request = studio.client("sagemaker").describe_training_job(TrainingJobName=other)
    assert request["HyperParameters"] == {"epochs": "7"}
    studio.client("sagemaker").stop_training_job(TrainingJobName=other)

    package("delete", made)
    eventually(lambda: package("definitions")["job_definitions"] == [])
    rules = studio.client("events").list_rules(NamePrefix=made)["Rules"]
    assert rules == []
