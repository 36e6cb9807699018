"""One HTTP exchange that another thread can end: botocore's connection pool plus a handle.

botocore's ``URLLib3Session`` brings proxies, ``AWS_CA_BUNDLE`` and client certificates; it has no
way to abandon a request, so a page that went away would hold a worker thread until the time-out.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from .errors import AwsError
from .wire import WireError

_thread = threading.local()

_VPC_HINT = (
    "If this space runs in a VPC without internet access, ask your administrator for a VPC "
    "endpoint for this service."
)


class Call:
    """One exchange under way; any thread may :meth:`abort` it."""

    def __init__(self) -> None:
        self.aborted = False
        self.expired = False
        self.reused = False  # the connection had carried an earlier request
        self._connection: Any = None
        self._lock = threading.Lock()

    def abort(self, *, expired: bool = False) -> None:
        """End the exchange: a thread that waits for the network wakes with an error."""
        with self._lock:
            self.aborted = True
            self.expired = self.expired or expired
            sock = getattr(self._connection, "sock", None)
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def attach(self, connection: Any) -> None:
        """Remember the connection that carries us."""
        with self._lock:
            self._connection = connection
            self.reused = getattr(connection, "sock", None) is not None

    def detach(self) -> None:
        """Forget it, before the pool lends it to somebody else."""
        with self._lock:
            self._connection = None

    def __enter__(self) -> Call:
        _thread.call = self
        return self

    def __exit__(self, *_: object) -> None:
        _thread.call = None


def _pool_class(base: type) -> type:
    """A connection pool that tells the thread's call which connection it got."""

    class AbortablePool(base):  # type: ignore[misc, valid-type]
        def _make_request(self, conn: Any, *args: Any, **kwargs: Any) -> Any:
            call: Call | None = getattr(_thread, "call", None)
            if call is not None:
                call.attach(conn)
                conn.studio_call = call
            return super()._make_request(conn, *args, **kwargs)

        def _put_conn(self, conn: Any) -> None:
            call: Call | None = getattr(conn, "studio_call", None)
            if call is not None:
                call.detach()
                conn.studio_call = None
            super()._put_conn(conn)

    return AbortablePool


def open_session(
    session: Any, url: str, *, connect_timeout: float, read_timeout: float, connections: int
) -> Any:
    """An HTTP session for one endpoint, set up as botocore's own clients do it."""
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies

    bundle = session.get_config_variable("ca_bundle")
    http = URLLib3Session(
        verify=bundle or True,
        proxies=get_environ_proxies(url),
        timeout=(connect_timeout, read_timeout),
        max_pool_connections=connections,
        # As botocore's clients do; else head and body of a request wait for each other's ACK.
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
    )
    make_abortable(http)
    return http


def make_abortable(http: Any) -> None:
    """Let :class:`Call` end what a botocore HTTP session has under way."""
    # Absent in some future botocore: calls then end at their time-out instead of at once.
    pools = getattr(http, "_pool_classes_by_scheme", {})
    for scheme, base in list(pools.items()):
        pools[scheme] = _pool_class(base)


def translate(
    error: Exception, service: str, operation: str | None, *, expired: bool = False
) -> AwsError:
    """Any botocore or network error as :class:`AwsError`, with what to do about it.

    :param expired: the connection was cut because the time was over.
    """
    from botocore import exceptions as known
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    if isinstance(error, AwsError):
        return error.for_operation(service, operation)
    if isinstance(error, known.ClientError):
        return AwsError.from_client_error(error, service=service, operation=operation)
    found = {"service": service, "operation": operation}
    if expired or isinstance(error, (known.ReadTimeoutError, ReadTimeoutError)):
        return timed_out(service, operation)
    unreachable = (
        known.EndpointConnectionError,
        known.ConnectTimeoutError,
        known.ProxyConnectionError,
        known.SSLError,
    )
    if isinstance(error, unreachable) or (isinstance(error, WireError) and not error.began):
        return AwsError(
            "UpstreamUnavailable",
            f"The {service} endpoint could not be reached: {error}",
            status=503,
            hint=_VPC_HINT,
            # A proxy's connection may also have been cut after it took the request.
            ambiguous=isinstance(error, known.ProxyConnectionError),
            **found,  # type: ignore[arg-type]
        )
    if isinstance(error, (known.HTTPClientError, HTTPError, OSError)):
        return AwsError(
            "UpstreamUnavailable",
            f"The connection to {service} was cut before the answer was complete: {error}",
            status=502,
            **found,  # type: ignore[arg-type]
        )
    no_credentials = (known.NoCredentialsError, known.PartialCredentialsError)
    if isinstance(error, no_credentials):
        from .credentials import unavailable

        return unavailable(str(error)).for_operation(service, operation)
    if isinstance(error, known.BotoCoreError):
        return AwsError(type(error).__name__, str(error), **found)  # type: ignore[arg-type]
    raise error


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
