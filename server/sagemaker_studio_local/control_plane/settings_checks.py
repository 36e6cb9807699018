"""What SageMaker checks in the settings of a domain or a user profile, beyond their shape."""

from __future__ import annotations

from typing import Any

from ..errors import ValidationError
from . import images, lifecycle_configs
from .plane import Plane

_NONE = "None"


def replaced(plane: Plane, former: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Settings after an update: members named are replaced as wholes, the others stay.

    Raises what SageMaker answers to settings that cannot be.
    """
    after = {**former, **changes}
    role = changes.get("ExecutionRole")
    if role and not plane.moto.role_trusts(role, "sagemaker.amazonaws.com"):
        raise ValidationError(
            f"Could not assume role {role}. Please ensure that the role exists and allows"
            " principal 'sagemaker.amazonaws.com' to assume the role."
        )
    if "JupyterLabAppSettings" in changes:
        _check_jupyterlab(plane, changes["JupyterLabAppSettings"])
    _check_volume(changes.get("SpaceStorageSettings", {}).get("DefaultEbsStorageSettings"))
    _check_file_systems(plane, changes.get("CustomFileSystemConfigs", []))
    posix = changes.get("CustomPosixUserConfig")
    if posix is not None and posix != former.get("CustomPosixUserConfig"):
        # Developer Guide, "Adding a custom file system": not for a profile that exists, nor for a
        # domain with profiles; the local Studio's has some.
        raise ValidationError(
            "CustomPosixUserConfig cannot be changed for an existing user profile, nor for a domain"
            " that has user profiles."
        )
    return after


def _check_jupyterlab(plane: Plane, given: dict[str, Any]) -> None:
    attached = given.get("LifecycleConfigArns", [])
    for arn in attached:
        config = lifecycle_configs.find_by_arn(plane, arn)
        app_type = config["StudioLifecycleConfigAppType"]
        if app_type != "JupyterLab":
            raise ValidationError(
                f"The lifecycle configuration {arn} is for {app_type} apps and cannot be attached"
                " to JupyterLabAppSettings."
            )
    default = given.get("DefaultResourceSpec", {}).get("LifecycleConfigArn", _NONE)
    if default != _NONE and default not in attached:
        raise ValidationError(
            f"The default lifecycle configuration {default} must also be in LifecycleConfigArns."
        )
    for image in given.get("CustomImages", []):
        images.find(plane, image["ImageName"])
        images.find_config(plane, image["AppImageConfigName"])
    _check_idle(given.get("AppLifecycleManagement", {}).get("IdleSettings", {}))


def _check_file_systems(plane: Plane, configs: list[dict[str, dict[str, str]]]) -> None:
    ids = [c["FileSystemId"] for item in configs for c in item.values() if "FileSystemId" in c]
    for file_system_id in ids:
        if ids.count(file_system_id) > 1:
            raise ValidationError(f"CustomFileSystemConfigs has {file_system_id} more than once.")
        if not plane.moto.has_file_system(file_system_id):
            raise ValidationError(f"The file system {file_system_id} does not exist.")


def _check_idle(idle: dict[str, Any]) -> None:
    least = idle.get("MinIdleTimeoutInMinutes", 60)
    most = idle.get("MaxIdleTimeoutInMinutes", 525600)
    chosen = idle.get("IdleTimeoutInMinutes", least)
    if not least <= chosen <= most:
        raise ValidationError(
            f"IdleTimeoutInMinutes {chosen} must be between MinIdleTimeoutInMinutes {least} and"
            f" MaxIdleTimeoutInMinutes {most}."
        )


def _check_volume(volume: dict[str, int] | None) -> None:
    if volume and volume["DefaultEbsVolumeSizeInGb"] > volume["MaximumEbsVolumeSizeInGb"]:
        raise ValidationError(
            f"DefaultEbsVolumeSizeInGb {volume['DefaultEbsVolumeSizeInGb']} must not be greater"
            f" than MaximumEbsVolumeSizeInGb {volume['MaximumEbsVolumeSizeInGb']}."
        )
