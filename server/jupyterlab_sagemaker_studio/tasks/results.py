"""What runs recorded: output notebooks, read out of the archives in S3 as these stream by.

No more than the notebook is kept, and that nowhere under a name. A run that cannot be read has a
``problem``; the others are told.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any

from ..errors import AwsError
from . import recorded
from .archive import find_file
from .download import stream
from .model import TaskError
from .run import TaskRun
from .s3 import S3

MAX_ARCHIVE = 2 * 1024**3  # bytes in S3
MAX_NOTEBOOK = 32 * 1024**2
IN_PROCESS = 128 * 1024  # larger ones are read by another process, see ``recorded``
READ_SECONDS = 120.0
LOOK_SECONDS = 0.5  # between two looks whether the task was cancelled meanwhile
_AT_A_TIME = 4
_one_process = threading.Lock()  # it may need a gigabyte of memory
_KEPT = 200  # runs of at most 64 KiB


def results(run: TaskRun) -> dict[str, Any]:
    """Carry out a results task; answers ``{"runs": {name: run}}``, a run as ``recorded.read``."""
    outputs = run.spec["outputs"]
    run.totals(len(outputs), 0)
    run.phase("Reading the outputs of the runs")
    waiting, runs = deque(outputs), dict[str, Any]()
    s3 = S3(run)

    def work() -> None:
        with suppress(IndexError):
            while True:
                output = waiting.popleft()
                runs[output["name"]] = _read(run, s3, output)
                run.advance(files=1)

    with ThreadPoolExecutor(_AT_A_TIME, "sagemaker-studio-results") as pool:
        workers = [pool.submit(work) for _ in range(_AT_A_TIME)]
    for worker in workers:
        worker.result()
    return {"runs": {output["name"]: runs[output["name"]] for output in outputs}}


def _read(run: TaskRun, s3: S3, output: dict[str, str]) -> recorded.Run:
    """One run, from what is kept in memory where the object is still the same."""
    kept, key = run.services.recorded, (output["bucket"], output["key"], output["notebook"])
    params: dict[str, Any] = {"Bucket": output["bucket"], "Key": output["key"]}
    etag, known = kept.get(key, ("", None))
    try:
        answer = s3.call("GetObject", **params, **({"IfNoneMatch": etag} if etag else {}))
        found = _look_through(run, s3, params, answer, output["notebook"])
    except AwsError as error:
        if error.status == 304 and known is not None:
            return known  # type: ignore[no-any-return]
        if isinstance(error, TaskError) and not error.aws:
            return recorded.problem(error.message)
        told = f"{error.operation}: {error.code}: {error.message}"
        return recorded.problem(f"{told} (request {error.request_id})")
    while len(kept) >= _KEPT:
        with suppress(KeyError, StopIteration, RuntimeError):
            kept.pop(next(iter(kept)), None)
    kept[key] = (answer["ETag"], found)
    return found


def _look_through(
    run: TaskRun, s3: S3, params: dict[str, Any], answer: dict[str, Any], notebook: str
) -> recorded.Run:
    with closing(stream(run, s3, params, answer)) as chunks:
        if int(answer["ContentLength"]) > MAX_ARCHIVE:
            answer["Body"].close()
            return recorded.problem(
                f"The output has {int(answer['ContentLength']):,} bytes; more than "
                f"{MAX_ARCHIVE:,} are not looked through."
            )
        content = find_file(chunks, notebook, MAX_NOTEBOOK, run.check)
    if content is None:
        return recorded.problem(f"The output has no file “{notebook}”.")
    if len(content) <= IN_PROCESS:
        return recorded.read(content)
    try:
        return _read_elsewhere(run, content)
    except OSError as error:  # a full disk, no more processes
        return recorded.problem(f"The notebook could not be read: {error.strerror or error}.")


def _read_elsewhere(run: TaskRun, content: bytes) -> recorded.Run:
    """Read a large notebook in a process of its own."""
    command = [sys.executable, "-I", "-S", recorded.__file__]
    with _one_process, tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        process = subprocess.Popen(
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + READ_SECONDS
        with process:
            try:
                while time.monotonic() < deadline:
                    run.check()
                    with suppress(subprocess.TimeoutExpired):
                        told, _ = process.communicate(timeout=LOOK_SECONDS)
                        break
                else:
                    return recorded.problem("Reading the notebook took too long; it is too large.")
            finally:
                process.kill()
    try:
        found: recorded.Run = json.loads(told)
    except ValueError:
        return recorded.problem("The notebook could not be read; it may be too large.")
    return found
