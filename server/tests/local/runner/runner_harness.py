"""Runs jobs against S3 and CloudWatch Logs on loopback, and reads what they leave."""

from __future__ import annotations

import contextlib
import io
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import nbformat
import psutil
import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from nbformat.v4 import new_code_cell, new_notebook
from sagemaker_studio_local.clock import Clock
from sagemaker_studio_local.runner import LOG_GROUP, JobOutcome, RunningJob, TrainingJobRunner
from sagemaker_studio_local.runner.image import Image
from sagemaker_studio_local.runner.isolation import choose
from werkzeug.serving import make_server

REGION = "us-west-2"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local-studio", "AWS_SECRET_ACCESS_KEY": "local-secret"}
BUCKET = "jobs-in-test"
CHANNEL = "sagemaker_headless_execution_jupyterlab"
SAMPLES = Path(sys.modules[TrainingJobRunner.__module__].__file__ or "").parents[1] / "samples"

_sandbox = choose(Image(Path(sys.prefix)), "auto")
needs_bwrap = pytest.mark.skipif(_sandbox[0].name != "bwrap", reason=_sandbox[1])
both = pytest.mark.parametrize(
    "isolation", [pytest.param("bwrap", marks=needs_bwrap), "paths"], scope="module"
)


class Endpoint:
    """moto over HTTP; requests whose path contains ``broken`` fail with 500 ``count`` times."""

    def __init__(self) -> None:
        self._app = DomainDispatcherApplication(create_backend_app)
        self.broken = ""
        self.count = 0
        self.agents: list[str] = []
        self._server = make_server("127.0.0.1", 0, self, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.agents.append(environ.get("HTTP_USER_AGENT", ""))
        if self.count and self.broken in environ["PATH_INFO"]:
            self.count -= 1
            start_response("500 Internal Server Error", [("Content-Type", "application/xml")])
            return [b"<Error><Code>InternalError</Code><Message>broken</Message></Error>"]
        return self._app(environ, start_response)

    def client(self, service: str) -> Any:
        return boto3.session.Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        ).client(service, endpoint_url=self.url)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Recorder:
    """Starts a job and keeps what its runner reports."""

    def __init__(self, runner: TrainingJobRunner, request: dict[str, Any]) -> None:
        self.transitions: list[tuple[str, str, float]] = []
        self.outcome: JobOutcome | None = None
        self.seen = threading.Condition()
        self.job: RunningJob = runner.start(
            request, on_transition=self._transition, on_done=self._done
        )

    def _transition(self, secondary: str, message: str) -> None:
        with self.seen:
            self.transitions.append((secondary, message, time.time()))
            self.seen.notify_all()

    def _done(self, outcome: JobOutcome) -> None:
        self.outcome = outcome

    @property
    def states(self) -> list[str]:
        return [state for state, _, _ in self.transitions]

    def wait_for(self, state: str) -> None:
        with self.seen:
            assert self.seen.wait_for(lambda: state in self.states, 30), self.transitions

    def end(self, timeout: float = 60) -> JobOutcome:
        assert self.job.join(timeout), self.transitions
        assert self.outcome is not None
        return self.outcome


class Make:
    """Makes runners that share the endpoint, and shuts them down."""

    def __init__(self, endpoint: Endpoint, folder: Path) -> None:
        self.endpoint = endpoint
        self.folder = folder
        self.made: list[TrainingJobRunner] = []

    def __call__(self, isolation: Any, **options: Any) -> TrainingJobRunner:
        defaults: dict[str, Any] = {"clock": Clock(1000), "stop_grace": 3.0}
        runner = TrainingJobRunner(
            endpoint_url=self.endpoint.url,
            region=REGION,
            credentials=CREDENTIALS,
            isolation=isolation,
            work_dir=self.folder,
            **(defaults | options),
        )
        self.made.append(runner)
        return runner


