"""An answer of AWS, its body in memory or still on the connection."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from .errors import cut_off, timed_out, unreachable

if TYPE_CHECKING:
    import aiohttp

CHUNK_SIZE = 256 * 1024


class UpstreamResponse:
    """``status``, ``headers`` (lower-case names) and the body as it came, still encoded.

    :param call: service and operation, for an error to name.
    """

    def __init__(self, answer: aiohttp.ClientResponse, call: tuple[str, str | None]) -> None:
        self.status = answer.status
        # The bytes as they came: what aiohttp decodes as UTF-8 cannot always be sent on.
        self.headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in answer.raw_headers
        }
        self.body = b""
        self._answer: aiohttp.ClientResponse | None = answer
        self._call = call

    @property
    def complete(self) -> bool:
        """Whether the whole body is in ``body``."""
        return self._answer is None

    async def read(self) -> bytes:
        """The whole body. Raises :class:`AwsError` when the connection ends too early."""
        if self._answer is not None:
            try:
                with network_errors(*self._call):
                    self.body = await self._answer.read()
            finally:
                self.close()
        return self.body

    async def iter_chunks(self, size: int = CHUNK_SIZE) -> AsyncIterator[bytes]:
        """The body in pieces, each read when the one before was taken (back-pressure).

        Raises :class:`AwsError` when the connection ends too early.
        """
        if self._answer is None:
            if self.body:
                yield self.body
            return
        content = self._answer.content
        try:
            while True:
                with network_errors(*self._call):
                    chunk = await content.read(size)
                if not chunk:
                    return
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the connection; what is still on it is lost."""
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.close()


@contextlib.contextmanager
def network_errors(service: str, operation: str | None) -> Iterator[None]:
    """Turn what aiohttp raises into :class:`AwsError`."""
    import aiohttp

    try:
        yield
    except aiohttp.ClientHttpProxyError as error:
        # Not the whole text: it shows the proxy's address with its password.
        reason = f"the proxy answered {error.status} {error.message}"
        raise unreachable(reason, service, operation) from error
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise unreachable(str(error), service, operation) from error
    except asyncio.TimeoutError as error:
        raise timed_out(service, operation) from error
    except aiohttp.ClientResponseError as error:
        raise cut_off(f"what answered is no HTTP: {error.message}", service, operation) from error
    except (aiohttp.ClientError, OSError) as error:
        raise cut_off(str(error), service, operation) from error
