"""The SageMaker Python SDK against the local Studio.

    sdk_commands.py STATE -       → commands as JSON lists, a line each, from stdin

    job NAME                      → what Estimator.attach and TrainingJob.get make of a training job
    definition ID                 → what Pipeline.describe tells of a pipeline's step
    trigger ID                    → what Pipeline.describe_trigger tells of its schedule
    run ID                        → {"arn": …}, having started it with Pipeline.start
    step ID NOTEBOOK              → {}, having made a pipeline of one NotebookJobStep

Run with the Python of the environment that holds the SDK. STATE is the state folder of the running
local Studio; its `env` file must be in the environment.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

STATE = Path(sys.argv[1]).resolve()
METADATA = json.loads((STATE / "metadata" / "resource-metadata.json").read_text())
ROLE = METADATA["ExecutionRoleArn"]
ACCOUNT = ROLE.split(":")[4]

# The SDK reports some calls to AWS, which nobody asked for here.
CONFIGURATION = STATE / "sagemaker-sdk.yaml"
CONFIGURATION.write_text(
    "SchemaVersion: '1.0'\nSageMaker:\n  PythonSDK:\n    Modules:\n      TelemetryOptOut: true\n"
)
os.environ["SAGEMAKER_USER_CONFIG_OVERRIDE"] = str(CONFIGURATION)
os.environ["SAGEMAKER_SUPPRESS_V2_WARNING"] = "1"

# Its words are no answers.
with contextlib.redirect_stdout(sys.stderr):
    from sagemaker import Session
    from sagemaker.estimator import Estimator
    from sagemaker.workflow.notebook_job_step import NotebookJobStep
    from sagemaker.workflow.pipeline import Pipeline
    from sagemaker_core.resources import TrainingJob

    # Named, as the SDK would ask STS at AWS's own endpoint for the account.
    session = Session(default_bucket=f"sagemaker-{os.environ['AWS_REGION']}-{ACCOUNT}")


def job(name: str) -> dict[str, Any]:
    estimator = Estimator.attach(name, session)
    # The newer half of the SDK, which types every member.
    whole = TrainingJob.get(name, session.boto_session)
    return {
        "image": estimator.image_uri,
        "role": estimator.role,
        "instance": estimator.instance_type,
        "volume": estimator.volume_size,
        "seconds": estimator.max_run,
        "wait": estimator.max_wait,
        "spot": estimator.use_spot_instances,
        "retries": estimator.max_retry_attempts,
        "parameters": estimator.hyperparameters(),
        "environment": whole.environment,
        "input": whole.input_data_config[0].data_source.s3_data_source.s3_uri,
        "output": estimator.output_path,
        "subnets": estimator.subnets,
        "groups": estimator.security_group_ids,
        "isolated": estimator.enable_network_isolation(),
        "entrypoint": estimator.container_entry_point,
        "tags": {tag["Key"]: tag["Value"] for tag in estimator.tags},
    }


def definition(identity: str) -> dict[str, Any]:
    described = Pipeline(identity, sagemaker_session=session).describe()
    document = json.loads(described["PipelineDefinition"])
    return {"role": described["RoleArn"], "steps": document["Steps"]}


def trigger(identity: str) -> dict[str, Any]:
    return Pipeline(identity, sagemaker_session=session).describe_trigger(identity)


def run(identity: str) -> dict[str, Any]:
    return {"arn": Pipeline(identity, sagemaker_session=session).start().arn}


def step(identity: str, notebook: str) -> dict[str, Any]:
    notebook_job = NotebookJobStep(
        name="report",
        notebook_job_name="their-report",
        input_notebook=notebook,
        image_uri=os.environ["SAGEMAKER_INTERNAL_IMAGE_URI"],
        kernel_name="python3",
        role=ROLE,
        parameters={"epochs": "5"},
        environment_variables={"GREETING": "hello"},
        instance_type="ml.m5.large",
        max_runtime_in_seconds=3600,
    )
    Pipeline(identity, steps=[notebook_job], sagemaker_session=session).create(ROLE)
    return {}


COMMANDS = {"job": job, "definition": definition, "trigger": trigger, "run": run, "step": step}

if __name__ == "__main__":
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        with contextlib.redirect_stdout(sys.stderr):
            try:
                answer = COMMANDS[command](*arguments)
            except Exception:
                # The SDK's own way to show an exception would write to stdout.
                traceback.print_exc()
                sys.exit(1)
        print(json.dumps(answer, default=str), flush=True)
