"""The state of the file systems, and Jupyter itself, while one mount does not answer."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection

from load import http_load, page_headers, request_bytes
from measurement import Row, alternate, median, percentile, spread
from processes import BASE_URL, Server, jupyter, local_studio

GOAL_S = 1.0
GOAL_P99 = 1.5


def measure(quick: bool) -> list[Row]:
    """Seconds of ``GET file-systems``, and p99 of ``/api/status`` meanwhile."""
    from sagemaker_studio_local.file_systems import OLD_NFS

    rounds, calls = (3, 300) if quick else (9, 1000)
    attached = (OLD_NFS.place,)
    with local_studio(more_file_systems=attached) as space, jupyter(True, space=space) as server:
        _look(server, OLD_NFS.id)
        status = request_bytes(server, "GET", "api/status")
        looks: list[float] = []

        def idle() -> list[float]:
            return http_load(server, status, 1, calls)

        def looking() -> list[float]:
            with _looks(server, OLD_NFS.id, looks):
                return http_load(server, status, 1, calls)

        quiet, busy = alternate(rounds, idle, looking)
    ours, peer = (median([percentile(run, 99) for run in side]) * 1000 for side in (busy, quiet))
    meanwhile = "while the file systems are asked for again and again, each time to be looked at"
    return [
        Row(
            "file-system status with one hung mount",
            median(looks),
            "s",
            goal=GOAL_S,
            notes=[
                f"{len(looks)} requests: {spread(looks)} s, each with a new look at every mount; "
                "the hung one is told as not answering, the others as they are"
            ],
        ),
        Row(
            "/api/status p99, file systems with a hung mount against idle",
            ours,
            "ms",
            peer=peer,
            goal=GOAL_P99,
            judged="ratio",
            notes=[
                f"one status request after another, {rounds} alternating runs of {calls}, "
                f"{meanwhile}"
            ],
        ),
    ]


@contextlib.contextmanager
def _looks(server: Server, hung: str, seconds: list[float]) -> Iterator[None]:
    """Ask for the file systems, one request after another, as long as the block runs."""
    begun, end = threading.Event(), threading.Event()
    failed: list[Exception] = []

    def look() -> None:
        headers = page_headers(server)
        begun.set()
        try:
            while not end.is_set():
                seconds.append(_look(server, hung, headers))
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        begun.wait()
        yield
    finally:
        end.set()
        thread.join()
    if failed:
        raise failed[0]


def _look(server: Server, hung: str, headers: dict[str, str] | None = None) -> float:
    """Seconds until the file systems are told; the hung one, and no other, must not answer."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    start = time.perf_counter()
    connection.request(
        "GET",
        f"{BASE_URL}sagemaker-studio/file-systems?refresh=1",
        headers=headers or page_headers(server),
    )
    answer = connection.getresponse()
    body = answer.read()
    seconds = time.perf_counter() - start
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"the file systems were refused: {answer.status} {body.decode()}")
    states = {mount["id"]: mount["state"] for mount in json.loads(body)["mounts"]}
    if states.get(hung) != "not-answering":
        raise RuntimeError(f"the mount {hung} does not hang: {states}")
    return seconds
