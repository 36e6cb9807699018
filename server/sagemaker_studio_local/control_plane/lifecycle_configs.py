"""Studio lifecycle configurations: scripts that run when an app starts."""

from __future__ import annotations

import base64
import binascii

from ..errors import ResourceInUse, ResourceNotFound, ValidationError
from ..store import Document
from . import domains, spaces, tags, user_profiles
from .filters import in_time_window, pick
from .paging import list_answer
from .plane import Answer, Call, Plane, Request, operation

KIND = "studio-lifecycle-config"
_SUMMARY = (
    "StudioLifecycleConfigArn",
    "StudioLifecycleConfigName",
    "CreationTime",
    "LastModifiedTime",
    "StudioLifecycleConfigAppType",
)
_COLUMNS = {
    "CreationTime": "CreationTime",
    "LastModifiedTime": "LastModifiedTime",
    "Name": "StudioLifecycleConfigName",
}


def find(plane: Plane, name: str) -> Document:
    """The lifecycle configuration; ``ResourceNotFound`` when there is none."""
    config = plane.store.get(KIND, name)
    if config is None:
        raise ResourceNotFound(f"StudioLifecycleConfig [{name}] does not exist.")
    return config


def find_by_arn(plane: Plane, arn: str) -> Document:
    """The lifecycle configuration with an ARN; ``ResourceNotFound`` when there is none."""
    for config in plane.store.all(KIND):
        if config["StudioLifecycleConfigArn"] == arn:
            return config
    raise ResourceNotFound(f"StudioLifecycleConfig [{arn}] does not exist.")


def script_of(plane: Plane, arn: str) -> str:
    """The script itself."""
    content = find_by_arn(plane, arn)["StudioLifecycleConfigContent"]
    return base64.b64decode(content).decode("utf-8", "replace")


@operation("CreateStudioLifecycleConfig")
def create(plane: Plane, request: Request, call: Call) -> Answer:
    """CreateStudioLifecycleConfig: the content is base64; a configuration is never changed."""
    name = request["StudioLifecycleConfigName"]
    try:
        base64.b64decode("".join(request["StudioLifecycleConfigContent"].split()), validate=True)
    except (ValueError, binascii.Error):
        raise ValidationError("StudioLifecycleConfigContent must be base64-encoded.") from None
    own_tags = tags.checked(request.get("Tags", []))
    arn = plane.arn(f"studio-lifecycle-config/{name.lower()}")
    now = plane.clock.now()
    with plane.store.lock:
        if any(name.lower() == known.lower() for known, _ in plane.store.items(KIND)):
            raise ResourceInUse(f"StudioLifecycleConfig [{arn}] already exists.")
        document = {
            "StudioLifecycleConfigArn": arn,
            "StudioLifecycleConfigName": name,
            "StudioLifecycleConfigContent": request["StudioLifecycleConfigContent"],
            "StudioLifecycleConfigAppType": request["StudioLifecycleConfigAppType"],
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        plane.store.put(KIND, name, document)
        tags.set_tags(plane, arn, {**own_tags, **call.studio_tags()})
    return {"StudioLifecycleConfigArn": arn}


@operation("DescribeStudioLifecycleConfig")
def describe(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribeStudioLifecycleConfig."""
    return find(plane, request["StudioLifecycleConfigName"])


@operation("ListStudioLifecycleConfigs")
def list_configs(plane: Plane, request: Request, call: Call) -> Answer:
    """ListStudioLifecycleConfigs."""
    wanted = request.get("AppTypeEquals")
    rows = [
        pick(config, *_SUMMARY)
        for config in plane.store.all(KIND)
        if wanted in (None, config["StudioLifecycleConfigAppType"])
        and request.get("NameContains", "") in config["StudioLifecycleConfigName"]
        and in_time_window(request, config)
    ]
    return list_answer(
        "ListStudioLifecycleConfigs",
        request,
        "StudioLifecycleConfigs",
        rows,
        sort_by=_COLUMNS[request.get("SortBy", "CreationTime")],
        identity="StudioLifecycleConfigName",
        descending=request.get("SortOrder", "Descending") == "Descending",
    )


@operation("DeleteStudioLifecycleConfig")
def delete(plane: Plane, request: Request, call: Call) -> Answer:
    """DeleteStudioLifecycleConfig: refused while something refers to it."""
    with plane.store.lock:
        config = find(plane, request["StudioLifecycleConfigName"])
        arn = config["StudioLifecycleConfigArn"]
        users = _users(plane, arn)
        if users:
            raise ResourceInUse(
                f"StudioLifecycleConfig [{arn}] is in use by {', '.join(users)}. Detach it first."
            )
        plane.store.delete(KIND, config["StudioLifecycleConfigName"])
        plane.store.delete(tags.KIND, arn.lower())
    return {}


def _users(plane: Plane, arn: str) -> list[str]:
    """ARNs of domains, profiles and spaces that refer to a configuration."""
    found = []
    for kind, name in (
        (domains.KIND, "DomainArn"),
        (user_profiles.KIND, "UserProfileArn"),
        (spaces.KIND, "SpaceArn"),
    ):
        found += [d[name] for d in plane.store.all(kind) if _mentions(d, arn)]
    return found


def _mentions(value: object, text: str) -> bool:
    if isinstance(value, dict):
        return any(_mentions(item, text) for item in value.values())
    if isinstance(value, list):
        return any(_mentions(item, text) for item in value)
    return value == text
