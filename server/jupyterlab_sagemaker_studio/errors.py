"""Errors that reach people: one class, two AWS wire shapes and our own envelope.

Shapes: the JSON 1.1 protocol puts the code in ``__type``; S3, the query protocol and EC2 answer XML
(Amazon S3 API reference, "Error responses"; AWS STS API reference, "Common errors"; Amazon EC2
Developer Guide, "Error codes").
"""

from __future__ import annotations

import html
import json
import re
import uuid
from typing import Any

# Words AWS puts before or after the code: `com.amazon.coral#ValidationException:http://…`.
_CODE = re.compile(r"^(?:.*#)?([^:]+)")


class AwsError(Exception):
    """A call to AWS that did not succeed, or one we refused to make.

    :param code: AWS's error code (``ResourceInUse``) or one of ours (``OperationNotAllowed``).
    :param message: the full reason, in words.
    :param status: HTTP status; 0 is never used, so an answer can always be built from it.
    :param request_id: AWS's request id, or one of ours when AWS was not reached.
    :param ambiguous: True when the request may have been carried out all the same (time-out,
        connection cut after sending, 5xx), so that a caller checks before it repeats a write.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 400,
        request_id: str = "",
        operation: str | None = None,
        service: str | None = None,
        hint: str | None = None,
        ambiguous: bool | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.request_id = request_id or str(uuid.uuid4())
        self.operation = operation
        self.service = service
        self.hint = hint
        self.ambiguous = status >= 500 if ambiguous is None else ambiguous

    def for_operation(self, service: str, operation: str | None) -> AwsError:
        """Fill in which call failed where that is not known yet; returns itself."""
        self.service = self.service or service
        self.operation = self.operation or operation
        return self

    def to_dict(self) -> dict[str, Any]:
        """The value of ``error`` in our own routes' answers and in a task."""
        fields = {
            "code": self.code,
            "message": self.message,
            "awsCode": self.code,
            "operation": self.operation,
            "requestId": self.request_id,
            "status": self.status,
            "hint": self.hint,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def to_wire(self, protocol: str) -> tuple[bytes, str]:
        """Body and content type as the AWS service itself would answer.

        :param protocol: ``json``, ``rest-json``, ``rest-xml`` (S3), ``query`` (STS) or ``ec2``.
        """
        message = f"{self.message} {self.hint}" if self.hint else self.message
        if protocol in ("json", "rest-json"):
            body = json.dumps({"__type": self.code, "message": message})
            return body.encode(), "application/x-amz-json-1.1"
        inner = f"<Code>{html.escape(self.code)}</Code><Message>{html.escape(message)}</Message>"
        request_id = f"<RequestId>{html.escape(self.request_id)}</RequestId>"
        if protocol == "query":
            fault = "Sender" if self.status < 500 else "Receiver"
            text = (
                f"<ErrorResponse><Error><Type>{fault}</Type>{inner}</Error>"
                f"{request_id}</ErrorResponse>"
            )
        elif protocol == "ec2":
            text = (
                f"<Response><Errors><Error>{inner}</Error></Errors>"
                f"<RequestID>{html.escape(self.request_id)}</RequestID></Response>"
            )
        else:
            text = f"<Error>{inner}{request_id}</Error>"
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode(), "application/xml"

    @classmethod
    def from_answer(
        cls,
        status: int,
        headers: dict[str, str],
        body: bytes,
        *,
        service: str,
        operation: str | None,
    ) -> AwsError:
        """Read AWS's error answer, JSON or XML; ``headers`` has lower-case names."""
        request_id = headers.get("x-amzn-requestid") or headers.get("x-amz-request-id", "")
        code, message = headers.get("x-amzn-errortype", ""), ""
        text = body.strip()
        if text.startswith(b"{"):
            try:
                fields = json.loads(text)
            except ValueError:
                fields = {}
            code = str(fields.get("__type") or fields.get("code") or code)
            message = str(fields.get("message") or fields.get("Message") or "")
        elif text.startswith(b"<"):
            code, message, xml_id = _read_xml(text, code)
            request_id = request_id or xml_id
        match = _CODE.match(code)
        return cls(
            match.group(1) if match else _STATUS_CODES.get(status, f"HTTP{status}"),
            message or f"The service answered with status {status} and gave no reason.",
            status=status,
            request_id=request_id,
            service=service,
            operation=operation,
        )

    @classmethod
    def from_client_error(cls, error: Any, *, service: str, operation: str | None) -> AwsError:
        """Turn ``botocore.exceptions.ClientError`` into ours."""
        response: dict[str, Any] = getattr(error, "response", {}) or {}
        details = response.get("Error", {})
        metadata = response.get("ResponseMetadata", {})
        status = int(metadata.get("HTTPStatusCode") or 400)
        code = str(details.get("Code") or "")
        if not code or code.isdigit():  # a HEAD answer carries no body, botocore shows "404"
            code = _STATUS_CODES.get(status, f"HTTP{status}")
        return cls(
            code,
            str(details.get("Message") or error),
            status=status,
            request_id=str(metadata.get("RequestId") or ""),
            service=service,
            operation=operation or getattr(error, "operation_name", None),
        )


_VPC_HINT = (
    "If this space runs in a VPC without internet access, ask your administrator for a VPC "
    "endpoint for this service."
)


def unreachable(
    reason: str, service: str, operation: str | None, *, ambiguous: bool = False
) -> AwsError:
    """The error for a request that did not get to AWS."""
    return AwsError(
        "UpstreamUnavailable",
        f"The {service} endpoint could not be reached: {reason}",
        status=503,
        service=service,
        operation=operation,
        hint=_VPC_HINT,
        ambiguous=ambiguous,
    )


def cut_off(reason: str, service: str, operation: str | None) -> AwsError:
    """The error for an answer that did not come whole."""
    return AwsError(
        "UpstreamUnavailable",
        f"The connection to {service} was cut before the answer was complete: {reason}",
        status=502,
        service=service,
        operation=operation,
    )


def timed_out(service: str, operation: str | None) -> AwsError:
    """The error for an answer that did not come in time."""
    return AwsError(
        "UpstreamTimeout",
        f"{service} did not answer in time.",
        status=504,
        service=service,
        operation=operation,
        hint="The request may have been carried out all the same.",
    )


# Answers to HEAD have no body; these are the codes S3 documents for them.
_STATUS_CODES = {
    301: "PermanentRedirect",
    400: "BadRequest",
    403: "AccessDenied",
    404: "NotFound",
    409: "Conflict",
    412: "PreconditionFailed",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
}


def _read_xml(text: bytes, code: str) -> tuple[str, str, str]:
    """Code, message and request id of an XML error, whatever its namespace."""
    from xml.etree import ElementTree  # only an error of S3, STS or EC2 needs it

    # Entity declarations have no place in an AWS answer; without them expat is harmless.
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        return code, "", ""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return code, "", ""
    found: dict[str, str] = {}
    for element in root.iter():
        found.setdefault(element.tag.rpartition("}")[2], (element.text or "").strip())
    request_id = found.get("RequestId") or found.get("RequestID", "")  # EC2 writes it so
    return found.get("Code") or code, found.get("Message", ""), request_id
