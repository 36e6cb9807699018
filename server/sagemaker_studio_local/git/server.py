"""The Git host: an HTTP CONNECT proxy on loopback behind which a TLS server speaks Git.

SageMaker takes no port in a repository's URL, and no name of this machine's own may be claimed at
port 443. So git is told to reach the host through this proxy, which leads nowhere else.
"""

from __future__ import annotations

import logging
import socket
import socketserver
import ssl
import struct
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from subprocess import CalledProcessError
from typing import IO, Any
from urllib.parse import parse_qs, unquote

from .access import NOT_FOUND, Refusal, refusal, user_of
from .backend import Backend
from .limits import Control, Limits
from .repositories import REPOSITORIES, Shelf

HOST = "git.local-studio.test"
_LOOPBACK = "127.0.0.1"
_IDLE_SECONDS = 75
_PIECE = 64 * 1024
_SERVICES = ("info/refs", "git-upload-pack", "git-receive-pack")

log = logging.getLogger(__name__)


def url_of(repository: str) -> str:
    """The URL of a repository, such as ``analytics/machine-readings``."""
    return f"https://{HOST}/{repository}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _IDLE_SECONDS

    server: GitServer
    #: The request that is being answered, for the list of those served.
    _served: dict[str, Any]

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are in the list the control route answers."""

    def handle(self) -> None:
        """A connection that ends in the middle is the caller's business."""
        with suppress(ConnectionError, ssl.SSLError, TimeoutError):
            super().handle()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        with suppress(OSError):
            self.connection.close()

    @property
    def _is_inside(self) -> bool:
        return isinstance(self.connection, ssl.SSLSocket)

    def do_CONNECT(self) -> None:
        """Become the host, if it is the one that is asked for."""
        self._served = {}
        if self._is_inside or self.path != f"{HOST}:443":
            self._refuse(Refusal(403, f"This proxy leads to {HOST} only."))
            return
        self.send_response_only(200, "Connection established")
        self.end_headers()
        self.wfile.flush()
        self.rfile.close()
        self.wfile.close()
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb", -1)
        # Buffered, because an unbuffered one may write a part only.
        self.wfile = self.connection.makefile("wb", _PIECE)
        self.close_connection = False

    def do_GET(self) -> None:
        """``info/refs``."""
        self._serve()

    def do_POST(self) -> None:
        """A request for a pack, or a pack that is pushed."""
        self._serve()

    def _serve(self) -> None:
        self._served = {}
        with tempfile.TemporaryFile() as body:
            size = sum(body.write(piece) for piece in self._body())
            body.seek(0)
            path, _, query = self.path.partition("?")
            name, service = _split(unquote(path))
            if not self._is_inside or name is None:
                self._refuse(NOT_FOUND)
                return
            asked = parse_qs(query).get("service", [""])[0] if service == "info/refs" else service
            given = user_of(self.headers.get("Authorization", ""))
            self._served = self.server.control.begun(
                {
                    "repository": name,
                    "method": self.command,
                    "service": asked,
                    "user": given[0] if given else None,
                    "status": 0,
                    "bytes": 0,
                    "isOver": False,
                }
            )
            try:
                variables = self._cgi(f"/{name}.git/{service}", query, given, size)
                self._answer(name, asked == "git-receive-pack", given, variables, body)
            finally:
                self._served["isOver"] = True

    def _answer(
        self,
        name: str,
        is_writing: bool,
        given: tuple[str, str] | None,
        variables: dict[str, str],
        body: IO[bytes],
    ) -> None:
        limits = self.server.control.limits_of(name)
        if limits.status is not None:
            self._refuse(Refusal(limits.status, f"The Git host answers {limits.status} for now."))
            return
        refused = refusal(REPOSITORIES[name], given, is_writing)
        if refused is not None:
            self._refuse(refused)
            return
        try:
            self.server.shelf.ensure(name)
            backend = Backend(self.server.shelf.folder, variables, body)
        except (OSError, CalledProcessError) as error:
            log.error("the repository %s cannot be served: %s", name, error)
            self._refuse(Refusal(503, "This machine's git cannot serve the repository."))
            return
        self.server.opened(backend)
        try:
            self._start(backend.status, backend.headers)
            self._send(self._shaped(backend.content(), limits))
        finally:
            self.server.closed(backend)
            backend.close()

    def _cgi(
        self, path: str, query: str, given: tuple[str, str] | None, size: int
    ) -> dict[str, str]:
        return {
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(size),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_ADDR": _LOOPBACK,
            # git lets those push whom the server knows.
            **({"REMOTE_USER": given[0]} if given else {}),
        }

    def _body(self) -> Iterator[bytes]:
        """The request's body; git sends large ones in chunks."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return
        rest = int(self.headers.get("Content-Length") or 0)
        while rest and (piece := self.rfile.read(min(rest, _PIECE))):
            rest -= len(piece)
            yield piece

    def _shaped(self, pieces: Iterable[bytes], limits: Limits) -> Iterator[bytes]:
        """The pieces at the speed asked for; ConnectionResetError where they are to be cut."""
        started, sent = time.monotonic(), 0
        for piece in _small(pieces, limits.bytesPerSecond):
            if limits.cutAfterBytes is not None and sent + len(piece) >= limits.cutAfterBytes:
                yield piece[: limits.cutAfterBytes - sent]
                self._reset()
                raise ConnectionResetError("cut as asked for")
            yield piece
            sent += len(piece)
            if limits.bytesPerSecond is not None:
                ahead = sent / limits.bytesPerSecond - (time.monotonic() - started)
                if ahead > 0 and self.server.stopping.wait(ahead):
                    raise ConnectionResetError("the host is stopped")

    def _start(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        self._served["status"] = status
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _send(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            if piece:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.flush()
                self._served["bytes"] += len(piece)
        self.wfile.write(b"0\r\n\r\n")

    def _refuse(self, refused: Refusal) -> None:
        """Answer with words; git shows text/plain after ``remote:``."""
        self._served["status"] = refused.status
        content = f"{refused.words}\n".encode()
        self.send_response(refused.status)
        for name, value in refused.headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _reset(self) -> None:
        """Close as a broken network does: the caller's next read fails."""
        self.close_connection = True
        linger_not = struct.pack("ii", 1, 0)
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        # The socket stays open for as long as one of its files is.
        for part in (self.wfile, self.rfile, self.connection):
            with suppress(OSError):
                part.close()


