"""Apps: what runs in a space. The one real app is the JupyterLab the local Studio supervises."""

from __future__ import annotations

from typing import Any

from ..errors import ResourceNotFound, ValidationError
from ..store import Document
from . import domains, spaces, user_profiles
from .filters import pick
from .paging import is_descending, list_answer
from .plane import Answer, Call, Plane, Request, operation

KIND = "app"
_SUMMARY = (
    "DomainId",
    "UserProfileName",
    "SpaceName",
    "AppType",
    "AppName",
    "Status",
    "CreationTime",
    "ResourceSpec",
)


def key(domain_id: str, owner: str, app_type: str, name: str) -> str:
    """The id of an app in the store; also the tail of its ARN. ``owner``: space or profile."""
    return f"{domain_id}/{owner}/{app_type}/{name}"


def set_status(plane: Plane, app_key: str, status: str, reason: str | None = None) -> None:
    """Set an app's status (Pending, InService, Failed, Deleted) and why it failed, if it did."""
    with plane.store.lock:
        app = plane.store.get(KIND, app_key)
        if app is None:
            return
        changed = {**app, "Status": status}
        changed.pop("FailureReason", None)
        if reason:
            changed["FailureReason"] = reason[:1024]
        if status == "InService":
            changed["LastHealthCheckTimestamp"] = plane.clock.now()
        if status == "Pending":
            changed["CreationTime"] = plane.clock.now()
        plane.store.put(KIND, app_key, changed)


@operation("DescribeApp")
def describe_app(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribeApp: exactly one of SpaceName and UserProfileName names the owner."""
    domain_id = request["DomainId"]
    space, profile = request.get("SpaceName"), request.get("UserProfileName")
    if bool(space) == bool(profile):
        raise ValidationError("Specify exactly one of SpaceName and UserProfileName.")
    if space:
        spaces.find(plane, domain_id, space)
    else:
        user_profiles.find(plane, domain_id, profile or "")
    app_key = key(domain_id, space or profile or "", request["AppType"], request["AppName"])
    app = plane.store.get(KIND, app_key)
    if app is None:
        raise ResourceNotFound(f"App [{request['AppName']}] does not exist.")
    return app


@operation("ListApps")
def list_apps(plane: Plane, request: Request, call: Call) -> Answer:
    """ListApps."""
    if request.get("DomainIdEquals"):
        domains.find(plane, request["DomainIdEquals"])
    wanted = {
        "DomainId": request.get("DomainIdEquals"),
        "SpaceName": request.get("SpaceNameEquals"),
        "UserProfileName": request.get("UserProfileNameEquals"),
    }
    rows: list[dict[str, Any]] = [
        pick(app, *_SUMMARY) for app in plane.store.all(KIND) if _has(app, wanted)
    ]
    return list_answer(
        "ListApps",
        request,
        "Apps",
        rows,
        sort_by="CreationTime",
        identity="AppName",
        descending=is_descending(request),
    )


def _has(app: Document, wanted: dict[str, str | None]) -> bool:
    return all(value is None or app.get(name) == value for name, value in wanted.items())
