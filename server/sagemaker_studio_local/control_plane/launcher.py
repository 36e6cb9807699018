"""What the control plane asks of whatever runs apps."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

#: What AWS takes for an app to get its instance, to give it back, and for changed settings.
PENDING_SECONDS = 60.0
DELETING_SECONDS = 45.0
SETTINGS_SECONDS = 5.0


class AppFailed(RuntimeError):
    """The app ended, or did not answer in time; the message says why and shows its last lines."""


class ScriptFailed(AppFailed):
    """The lifecycle configuration script failed; the message names its log stream."""


@dataclass(frozen=True)
class Launch:
    """An app that is to run."""

    #: The app's id in the store: ``<domain>/<space>/JupyterLab/default``.
    key: str
    arn: str
    app_name: str
    space_name: str
    #: ``Private`` or ``Shared``.
    sharing: str
    role_arn: str
    instance_type: str
    #: The lifecycle configuration script to run first; None without one.
    script: str | None = None
    #: Where its file systems are mounted, below ``custom-file-systems``: ``efs/fs-…``.
    file_systems: tuple[str, ...] = ()


class Launcher(Protocol):
    """Runs apps. Every method is called from threads of the control plane and may block."""

    def start(self, launch: Launch, stop: threading.Event) -> bool:
        """Run an app; returns when it answers. False when ``stop`` ended the wait.

        Raises AppFailed, with nothing left running.
        """
        ...

    def stop(self, key: str) -> None:
        """End the app and everything it started; nothing happens when it does not run."""
        ...

    def restart(self, key: str) -> bool:
        """Begin to replace an app's JupyterLab by a new process; False when it does not run."""
        ...

    def address(self, key: str) -> str | None:
        """Where a running app is opened; whoever follows it is signed in."""
        ...

    def forget(self, space_name: str) -> None:
        """Remove the home volume of a deleted space."""
        ...

    def close(self) -> None:
        """End every app."""
        ...
