"""A sweep of fifty jobs where CreateTrainingJob takes one call a second, as AWS's does."""

from __future__ import annotations

import json
import tempfile
import threading
from pathlib import Path
from typing import Any

from measurement import Row
from processes import Space, jupyter
from tasks import run_task

GOAL = 1.2
_BUCKET = "sagemaker-automated-execution-123456789012-us-west-2"
#: What the browser side sends for a job.
_REQUEST = Path(__file__).parents[1] / "server" / "tests" / "wire" / "our-job.json"


def measure(quick: bool) -> list[Row]:
    """From the first CreateTrainingJob to the last one, none of them refused."""
    from sagemaker_studio_local.testing import FakeRunner, LocalStudio, app_surroundings

    class Runner(FakeRunner):
        """Ends each job after a second: it is the calls that are measured."""

        def start(self, request: dict[str, Any], **callbacks: Any) -> Any:
            job = super().start(request, **callbacks)
            threading.Timer(1, job.finish).start()
            return job

    count = 10 if quick else 50
    with tempfile.TemporaryDirectory(prefix="sagemaker-studio-bench-") as folder:
        state = Path(folder)
        with LocalStudio(state, runner=Runner()) as studio:
            studio.client("s3").create_bucket(
                Bucket="results", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
            )
            space = Space(studio.endpoint_url, *app_surroundings(state, studio.endpoint_url))
            (space.root / "report.ipynb").write_text('{"cells": [], "nbformat": 4}')
            studio.fault("CreateTrainingJob", perSecond=1)
            with jupyter(True, space=space) as server:
                result = run_task(server, "sweep", _spec(count))
            calls = studio.calls("CreateTrainingJob")
    done = [call["time"] for call in calls if not call["code"]]
    refused = [call["code"] for call in calls if call["code"]]
    if result["counts"] != {"Completed": count} or len(done) != count:
        raise RuntimeError(f"not every job was created and ended: {result['counts']}, {refused}")
    note = (
        f"from the first to the last CreateTrainingJob of a task; {len(calls)} calls, "
        f"{refused.count('ThrottlingException')} throttled, {len(refused)} refused in all; the "
        "emulation refuses what is more than one call a second; compared with one call a second"
    )
    title = f"sweep of {count} jobs at one CreateTrainingJob a second"
    taken = done[-1] - done[0]
    return [Row(title, taken, "s", peer=float(count), goal=GOAL, judged="ratio", notes=[note])]


def _spec(count: int) -> dict[str, Any]:
    text = _REQUEST.read_text()
    (call,) = json.loads(text)
    request = call["input"]
    staged = request["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"]
    return {
        "bucket": _BUCKET,
        "prefix": f"{staged.removeprefix(f's3://{_BUCKET}/')}/",
        "createBucket": True,
        "files": [{"path": "report.ipynb"}],
        "jobs": [{**request, "TrainingJobName": f"sweep-{n}"} for n in range(count)],
        "concurrency": 10,
    }
