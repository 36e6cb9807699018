"""Signed calls to AWS; the event loop never waits for one.

botocore is imported on first use, in a worker thread: its import takes a third of a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

from . import __version__, guards, operations, rest
from .credentials import Credentials
from .endpoints import resolve
from .errors import AwsError, timed_out
from .http import Http, Outgoing, Route, stopping
from .operations import Operation
from .response import UpstreamResponse
from .transport import Call, make_abortable, translate

_Result = TypeVar("_Result")

# AWS's words for credentials it no longer takes; what we hold is then read anew.
_STALE = re.compile(rb"ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId")


class Upstream:
    """The way from this server to AWS; one per server.

    :param region: tells the region at once, None when unknown; called from any thread.
    :param domain_id: tells the SageMaker domain at once, None when unknown; see ``guards``.
    :param endpoint_url: one endpoint for all services, for tests and emulators.
    :param request_timeout: seconds until an answer must have begun.
    :param max_workers: calls under way at one time; as many again may wait, more are refused.
    """

    def __init__(
        self,
        region: Callable[[], str | None],
        *,
        domain_id: Callable[[], str | None] = lambda: None,
        endpoint_url: str | None = None,
        request_timeout: float = 60.0,
        connect_timeout: float = 5.0,
        max_workers: int = 64,
    ) -> None:
        self.request_timeout = request_timeout
        self._region = region
        self._domain_id = domain_id
        self._endpoint_url = endpoint_url or None
        self._connect_timeout = connect_timeout
        self._max_workers = max_workers
        self._pool = ThreadPoolExecutor(max_workers, thread_name_prefix="sagemaker-studio-aws")
        self._pending = 0
        self._closed = False
        self._calls: set[Call] = set()
        self._slots = asyncio.Semaphore(max_workers)
        self._lock = threading.RLock()
        self._credentials = Credentials(_new_session)
        self._http = Http(self.run, connect_timeout)
        self._routes: dict[tuple[str, str], Route] = {}
        self._clients: dict[tuple[str, str, str], tuple[Any, Any]] = {}

    async def send(
        self,
        service: str,
        method: str,
        path: str,
        query: str,
        headers: dict[str, str],
        body: bytes | None,
        *,
        operation: str | None,
        stream: bool = False,
        timeout: float | None = None,
    ) -> UpstreamResponse:
        """Sign one request and send it. The caller has checked it as :meth:`permit` does.

        :param path: percent-encoded once, starting with ``/``; for S3 ``/bucket/key``.
        :param query: percent-encoded, without ``?``.
        :param stream: leave a successful body on the connection, to be read in chunks.
        :param timeout: seconds until the answer's head (its body too, unless ``stream``).
        Raises :class:`AwsError` when no answer came; an error *answer* is returned as it is.
        """
        row = operations.allowed().get(service, {}).get(operation or "")
        # A POST that writes might have been carried out: that is the caller's to find out.
        repeatable = method != "POST" or (row is not None and row.access == "read")
        outgoing = Outgoing(
            service, operation, method, path, query, headers, body or b"", repeatable
        )
        timeout = timeout or self.request_timeout
        try:
            async with self._slot(timeout):
                region = self.region()
                route = self._routes.get((service, region))
                if route is None:
                    route = await self.run(lambda: self._route(service, region))
                credentials = self._credentials.at_hand()
                if credentials is None:
                    credentials = await self.run(self._credentials.frozen)
                answer = await self._http.send(
                    route, outgoing, credentials, stream=stream, timeout=timeout
                )
        except AwsError as error:
            raise error.for_operation(service, operation) from error.__cause__
        if answer.status in (400, 401, 403) and _STALE.search(answer.body[:4096]):
            self._credentials.forget()
        return answer

    def permit(
        self, service: str, operation: str, params: Mapping[str, Any], *, internal: bool = False
    ) -> Operation:
        """The operation, if it is on the allow-list and its guards have nothing against the input;
        else ``OperationNotAllowed`` (403). For ``internal`` see :func:`operations.require`."""
        row = operations.require(service, operation, internal=internal)
        guards.check(row, params, self._domain_id())
        return row

    async def call(
        self, service: str, operation: str, params: dict[str, Any], *, internal: bool = False
    ) -> dict[str, Any]:
        """One API call with named parameters; answers the parsed output.

        JSON services take and give the protocol's own JSON (times are epoch seconds), so members
        newer than the installed botocore pass; others go through a botocore client.
        Raises :class:`AwsError`. Nothing is retried.
        """
        facts = operations.service_of(service)
        row = self.permit(service, operation, params, internal=internal)
        if facts.protocol == "json":
            method, path, query = "POST", "/", ""
            headers = {
                "content-type": f"application/x-amz-json-{facts.json_version}",
                "x-amz-target": f"{facts.target_prefix}.{operation}",
            }
            body = json.dumps(params, default=_json_default).encode()
        elif facts.protocol == "rest-json":
            method = row.http.partition(" ")[0]
            path, query, body = rest.write(row, params)
            headers = {"content-type": "application/json"} if body else {}
        else:
            return await self.run(lambda: self._client_call(service, operation, params))
        answer = await self.send(service, method, path, query, headers, body, operation=operation)
        text = await answer.read()
        if answer.status >= 300:
            raise AwsError.from_answer(
                answer.status, answer.headers, text, service=service, operation=operation
            )
        try:
            parsed = json.loads(text or b"{}")
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise AwsError(
                "UpstreamUnavailable",
                f"What answered for {service} does not speak its protocol.",
                status=502,
                service=service,
                operation=operation,
            )
        return parsed

    def client(self, service: str, **settings: Any) -> Any:
        """A botocore client, made once per ``settings`` (members of botocore's ``Config``).

        It may read files and ask for credentials, so call this in a worker thread. A call made
        in ``with Call():`` can be aborted. Raises ``CredentialsUnavailable`` and
        ``RegionUnavailable``.
        """
        from botocore.config import Config

        region = self.region()
        self._credentials.frozen()
        session = self._credentials.session()
        name = (service, region, repr(sorted(settings.items())))
        with self._lock:
            owner, client = self._clients.get(name, (None, None))
            if owner is not session:
                endpoint = self._route(service, region).endpoint
                config = Config(
                    connect_timeout=self._connect_timeout,
                    read_timeout=self.request_timeout,
                    max_pool_connections=self._max_workers,
                    retries={"mode": "standard", "total_max_attempts": 3},
                    user_agent_extra=f"jupyterlab-sagemaker-studio/{__version__}",
                    s3={"addressing_style": "path"},
                ).merge(Config(**settings))
                client = session.create_client(
                    operations.botocore_name(service),
                    region_name=region,
                    endpoint_url=endpoint.url,
                    config=config,
                )
                make_abortable(getattr(client._endpoint, "http_session", None))
                self._clients[name] = (session, client)
            return client

    def region(self) -> str:
        """The region calls go to, else ``RegionUnavailable``."""
        region = self._region()
        if not region:
            raise AwsError(
                "RegionUnavailable",
                "The JupyterLab server does not know which AWS region to use.",
                hint="Set AWS_REGION, or a region for the profile in ~/.aws/config.",
            )
        return region

    def sign_url(self, path: str, query: str, method: str, seconds: int) -> tuple[str, Any]:
        """A signed S3 URL and when the credentials behind it end; in a worker thread only."""
        from botocore.auth import S3SigV4QueryAuth
        from botocore.awsrequest import AWSRequest

        endpoint = self._route("s3", self.region()).endpoint
        url = f"{endpoint.url}{path}" + (f"?{query}" if query else "")
        request = AWSRequest(method=method, url=url)
        signer = S3SigV4QueryAuth(
            self._credentials.frozen(), endpoint.signing_name, endpoint.region, expires=seconds
        )
        signer.add_auth(request)
        return request.url, self._credentials.expiry()

    def credentials(self) -> Any:
        """Access key, secret key and token as calls are signed with now; in a worker thread only.
        Raises ``CredentialsUnavailable``."""
        return self._credentials.frozen()

    def forget_credentials(self) -> None:
        """Read the credentials anew for the next call, after AWS refused the present ones."""
        self._credentials.forget()

    async def close(self) -> None:
        """End every call under way, so that the server can stop at once."""
        self._closed = True
        for call in list(self._calls):
            call.abort()
        self._pool.shutdown(wait=False, cancel_futures=True)
        await self._http.close()

    async def run(self, work: Callable[[], _Result]) -> _Result:
        """Do blocking work in the pool. Cancelling the awaiting task aborts a call it makes with
        a :meth:`client`."""
        call = Call()

        def abortable() -> _Result:
            with call:
                return work()

        try:
            job = self._pool.submit(abortable)
        except RuntimeError:  # the pool is shut down
            raise stopping() from None
        self._calls.add(call)
        job.add_done_callback(lambda _: self._calls.discard(call))
        try:
            return await asyncio.wrap_future(job)
        except asyncio.CancelledError:
            call.abort()
            if job.cancelled() and self._closed:
                raise stopping() from None  # work that had not begun, and never will
            raise

    @contextlib.asynccontextmanager
    async def _slot(self, timeout: float) -> AsyncIterator[None]:
        """One of ``max_workers`` places, to be waited for; ``ThrottlingException`` (429) when as
        many wait already."""
        if self._pending >= 2 * self._max_workers:
            raise AwsError(
                "ThrottlingException",
                f"{self._pending} calls to AWS are under way already; try again in a moment.",
                status=429,
            )
        self._pending += 1
        try:
            if self._slots.locked():
                try:
                    await asyncio.wait_for(self._slots.acquire(), timeout)
                except asyncio.TimeoutError:
                    raise timed_out("AWS", None) from None
            else:
                await self._slots.acquire()
            try:
                yield
            finally:
                self._slots.release()
        finally:
            self._pending -= 1

    # Below: worker threads only.

    def _route(self, service: str, region: str) -> Route:
        """The way to a service, made once per region."""
        with self._lock:
            route = self._routes.get((service, region))
            if route is None:
                session = self._credentials.session()
                try:
                    endpoint = resolve(session, service, region, self._endpoint_url)
                    agent = f"jupyterlab-sagemaker-studio/{__version__} {session.user_agent()}"
                    route = Route(session, endpoint, service, agent)
                except Exception as error:
                    raise translate(error, service, None) from error
                self._routes[service, region] = route
            return route

    def _client_call(self, service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        try:
            client = self.client(service)
            names = {api: method for method, api in client.meta.method_to_api_mapping.items()}
            output: dict[str, Any] = getattr(client, names[operation])(**params)
        except Exception as error:
            raise translate(error, service, operation) from error
        output.pop("ResponseMetadata", None)
        return output


def _new_session() -> Any:
    from botocore.session import Session

    # At DEBUG this logger writes session tokens and signed addresses into the server's log.
    logger = logging.getLogger("botocore.auth")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    return Session()


def _json_default(value: object) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} cannot be sent to AWS as JSON")
