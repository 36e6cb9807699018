"""What holds for a space: its own settings, then its owner's, then the domain's.

A private space's owner is a user profile, whose settings win over the domain's default user
settings; shared spaces have the domain's default space settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..store import Document
from . import domains, user_profiles
from .plane import Plane

DEFAULT_VOLUME_GB = 5
DEFAULT_MAXIMUM_GB = 100
DEFAULT_INSTANCE_TYPE = "ml.t3.medium"
#: Of the file systems that become folders of an app; S3 ones are for SageMaker Unified Studio.
_PLACES = {"EFSFileSystem": "efs", "FSxLustreFileSystem": "fsx_lustre"}


@dataclass(frozen=True)
class IdleRules:
    """Whether SageMaker stops idle apps, and the bounds (minutes) a space may choose within."""

    is_enabled: bool
    default: int | None
    minimum: int
    maximum: int


def layers(plane: Plane, space: Document) -> list[Document]:
    """The settings above a space's own, the nearest first."""
    domain = domains.find(plane, space["DomainId"])
    if space.get("SpaceSharingSettings", {}).get("SharingType") == "Shared":
        return [domain.get("DefaultSpaceSettings", {})]
    owner = space["OwnershipSettings"]["OwnerUserProfileName"]
    profile = user_profiles.find(plane, space["DomainId"], owner)
    return [profile.get("UserSettings", {}), domain["DefaultUserSettings"]]


def _jupyterlab(plane: Plane, space: Document) -> list[Document]:
    return [layer.get("JupyterLabAppSettings", {}) for layer in layers(plane, space)]


def execution_role(plane: Plane, space: Document) -> str:
    """The role whose credentials the space's app has."""
    roles = [layer.get("ExecutionRole") for layer in layers(plane, space)]
    domain = domains.find(plane, space["DomainId"])
    return next(filter(None, roles), None) or domain["DefaultUserSettings"]["ExecutionRole"]


def default_spec(plane: Plane, space: Document) -> dict[str, Any]:
    """The ResourceSpec an app gets when it names none, each member from the nearest layer."""
    own = space.get("SpaceSettings", {}).get("JupyterLabAppSettings", {})
    spec: dict[str, Any] = {}
    for layer in [own, *_jupyterlab(plane, space)]:
        spec = with_defaults(spec, layer.get("DefaultResourceSpec", {}))
    return with_defaults(spec, {"InstanceType": DEFAULT_INSTANCE_TYPE})


def with_defaults(spec: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """A ResourceSpec completed from another; a version belongs to its image and comes with it."""
    image = ("SageMakerImageArn", "SageMakerImageVersionArn", "SageMakerImageVersionAlias")
    has_image = any(name in spec for name in image)
    added = {k: v for k, v in defaults.items() if k not in spec and not (has_image and k in image)}
    return {**added, **spec}


def lifecycle_config_arns(plane: Plane, space: Document) -> set[str]:
    """Lifecycle configurations a space's app may use: those of the owner and of the domain."""
    return {
        arn for layer in _jupyterlab(plane, space) for arn in layer.get("LifecycleConfigArns", [])
    }


def custom_images(plane: Plane, space: Document) -> set[str]:
    """Names of the account's own images a space's app may use."""
    return {
        image["ImageName"]
        for layer in _jupyterlab(plane, space)
        for image in layer.get("CustomImages", [])
    }


def volume_bounds(plane: Plane, space: Document) -> tuple[int, int]:
    """(default, maximum) of the home volume in GB."""
    for layer in layers(plane, space):
        found = layer.get("SpaceStorageSettings", {}).get("DefaultEbsStorageSettings")
        if found:
            return found["DefaultEbsVolumeSizeInGb"], found["MaximumEbsVolumeSizeInGb"]
    return DEFAULT_VOLUME_GB, DEFAULT_MAXIMUM_GB


def idle_rules(plane: Plane, space: Document) -> IdleRules:
    """What administrators set about idle apps."""
    for layer in _jupyterlab(plane, space):
        found = layer.get("AppLifecycleManagement", {}).get("IdleSettings")
        if found:
            return IdleRules(
                found.get("LifecycleManagement") == "ENABLED",
                found.get("IdleTimeoutInMinutes"),
                found.get("MinIdleTimeoutInMinutes", 60),
                found.get("MaxIdleTimeoutInMinutes", 525600),
            )
    return IdleRules(False, None, 60, 525600)


def idle_minutes(plane: Plane, space: Document) -> int | None:
    """Minutes without activity after which the space's app is deleted; None: never."""
    rules = idle_rules(plane, space)
    if not rules.is_enabled:
        return None
    own = space.get("SpaceSettings", {}).get("JupyterLabAppSettings", {})
    chosen = own.get("AppLifecycleManagement", {}).get("IdleSettings", {})
    return chosen.get("IdleTimeoutInMinutes") or rules.default


def mounted(space: Document) -> tuple[str, ...]:
    """Where a space's file systems are mounted, below ``custom-file-systems``."""
    attached = space.get("SpaceSettings", {}).get("CustomFileSystems", [])
    places = [
        (_PLACES[kind], members["FileSystemId"])
        for item in attached
        for kind, members in item.items()
        if kind in _PLACES
    ]
    return tuple(f"{folder}/{file_system_id}" for folder, file_system_id in places)


def file_systems(plane: Plane, space: Document) -> list[dict[str, Any]]:
    """CustomFileSystemConfigs of the owner and of the domain."""
    return [c for layer in layers(plane, space) for c in layer.get("CustomFileSystemConfigs", [])]
