"""What the account holds beside SageMaker: customer keys in KMS and images in ECR.

moto keeps none of it when the local Studio ends, so it is made again with the same ids.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

AWS_DRIVER = "amazon_sagemaker_scheduler"
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


@dataclass(frozen=True)
class Key:
    """A customer key; ``region`` is empty for that of the local Studio."""

    id: str
    alias: str
    description: str
    region: str = ""
    enabled: bool = True


@dataclass(frozen=True)
class Image:
    """A container image. Without ``driver`` it can't run notebook jobs."""

    repository: str
    tag: str
    size: int
    driver: bool = True


KEYS = (
    Key("0a1b2c3d-0001-4000-8000-00005ca1ab1e", "alias/studio-output", "Outputs of notebook jobs"),
    Key(
        "0a1b2c3d-0002-4000-8000-00005ca1ab1e",
        "alias/studio-retired",
        "Outputs until last year",
        enabled=False,
    ),
    Key(
        "0a1b2c3d-0003-4000-8000-00005ca1ab1e",
        "alias/studio-output-europe",
        "Outputs of the team in Europe",
        region="eu-central-1",
    ),
)
IMAGES = (
    Image("sagemaker-distribution", "local-cpu", 5_368_709_120),
    Image("forecasting-team", "1.0", 2_147_483_648),
    Image("forecasting-team", "1.1", 2_254_857_830),
    Image("batch-tools", "2.3", 734_003_200, driver=False),
)


def make(account: str, region: str) -> None:
    """Create the keys and the images."""
    # Not before ``moto_side`` has told moto how to behave.
    from moto.backends import get_backend

    for key in KEYS:
        _make_key(get_backend("kms")[account][key.region or region], key)
    ecr = get_backend("ecr")[account][region]
    for image in IMAGES:
        if image.repository not in ecr.repositories:
            ecr.create_repository(image.repository, None, {}, {}, "", [])
        ecr.put_image(image.repository, _manifest(image), image.tag)


def _make_key(kms: Any, key: Key) -> None:
    from unittest.mock import patch

    from moto.kms import models

    with patch.object(models, "generate_key_id", lambda multi_region=False: key.id):
        kms.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", key.description, None)
    kms.create_alias(key.id, key.alias)
    if not key.enabled:
        kms.disable_key(key.id)


def _manifest(image: Image) -> str:
    import hashlib

    digest = hashlib.sha256(f"{image.repository}:{image.tag}".encode()).hexdigest()
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": _MANIFEST,
            # Where moto reads the size of an image.
            "config": {"digest": f"sha256:{digest}", "size": image.size},
            "layers": [{"digest": f"sha256:{digest}", "size": image.size}],
        }
    )


def missing_programs(uri: str) -> set[str]:
    """The programs an image lacks that the Python environment of this machine has."""
    name = uri.rpartition("/")[2]
    lacking = {f"{image.repository}:{image.tag}" for image in IMAGES if not image.driver}
    return {AWS_DRIVER} if name in lacking else set()
