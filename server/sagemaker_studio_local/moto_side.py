"""moto: every AWS service but SageMaker, with the state the local Studio keeps of it.

moto's state belongs to the process, so one local Studio runs in a process at a time.
"""

from __future__ import annotations

import functools
import io
import json
import logging
import os
import re
import threading
from pathlib import Path
from typing import Any

# Every web page may otherwise read moto's answers. moto reads this when it is imported.
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
# Machine images nobody here asks for, which take EC2 a second to load.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

from moto.backends import get_backend  # noqa: E402
from moto.moto_api._internal.models import moto_api_backend  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.test import run_wsgi_app  # noqa: E402

from . import account, network  # noqa: E402
from .errors import AwsError  # noqa: E402
from .http_server import environ_for  # noqa: E402
from .logs_disk import LogsDisk  # noqa: E402
from .messages import Body, Request, Response  # noqa: E402
from .moto_questions import MotoQuestions  # noqa: E402
from .s3_disk import S3Disk  # noqa: E402
from .secrets_disk import SecretsDisk  # noqa: E402

_MOTO_SESSION_KEY = "ASIALOCALSTUDIOAPP01"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_STREAMED = 8 * 1024 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
_OVERRIDES = {
    "response-content-type": "Content-Type",
    "response-content-language": "Content-Language",
    "response-expires": "Expires",
    "response-cache-control": "Cache-Control",
    "response-content-disposition": "Content-Disposition",
    "response-content-encoding": "Content-Encoding",
}

log = logging.getLogger(__name__)


