"""JupyterLab as a supervised process."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from ..control_plane.launcher import AppFailed
from .environment import MARK
from .home import Home

BASE_URL = "/jupyterlab/default/"
_READY_SECONDS = 120.0
_STOP_SECONDS = 20.0
_LOG_TAIL = 15

log = logging.getLogger(__name__)


class JupyterLabApp:
    """One JupyterLab process in a process group of its own.

    :param environment: the environment it gets, ``JUPYTER_TOKEN`` included. An empty token lets
        everybody on this machine in, as in a space, where a proxy in front checks who it is.
    :param python: the Python that runs it.
    :param on_exit: called with the exit code when it ends by itself.
    """

    def __init__(
        self,
        home: Home,
        port: int,
        environment: dict[str, str],
        python: str,
        on_exit: Callable[[int], None] = lambda code: None,
    ) -> None:
        self._home = home
        self._port = port
        self._environment = environment
        self._python = python
        self._on_exit = on_exit
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = False
        #: Held while the process is started, ended or replaced.
        self._lock = threading.Lock()

    @property
    def base_url(self) -> str:
        """Below which the app answers; ends with a slash."""
        return f"http://127.0.0.1:{self._port}{BASE_URL}"

    @property
    def url(self) -> str:
        """Where the app answers. As with ``jupyter lab``, the token in it signs its reader in."""
        token = self._environment.get("JUPYTER_TOKEN")
        query = f"?token={token}" if token else ""
        return f"{self.base_url}lab{query}"

    @property
    def open_file(self) -> Path | None:
        """A page of JupyterLab's that signs its reader in; None when no token is needed."""
        if not self._environment.get("JUPYTER_TOKEN") or self._process is None:
            return None
        runtime = Path(self._environment["JUPYTER_RUNTIME_DIR"])
        return runtime / f"jpserver-{self._process.pid}-open.html"

    def start(self) -> None:
        """Start the process; answers at once."""
        with self._lock:
            if not self._is_over:
                self._spawn()

    def restart(self) -> bool:
        """Replace the process by a new one; answers when that is started, False after a stop."""
        with self._lock:
            if self._is_over:
                return False
            self._end(_STOP_SECONDS)
            self._spawn()
            return True

    def stop(self, timeout: float = _STOP_SECONDS) -> None:
        """End the process and everything it started; kernels first get to end by themselves."""
        self._is_over = True
        with self._lock:
            self._end(timeout)

    def _spawn(self) -> None:
        command = [
            self._python,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self._port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.base_url={BASE_URL}",
            f"--ServerApp.root_dir={self._home.root}",
            # On the volume of the space, as in SageMaker; not in the data folder of the person.
            f"--SageMakerStudioApp.state_dir={self._home.jupyter / 'sagemaker-studio'}",
        ]
        if not self._environment.get("JUPYTER_TOKEN"):
            # JupyterLab takes an empty variable for none and would make a token up.
            command.append("--IdentityProvider.token=")
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        runtime = Path(self._environment["JUPYTER_RUNTIME_DIR"])
        runtime.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._home.log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                env=self._environment,
                cwd=self._home.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        threading.Thread(
            target=self._watch, args=(self._process,), daemon=True, name="app-watch"
        ).start()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        # A process that is ended on purpose is none of ours any more.
        if process is self._process:
            self._on_exit(code)

    def _end(self, timeout: float) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _signal_group(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            log.warning("JupyterLab did not end within %.0f seconds and is killed", timeout)
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        # Kernels, terminals and what a lifecycle script left have process groups of their own.
        end_marked(self._environment[MARK])

    def wait_ready(
        self, timeout: float = _READY_SECONDS, stop: threading.Event | None = None
    ) -> bool:
        """Wait until the app answers.

        False when ``stop`` or a stop of the app ended the wait; AppFailed otherwise.
        """
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        stop = stop or threading.Event()
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            process = self._process
            if self._is_over:
                return False
            # It may have been replaced meanwhile; the new one is looked at next time.
            if process is not None and process.poll() is not None and process is self._process:
                raise AppFailed(
                    f"JupyterLab ended with code {process.returncode} before it was ready."
                    f" Its last lines:\n{self.last_lines()}"
                )
            try:
                with opener.open(f"{self.base_url}api", timeout=5):
                    return True
            except (urllib.error.URLError, OSError):
                if stop.wait(0.2):
                    return False
        raise AppFailed(
            f"JupyterLab did not answer within {timeout:.0f} seconds. Its last lines:\n"
            f"{self.last_lines()}"
        )

    def last_lines(self) -> str:
        """The end of the app's log."""
        try:
            text = self._home.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-_LOG_TAIL:])


def end_marked(mark: str) -> None:
    """Kill every process of an app, as the end of its container does.

    :param mark: the value of MARK in their environment, or how it begins.
    """
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK, "").startswith(mark):
                process.kill()
                found.append(process)
        except (psutil.Error, OSError):
            # Gone meanwhile, or of another user.
            continue
    psutil.wait_procs(found, timeout=5)


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        log.debug("the app's process group is gone")


def new_token() -> str:
    """A random token for one run of the app."""
    return secrets.token_hex(24)
