"""Requests and answers as the parts of the server pass them to each other."""

from __future__ import annotations

import hashlib
import io
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, unquote, urlsplit

_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
#: Larger bodies are kept in a temporary file.
BODY_IN_MEMORY = 32 * 1024 * 1024


class Body:
    """The body of a request: in memory when small, in a temporary file when large."""

    def __init__(self, data: bytes = b"", file: IO[bytes] | None = None, size: int = 0) -> None:
        self._data = data
        self._file = file
        self.size = size if file is not None else len(data)

    @classmethod
    def read(cls, source: Any, size: int | None) -> Body:
        """Read ``size`` bytes of a stream, or all of a stream that ends by itself."""
        if size is not None and size <= BODY_IN_MEMORY:
            return cls(source.read(size) if size else b"")
        spool = tempfile.SpooledTemporaryFile(BODY_IN_MEMORY)  # noqa: SIM115 (closed by close)
        left = size
        total = 0
        while left is None or left > 0:
            block = source.read(1 << 20 if left is None else min(left, 1 << 20))
            if not block:
                break
            spool.write(block)
            total += len(block)
            left = None if left is None else left - len(block)
        spool.seek(0)
        return cls(file=spool, size=total)  # type: ignore[arg-type]

    def content(self) -> bytes:
        """All of the body."""
        if self._file is None:
            return self._data
        self._file.seek(0)
        return self._file.read()

    def stream(self) -> IO[bytes]:
        """The body as a file at its beginning."""
        if self._file is None:
            return io.BytesIO(self._data)
        self._file.seek(0)
        return self._file

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the body in hexadecimal, as signatures use it."""
        digest = hashlib.sha256()
        stream = self.stream()
        while block := stream.read(1 << 20):
            digest.update(block)
        return digest.hexdigest()

    def close(self) -> None:
        """Remove the temporary file, if there is one."""
        if self._file is not None:
            self._file.close()


@dataclass
class Request:
    """One HTTP request. ``raw_path`` is as sent, ``headers`` have lower-case names."""

    method: str
    raw_path: str
    query_string: str
    headers: dict[str, str]
    body: Body = field(default_factory=Body)
    #: The WSGI environment, from which moto reads the same request.
    environ: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path with percent-encoding undone."""
        return unquote(self.raw_path)

    @cached_property
    def query(self) -> dict[str, str]:
        """The parameters of the query string; the first value of each."""
        pairs = parse_qsl(self.query_string, keep_blank_values=True)
        return dict(reversed(pairs))

    def header(self, name: str) -> str:
        """A header's value, empty without it."""
        return self.headers.get(name.lower(), "")


def names_this_machine(request: Request) -> bool:
    """Whether a request was sent to 127.0.0.1 by that name.

    A page of another site can reach it by a name of its own, and could then read the answer.
    """
    try:
        return urlsplit(f"//{request.header('host')}").hostname in _LOCAL_HOSTS
    except ValueError:
        return False


def is_local(request: Request) -> bool:
    """Whether a request comes from this machine and from no page of another site.

    A page of another site can send requests to 127.0.0.1; they carry the site as Origin.
    """
    same_origin = request.header("origin") in ("", f"http://{request.header('host')}")
    same_site = request.header("sec-fetch-site") in ("", "none", "same-origin")
    return names_this_machine(request) and same_origin and same_site


@dataclass
class Response:
    """One HTTP answer. ``file`` with ``offset`` and ``length`` replaces ``body`` when set."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    file: Path | None = None
    offset: int = 0
    length: int = 0
    #: Break the connection after half of the answer, or ("before") without one; see Fault.
    cut: bool | str = False

    @property
    def size(self) -> int:
        """The length of the body in bytes."""
        return self.length if self.file is not None else len(self.body)

    def header(self, name: str) -> str:
        """A header's value, empty without it."""
        lower = name.lower()
        return next((value for key, value in self.headers if key.lower() == lower), "")

    def set_header(self, name: str, value: str) -> None:
        """Replace a header."""
        lower = name.lower()
        self.headers = [pair for pair in self.headers if pair[0].lower() != lower]
        self.headers.append((name, value))
