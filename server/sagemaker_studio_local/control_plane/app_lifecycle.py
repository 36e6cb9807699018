"""Apps from Pending to Deleted; spaces, profiles and domains from Updating to InService.

Each change of state that takes time has a thread of its own. The waits are AWS's, scaled by the
clock; what the app itself takes (its lifecycle script, JupyterLab) comes on top in real time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from ..store import Document
from . import apps, domains, lifecycle_configs, settings, space_changes, spaces, user_profiles
from .launcher import DELETING_SECONDS, PENDING_SECONDS, SETTINGS_SECONDS, AppFailed, Launch
from .plane import Plane

_CLOSE_SECONDS = 30.0

log = logging.getLogger(__name__)


class AppLifecycle:
    """The changes of state under way in one control plane."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self._closing = threading.Event()
        self._threads: set[threading.Thread] = set()

    def begin(self, key: str, failure: str = "") -> None:
        """Bring an app that is Pending to InService, or to Failed with ``failure``."""
        self.after(PENDING_SECONDS, lambda: self._start(key, failure))

    def start_now(self, key: str, stop: threading.Event) -> bool:
        """Run an app that is Pending and wait for it; False when ``stop`` ended the wait.

        Raises AppFailed after having noted it in the app's state.
        """
        app = self.plane.store.get(apps.KIND, key)
        launcher = self.plane.launcher
        if app is None or app["Status"] != "Pending":
            return False
        try:
            if launcher is not None and not launcher.start(self._launch(key, app), stop):
                return False
        except AppFailed as error:
            apps.set_status(self.plane, key, "Failed", str(error))
            raise
        apps.set_status(self.plane, key, "InService")
        return True

    def _start(self, key: str, failure: str) -> None:
        if failure:
            apps.set_status(self.plane, key, "Failed", failure)
            return
        try:
            self.start_now(key, self._closing)
        except AppFailed as error:
            log.warning("%s", error)
        except Exception as error:
            log.exception("the app %s was not started", key)
            apps.set_status(self.plane, key, "Failed", f"InternalFailure: {error}")

    def _launch(self, key: str, app: Document) -> Launch:
        space = spaces.find(self.plane, app["DomainId"], app["SpaceName"])
        spec = app.get("ResourceSpec", {})
        # Recovery mode exists for spaces whose script keeps the app from starting.
        arn = None if app.get("RecoveryMode") else spec.get("LifecycleConfigArn")
        return Launch(
            key=key,
            arn=app["AppArn"],
            app_name=app["AppName"],
            space_name=app["SpaceName"],
            sharing=space["SpaceSharingSettings"]["SharingType"],
            role_arn=settings.execution_role(self.plane, space),
            instance_type=spec.get("InstanceType", ""),
            script=lifecycle_configs.script_of(self.plane, arn) if arn else None,
            file_systems=settings.mounted(space),
        )

    def end(self, key: str) -> None:
        """Bring an app that is Deleting to Deleted; its processes end at once."""

        def run() -> None:
            try:
                if self.plane.launcher is not None:
                    self.plane.launcher.stop(key)
            except Exception:
                log.exception("the app %s did not stop cleanly", key)
            if not self.plane.clock.sleep(DELETING_SECONDS, self._closing):
                apps.set_status(self.plane, key, "Deleted")

        self._run(run)

    def ended(self, key: str, reason: str) -> None:
        """Note that an app's process ended by itself."""
        with self.plane.store.lock:
            app = self.plane.store.get(apps.KIND, key)
            if app is not None and app["Status"] == "InService":
                apps.set_status(self.plane, key, "Failed", reason)

    def in_service_later(self, kind: str, key: str, failure: str = "") -> None:
        """Bring what is Pending or Updating to InService, or to Update_Failed with a reason."""
        self.after(SETTINGS_SECONDS, lambda: self._settled(kind, key, failure))

    def _settled(self, kind: str, key: str, failure: str = "") -> None:
        store = self.plane.store
        with store.lock:
            document = store.get(kind, key)
            if document is None:
                return
            changed = {**document, "Status": "Update_Failed" if failure else "InService"}
            if failure:
                changed["FailureReason"] = failure
            store.put(kind, key, changed)

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something after AWS's ``seconds``, unless the local Studio stops before."""

        def run() -> None:
            if not self.plane.clock.sleep(seconds, self._closing):
                action()

        self._run(run)

    def _run(self, action: Callable[[], None]) -> None:
        def run() -> None:
            try:
                action()
            finally:
                with self.plane.store.lock:
                    self._threads.discard(threading.current_thread())

        thread = threading.Thread(target=run, daemon=True, name="app-state")
        with self.plane.store.lock:
            self._threads.add(thread)
        thread.start()

    def close(self) -> None:
        """End every app and every wait, and leave states as of an account where nothing runs."""
        self._closing.set()
        if self.plane.launcher is not None:
            self.plane.launcher.close()
        with self.plane.store.lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(_CLOSE_SECONDS)
        self.settle()

    def settle(self) -> None:
        """Set states whose change a stop of the local Studio, or its end, has cut short."""
        for key, app in self.plane.store.items(apps.KIND):
            if app["Status"] not in ("Deleted", "Failed"):
                apps.set_status(self.plane, key, "Deleted")
        for kind in (domains.KIND, user_profiles.KIND, spaces.KIND):
            for key, document in self.plane.store.items(kind):
                if document["Status"] == "Deleting":
                    space_changes.remove(self.plane, key)
                elif document["Status"] in ("Pending", "Updating"):
                    self._settled(kind, key)
