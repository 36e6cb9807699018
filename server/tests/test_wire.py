"""HTTP/1.1 as servers and their failures really send it."""

from __future__ import annotations

import asyncio

import pytest
from jupyterlab_sagemaker_studio.wire import Pool, WireError


def serve(*answers):
    """Run ``client(pool)`` against a server that gives these answers, one a request.

    ``None`` in an answer closes the connection there.
    """

    def decorate(client):
        async def main():
            script = iter(answers)
            requests = []

            async def handle(reader, writer):
                try:
                    while True:
                        head = await reader.readuntil(b"\r\n\r\n")
                        length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
                        requests.append((head, await reader.readexactly(int(length or 0))))
                        for piece in next(script):
                            if piece is None:
                                return
                            writer.write(piece)
                            await writer.drain()
                            await asyncio.sleep(0.01)
                except (EOFError, OSError, StopIteration):
                    pass
                finally:
                    writer.close()

            server = await asyncio.start_server(handle, "127.0.0.1", 0)
            pool = Pool(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", None, 5)
            try:
                await asyncio.wait_for(client(pool, requests), 20)
            finally:
                pool.close()
                server.close()

        def test():
            asyncio.run(main())

        return test

    return decorate


async def get(pool, method="GET", body=b""):
    connection = await pool.take()
    try:
        headers = {"Host": "h", "Content-Length": str(len(body))}
        status, answer = await connection.exchange(method, "/t?q", headers, body)
        pieces = []
        while piece := await connection.read(1000):
            pieces.append(piece)
        return status, answer, b"".join(pieces), connection
    finally:
        pool.give_back(connection)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@serve([OK], [OK])
async def test_connection_is_kept(pool, requests):
    assert (await get(pool, "POST", b"body"))[:3] == (200, {"content-length": "2"}, b"ok")
    _, _, _, connection = await get(pool)
    assert connection.reused
    assert requests[0][0].startswith(b"POST /t?q HTTP/1.1\r\nHost: h\r\n")
    assert requests[0][1] == b"body"


@serve([OK])
async def test_large_body_is_sent(pool, requests):
    body = b"x" * 3_000_000
    assert (await get(pool, "PUT", body))[2] == b"ok"
    assert requests[0][1] == body


CHUNKED = [
    b"HTTP/1.1 200 OK\r\nTransfer-Encod",
    b"ing: chunked\r\n\r\n3\r\nab",
    b"c\r\n1;x=y\r\nd\r\n",
    b"0\r\nTrailer: t\r\n\r\n",
]


@serve(CHUNKED, [OK])
async def test_chunks(pool, requests):
    assert (await get(pool))[2] == b"abcd"
    assert (await get(pool))[3].reused


@serve([b"HTTP/1.1 200 OK\r\n\r\nuntil ", b"the end", None], [OK])
async def test_body_until_the_connection_ends(pool, requests):
    assert (await get(pool))[2] == b"until the end"
    assert not (await get(pool))[3].reused


@serve([b"HTTP/1.1 100 Continue\r\n\r\n", OK])
async def test_interim_answer_is_skipped(pool, requests):
    assert (await get(pool))[0] == 200


@serve([b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"], [b"HTTP/1.1 304 N\r\n\r\n"], [OK])
async def test_answers_without_a_body(pool, requests):
    assert (await get(pool, "HEAD"))[2] == b""
    status, _, body, connection = await get(pool)
    assert (status, body, connection.reused) == (304, b"", True)
    assert (await get(pool))[3].reused


@serve([b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"], [OK])
async def test_connection_is_closed_when_told(pool, requests):
    assert (await get(pool))[2] == b"ok"
    assert not (await get(pool))[3].reused


@serve([OK, None], [OK])
async def test_dead_idle_connection_is_not_used(pool, requests):
    await get(pool)
    await asyncio.sleep(0.1)
    assert not (await get(pool))[3].reused


@serve([b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", None])
async def test_short_body(pool, requests):
    with pytest.raises(WireError, match="before the answer was complete") as caught:
        await get(pool)
    assert caught.value.began


@serve([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok", None])
async def test_short_chunk(pool, requests):
    with pytest.raises(WireError):
        await get(pool)


@serve([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"])
async def test_damaged_chunk(pool, requests):
    with pytest.raises(WireError):
        await get(pool)


@serve([None], [b"HTTP/1.1 200", None], [b"SSH-2.0-OpenSSH\r\n\r\n"], [b"HTTP/1.1 2\r\n\r\n"])
async def test_no_answer(pool, requests):
    for _ in range(4):
        with pytest.raises(WireError):
            await get(pool)


@serve([b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000])
async def test_endless_head(pool, requests):
    with pytest.raises(WireError, match="too long"):
        await get(pool)


@serve([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b""], [OK])
async def test_body_left_unread_costs_the_connection(pool, requests):
    connection = await pool.take()
    await connection.exchange("GET", "/", {}, b"")
    pool.give_back(connection)
    assert not (await get(pool))[3].reused


@serve([])
async def test_cut_wakes_who_waits(pool, requests):
    connection = await pool.take()
    asyncio.get_running_loop().call_later(0.1, lambda: connection.cut(expired=True))
    with pytest.raises(WireError):
        await connection.exchange("GET", "/", {}, b"")
    assert connection.expired


def test_connection_is_refused():
    async def main():
        with pytest.raises(WireError) as caught:
            await Pool("http://127.0.0.1:9", None, 5).take()
        assert not caught.value.began

    asyncio.run(main())
