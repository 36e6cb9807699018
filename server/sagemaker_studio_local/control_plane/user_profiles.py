"""User profiles of a domain."""

from __future__ import annotations

from ..errors import ResourceInUse, ResourceNotFound
from ..store import Document
from . import domains
from .filters import pick
from .paging import is_descending, list_answer
from .plane import Answer, Call, Plane, Request, operation

KIND = "user-profile"
_SUMMARY = ("DomainId", "UserProfileName", "Status", "CreationTime", "LastModifiedTime")


def key(domain_id: str, name: str) -> str:
    """The id of a profile in the store; also the tail of its ARN."""
    return f"{domain_id}/{name}"


def find(plane: Plane, domain_id: str, name: str) -> Document:
    """The profile; ``ResourceNotFound`` when the domain or the profile does not exist."""
    domains.find(plane, domain_id)
    profile = plane.store.get(KIND, key(domain_id, name))
    if profile is None:
        raise ResourceNotFound(f"User Profile [{name}] does not exist in domain [{domain_id}].")
    return profile


@operation("DescribeUserProfile")
def describe_user_profile(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribeUserProfile."""
    return find(plane, request["DomainId"], request["UserProfileName"])


@operation("ListUserProfiles")
def list_user_profiles(plane: Plane, request: Request, call: Call) -> Answer:
    """ListUserProfiles."""
    domain_id = request.get("DomainIdEquals")
    if domain_id:
        domains.find(plane, domain_id)
    rows = [
        pick(profile, *_SUMMARY)
        for profile in plane.store.all(KIND)
        if domain_id in (None, profile["DomainId"])
        and request.get("UserProfileNameContains", "") in profile["UserProfileName"]
    ]
    return list_answer(
        "ListUserProfiles",
        request,
        "UserProfiles",
        rows,
        sort_by=request.get("SortBy", "CreationTime"),
        identity="UserProfileName",
        descending=is_descending(request),
    )


@operation("UpdateUserProfile")
def update_user_profile(plane: Plane, request: Request, call: Call) -> Answer:
    """UpdateUserProfile."""
    from . import settings_checks

    with plane.store.lock:
        profile = find(plane, request["DomainId"], request["UserProfileName"])
        profile_key = key(request["DomainId"], request["UserProfileName"])
        arn = profile["UserProfileArn"]
        if profile["Status"] == "Updating":
            raise ResourceInUse(f"User Profile [{arn}] is being updated.")
        former = profile.get("UserSettings", {})
        document = {
            **profile,
            "UserSettings": settings_checks.replaced(
                plane, former, request.get("UserSettings", {})
            ),
            "Status": "Updating",
            "LastModifiedTime": plane.clock.now(),
        }
        plane.store.put(KIND, profile_key, document)
    plane.apps.in_service_later(KIND, profile_key)
    return {"UserProfileArn": arn}
