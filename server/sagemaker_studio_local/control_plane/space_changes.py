"""Spaces are created, updated and deleted."""

from __future__ import annotations

from ..errors import ResourceInUse, ValidationError
from ..store import Document
from . import apps, domains, space_checks, tags
from .filters import pick
from .launcher import SETTINGS_SECONDS
from .plane import Answer, Call, Plane, Request, operation
from .spaces import KIND, find, key

#: When a space's volume was changed last, by the space's id.
VOLUME = "space-volume"
_VOLUME_SECONDS = 6 * 3600


@operation("CreateSpace")
def create_space(plane: Plane, request: Request, call: Call) -> Answer:
    """CreateSpace."""
    own_tags = tags.checked(request.get("Tags", []))
    domain_id, name = request["DomainId"], request["SpaceName"]
    arn = plane.arn(f"space/{domain_id}/{name}")
    with plane.store.lock:
        domains.find(plane, domain_id)
        if any(
            known.lower() == key(domain_id, name).lower() for known, _ in plane.store.items(KIND)
        ):
            raise ResourceInUse(f"Space [{arn}] already exists.")
        now = plane.clock.now()
        space = {
            "DomainId": domain_id,
            "SpaceArn": arn,
            "SpaceName": name,
            "Status": "Pending",
            "CreationTime": now,
            "LastModifiedTime": now,
            **pick(request, "SpaceDisplayName", "OwnershipSettings", "SpaceSharingSettings"),
        }
        space["SpaceSettings"] = space_checks.new_settings(plane, space, request)
        plane.store.put(KIND, key(domain_id, name), space)
        tags.set_tags(plane, arn, {**own_tags, **call.studio_tags()})
    plane.apps.in_service_later(KIND, key(domain_id, name))
    return {"SpaceArn": arn}


@operation("UpdateSpace")
def update_space(plane: Plane, request: Request, call: Call) -> Answer:
    """UpdateSpace: members of SpaceSettings are replaced as wholes, those not named stay."""
    domain_id, name = request["DomainId"], request["SpaceName"]
    space_key = key(domain_id, name)
    with plane.store.lock:
        space = find(plane, domain_id, name)
        arn = space["SpaceArn"]
        if space["Status"] in ("Pending", "Updating", "Deleting"):
            raise ResourceInUse(f"Space [{arn}] is {space['Status']} and cannot be updated now.")
        alive = apps.alive_in(plane, domain_id, name)
        if alive:
            raise ValidationError(
                f"Unable to update Space [{arn}] because it has an app that is"
                f" {alive[0]['Status']}. Delete the app first."
            )
        changes = request.get("SpaceSettings", {})
        space_checks.check_changes(plane, space, changes)
        former = _volume_of(space)
        wanted = _volume_of({"SpaceSettings": changes})
        failure = ""
        if wanted is not None and wanted != former:
            failure = _resize(plane, space_key)
            if failure:
                changes = {k: v for k, v in changes.items() if k != "SpaceStorageSettings"}
        updated = {
            **space,
            **pick(request, "SpaceDisplayName"),
            "SpaceSettings": {**space.get("SpaceSettings", {}), **changes},
            "Status": "Updating",
            "LastModifiedTime": plane.clock.now(),
        }
        updated.pop("FailureReason", None)
        plane.store.put(KIND, space_key, updated)
    plane.apps.in_service_later(KIND, space_key, failure)
    return {"SpaceArn": arn}


def _volume_of(space: Document) -> int | None:
    storage = space.get("SpaceSettings", {}).get("SpaceStorageSettings", {})
    return storage.get("EbsStorageSettings", {}).get("EbsVolumeSizeInGb")


def _resize(plane: Plane, space_key: str) -> str:
    """Note a change of a volume; the failure reason when the last one was too recent."""
    now = plane.clock.now()
    last = plane.store.get(VOLUME, space_key)
    if last is not None and now - last["time"] < _VOLUME_SECONDS:
        # As users of SageMaker report it: accepted first, then the space is Update_Failed.
        return (
            "VolumeModificationRateExceeded: We encountered an internal error when trying to update"
            " your volume size. Wait at least 6 hours before trying to update the volume size"
            " again."
        )
    plane.store.put(VOLUME, space_key, {"time": now})
    return ""


@operation("DeleteSpace")
def delete_space(plane: Plane, request: Request, call: Call) -> Answer:
    """DeleteSpace: its home volume is lost."""
    domain_id, name = request["DomainId"], request["SpaceName"]
    space_key = key(domain_id, name)
    with plane.store.lock:
        space = find(plane, domain_id, name)
        arn = space["SpaceArn"]
        if apps.alive_in(plane, domain_id, name):
            raise ResourceInUse(
                f"Unable to delete Space [{arn}] because App(s) are associated with it."
            )
        if space["Status"] in ("Pending", "Updating", "Deleting"):
            raise ResourceInUse(f"Space [{arn}] is {space['Status']} and cannot be deleted now.")
        if name == plane.home_space:
            raise ValidationError(
                f"The local Studio needs its space {name} at its next start and does not delete it."
            )
        plane.store.put(KIND, space_key, {**space, "Status": "Deleting"})
    plane.apps.after(SETTINGS_SECONDS, lambda: remove(plane, space_key))
    return {}


def remove(plane: Plane, space_key: str) -> None:
    """Forget a space, its apps and its volume."""
    with plane.store.lock:
        space = plane.store.get(KIND, space_key)
        if space is None:
            return
        for app_key, app in plane.store.items(apps.KIND):
            if app_key.startswith(f"{space_key}/"):
                plane.store.delete(apps.KIND, app_key)
                plane.store.delete(apps.DELETED, app_key)
                plane.store.delete(tags.KIND, app["AppArn"].lower())
        plane.store.delete(tags.KIND, space["SpaceArn"].lower())
        plane.store.delete(VOLUME, space_key)
        plane.store.delete(KIND, space_key)
    if plane.launcher is not None:
        plane.launcher.forget(space["SpaceName"])
