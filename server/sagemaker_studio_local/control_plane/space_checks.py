"""What SageMaker checks before it accepts the settings of a space, beyond their shape."""

from __future__ import annotations

from typing import Any

from ..errors import ValidationError
from ..store import Document
from . import resource_specs, settings, user_profiles
from .plane import Plane, Request

_APP_TYPES = ("JupyterLab", "CodeEditor")


def new_settings(plane: Plane, space: Document, request: Request) -> dict[str, Any]:
    """The settings of a space that is to be created, completed; raises what SageMaker answers."""
    arn = space["SpaceArn"]
    if "OwnershipSettings" not in space or "SpaceSharingSettings" not in space:
        raise ValidationError(
            f"OwnershipSettings and SpaceSharingSettings must be provided for space [{arn}]."
        )
    given = request.get("SpaceSettings")
    if not given:
        sharing = space["SpaceSharingSettings"]["SharingType"].lower()
        raise ValidationError(
            f"SpaceSettings must be provided for creating {sharing} space [{arn}]"
        )
    if given.get("AppType") not in _APP_TYPES:
        raise ValidationError(
            f"AppType must be one of {', '.join(_APP_TYPES)} for space [{arn}], not"
            f" {given.get('AppType')}."
        )
    owner = space["OwnershipSettings"]["OwnerUserProfileName"]
    user_profiles.find(plane, space["DomainId"], owner)
    _check_settings(plane, space, given, given["AppType"])
    default, maximum = settings.volume_bounds(plane, space)
    size = _volume(given)
    if size is None:
        storage = {"EbsStorageSettings": {"EbsVolumeSizeInGb": default}}
        return {**given, "SpaceStorageSettings": storage}
    _check_maximum(size, maximum)
    return given


def check_changes(plane: Plane, space: Document, changes: dict[str, Any]) -> None:
    """Raise what SageMaker answers to an update with these members of SpaceSettings."""
    if "AppType" in changes:
        # Refused even when it is the type the space has (boto/boto3#4375).
        raise ValidationError("Updating AppType for Space is not supported.")
    _check_settings(plane, space, changes, space["SpaceSettings"]["AppType"])
    size, former = _volume(changes), _volume(space["SpaceSettings"])
    if size is None:
        return
    if former is not None and size < former:
        raise ValidationError(
            f"The EBS volume of a space can only grow: it has {former} GB, and {size} GB were"
            " requested."
        )
    if size != former:
        _check_maximum(size, settings.volume_bounds(plane, space)[1])


def _volume(space_settings: dict[str, Any]) -> int | None:
    storage = space_settings.get("SpaceStorageSettings", {})
    return storage.get("EbsStorageSettings", {}).get("EbsVolumeSizeInGb")


def _check_maximum(size: int, maximum: int) -> None:
    if size > maximum:
        raise ValidationError(
            f"EbsVolumeSizeInGb {size} is above the maximum of {maximum} GB that is set for the"
            " user profile or the domain."
        )


def _check_settings(plane: Plane, space: Document, given: dict[str, Any], app_type: str) -> None:
    for name in given:
        if name.endswith("AppSettings") and name != f"{app_type}AppSettings":
            raise ValidationError(f"{name} cannot be set for a space of AppType {app_type}.")
    own = given.get("JupyterLabAppSettings", {})
    spec = own.get("DefaultResourceSpec")
    if spec is not None:
        # A version without its image is of the image the layers below name.
        resource_specs.check(plane, space, settings.with_defaults(spec, _inherited(plane, space)))
    minutes = own.get("AppLifecycleManagement", {}).get("IdleSettings", {})
    _check_idle(settings.idle_rules(plane, space), minutes.get("IdleTimeoutInMinutes"))
    _check_file_systems(plane, space, given.get("CustomFileSystems", []))


def _inherited(plane: Plane, space: Document) -> dict[str, Any]:
    return settings.default_spec(plane, {**space, "SpaceSettings": {}})


def _check_idle(rules: settings.IdleRules, minutes: int | None) -> None:
    if minutes is None:
        return
    if not rules.is_enabled:
        raise ValidationError(
            "IdleTimeoutInMinutes cannot be set because LifecycleManagement is not ENABLED for the"
            " user profile or the domain."
        )
    if not rules.minimum <= minutes <= rules.maximum:
        raise ValidationError(
            f"IdleTimeoutInMinutes {minutes} is not between {rules.minimum} and {rules.maximum},"
            " the bounds set for the user profile or the domain."
        )


def _check_file_systems(
    plane: Plane, space: Document, wanted: list[dict[str, dict[str, str]]]
) -> None:
    allowed = {
        (kind.removesuffix("Config"), _identity(members))
        for config in settings.file_systems(plane, space)
        for kind, members in config.items()
    }
    named = [(kind, _identity(members)) for item in wanted for kind, members in item.items()]
    for kind, identity in named:
        if (kind, identity) not in allowed:
            raise ValidationError(
                f"The file system {identity} is not among the CustomFileSystemConfigs of the"
                " user profile or the domain."
            )
    if len(set(named)) != len(named):
        raise ValidationError("A file system can be attached to a space only once.")


def _identity(members: dict[str, Any]) -> str:
    return str(members.get("FileSystemId") or members.get("S3Uri"))
