"""The HTTP side: werkzeug's threaded server with kept-alive connections on loopback.

werkzeug's own request loop closes every connection, which makes thousands of small requests slow;
this one reads the whole request first, so the next one on the connection is safe to read.
"""

from __future__ import annotations

import logging
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

from .messages import Body, Request, Response

HOST = "127.0.0.1"
_IDLE_SECONDS = 75

log = logging.getLogger(__name__)


class _Handler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body are separate writes; without this each answer waits for an acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    timeout = _IDLE_SECONDS

    server: _Server  # type: ignore[assignment]

    def handle_expect_100(self) -> bool:
        # Answered in run_wsgi, right before the body is read.
        return True

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Requests are in the list of calls; URLs with signatures never go to a log."""

    def log_error(self, format: str, *args: Any) -> None:
        """A connection that was idle for long or makes no sense is the caller's business."""
        log.debug(format, *args)

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        try:
            body = self._read_body(environ)
        except OSError as error:
            # The caller went away, or its chunks make no sense: there is no next request to find.
            log.debug("a request was not read: %s", error)
            self.close_connection = True
            return
        try:
            self._write(self.server.respond(_request_of(self, environ, body)))
        except ConnectionError:
            self.close_connection = True
        finally:
            body.close()

    def _read_body(self, environ: dict[str, Any]) -> Body:
        if environ.get("wsgi.input_terminated"):
            return Body.read(environ["wsgi.input"], None)
        try:
            size = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            size = 0
            self.close_connection = True
        return Body.read(self.rfile, max(size, 0))

    def _write(self, response: Response) -> None:
        if response.cut == "before":
            self._reset_connection()
            return
        without_body = self.command == "HEAD" or response.status in (204, 304)
        self.send_response(response.status)
        for name, value in response.headers:
            if name.lower() not in ("content-length", "connection", "server", "date"):
                self.send_header(name, value)
        declared = response.header("content-length")
        size = declared if self.command == "HEAD" and declared else str(response.size)
        if response.status != 204:
            self.send_header("Content-Length", size)
        self.end_headers()
        if response.cut:
            self._write_body(response, response.size // 2)
            if response.cut == "half":
                self._end_connection()
            else:
                self._reset_connection()
            return
        if not without_body:
            self._write_body(response, response.size)
        self.wfile.flush()

    def _write_body(self, response: Response, size: int) -> None:
        """Write the first ``size`` bytes of the body."""
        if response.file is None:
            self.wfile.write(response.body[:size])
            return
        self.wfile.flush()
        with response.file.open("rb") as source:
            # A size of 0 would mean all of the file to sendfile.
            if size:
                self.connection.sendfile(source, response.offset, size)

    def _end_connection(self) -> None:
        """Close in order: the caller sees the end of the stream, if it looks."""
        self.close_connection = True
        try:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            log.debug("the caller had already closed the connection")

    def _reset_connection(self) -> None:
        """Close as a broken network does: the caller's next read fails."""
        self.close_connection = True
        self.wfile.flush()
        linger_not = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        self.connection.close()


def _request_of(handler: _Handler, environ: dict[str, Any], body: Body) -> Request:
    raw_path, _, query = handler.path.partition("?")
    headers: dict[str, str] = {}
    for name, value in handler.headers.items():
        lower = name.lower()
        headers[lower] = f"{headers[lower]},{value}" if lower in headers else value
    return Request(handler.command, raw_path, query, headers, body, environ)


class _Server(ThreadedWSGIServer):
    def __init__(self, port: int, respond: Callable[[Request], Response]) -> None:
        self.respond = respond
        self._open: set[Any] = set()
        self._open_lock = threading.Lock()
        super().__init__(HOST, port, lambda environ, start: [], _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """End kept-alive connections, whose threads would wait for a next request."""
        with self._open_lock:
            connections = list(self._open)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                log.debug("a connection was already closed")


class HttpServer:
    """Answers requests on 127.0.0.1 in threads of its own. Port 0 takes a free port."""

    def __init__(self, port: int, respond: Callable[[Request], Response]) -> None:
        """Bind the port; OSError (EADDRINUSE) when something listens there."""
        # werkzeug ends the process itself when a port is used, so the port is tried first.
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
        self._server = _Server(port, respond)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.1},
            daemon=True,
            name="local-studio-http",
        )

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and close every connection; also for a server never started."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(5)
        self._server.close_connections()
        self._server.server_close()


def environ_for(request: Request) -> dict[str, Any]:
    """The WSGI environment of a request, with its body at the beginning."""
    environ = dict(request.environ)
    environ["wsgi.input"] = request.body.stream()
    environ["CONTENT_LENGTH"] = str(request.body.size)
    environ.pop("wsgi.input_terminated", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ
