"""Spaces of a domain, private and shared."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ..errors import ResourceNotFound
from ..store import Document
from . import domains
from .filters import pick
from .paging import is_descending, list_answer
from .plane import Answer, Call, Plane, Request, operation

KIND = "space"
_SUMMARY = (
    "DomainId",
    "SpaceName",
    "SpaceDisplayName",
    "Status",
    "CreationTime",
    "LastModifiedTime",
)


def key(domain_id: str, name: str) -> str:
    """The id of a space in the store; also the tail of its ARN."""
    return f"{domain_id}/{name}"


def find(plane: Plane, domain_id: str, name: str) -> Document:
    """The space; ``ResourceNotFound`` when the domain or the space does not exist."""
    domains.find(plane, domain_id)
    space = plane.store.get(KIND, key(domain_id, name))
    if space is None:
        raise ResourceNotFound(f"Space [{name}] does not exist in domain [{domain_id}].")
    return space


def url_of(plane: Plane, name: str) -> str:
    """Where the local Studio shows a space, or all: its portal, in place of Studio's page."""
    query = f"?space={quote(name, safe='')}" if name else ""
    return f"{plane.endpoint_url}/_studio/portal{query}"


@operation("DescribeSpace")
def describe_space(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribeSpace."""
    space = find(plane, request["DomainId"], request["SpaceName"])
    return {**space, "Url": url_of(plane, space["SpaceName"])}


@operation("ListSpaces")
def list_spaces(plane: Plane, request: Request, call: Call) -> Answer:
    """ListSpaces."""
    domain_id = request.get("DomainIdEquals")
    if domain_id:
        domains.find(plane, domain_id)
    rows = [
        _summary(space)
        for space in plane.store.all(KIND)
        if domain_id in (None, space["DomainId"])
        and request.get("SpaceNameContains", "") in space["SpaceName"]
    ]
    return list_answer(
        "ListSpaces",
        request,
        "Spaces",
        rows,
        sort_by=request.get("SortBy", "CreationTime"),
        identity="SpaceName",
        descending=is_descending(request),
    )


def _summary(space: Document) -> dict[str, Any]:
    row = pick(space, *_SUMMARY)
    settings = space.get("SpaceSettings", {})
    row["SpaceSettingsSummary"] = pick(settings, "AppType", "SpaceStorageSettings")
    if "OwnershipSettings" in space:
        row["OwnershipSettingsSummary"] = pick(space["OwnershipSettings"], "OwnerUserProfileName")
    if "SpaceSharingSettings" in space:
        row["SpaceSharingSettingsSummary"] = pick(space["SpaceSharingSettings"], "SharingType")
    return row
