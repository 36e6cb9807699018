"""AWS for the task tests: moto's S3 and a strict little SageMaker behind a proxy that breaks."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from urllib.request import Request, urlopen

import boto3
from botocore.config import Config
from jupyterlab_sagemaker_studio import operations, rest
from jupyterlab_sagemaker_studio.tasks.manager import TaskManager
from jupyterlab_sagemaker_studio.tasks.paths import Root
from jupyterlab_sagemaker_studio.tasks.run import Services
from jupyterlab_sagemaker_studio.tasks.spec import read_spec
from jupyterlab_sagemaker_studio.tasks.store import Store
from jupyterlab_sagemaker_studio.upstream import Upstream
from moto.server import ThreadedMotoServer

REGION = "us-west-2"
BUCKET = "bucket"
PREFIX = "my-job/input/"
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing-secret",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}

FACTS = {
    "accountId": "123456789012",
    "domainId": "d-own",
    "spaceName": "my-space",
    "appType": "JupyterLab",
    "appName": "default",
}


@dataclass
class Fault:
    """How calls of one operation go wrong.

    ``cut``: ``before`` AWS gets it, ``after`` it was carried out, or ``midway`` in the answer;
    ``hang`` stops midway without ending. ``count`` calls, after
    ``after`` good ones. ``delay`` seconds alone makes the call slow.
    """

    operation: str
    code: str = ""
    status: int = 400
    cut: str = ""
    done: bool = False  # the error comes although the call was carried out
    delay: float = 0.0
    count: int = -1
    after: int = 0


@dataclass
class Aws:
    """The emulated account."""

    url: str
    moto_url: str
    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    created: int = 0
    # What answers operations the account itself does not know: (operation, input) -> status, body.
    more: Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]]] | None = None
    released: threading.Event = field(default_factory=threading.Event)
    lock: Any = field(default_factory=threading.Lock)

    def reset(self) -> None:
        """A new, empty account without faults."""
        urlopen(Request(f"{self.moto_url}/moto-api/reset", method="POST")).close()
        with self.lock:
            self.faults, self.calls, self.jobs, self.created = [], [], {}, 0
            self.more = None

    def fail(self, operation: str, code: str = "", **options: Any) -> None:
        """Break an operation from now on."""
        with self.lock:
            self.faults.append(Fault(operation, code, **options))

    def fault(self, operation: str) -> Fault | None:
        """The fault this call meets."""
        with self.lock:
            self.calls.append(operation)
            for fault in self.faults:
                if fault.operation not in (operation, "*"):
                    continue
                if fault.after:
                    fault.after -= 1
                elif fault.count:
                    fault.count -= 1
                    return fault
        return None

    def s3(self) -> Any:
        """A client that does not pass the proxy."""
        return boto3.client(
            "s3",
            endpoint_url=self.moto_url,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(s3={"addressing_style": "path"}),
        )

    def keys(self, bucket: str) -> set[str]:
        """What a bucket holds."""
        pages = self.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return {item["Key"] for page in pages for item in page.get("Contents", [])}

    def open_uploads(self, bucket: str) -> list[Any]:
        """Multipart uploads nobody completed or aborted."""
        found: list[Any] = self.s3().list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        return found

    def sagemaker(self, operation: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """CreateTrainingJob, DescribeTrainingJob and ListTags, as strict as AWS; or ``more``."""
        with self.lock:
            if self.more is not None:
                return self.more(operation, body)
            name = body.get("TrainingJobName") or body["ResourceArn"].rpartition("/")[2]
            job = self.jobs.get(name)
            arn = f"arn:aws:sagemaker:{REGION}:123456789012:training-job/{name}"
            if operation == "CreateTrainingJob":
                if job is not None:
                    return 400, {"__type": "ResourceInUse", "message": "Name is taken"}
                self.created += 1
                self.jobs[name] = body
                return 200, {"TrainingJobArn": arn}
            if job is None:
                text = "Requested resource not found."
                return 400, {"__type": "ValidationException", "message": text}
            if operation == "ListTags":
                return 200, {"Tags": job.get("Tags", [])}
            return 200, {"TrainingJobArn": arn, "TrainingJobStatus": "InProgress"}


def job_request(name: str = "my-job", **more: Any) -> dict[str, Any]:
    """A well-formed CreateTrainingJob."""
    return {
        "TrainingJobName": name,
        "RoleArn": "arn:aws:iam::123456789012:role/StudioRole",
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 30,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "Environment": {"PASSWORD": "top-secret-value"},
        **more,
    }


def spec(*files: str, job: bool = True, **more: Any) -> dict[str, Any]:
    """A stage of two files (or of ``files``) that ends in a job, unless not ``job``."""
    body: dict[str, Any] = {
        "bucket": BUCKET,
        "prefix": PREFIX,
        "files": [{"path": path} for path in files or ("a.ipynb", "b.csv")],
        **more,
    }
    if job:
        request = job_request()
        body["then"] = {"service": "sagemaker", "operation": "CreateTrainingJob", "input": request}
    return body


def nothing_left(aws: Aws, bucket: str = BUCKET) -> bool:
    """Neither objects, versions nor uploads, and no job."""
    versions = aws.s3().list_object_versions(Bucket=bucket)
    return (
        aws.keys(bucket) == set()
        and not versions.get("Versions")
        and aws.open_uploads(bucket) == []
        and aws.created == 0
    )


def big(home: Path, name: str = "big.bin", size: int = 40 * 2**20) -> str:
    """Make a sparse file; answers its name."""
    with open(home / name, "wb") as file:
        file.truncate(size)
        file.seek(17 * 2**20)
        file.write(b"middle")
    return name


class Desk:
    """A task manager without a Jupyter server around it, as one server process has it."""

    def __init__(self, aws: Aws, root: Path, state: Path, upstream: Upstream | None = None) -> None:
        self.upstream = upstream or way_to(aws)
        self.facts: dict[str, str] = dict(FACTS)
        self.busy_notebooks: list[str] = []
        services = Services(
            upstream=self.upstream,
            root=Root(root),
            store=Store(state),
            loop=asyncio.get_running_loop(),
            fact=self.facts.get,
            boot_id=uuid.uuid4().hex,
            busy=self.busy,
        )
        self.manager = TaskManager(services, logging.getLogger("desk"))

    async def busy(self) -> list[str]:
        """The notebooks whose kernels are at work."""
        return list(self.busy_notebooks)

    async def submit(self, spec: dict[str, Any], token: str = "", kind: str = "stage") -> Any:
        """Take in a task as the route does; answers its first state."""
        checked = read_spec(kind, spec, [], self.upstream.permit)
        token = token or f"token-{time.monotonic_ns()}"
        return (await self.manager.submit(kind, token, "A test", checked))[0]

    async def end_of(self, task: dict[str, Any]) -> dict[str, Any]:
        """The last state of a task."""

        async def follow() -> dict[str, Any]:
            last = task
            async for shown in self.manager.watch(task["id"]):
                last = shown
            return last

        return await asyncio.wait_for(follow(), 30)

    async def run(self, spec: dict[str, Any], kind: str = "stage") -> dict[str, Any]:
        """Submit and wait for the end."""
        return await self.end_of(await self.submit(spec, kind=kind))

    async def close(self) -> None:
        """As a server stops."""
        await self.manager.stop()


def way_to(aws: Aws, timeout: float = 5.0) -> Upstream:
    """What signs and sends; slow to make, so tests share one."""
    return Upstream(
        lambda: REGION,
        domain_id=lambda: FACTS["domainId"],
        endpoint_url=aws.url,
        request_timeout=timeout,
        connect_timeout=2,
    )


def _is_json(headers: Any) -> bool:
    """Whether the service speaks JSON, and not S3's XML."""
    return "/s3/aws4_request" not in headers.get("authorization", "")


