"""Signing and sending to one endpoint: on the event loop, or in threads where a proxy is set."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .endpoints import Endpoint
from .errors import AwsError
from .response import ThreadBody, UpstreamResponse, WireBody
from .transport import Call, open_session, translate
from .wire import Connection, Pool, WireError

# The digest of a larger body takes long enough to be felt on the event loop.
_SIGN_IN_THREAD = 256 * 1024

Run = Callable[..., Coroutine[Any, Any, Any]]


@dataclass(frozen=True)
class Outgoing:
    """One request as the caller gave it."""

    service: str
    operation: str | None
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    repeatable: bool  # may be sent again when a kept-alive connection turns out to be dead

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def call(self) -> tuple[str, str | None]:
        """What an error names."""
        return self.service, self.operation


class Lane:
    """What both ways have in common: whom we talk to and how a request is signed."""

    def __init__(self, endpoint: Endpoint, service: str, agent: str, run: Run) -> None:
        from botocore.auth import S3SigV4Auth, SigV4Auth
        from botocore.awsrequest import AWSRequest

        self.endpoint = endpoint
        self._run = run
        self._agent = agent
        self._signer = S3SigV4Auth if service == "s3" else SigV4Auth
        self._request = AWSRequest
        parts = urlsplit(endpoint.url)
        self._host = parts.netloc.rpartition("@")[2]
        self._base_path = parts.path
        default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
        if default:
            self._host = self._host.removesuffix(default)

    async def send(
        self, outgoing: Outgoing, credentials: Any, *, stream: bool, timeout: float
    ) -> UpstreamResponse:
        """The answer, its body in memory unless ``stream`` and the status tells success."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the connections."""

    async def _sign(self, outgoing: Outgoing, credentials: Any) -> Any:
        """The signed request, as ``botocore.awsrequest.AWSRequest``."""
        if len(outgoing.body) > _SIGN_IN_THREAD:
            return await self._run(lambda: self._sign_now(outgoing, credentials))
        return self._sign_now(outgoing, credentials)

    def _sign_now(self, outgoing: Outgoing, credentials: Any) -> Any:
        request = self._request(
            method=outgoing.method,
            url=self.endpoint.url + outgoing.target,
            headers={**outgoing.headers, "Host": self._host, "User-Agent": self._agent},
            data=outgoing.body,
            stream_output=True,  # we read the body ourselves
        )
        endpoint = self.endpoint
        self._signer(credentials, endpoint.signing_name, endpoint.region).add_auth(request)
        return request


class WireLane(Lane):
    """On the event loop."""

    def __init__(self, pool: Pool, *args: Any) -> None:
        super().__init__(*args)
        self._pool = pool

    def close(self) -> None:
        self._pool.close()

    async def send(
        self, outgoing: Outgoing, credentials: Any, *, stream: bool, timeout: float
    ) -> UpstreamResponse:
        request = await self._sign(outgoing, credentials)
        headers = dict(request.headers.items())
        headers["Accept-Encoding"] = "identity"
        if outgoing.body or outgoing.method in ("POST", "PUT"):
            headers["Content-Length"] = str(len(outgoing.body))
        try:
            connection = await self._pool.take()
            try:
                return await self._exchange(connection, outgoing, headers, stream, timeout)
            except WireError:
                if connection.expired or not connection.reused or not outgoing.repeatable:
                    raise
            connection = await self._pool.take(fresh=True)
            return await self._exchange(connection, outgoing, headers, stream, timeout)
        except WireError as error:
            raise translate(error, *outgoing.call) from error

    async def _exchange(
        self,
        connection: Connection,
        outgoing: Outgoing,
        headers: dict[str, str],
        stream: bool,
        timeout: float,
    ) -> UpstreamResponse:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(timeout, lambda: connection.cut(expired=True))
        try:
            target = self._base_path + outgoing.target
            status, answer = await connection.exchange(
                outgoing.method, target, headers, outgoing.body
            )
            body = WireBody(self._pool, connection, outgoing.call, timeout)
            response = UpstreamResponse(status, answer, body)
            if not stream or status >= 300:
                await response.read()
            return response
        except BaseException as error:
            connection.cut()
            self._pool.give_back(connection)
            if connection.expired and isinstance(error, OSError):
                raise translate(error, *outgoing.call, expired=True) from error
            raise
        finally:
            timer.cancel()


class ThreadLane(Lane):
    """In worker threads, with botocore's own HTTP session; it knows proxies."""

    def __init__(self, http: Any, *args: Any) -> None:
        super().__init__(*args)
        self._http = http

    def close(self) -> None:
        self._http.close()

    async def send(
        self, outgoing: Outgoing, credentials: Any, *, stream: bool, timeout: float
    ) -> UpstreamResponse:
        handle = Call()

        def exchange() -> Any:
            try:
                return self._exchange(handle, outgoing, credentials)
            except Exception as error:
                raise translate(error, *outgoing.call) from error

        try:
            answer = await self._run(exchange, handle=handle, timeout=timeout)
        except AwsError as error:
            raise error.for_operation(*outgoing.call) from error.__cause__
        headers = {name.lower(): value for name, value in answer.headers.items()}
        length = headers.get("content-length", "")
        bodiless = outgoing.method == "HEAD" or answer.status_code in (204, 304)
        expected = int(length) if length.isdigit() and not bodiless else None
        body = ThreadBody(self._run, handle, outgoing.call, answer.raw, expected)
        response = UpstreamResponse(answer.status_code, headers, body)
        if not stream or response.status >= 300:
            await response.read()
        return response

    def _exchange(self, handle: Call, outgoing: Outgoing, credentials: Any) -> Any:
        from botocore.exceptions import ConnectionClosedError, ProxyConnectionError

        prepared = self._sign_now(outgoing, credentials).prepare()
        if handle.aborted:
            raise ConnectionError("the request was cancelled")
        with handle:
            try:
                return self._http.send(prepared)
            except (ConnectionClosedError, ProxyConnectionError):
                if handle.aborted or not handle.reused or not outgoing.repeatable:
                    raise
                return self._http.send(prepared)


def open_lane(
    session: Any,
    endpoint: Endpoint,
    service: str,
    agent: str,
    run: Run,
    *,
    connect_timeout: float,
    read_timeout: float,
    connections: int,
) -> Lane:
    """The way to an endpoint, as the environment asks; in a worker thread, it reads files."""
    from botocore.utils import get_environ_proxies

    scheme = urlsplit(endpoint.url).scheme
    common = (endpoint, service, agent, run)
    if get_environ_proxies(endpoint.url).get(scheme):
        http = open_session(
            session,
            endpoint.url,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            connections=connections,
        )
        return ThreadLane(http, *common)
    tls = _tls(session) if scheme == "https" else None
    return WireLane(Pool(endpoint.url, tls, connect_timeout), *common)


def _tls(session: Any) -> ssl.SSLContext:
    """Certificates as botocore would trust them: ``AWS_CA_BUNDLE``, the profile's, its own."""
    from botocore.httpsession import get_cert_path

    bundle = get_cert_path(session.get_config_variable("ca_bundle") or True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if os.path.isdir(bundle):
        context.load_verify_locations(capath=bundle)
    else:
        context.load_verify_locations(cafile=bundle)
    return context
