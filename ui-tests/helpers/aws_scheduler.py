"""AWS's own scheduler package against the local Studio, as its Jupyter extension would use it.

    aws_scheduler.py STATE create NOTEBOOK NAME   → {"job_id": …}
    aws_scheduler.py STATE get JOB                → the DescribeJob it makes of a job
    aws_scheduler.py STATE rerun JOB NOTEBOOK     → {"job_id": …} of one with all it was made with
    aws_scheduler.py STATE list                   → the jobs it lists
    aws_scheduler.py STATE download JOB           → the files it writes into the home folder
    aws_scheduler.py STATE define NOTEBOOK NAME SCHEDULE → {"job_definition_id": …}
    aws_scheduler.py STATE definition ID          → the DescribeJobDefinition it makes of one
    aws_scheduler.py STATE definitions            → the definitions it lists
    aws_scheduler.py STATE run ID                 → {"job_id": …} of a job of a definition
    aws_scheduler.py STATE activate ID true|false → {}, having resumed or paused it
    aws_scheduler.py STATE delete ID              → {}, having deleted a definition
    aws_scheduler.py STATE -                      → commands as JSON lists, a line each, from stdin

Run with the Python of the environment that holds the package. STATE is the state folder of the
running local Studio; its `env` file must be in the environment.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

STATE = Path(sys.argv[1]).resolve()

METADATA = STATE / "metadata" / "resource-metadata.json"
ROLE = json.loads(METADATA.read_text())["ExecutionRoleArn"]
ACCOUNT = ROLE.split(":")[4]

# The surroundings of a JupyterLab space, as the package looks for them when imported.
os.environ["SAGEMAKER_APP_TYPE"] = "JupyterLab"
os.environ["AWS_ACCOUNT_ID"] = ACCOUNT
os.environ["SAGEMAKER_INTERNAL_IMAGE_URI"] = os.environ.get(
    "SAGEMAKER_INTERNAL_IMAGE_URI",
    "123456789012.dkr.ecr.us-west-2.amazonaws.com/sagemaker-distribution:local-cpu",
)
os.environ["SAGEMAKER_LOGGING_DIR"] = str(STATE / "aws-scheduler-logs")

from amazon_sagemaker_jupyter_scheduler import (  # noqa: E402
    app_metadata,
    internal_metadata_adapter,
)
from amazon_sagemaker_jupyter_scheduler.providers import studio_image_metadata  # noqa: E402

app_metadata.app_metadata_file_location = str(METADATA)
studio_image_metadata.SAGEMAKER_RESOURCE_METADATA_FILE = str(METADATA)
# A second file of the space, read only for the service's stage, whose default fits.
internal_metadata_adapter.SAGEMAKER_INTERNAL_METADATA_FILE = str(METADATA)

from amazon_sagemaker_jupyter_scheduler.environments import (  # noqa: E402
    SagemakerEnvironmentManager,
)
from amazon_sagemaker_jupyter_scheduler.file_download_manager import (  # noqa: E402
    SageMakerJobFilesManager,
)
from amazon_sagemaker_jupyter_scheduler.scheduler import SageMakerScheduler  # noqa: E402
from jupyter_scheduler.models import (  # noqa: E402
    CreateJob,
    CreateJobDefinition,
    CreateJobFromDefinition,
    ListJobDefinitionsQuery,
    ListJobsQuery,
    UpdateJobDefinition,
)
from traitlets.config import Config  # noqa: E402


def scheduler() -> SageMakerScheduler:
    return SageMakerScheduler(
        root_dir=str(STATE / "home"),
        environments_manager=SagemakerEnvironmentManager(),
        config=Config(),
    )


def request(notebook: str, name: str) -> dict[str, Any]:
    """What a job and a definition have in common."""
    bucket = f"s3://sagemaker-{os.environ['AWS_REGION']}-{ACCOUNT}/"
    return {
        "input_uri": notebook,
        "runtime_environment_name": "sagemaker-default-env",
        "runtime_environment_parameters": {
            "sm_image": os.environ["SAGEMAKER_INTERNAL_IMAGE_URI"],
            "sm_kernel": "python3",
            "sm_init_script": "",
            "sm_lcc_init_script_arn": "No script",
            "s3_input": bucket,
            "s3_output": bucket,
            "role_arn": ROLE,
            "vpc_security_group_ids": "",
            "vpc_subnets": "",
            "max_retry_attempts": 1,
            "max_run_time_in_seconds": 3600,
            "enable_network_isolation": False,
            "GREETING": "hello",
        },
        "compute_type": "ml.m5.large",
        "name": name,
        "parameters": {"epochs": "5"},
        "output_formats": [],
    }


async def create(notebook: str, name: str) -> dict[str, Any]:
    return {"job_id": await scheduler().create_job(CreateJob(**request(notebook, name)))}


async def rerun(job: str, notebook: str) -> dict[str, Any]:
    described = await scheduler().get_job(job)
    known = described.dict(include=set(CreateJob.__fields__), exclude_none=True)
    options = known["runtime_environment_parameters"]
    # It describes what its form calls "No script" as an empty ARN.
    options["sm_lcc_init_script_arn"] = options.get("sm_lcc_init_script_arn") or "No script"
    model = CreateJob(**{**known, "input_uri": notebook, "output_formats": []})
    return {"job_id": await scheduler().create_job(model)}


async def define(notebook: str, name: str, schedule: str) -> dict[str, Any]:
    model = CreateJobDefinition(**request(notebook, name), schedule=schedule, timezone="UTC")
    return {"job_definition_id": await scheduler().create_job_definition(model)}


async def definition(identity: str) -> Any:
    return json.loads((await scheduler().get_job_definition(identity)).json())


async def definitions() -> Any:
    found = await scheduler().list_job_definitions(ListJobDefinitionsQuery())
    return json.loads(found.json())


async def run(identity: str) -> dict[str, Any]:
    model = CreateJobFromDefinition(parameters={"epochs": "7"})
    return {"job_id": await scheduler().create_job_from_definition(identity, model)}


async def activate(identity: str, active: str) -> dict[str, Any]:
    await scheduler().update_job_definition(identity, UpdateJobDefinition(active=active == "true"))
    return {}


async def delete(identity: str) -> dict[str, Any]:
    await scheduler().delete_job_definition(identity)
    return {}


async def get(job: str) -> Any:
    return json.loads((await scheduler().get_job(job)).json())


async def list_jobs() -> Any:
    found = await scheduler().list_jobs(ListJobsQuery())
    return json.loads(found.json())


async def download(job: str) -> list[str]:
    own = scheduler()
    os.chdir(own.root_dir)  # the package writes below the server's working directory
    await SageMakerJobFilesManager(own).copy_from_staging(job)
    described = await own.get_job(job)
    folder = STATE / "home" / own.get_local_output_path(described, root_dir_relative=True)
    return sorted(str(file.relative_to(STATE / "home")) for file in folder.rglob("*"))


COMMANDS = {
    "create": create,
    "rerun": rerun,
    "get": get,
    "list": list_jobs,
    "download": download,
    "define": define,
    "definition": definition,
    "definitions": definitions,
    "run": run,
    "activate": activate,
    "delete": delete,
}


def answer(command: str, *arguments: str) -> None:
    print(json.dumps(asyncio.run(COMMANDS[command](*arguments))), flush=True)


if __name__ == "__main__":
    if sys.argv[2] == "-":
        for line in sys.stdin:
            answer(*json.loads(line))
    else:
        answer(*sys.argv[2:])