def running(*command: str) -> list[psutil.Process]:
    """Processes with exactly this command line."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.cmdline() == list(command):
                found.append(process)
    return found


def touching(folder: Path) -> list[list[str]]:
    """Command lines of processes that name a folder, in their environment too."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = [*process.cmdline(), *process.environ().values()]
            if any(str(folder) in word for word in words):
                found.append(process.cmdline())
    return found


def shell(name: str, script: str, **more: Any) -> dict[str, Any]:
    """A CreateTrainingJob request whose container runs a shell script."""
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {
            "TrainingImage": "123456789012.dkr.ecr.us-west-2.amazonaws.com/image:local-cpu",
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["/bin/bash", "-c", script],
        },
        "RoleArn": "arn:aws:iam::123456789012:role/Role",
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/"},
        "ResourceConfig": {
            "InstanceCount": 1,
            "InstanceType": "ml.m5.large",
            "VolumeSizeInGB": 30,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        **more,
    }


def notebook(
    endpoint: Endpoint, name: str, source: Path | list[str], **more: Any
) -> dict[str, Any]:
    """Stage a notebook as AWS's scheduler does; returns the request that runs it."""
    s3 = endpoint.client("s3")
    if isinstance(source, Path):
        body = source.read_text()
    else:
        cells = [new_code_cell(cell) for cell in source]
        cells[0].metadata["tags"] = ["parameters"]
        body = nbformat.writes(new_notebook(cells=cells))
    s3.put_object(Bucket=BUCKET, Key=f"{name}/input/work.ipynb", Body=body.encode())
    environment = {
        "SM_JOB_DEF_VERSION": "1.0",
        "SM_KERNEL_NAME": "python3",
        "SM_INPUT_NOTEBOOK_NAME": "work.ipynb",
        "SM_OUTPUT_NOTEBOOK_NAME": f"{name}.ipynb",
        "SM_OUTPUT_FORMATS": "",
        "SM_EXECUTION_INPUT_PATH": f"/opt/ml/input/data/{CHANNEL}",
        "SM_SKIP_EFS_SIMULATION": "",
        "SM_EFS_MOUNT_PATH": "/home/sagemaker-user",
        "SM_EFS_MOUNT_UID": "1000",
        "SM_EFS_MOUNT_GID": "100",
    } | more.pop("Environment", {})
    request = shell(name, "", Environment=environment, **more)
    request["AlgorithmSpecification"]["ContainerEntrypoint"] = ["amazon_sagemaker_scheduler"]
    request["InputDataConfig"] = [
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
    ]
    return request


def archive(endpoint: Endpoint, name: str, which: str = "output") -> dict[str, bytes]:
    """The files of a job's output archive; links as their target."""
    key = f"{name}/output/{which}.tar.gz"
    body = endpoint.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        for item in tar:
            file = None if item.issym() else tar.extractfile(item)
            if item.issym() or file:
                found[item.name] = file.read() if file else item.linkname.encode()
    return found


def printed(body: bytes) -> str:
    """Everything an output notebook's cells printed."""
    book = nbformat.reads(body.decode(), as_version=4)
    outputs = [out for cell in book.cells for out in cell.get("outputs", [])]
    return "".join(out.get("text", "") for out in outputs)


def log(endpoint: Endpoint, name: str) -> list[dict[str, Any]]:
    """All log events of a job so far, in order."""
    logs = endpoint.client("logs")
    try:
        streams = logs.describe_log_streams(logGroupName=LOG_GROUP, logStreamNamePrefix=name)
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [
        event
        for stream in streams["logStreams"]
        for event in logs.get_log_events(
            logGroupName=LOG_GROUP, logStreamName=stream["logStreamName"], startFromHead=True
        )["events"]
    ]


def lines(endpoint: Endpoint, name: str) -> list[str]:
    """The messages of :func:`log`."""
    return [event["message"] for event in log(endpoint, name)]


def until_logged(endpoint: Endpoint, name: str, text: str) -> None:
    """Wait until a line of a job's log contains ``text``."""
    until(lambda: any(text in line for line in lines(endpoint, name)))


def until(condition: Callable[[], bool], timeout: float = 20) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
