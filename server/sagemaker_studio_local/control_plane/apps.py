"""Apps: what runs in a space."""

from __future__ import annotations

from typing import Any

from ..errors import ResourceInUse, ResourceNotFound, ValidationError
from ..store import Document
from . import app_quotas, domains, images, resource_specs, settings, spaces, tags, user_profiles
from .filters import pick
from .paging import is_descending, list_answer
from .plane import Answer, Call, Plane, Request, operation

KIND = "app"
#: When an app was deleted, by the app's id: SageMaker tells of a deleted app for a day.
DELETED = "deleted-app"
_KEPT_SECONDS = 24 * 3600
_ALIVE = ("Pending", "InService", "Deleting")
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
        now = plane.clock.now()
        changed = {**app, "Status": status}
        changed.pop("FailureReason", None)
        if reason:
            changed["FailureReason"] = reason[:1024]
        if status == "InService":
            changed["LastHealthCheckTimestamp"] = changed["LastUserActivityTimestamp"] = now
        if status == "Deleted":
            plane.store.put(DELETED, app_key, {"time": now})
        plane.store.put(KIND, app_key, changed)


def _is_told_of(plane: Plane, app_key: str, app: Document) -> bool:
    if app["Status"] != "Deleted":
        return True
    deleted = plane.store.get(DELETED, app_key) or {"time": app["CreationTime"]}
    return plane.clock.now() - deleted["time"] < _KEPT_SECONDS


def alive_in(plane: Plane, domain_id: str, space_name: str) -> list[Document]:
    """The apps of a space that have an instance: Pending, InService or Deleting."""
    return [
        app
        for app in plane.store.all(KIND)
        if app["DomainId"] == domain_id
        and app.get("SpaceName") == space_name
        and app["Status"] in _ALIVE
    ]


def _named(plane: Plane, request: Request) -> tuple[str, Document | None]:
    """(id, app) a request names; None when SageMaker knows no such app (any more)."""
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
    if app is not None and not _is_told_of(plane, app_key, app):
        app = None
    return app_key, app


def _arn(plane: Plane, app_key: str) -> str:
    return plane.arn(f"app/{app_key}")


@operation("DescribeApp")
def describe_app(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribeApp: exactly one of SpaceName and UserProfileName names the owner."""
    app_key, app = _named(plane, request)
    if app is None:
        raise ResourceNotFound(f"App [{_arn(plane, app_key)}] does not exist.")
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
        pick(app, *_SUMMARY)
        for app_key, app in plane.store.items(KIND)
        if _has(app, wanted) and _is_told_of(plane, app_key, app)
    ]
    return list_answer(
        "ListApps",
        request,
        "Apps",
        rows,
        sort_by="CreationTime",
        # Every app is called `default`; its space tells it apart.
        identity="SpaceName",
        descending=is_descending(request),
    )


def _has(app: Document, wanted: dict[str, str | None]) -> bool:
    return all(value is None or app.get(name) == value for name, value in wanted.items())


@operation("CreateApp")
def create_app(plane: Plane, request: Request, call: Call) -> Answer:
    """CreateApp: only JupyterLab apps named ``default`` in spaces.

    What ResourceSpec leaves open comes from the space, its owner and the domain.
    """
    own_tags = tags.checked(request.get("Tags", []))
    with plane.store.lock:
        app_key, app = _named(plane, request)
        space = _space_for(plane, request)
        if app is not None and app["Status"] in _ALIVE:
            raise ResourceInUse(
                f"App [{_arn(plane, app_key)}] already exists and is {app['Status']}."
            )
        if space["Status"] not in ("InService", "Update_Failed"):
            raise ResourceInUse(
                f"Space [{space['SpaceArn']}] is {space['Status']}; an app can be created once it"
                " is InService."
            )
        spec = _complete(plane, space, request.get("ResourceSpec", {}))
        resource_specs.check(plane, space, spec)
        app_quotas.check(plane, spec["InstanceType"])
        failure = plane.faults.take_app(spec["InstanceType"])
        put_pending(plane, app_key, resource_specs.stored(spec), request.get("RecoveryMode"))
        tags.set_tags(plane, _arn(plane, app_key), {**own_tags, **call.studio_tags()})
    plane.apps.begin(app_key, failure)
    return {"AppArn": _arn(plane, app_key)}


def _space_for(plane: Plane, request: Request) -> Document:
    """The space an app is to be created in; ValidationException when it cannot be."""
    app_type = request["AppType"]
    if request.get("UserProfileName"):
        raise ValidationError(f"{app_type} apps of user profiles are not supported; name a space.")
    space = spaces.find(plane, request["DomainId"], request["SpaceName"])
    own_type = space.get("SpaceSettings", {}).get("AppType")
    if app_type != own_type:
        raise ValidationError(
            f"AppType {app_type} is not supported in space [{space['SpaceArn']}], which is for"
            f" {own_type} apps."
        )
    if app_type != "JupyterLab":
        raise ValidationError(f"The local Studio runs JupyterLab apps only, not {app_type}.")
    if request["AppName"] != "default":
        raise ValidationError(
            f"AppName must be 'default' for apps of type {app_type}, not '{request['AppName']}'."
        )
    return space


def _complete(plane: Plane, space: Document, spec: dict[str, Any]) -> dict[str, Any]:
    spec = settings.with_defaults(spec, settings.default_spec(plane, space))
    if "SageMakerImageArn" not in spec and "SageMakerImageVersionArn" not in spec:
        spec["SageMakerImageArn"] = images.distribution_arn(plane, "cpu")
    return spec


def put_default(plane: Plane, app_key: str) -> None:
    """Put down a Pending app with what its space says, as when a space is run again."""
    domain_id, space_name = app_key.split("/")[:2]
    with plane.store.lock:
        space = spaces.find(plane, domain_id, space_name)
        put_pending(plane, app_key, resource_specs.stored(_complete(plane, space, {})))


def put_pending(
    plane: Plane, app_key: str, spec: dict[str, Any], recovery: bool | None = None
) -> None:
    """Put down an app that is Pending, in place of a former one of the same name."""
    domain_id, space_name, app_type, name = app_key.split("/")
    document = {
        "AppArn": _arn(plane, app_key),
        "AppName": name,
        "AppType": app_type,
        "DomainId": domain_id,
        "SpaceName": space_name,
        "Status": "Pending",
        "CreationTime": plane.clock.now(),
        "ResourceSpec": spec,
    }
    if recovery is not None:
        document["RecoveryMode"] = recovery
    plane.store.put(KIND, app_key, document)


@operation("DeleteApp")
def delete_app(plane: Plane, request: Request, call: Call) -> Answer:
    """DeleteApp: the app's processes end at once, the app is Deleted some time later."""
    with plane.store.lock:
        app_key, app = _named(plane, request)
        arn = _arn(plane, app_key)
        if app is None:
            raise ResourceNotFound(f"App [{arn}] does not exist.")
        # The two refusals' words are known from Terraform's AWS provider, which looks for them.
        if app["Status"] == "Deleted":
            raise ValidationError(f"App [{arn}] has already been deleted.")
        if app["Status"] == "Failed":
            raise ValidationError(f"App [{arn}] previously failed and was automatically deleted.")
        if app["Status"] != "InService":
            raise ResourceInUse(f"App [{arn}] cannot be deleted while it is {app['Status']}.")
        plane.store.put(KIND, app_key, {**app, "Status": "Deleting"})
    plane.apps.end(app_key)
    return {}
