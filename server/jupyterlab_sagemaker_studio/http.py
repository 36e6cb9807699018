"""HTTP to AWS on the event loop: botocore signs, aiohttp carries.

aiohttp is imported with the first route, in a worker thread; nothing of it is needed at start.
"""

from __future__ import annotations

import os
import ssl
import weakref
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .endpoints import Endpoint
from .errors import AwsError
from .response import UpstreamResponse, network_errors

if TYPE_CHECKING:
    import aiohttp

# The digest of a larger body takes long enough to be felt on the event loop.
_SIGN_IN_THREAD = 256 * 1024

# How much of a body waits for a slow reader; also longer than any header AWS sends.
_BUFFER = 128 * 1024

# A connection idle for longer is likely to be closed by the other side as we use it.
_MAX_IDLE_SECONDS = 45.0

Run = Callable[[Callable[[], Any]], Coroutine[Any, Any, Any]]


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


class Route:
    """The way to one endpoint; made in a worker thread, it reads files and the environment.

    :param agent: the user agent.
    """

    def __init__(self, session: Any, endpoint: Endpoint, service: str, agent: str) -> None:
        import aiohttp  # noqa: F401  (so that the event loop does not wait for it)
        from botocore.auth import S3SigV4Auth, SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.httpsession import ProxyConfiguration
        from botocore.utils import get_environ_proxies

        self.endpoint = endpoint
        self.proxy = ProxyConfiguration(get_environ_proxies(endpoint.url)).proxy_url_for(
            endpoint.url
        )
        parts = urlsplit(endpoint.url)
        self.tls: ssl.SSLContext | bool = _tls(session) if parts.scheme == "https" else True
        self._agent = agent
        self._signer = S3SigV4Auth if service == "s3" else SigV4Auth
        self._request = AWSRequest
        default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
        self._host = parts.netloc.rpartition("@")[2]
        if default:
            self._host = self._host.removesuffix(default)

    def sign(self, outgoing: Outgoing, credentials: Any) -> dict[str, str]:
        """The headers to send."""
        request = self._request(
            method=outgoing.method,
            url=self.endpoint.url + outgoing.target,
            headers={**outgoing.headers, "Host": self._host, "User-Agent": self._agent},
            data=outgoing.body,
        )
        endpoint = self.endpoint
        self._signer(credentials, endpoint.signing_name, endpoint.region).add_auth(request)
        return {**dict(request.headers.items()), "Accept-Encoding": "identity"}


class Http:
    """The connections of this server to AWS, kept alive and opened as they are needed.

    :param run: does work in a worker thread.
    """

    def __init__(self, run: Run, connect_timeout: float) -> None:
        self._run = run
        self._connect_timeout = connect_timeout
        self._session: aiohttp.ClientSession | None = None
        self._answers: weakref.WeakSet[aiohttp.ClientResponse] = weakref.WeakSet()
        self._closed = False

    async def send(
        self, route: Route, outgoing: Outgoing, credentials: Any, *, stream: bool, timeout: float
    ) -> UpstreamResponse:
        """The answer, its body in memory unless ``stream`` and the status tells success."""
        if len(outgoing.body) > _SIGN_IN_THREAD:
            headers = await self._run(lambda: route.sign(outgoing, credentials))
        else:
            headers = route.sign(outgoing, credentials)
        call = (outgoing.service, outgoing.operation)
        with network_errors(*call):
            answer = await self._exchange(route, outgoing, headers, stream, timeout)
        self._answers.add(answer)
        response = UpstreamResponse(answer, call)
        if not stream or response.status >= 300:
            await response.read()
        return response

    async def close(self) -> None:
        """Close all connections; whoever waits for an answer gets an error."""
        self._closed = True
        for answer in list(self._answers):
            answer.close()  # closing the connector would not wake who reads a body
        if self._session is not None and self._session.connector is not None:
            await self._session.connector.close()  # and with it the session

    async def _exchange(
        self,
        route: Route,
        outgoing: Outgoing,
        headers: dict[str, str],
        stream: bool,
        timeout: float,
    ) -> aiohttp.ClientResponse:
        import aiohttp
        from yarl import URL

        session = self._open()
        # A stream may take as long as its reader likes, but AWS must keep sending.
        limits = {"sock_read": timeout} if stream else {"total": timeout}

        async def request() -> aiohttp.ClientResponse:
            return await session.request(
                outgoing.method,
                # Encoded: exactly the path and query that were signed.
                URL(route.endpoint.url + outgoing.target, encoded=True),
                headers=headers,
                data=outgoing.body or None,
                allow_redirects=False,
                proxy=route.proxy,
                ssl=route.tls,
                timeout=aiohttp.ClientTimeout(connect=self._connect_timeout, **limits),
            )

        try:
            return await request()
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            # A kept-alive connection was dead. aiohttp itself repeats all methods but this one.
            if self._closed:
                raise stopping() from None
            if outgoing.method != "POST" or not outgoing.repeatable:
                raise
            return await request()

    def _open(self) -> aiohttp.ClientSession:
        import aiohttp

        if self._closed:
            raise stopping()
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0,  # our caller bounds the calls; a stream nobody reads is none
                    keepalive_timeout=_MAX_IDLE_SECONDS,
                    resolver=aiohttp.ThreadedResolver(),  # the system's, as botocore's
                ),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Content-Type"),
                read_bufsize=_BUFFER,
                max_line_size=_BUFFER,
                max_field_size=_BUFFER,
            )
        return self._session


def stopping() -> AwsError:
    """The error of a call that the server's end cut short."""
    return AwsError("UpstreamUnavailable", "The server is stopping.", status=503)


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
