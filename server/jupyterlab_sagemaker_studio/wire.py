"""HTTP/1.1 to AWS on the event loop, over kept-alive connections.

A call costs no thread here, and no hand-over between threads, which under Python's lock takes
longer than all the rest. Where a proxy is configured, ``transport`` does the same with botocore's
own HTTP session.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

# Longer than any head AWS sends; also how much of a body waits for a slow reader.
_BUFFER = 256 * 1024

# A connection idle for longer is likely to be closed by the other side as we use it.
_MAX_IDLE_SECONDS = 45.0


class WireError(OSError):
    """The connection failed, or what came over it is no HTTP.

    :param began: whether the request may have reached AWS.
    """

    def __init__(self, message: str, *, began: bool = True) -> None:
        super().__init__(message)
        self.began = began


class Connection:
    """One connection, one exchange at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reused = False
        self.expired = False
        self.idle_since = 0.0
        self._reader = reader
        self._writer = writer
        self._left: int | None = 0  # bytes of the body to come, None: until the connection ends
        self._chunked = False
        self._keep = True

    @property
    def usable(self) -> bool:
        """Whether another request can be sent on it."""
        return self._keep and not self._reader.at_eof() and not self._writer.is_closing()

    @property
    def finished(self) -> bool:
        """Whether the whole body was read."""
        return self._left == 0 and not self._chunked

    async def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str]]:
        """Send a request; answers status and headers (lower-case names). The body follows with
        :meth:`read`. Raises :class:`WireError`."""
        lines = [f"{method} {target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        # Who closes while we still send may have answered before: S3 does when it refuses a body.
        with contextlib.suppress(OSError):
            if len(body) < _BUFFER:
                self._writer.write(head + body)
            else:
                self._writer.write(head)
                self._writer.write(body)
            await self._writer.drain()
        status, answer = await self._read_head()
        while 100 <= status < 200:
            status, answer = await self._read_head()
        self._expect_body(method, status, answer)
        return status, answer

    async def read(self, size: int) -> bytes:
        """Up to ``size`` bytes of the body, b"" at its end. Raises :class:`WireError`."""
        try:
            if self._chunked and self._left == 0:
                await self._next_chunk()
            if self._left == 0:
                return b""
            piece = await self._reader.read(size if self._left is None else min(size, self._left))
            if self._left is not None:
                if not piece:
                    raise WireError("the connection was closed before the answer was complete")
                self._left -= len(piece)
                if self._chunked and self._left == 0:
                    await self._reader.readexactly(2)
            elif not piece:
                self._left = 0
            return piece
        except (OSError, EOFError, ValueError) as error:
            raise WireError(str(error)) from error

    def cut(self, *, expired: bool = False) -> None:
        """End it at once; whoever waits for it gets a :class:`WireError`."""
        self.expired = self.expired or expired
        self._keep = False
        self._writer.transport.abort()

    async def _read_head(self) -> tuple[int, dict[str, str]]:
        try:
            text = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.LimitOverrunError as error:
            raise WireError("the head of the answer is too long") from error
        except (OSError, EOFError) as error:
            raise WireError("the connection was closed without an answer") from error
        first, *lines = text[:-4].split("\r\n")
        version, _, rest = first.partition(" ")
        if (
            not version.startswith("HTTP/1.")
            or len(rest.split(" ")[0]) != 3
            or not rest[:3].isdigit()
        ):
            raise WireError("what answered does not speak HTTP/1.1")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        self._keep = headers.get("connection", "").lower() != "close" and version != "HTTP/1.0"
        return int(rest[:3]), headers

    def _expect_body(self, method: str, status: int, headers: dict[str, str]) -> None:
        length = headers.get("content-length", "")
        self._chunked = False
        if method == "HEAD" or status in (204, 304):
            self._left = 0
        elif headers.get("transfer-encoding", "").lower() == "chunked":
            self._left, self._chunked = 0, True
        elif length.isdigit():
            self._left = int(length)
        else:
            self._left, self._keep = None, False

    async def _next_chunk(self) -> None:
        line = await self._reader.readline()
        self._left = int(line.partition(b";")[0], 16)
        if self._left == 0:
            self._chunked = False
            while (await self._reader.readline()).strip():
                pass  # trailers


class Pool:
    """Connections to one endpoint."""

    def __init__(self, url: str, tls: Any, connect_timeout: float) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = tls
        self._timeout = connect_timeout
        self._idle: list[Connection] = []
        self._busy: set[Connection] = set()

    async def take(self, *, fresh: bool = False) -> Connection:
        """A connection for one exchange, to be given back; raises :class:`WireError`.

        :param fresh: never one that carried another request before.
        """
        now = asyncio.get_running_loop().time()
        while self._idle and not fresh:
            connection = self._idle.pop()
            if connection.usable and now - connection.idle_since < _MAX_IDLE_SECONDS:
                connection.reused = True
                self._busy.add(connection)
                return connection
            connection.cut()
        connection = await self._open()
        self._busy.add(connection)
        return connection

    def give_back(self, connection: Connection) -> None:
        """After the exchange; a body that was not read to its end costs the connection."""
        self._busy.discard(connection)
        if connection.finished and connection.usable:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        else:
            connection.cut()

    def close(self) -> None:
        """Cut all connections."""
        for connection in [*self._idle, *self._busy]:
            connection.cut()
        self._idle.clear()

    async def _open(self) -> Connection:
        opening = asyncio.open_connection(self._host, self._port, ssl=self._tls, limit=_BUFFER)
        try:
            reader, writer = await asyncio.wait_for(opening, self._timeout)
        except asyncio.TimeoutError as error:
            message = f"no connection within {self._timeout:g} seconds"
            raise WireError(message, began=False) from error
        except OSError as error:
            raise WireError(str(error), began=False) from error
        sock = writer.get_extra_info("socket")
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Connection(reader, writer)
