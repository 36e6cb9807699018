"""The container images of a new local Studio's account, and how its documents are kept."""

from __future__ import annotations

from typing import Any

from .control_plane import images, tags
from .control_plane.plane import ACCOUNT, REGION, Plane

IMAGE_URI = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/sagemaker-distribution:local-cpu"
#: SageMaker Distribution's versions here, the oldest first.
DISTRIBUTION_VERSIONS = ("2.14.10", "3.9.10", "4.4.1")


def put(plane: Plane, kind: str, key: str, arn: str, document: dict[str, Any]) -> None:
    """Keep a document made now, without tags."""
    now = plane.clock.now()
    plane.store.put(kind, key, {"CreationTime": now, "LastModifiedTime": now, **document})
    tags.set_tags(plane, arn, {})


def seed_image(plane: Plane, role_arn: str, name: str, title: str, base_images: list[str]) -> None:
    """An image of the account with its versions."""
    arn = plane.arn(f"image/{name}")
    put(
        plane,
        images.IMAGE,
        name,
        arn,
        {
            "ImageArn": arn,
            "ImageName": name,
            "DisplayName": title,
            "ImageStatus": "CREATED",
            "RoleArn": role_arn,
        },
    )
    for version, uri in enumerate(base_images, 1):
        version_arn = plane.arn(f"image-version/{name}/{version}")
        document: dict[str, Any] = {
            "ImageArn": arn,
            "ImageVersionArn": version_arn,
            "ImageVersionStatus": "CREATED",
            "Version": version,
            "BaseImage": uri,
            "ContainerImage": uri,
        }
        if version == len(base_images):
            document["Aliases"] = ["latest"]
        put(plane, images.VERSION, f"{name}/{version}", version_arn, document)


def seed_distribution(plane: Plane, processor: str) -> None:
    """An image of AWS's own: it can be used, but is in no list of the account's images."""
    arn = images.distribution_arn(plane, processor)
    name = arn.rpartition("/")[2]
    image = {"ImageArn": arn, "ImageName": name, "ImageStatus": "CREATED", "Processor": processor}
    plane.store.put(images.IMAGE, name, image)
    for number, alias in enumerate(DISTRIBUTION_VERSIONS, 1):
        version = {
            "ImageArn": arn,
            "ImageVersionArn": f"{arn.replace(':image/', ':image-version/')}/{number}",
            "ImageVersionStatus": "CREATED",
            "Version": number,
            # Whatever its version, the image is the Python environment on this machine.
            "BaseImage": IMAGE_URI,
            "Aliases": [alias],
        }
        plane.store.put(images.VERSION, f"{name}/{number}", version)


def seed_app_image_config(plane: Plane, name: str) -> None:
    """How JupyterLab runs in an image."""
    arn = plane.arn(f"app-image-config/{name}")
    put(
        plane,
        images.CONFIG,
        name,
        arn,
        {
            "AppImageConfigArn": arn,
            "AppImageConfigName": name,
            "JupyterLabAppImageConfig": {
                "FileSystemConfig": {
                    "MountPath": "/home/sagemaker-user",
                    "DefaultUid": 1000,
                    "DefaultGid": 100,
                }
            },
        },
    )
