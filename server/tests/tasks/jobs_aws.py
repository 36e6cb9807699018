"""Training jobs that run, end and are limited, as an account has them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from tasks_aws import BUCKET, REGION, job_request

FINAL = {"Completed", "Failed", "Stopped"}
Answer = tuple[int, dict[str, Any]]


class Jobs:
    """Answers the SageMaker operations of jobs; each job runs for ``seconds``.

    :ivar limit: jobs that may run at one time.
    :ivar rate: CreateTrainingJob a second that are taken, and two at once, as AWS counts.
    :ivar most: so many have run at one time.
    :ivar throttled: so many CreateTrainingJob came too soon.
    """

    def __init__(self, seconds: float = 0.3) -> None:
        self.seconds = seconds
        self.limit = 1000
        self.rate = 0.0
        self._tokens, self._counted = 2.0, time.monotonic()
        self.jobs: dict[str, dict[str, Any]] = {}
        self.ends: dict[str, str] = {}
        self.most = 0
        self.throttled = 0
        self.calls: Counter[str] = Counter()

    def __call__(self, operation: str, params: dict[str, Any]) -> Answer:
        self.calls[operation] += 1
        return getattr(self, f"_{operation}")(params)  # type: ignore[no-any-return]

    @property
    def running(self) -> list[str]:
        """Jobs that have not ended."""
        return [name for name in self.jobs if self.status(name) not in FINAL]

    def status(self, name: str) -> str:
        """As SageMaker tells it."""
        job = self.jobs[name]
        over = time.monotonic() - job["begun"] > self.seconds
        if job["stopping"]:
            return "Stopped" if over else "Stopping"
        return self.ends.get(name, "Completed") if over else "InProgress"

    def _CreateTrainingJob(self, params: dict[str, Any]) -> Answer:
        now = time.monotonic()
        if self.rate:
            self._tokens = min(2.0, self._tokens + (now - self._counted) * self.rate)
            self._counted = now
            if self._tokens < 1:
                self.throttled += 1
                return 400, {"__type": "ThrottlingException", "message": "Rate exceeded"}
            self._tokens -= 1
        name = params["TrainingJobName"]
        if name in self.jobs:
            return 400, {"__type": "ResourceInUse", "message": "Name is taken"}
        if len(self.running) >= self.limit:
            text = "The account-level service limit is reached."
            return 400, {"__type": "ResourceLimitExceeded", "message": text}
        self.jobs[name] = {"begun": now, "stopping": False, "request": params}
        self.most = max(self.most, len(self.running))
        return 200, {"TrainingJobArn": _arn(name)}

    def _DescribeTrainingJob(self, params: dict[str, Any]) -> Answer:
        name = params["TrainingJobName"]
        if name not in self.jobs:
            return 400, {"__type": "ValidationException", "message": "Resource not found."}
        return 200, {"TrainingJobArn": _arn(name), "TrainingJobStatus": self.status(name)}

    def _ListTags(self, params: dict[str, Any]) -> Answer:
        name = params["ResourceArn"].rpartition("/")[2]
        return 200, {"Tags": self.jobs[name]["request"].get("Tags", [])}

    def _ListTrainingJobs(self, params: dict[str, Any]) -> Answer:
        """Two a page, to have pages."""
        wanted = params.get("StatusEquals")
        names = [n for n in self.jobs if wanted in (None, self.status(n))]
        names = [n for n in names if params.get("NameContains", "") in n]
        start = int(params.get("NextToken", 0))
        listed = [{"TrainingJobName": n} for n in names[start : start + 2]]
        more = {"NextToken": str(start + 2)} if start + 2 < len(names) else {}
        return 200, {"TrainingJobSummaries": listed, **more}

    def _StopTrainingJob(self, params: dict[str, Any]) -> Answer:
        name = params["TrainingJobName"]
        if name not in self.running:
            text = "The request was rejected because the training job is in status Completed."
            return 400, {"__type": "ValidationException", "message": text}
        self.jobs[name]["stopping"] = True
        return 200, {}


def sweep_spec(count: int = 5, concurrency: int = 2, **more: Any) -> dict[str, Any]:
    """A sweep of jobs ``sweep-1`` … that reads one file."""
    return {
        "bucket": BUCKET,
        "prefix": "sweep/input/",
        "files": [{"path": "a.ipynb"}],
        "jobs": [job_request(f"sweep-{number}") for number in range(1, count + 1)],
        "concurrency": concurrency,
        **more,
    }


def outcome(task: dict[str, Any]) -> list[str]:
    """The status of each job of a sweep."""
    return [job["status"] for job in task["result"]["jobs"]]


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


def _arn(name: str) -> str:
    return f"arn:aws:sagemaker:{REGION}:123456789012:training-job/{name}"
