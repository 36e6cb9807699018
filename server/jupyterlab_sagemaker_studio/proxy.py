"""The signing endpoint: an AWS SDK's unsigned request in, AWS's answer out, byte for byte.

Order: signed in, XSRF, allow-list, guards, authorizer, signature, AWS. Region, host and credentials
are the server's; the request chooses only among the operations of ``operations.json``.
"""

from __future__ import annotations

import asyncio
from typing import Any

from tornado import web
from tornado.iostream import StreamClosedError

from . import guards, operations, rest, s3path
from .errors import AwsError
from .handlers import StudioHandler, too_large
from .operations import not_allowed
from .response import UpstreamResponse

# Calls of the JSON and query services are small; SageMaker's own limits are below this.
_MAX_CALL_BYTES = 2 * 1024 * 1024

_SDK_HEADERS = {"content-type", "x-amz-user-agent", "amz-sdk-invocation-id", "amz-sdk-request"}
_CALL_HEADERS = _SDK_HEADERS | {"x-amz-target"}

# What a browser's S3 client needs. Anything that could widen access (ACLs, grants, copies from
# elsewhere, object locks, redirects) is not here and is refused, not dropped: an answer that
# ignored it would be a lie.
_S3_HEADERS = _SDK_HEADERS | {
    "content-md5",
    "range",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-storage-class",
    "x-amz-tagging",
    "x-amz-expected-bucket-owner",
    "x-amz-request-payer",
}
_S3_FAMILIES = ("x-amz-meta-", "x-amz-checksum-", "x-amz-server-side-encryption")
# The server's to set; an SDK sends them although nothing was signed.
_OURS = {"x-amz-date", "x-amz-content-sha256"}

_ANSWER_HEADERS = {
    "content-type",
    "content-length",
    "content-range",
    "content-encoding",
    "content-language",
    "accept-ranges",
    "etag",
    "last-modified",
    "expires",
    "retry-after",
}
_ANSWER_FAMILIES = ("x-amz-", "x-amzn-")


