"""An answer of AWS, its body in memory or still on the connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, Protocol

from .transport import Call, translate
from .wire import Connection, Pool

CHUNK_SIZE = 256 * 1024


class Body(Protocol):
    """A body that is still on its connection."""

    async def read(self, size: int) -> bytes:
        """The next bytes, b"" at the end; raises ``AwsError`` if that comes too early."""

    def close(self) -> None:
        """Give the connection back, or up when the body was not read to its end."""


class UpstreamResponse:
    """``status``, ``headers`` (lower-case names) and the body as it came, still encoded."""

    def __init__(self, status: int, headers: dict[str, str], source: Body) -> None:
        self.status = status
        self.headers = headers
        self.body = b""
        self._source: Body | None = source

    @property
    def complete(self) -> bool:
        """Whether the whole body is in ``body``."""
        return self._source is None

    async def read(self) -> bytes:
        """The whole body."""
        if not self.complete:
            self.body = b"".join([chunk async for chunk in self.iter_chunks()])
        return self.body

    async def iter_chunks(self, size: int = CHUNK_SIZE) -> AsyncIterator[bytes]:
        """The body in pieces, each read when the one before was taken (back-pressure).

        Raises :class:`AwsError` when the connection ends too early.
        """
        if self.complete and self.body:
            yield self.body
        try:
            while self._source is not None and (chunk := await self._source.read(size)):
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the connection; what is still on it is lost."""
        source, self._source = self._source, None
        if source is not None:
            source.close()


class WireBody:
    """A body on a connection of the event loop."""

    def __init__(
        self, pool: Pool, connection: Connection, call: tuple[str, str | None], timeout: float
    ) -> None:
        self._pool = pool
        self._connection = connection
        self._call = call
        self._timeout = timeout

    async def read(self, size: int) -> bytes:
        loop, connection = asyncio.get_running_loop(), self._connection
        timer = loop.call_later(self._timeout, lambda: connection.cut(expired=True))
        try:
            return await connection.read(size)
        except OSError as error:
            raise translate(error, *self._call, expired=connection.expired) from error
        finally:
            timer.cancel()

    def close(self) -> None:
        self._pool.give_back(self._connection)


class ThreadBody:
    """A body on a connection of botocore's HTTP session, read in worker threads."""

    def __init__(
        self,
        run: Callable[..., Coroutine[Any, Any, Any]],
        handle: Call,
        call: tuple[str, str | None],
        raw: Any,
        length: int | None,
    ) -> None:
        self._run = run
        self._handle = handle
        self._call = call
        self._raw = raw  # a urllib3 response
        self._length = length
        self._taken = 0
        self._busy = self._closed = False

    async def read(self, size: int) -> bytes:
        chunk: bytes = await self._run(lambda: self._read(size), handle=self._handle)
        return chunk

    def close(self) -> None:
        self._closed = True
        if self._busy:  # closing would wait for the reading thread; wake it, then it closes
            self._handle.abort()
        else:
            self._raw.close()
            self._raw.release_conn()

    def _read(self, size: int) -> bytes:
        self._busy = True
        try:
            chunk: bytes = self._raw.read(size, decode_content=False)
            self._taken += len(chunk)
            if not chunk and self._length is not None and self._taken < self._length:
                raise ConnectionError(f"{self._taken} of {self._length} bytes arrived")
        except Exception as error:
            self._raw.close()
            raise translate(error, *self._call) from error
        finally:
            self._busy = False
        if self._closed:
            self._raw.close()
        return chunk
