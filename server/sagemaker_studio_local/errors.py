"""AWS errors and how the two wire protocols we answer in write them.

JSON 1.1 services put the code in ``__type`` and the reason in ``message``; S3 answers an XML
``<Error>`` document. Every error carries the id of the request.
"""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

#: HTTP status of a code when the caller names none; other codes are 400, as in AWS's services.
STATUS_BY_CODE = {
    "AccessDenied": 403,
    "InvalidAccessKeyId": 403,
    "SignatureDoesNotMatch": 403,
    "RequestTimeTooSkewed": 403,
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "BucketAlreadyExists": 409,
    "InternalFailure": 500,
    "InternalServerError": 500,
    "InternalServerException": 500,
    "InternalError": 500,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
    "SlowDown": 503,
}


class AwsError(Exception):
    """An error to be answered to the caller: AWS code, message for people, HTTP status."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = STATUS_BY_CODE.get(code, 400) if status is None else status


class ValidationError(AwsError):
    """``ValidationException``, HTTP 400: the request is well-formed but not acceptable."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)


class ResourceNotFound(AwsError):
    """``ResourceNotFound``, HTTP 400, as the SageMaker API names it."""

    def __init__(self, message: str) -> None:
        super().__init__("ResourceNotFound", message)


class ResourceInUse(AwsError):
    """``ResourceInUse``, HTTP 400: another resource, or work in progress, stands in the way."""

    def __init__(self, message: str) -> None:
        super().__init__("ResourceInUse", message)


def json_body(error: AwsError) -> bytes:
    """The body of a JSON 1.1 error answer."""
    return json.dumps({"__type": error.code, "message": error.message}).encode()


def xml_body(error: AwsError, request_id: str, resource: str = "") -> bytes:
    """The body of an S3 (rest-xml) error answer."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        f"<Resource>{escape(resource)}</Resource><RequestId>{request_id}</RequestId></Error>"
    ).encode()


def query_body(error: AwsError, request_id: str) -> bytes:
    """The body of an error answer of the query protocol (IAM, STS)."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<ErrorResponse><Errors><Error>"
        f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        f"</Error></Errors><Error><Code>{escape(error.code)}</Code>"
        f"<Message>{escape(error.message)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()


def ec2_body(error: AwsError, request_id: str) -> bytes:
    """The body of an error answer of EC2, whose form is its own."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Response><Errors><Error><Code>{escape(error.code)}</Code>"
        f"<Message>{escape(error.message)}</Message></Error></Errors>"
        f"<RequestID>{request_id}</RequestID></Response>"
    ).encode()
