"""The life of one training job, from Starting to its end.

Status words are SageMaker's ``SecondaryStatus``; the messages are our own. Delays that come
from AWS's fleet go through the clock; what is done for real (download, run, upload,
MaxRuntimeInSeconds, the grace time of a stop) takes real time.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from ..clock import Clock
from .artifacts import Artifacts, read_failure
from .container import Container, JobFolder, JobProcess
from .errors import InfrastructureError, JobFailed, JobStopped
from .image import Image
from .logs import LogAgent
from .slots import Slots

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
    secondary: Literal["Completed", "Failed", "Stopped", "MaxRuntimeExceeded"]
    training_seconds: float


@dataclass(frozen=True)
class Platform:
    """What all jobs of a runner share."""

    work_dir: Path
    region: str
    image: Image
    container: Container
    environment: dict[str, str]
    network_environment: dict[str, str]
    clock: Clock
    slots: Slots
    client: Callable[[str], Any]
    stop_grace: float


class Host(Protocol):
    """What a job needs from its runner."""

    def platform(self) -> Platform:
        """The shared parts, made on first use. Raises InfrastructureError if that fails."""

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
        self._overtime = False
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
        for attempt in range(retries + 1):
            try:
                return self._attempt()
            except JobStopped:
                return self._stopped()
            except JobFailed as error:
                return self._failed(str(error), error.exit_code)
            except InfrastructureError as error:
                _log.warning("Training job %s, attempt %d: %s", self.name, attempt + 1, error)
                if self._stop.is_set():
                    return self._stopped()
            if attempt < retries:
                self._transition(
                    "Starting", f"Retrying after an internal error ({attempt + 1} of {retries})."
                )
        return self._failed(_INTERNAL)

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
        platform = self._host.platform()
        self._training_seconds, self._exit_code, self._overtime = 0.0, None, False
        platform.container.check(network=self._network)
        self._transition("Starting", "Preparing the instance for training.")
        platform.clock.sleep(STARTING_SECONDS, self._stop)
        self._check()
        if not platform.slots.acquire(blocking=False):
            self._transition(
                "Starting", "Waiting for capacity: other jobs use all instances of this machine."
            )
            if not platform.slots.acquire(self._stop):
                raise JobStopped
        try:
            root = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=platform.work_dir))
            try:
                return self._on_instance(platform, JobFolder(root))
            finally:
                _remove(root)
        except OSError as error:
            raise InfrastructureError(f"The work folder failed: {error}") from error
        finally:
            platform.slots.release()

    def _check(self) -> None:
        if self._stop.is_set():
            raise JobStopped

    def _on_instance(self, platform: Platform, folder: JobFolder) -> JobOutcome:
        self._check()
        if self._request["ResourceConfig"].get("InstanceCount", 1) > 1:
            raise JobFailed("ClientError: The local Studio runs training jobs on one instance.")
        artifacts = Artifacts(platform.client("s3"), self._stop.is_set)
        self._prepare(folder)
        self._transition("Downloading", "Downloading the input data.")
        for channel in self._request.get("InputDataConfig", []):
            artifacts.download(channel, folder.ml / "input" / "data" / channel["ChannelName"])
        self._check()
        code = self._train(platform, folder)
        if self._abandoned:
            raise JobStopped
        stopped = self._stop.is_set() or self._overtime
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
        if self._overtime:
            return JobOutcome("Stopped", None, code, "MaxRuntimeExceeded", seconds)
        if code:
            failure = platform.container.shown(read_failure(folder.ml) or "", folder).strip()
            text = failure or "See the job's log for what happened"
            end = f", exit code: {code}"
            reason = f"AlgorithmError: {text}"[: MAX_REASON - len(end)]
            return self._failed(reason + end, code)
        return JobOutcome("Completed", None, 0, "Completed", seconds)

    def _prepare(self, folder: JobFolder) -> None:
        """Lay out ``/opt/ml`` as SageMaker does."""
        request, resources = self._request, self._request["ResourceConfig"]
        for name in ("input/config", "input/data", "output/data", "model", "code"):
            (folder.ml / name).mkdir(parents=True)
        algorithm = request["AlgorithmSpecification"]
        channels = {
            channel["ChannelName"]: {
                "TrainingInputMode": channel.get("InputMode", algorithm["TrainingInputMode"]),
                "S3DistributionType": channel.get("DataSource", {})
                .get("S3DataSource", {})
                .get("S3DataDistributionType", "FullyReplicated"),
                "RecordWrapperType": channel.get("RecordWrapperType", "None"),
            }
            | ({"ContentType": channel["ContentType"]} if "ContentType" in channel else {})
            for channel in request.get("InputDataConfig", [])
        }
        instance = resources.get("InstanceType", "")
        group = "homogeneousCluster"
        configuration = {
            "hyperparameters.json": request.get("HyperParameters", {}),
            "inputdataconfig.json": channels,
            "resourceconfig.json": {
                "current_host": "algo-1",
                "current_instance_type": instance,
                "current_group_name": group,
                "hosts": ["algo-1"],
                "instance_groups": [
                    {
                        "instance_group_name": group,
                        "instance_type": instance,
                        "hosts": ["algo-1"],
                    }
                ],
                "network_interface_name": "lo",
            },
        }
        for name, content in configuration.items():
            (folder.ml / "input" / "config" / name).write_text(json.dumps(content))

    def _environment(self, platform: Platform) -> dict[str, str]:
        """A container's environment. Without a network there are no credentials either."""
        return {
            **platform.environment,
            **(platform.network_environment if self._network else {}),
            "TRAINING_JOB_NAME": self.name,
            "TRAINING_JOB_ARN": self._arn,
            **self._request.get("Environment", {}),
        }

    def _command(self, platform: Platform) -> list[str]:
        algorithm = self._request["AlgorithmSpecification"]
        entry = algorithm.get("ContainerEntrypoint") or ["train"]
        arguments = [*entry[1:], *algorithm.get("ContainerArguments", [])]
        # A path below /opt/ml exists in the container only.
        found = entry[0] if entry[0].startswith("/opt/ml/") else platform.image.which(entry[0])
        if not found:
            raise JobFailed(
                "ClientError: CannotStartContainerError. The container's entry point "
                f"{entry[0]!r} was not found on the PATH of the image, or cannot be executed."
            )
        return [found, *arguments]

    def _train(self, platform: Platform, folder: JobFolder) -> int:
        """Run the container to its end and its log to CloudWatch; the exit code."""
        container = platform.container
        agent = LogAgent(
            platform.client("logs"),
            f"{self.name}/algo-1-{int(time.time())}",
            lambda text: container.shown(text, folder),
        )
        command, environment = self._command(platform), self._environment(platform)
        process = container.launch(command, environment, folder, network=self._network)
        began = time.monotonic()
        try:
            agent.start(process.stdout)
            self._transition("Training", "The training image is ready; training is in progress.")
            return self._watch(process, began, platform.stop_grace)
        finally:
            self._training_seconds = time.monotonic() - began
            # The last lines may still be on their way through the driver's `tee`.
            agent.join(0.3)
            process.kill()
            agent.join(10)

    def _watch(self, process: JobProcess, began: float, grace: float) -> int:
        ended = threading.Event()
        codes: list[int] = []

        def wait() -> None:
            codes.append(process.wait())
            ended.set()
            self._wake.set()

        threading.Thread(target=wait, name=f"wait-{self.name}", daemon=True).start()
        limit = self._request.get("StoppingCondition", {}).get(
            "MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME
        )
        while not ended.is_set() and not self._stop.is_set():
            left = began + limit - time.monotonic()
            if left <= 0:
                self._overtime = True
                break
            self._wake.wait(left)
            self._wake.clear()
        if not ended.is_set() and not self._abandoned:
            self._transition(
                "Stopping",
                "MaxRuntimeInSeconds is over; stopping the training."
                if self._overtime
                else "Stopping the training.",
            )
            process.terminate()
            deadline = time.monotonic() + grace
            while not ended.is_set() and not self._abandoned:
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._wake.wait(left)
                self._wake.clear()
        if not ended.is_set():
            process.kill()
        ended.wait()
        return codes[0]


def _remove(root: Path) -> None:
    """Remove a work folder, also what the job made unwritable."""

    def unlock(_function: Any, path: str, _error: Any) -> None:
        target = Path(path)
        target.parent.chmod(0o700)
        if target.is_dir() and not target.is_symlink():
            target.chmod(0o700)
            shutil.rmtree(target, ignore_errors=True)
        else:
            target.unlink(missing_ok=True)

    shutil.rmtree(root, onerror=unlock)
    if root.exists():
        _log.warning("The work folder %s could not be removed", root)
