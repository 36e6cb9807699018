"""A small AWS on loopback that recomputes every signature with the real key."""

from __future__ import annotations

import hashlib
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY, SECRET, TOKEN = "AKIDFAKE", "not-a-secret", "session/token=="
ENVIRON = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_SESSION_TOKEN": TOKEN,
    "AWS_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    signed: bool


# status, headers, body; a body that is an iterator is sent as it comes
Answer = tuple[int, dict[str, str], Any]


@dataclass
class FakeAws:
    """Answers with ``answer``; keeps what it received."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answer: Callable[[Received], Answer] = lambda _: (200, {}, b"{}")
    cut: int = 0  # so many requests are dropped without an answer, on a connection in use
    connections: int = 0
    hang: threading.Event = field(default_factory=threading.Event)  # for answers that wait


def signature_is_right(method: str, url: str, headers: dict[str, str], body: bytes) -> bool:
    """Sign the request again, with the headers it says are signed, and compare."""
    given = headers.get("authorization", "")
    if "SignedHeaders=" not in given or "x-amz-date" not in headers:
        return False
    names = given.split("SignedHeaders=")[1].split(",")[0].split(";")
    _, _, region, service, _ = given.split("Credential=")[1].split(",")[0].split("/")
    request = AWSRequest(method, url, {n: headers[n] for n in names if n in headers}, body)
    request.context["timestamp"] = headers["x-amz-date"]
    signer = (S3SigV4Auth if service == "s3" else SigV4Auth)(
        Credentials(KEY, SECRET, TOKEN), service, region
    )
    canonical = signer.canonical_request(request)
    expected = signer.signature(signer.string_to_sign(request, canonical), request)
    digest = headers.get("x-amz-content-sha256", hashlib.sha256(body).hexdigest())
    return (
        given.endswith(f"Signature={expected}")
        and headers.get("x-amz-security-token") == TOKEN
        and digest == hashlib.sha256(body).hexdigest()
    )


@contextmanager
def serve_fake_aws(tls: Any = None) -> Iterator[FakeAws]:
    """A running fake; ``tls`` is a server-side ``ssl.SSLContext``."""
    fake = FakeAws()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def setup(self) -> None:
            super().setup()
            fake.connections += 1
            self.served = 0

        def handle_any(self) -> None:
            headers = {k.lower(): v for k, v in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            host = f"{'https' if tls else 'http'}://{headers['host']}"
            target = self.path if self.path.startswith("/") else self.path.removeprefix(host)
            right = signature_is_right(self.command, host + target, headers, body)
            received = Received(self.command, target, headers, body, right)
            if fake.cut and self.served:
                fake.cut -= 1
                self.close_connection = True
                return
            self.served += 1
            fake.received.append(received)
            status, extra, content = fake.answer(received)
            self.send_response_only(status)
            for name, value in extra.items():
                self.send_header(name, value)
            if isinstance(content, bytes):
                if "content-length" not in {n.lower() for n in extra} and status != 204:
                    self.send_header("Content-Length", str(len(content)))
                content = [content]
            self.end_headers()
            try:
                if self.command != "HEAD":
                    for piece in content:
                        self.wfile.write(piece)
            except OSError:
                self.close_connection = True

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    fake.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield fake
    finally:
        fake.hang.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serve_secure_fake_aws(folder: Path) -> Iterator[tuple[FakeAws, str]]:
    """A fake behind a certificate nobody knows, and the path of that certificate."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1"
    command += f" -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {certificate}"
    subprocess.run(command.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serve_fake_aws(context) as fake:
        yield fake, str(certificate)
