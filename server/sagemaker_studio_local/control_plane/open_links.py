"""CreatePresignedDomainUrl: links that open a space once, for a short time."""

from __future__ import annotations

import secrets
import threading
import time

from ..errors import ValidationError
from . import spaces, user_profiles
from .plane import Answer, Call, Plane, Request, operation

_DEFAULT_SECONDS = 300
_LANDINGS = ("studio::", "app:JupyterLab:", "app:CodeEditor:")


class OpenLinks:
    """The links given out and not used yet. They live in memory only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._links: dict[str, tuple[str, float]] = {}

    def mint(self, space_name: str, seconds: float) -> str:
        """A new token for a space; an empty name means the list of spaces."""
        token = secrets.token_urlsafe(32)
        now = time.monotonic()
        with self._lock:
            self._links = {t: link for t, link in self._links.items() if link[1] > now}
            self._links[token] = (space_name, now + seconds)
        return token

    def take(self, token: str) -> str | None:
        """The space of a token, which is used up by this; None when it is not valid."""
        with self._lock:
            space_name, until = self._links.pop(token, ("", 0.0))
        return space_name if time.monotonic() < until else None


@operation("CreatePresignedDomainUrl")
def create_presigned_domain_url(plane: Plane, request: Request, call: Call) -> Answer:
    """CreatePresignedDomainUrl: for a space, or without one for the domain's portal."""
    domain_id, profile = request["DomainId"], request["UserProfileName"]
    user_profiles.find(plane, domain_id, profile)
    name = request.get("SpaceName", "")
    if name:
        space = spaces.find(plane, domain_id, name)
        owner = space["OwnershipSettings"]["OwnerUserProfileName"]
        if space["SpaceSharingSettings"]["SharingType"] == "Private" and owner != profile:
            raise ValidationError(
                f"The private space [{space['SpaceArn']}] is not owned by the user profile"
                f" [{profile}]."
            )
    landing = request.get("LandingUri", "")
    if landing and not landing.startswith(_LANDINGS):
        raise ValidationError(
            f"The LandingUri {landing} is not supported; it begins with {', '.join(_LANDINGS)}."
        )
    seconds = request.get("ExpiresInSeconds", _DEFAULT_SECONDS)
    token = plane.links.mint(name, seconds)
    return {"AuthorizedUrl": f"{plane.endpoint_url}/_studio/open?token={token}"}
