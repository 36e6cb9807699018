"""Job definitions of AWS's own scheduler package: made, listed, fired, paused and deleted.

``PEERS_PYTHON`` is the Python of an environment with the package; ``scripts/test.py`` sets it.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from apps_and_schedules import eventually
from local_pipelines import DEFINITION_TAG, ended, executions, job_of
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudioProcess, app_surroundings

SCRIPT = Path(__file__).parents[3] / "ui-tests" / "helpers" / "aws_scheduler.py"
PYTHON = os.environ.get("PEERS_PYTHON", "")
pytestmark = pytest.mark.skipif(not PYTHON, reason="PEERS_PYTHON is not set")


class Package:
    """AWS's package in the own space of a local Studio."""

    def __init__(self, studio: LocalStudioProcess) -> None:
        self.studio = studio
        self.home, self._environment = app_surroundings(studio.state, studio.endpoint_url)

    def __call__(self, *command: str) -> Any:
        done = subprocess.run(
            [PYTHON, str(SCRIPT), str(self.studio.state), *command],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Package]:
    with LocalStudioProcess(tmp_path_factory.mktemp("studio")) as studio:
        yield Package(studio)


def test_a_definition_from_its_making_to_its_end(package: Package) -> None:
    studio = package.studio
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

    studio.control("POST", "schedule-speed", {"speed": 6000})
    (arn, *_) = eventually(lambda: executions(studio, made))
    studio.control("POST", "schedule-speed", {"speed": 1})
    package("activate", made, "false")
    assert studio.client("events").describe_rule(Name=made)["State"] == "DISABLED"
    assert package("definition", made)["active"] is False
    job = job_of(studio, arn)
    eventually(lambda: ended(studio, arn), 120)
    assert ended(studio, arn)["PipelineExecutionStatus"] == "Succeeded"
    tags = studio.client("sagemaker").list_tags(
        ResourceArn=f"arn:aws:sagemaker:{seed.REGION}:{seed.ACCOUNT}:training-job/{job}"
    )["Tags"]
    assert {"Key": DEFINITION_TAG, "Value": made} in tags

    (fired,) = [row for row in package("list")["jobs"] if row["job_id"].lower() == job.lower()]
    assert fired["status"] == "COMPLETED"
    assert fired["job_definition_id"] == made
    (file,) = [name for name in package("download", job) if name.endswith(".ipynb")]
    notebook = nbformat.read(package.home / file, as_version=4)
    assert "30" in json.dumps([cell.get("outputs") for cell in notebook.cells])

    other = package("run", made)["job_id"]
    request = studio.client("sagemaker").describe_training_job(TrainingJobName=other)
    assert request["HyperParameters"] == {"epochs": "7"}
    studio.client("sagemaker").stop_training_job(TrainingJobName=other)

    package("delete", made)
    eventually(lambda: package("definitions")["job_definitions"] == [])
    rules = studio.client("events").list_rules(NamePrefix=made)["Rules"]
    assert rules == []
