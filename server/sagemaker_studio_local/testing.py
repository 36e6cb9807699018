"""A local Studio inside a test's own process.

Usage::

    from sagemaker_studio_local.testing import LocalStudio, FakeRunner

    with LocalStudio(tmp_path, speed=1000) as studio:
        studio.client("sagemaker").list_training_jobs()

One runs in a process at a time, because moto's state belongs to the process.
"""

from __future__ import annotations

import json
import threading
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import seed
from .studio import Studio


@dataclass
class FakeOutcome:
    """How a job of FakeRunner ends; the fields of the real runner's outcome."""

    status: str = "Completed"
    failure_reason: str | None = None
    exit_code: int | None = 0
    secondary: str = "Completed"
    training_seconds: float = 0.0


class FakeRunner:
    """Runs nothing: jobs go to Training and end when a test says so, or when they are stopped."""

    def __init__(self) -> None:
        self.jobs: dict[str, FakeJob] = {}

    def start(self, request: dict[str, Any], **callbacks: Any) -> FakeJob:
        """Take a job; it is in Training when this returns."""
        job = FakeJob(request, callbacks["on_transition"], callbacks["on_done"])
        self.jobs[request["TrainingJobName"]] = job
        job.begin()
        return job

    def shutdown(self) -> None:
        """Stop every job."""
        for job in self.jobs.values():
            job.stop()


class FakeJob:
    """A job of FakeRunner."""

    def __init__(self, request: dict[str, Any], on_transition: Any, on_done: Any) -> None:
        self.request = request
        self._on_transition = on_transition
        self._on_done = on_done
        self.stopped = threading.Event()

    def begin(self) -> None:
        """Go to Training."""
        self._on_transition("Downloading", "Downloading input data")
        self._on_transition("Training", "Training in progress")

    def finish(self, outcome: FakeOutcome | None = None) -> None:
        """End the job."""
        self._on_done(outcome or FakeOutcome())

    def stop(self) -> None:
        """End the job as stopped."""
        if not self.stopped.is_set():
            self.stopped.set()
            self._on_done(FakeOutcome("Stopped", None, 143, "Stopped"))

    def join(self, timeout: float | None = None) -> bool:
        """There is nothing to wait for."""
        return True


class LocalStudio:
    """A local Studio on a free port.

    :param state_dir: the state folder.
    :param speed: see Clock.
    :param runner: an object with the runner's ``start`` and ``shutdown``; None for the real one.
    """

    def __init__(self, state_dir: Path, speed: float = 1000.0, runner: Any = None) -> None:
        make_runner = (lambda studio: runner) if runner is not None else None
        self.studio = Studio(Path(state_dir), speed=speed, make_runner=make_runner)

    def start(self) -> LocalStudio:
        """Start it; requests are answered when this returns."""
        self.studio.start()
        return self

    def stop(self) -> None:
        """Stop it. AssertionError if an answer of ours ever broke the service model."""
        problems = self.studio.frontend.model_problems if self.studio.frontend else []
        self.studio.stop()
        assert not problems, problems

    def __enter__(self) -> LocalStudio:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def endpoint_url(self) -> str:
        """The endpoint of every AWS service."""
        return self.studio.endpoint_url

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables that lead an SDK to it."""
        return self.studio.environment()

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of a service, without retries unless asked for."""
        import boto3
        from botocore.config import Config

        arguments: dict[str, Any] = {
            "endpoint_url": self.endpoint_url,
            "region_name": seed.REGION,
            "aws_access_key_id": seed.ACCESS_KEY,
            "aws_secret_access_key": seed.SECRET_KEY,
            "config": Config(retries={"total_max_attempts": 1}),
            **options,
        }
        return boto3.session.Session().client(service, **arguments)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call a control route, such as ``control("GET", "calls?since=3")``."""
        request = urllib.request.Request(
            f"{self.endpoint_url}/_studio/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        """The calls received, all or of one operation."""
        calls = self.control("GET", "calls")["calls"]
        return [c for c in calls if operation in (None, c["operation"])]

    def fault(self, operation: str, **fields: Any) -> None:
        """Put a fault in force; see ``faults.Fault`` for the fields."""
        self.control("POST", "faults", {"operation": operation, **fields})

    def reset(self) -> None:
        """Lift all faults and forget the calls."""
        self.control("DELETE", "faults")
        self.control("DELETE", "calls")