def _operation(method: str, target: str, headers: Any) -> str:
    name = headers.get("x-amz-target")
    if name:
        return str(name.rpartition(".")[2])
    parts = urlsplit(target)
    if _is_json(headers):
        return rest.read("scheduler", method, parts.path, parts.query, b"")[0].name
    bucket, _, key = unquote(parts.path).removeprefix("/").partition("/")
    query = parse_qsl(parts.query, keep_blank_values=True)
    return operations.s3_operation(method, bool(key), query)


@contextmanager
def serve_aws() -> Iterator[Aws]:
    """The running account; its state goes with it."""
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    aws = Aws("", f"http://{host}:{port}")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            operation = _operation(self.command, self.path, self.headers)
            fault = aws.fault(operation)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if fault is not None:
                time.sleep(fault.delay)
                if fault.cut == "before" or (fault.code and not fault.done):
                    self.refuse(fault)
                    return
            status, headers, content = self.forward(operation, body)
            if fault is not None and fault.cut in ("midway", "hang"):
                self.stop_midway(fault, status, headers, content)
                return
            if fault is not None and (fault.cut or fault.code):
                self.refuse(fault)
                return
            self.answer(status, headers, content)

        def forward(self, operation: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
            if _is_json(self.headers):
                params = json.loads(body or b"{}")
                if not self.headers.get("x-amz-target"):
                    params["Name"] = unquote(urlsplit(self.path).path.rpartition("/")[2])
                status, answer = aws.sagemaker(operation, params)
                return status, {"x-amzn-requestid": "sm-request"}, json.dumps(answer).encode()
            skipped = {"host", "expect", "connection"}
            headers = {k: v for k, v in self.headers.items() if k.lower() not in skipped}
            connection = http.client.HTTPConnection(host, port)
            connection.request(self.command, self.path, body, {**headers, "Connection": "close"})
            reply = connection.getresponse()
            content = reply.read()
            dropped = {"content-length", "connection", "transfer-encoding", "date", "server"}
            kept = {k: v for k, v in reply.getheaders() if k.lower() not in dropped}
            if self.command == "HEAD" and reply.getheader("content-length"):
                kept["content-length"] = str(reply.getheader("content-length"))
            connection.close()
            return reply.status, kept, content

        def refuse(self, fault: Fault) -> None:
            if fault.cut:
                self.close_connection = True
                return
            text = f"{fault.code} injected"
            if _is_json(self.headers):
                content = json.dumps({"__type": fault.code, "message": text}).encode()
            else:
                content = (
                    f"<Error><Code>{fault.code}</Code><Message>{text}</Message></Error>".encode()
                )
            self.answer(fault.status, {"x-amz-request-id": "faulty"}, content)

        def stop_midway(
            self, fault: Fault, status: int, headers: dict[str, str], content: bytes
        ) -> None:
            self.close_connection = True
            self.send_response_only(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            if fault.cut == "hang":
                aws.released.wait(20)

        def answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            with suppress(OSError):
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if self.command != "HEAD":
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

        def handle_expect_100(self) -> bool:
            super().handle_expect_100()
            self.wfile.flush()
            return True

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    aws.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield aws
    finally:
        aws.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
        moto.stop()
