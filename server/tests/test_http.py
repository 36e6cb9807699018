"""HTTP/1.1 as servers, proxies and their failures really send it."""

from __future__ import annotations

import asyncio
import contextlib

import aws_fake
import pytest
from aws_fake import serve_secure_fake_aws
from jupyterlab_sagemaker_studio.errors import AwsError
from jupyterlab_sagemaker_studio.upstream import Upstream

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name, value in aws_fake.ENVIRON.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))


class Script:
    """A server that gives these answers, one a request; None in an answer closes there."""

    def __init__(self, *answers):
        self.answers = iter(answers)
        self.requests = []
        self.connections = self.ended = 0

    async def handle(self, reader, writer):
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
                self.requests.append((head, await reader.readexactly(int(length or 0))))
                for piece in next(self.answers):
                    if piece is None:
                        return
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.01)
        except (EOFError, OSError, StopIteration):
            pass
        finally:
            self.ended += 1
            writer.close()


def play(use, *answers, **settings):
    """Run ``use(upstream, script)`` against a server that follows the script."""

    async def main():
        script = Script(*answers)
        server = await asyncio.start_server(script.handle, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        script.url = url
        settings.setdefault("endpoint_url", url)
        upstream = Upstream(lambda: "eu-central-1", **settings)
        try:
            await asyncio.wait_for(use(upstream, script), 20)
        finally:
            await upstream.close()
            server.close()

    asyncio.run(main())


async def ask(upstream, method="GET", body=b"", path="/b/k", **kwargs):
    """An S3 request; a POST is a call that only reads."""
    if method == "POST":
        where = ("sagemaker", "POST", "/", "")
        return await upstream.send(*where, {}, body, operation="Search", **kwargs)
    operation = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject"}[method]
    return await upstream.send("s3", method, path, "", {}, body, operation=operation, **kwargs)


async def refused(awaitable):
    with pytest.raises(AwsError) as caught:
        await awaitable
    return caught.value


def test_connection_is_kept():
    async def use(upstream, script):
        answer = await ask(upstream, "PUT", b"body", path="/b/a%20b%2F%C3%A9//~")
        assert (answer.status, answer.headers, answer.body) == (200, {"content-length": "2"}, b"ok")
        await ask(upstream)
        assert script.connections == 1
        (head, body), (second, _) = script.requests
        assert head.startswith(b"PUT /b/a%20b%2F%C3%A9//~ HTTP/1.1\r\n") and body == b"body"
        names = {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:-2]}
        assert names == {
            b"host",
            b"user-agent",
            b"authorization",
            b"x-amz-content-sha256",
            b"x-amz-date",
            b"x-amz-security-token",
            b"content-length",
            b"accept-encoding",
        }
        assert b"Accept-Encoding: identity" in head
        assert b"content-length" not in second.lower()

    play(use, [OK], [OK])


def test_large_body_is_sent():
    async def use(upstream, script):
        body = b"x" * 3_000_000
        assert (await ask(upstream, "PUT", body)).body == b"ok"
        assert script.requests[0][1] == body

    play(use, [OK])


CHUNKED = [
    b"HTTP/1.1 200 OK\r\nTransfer-Encod",
    b"ing: chunked\r\n\r\n3\r\nab",
    b"c\r\n1;x=y\r\nd\r\n",
    b"0\r\nTrailer: t\r\n\r\n",
]


def test_chunks():
    async def use(upstream, script):
        assert (await ask(upstream)).body == b"abcd"
        await ask(upstream)
        assert script.connections == 1

    play(use, CHUNKED, [OK])


def test_body_until_the_connection_ends():
    async def use(upstream, script):
        assert (await ask(upstream)).body == b"until the end"
        await ask(upstream)
        assert script.connections == 2

    play(use, [b"HTTP/1.1 200 OK\r\n\r\nuntil ", b"the end", None], [OK])


def test_interim_answer_is_skipped():
    async def use(upstream, script):
        assert (await ask(upstream)).status == 200

    play(use, [b"HTTP/1.1 100 Continue\r\n\r\n", OK])


