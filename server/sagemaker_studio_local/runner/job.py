"""The life of one training job, from Starting to its end.

Status words are SageMaker's ``SecondaryStatus``; the messages are our own. Delays that come
from AWS's fleet go through the clock; what is done for real (download, run, upload,
MaxRuntimeInSeconds, the grace time of a stop) takes real time.
"""

from __future__ import annotations

import logging
import math
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from . import layout
from .artifacts import Artifacts, read_failure
from .capacity import (
    INTERRUPTED,
    NO_CAPACITY,
    PATIENCE_SECONDS,
    RETRYING,
    JobInterrupted,
    Trouble,
    WaitOver,
    wait_deadline,
)
from .container import JobFolder
from .errors import InfrastructureError, JobFailed, JobStopped
from .logs import LogAgent
from .platform import Platform
from .utilisation import Utilisation
from .watch import Watch

STARTING_SECONDS = 90.0
MAX_REASON = 1024
_DEFAULT_MAX_RUNTIME = 86400  # SageMaker's default for MaxRuntimeInSeconds.
_INTERNAL = "InternalServerError: An internal error occurred. Try to run the job again."

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended.

    ``secondary`` is the last ``SecondaryStatus``; ``training_seconds`` the time its algorithm
    ran in the last attempt; ``exit_code`` that of the container, 128 + n after signal n, None
    if it never ran.
    """

    status: Literal["Completed", "Failed", "Stopped"]
    failure_reason: str | None
    exit_code: int | None
    secondary: Literal[
        "Completed", "Failed", "Stopped", "MaxRuntimeExceeded", "MaxWaitTimeExceeded"
    ]
    training_seconds: float


class Host(Protocol):
    """What a job needs from its runner."""

    def platform(self, role_arn: str) -> Platform:
        """The shared parts of the jobs with a role, made on first use.

        Raises InfrastructureError if that fails.
        """

    def finished(self, job: RunningJob) -> None:
        """The job's thread ends."""