class _Dispatcher(DomainDispatcherApplication):
    """moto's application without its look into the disk at every request."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self.get_backend_for_host = functools.lru_cache(256)(  # type: ignore[method-assign]
            super().get_backend_for_host
        )


class MotoSide(MotoQuestions):
    """Starts moto with the kept state, sends it requests, and answers questions about it."""

    _in_use = threading.Lock()

    def __init__(
        self, state: Path, *, account: str, region: str, partition: str, domain_id: str
    ) -> None:
        if not MotoSide._in_use.acquire(blocking=False):
            raise RuntimeError("a local Studio is already running in this process")
        self._account, self._region, self._partition = account, region, partition
        self._domain_id = domain_id
        self._network_lock = threading.Lock()
        self._network_made = False
        self._account_made = False
        self._session_key = ""
        moto_api_backend.reset()
        self._app = _Dispatcher()
        self.s3_disk = S3Disk(state / "s3", account, partition)
        self.logs_disk = LogsDisk(state / "logs", account, region)
        self.secrets_disk = SecretsDisk(state / "secrets.json", account, region)
        self.s3_disk.restore(self.send_s3)
        self.logs_disk.restore()

    def close(self) -> None:
        """Forget moto's state; what is on disk stays."""
        self.s3_disk.close()
        moto_api_backend.reset()
        MotoSide._in_use.release()

    # --- requests ---

    def handle(
        self, service: str, operation: str, values: dict[str, Any], request: Request, region: str
    ) -> Response:
        """Send a request to moto and keep what it changed."""
        if service in ("ec2", "efs", "fsx"):
            self.make_network()
        elif service in ("ecr", "kms"):
            self.make_account()
        elif service == "secretsmanager":
            self.secrets_disk.prepare()
        if service == "s3" and operation == "GetObject":
            streamed = self._stream(values, request)
            if streamed is not None:
                return _without_checksum_of_all(streamed)
        if operation == "UploadPart" and self.s3_disk.is_upload_over(
            values["Bucket"], values.get("uploadId", "")
        ):
            raise AwsError(
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload"
                " may have been aborted or completed.",
            )
        environ = environ_for(request)
        if "HTTP_AUTHORIZATION" in environ:
            # moto reads access keys of AWS's own form only.
            # The apps of other spaces have the own space's key with their name behind it.
            environ["HTTP_AUTHORIZATION"] = re.sub(
                rf"Credential={re.escape(self._session_key)}(\.[\w-]+)?/",
                f"Credential={_MOTO_SESSION_KEY}/",
                environ["HTTP_AUTHORIZATION"],
            )
        form = environ.get("CONTENT_TYPE", "") if operation in ("PutObject", "UploadPart") else ""
        if form.startswith(_FORMS):
            # moto would take the content for a form and store nothing.
            environ["CONTENT_TYPE"] = "application/octet-stream"
        response = self._send(environ)
        if response.status < 300:
            if operation == "PutObject" and form.startswith(_FORMS):
                key = self.s3_disk.find(values["Bucket"], values["Key"], None)
                if key is not None:
                    key.set_metadata({"Content-Type": form})
            if service == "s3":
                self.s3_disk.note(operation, values, request, region)
            elif service == "logs":
                self.logs_disk.note(operation, values)
            elif service == "secretsmanager":
                self.secrets_disk.note(operation)
        if operation == "HeadObject":
            self._mark_composite(values, request, response)
        return _without_checksum_of_all(response) if operation == "GetObject" else response

    def _mark_composite(self, values: dict[str, Any], request: Request, response: Response) -> None:
        """Add the number of parts to a checksum of checksums, as S3 does and moto's HEAD forgets.

        Without it a reader takes it for the checksum of the content.
        """
        key = self.s3_disk.find(values["Bucket"], values["Key"], request.query.get("versionId"))
        if key is None or getattr(key, "checksum_type", None) != "COMPOSITE":
            return
        name = f"x-amz-checksum-{str(key.checksum_algorithm).lower()}"
        if response.header(name):
            response.set_header(name, f"{key.checksum_value}-{key.checksum_parts}")

    def _send(self, environ: dict[str, Any]) -> Response:
        try:
            chunks, status, headers = run_wsgi_app(self._app, environ, buffered=True)
            body = b"".join(chunks)
        except NotImplementedError as error:
            raise AwsError(
                "UnknownOperationException", f"The local Studio does not emulate this: {error}"
            ) from None
        except Exception:
            log.exception("moto failed on %s", environ.get("REQUEST_METHOD"))
            raise AwsError("InternalFailure", "The emulated service failed.") from None
        kept = [(k, v) for k, v in headers if k.lower() not in ("content-length", "connection")]
        length = headers.get("Content-Length")
        if environ.get("REQUEST_METHOD") == "HEAD" and length is not None:
            kept.append(("Content-Length", length))
        return Response(int(status.split()[0]), body, kept)

    def send_s3(self, method: str, path: str, query: str, region: str, body: bytes) -> Response:
        """A request of our own to moto's S3."""
        scope = f"Credential=local-studio/20200101/{region}/s3/aws4_request"
        return self._send(
            {
                "REQUEST_METHOD": method,
                "SCRIPT_NAME": "",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "RAW_URI": f"{path}?{query}" if query else path,
                "REQUEST_URI": f"{path}?{query}" if query else path,
                "SERVER_NAME": "127.0.0.1",
                "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "HTTP_HOST": "127.0.0.1",
                "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0",
                "CONTENT_LENGTH": str(len(body)),
                "wsgi.version": (1, 0),
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(body),
                "wsgi.errors": io.StringIO(),
                "wsgi.multithread": True,
                "wsgi.multiprocess": False,
                "wsgi.run_once": False,
            }
        )

    def _stream(self, values: dict[str, Any], request: Request) -> Response | None:
        """Answer GetObject of a large object from its file; None when moto is to answer."""
        key = self.s3_disk.find(values["Bucket"], values["Key"], request.query.get("versionId"))
        if key is None or "partNumber" in request.query or key.size < _STREAMED:
            return None
        path = key.path
        environ = environ_for(request)
        environ["REQUEST_METHOD"] = "HEAD"
        environ.pop("HTTP_RANGE", None)
        head = self._send(environ)
        if head.status != 200:
            # An error or 304: moto's GET answers the same, with a body and without the content.
            return None
        self._mark_composite(values, request, head)
        size = key.size
        start, end = 0, size - 1
        asked = _RANGE.match(request.header("range"))
        if asked and (asked.group(1) or asked.group(2)):
            first, last = asked.groups()
            start = int(first) if first else max(0, size - int(last))
            end = min(int(last), size - 1) if first and last else size - 1
            if start > end:
                raise AwsError("InvalidRange", "The requested range is not satisfiable", 416)
        for name, header in _OVERRIDES.items():
            if name in request.query:
                head.set_header(header, request.query[name])
        response = Response(200, b"", head.headers, path, start, end - start + 1)
        if asked:
            response.status = 206
            response.set_header("Content-Range", f"bytes {start}-{end}/{size}")
        return response

    # --- seeding ---

    def create_bucket(self, name: str) -> None:
        """Create a bucket of our region, as CreateBucket does."""
        place = f"<LocationConstraint>{self._region}</LocationConstraint>"
        body = f"<CreateBucketConfiguration>{place}</CreateBucketConfiguration>".encode()
        answer = self.send_s3("PUT", f"/{name}", "", self._region, body)
        if answer.status >= 300:
            raise RuntimeError(f"the bucket {name} was not created: {answer.body.decode()}")
        request = Request("PUT", f"/{name}", "", {}, Body(body))
        self.s3_disk.note("CreateBucket", {"Bucket": name}, request, self._region)

    def make_log_group(self, name: str) -> None:
        """Create a log group that the account would have since its first job."""
        logs = get_backend("logs")[self._account][self._region]
        if name not in logs.groups:
            logs.create_log_group(name, {})

    def make_role(self, name: str, services: list[str], access_key: str) -> None:
        """Create an IAM role that ``services`` may assume, and the app's session of it."""
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": services},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        iam = get_backend("iam")[self._account][self._partition]
        role = iam.create_role(
            role_name=name,
            assume_role_policy_document=json.dumps(trust),
            path="/",
            permissions_boundary=None,
            description="Execution role of the local Studio",
            tags=[],
            max_session_duration="43200",
        )
        # moto leaves AWS's managed policies out; this one names what is allowed.
        services_used = (
            "sagemaker s3 logs cloudwatch ecr ec2 events scheduler states kms secretsmanager"
            " elasticfilesystem fsx servicequotas pricing"
        )
        allowed = [f"{name}:*" for name in services_used.split()]
        allowed += ["iam:GetRole", "iam:ListRoles", "iam:PassRole"]
        statement = {"Effect": "Allow", "Action": allowed, "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        iam.put_role_policy(name, "LocalStudio", json.dumps(policy))
        # So that GetCallerIdentity answers what it answers in a space.
        session = get_backend("sts")[self._account][self._partition].assume_role(
            region_name=self._region,
            role_session_name="SageMaker",
            role_arn=role.arn,
            policy="",
            duration=43200,
            external_id="",
        )
        session.access_key_id = _MOTO_SESSION_KEY
        self._session_key = access_key

    def make_network(self) -> None:
        """Create the domain's VPC and file systems with the ids they have had from the start.

        EC2 takes a second to load, so this happens when somebody first asks for it.
        """
        with self._network_lock:
            if self._network_made:
                return
            network.make(self._account, self._region, self._domain_id)
            self._network_made = True

    def make_account(self) -> None:
        """Create the account's keys and images when somebody first asks for them."""
        with self._network_lock:
            if not self._account_made:
                account.make(self._account, self._region)
                self._account_made = True


def _without_checksum_of_all(response: Response) -> Response:
    """A part of an object must not carry the checksum of the whole; moto leaves it in."""
    if response.status == 206:
        response.headers = [
            pair for pair in response.headers if not pair[0].lower().startswith("x-amz-checksum-")
        ]
    return response