def test_answers_without_a_body():
    async def use(upstream, script):
        head = await ask(upstream, "HEAD")
        assert (head.body, head.headers) == (b"", {"content-length": "99"})
        unchanged = await ask(upstream)
        assert (unchanged.status, unchanged.body) == (304, b"")
        await ask(upstream)
        assert script.connections == 1

    long = [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"]
    play(use, long, [b"HTTP/1.1 304 N\r\n\r\n"], [OK])


def test_connection_is_closed_when_told():
    async def use(upstream, script):
        assert (await ask(upstream)).body == b"ok"
        await ask(upstream)
        assert script.connections == 2

    play(use, [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"], [OK])


def test_dead_idle_connection_is_not_used():
    async def use(upstream, script):
        await ask(upstream)
        await asyncio.sleep(0.1)
        await ask(upstream)
        assert script.connections == 2

    play(use, [OK, None], [OK])


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_request_on_a_dying_connection_is_repeated(method):
    async def use(upstream, script):
        await ask(upstream)
        assert (await ask(upstream, method, b"body")).body == b"ok"
        assert [body for _, body in script.requests] == [b"", b"body", b"body"]
        assert script.connections == 2

    play(use, [OK], [None], [OK])


def test_write_by_post_is_never_repeated():
    async def use(upstream, script):
        await ask(upstream)
        where = ("sagemaker", "POST", "/", "")
        sending = upstream.send(*where, {}, b"{}", operation="CreateTrainingJob")
        error = await refused(sending)
        assert (error.code, error.status, error.ambiguous) == ("UpstreamUnavailable", 502, True)
        assert len(script.requests) == 2

    play(use, [OK], [None], [OK])


@pytest.mark.parametrize(
    "answer",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", None],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok", None],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"],
        [b"HTTP/1.1 200", None],
        [b"SSH-2.0-OpenSSH\r\n\r\n"],
        [b"HTTP/1.1 2\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nX: " + b"y" * 700_000],
        [b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000],
    ],
    ids=[
        "short",
        "short chunk",
        "damaged chunk",
        "half a head",
        "SSH",
        "no status",
        "head",
        "heads",
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_broken_answer(answer, stream):
    async def use(upstream, script):
        async def read():
            await (await ask(upstream, stream=stream)).read()

        error = await refused(read())
        assert (error.code, error.status) == ("UpstreamUnavailable", 502)
        assert (error.service, error.operation, error.ambiguous) == ("s3", "GetObject", True)
        assert (await ask(upstream)).body == b"ok"

    # What is cut off before its head has come is asked for again.
    play(use, answer, *([answer] if answer[0] == b"HTTP/1.1 200" else []), [OK], request_timeout=5)


def test_body_left_unread_costs_the_connection():
    async def use(upstream, script):
        (await ask(upstream, stream=True)).close()
        await ask(upstream)
        assert script.connections == 2

    play(use, [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b""], [OK])


def test_streams_do_not_take_the_places_of_calls():
    async def use(upstream, script):
        held = [await ask(upstream, stream=True) for _ in range(3)]
        assert (await ask(upstream)).body == b"ok"
        assert script.connections == 4 and not any(answer.complete for answer in held)

    half = [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]
    play(use, half, half, half, [OK], max_workers=1)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("answer", [[], [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]])
def test_time_out(answer, stream):
    async def use(upstream, script):
        async def read():
            await (await ask(upstream, stream=stream)).read()

        error = await refused(read())
        assert (error.code, error.status, error.ambiguous) == ("UpstreamTimeout", 504, True)
        while not script.ended:
            await asyncio.sleep(0.01)

    play(use, answer, request_timeout=0.3)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("answer", [[], [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]])
def test_stop_wakes_who_waits(answer, stream):
    async def use(upstream, script):
        async def read():
            await (await ask(upstream, stream=stream)).read()

        reading = asyncio.ensure_future(read())
        while not script.requests:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        await upstream.close()
        error = await asyncio.wait_for(refused(reading), 1)
        assert error.code == "UpstreamUnavailable"
        assert upstream._http._session.closed
        assert (await refused(ask(upstream))).status == 503

    play(use, answer)


def test_redirect_is_an_answer_and_cookies_are_not_kept():
    async def use(upstream, script):
        answer = await ask(upstream)
        assert (answer.status, answer.headers["location"]) == (307, "http://evil.example/")
        await ask(upstream)
        assert b"cookie" not in script.requests[1][0].lower()

    head = b"HTTP/1.1 307 T\r\nLocation: http://evil.example/\r\nSet-Cookie: a=b\r\n"
    play(use, [head + b"Content-Length: 0\r\n\r\n"], [OK])


def test_headers_beyond_ascii_stay_the_bytes_they_were():
    async def use(upstream, script):
        answer = await ask(upstream)
        assert answer.headers["x-amz-meta-name"].encode("latin-1") == b"\xc3\xa9\xff"

    play(use, [OK[:-6] + b"\r\nX-Amz-Meta-Name: \xc3\xa9\xff\r\n\r\nok"])


def test_netrc_is_not_read(monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    async def use(upstream, script):
        await ask(upstream)
        assert b"Authorization: AWS4-HMAC-SHA256 " in script.requests[0][0]

    play(use, [OK])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://no-such-host.invalid"])
def test_unreachable(url):
    async def use(upstream, script):
        error = await refused(ask(upstream))
        assert (error.code, error.status, error.ambiguous) == ("UpstreamUnavailable", 503, False)
        assert "VPC" in error.hint

    play(use, endpoint_url=url)


# Proxies


def test_proxy_with_a_password_and_exceptions(monkeypatch):
    async def use(upstream, script):
        monkeypatch.setenv("http_proxy", script.url.replace("//", "//me:p%40ss@"))
        assert (await ask(upstream)).body == b"ok"
        (head, _) = script.requests[0]
        assert head.startswith(b"GET http://aws.example/b/k HTTP/1.1\r\n")
        assert b"Proxy-Authorization: Basic bWU6cEBzcw==" in head  # me:p@ss
        assert b"Authorization: AWS4-HMAC-SHA256 " in head

    play(use, [OK], endpoint_url="http://aws.example")

    async def directly(upstream, script):
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert (await ask(upstream)).body == b"ok"

    play(directly, [OK])


def test_proxy_written_without_a_scheme(monkeypatch):
    async def use(upstream, script):
        monkeypatch.setenv("http_proxy", script.url.removeprefix("http://"))
        assert (await ask(upstream)).body == b"ok"

    play(use, [OK], endpoint_url="http://aws.example")


def test_proxy_that_refuses_or_is_not_there(monkeypatch):
    no = [b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"]

    async def use(upstream, script):
        monkeypatch.setenv("https_proxy", script.url.replace("//", "//me:hunter2@"))
        error = await refused(ask(upstream))
        assert (error.code, error.status, error.ambiguous) == ("UpstreamUnavailable", 503, False)
        assert "407 Proxy Authentication Required" in error.message
        assert "hunter2" not in f"{error.message}{error.hint}"
        assert script.requests[0][0].startswith(b"CONNECT aws.example:443 HTTP/1.1\r\n")

    play(use, no, endpoint_url="https://aws.example")

    async def nobody(upstream, script):
        monkeypatch.setenv("https_proxy", "http://me:hunter2@127.0.0.1:9")
        error = await refused(ask(upstream))
        assert (error.status, error.ambiguous) == (503, False)
        assert "hunter2" not in error.message

    play(nobody, endpoint_url="https://aws.example")


def test_tls_through_a_proxy(monkeypatch, tmp_path):
    """The tunnel is the proxy's, certificate and signature are between us and AWS."""

    async def tunnel(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        host, _, port = head.split(b" ")[1].decode().partition(":")
        there, back = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

        async def copy(source, target):
            with contextlib.suppress(OSError):
                while piece := await source.read(65536):
                    target.write(piece)
            target.close()

        await asyncio.gather(copy(reader, back), copy(there, writer))

    async def use(upstream, script):
        proxy = await asyncio.start_server(tunnel, "127.0.0.1", 0)
        port = proxy.sockets[0].getsockname()[1]
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("AWS_CA_BUNDLE", certificate)
        for _ in range(2):
            assert (await ask(upstream)).body == b"{}"
        proxy.close()

    with serve_secure_fake_aws(tmp_path) as (aws, certificate):
        play(use, endpoint_url=aws.url)
        assert [received.signed for received in aws.received] == [True, True]
        assert aws.connections == 1
