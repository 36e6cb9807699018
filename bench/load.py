"""Clients that keep a number of calls in flight and time each: ``python bench/load.py``.

``boto``: boto3 in this process, a thread a call, as a Python program makes them; signing,
serializing and parsing included. ``http``: ready-made requests to the Jupyter server over
kept-alive connections, as the browser makes them; the server does the signing.
Each prints the seconds of every call as a JSON list.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

from processes import BASE_URL, BENCH, Server, aws_environment

_LENGTH = re.compile(rb"\r\ncontent-length:[ ]*(\d+)", re.IGNORECASE)


def boto_load(endpoint: str, job: str, in_flight: int, calls: int) -> list[float]:
    """Seconds of DescribeTrainingJob by boto3, straight to the endpoint."""
    settings = {"mode": "boto", "job": job, "in_flight": in_flight, "calls": calls}
    return _run(settings, endpoint)


def proxied_load(server: Server, job: str, in_flight: int, calls: int) -> list[float]:
    """Seconds of DescribeTrainingJob through the Jupyter server."""
    return http_load(server, describe_bytes(server, job), in_flight, calls)


def describe_bytes(server: Server, job: str) -> bytes:
    """A DescribeTrainingJob as the browser's SDK sends it: unsigned, to the signing endpoint."""
    target = {"x-amz-target": "SageMaker.DescribeTrainingJob"}
    body = {"TrainingJobName": job}
    return request_bytes(server, "POST", "sagemaker-studio/aws/sagemaker/", target, body)


def http_load(server: Server, request: bytes, in_flight: int, calls: int) -> list[float]:
    """Seconds of one ready-made request to the Jupyter server, again and again."""
    settings = {
        "mode": "http",
        "in_flight": in_flight,
        "calls": calls,
        "port": server.port,
        "request": request.decode("latin-1"),
    }
    return _run(settings, "")


def request_bytes(
    server: Server,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: dict[str, Any] | None = None,
) -> bytes:
    """A request with the page's cookies and XSRF header, as it goes over the wire."""
    text = b"" if body is None else json.dumps(body).encode()
    lines = {
        "Host": f"127.0.0.1:{server.port}",
        **page_headers(server),
        "Content-Type": "application/x-amz-json-1.1",
        "Content-Length": str(len(text)),
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {BASE_URL}{path} HTTP/1.1\r\n{head}\r\n".encode() + text


def page_headers(server: Server) -> dict[str, str]:
    """The cookies JupyterLab's page has, and the XSRF header it makes of them."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", f"{BASE_URL}lab")
    answer = connection.getresponse()
    cookies = [
        value.partition(";")[0]
        for name, value in answer.getheaders()
        if name.lower() == "set-cookie"
    ]
    answer.read()
    connection.close()
    token = next(value.partition("=")[2] for value in cookies if value.startswith("_xsrf="))
    return {"Cookie": "; ".join(cookies), "X-XSRFToken": token}


def _run(settings: dict[str, Any], endpoint: str) -> list[float]:
    done = subprocess.run(
        [sys.executable, str(BENCH / "load.py")],
        env=aws_environment(endpoint) if endpoint else dict(os.environ),
        input=json.dumps(settings),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    seconds: list[float] = json.loads(done.stdout)
    return seconds


def _boto(job: str, in_flight: int, calls: int) -> list[float]:
    import boto3
    from botocore.config import Config

    client = boto3.client("sagemaker", config=Config(max_pool_connections=in_flight))

    def call() -> None:
        client.describe_training_job(TrainingJobName=job)

    return _threads(call, in_flight, calls)


def _threads(call: Callable[[], None], in_flight: int, calls: int) -> list[float]:
    warmed = threading.Barrier(in_flight)
    seconds: list[float] = []

    def work() -> None:
        for _ in range(3):
            call()
        warmed.wait()
        for _ in range(calls // in_flight):
            start = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - start)

    threads = [threading.Thread(target=work) for _ in range(in_flight)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds


async def _http(port: int, request: bytes, in_flight: int, calls: int) -> list[float]:
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(in_flight)]
    seconds: list[float] = []

    async def loop(number: int, timed: bool) -> None:
        reader, writer = connections[number]
        for _ in range(calls // in_flight if timed else 3):
            start = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length.group(1)) if length else 0)
            if timed:
                seconds.append(time.perf_counter() - start)
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{head.decode()}{body.decode(errors='replace')}")

    for timed in (False, True):
        await asyncio.gather(*(loop(number, timed) for number in range(in_flight)))
    for _, writer in connections:
        writer.close()
    return seconds


def _main() -> None:
    settings = json.load(sys.stdin)
    in_flight, calls = settings["in_flight"], settings["calls"]
    if settings["mode"] == "boto":
        seconds = _boto(settings["job"], in_flight, calls)
    else:
        request = settings["request"].encode("latin-1")
        seconds = asyncio.run(_http(settings["port"], request, in_flight, calls))
    print(json.dumps(seconds))


if __name__ == "__main__":
    _main()