@web.stream_request_body
class AwsHandler(StudioHandler):
    """``* aws/{service}/…`` for one request of an AWS SDK."""

    _body: list[bytes]
    _received = 0
    _limit = _MAX_CALL_BYTES
    _service = ""
    _operation: str | None = None
    _answer: UpstreamResponse | None = None
    _pending: asyncio.Future[UpstreamResponse] | None = None
    _gone = False

    @property
    def content_security_policy(self) -> str:
        """An object opened as a page can run nothing and reach nothing."""
        return "sandbox; default-src 'none'; frame-ancestors 'none'"

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuse early what would only be refused after its body has come."""
        self._body = []
        _, _, rest = self.request.path.partition("/sagemaker-studio/aws/")
        self._service, slash, path = rest.partition("/")
        self._path = slash + path
        await super().prepare()
        if self.current_user is None:
            raise web.HTTPError(403)
        if operations.service_of(self._service).protocol == "rest-xml":
            self._limit = self.studio.max_upload_bytes
        length = self.request.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > self._limit:
            raise too_large(self._limit)

    def data_received(self, chunk: bytes) -> None:
        """Collect the body; beyond the limit (a chunked upload tells no length) only count."""
        self._received += len(chunk)
        if self._received <= self._limit:
            self._body.append(chunk)

    @web.authenticated
    async def get(self, *_: str) -> None:
        await self._forward()

    @web.authenticated
    async def head(self, *_: str) -> None:
        await self._forward()

    @web.authenticated
    async def put(self, *_: str) -> None:
        await self._forward()

    @web.authenticated
    async def post(self, *_: str) -> None:
        await self._forward()

    @web.authenticated
    async def delete(self, *_: str) -> None:
        await self._forward()

    def on_connection_close(self) -> None:
        """The page went away: let go of the call to AWS."""
        self._gone = True
        if self._pending is not None:
            self._pending.cancel()
        if self._answer is not None:
            self._answer.close()
        super().on_connection_close()

    def on_finish(self) -> None:
        """One line a call: operation, status, request id, milliseconds; nothing of its content."""
        answer = self._answer
        request_id = _request_id(answer.headers) if answer else "-"
        self.log.debug(
            "SageMaker Studio: %s:%s %s %s %.0f ms",
            self._service,
            self._operation or "?",
            "cancelled" if self._gone else self.get_status(),
            request_id,
            self.request.request_time() * 1000,
        )

    def error_of(self, status: int, error: BaseException | None) -> AwsError:
        """The common error, with the operation it is about."""
        return super().error_of(status, error).for_operation(self._service, self._operation)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """An error in the service's own protocol, so that the SDK reads it as one of AWS's."""
        error = self.error_of(status_code, (kwargs.get("exc_info") or (None, None))[1])
        service = operations.SERVICES.get(self._service)
        body, content_type = error.to_wire(service.protocol if service else "json")
        self.set_header("x-amzn-requestid", error.request_id)
        if self.request.method == "HEAD":
            body = b""
        self.finish(body, set_content_type=content_type)

    async def _forward(self) -> None:
        if self._received > self._limit:
            raise too_large(self._limit)
        body, self._body = b"".join(self._body), []
        protocol = operations.service_of(self._service).protocol
        if protocol == "rest-xml":
            path, query = self._check_s3()
        elif protocol == "rest-json":
            path, query = self._check_rest(body)
        else:
            path, query = self._check_call(body)
        operation = self._operation or ""
        await self.authorize(operations.require(self._service, operation).access)
        if self._gone:
            return
        self._pending = asyncio.ensure_future(
            self.studio.upstream.send(
                self._service,
                self.request.method or "",
                path,
                query,
                self._headers_for_aws(),
                body,
                operation=operation,
                stream=operation == "GetObject",
            )
        )
        try:
            self._answer = await self._pending
        except asyncio.CancelledError:
            if self._gone:
                return
            raise
        finally:
            self._pending = None
        await self._pass_on(self._answer)

    def _check_call(self, body: bytes) -> tuple[str, str]:
        """Find the operation of a JSON, query or ec2 request, and check its input."""
        service, request = self._service, self.request
        method, query = request.method or "", request.query
        if operations.SERVICES[service].protocol == "json":
            target = request.headers.get("X-Amz-Target", "")
            self._operation = operations.json_operation(service, method, self._path, query, target)
            row = operations.require(service, self._operation)
            if row.guards:
                params = guards.read_json(body)
                if params is None:
                    why = "its body must be one JSON object, with no member twice"
                    raise not_allowed(service, self._operation, why)
                self.studio.upstream.permit(service, row.name, params)
        else:
            self._operation = operations.query_operation(service, method, self._path, query, body)
        return "/", ""

    def _check_rest(self, body: bytes) -> tuple[str, str]:
        """Find the operation of a REST-JSON request, and check its input; answers its canonical
        path and query."""
        request = self.request
        operation, params, path, query = rest.read(
            self._service, request.method or "", self._path, request.query, body
        )
        self._operation = operation.name
        self.studio.upstream.permit(self._service, operation.name, params)
        return path, query

    def _check_s3(self) -> tuple[str, str]:
        """Find the operation of an S3 request; answers its canonical path and query."""
        bucket, key = s3path.split(self._path)
        parameters = s3path.read_query(self.request.query)
        self._operation = operations.s3_operation(self.request.method or "", bool(key), parameters)
        s3path.check_permitted(bucket, self.studio.allowed_buckets)
        return s3path.write(bucket, key), s3path.write_query(parameters)

    def _headers_for_aws(self) -> dict[str, str]:
        """The request's headers that AWS may see: by allow-list, never a cookie or a token."""
        protocol = operations.SERVICES[self._service].protocol
        is_s3 = protocol == "rest-xml"
        allowed = {"rest-xml": _S3_HEADERS, "rest-json": _SDK_HEADERS}.get(protocol, _CALL_HEADERS)
        headers: dict[str, str] = {}
        for name, value in self.request.headers.get_all():
            name = name.lower()
            known = name in allowed or (is_s3 and name.startswith(_S3_FAMILIES))
            if known and value.isascii() and value.isprintable() and name not in headers:
                headers[name] = value
            elif name.startswith("x-amz-") and name not in _OURS:
                raise not_allowed(
                    self._service, self._operation, f"the header {name} is not allowed here"
                )
        return headers

    async def _pass_on(self, answer: UpstreamResponse) -> None:
        """Give AWS's answer to the page as it is."""
        self.set_status(answer.status)
        for name, value in answer.headers.items():
            if name in _ANSWER_HEADERS or name.startswith(_ANSWER_FAMILIES):
                self.set_header(name, value)
        if self.request.method == "GET":
            # Never shown as a page of this origin, should someone navigate here.
            self.set_header("Content-Disposition", "attachment")
        content_type = answer.headers.get("content-type", "application/octet-stream")
        if self.request.method == "HEAD" or answer.status in (204, 304):
            answer.close()
            self.finish(set_content_type=content_type)
            return
        if answer.complete:
            self.finish(answer.body, set_content_type=content_type)
            return
        self.set_header("Content-Type", content_type)
        try:
            async for chunk in answer.iter_chunks():
                self.write(chunk)
                await self.flush()
        except StreamClosedError:
            return  # the page went away; the loop has let go of the connection
        except AwsError:
            if self._gone:
                return
            if not self._headers_written:
                raise
            # Too late for an error answer; a cut connection is the only honest end.
            self.log.warning("SageMaker Studio: s3:%s was cut off", self._operation)
            self.detach().close()
            return
        self.finish(set_content_type=content_type)


def _request_id(headers: dict[str, str]) -> str:
    return headers.get("x-amzn-requestid") or headers.get("x-amz-request-id") or "-"
