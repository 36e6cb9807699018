"""Which API operation an HTTP request is, found in botocore's service models.

JSON services name it in ``X-Amz-Target``, query services in the form field ``Action``; REST
services are told apart by method, path, query and headers.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from .messages import Request
from .service_model import service_model

#: Signing names whose botocore service is called otherwise.
_SERVICE_NAMES = {"elasticfilesystem": "efs", "servicequotas": "service-quotas"}
_RPC = re.compile(r"/service/\w+/operation/(\w+)")
_JSON_BODY_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class _Route:
    operation: str
    method: str
    path: re.Pattern[str]
    literals: tuple[tuple[str, str | None], ...]
    required_query: tuple[str, ...]
    required_headers: tuple[str, ...]

    def score(self, request: Request) -> int:
        """How much of the route the request has; -1 when it is another operation."""
        query = request.query
        for name, value in self.literals:
            if name not in query or (value is not None and query[name] != value):
                return -1
        if any(name not in query for name in self.required_query):
            return -1
        if any(not request.header(name) for name in self.required_headers):
            return -1
        found = len(self.literals) + len(self.required_query) + len(self.required_headers)
        return 2 * found + (query.get("x-id") == self.operation)


@functools.cache
def _routes(service: str) -> tuple[_Route, ...]:
    model = service_model(service)
    routes = []
    for name in model.operation_names:
        operation = model.operation_model(name)
        uri, _, query = operation.http["requestUri"].partition("?")
        pattern = re.sub(
            r"\\\{(\w+)(\\\+)?\\\}",
            lambda match: f"(?P<{match.group(1)}>{'.+' if match.group(2) else '[^/]+'})",
            re.escape(uri),
        )
        literals = []
        for part in query.split("&") if query else []:
            key, equals, value = part.partition("=")
            literals.append((key, value if equals else None))
        shape = operation.input_shape
        required: dict[str, list[str]] = {"querystring": [], "header": []}
        for member in shape.required_members if shape is not None else []:
            serialization = shape.members[member].serialization
            if serialization.get("location") in required:
                required[serialization["location"]].append(serialization["name"])
        routes.append(
            _Route(
                name,
                operation.http["method"],
                re.compile(pattern.rstrip("/") + "/?"),
                tuple(literals),
                tuple(required["querystring"]),
                tuple(required["header"]),
            )
        )
    return tuple(routes)


def service_of(signing_name: str) -> str:
    """botocore's name of the service with this signing name."""
    return _SERVICE_NAMES.get(signing_name.lower(), signing_name.lower())


def operation_of(service: str, request: Request) -> tuple[str, dict[str, Any]]:
    """(operation, input for the list of calls). The operation is ``Unknown`` if none matches."""
    rpc = _RPC.fullmatch(request.path)
    if rpc is not None and request.header("smithy-protocol"):
        return rpc[1], {}  # CBOR is not read here
    target = request.header("x-amz-target")
    if target:
        return target.rpartition(".")[2], _json_input(request)
    is_form = request.header("content-type").startswith("application/x-www-form-urlencoded")
    if is_form and service != "s3":
        form = dict(parse_qsl(request.body.content().decode("utf-8", "replace")))
        if "Action" in form:
            return form.pop("Action"), form
    return _rest(service, request)


def _json_input(request: Request) -> dict[str, Any]:
    if request.body.size > _JSON_BODY_LIMIT:
        return {}
    try:
        value = json.loads(request.body.content() or b"{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _rest(service: str, request: Request) -> tuple[str, dict[str, Any]]:
    try:
        routes = _routes(service)
    except Exception:
        # A service botocore does not know; moto may, or will say that it does not.
        return "Unknown", {}
    best: tuple[int, str, dict[str, Any]] = (-1, "Unknown", {})
    for route in routes:
        if route.method != request.method:
            continue
        match = route.path.fullmatch(request.path)
        if match is None:
            continue
        score = route.score(request)
        if score > best[0]:
            best = (score, route.operation, match.groupdict())
    values = {
        name: value
        for name, value in request.query.items()
        if name != "x-id" and not name.startswith("X-Amz-")
    }
    # S3 alone carries content; the others say in JSON what they want.
    told = {} if service == "s3" else _json_input(request)
    return best[1], {**told, **best[2], **values}
