"""Uploading a notebook's files by a task against `aws s3 cp --recursive`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import uuid
from functools import partial
from pathlib import Path

from measurement import Row, alternate, median, spread
from processes import Server, aws_environment, fixed_aws, jupyter
from tasks import run_task

GOAL = 1.0
_BLOCK = 1 << 20


def measure(quick: bool) -> list[Row]:
    """One big file and many small ones, to an endpoint that throws them away."""
    big = (64 if quick else 1024) * _BLOCK
    many = 500 if quick else 10_000
    rounds = 3
    with fixed_aws() as endpoint, jupyter(True, endpoint=endpoint) as server:
        make_files(server.root / "big", 1, big)
        make_files(server.root / "many", many, 4096)
        start = _cli_start(endpoint)
        rows = []
        for folder, files, size, title in (
            ("big", 1, big, f"staging one file of {big // _BLOCK:,} MB"),
            ("many", many, many * 4096, f"staging {many:,} files of 4 KB"),
        ):
            ours, theirs = alternate(
                rounds,
                partial(_timed, endpoint, files, size, partial(stage, server, folder, files)),
                partial(_timed, endpoint, files, size, partial(_cli, server, folder, endpoint)),
            )
            without_start = median(ours) / (median(theirs) - start)
            note = (
                f"{size / 1e6:,.0f} MB; ours {spread(ours)} s, `aws s3 cp --recursive` "
                f"{spread(theirs)} s; the CLI's own start takes {start:.2f} s of that, without it "
                f"the ratio is {without_start:.2f}; both to an endpoint that drops what it gets"
            )
            rows.append(
                Row(
                    f"{title} against the AWS CLI",
                    median(ours),
                    "s",
                    peer=median(theirs),
                    goal=GOAL,
                    judged="ratio",
                    notes=[note],
                )
            )
    return rows


def make_files(folder: Path, count: int, size: int) -> None:
    """Files of random bytes, a hundred a folder."""
    block = os.urandom(min(size, _BLOCK))
    for number in range(count):
        file = folder / f"part-{number // 100:03}" / f"file-{number:05}.bin"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as output:
            for _ in range(max(1, size // len(block))):
                output.write(block)


def stage(server: Server, folder: str, files: int) -> None:
    """Run a staging task."""
    spec = {
        "bucket": "bench",
        "prefix": f"bench-{uuid.uuid4().hex[:8]}/input/",
        "files": [],
        "folder": {"path": folder, "exclude": []},
    }
    result = run_task(server, "stage", spec)
    if result["files"] != files:
        raise RuntimeError(f"{result['files']} of {files} files staged")


def _timed(endpoint: str, files: int, size: int, upload: partial[None]) -> float:
    """Seconds of one upload; the endpoint must have got all of it."""
    _received(endpoint)
    start = time.perf_counter()
    upload()
    seconds = time.perf_counter() - start
    received = _received(endpoint)
    if received != {"objects": files, "bytes": size}:
        raise RuntimeError(f"the endpoint got {received}, not {files} objects of {size} bytes")
    return seconds


def _received(endpoint: str) -> dict[str, int]:
    with urllib.request.urlopen(f"{endpoint}/_bench/received", timeout=30) as answer:
        received: dict[str, int] = json.load(answer)
        return received


def _aws_command() -> str:
    beside = Path(sys.executable).with_name("aws")
    found = str(beside) if beside.exists() else shutil.which("aws")
    if not found:
        raise RuntimeError("the AWS CLI is not installed (extra `bench`)")
    return found


def _cli(server: Server, folder: str, endpoint: str) -> None:
    target = f"s3://bench/{uuid.uuid4().hex[:8]}/"
    command = [_aws_command(), "s3", "cp", "--recursive", "--quiet", folder, target]
    subprocess.run(command, cwd=server.root, env=aws_environment(endpoint), check=True)


def _cli_start(endpoint: str) -> float:
    """Seconds the CLI needs to list nothing."""

    def run() -> float:
        start = time.perf_counter()
        command = [_aws_command(), "s3", "ls", "s3://bench/nothing/"]
        # It ends with 1 when nothing was listed.
        subprocess.run(command, env=aws_environment(endpoint), stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    return median([run() for _ in range(3)])
