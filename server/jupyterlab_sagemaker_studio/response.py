"""An answer of AWS, its body in memory or still on the connection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from .transport import Call, translate

CHUNK_SIZE = 256 * 1024


class UpstreamResponse:
    """``status``, ``headers`` (lower-case names) and the body as it came, still encoded."""

    def __init__(
        self,
        run: Callable[..., Coroutine[Any, Any, Any]],
        call: Call,
        service: str,
        operation: str | None,
        method: str,
        answer: Any,
    ) -> None:
        self.status: int = answer.status_code
        self.headers = {name.lower(): value for name, value in answer.headers.items()}
        self.body = b""
        self._run = run
        self._call = call
        self._service = service
        self._operation = operation
        self._raw = answer.raw  # a urllib3 response, None once it was read or closed
        self._busy = False
        self._taken = 0
        length = self.headers.get("content-length", "")
        bodiless = method == "HEAD" or self.status in (204, 304)
        self._expected = int(length) if length.isdigit() and not bodiless else None

    @property
    def complete(self) -> bool:
        """Whether the whole body is in ``body``."""
        return self._raw is None

    async def read(self) -> bytes:
        """The whole body."""
        if self._raw is not None:
            self.body = b"".join([chunk async for chunk in self.iter_chunks()])
        return self.body

    async def iter_chunks(self, size: int = CHUNK_SIZE) -> AsyncIterator[bytes]:
        """The body in pieces, each read when the one before was taken (back-pressure).

        Raises :class:`AwsError` when the connection ends too early.
        """
        if self._raw is None:
            if self.body:
                yield self.body
            return
        try:
            while chunk := await self._run(lambda: self._read(size), call=self._call, always=True):
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back (or up, when the body was not read to its end)."""
        raw, self._raw = self._raw, None
        if raw is None:
            return
        if self._busy:  # closing would wait for the reading thread; wake it, then it closes
            self._call.abort()
        else:
            raw.close()
            raw.release_conn()

    def read_now(self) -> None:
        """Take the whole body in the calling thread, which frees the connection."""
        raw, chunks = self._raw, []
        while chunk := self._read(CHUNK_SIZE):
            chunks.append(chunk)
        self.body, self._raw = b"".join(chunks), None
        raw.release_conn()

    def _read(self, size: int) -> bytes:
        raw = self._raw
        if raw is None:
            return b""
        self._busy = True
        try:
            chunk: bytes = raw.read(size, decode_content=False)
            self._taken += len(chunk)
            if not chunk and self._expected is not None and self._taken < self._expected:
                raise ConnectionError(f"{self._taken} of {self._expected} bytes arrived")
        except Exception as error:
            raw.close()
            raise translate(error, self._service, self._operation) from error
        finally:
            self._busy = False
        if self._raw is None:  # closed meanwhile
            raw.close()
        return chunk
