"""What a training job names besides its data: keys, image, lifecycle script, spot capacity.

Checked before a job is accepted. AWS documents the rules; the words for keys are our own.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import ValidationError
from . import images, lifecycle_configs
from .plane import Plane, Request

_ECR_IMAGE = re.compile(
    r"(?P<registry>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/"
    r"(?P<repository>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_KEY_ARN = re.compile(r"arn:[a-z-]+:kms:(?P<region>[a-z0-9-]+):\d{12}:(?P<id>(?:key|alias)/.+)")
# ResourceConfig: "You can't request a VolumeKmsKeyId when using an instance type with local
# storage", which is encrypted by the hardware.
_LOCAL_STORAGE = re.compile(r"ml\.(?:[a-z]+\d[a-z]*d[a-z]*|g5|g6|g6e|p5|p5e|p5en|trn1|trn1n)\.")


def check_surroundings(plane: Plane, request: Request) -> None:
    """Raise the error CreateTrainingJob answers when one of these cannot be used."""
    _check_image(plane, request)
    _check_keys(plane, request)
    _check_script(plane, request.get("Environment", {}))
    _check_spot(request)


def _check_image(plane: Plane, request: Request) -> None:
    uri = request["AlgorithmSpecification"]["TrainingImage"]
    if images.knows_base_image(plane, uri):
        return
    found = _ECR_IMAGE.fullmatch(uri)
    if found is None:
        raise ValidationError(
            f"Invalid training image {uri!r}: it must be an image of Amazon ECR, such as"
            " <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>."
        )
    which = found.group("tag", "digest") if any(found.group("tag", "digest")) else ("latest", None)
    has = plane.moto.has_image(found["registry"], found["region"], found["repository"], *which)
    if has is None:
        raise ValidationError(
            f"Cannot find repository: {found['repository']} in registry ID: {found['registry']}"
            f" Please check if your ECR repository exists and role {request['RoleArn']} has proper"
            " pull permissions for SageMaker: ecr:BatchCheckLayerAvailability, ecr:BatchGetImage,"
            " ecr:GetDownloadUrlForLayer"
        )
    if not has:
        raise ValidationError(f"Requested image {uri} not found.")


def _check_keys(plane: Plane, request: Request) -> None:
    volume = request["ResourceConfig"].get("VolumeKmsKeyId")
    kind = request["ResourceConfig"]["InstanceType"]
    if volume and _LOCAL_STORAGE.match(kind):
        raise ValidationError(
            f"VolumeKmsKeyId cannot be specified for the instance type {kind}: its local storage"
            " is encrypted by the hardware."
        )
    for member, key in (
        ("OutputDataConfig.KmsKeyId", request["OutputDataConfig"].get("KmsKeyId")),
        ("ResourceConfig.VolumeKmsKeyId", volume),
    ):
        if key:
            _check_key(plane, member, key)


def _check_key(plane: Plane, member: str, key: str) -> None:
    arn = _KEY_ARN.fullmatch(key)
    if arn is not None and arn["region"] != plane.region:
        raise ValidationError(
            f"Invalid {member}: {key} is a key of {arn['region']}; the training job runs in"
            f" {plane.region} and needs a key of that region."
        )
    state = plane.moto.key_state(key)
    if state is None:
        raise ValidationError(f"Invalid {member}: the KMS key {key} does not exist.")
    if state != "Enabled":
        raise ValidationError(
            f"Invalid {member}: the KMS key {key} cannot be used, its state is {state}."
        )


def _check_script(plane: Plane, environment: dict[str, str]) -> None:
    arn = environment.get("SM_LCC_INIT_SCRIPT_ARN")
    if not arn:
        return
    known = plane.store.all(lifecycle_configs.KIND)
    if arn not in [config["StudioLifecycleConfigArn"] for config in known]:
        raise ValidationError(
            f"The lifecycle configuration {arn} of SM_LCC_INIT_SCRIPT_ARN does not exist."
        )


def _check_spot(request: Request) -> None:
    stopping: dict[str, Any] = request["StoppingCondition"]
    longest, wait = stopping.get("MaxRuntimeInSeconds", 86400), stopping.get("MaxWaitTimeInSeconds")
    if not request.get("EnableManagedSpotTraining"):
        if wait is not None:
            raise ValidationError(
                "Invalid MaxWaitTimeInSeconds. It can be set only when EnableManagedSpotTraining is"
                " true."
            )
        return
    if wait is None or wait < longest:
        raise ValidationError(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to"
            " MaxRuntimeInSeconds"
        )
    if request["ResourceConfig"].get("KeepAlivePeriodInSeconds"):
        raise ValidationError(
            "KeepAlivePeriodInSeconds cannot be set when EnableManagedSpotTraining is true: warm"
            " pools do not use spot instances."
        )
