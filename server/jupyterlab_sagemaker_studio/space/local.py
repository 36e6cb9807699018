"""The facts behind ``GET space`` and the deeds behind its other routes."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime, timezone
from logging import Logger
from typing import Any

from jupyter_server.utils import ensure_async

from ..errors import AwsError
from .idle import MAX_MINUTES, KeepAwake, format_time, idle_file, parse_time, read_time

# Where instances with local disks have them (Developer Guide, "Instance storage").
SCRATCH = "/mnt/sagemaker-nvme"

# Server extensions that answer SageMaker's idle check and read the activity file for it.
_IDLE_CHECKS = ("jupyter_activity_monitor_extension", "sagemaker_studio_local.idle_extension")

# In SageMaker Distribution images (Developer Guide, "restart-jupyter-server").
_RESTART = "restart-jupyter-server"

Known = dict[str, Any]


class LocalSpace:
    """This machine as the space it is.

    :param server: the Jupyter server.
    :param boot_id: tells this server from the one before and the next.
    """

    def __init__(self, server: Any, boot_id: str, log: Logger) -> None:
        self._server = server
        self._boot_id = boot_id
        self._idle_file = idle_file()
        self.awake = KeepAwake(self._idle_file, log)

    async def describe(self) -> dict[str, Any]:
        """``ILocalSpace`` of the browser's side."""
        # A network file system that hangs must not hold up the server.
        home, scratch, written = await asyncio.to_thread(
            lambda: (self._home(), _scratch(), read_time(self._idle_file))
        )
        until = self.awake.until
        return {
            "bootId": self._boot_id,
            "startedAt": format_time(self._server.web_app.settings["started"]),
            "home": home,
            "scratch": scratch,
            "idle": {
                "canKeepAwake": self._can_keep_awake(),
                "lastActiveAt": await self._last_active(written),
                "keepAwakeUntil": format_time(until) if until else None,
                "maxKeepAwakeMinutes": MAX_MINUTES,
            },
            "canRestartJupyter": _can_restart(),
        }

    async def keep_awake(self, body: dict[str, Any]) -> None:
        """Keep awake for ``{"minutes": 1..720}``; raises :class:`AwsError`."""
        minutes: Any = body.get("minutes")
        is_number = isinstance(minutes, (int, float)) and not isinstance(minutes, bool)
        if set(body) != {"minutes"} or not is_number or not 1 <= minutes <= MAX_MINUTES:
            raise AwsError(
                "ValidationException", f"minutes must be a number from 1 to {MAX_MINUTES}."
            )
        possible = self._can_keep_awake()
        if possible["value"] is None:
            raise _not_available(possible["reason"])
        try:
            await self.awake.begin(minutes)
        except OSError as error:
            raise AwsError(
                "KeepAwakeFailed",
                f"{self._idle_file} cannot be written: {error.strerror or error}.",
                status=507,
            ) from error

    def restart_jupyter(self) -> None:
        """Have the image restart Jupyter, a moment later, so that an answer can be given."""
        possible = _can_restart()
        if possible["value"] is None:
            raise _not_available(possible["reason"])
        subprocess.Popen(
            ["/bin/sh", "-c", 'sleep 0.5; exec "$0"', possible["source"]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # or it ends with the server it is to restart
        )

    def _home(self) -> Known:
        """The volume of the server's root: the space's own in Studio."""
        path = os.path.expanduser(self._server.root_dir)
        try:
            return {"value": _usage(path), "source": path}
        except OSError as error:
            return {"value": None, "reason": f"{path}: {error.strerror or error}"}

    def _can_keep_awake(self) -> Known:
        extensions = self._server.extension_manager.extensions
        for name in _IDLE_CHECKS:
            if name in extensions and extensions[name].enabled:
                return {"value": True, "source": name}
        return {
            "value": None,
            "reason": f"the server extension {_IDLE_CHECKS[0]}, which tells SageMaker whether a "
            "space is idle, is not enabled on this server",
        }

    async def _last_active(self, written: datetime | None) -> Known:
        """The newest activity as the idle check of SageMaker's images counts it."""
        found: list[tuple[datetime, str]] = []
        if written is not None:
            found.append((written, str(self._idle_file)))
        try:
            kernels = await ensure_async(self._server.kernel_manager.list_kernels())
        except AttributeError:
            # Jupyter's kernel manager fails on a kernel that is just being started.
            kernels = [{"execution_state": "busy"}]
        for kernel in kernels:
            if kernel.get("execution_state") == "busy":
                found.append((datetime.now(timezone.utc), "a busy kernel"))
            else:
                found += _stamped(kernel, "a kernel")
        terminals = self._server.web_app.settings.get("terminal_manager")
        list_terminals: Callable[[], list[dict[str, Any]]] = getattr(terminals, "list", list)
        for terminal in list_terminals():
            found += _stamped(terminal, "a terminal")
        if not found:
            return {"value": None, "reason": "no kernel, terminal or activity file tells"}
        moment, source = max(found)
        return {"value": format_time(moment), "source": source}


def _stamped(model: dict[str, Any], source: str) -> list[tuple[datetime, str]]:
    moment = parse_time(str(model.get("last_activity", "")))
    return [(moment, source)] if moment else []


def _usage(path: str) -> dict[str, Any]:
    usage = shutil.disk_usage(path)
    return {"path": path, "totalBytes": usage.total, "usedBytes": usage.used}


def _scratch() -> dict[str, Any] | None:
    try:
        return _usage(SCRATCH) if os.path.ismount(SCRATCH) else None
    except OSError:
        return None


def _can_restart() -> Known:
    path = shutil.which(_RESTART)
    if path:
        return {"value": True, "source": path}
    return {"value": None, "reason": f"this image has no command {_RESTART}"}


def _not_available(reason: str) -> AwsError:
    return AwsError("NotAvailable", f"{reason[:1].upper()}{reason[1:]}.", status=501)
