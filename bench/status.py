"""How soon Jupyter itself answers while AWS does not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from load import describe_bytes, http_load, request_bytes
from measurement import Row, alternate, median, percentile
from processes import Server, fixed_aws, jupyter

GOAL = 1.5
HANGING = 64


def measure(quick: bool) -> list[Row]:
    """p99 of ``/api/status`` with 64 hanging upstream calls, against idle."""
    rounds, calls = (3, 300) if quick else (9, 1000)
    with fixed_aws() as endpoint, jupyter(True, endpoint=endpoint) as server:
        status = request_bytes(server, "GET", "api/status")

        def idle() -> list[float]:
            return http_load(server, status, 1, calls)

        def hanging() -> list[float]:
            with _hanging_calls(server):
                return http_load(server, status, 1, calls)

        quiet, busy = alternate(rounds, idle, hanging)
    ours, peer = (median([percentile(run, 99) for run in side]) * 1000 for side in (busy, quiet))
    note = f"one status request after another, {rounds} alternating runs of {calls}"
    return [
        Row(
            f"/api/status p99, {HANGING} hanging AWS calls against idle",
            ours,
            "ms",
            peer=peer,
            goal=GOAL,
            judged="ratio",
            notes=[note],
        )
    ]


@contextlib.contextmanager
def _hanging_calls(server: Server) -> Iterator[None]:
    """64 calls that AWS never answers, each on its own connection, under way."""
    request = describe_bytes(server, "bench-hang")
    loop = asyncio.new_event_loop()

    async def begin() -> list[asyncio.StreamWriter]:
        writers = []
        for _ in range(HANGING):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(request)
            writers.append(writer)
            readers.append(reader)
        await asyncio.sleep(1.5)  # until the server has handed them all to AWS
        return writers

    async def end(writers: list[asyncio.StreamWriter]) -> None:
        answered = [reader for reader in readers if reader._buffer]  # type: ignore[attr-defined]
        for writer in writers:
            writer.close()
        await asyncio.sleep(1)
        if answered:
            raise RuntimeError(f"{len(answered)} calls did not hang: {answered[0]._buffer!r}")  # type: ignore[attr-defined]

    readers: list[asyncio.StreamReader] = []
    writers = loop.run_until_complete(begin())
    try:
        yield
    finally:
        loop.run_until_complete(end(writers))
        loop.close()
