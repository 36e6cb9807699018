"""``GET api/idle``: when this Jupyter server was active last.

Stands in for the server extension of SageMaker's images that its idle shutdown asks. Runs in the
app's Python, so it uses Jupyter Server and the standard library only.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import APIHandler
from tornado import web

DEFAULT_FILE = "/tmp/.sagemaker-last-active-timestamp"


def last_active(kernels: Any, terminals: Any, file: Path, now: datetime) -> datetime | None:
    """The newest activity of kernels (now, while one is busy), terminals and the idle file.

    :param kernels: the server's kernel manager.
    :param terminals: its terminal manager; None without terminals.
    :param file: holds an ISO time written by whoever wants to keep the app from being stopped.
    """
    times = []
    for identity in kernels.list_kernel_ids():
        kernel = kernels.get_kernel(identity)
        busy = getattr(kernel, "execution_state", "") == "busy"
        times.append(now if busy else kernel.last_activity)
    if terminals is not None:
        times += [terminal.last_activity for terminal in terminals.terminals.values()]
    try:
        written = datetime.fromisoformat(file.read_text().strip().replace("Z", "+00:00"))
        times.append(written if written.tzinfo else written.replace(tzinfo=timezone.utc))
    except (OSError, ValueError):
        # No such file, or no time in it: it says nothing.
        pass
    return max(times, default=None)


class IdleHandler(APIHandler):
    """``{"lastActiveTimestamp": ISO time in UTC, or null}``."""

    # Asking is no activity.
    _track_activity = False

    @web.authenticated
    async def get(self) -> None:
        """Answer the newest activity; null when there never was any."""
        found = last_active(
            self.kernel_manager,
            self.settings.get("terminal_manager"),
            Path(os.environ.get("SAGEMAKER_STUDIO_IDLE_FILE") or DEFAULT_FILE),
            datetime.now(timezone.utc),
        )
        text = found.astimezone(timezone.utc).isoformat().replace("+00:00", "Z") if found else None
        self.finish(json.dumps({"lastActiveTimestamp": text}))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(app: Any) -> None:
    base = app.web_app.settings["base_url"].rstrip("/")
    app.web_app.add_handlers(".*$", [(f"{base}/api/idle", IdleHandler)])
