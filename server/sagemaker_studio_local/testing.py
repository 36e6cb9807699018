"""A local Studio for tests, inside the test's own process or beside it.

Usage::

    from sagemaker_studio_local.testing import FakeRunner, LocalStudio, LocalStudioProcess

    with LocalStudio(tmp_path, runner=FakeRunner()) as studio:      # in this process
        studio.client("sagemaker").list_training_jobs()

    with LocalStudioProcess(tmp_path, speed=1000) as studio:        # the command, real runner
        studio.client("sagemaker").list_training_jobs()

One runs inside a process at a time, because moto's state belongs to the process: fixtures of
``LocalStudio`` are best of module scope. Of ``LocalStudioProcess`` there may be any number.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import seed
from .control_plane.launcher import Launch
from .file_systems import ATTACHED
from .file_systems import disk as file_systems_on_disk
from .studio import LauncherFactory, Studio, environment_of
from .supervisor.environment import Image, app_environment
from .supervisor.home import Home


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


class _Client:
    """What both kinds of local Studio offer to tests."""

    @property
    def endpoint_url(self) -> str:
        """The endpoint of every AWS service."""
        raise NotImplementedError

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of a service, without retries unless asked for; kept for reuse."""
        import boto3
        from botocore.config import Config

        clients: dict[str, Any] = self.__dict__.setdefault("_clients", {})
        if not options and service in clients:
            return clients[service]
        session = self.__dict__.setdefault("_session", boto3.session.Session())
        arguments: dict[str, Any] = {
            "endpoint_url": self.endpoint_url,
            "region_name": seed.REGION,
            "aws_access_key_id": seed.ACCESS_KEY,
            "aws_secret_access_key": seed.SECRET_KEY,
            "config": Config(retries={"total_max_attempts": 1}),
            **options,
        }
        client = session.client(service, **arguments)
        if not options:
            clients[service] = client
        return client

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables that lead an SDK and git to it."""
        return _environment_of(self.endpoint_url)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call a control route, such as ``control("GET", "calls?since=3")``."""
        return _control(self.endpoint_url, method, path, body)

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        """The calls received, all or of one operation."""
        calls = self.control("GET", "calls")["calls"]
        return [c for c in calls if operation in (None, c["operation"])]

    def fault(self, operation: str, **fields: Any) -> None:
        """Put a fault in force; see ``faults.Fault`` for the fields."""
        self.control("POST", "faults", {"operation": operation, **fields})

    def reset(self) -> None:
        """Lift all faults and rules and forget the calls, those of the Git host too."""
        for path in ("faults", "calls", "git", "permissions"):
            self.control("DELETE", path)


class LocalStudio(_Client):
    """A local Studio in this process, on a free port.

    :param state_dir: the state folder.
    :param speed: see Clock.
    :param runner: an object with the runner's ``start`` and ``shutdown``; None for the real one.
    :param make_launcher: what runs apps, given the ``Studio``; without it apps have states only.
    :param schedule_speed: how many times as fast recurring schedules and rules run.
    """

    def __init__(
        self,
        state_dir: Path,
        speed: float = 1000.0,
        runner: Any = None,
        make_launcher: LauncherFactory | None = None,
        schedule_speed: float = 1.0,
    ) -> None:
        make_runner = (lambda studio: runner) if runner is not None else None
        self.studio = Studio(
            Path(state_dir),
            speed=speed,
            make_runner=make_runner,
            make_launcher=make_launcher,
            schedule_speed=schedule_speed,
        )

    def start(self) -> LocalStudio:
        """Start it; requests are answered when this returns."""
        self.studio.start()
        self.__dict__.pop("_clients", None)
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


class LocalStudioProcess(_Client):
    """The command ``python -m sagemaker_studio_local`` as a child process, with real jobs.

    :param arguments: more of the command's options; by default without JupyterLab.
    :param environment: variables set or, when None, removed for it.
    """

    def __init__(
        self,
        state_dir: Path,
        speed: float = 1000.0,
        arguments: Sequence[str] = ("--no-app", "--aws-port", "0"),
        environment: Mapping[str, str | None] | None = None,
    ) -> None:
        self.state = Path(state_dir)
        self._arguments = ["--state", str(state_dir), "--speed", f"{speed:g}", *arguments]
        self._changes = dict(environment or {})
        self._endpoint_url = ""
        #: What ``READY`` named: JupyterLab's address, or the endpoint without an app.
        self.url = ""
        self.output: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self, timeout: float = 120.0) -> LocalStudioProcess:
        """Start it and wait for ``READY``; RuntimeError with its output when that never comes."""
        environment = {**os.environ, "PYTHONPATH": _python_path()}
        for name, value in self._changes.items():
            environment.pop(name, None)
            if value is not None:
                environment[name] = value
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sagemaker_studio_local", "--no-browser", *self._arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ready = threading.Event()
        threading.Thread(target=self._read, args=(ready,), daemon=True).start()
        if not ready.wait(timeout) or not self.url:
            self.stop()
            raise RuntimeError("the local Studio did not start:\n" + "".join(self.output))
        return self

    def _read(self, ready: threading.Event) -> None:
        assert self.process is not None and self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            if line.startswith("AWS APIs at "):
                self._endpoint_url = line.split()[3]
            elif line.startswith("READY "):
                self.url = line.split()[1]
                ready.set()
        ready.set()

    def stop(self, timeout: float = 60.0) -> int:
        """End it as Ctrl-C does; answers its exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def __enter__(self) -> LocalStudioProcess:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def endpoint_url(self) -> str:
        """The endpoint of every AWS service."""
        return self._endpoint_url


def app_surroundings(
    state: Path, endpoint_url: str, more_file_systems: Iterable[str] = ()
) -> tuple[Path, dict[str, str]]:
    """(home folder, environment) of the own space's app, for a JupyterLab the caller starts.

    :param state: the state folder of a local Studio that runs without an app of its own.
    :param more_file_systems: mounted besides those attached from the start, such as ``efs/fs-…``.
    """
    launch = Launch(
        key=seed.APP_KEY,
        arn=f"arn:{seed.PARTITION}:sagemaker:{seed.REGION}:{seed.ACCOUNT}:app/{seed.APP_KEY}",
        app_name=seed.APP_NAME,
        space_name=seed.SPACE_NAME,
        sharing="Private",
        role_arn=seed.ROLE_ARN,
        instance_type="ml.t3.medium",
        file_systems=(*(one.place for one in ATTACHED), *more_file_systems),
    )
    home = Home(state)
    home.prepare()
    home.mount(launch.file_systems)
    home.write_metadata(launch)
    image = Image(state)
    file_systems_on_disk.write_probe(state, image.probe)
    studio = _environment_of(endpoint_url)
    return home.root, app_environment(studio, home, launch, image, "")


def _environment_of(endpoint_url: str) -> dict[str, str]:
    git = _control(endpoint_url, "GET", "git")["environment"]
    return {**environment_of(endpoint_url), **git}


def _control(endpoint_url: str, method: str, path: str, body: Any = None) -> Any:
    request = urllib.request.Request(
        f"{endpoint_url}/_studio/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        return json.load(answer)


def _python_path() -> str:
    """A PYTHONPATH by which a child finds this package, installed or not."""
    here = str(Path(__file__).parent.parent)
    others = os.environ.get("PYTHONPATH", "")
    return f"{here}{os.pathsep}{others}" if others else here
