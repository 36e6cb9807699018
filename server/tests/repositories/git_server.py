"""A real Git server on loopback: smart HTTP by ``git http-backend`` behind TLS, with faults."""

from __future__ import annotations

import base64
import os
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

USER, TOKEN = "tester", "tok-5e6d7c8b9a-very-secret"
IDENTITY = {
    "GIT_AUTHOR_NAME": "Tester",
    "GIT_AUTHOR_EMAIL": "tester@example.com",
    "GIT_COMMITTER_NAME": "Tester",
    "GIT_COMMITTER_EMAIL": "tester@example.com",
}


def git(*arguments: str, cwd: Path) -> str:
    """Run git as somebody who works on a repository."""
    environment = {**os.environ, **IDENTITY, "GIT_ALLOW_PROTOCOL": "file:https"}
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(work: Path, **files: bytes) -> str:
    """Commit files in a working tree; answers the commit."""
    for name, content in files.items():
        (work / name.replace("__", ".")).write_bytes(content)
    git("add", "-A", cwd=work)
    git("commit", "-q", "-m", f"Add {', '.join(files)}", cwd=work)
    return git("rev-parse", "HEAD", cwd=work)


def add_submodule(work: Path, url: str, path: str, bare: Path) -> None:
    """Commit a submodule without cloning it."""
    head = git("rev-parse", "main", cwd=bare)
    name = path.rpartition("/")[2]
    git("config", "-f", ".gitmodules", f"submodule.{name}.path", path, cwd=work)
    git("config", "-f", ".gitmodules", f"submodule.{name}.url", url, cwd=work)
    git("update-index", "--add", "--cacheinfo", f"160000,{head},{path}", cwd=work)
    git("add", ".gitmodules", cwd=work)
    git("commit", "-q", "-m", f"Add the submodule {name}", cwd=work)


@dataclass
class GitServer:
    """Serves the bare repositories of a folder.

    :ivar private: names that want ``accounts``.
    :ivar accepts: tells whether a user name and a password are right.
    :ivar refusal: status and words for those who sign in with anything else.
    :ivar rate: bytes a second, None for no limit.
    :ivar cut_after: bytes after which the connection is cut.
    :ivar moved: URLs that names lead to.
    :ivar served: (repository, user or "", status) of each request.
    """

    folder: Path
    port: int = 0
    ca: str = ""
    private: set[str] = field(default_factory=set)
    accounts: dict[str, str] = field(default_factory=lambda: {USER: TOKEN})
    accepts: Callable[[str, str], bool] | None = None
    refusal: tuple[int, str] = (401, "Invalid user name or token.")
    rate: int | None = None
    cut_after: int | None = None
    moved: dict[str, str] = field(default_factory=dict)
    served: list[tuple[str, str, int]] = field(default_factory=list)

    def knows(self, user: str, password: str) -> bool:
        """Whether somebody may in."""
        if self.accepts is not None:
            return self.accepts(user, password)
        return self.accounts.get(user) == password

    @property
    def address(self) -> str:
        """What git and our questions call it."""
        return f"https://127.0.0.1:{self.port}"

    def url(self, name: str) -> str:
        """A repository's URL."""
        return f"{self.address}/{name}"

    @property
    def other_address(self) -> str:
        """Another host, for git."""
        return f"https://localhost:{self.port}"

    def make(self, name: str, *, private: bool = False) -> Path:
        """A repository with one commit on ``main``; answers a working tree that pushes to it."""
        bare, work = self.folder / name, self.folder / "work" / name
        bare.mkdir(parents=True)
        git("init", "-q", "--bare", ".", cwd=bare)
        git("config", "uploadpack.allowFilter", "true", cwd=bare)
        git("clone", "-q", str(bare), str(work), cwd=self.folder)
        commit(work, README__md=b"# " + name.encode())
        git("push", "-q", "origin", "main", cwd=work)
        if private:
            self.private.add(name)
        return work

    def environment(self) -> dict[str, str]:
        """Variables with which git trusts this server."""
        return {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "http.sslCAInfo",
            "GIT_CONFIG_VALUE_0": self.ca,
        }


@contextmanager
def serve_git(folder: Path) -> Iterator[GitServer]:
    """A running server."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1"
    command += (
        f" -addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout {key} -out {certificate}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    served = GitServer(folder, ca=str(certificate))

    class Handler(_Handler):
        git_server = served

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    served.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    git_server: GitServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def handle_any(self) -> None:
        server = self.git_server
        path, _, query = self.path.partition("?")
        name = path.lstrip("/").split("/info/")[0].removesuffix("/git-upload-pack")
        body = self.read_body()
        user, password = self.signed_in()
        status = 200
        if name in server.moved:
            self.send_response_only(302)
            self.send_header("Location", self.path.replace(f"/{name}", server.moved[name], 1))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if not (server.folder / unquote(name) / "HEAD").is_file():
            status = 404
        elif name in server.private:
            if not user and not password:
                status = 401
            elif not server.knows(user, password):
                status = server.refusal[0]
        server.served.append((name, user, status))
        if status != 200:
            words = server.refusal[1] if user or password else "Please sign in."
            self.answer_plain(status, b"" if status == 404 else words.encode())
            return
        self.backend(path, query, user, body)

    do_GET = do_POST = handle_any

    def read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def signed_in(self) -> tuple[str, str]:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind != "Basic":
            return "", ""
        user, _, password = base64.b64decode(value).decode().partition(":")
        return user, password

    def answer_plain(self, status: int, text: bytes) -> None:
        self.send_response_only(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="Git"')
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def backend(self, path: str, query: str, user: str, body: bytes) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.git_server.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "REMOTE_USER": user,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
        }
        with subprocess.Popen(
            ["git", "http-backend"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdin and process.stdout
            process.stdin.write(body)
            process.stdin.close()
            status, headers = 200, []
            while line := process.stdout.readline().decode().strip():
                field_name, _, value = line.partition(": ")
                if field_name == "Status":
                    status = int(value.split()[0])
                else:
                    headers.append((field_name, value))
            self.send_response_only(status)
            for header in headers:
                self.send_header(*header)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            with suppress(OSError):
                self.pass_on(process.stdout)
            process.kill()

    def pass_on(self, source: Any) -> None:
        server, sent = self.git_server, 0
        while data := source.read1(16384):
            if server.rate:
                time.sleep(len(data) / server.rate)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            sent += len(data)
            if server.cut_after is not None and sent > server.cut_after:
                self.close_connection = True
                self.connection.close()
                return
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: Any) -> None:
        pass
