"""``/opt/ml`` as SageMaker lays it out for a training container, and its end."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .container import JobFolder

_log = logging.getLogger(__name__)


def prepare(request: Mapping[str, Any], folder: JobFolder) -> None:
    """Write the configuration of a CreateTrainingJob request and make the empty folders."""
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
    instance = request["ResourceConfig"].get("InstanceType", "")
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


def remove(root: Path) -> None:
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