def _small(pieces: Iterable[bytes], bytes_per_second: int | None) -> Iterator[bytes]:
    """Pieces for a tenth of a second each, so that a caller who has gone away is soon noticed."""
    size = _PIECE if bytes_per_second is None else max(1, bytes_per_second // 10)
    for piece in pieces:
        for start in range(0, len(piece), size):
            yield piece[start : start + size]


def _split(path: str) -> tuple[str | None, str]:
    """(repository, service) a path is for; None as repository when there is none."""
    for service in _SERVICES:
        name, found, rest = path.strip("/").partition(f"/{service}")
        if found and not rest:
            name = name[: -len(".git")] if name.endswith(".git") else name
            return (name if name in REPOSITORIES else None), service
    return None, ""


class GitServer(socketserver.ThreadingTCPServer):
    """Serves ``shelf`` in threads of its own, from ``start`` to ``stop``."""

    daemon_threads = True
    allow_reuse_address = True
    # Those of an ended client may hang about until their time-out.
    block_on_close = False

    def __init__(self, shelf: Shelf, control: Control, tls: ssl.SSLContext) -> None:
        self.shelf, self.control, self.tls = shelf, control, tls
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._backends: set[Backend] = set()
        super().__init__((_LOOPBACK, 0), _Handler)
        self._thread = threading.Thread(
            target=self.serve_forever,
            kwargs={"poll_interval": 0.1},
            daemon=True,
            name="local-studio-git",
        )

    @property
    def proxy(self) -> str:
        """The address of the proxy that leads to the host."""
        return f"http://{_LOOPBACK}:{self.server_address[1]}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End what is being sent and answer no more; also for one never started."""
        self.stopping.set()
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join(5)
        self.server_close()
        with self._lock:
            for backend in self._backends:
                backend.kill()

    def opened(self, backend: Backend) -> None:
        """Remember a process to be ended with the server."""
        with self._lock:
            self._backends.add(backend)

    def closed(self, backend: Backend) -> None:
        """Forget a process."""
        with self._lock:
            self._backends.discard(backend)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A request that makes no sense ends its connection only."""
        log.debug("a connection to the Git host failed", exc_info=True)
