"""Which AWS operations may be signed, and how a request names its operation.

``operations.json`` is the one list: service -> operation -> access, IAM action, features, the rules
its input must keep (see ``guards``) and, for REST services, its address (see ``rest``). Whatever is
not on it is refused before it is signed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl

from .errors import AwsError


@dataclass(frozen=True)
class Operation:
    """One allowed AWS operation."""

    service: str
    name: str
    access: str  # "read" or "write", what Jupyter's authorizer is asked; "internal", see require
    iam: str
    features: tuple[str, ...]  # the parts of the product that use it
    guards: tuple[str, ...] = ()  # rules of guards.GUARDS
    http: str = ""  # REST-JSON: method and path template, "GET /schedules/{Name}"
    query: dict[str, str] = field(default_factory=dict)  # REST-JSON: parameter -> member


@dataclass(frozen=True)
class Service:
    """How a service is spoken to; a test compares these facts with botocore's models.

    Services go by the prefix of their IAM actions; ``botocore`` is botocore's name for one where
    that differs.
    """

    protocol: str  # "json", "rest-json", "query", "ec2" or "rest-xml"
    signing_name: str
    target_prefix: str = ""  # before the dot in X-Amz-Target
    json_version: str = "1.1"
    api_version: str = ""  # the query and ec2 protocols send it
    botocore: str = ""
    in_few_regions: bool = False  # one endpoint speaks for many regions


SERVICES: dict[str, Service] = {
    "cloudwatch": Service("query", "monitoring", api_version="2010-08-01"),
    "ec2": Service("ec2", "ec2", api_version="2016-11-15"),
    "ecr": Service("json", "ecr", "AmazonEC2ContainerRegistry_V20150921"),
    "elasticfilesystem": Service("rest-json", "elasticfilesystem", botocore="efs"),
    "events": Service("json", "events", "AWSEvents"),
    "fsx": Service("json", "fsx", "AWSSimbaAPIService_v20180301"),
    "iam": Service("query", "iam", api_version="2010-05-08"),
    "kms": Service("json", "kms", "TrentService"),
    "sagemaker": Service("json", "sagemaker", "SageMaker"),
    "logs": Service("json", "logs", "Logs_20140328"),
    "sts": Service("query", "sts", api_version="2011-06-15"),
    "s3": Service("rest-xml", "s3"),
    "states": Service(
        "json", "states", "AWSStepFunctions", json_version="1.0", botocore="stepfunctions"
    ),
    "scheduler": Service("rest-json", "scheduler"),
    "secretsmanager": Service("json", "secretsmanager", "secretsmanager"),
    "servicequotas": Service(
        "json", "servicequotas", "ServiceQuotasV20190624", botocore="service-quotas"
    ),
    "pricing": Service("json", "pricing", "AWSPriceListService", in_few_regions=True),
}


def botocore_name(service: str) -> str:
    """What botocore calls a service."""
    return SERVICES[service].botocore or service


# Query parameters the S3 operations below may carry besides the ones that select them.
_X_ID = {"x-id"}
_LIST = _X_ID | {
    "list-type",
    "prefix",
    "delimiter",
    "continuation-token",
    "start-after",
    "max-keys",
    "encoding-type",
    "fetch-owner",
}

# (method, has key, selecting parameters, further parameters, operation), first match wins.
_S3_RULES: list[tuple[str, bool, set[str], set[str], str]] = [
    ("GET", False, {"list-type"}, _LIST, "ListObjectsV2"),
    ("GET", False, {"location"}, _X_ID, "GetBucketLocation"),
    ("GET", False, {"encryption"}, _X_ID, "GetBucketEncryption"),
    ("PUT", False, {"encryption"}, _X_ID, "PutBucketEncryption"),
    ("PUT", False, {"versioning"}, _X_ID, "PutBucketVersioning"),
    ("POST", False, {"delete"}, _X_ID, "DeleteObjects"),
    ("PUT", False, set(), _X_ID, "CreateBucket"),
    ("HEAD", False, set(), _X_ID, "HeadBucket"),
    ("POST", True, {"uploads"}, _X_ID, "CreateMultipartUpload"),
    ("PUT", True, {"partNumber", "uploadId"}, _X_ID, "UploadPart"),
    ("POST", True, {"uploadId"}, _X_ID, "CompleteMultipartUpload"),
    ("DELETE", True, {"uploadId"}, _X_ID, "AbortMultipartUpload"),
    ("GET", True, set(), _X_ID | {"versionId", "partNumber"}, "GetObject"),
    ("HEAD", True, set(), _X_ID | {"versionId", "partNumber"}, "HeadObject"),
    ("PUT", True, set(), _X_ID, "PutObject"),
    ("DELETE", True, set(), _X_ID | {"versionId"}, "DeleteObject"),
]


@lru_cache(maxsize=1)
def allowed() -> dict[str, dict[str, Operation]]:
    """The allow-list: service -> operation name -> :class:`Operation`."""
    data = json.loads(Path(__file__).with_name("operations.json").read_text("utf-8"))
    return {
        service: {
            name: Operation(
                service,
                name,
                row["access"],
                row["iam"],
                tuple(row["features"]),
                tuple(row.get("guard", ())),
                row.get("http", ""),
                row.get("query", {}),
            )
            for name, row in rows.items()
        }
        for service, rows in data.items()
    }


def require(service: str, operation: str, *, internal: bool = False) -> Operation:
    """The allowed operation of that name, else ``OperationNotAllowed`` (403).

    :param internal: this server asks for itself. Only it may use rows whose access is
        ``"internal"``: neither the browser nor what the browser has tasks call.
    """
    found = allowed().get(service, {}).get(operation)
    if found is None or service not in SERVICES:
        raise not_allowed(service, operation, "it is not on the list of allowed operations")
    if found.access == "internal" and not internal:
        raise not_allowed(service, operation, "only the server itself makes this call")
    return found


def not_allowed(service: str, operation: str | None, why: str) -> AwsError:
    """The error for a request that is refused before it is signed."""
    what = f"{service}:{operation}" if operation else f"This {service} request"
    return AwsError(
        "OperationNotAllowed",
        f"{what} was refused by the JupyterLab server: {why}.",
        status=403,
        service=service,
        operation=operation,
    )


def service_of(name: str) -> Service:
    """How to speak to a service, else ``OperationNotAllowed``."""
    service = SERVICES.get(name)
    if service is None or name not in allowed():
        raise not_allowed(name, None, "the service is not on the list of allowed services")
    return service


def json_operation(service: str, method: str, path: str, query: str, target: str) -> str:
    """Operation of a JSON 1.0 or 1.1 request, from its ``X-Amz-Target`` (``SageMaker.Search``)."""
    prefix = SERVICES[service].target_prefix
    start, _, operation = target.partition(".")
    if method != "POST" or path.strip("/") or query:
        raise not_allowed(service, None, "it must be a POST to / without a query string")
    if start != prefix or not operation.isalnum():
        raise not_allowed(service, None, f"its X-Amz-Target must be {prefix}.<Operation>")
    return operation


def query_operation(service: str, method: str, path: str, query: str, body: bytes) -> str:
    """Operation of a query or ec2 request, from the form field ``Action``.

    ``Version`` must be the one the list was made for: an operation may mean more in another.
    """
    if method != "POST" or path.strip("/") or query:
        raise not_allowed(service, None, "it must be a POST to / without a query string")
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        fields = []
    # In any letters: whoever reads it may not mind.
    actions = [value for name, value in fields if name.casefold() == "action"]
    if len(actions) != 1 or not actions[0].isalnum():
        raise not_allowed(service, None, "its body must be a form with one Action")
    versions = [value for name, value in fields if name.casefold() == "version"]
    if versions != [SERVICES[service].api_version]:
        version = SERVICES[service].api_version
        raise not_allowed(service, actions[0], f"its Version must be {version}")
    return actions[0]


def s3_operation(method: str, has_key: bool, query: list[tuple[str, str]]) -> str:
    """Operation of an S3 request in path style, from method, path and query.

    Strict: each parameter must belong to the operation, so a sub-resource that is not on the list
    (``?acl``, ``?policy``, ``?tagging``) can never pass for the plain operation.
    """
    names = [name for name, _ in query]
    if len(set(names)) != len(names):
        raise not_allowed("s3", None, "a query parameter is repeated")
    for rule_method, with_key, selecting, more, operation in _S3_RULES:
        if method == rule_method and has_key == with_key and selecting <= set(names):
            unknown = set(names) - selecting - more
            if unknown:
                raise not_allowed("s3", None, f"{operation} does not take ?{sorted(unknown)[0]}")
            if operation == "ListObjectsV2" and dict(query)["list-type"] != "2":
                break
            return operation
    raise not_allowed("s3", None, "no allowed operation has this method, path and query")
