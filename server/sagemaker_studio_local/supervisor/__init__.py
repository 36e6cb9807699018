"""The apps of the local Studio: real JupyterLab processes, started and stopped as SageMaker does.

A space's app has a home folder, a port and an environment of its own.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import seed
from ..control_plane.launcher import AppFailed, Launch
from .environment import Image, app_environment, mark_of
from .home import Home
from .idle import IdleMonitor
from .process import JupyterLabApp, end_marked
from .script import run_script

__all__ = ["AppOptions", "AppSupervisor"]

#: The port of a space's app, by the space's name.
_PORT = "space-port"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AppOptions:
    """How apps run.

    :param port: of the own space's JupyterLab; other spaces get free ones.
    :param token: of every JupyterLab; empty lets everybody on this machine in.
    :param python: runs apps in another Python environment than the local Studio's.
    :param say: tells the person at the terminal.
    """

    port: int
    token: str
    python: Path | None = None
    say: Callable[[str], None] = lambda text: None


class AppSupervisor:
    """Runs the apps of one local Studio; see ``control_plane.launcher.Launcher``.

    :param studio: the local Studio, whose control plane is there when an app is started.
    """

    def __init__(self, studio: Any, options: AppOptions) -> None:
        self._studio = studio
        self._options = options
        self._image = Image(studio.state, options.python)
        self._running: dict[str, JupyterLabApp] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._logs: Any = None
        self._image.prepare()
        # A local Studio that was killed has left its apps running.
        end_marked(f"{studio.state}:")
        IdleMonitor(studio.plane, self.last_active).start(self._closing)

    # --- Launcher ---

    def start(self, launch: Launch, stop: threading.Event) -> bool:
        """Run the lifecycle script, then JupyterLab; returns when it answers."""
        home = Home(self._studio.state, launch.space_name)
        home.prepare()
        home.mount(launch.file_systems)
        home.write_metadata(launch)
        environment = app_environment(
            self._studio.environment(), home, launch, self._image, self._options.token
        )
        try:
            if launch.script is not None and not run_script(
                launch, home, environment, self._logs_client(), stop
            ):
                return False
            app = JupyterLabApp(
                home,
                self._port_of(launch.space_name),
                environment,
                self._image.executable,
                lambda code: self._ended(launch, home, code),
            )
            with self._lock:
                if self._closing.is_set():
                    return False
                self._running[launch.key] = app
                app.start()
            if app.wait_ready(stop=stop):
                return True
        except AppFailed:
            self.stop(launch.key)
            end_marked(mark_of(home))
            raise
        self.stop(launch.key)
        return False

    def stop(self, key: str) -> None:
        """End an app and everything it started."""
        with self._lock:
            app = self._running.pop(key, None)
        if app is not None:
            app.stop()

    def restart(self, key: str) -> bool:
        """Begin to replace an app's JupyterLab process; False when it does not run.

        The app stays InService, unless JupyterLab does not come back.
        """
        app = self._running.get(key)
        if app is None:
            return False
        threading.Thread(target=self._restart, args=(key, app), daemon=True).start()
        return True

    def address(self, key: str) -> str | None:
        """Where a running app is opened; whoever follows it is signed in."""
        app = self._running.get(key)
        return app.url if app is not None else None

    def forget(self, space_name: str) -> None:
        """Remove the home of a deleted space, and its port."""
        Home(self._studio.state, space_name).remove()
        self._studio.plane.store.delete(_PORT, space_name)

    def close(self) -> None:
        """End every app; starts under way end too."""
        self._closing.set()
        with self._lock:
            keys = list(self._running)
        threads = [threading.Thread(target=self.stop, args=(key,)) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        end_marked(f"{self._studio.state}:")

    def app_of(self, key: str) -> JupyterLabApp | None:
        """The process of a running app."""
        return self._running.get(key)

    def _restart(self, key: str, app: JupyterLabApp) -> None:
        try:
            if app.restart():
                app.wait_ready(stop=self._closing)
        except AppFailed as error:
            self._studio.plane.apps.ended(key, str(error))
            self.stop(key)

    def last_active(self, key: str) -> float | None:
        """When an app's JupyterLab was active last, in seconds since the epoch, as it says."""
        app = self.app_of(key)
        if app is None:
            return None
        request = urllib.request.Request(
            f"{app.base_url}api/idle", headers={"Authorization": f"token {self._options.token}"}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as answer:
                text = json.load(answer)["lastActiveTimestamp"]
            return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("%s does not tell when it was active: %s", key, error)
            return None

    def _ended(self, launch: Launch, home: Home, code: int) -> None:
        """JupyterLab ended by itself: the app has failed, and the rest of it ends too."""
        with self._lock:
            self._running.pop(launch.key, None)
        end_marked(mark_of(home))
        if self._closing.is_set():
            return
        self._studio.plane.apps.ended(launch.key, f"JupyterLab ended with code {code}.")
        self._options.say(
            f"JupyterLab of {launch.space_name} ended with code {code}; its log is {home.log}."
        )

    def _port_of(self, space_name: str) -> int:
        if space_name == seed.SPACE_NAME:
            return self._options.port
        store = self._studio.plane.store
        known = store.get(_PORT, space_name)
        with socket.socket() as probe:
            # As servers do: a port whose last connections are still being closed is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", known["port"] if known else 0))
            except OSError:
                probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        store.put(_PORT, space_name, {"port": port})
        return port

    def _logs_client(self) -> Any:
        """A client of the emulated CloudWatch Logs, made when the first script runs."""
        with self._lock:
            if self._logs is None:
                self._logs = self._studio.client_of("logs")
            return self._logs
