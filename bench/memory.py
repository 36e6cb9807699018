"""Memory the server part adds: idle, after AWS calls, after a staging task."""

from __future__ import annotations

import time

import psutil
from load import http_load, proxied_load, request_bytes
from measurement import Row, median
from processes import Server, fixed_aws, jupyter
from staging import make_files, stage

IDLE_GOAL_MB = 10.0
CALLS_GOAL_MB = 45.0


def measure(quick: bool) -> list[Row]:
    """Unique memory (USS) of the server process with us less that without, each started anew."""
    names = ("idle", "calls", "task")
    added: dict[str, list[float]] = {name: [] for name in names}
    resident: dict[str, list[float]] = {name: [] for name in names}
    base: dict[str, list[float]] = {name: [] for name in names}
    peers: list[float] = []
    with fixed_aws() as endpoint:
        for _ in range(2 if quick else 5):
            with jupyter(False, endpoint=endpoint) as bare:
                without = {"idle": _idle(bare)}
                http_load(bare, request_bytes(bare, "GET", "api/status"), 4, 200)
                without["calls"] = without["task"] = _memory(bare)
            with jupyter(True, endpoint=endpoint) as server:
                ours = {"idle": _idle(server)}
                http_load(server, request_bytes(server, "GET", "api/status"), 4, 200)
                ours["calls"] = _after_calls(server)
                ours["task"] = _after_task(server)
            with jupyter(False, endpoint=endpoint, peers=True) as theirs:
                peers.append(_idle(theirs)[0] - without["idle"][0])
            for name in names:
                base[name].append(without[name][0])
                added[name].append(ours[name][0])
                resident[name].append(ours[name][1] - without[name][1])

    def row(name: str, title: str, goal: float | None, note: str) -> Row:
        rss = f"RSS +{median(resident[name]):.1f} MB"
        return Row(
            f"server memory, {title}",
            median(added[name]),
            "MB",
            peer=median(base[name]),
            goal=goal,
            judged="added",
            notes=[f"USS with us against without; {rss}; {note}"],
        )

    theirs_note = f"AWS's scheduler and jupyter-scheduler add {median(peers):.0f} MB when idle"
    calls_note = "800 calls, up to 64 in flight, to SageMaker and S3 through the signing endpoint"
    task_note = "the same and a task that staged 200 files"
    return [
        row("idle", "idle after start", IDLE_GOAL_MB, theirs_note),
        row("calls", "after AWS calls", CALLS_GOAL_MB, calls_note),
        row("task", "after AWS calls and staging", CALLS_GOAL_MB, task_note),
    ]


def _idle(server: Server) -> tuple[float, float]:
    """After the page was asked for once, as anyone who opens JupyterLab does."""
    http_load(server, request_bytes(server, "GET", "lab"), 1, 3)
    return _memory(server)


def _after_calls(server: Server) -> tuple[float, float]:
    proxied_load(server, "bench-job", 1, 100)
    proxied_load(server, "bench-job", 64, 640)
    s3 = request_bytes(server, "GET", "sagemaker-studio/aws/s3/bench/key")
    http_load(server, s3, 4, 60)
    return _memory(server)


def _after_task(server: Server) -> tuple[float, float]:
    make_files(server.root / "memory", 200, 4096)
    stage(server, "memory", 200)
    return _memory(server)


def _memory(server: Server) -> tuple[float, float]:
    """USS and RSS in MB, once they have settled."""
    time.sleep(2)
    facts = psutil.Process(server.pid).memory_full_info()
    return facts.uss / 1e6, facts.rss / 1e6
