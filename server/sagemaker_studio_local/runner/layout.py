"""``/opt/ml`` as SageMaker lays it out for a training container."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .container import JobFolder


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