class RunningJob:
    """A job on its way; runs in a thread of its own."""

    def __init__(
        self,
        host: Host,
        request: dict[str, Any],
        arn: str,
        on_transition: Callable[[str, str], None],
        on_done: Callable[[JobOutcome], None],
    ) -> None:
        self.name: str = request["TrainingJobName"]
        self._host = host
        self._request = request
        self._arn = arn
        self._network = not request.get("EnableNetworkIsolation", False)
        self._on_transition = on_transition
        self._on_done = on_done
        self._stop = threading.Event()
        self._abandoned = False
        self._wake = threading.Event()
        self._training_seconds = 0.0
        self._exit_code: int | None = None
        self._cut = ""  # the deadline that ended the container
        self._waits_until = wait_deadline(request)
        self._thread = threading.Thread(target=self._run, name=f"job-{self.name}", daemon=True)

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """StopTrainingJob: returns at once; the job ends as Stopped, with its outputs."""
        self._stop.set()
        self._wake.set()

    def abandon(self) -> None:
        """The local Studio ends: kill what runs, upload nothing. The job ends as Failed."""
        self._abandoned = True
        self.stop()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the job's end, its callbacks included; False if it still runs."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # --- the thread ---

    def _run(self) -> None:
        try:
            outcome = self._attempts()
        except Exception:
            _log.exception("Training job %s met an unexpected error", self.name)
            outcome = self._failed(_INTERNAL)
        messages = {
            "Completed": "The training job is complete.",
            "Stopped": "The training job was stopped.",
            "MaxRuntimeExceeded": "The training job reached MaxRuntimeInSeconds and was stopped.",
            "MaxWaitTimeExceeded": "The training job reached MaxWaitTimeInSeconds and was stopped.",
        }
        try:
            message = outcome.failure_reason or messages[outcome.secondary]
            self._transition(outcome.secondary, message)
            self._on_done(outcome)
        except Exception:
            _log.exception("The end of training job %s could not be reported", self.name)
        finally:
            self._host.finished(self)

    def _transition(self, secondary: str, message: str) -> None:
        self._on_transition(secondary, message)

    def _attempts(self) -> JobOutcome:
        retries = self._request.get("RetryStrategy", {}).get("MaximumRetryAttempts", 0)
        attempt = 0
        while True:
            try:
                return self._attempt()
            except JobInterrupted:
                self._transition("Interrupted", INTERRUPTED)
                continue  # not one of the retries
            except WaitOver:
                return self._ended_by("MaxWaitTimeExceeded", self._exit_code)
            except JobStopped:
                return self._stopped()
            except JobFailed as error:
                return self._failed(str(error), error.exit_code)
            except InfrastructureError as error:
                _log.warning("Training job %s, attempt %d: %s", self.name, attempt + 1, error)
                if self._stop.is_set():
                    return self._stopped()
            attempt += 1
            if attempt > retries:
                return self._failed(_INTERNAL)
            self._transition(
                "Starting", f"Retrying after an internal error ({attempt} of {retries})."
            )

    def _ended_by(self, deadline: str, exit_code: int | None) -> JobOutcome:
        exceeded: Any = deadline
        return JobOutcome("Stopped", None, exit_code, exceeded, self._training_seconds)

    def _stopped(self) -> JobOutcome:
        if self._abandoned:
            return self._failed(
                "InternalServerError: The local Studio was shut down during the job."
            )
        return JobOutcome("Stopped", None, None, "Stopped", self._training_seconds)

    def _failed(self, reason: str, exit_code: int | None = None) -> JobOutcome:
        reason = reason[:MAX_REASON]
        return JobOutcome("Failed", reason, exit_code, "Failed", self._training_seconds)

    def _attempt(self) -> JobOutcome:
        platform = self._host.platform(self._request.get("RoleArn", ""))
        self._training_seconds, self._exit_code, self._cut = 0.0, None, ""
        platform.container.check(network=self._network)
        self._transition("Starting", "Preparing the instance for training.")
        resources = self._request["ResourceConfig"]
        spot = bool(self._request.get("EnableManagedSpotTraining"))
        trouble = platform.trouble_of(resources.get("InstanceType", ""), spot)
        if trouble is not None and trouble.kind == "CapacityError":
            self._find_no_instance(platform, trouble)
        self._pause(STARTING_SECONDS / platform.clock.speed)
        if not platform.slots.acquire(blocking=False):
            self._transition(
                "Starting", "Waiting for capacity: other jobs use all instances of this machine."
            )
            if not platform.slots.acquire(self._stop):
                raise JobStopped
        try:
            root = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=platform.work_dir))
            try:
                return self._on_instance(platform, JobFolder(root), trouble)
            finally:
                layout.remove(root)
        except OSError as error:
            raise InfrastructureError(f"The work folder failed: {error}") from error
        finally:
            platform.slots.release()

    def _pause(self, seconds: float) -> None:
        """Wait, unless the job is to end meanwhile."""
        self._stop.wait(max(0.0, min(seconds, self._waits_until - time.monotonic())))
        self._check()

    def _find_no_instance(self, platform: Platform, trouble: Trouble) -> None:
        """Look for an instance in vain: spot as long as it may, on demand for some minutes."""
        self._transition("Starting", RETRYING)
        if self._waits_until < math.inf:
            self._pause(math.inf)
        self._pause(PATIENCE_SECONDS / platform.clock.speed)
        raise JobFailed(trouble.reason or NO_CAPACITY)

    def _check(self) -> None:
        if self._stop.is_set():
            raise JobStopped
        if self._waits_until <= time.monotonic():
            raise WaitOver

    def _on_instance(
        self, platform: Platform, folder: JobFolder, trouble: Trouble | None
    ) -> JobOutcome:
        self._check()
        if self._request["ResourceConfig"].get("InstanceCount", 1) > 1:
            raise JobFailed("ClientError: The local Studio runs training jobs on one instance.")
        artifacts = Artifacts(platform.client("s3"), self._stop.is_set)
        layout.prepare(self._request, folder)
        self._transition("Downloading", "Downloading the input data.")
        for channel in self._request.get("InputDataConfig", []):
            artifacts.download(channel, folder.ml / "input" / "data" / channel["ChannelName"])
        self._check()
        code = self._train(platform, folder, trouble)
        if self._abandoned:
            raise JobStopped
        if self._cut == "Interrupted" and not self._stop.is_set():
            raise JobInterrupted
        stopped = self._stop.is_set() or bool(self._cut)
        if not stopped:
            self._transition("Uploading", "Uploading what the training left.")
        try:
            output = self._request["OutputDataConfig"]
            Artifacts(platform.client("s3"), lambda: False).upload(
                self.name, folder.ml, output, folder.root
            )
        except (InfrastructureError, JobFailed) as error:
            # The algorithm's own end is what the person must hear about first.
            if code == 0 and not stopped:
                raise
            _log.warning("Outputs of training job %s are lost: %s", self.name, error)
        seconds = self._training_seconds
        if self._stop.is_set():
            return JobOutcome("Stopped", None, code, "Stopped", seconds)
        if self._cut:
            return self._ended_by(self._cut, code)
        if code:
            failure = platform.container.shown(read_failure(folder.ml) or "", folder).strip()
            text = failure or "See the job's log for what happened"
            end = f", exit code: {code}"
            reason = f"AlgorithmError: {text}"[: MAX_REASON - len(end)]
            return self._failed(reason + end, code)
        return JobOutcome("Completed", None, 0, "Completed", seconds)

    def _train(self, platform: Platform, folder: JobFolder, trouble: Trouble | None) -> int:
        """Run the container to its end and its log to CloudWatch; the exit code."""
        container = platform.container
        agent = LogAgent(
            platform.client("logs"),
            f"{self.name}/algo-1-{int(time.time())}",
            lambda text: container.shown(text, folder),
        )
        command = platform.command(self._request)
        environment = platform.environment_of(self._request, self._arn)
        process = container.launch(command, environment, folder, network=self._network)
        began = time.monotonic()
        limit = self._request.get("StoppingCondition", {}).get(
            "MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME
        )
        deadlines = {"MaxRuntimeExceeded": began + limit, "MaxWaitTimeExceeded": self._waits_until}
        if trouble is not None and trouble.kind == "Interrupted":
            deadlines["Interrupted"] = began + trouble.after
        volume = self._request["ResourceConfig"].get("VolumeSizeInGB") or 1
        utilisation = Utilisation(
            platform.client, self.name, process.pid, folder.ml, volume << 30, platform.clock.speed
        )
        try:
            agent.start(process.stdout)
            self._transition("Training", "The training image is ready; training is in progress.")
            utilisation.start()
            code, self._cut = Watch(
                process,
                deadlines,
                stop=self._stop,
                wake=self._wake,
                is_abandoned=lambda: self._abandoned,
                grace=platform.stop_grace,
                on_stopping=self._say_stopping,
            ).run()
            return code
        finally:
            utilisation.stop()
            self._training_seconds = time.monotonic() - began
            # The last lines may still be on their way through the driver's `tee`.
            agent.join(0.3)
            process.kill()
            agent.join(10)

    def _say_stopping(self, cause: str) -> None:
        if cause == "Interrupted":
            return
        limit = {
            "MaxRuntimeExceeded": "MaxRuntimeInSeconds is over; stopping the training.",
            "MaxWaitTimeExceeded": "MaxWaitTimeInSeconds is over; stopping the training.",
        }
        self._transition("Stopping", limit.get(cause, "Stopping the training."))
