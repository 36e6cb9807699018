"""The filters List operations have in common."""

from __future__ import annotations

from typing import Any


def in_time_window(request: dict[str, Any], document: dict[str, Any]) -> bool:
    """Whether a document is within the request's creation and modification times.

    Covers CreationTimeAfter/Before, LastModifiedTimeAfter/Before and ModifiedTimeAfter/Before;
    times are epoch seconds.
    """
    created = document.get("CreationTime") or 0
    modified = document.get("LastModifiedTime") or created
    for field, value in (("CreationTime", created), ("LastModifiedTime", modified)):
        names = [field] if field == "CreationTime" else [field, "ModifiedTime"]
        for name in names:
            after, before = request.get(f"{name}After"), request.get(f"{name}Before")
            if after is not None and value < after:
                return False
            if before is not None and value > before:
                return False
    return True


def in_window(moment: float, request: dict[str, Any], after: str, before: str) -> bool:
    """Whether epoch seconds are within two members of a request, either of which may be absent."""
    return request.get(after, moment) <= moment <= request.get(before, moment)


def pick(document: dict[str, Any], *names: str) -> dict[str, Any]:
    """The named members a document has."""
    return {name: document[name] for name in names if name in document}
