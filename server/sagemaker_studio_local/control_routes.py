"""``/_studio/…``: what tests and the bench ask of the local Studio itself.

``GET|DELETE calls`` (``?since=n``), ``GET|POST|DELETE faults``, ``POST seed-jobs``, ``GET state``,
``GET|POST|DELETE permissions`` (``permissions.Permissions``), ``POST restart-jupyter``
(``{"space"}``), ``GET|POST|DELETE git`` (``git.limits``), ``GET|POST schedule-speed``
(``{"speed"}``, how many times as fast recurring schedules run). Only for this machine and for no
web page of another site. Errors are ``{"error": {"message"}}``. The pages for people are the
portal's.
"""

from __future__ import annotations

import json
from typing import Any

from . import __version__, seed
from .aws_services.firing import Firing
from .control_plane import Plane, apps, training_jobs
from .control_plane.job_lifecycle import TERMINAL
from .faults import Calls, Faults, parse_fault
from .git import GitHost
from .messages import Request, Response, is_local
from .permissions import Permissions
from .portal import Portal
from .synthetic import seed_jobs


class ControlRoutes:
    """The control routes of one local Studio."""

    def __init__(
        self,
        plane: Plane,
        faults: Faults,
        calls: Calls,
        git: GitHost,
        firing: Firing,
        permissions: Permissions,
    ) -> None:
        self._plane = plane
        self._firing = firing
        self._faults = faults
        self._calls = calls
        self._git = git
        self._permissions = permissions
        self._portal = Portal(plane)
        self._routes = {
            ("GET", "calls"): self._get_calls,
            ("DELETE", "calls"): self._delete_calls,
            ("GET", "faults"): self._get_faults,
            ("POST", "faults"): self._post_faults,
            ("DELETE", "faults"): self._delete_faults,
            ("GET", "git"): self._get_git,
            ("POST", "git"): self._post_git,
            ("DELETE", "git"): self._delete_git,
            ("GET", "permissions"): self._get_permissions,
            ("POST", "permissions"): self._post_permissions,
            ("DELETE", "permissions"): self._delete_permissions,
            ("POST", "seed-jobs"): self._post_seed_jobs,
            ("POST", "restart-jupyter"): self._post_restart_jupyter,
            ("GET", "schedule-speed"): self._get_schedule_speed,
            ("POST", "schedule-speed"): self._post_schedule_speed,
            ("GET", "state"): self._get_state,
        }

    def respond(self, request: Request) -> Response:
        """Answer a control request."""
        page = self._portal.respond(request)
        if page is not None:
            return page
        if not is_local(request):
            return _error(403, "The control routes answer this machine's own programs only.")
        name = request.path[len("/_studio/") :].rstrip("/")
        route = self._routes.get((request.method, name))
        if route is None:
            known = ", ".join(f"{method} /_studio/{path}" for method, path in self._routes)
            return _error(404, f"There is no such control route. There are: {known}.")
        try:
            return _json(200, route(request))
        except ValueError as error:
            return _error(400, str(error))

    def _get_calls(self, request: Request) -> Any:
        since = request.query.get("since", "0")
        if not since.isdigit():
            raise ValueError("'since' is the number of a call")
        return self._calls.since(int(since))

    def _delete_calls(self, request: Request) -> Any:
        self._calls.clear()
        return {}

    def _get_faults(self, request: Request) -> Any:
        return {"faults": self._faults.list()}

    def _post_faults(self, request: Request) -> Any:
        self._faults.add(parse_fault(_body(request)))
        return {"faults": self._faults.list()}

    def _delete_faults(self, request: Request) -> Any:
        self._faults.clear()
        return {}

    def _get_git(self, request: Request) -> Any:
        return self._git.report()

    def _post_git(self, request: Request) -> Any:
        self._git.control.change(_body(request))
        return self._git.report()

    def _delete_git(self, request: Request) -> Any:
        self._git.control.clear()
        return {}

    def _get_permissions(self, request: Request) -> Any:
        return self._permissions.report()

    def _post_permissions(self, request: Request) -> Any:
        self._permissions.change(_body(request))
        return self._permissions.report()

    def _delete_permissions(self, request: Request) -> Any:
        self._permissions.reset()
        return self._permissions.report()

    def _post_seed_jobs(self, request: Request) -> Any:
        body = _body(request)
        count = body.get("count") if isinstance(body, dict) else None
        if not isinstance(count, int) or isinstance(count, bool):
            raise ValueError('seed-jobs needs {"count": n}')
        return {"trainingJobs": seed_jobs(self._plane, seed.caller_of_app(self._plane), count)}

    def _post_restart_jupyter(self, request: Request) -> Any:
        body = _body(request)
        name = body.get("space") if isinstance(body, dict) else None
        key = apps.key(seed.DOMAIN_ID, str(name), "JupyterLab", seed.APP_NAME)
        app = self._plane.store.get(apps.KIND, key)
        if app is None:
            raise ValueError('restart-jupyter needs {"space": the name of a space with an app}')
        if self._plane.launcher is None or not self._plane.launcher.restart(key):
            # A lifecycle script that installs something may say so before there is anything.
            return {"message": "JupyterLab is not running; it will find the changes at its start."}
        return {"message": "JupyterLab is restarting."}

    def _get_schedule_speed(self, request: Request) -> Any:
        return {"speed": self._firing.speed}

    def _post_schedule_speed(self, request: Request) -> Any:
        body = _body(request)
        speed = body.get("speed") if isinstance(body, dict) else None
        if not isinstance(speed, (int, float)) or isinstance(speed, bool):
            raise ValueError('schedule-speed needs {"speed": n}')
        self._firing.set_speed(float(speed))
        return {"speed": self._firing.speed}

    def _get_state(self, request: Request) -> Any:
        store = self._plane.store
        jobs = [job["detail"] for job in store.all(training_jobs.KIND)]
        running = [j["TrainingJobName"] for j in jobs if j["TrainingJobStatus"] not in TERMINAL]
        return {
            "version": __version__,
            "region": self._plane.region,
            "accountId": self._plane.account,
            "domainId": seed.DOMAIN_ID,
            "spaceName": seed.SPACE_NAME,
            "speed": self._plane.clock.speed,
            "scheduleSpeed": self._firing.speed,
            "trainingJobs": len(jobs),
            "running": running,
            "apps": {key: app["Status"] for key, app in store.items(apps.KIND)},
        }


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body.content() or b"{}")
    except ValueError:
        raise ValueError("the body is not JSON") from None


def _json(status: int, value: Any) -> Response:
    return Response(status, json.dumps(value).encode(), [("Content-Type", "application/json")])


def _error(status: int, message: str) -> Response:
    return _json(status, {"error": {"message": message}})
