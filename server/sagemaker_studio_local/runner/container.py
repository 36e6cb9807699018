"""Running a command as if it were a training container.

Two ways, both over the same job folder (``JobFolder``):

* :mod:`.bubblewrap`: a real sandbox. Only system folders and the image's prefix are visible,
  read-only; ``/opt/ml`` is the job's folder; ``/tmp``, ``/home`` and the process ids are its own.
* :mod:`.paths`: for machines without bubblewrap. AWS's driver runs as a rewritten copy
  whose paths point into the job's folder. Notebooks that name ``/opt/ml`` themselves do not
  find it there, and network isolation cannot be given.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .errors import InfrastructureError

HOME = "/home/sagemaker-user"


@dataclass(frozen=True)
class JobFolder:
    """The folders of one attempt at a job, all below ``root``."""

    root: Path

    @property
    def ml(self) -> Path:
        """What the job sees as ``/opt/ml``."""
        return self.root / "ml"

    @property
    def tmp(self) -> Path:
        """``/tmp`` of a job without a sandbox."""
        return self.root / "tmp"

    @property
    def home(self) -> Path:
        """The home of a job without a sandbox."""
        return self.root / "home"


class Container(Protocol):
    """A way to run jobs. ``name`` is ``bwrap`` or ``paths``."""

    name: str

    def check(self, *, network: bool) -> None:
        """Raises :class:`JobFailed` if this machine cannot give such a container at all."""

    def launch(
        self, command: list[str], environment: dict[str, str], folder: JobFolder, *, network: bool
    ) -> JobProcess:
        """Start ``command`` with exactly ``environment`` (plus HOME and PATH where not given).

        Raises :class:`InfrastructureError` if it could not be started this time.
        """

    def shown(self, text: str, folder: JobFolder) -> str:
        """``text`` with the job's folder named as a container would name it."""


class JobProcess:
    """A running container: one session of processes, watched until none is left."""

    def __init__(self, process: subprocess.Popen[bytes], stdout: int) -> None:
        self._process = process
        self.stdout = stdout
        self.pid = process.pid

    def wait(self) -> int:
        """Block until the main process ends; 128 + n if signal n ended it."""
        code = self._process.wait()
        return code if code >= 0 else 128 - code

    def terminate(self) -> None:
        """SIGTERM to the main process only, as a container runtime does.

        A signal to the whole group would end the driver's ``tee`` and so its log.
        """
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to everything that was started; no error if nothing is left."""
        if self._process.poll() is not None:  # Its id may belong to another process by now.
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def spawn(
    arguments: list[str], environment: dict[str, str], cwd: Path, pass_fds: tuple[int, ...] = ()
) -> tuple[subprocess.Popen[bytes], int]:
    """Start a session of processes; returns the first one and the pipe of its output."""
    read, write = os.pipe()
    try:
        process = subprocess.Popen(
            arguments,
            cwd=cwd,
            env=environment,
            pass_fds=pass_fds,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=write,
            stderr=write,
        )
    except OSError as error:
        os.close(read)
        raise InfrastructureError(f"The container could not be started: {error}") from error
    finally:
        os.close(write)
    return process, read
