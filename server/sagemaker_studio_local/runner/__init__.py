"""Really runs training jobs: the part of SageMaker that starts instances and containers.

Usage::

    runner = TrainingJobRunner(work_dir=…, endpoint_url=…, region=…, credentials=…, clock=…)
    job = runner.start(request, on_transition=…, on_done=…)
    job.stop()
    runner.shutdown()

A container is emulated as :mod:`.container` says, its image as :mod:`.image` says. Not
emulated: several instances, Pipe mode, file system channels, checkpoints, warm pools and the size
of the volume. Spot instances are only taken away where ``trouble_of`` says so.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from ..clock import Clock
from .capacity import TroubleOf, no_trouble
from .container import Container
from .errors import InfrastructureError
from .image import Image
from .isolation import choose
from .job import JobOutcome, RunningJob
from .logs import LOG_GROUP
from .paths import kill_orphans
from .platform import Platform
from .slots import Slots

__all__ = ["LOG_GROUP", "JobOutcome", "RunningJob", "TrainingJobRunner"]

INTERNAL_USER_AGENT = "studio-local-internal"
_FOLDER = "studio-jobs"

_log = logging.getLogger(__name__)


class TrainingJobRunner:
    """Runs CreateTrainingJob requests.

    :param work_dir: holds the folders of running jobs; what a killed runner left is removed.
    :param endpoint_url: S3, CloudWatch Logs and every other service, also for the jobs.
    :param credentials: environment variables (``AWS_ACCESS_KEY_ID``, …) for agent and jobs.
    :param clock: scales the delays of AWS's fleet.
    :param credentials_of: tells those of the role with an ARN, where jobs are to act as theirs.
    :param python_prefix: the content of every training image, see :mod:`.image`.
    :param isolation: ``bwrap``, ``paths`` or ``auto`` (bubblewrap where it really works).
    :param max_running: jobs past "Starting" at the same time; default the number of CPUs,
        at least 2.
    :param missing_programs: tells what the image with a URI lacks of the environment's programs.
    :param trouble_of: tells what goes wrong with the next attempt at a job.
    :param stop_grace: seconds between SIGTERM and SIGKILL; SageMaker gives 120.

    Nothing is started or connected before the first job.
    """

    def __init__(
        self,
        *,
        work_dir: Path,
        endpoint_url: str,
        region: str,
        credentials: Mapping[str, str],
        clock: Clock,
        python_prefix: Path = Path(sys.prefix),
        isolation: Literal["bwrap", "paths", "auto"] = "auto",
        max_running: int | None = None,
        stop_grace: float = 120.0,
        missing_programs: Callable[[str], set[str]] = lambda uri: set(),
        trouble_of: TroubleOf = no_trouble,
        credentials_of: Callable[[str], Mapping[str, str] | None] = lambda role_arn: None,
    ) -> None:
        missing = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} - set(credentials)
        if missing:
            raise ValueError(f"credentials lack {', '.join(sorted(missing))}")
        self._work_dir = Path(work_dir).absolute()
        self._endpoint_url = endpoint_url
        self._region = region
        self._credentials = dict(credentials)
        self._clock = clock
        self._image = Image(Path(python_prefix))
        self._wanted = isolation
        self._slots = Slots(max_running or max(2, os.cpu_count() or 2))
        self._stop_grace = stop_grace
        self._missing_programs = missing_programs
        self._trouble_of = trouble_of
        self._credentials_of = credentials_of
        self._lock = threading.RLock()
        self._container: Container | None = None
        self._folder: Path | None = None
        self._clients: dict[tuple[str, str], Any] = {}
        self._jobs: set[RunningJob] = set()
        self._closed = False

    @property
    def isolation(self) -> str:
        """``bwrap`` or ``paths``: what jobs get here. The first call tries it out."""
        with self._lock:
            if self._container is None:
                self._container, reason = choose(self._image, self._wanted)
                _log.info("Jobs run with isolation %s: %s", self._container.name, reason)
            return self._container.name

    def start(
        self,
        request: Mapping[str, Any],
        *,
        role_arn: str | None = None,
        job_arn: str | None = None,
        on_transition: Callable[[str, str], None],
        on_done: Callable[[JobOutcome], None],
    ) -> RunningJob:
        """Start a job and return at once.

        :param request: a validated CreateTrainingJob request.
        :param role_arn: default the request's; its account and partition name the job
            unless ``job_arn`` is given.
        :param on_transition: called with each SecondaryStatus and a message, the terminal one
            included, in the job's thread.
        :param on_done: called once, last. Both must not block.
        """
        role = (role_arn or request.get("RoleArn") or "").split(":")
        partition, account = (role[1], role[4]) if len(role) > 4 else ("aws", "123456789012")
        arn = job_arn or (
            f"arn:{partition}:sagemaker:{self._region}:{account}:training-job/"
            f"{request['TrainingJobName']}"
        )
        job = RunningJob(self, dict(request), arn, on_transition, on_done)
        with self._lock:
            if self._closed:
                raise RuntimeError("The runner is shut down.")
            self._jobs.add(job)
            job.begin()
        return job

    def shutdown(self, timeout: float = 30.0) -> None:
        """Kill every job, remove the work folders; waits for both. Later starts are refused."""
        with self._lock:
            self._closed = True
            jobs = list(self._jobs)
        for job in jobs:
            job.abandon()
        deadline = time.monotonic() + timeout
        for job in jobs:
            if not job.join(max(0.0, deadline - time.monotonic())):
                _log.warning("Training job %s did not end in time", job.name)
        with self._lock:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    # --- for the jobs ---

    def platform(self, role_arn: str) -> Platform:
        """What the jobs with a role share; see :class:`.job.Host`."""
        credentials = dict(self._credentials_of(role_arn) or self._credentials)
        with self._lock:
            try:
                self.isolation  # noqa: B018 - chosen by the first who asks
                folder = self._folder or self._make_folder()
            except (OSError, RuntimeError, ValueError) as error:
                raise InfrastructureError(str(error)) from error
            assert self._container is not None
            return Platform(
                work_dir=folder,
                region=self._region,
                image=self._image,
                container=self._container,
                environment={
                    "AWS_REGION": self._region,
                    "AWS_DEFAULT_REGION": self._region,
                    "LANG": "C.UTF-8",
                    "PYTHONUNBUFFERED": "1",
                },
                network_environment={
                    "AWS_ENDPOINT_URL": self._endpoint_url,
                    **credentials,
                },
                clock=self._clock,
                slots=self._slots,
                client=lambda service: self._client(service, credentials),
                stop_grace=self._stop_grace,
                missing_programs=self._missing_programs,
                trouble_of=self._trouble_of,
            )

    def finished(self, job: RunningJob) -> None:
        """Forget a job; see :class:`.job.Host`."""
        with self._lock:
            self._jobs.discard(job)

    def _make_folder(self) -> Path:
        folder = self._work_dir
        if self.isolation == "paths" and re.search(r"[^\w./-]", str(folder), re.ASCII):
            # AWS's driver does not quote its paths, so they must not hold a space.
            folder = Path(tempfile.gettempdir())
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        self._folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}-{os.getpid()}-", dir=folder))
        return self._folder

    def _client(self, service: str, credentials: Mapping[str, str]) -> Any:
        """A cached boto3 client of the agent, whose calls the local Studio does not list."""
        with self._lock:
            name = (service, credentials["AWS_ACCESS_KEY_ID"])
            if name not in self._clients:
                import boto3
                from botocore.config import Config

                self._clients[name] = boto3.session.Session(
                    aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
                    aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
                    aws_session_token=credentials.get("AWS_SESSION_TOKEN"),
                    region_name=self._region,
                ).client(
                    service,
                    endpoint_url=self._endpoint_url,
                    config=Config(
                        user_agent_extra=INTERNAL_USER_AGENT,
                        proxies={},  # The endpoint is this machine; no proxy reaches it.
                        retries={"mode": "standard", "total_max_attempts": 3},
                        s3={"addressing_style": "path"},
                        request_checksum_calculation="when_required",
                        connect_timeout=5,
                        read_timeout=60,
                        max_pool_connections=32,
                    ),
                )
            return self._clients[name]


def _remove_leftovers(folder: Path) -> None:
    """Remove what a runner that was killed left; not that of a running one."""
    import psutil

    kill_orphans()
    for path in folder.glob(f"{_FOLDER}-*-*"):
        owner = path.name.removeprefix(f"{_FOLDER}-").split("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(path, ignore_errors=True)
