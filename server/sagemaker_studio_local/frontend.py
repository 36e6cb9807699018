"""Every request comes here: who sent it, which operation it is, what is to happen to it.

Order: control routes, signature, permissions, injected faults, the control plane (SageMaker) or
moto (all other services), the list of calls.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from typing import Any

from . import seed, service_model, signing
from .aws_services import AwsServices
from .control_plane import Plane, operations
from .control_plane.plane import Call
from .control_routes import ControlRoutes
from .errors import AwsError, ec2_body, json_body, query_body, xml_body
from .faults import Calls, Fault, Faults
from .git import GitHost
from .messages import Request, Response
from .permissions import Permissions
from .routing import operation_of, service_of

INTERNAL_USER_AGENT = "studio-local-internal"
_VERIFIED = (
    "sagemaker",
    "logs",
    "s3",
    "states",
    "scheduler",
    "events",
    "secretsmanager",
    "service-quotas",
    "pricing",
    "efs",
    "fsx",
    "ec2",
    "ecr",
    "events",
    "iam",
    "kms",
    "monitoring",
)
#: Input members that are secrets themselves.
_HIDDEN = ("SecretString", "SecretBinary")
_JSON = "application/x-amz-json-1.1"
_UNKNOWN_SERVICE = "The local Studio does not know which service this request is for."

log = logging.getLogger(__name__)


class Frontend:
    """Answers requests. Safe for use by several threads."""

    def __init__(
        self,
        plane: Plane,
        services: AwsServices,
        faults: Faults,
        calls: Calls,
        git: GitHost,
        permissions: Permissions,
    ) -> None:
        self._plane = plane
        self._services = services
        self._faults = faults
        self._calls = calls
        self._permissions = permissions
        self._control = ControlRoutes(plane, faults, calls, git, services.firing, permissions)
        #: Answers of ours that broke the service model; tests expect none.
        self.model_problems: list[str] = []

    def respond(self, request: Request) -> Response:
        """The answer to a request; it always has one."""
        if request.raw_path.startswith("/_studio"):
            return self._control.respond(request)
        if request.raw_path.startswith(("/moto-api", "/favicon.ico")):
            # moto's own routes change state without a signature.
            return Response(404, b"not found", [("Content-Type", "text/plain")])
        return self._aws(request)

    def _aws(self, request: Request) -> Response:
        started = time.time()
        request_id = str(uuid.uuid4())
        internal = INTERNAL_USER_AGENT in request.header("user-agent")
        scope = signing.scope_of(request)
        service = service_of(scope.service) if scope else _unsigned_service(request)
        operation, values = operation_of(service, request)
        code = ""
        try:
            self._check_caller(request, scope, service)
            assert scope is not None
            self._check_permission(scope, service, operation, values, internal)
            fault = None if internal else self._faults.take(service, operation)
            response = self._perform(scope, service, operation, values, request, fault)
            if fault is not None and fault.code:
                message = fault.message or f"{fault.code} was injected."
                injected = AwsError(fault.code, message, fault.status)
                response = _error_response(injected, service, request, request_id)
            response.cut = fault.cut if fault is not None else False
        except AwsError as error:
            code = error.code
            response = _error_response(error, service, request, request_id)
        except Exception:
            log.exception("%s.%s failed", service, operation)
            failure = AwsError("InternalFailure", "The request failed inside the local Studio.")
            code = failure.code
            response = _error_response(failure, service, request, request_id)
        request_id = _set_request_id(response, service, request_id)
        if not internal:
            self._calls.add(
                {
                    "service": service,
                    "operation": operation,
                    "requestId": request_id,
                    "status": response.status,
                    "code": code or _code_of(response),
                    "time": started,
                    "seconds": round(time.time() - started, 6),
                    "caller": self._services.roles.caller(scope.access_key) if scope else "",
                    "input": {k: v for k, v in values.items() if k not in _HIDDEN},
                }
            )
        return response

    def _check_caller(self, request: Request, scope: signing.Scope | None, service: str) -> None:
        if scope is None:
            if "AWSAccessKeyId" in request.query or request.header("authorization"):
                raise AwsError(
                    "InvalidRequest",
                    "The authorization mechanism you have provided is not supported. Please use"
                    " AWS4-HMAC-SHA256.",
                )
            if service == "s3":
                raise AwsError("AccessDenied", "Anonymous access is forbidden for this operation.")
            if service:
                raise AwsError(
                    "MissingAuthenticationTokenException", "Missing Authentication Token", 403
                )
            raise AwsError("MissingAuthenticationToken", _UNKNOWN_SERVICE, 403)
        if service in _VERIFIED:
            signing.verify(request, scope, self._secret_of)
        if service == "sagemaker" and scope.region != seed.REGION:
            raise AwsError(
                "InvalidSignatureException",
                f"Credential should be scoped to a valid region; here it is {seed.REGION}, not"
                f" {scope.region}.",
            )

    def _check_permission(
        self,
        scope: signing.Scope,
        service: str,
        operation: str,
        values: dict[str, Any],
        internal: bool,
    ) -> None:
        app = seed.is_app(scope.access_key)
        if self._permissions.enforced:
            if internal and app:
                return  # the local Studio's own call
        elif app or service != "sagemaker" or not self._services.roles.caller(scope.access_key):
            return
        self._permissions.check(scope.access_key, service, operation, values)

    def _secret_of(self, access_key: str) -> str | None:
        if seed.is_app(access_key):
            return seed.SECRET_KEY
        return self._plane.moto.secret_of(access_key)

    def _perform(
        self,
        scope: signing.Scope,
        service: str,
        operation: str,
        values: dict[str, Any],
        request: Request,
        fault: Fault | None,
    ) -> Response:
        """Do the call, unless the fault keeps it from being done."""
        if fault is not None:
            threading.Event().wait(fault.delay)
            if fault.cut == "before" or (fault.code and not fault.performed):
                return Response(200)
        if service == "sagemaker" and request.header("x-amz-target"):
            return self._sagemaker(operation, request, scope.access_key)
        return self._services.handle(service, operation, values, request, scope.region)

    def _sagemaker(self, operation: str, request: Request, access_key: str) -> Response:
        if not request.header("x-amz-target").startswith("SageMaker."):
            raise AwsError("UnknownOperationException", "The X-Amz-Target is not SageMaker's.")
        model, function, checked = service_model.read_call(
            "sagemaker", operation, request.body.content(), operations
        )
        call = seed.caller_of_app(self._plane, access_key)
        if self._services.roles.caller(access_key):
            # What a service creates gets no tags of an app.
            call = Call()
        answer = function(self._plane, checked, call)
        problems = service_model.answer_problems(model, answer)
        if problems:
            self.model_problems.extend(problems)
            log.error("%s answers against its model: %s", operation, "; ".join(problems))
            raise AwsError(
                "InternalFailure", f"The answer of {operation} does not fit the service model."
            )
        return Response(200, json.dumps(answer).encode(), [("Content-Type", _JSON)])


def _unsigned_service(request: Request) -> str:
    if request.header("x-amz-target").startswith("SageMaker."):
        return "sagemaker"
    if request.header("x-amz-target").startswith("Logs_"):
        return "logs"
    is_query = request.header("content-type").startswith("application/x-www-form-urlencoded")
    return "" if request.header("x-amz-target") or is_query else "s3"


def _error_response(error: AwsError, service: str, request: Request, request_id: str) -> Response:
    if service == "s3":
        body = b"" if request.method == "HEAD" else xml_body(error, request_id, request.path)
        return Response(error.status, body, [("Content-Type", "application/xml")])
    if service in ("sts", "iam", "ec2", "monitoring"):
        make_body = ec2_body if service == "ec2" else query_body
        body = make_body(error, request_id)
        return Response(error.status, body, [("Content-Type", "text/xml")])
    headers = [("Content-Type", _JSON), ("x-amzn-ErrorType", error.code)]
    return Response(error.status, json_body(error), headers)


def _set_request_id(response: Response, service: str, request_id: str) -> str:
    """Give an answer its request id, unless moto has done so; answers the id."""
    known = response.header("x-amzn-requestid") or response.header("x-amz-request-id")
    request_id = known or request_id
    response.set_header("x-amzn-RequestId", request_id)
    if service == "s3":
        response.set_header("x-amz-request-id", request_id)
    return request_id


def _code_of(response: Response) -> str:
    """The error code of an answer of moto's, for the list of calls."""
    if response.status < 400:
        return ""
    text = response.body.decode("utf-8", "replace")
    if "<Code>" in text:
        return text.partition("<Code>")[2].partition("</Code>")[0]
    try:
        code = json.loads(text).get("__type", "")
    except (ValueError, AttributeError):
        return ""
    return str(code).rpartition("#")[2]
