"""The portal: one page that stands in for Studio's own page of spaces.

``GET portal`` (``?space=`` marks one), ``POST portal/run|stop|open`` from the page's own forms, and
``GET open?token=`` for the one-time links of CreatePresignedDomainUrl; all below ``/_studio/``.
"""

from __future__ import annotations

import hmac
import secrets
import time
from typing import Any
from urllib.parse import parse_qsl

from . import seed
from .control_plane import Call, Plane, apps, operations, resource_specs, settings, spaces
from .errors import AwsError
from .messages import Request, Response, is_local, names_this_machine
from .portal_page import SpaceRow, note_page, spaces_page

_PREFIX = "/_studio/"
_HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    # With `no-referrer` browsers would call the portal's own forms foreign (`Origin: null`).
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    # Forms may lead on to the JupyterLab of a space, at another port.
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none';"
        " base-uri 'none'; form-action 'self' http://127.0.0.1:*",
    ),
]
#: Beyond what the emulated update of a space takes.
_PATIENCE_SECONDS = 10.0


class Portal:
    """The pages of one local Studio, for people at this machine."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        # In every form of ours: a page of another site cannot know it.
        self._secret = secrets.token_urlsafe(32)
        self._actions = {"run": self._run, "stop": self._stop, "open": self._open}

    def respond(self, request: Request) -> Response | None:
        """Answer a request for a page; None when it is for something else."""
        name = request.path[len(_PREFIX) :].rstrip("/")
        if name not in ("portal", "open") and not name.startswith("portal/"):
            return None
        if not names_this_machine(request):
            return _page(403, note_page("This page is for this machine only."))
        if request.method == "GET" and name == "portal":
            return self._show(request.query.get("space", ""))
        if request.method == "GET" and name == "open":
            return self._follow(request.query.get("token", ""))
        action = self._actions.get(name.partition("/")[2])
        if request.method != "POST" or action is None:
            return _page(404, note_page("There is no such page."))
        form = dict(parse_qsl(request.body.content().decode("utf-8", "replace")))
        if not is_local(request) or not hmac.compare_digest(
            form.get("token", "").encode(), self._secret.encode()
        ):
            return _page(403, note_page("This form is out of date. Open the portal again."))
        space = form.get("space", "")
        try:
            return action(space, form)
        except AwsError as error:
            return self._show(space, f"{error.code}: {error.message}", error.status)

    def _show(self, marked: str, problem: str = "", status: int = 200) -> Response:
        rows = [self._row(space) for space in self._plane.store.all(spaces.KIND)]
        rows.sort(key=lambda row: (row.owner, row.name))
        return _page(status, spaces_page(rows, marked, problem, self._secret))

    def _row(self, space: dict[str, Any]) -> SpaceRow:
        plane = self._plane
        app = plane.store.get(apps.KIND, _key(space["SpaceName"])) or {}
        spec = settings.default_spec(plane, space)
        running = app.get("Status") in ("Pending", "InService", "Deleting")
        own_type = app["ResourceSpec"]["InstanceType"] if running else spec["InstanceType"]
        return SpaceRow(
            name=space["SpaceName"],
            owner=space["OwnershipSettings"]["OwnerUserProfileName"],
            sharing=space["SpaceSharingSettings"]["SharingType"],
            status=space["Status"],
            app_status=app.get("Status", "Deleted"),
            reason=app.get("FailureReason", "") or space.get("FailureReason", ""),
            instance_type=own_type,
            choices=sorted({own_type, *(t for t, limit in plane.app_quotas.items() if limit)}),
            can_open=plane.launcher is not None
            and plane.launcher.address(_key(space["SpaceName"])) is not None,
        )

    def _run(self, name: str, form: dict[str, str]) -> Response:
        """Run a space on the instance chosen, which becomes the space's own, as in Studio."""
        plane = self._plane
        space = spaces.find(plane, seed.DOMAIN_ID, name)
        former = settings.default_spec(plane, space)
        chosen = form.get("instance") or former["InstanceType"]
        if chosen != former["InstanceType"]:
            own = space["SpaceSettings"].get("JupyterLabAppSettings", {})
            spec = resource_specs.on_instance(plane, former, chosen)
            changes = {"JupyterLabAppSettings": {**own, "DefaultResourceSpec": spec}}
            self._call("UpdateSpace", SpaceName=name, SpaceSettings=changes)
            self._wait_for_update(name)
        self._call("CreateApp", SpaceName=name, AppType="JupyterLab", AppName=seed.APP_NAME)
        return self._back_to(name)

    def _stop(self, name: str, form: dict[str, str]) -> Response:
        self._call("DeleteApp", SpaceName=name, AppType="JupyterLab", AppName=seed.APP_NAME)
        return self._back_to(name)

    def _open(self, name: str, form: dict[str, str]) -> Response:
        return self._to_app(name)

    def _call(self, operation: str, **request: Any) -> None:
        operations[operation](self._plane, {"DomainId": seed.DOMAIN_ID, **request}, Call())

    def _wait_for_update(self, name: str) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if spaces.find(self._plane, seed.DOMAIN_ID, name)["Status"] != "Updating":
                return
            time.sleep(0.02)

    def _follow(self, token: str) -> Response:
        name = self._plane.links.take(token)
        if name is None:
            return _page(
                403,
                note_page("This link has been used or has expired. Open the space again."),
            )
        return self._to_app(name) if name else self._back_to("")

    def _to_app(self, name: str) -> Response:
        """To the JupyterLab of a space; to the portal while it does not run."""
        launcher = self._plane.launcher
        address = launcher.address(_key(name)) if launcher is not None else None
        return _redirect(address) if address else self._back_to(name)

    def _back_to(self, name: str) -> Response:
        return _redirect(spaces.url_of(self._plane, name))


def _key(space_name: str) -> str:
    return apps.key(seed.DOMAIN_ID, space_name, "JupyterLab", seed.APP_NAME)


def _page(status: int, text: str) -> Response:
    return Response(status, text.encode(), list(_HEADERS))


def _redirect(address: str) -> Response:
    return Response(303, b"", [*_HEADERS, ("Location", address)])
