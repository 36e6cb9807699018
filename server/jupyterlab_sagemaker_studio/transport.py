"""What botocore's clients lack for work in threads: a call that another thread can end.

A request of theirs cannot be abandoned, so a cancelled task would hold its thread until the
time-out.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from .errors import AwsError, cut_off, timed_out, unreachable

_thread = threading.local()


class Call:
    """One exchange under way; any thread may :meth:`abort` it."""

    def __init__(self) -> None:
        self._aborted = False
        self._connection: Any = None
        self._lock = threading.Lock()

    def abort(self) -> None:
        """End the exchange: a thread that waits for the network wakes with an error."""
        with self._lock:
            self._aborted = True
            sock = getattr(self._connection, "sock", None)
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def attach(self, connection: Any) -> None:
        """Remember the connection that carries us; raises ``ConnectionError`` when aborted."""
        with self._lock:
            if self._aborted:
                raise ConnectionError("the request was cancelled")
            self._connection = connection

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


def make_abortable(http: Any) -> None:
    """Let :class:`Call` end what a botocore HTTP session has under way."""
    # Absent in some future botocore: calls then end at their time-out instead of at once.
    pools = getattr(http, "_pool_classes_by_scheme", {})
    for scheme, base in list(pools.items()):
        pools[scheme] = _pool_class(base)


def translate(error: Exception, service: str, operation: str | None) -> AwsError:
    """Any error of a botocore client as :class:`AwsError`, with what to do about it."""
    from botocore import exceptions as known
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    if isinstance(error, AwsError):
        return error.for_operation(service, operation)
    if isinstance(error, known.ClientError):
        return AwsError.from_client_error(error, service=service, operation=operation)
    if isinstance(error, (known.ReadTimeoutError, ReadTimeoutError)):
        return timed_out(service, operation)
    not_reached = (
        known.EndpointConnectionError,
        known.ConnectTimeoutError,
        known.ProxyConnectionError,
        known.SSLError,
    )
    if isinstance(error, not_reached):
        # A proxy's connection may also have been cut after it took the request.
        ambiguous = isinstance(error, known.ProxyConnectionError)
        return unreachable(str(error), service, operation, ambiguous=ambiguous)
    if isinstance(error, (known.HTTPClientError, HTTPError, OSError)):
        return cut_off(str(error), service, operation)
    no_credentials = (known.NoCredentialsError, known.PartialCredentialsError)
    if isinstance(error, no_credentials):
        from .credentials import unavailable

        return unavailable(str(error)).for_operation(service, operation)
    if isinstance(error, known.BotoCoreError):
        return AwsError(type(error).__name__, str(error), service=service, operation=operation)
    raise error
