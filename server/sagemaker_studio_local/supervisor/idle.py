"""SageMaker's idle shutdown: deletes apps nobody has used for as long as their space allows."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from ..control_plane import Call, Plane, apps, operations, settings, spaces
from ..errors import AwsError

_LOOK_SECONDS = 30.0

log = logging.getLogger(__name__)


class IdleMonitor:
    """Looks at every app in service from time to time. Its minutes are real at every speed.

    :param last_active: answers when an app was active last (seconds since the epoch), given its
        id; None when that cannot be found out or it never was.
    """

    def __init__(self, plane: Plane, last_active: Callable[[str], float | None]) -> None:
        self._plane = plane
        self._last_active = last_active

    def start(self, stop: threading.Event) -> None:
        """Look again and again until ``stop``."""

        def run() -> None:
            while not stop.wait(_LOOK_SECONDS):
                try:
                    self.look(time.time())
                except Exception:
                    log.exception("idle apps were not looked for")

        threading.Thread(target=run, daemon=True, name="idle-monitor").start()

    def look(self, now: float) -> None:
        """Delete the apps whose idle time is over at ``now``."""
        for key, app in self._plane.store.items(apps.KIND):
            if app["Status"] != "InService":
                continue
            space = spaces.find(self._plane, app["DomainId"], app["SpaceName"])
            minutes = settings.idle_minutes(self._plane, space)
            if minutes is None:
                continue
            # In service counts as activity: somebody has just started it.
            last = max(app["LastHealthCheckTimestamp"], self._last_active(key) or 0.0)
            if now - last >= minutes * 60:
                self._delete(app)

    def _delete(self, app: dict[str, str]) -> None:
        named = {name: app[name] for name in ("DomainId", "SpaceName", "AppType", "AppName")}
        try:
            operations["DeleteApp"](self._plane, named, Call())
        except AwsError as error:
            # Deleted by somebody else meanwhile.
            log.debug("the idle app was not deleted: %s", error)
