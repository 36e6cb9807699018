"""What the jobs of a runner have in common: image, container, credentials, clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..clock import Clock
from .capacity import TroubleOf
from .container import Container
from .errors import JobFailed
from .image import Image
from .slots import Slots


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
    missing_programs: Callable[[str], set[str]]
    trouble_of: TroubleOf

    def environment_of(self, request: dict[str, Any], arn: str) -> dict[str, str]:
        """A container's environment. Without a network there are no credentials either."""
        network = not request.get("EnableNetworkIsolation", False)
        return {
            **self.environment,
            **(self.network_environment if network else {}),
            "TRAINING_JOB_NAME": request["TrainingJobName"],
            "TRAINING_JOB_ARN": arn,
            **request.get("Environment", {}),
        }

    def command(self, request: dict[str, Any]) -> list[str]:
        """What the container runs. JobFailed where the image has no such program."""
        algorithm = request["AlgorithmSpecification"]
        entry = algorithm.get("ContainerEntrypoint") or ["train"]
        arguments = [*entry[1:], *algorithm.get("ContainerArguments", [])]
        # A path below /opt/ml exists in the container only.
        found = entry[0] if entry[0].startswith("/opt/ml/") else self.image.which(entry[0])
        if entry[0] in self.missing_programs(algorithm.get("TrainingImage", "")):
            found = None
        if not found:
            raise JobFailed(
                "ClientError: CannotStartContainerError. The container's entry point "
                f"{entry[0]!r} was not found on the PATH of the image, or cannot be executed."
            )
        return [found, *arguments]
