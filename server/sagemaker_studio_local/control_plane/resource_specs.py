"""What a ResourceSpec of a JupyterLab app may say: instance type, image and lifecycle script."""

from __future__ import annotations

import re
from typing import Any

from ..errors import ResourceNotFound, ValidationError
from ..store import Document
from . import images, lifecycle_configs, settings
from .plane import Plane

_GPU_TYPE = re.compile(r"ml\.[gp]\d")
_NONE = "None"


def is_gpu(instance_type: str) -> bool:
    """Whether instances of this type have NVIDIA GPUs, and so need a GPU image."""
    return _GPU_TYPE.match(instance_type) is not None


def check(plane: Plane, space: Document, spec: dict[str, Any]) -> None:
    """Raise what SageMaker answers to a ResourceSpec the space cannot have."""
    instance_type = spec.get("InstanceType", "")
    if instance_type == "system":
        raise ValidationError("The instance type system is not supported for JupyterLab apps.")
    image = image_of(plane, spec)
    if image is not None:
        _check_image(plane, space, image, spec)
        if is_gpu(instance_type) and image.get("Processor") == "cpu":
            raise ValidationError(
                f"The instance type {instance_type} has GPUs and is not compatible with the CPU"
                f" image {image['ImageArn']}. Choose a GPU image."
            )
    arn = spec.get("LifecycleConfigArn", _NONE)
    if arn != _NONE:
        lifecycle_configs.find_by_arn(plane, arn)
        if arn not in settings.lifecycle_config_arns(plane, space):
            raise ValidationError(
                f"The lifecycle configuration {arn} is not attached to the domain or to the user"
                " profile. Add it to LifecycleConfigArns there first."
            )


def image_of(plane: Plane, spec: dict[str, Any]) -> Document | None:
    """The image a ResourceSpec names; of image and version the version wins.

    ResourceNotFound when there is no such image or version.
    """
    version_arn = spec.get("SageMakerImageVersionArn", _NONE)
    if version_arn != _NONE:
        found = next(
            (v for v in plane.store.all(images.VERSION) if v["ImageVersionArn"] == version_arn),
            None,
        )
        if found is None:
            raise ResourceNotFound(f"Image version [{version_arn}] does not exist.")
        return images.by_arn(plane, found["ImageArn"])
    arn = spec.get("SageMakerImageArn")
    return images.by_arn(plane, arn) if arn else None


def _check_image(plane: Plane, space: Document, image: Document, spec: dict[str, Any]) -> None:
    alias = spec.get("SageMakerImageVersionAlias")
    if alias:
        mine = [v for v in plane.store.all(images.VERSION) if v["ImageArn"] == image["ImageArn"]]
        if not any(alias in v.get("Aliases", []) for v in mine):
            raise ResourceNotFound(
                f"Image version with alias [{alias}] does not exist for image"
                f" [{image['ImageArn']}]."
            )
    given = spec.get("SageMakerImageArn")
    if given and given != image["ImageArn"]:
        raise ValidationError(
            f"The image version {spec['SageMakerImageVersionArn']} is not one of the image {given}."
        )
    if images.is_own(plane, image) and image["ImageName"] not in settings.custom_images(
        plane, space
    ):
        raise ValidationError(
            f"The image {image['ImageArn']} is not attached to the domain or to the user profile."
            " Add it to CustomImages there first."
        )


def stored(spec: dict[str, Any]) -> dict[str, Any]:
    """A ResourceSpec as it is described: without what it says to be none."""
    return {name: value for name, value in spec.items() if value != _NONE}


def on_instance(plane: Plane, spec: dict[str, Any], instance_type: str) -> dict[str, Any]:
    """A ResourceSpec for another instance type, with the image of AWS's that goes with it.

    As Studio does; of the account's own images it is not known which instances they are for.
    """
    image = image_of(plane, spec)
    changed = {**spec, "InstanceType": instance_type}
    if image is None or "Processor" not in image:
        return changed
    processor = "gpu" if is_gpu(instance_type) else "cpu"
    if processor != image["Processor"]:
        changed.pop("SageMakerImageVersionArn", None)
        changed["SageMakerImageArn"] = images.distribution_arn(plane, processor)
    return changed
