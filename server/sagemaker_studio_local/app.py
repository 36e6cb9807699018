"""The space's app: a real JupyterLab, started and stopped as SageMaker does with an app.

``Home`` is what the app finds on disk (home folder, samples, metadata file), ``JupyterLabApp`` the
supervised process.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from . import seed

BASE_URL = "/jupyterlab/default/"
_READY_SECONDS = 120.0
_STOP_SECONDS = 20.0
_LOG_TAIL = 15
#: Of the environment this process was started in; they would lead the app to another AWS.
_FOREIGN = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ENDPOINT_URL",
    "AWS_CONTAINER_",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "SAGEMAKER_",
    "IMAGE_VERSION",
    "REGION_NAME",
)

log = logging.getLogger(__name__)


class AppFailed(RuntimeError):
    """The app ended, or did not answer in time; the message says why and shows its last lines."""


class Home:
    """The folders an app uses in the state folder."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.root = state / "home"
        self.metadata = state / "metadata" / "resource-metadata.json"
        self.log = state / "app.log"

    def prepare(self) -> None:
        """Make the folders, copy samples never copied before, write the metadata file."""
        self.root.mkdir(parents=True, exist_ok=True)
        self._copy_samples()
        self._silence_news()
        self.write_metadata()

    def _silence_news(self) -> None:
        """Keep JupyterLab from asking, at the first start, whether it may fetch its news."""
        page = self.state / "jupyter" / "config" / "labconfig" / "page_config.json"
        if not page.exists():
            page.parent.mkdir(parents=True, exist_ok=True)
            off = {"@jupyterlab/apputils-extension:announcements": True}
            page.write_text(json.dumps({"disabledExtensions": off}), encoding="utf-8")

    def _copy_samples(self) -> None:
        source = Path(__file__).parent / "samples"
        if not source.is_dir():
            return
        noted = self.state / "samples-copied"
        known = set(noted.read_text(encoding="utf-8").splitlines()) if noted.exists() else set()
        for sample in source.iterdir():
            # What was copied once belongs to the person: changed or deleted, it stays so.
            if sample.name in known or sample.name.startswith((".", "__")):
                continue
            _copy_new(sample, self.root / sample.name)
            known.add(sample.name)
        noted.write_text("".join(f"{name}\n" for name in sorted(known)), encoding="utf-8")

    def write_metadata(self) -> None:
        """Write what SageMaker writes to /opt/ml/metadata in a private JupyterLab space."""
        arn = f"arn:{seed.PARTITION}:sagemaker:{seed.REGION}:{seed.ACCOUNT}:app/{seed.APP_KEY}"
        metadata = {
            "AppType": "JupyterLab",
            "DomainId": seed.DOMAIN_ID,
            "SpaceName": seed.SPACE_NAME,
            "ExecutionRoleArn": seed.ROLE_ARN,
            "ResourceArn": arn,
            "ResourceName": seed.APP_NAME,
            "AppImageVersion": "",
        }
        self.metadata.parent.mkdir(parents=True, exist_ok=True)
        part = self.metadata.with_suffix(".part")
        part.write_text(json.dumps(metadata, indent=2) + "\n", encoding="utf-8")
        part.replace(self.metadata)


def _copy_new(source: Path, target: Path) -> None:
    """Copy a file or a folder; what is already there is left as it is."""
    if source.is_dir():
        target.mkdir(exist_ok=True)
        for child in source.iterdir():
            _copy_new(child, target / child.name)
    elif target.exists():
        return
    elif source.suffix == ".ipynb":
        # As this Python's kernel would note it, or merely opening the notebook would change it.
        notebook = json.loads(source.read_text(encoding="utf-8"))
        notebook["metadata"]["language_info"]["version"] = platform.python_version()
        text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        target.write_text(text, encoding="utf-8")
    else:
        target.write_bytes(source.read_bytes())


def app_environment(studio: dict[str, str], home: Home, token: str) -> dict[str, str]:
    """The environment of the app: this process's own, made into that of a space.

    :param studio: variables that lead to the local Studio's AWS endpoint.
    """
    environment = own_environment(os.environ)
    runtime = home.state / "jupyter" / "runtime"
    environment.setdefault("JUPYTER_CONFIG_DIR", str(home.state / "jupyter" / "config"))
    environment.update(studio)
    environment.update(
        {
            "AWS_CONFIG_FILE": str(home.state / "aws" / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(home.state / "aws" / "credentials"),
            "SAGEMAKER_STUDIO_LOCAL": studio["AWS_ENDPOINT_URL"],
            "RESOURCE_METADATA_FILE": str(home.metadata),
            "SAGEMAKER_APP_TYPE": "JupyterLab",
            "SAGEMAKER_APP_TYPE_LOWERCASE": "jupyterlab",
            "SAGEMAKER_SPACE_TYPE_LOWERCASE": "private",
            "SAGEMAKER_SPACE_NAME": seed.SPACE_NAME,
            "SAGEMAKER_INTERNAL_IMAGE_URI": seed.IMAGE_URI,
            "JUPYTER_RUNTIME_DIR": str(runtime),
            "JUPYTER_TOKEN": token,
        }
    )
    return environment


def own_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without what leads to other AWS accounts, endpoints or proxies.

    The person's own AWS profiles are out of reach too: nothing here is to touch a real account,
    and a broken profile is not to keep anything from starting.
    """
    own = {name: value for name, value in environment.items() if not name.startswith(_FOREIGN)}
    for name in ("NO_PROXY", "no_proxy"):
        own[name] = without_proxy(own.get(name, ""))
    own["AWS_CONFIG_FILE"] = own["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    return own


def without_proxy(excluded: str) -> str:
    """A NO_PROXY value that also excludes this machine."""
    hosts = [host for host in excluded.split(",") if host]
    return ",".join([*hosts, *(h for h in ("127.0.0.1", "localhost") if h not in hosts)])


class JupyterLabApp:
    """One JupyterLab process in a process group of its own.

    :param environment: the environment it gets, ``JUPYTER_TOKEN`` included. An empty token lets
        everybody on this machine in, as in a space, where a proxy in front checks who it is.
    :param on_exit: called with the exit code when it ends without having been stopped.
    """

    def __init__(
        self,
        home: Home,
        port: int,
        environment: dict[str, str],
        on_exit: Callable[[int], None] = lambda code: None,
    ) -> None:
        self._home = home
        self._port = port
        self._environment = environment
        self._on_exit = on_exit
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    @property
    def url(self) -> str:
        """Where the app answers. As with ``jupyter lab``, the token in it signs its reader in."""
        token = self._environment.get("JUPYTER_TOKEN")
        query = f"?token={token}" if token else ""
        return f"http://127.0.0.1:{self._port}{BASE_URL}lab{query}"

    @property
    def open_file(self) -> Path | None:
        """A page of JupyterLab's that signs its reader in; None when no token is needed."""
        if not self._environment.get("JUPYTER_TOKEN") or self._process is None:
            return None
        runtime = Path(self._environment["JUPYTER_RUNTIME_DIR"])
        return runtime / f"jpserver-{self._process.pid}-open.html"

    def start(self) -> None:
        """Start the process; answers at once."""
        command = [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self._port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.base_url={BASE_URL}",
            f"--ServerApp.root_dir={self._home.root}",
        ]
        if not self._environment.get("JUPYTER_TOKEN"):
            # JupyterLab takes an empty variable for none and would make a token up.
            command.append("--IdentityProvider.token=")
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        runtime = Path(self._environment["JUPYTER_RUNTIME_DIR"])
        runtime.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._home.log.open("wb") as output:
            self._stopping = False
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
        if not self._stopping:
            self._on_exit(code)

    def wait_ready(
        self, timeout: float = _READY_SECONDS, stop: threading.Event | None = None
    ) -> bool:
        """Wait until the app answers. False when ``stop`` ended the wait; AppFailed otherwise."""
        assert self._process is not None
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        stop = stop or threading.Event()
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise AppFailed(
                    f"JupyterLab ended with code {self._process.returncode} before it was ready."
                    f" Its last lines:\n{self.last_lines()}"
                )
            try:
                with opener.open(f"http://127.0.0.1:{self._port}{BASE_URL}api", timeout=5):
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

    def stop(self, timeout: float = _STOP_SECONDS) -> None:
        """End the process and everything it started; kernels first get to end by themselves."""
        process = self._process
        if process is None:
            return
        self._stopping = True
        started = _descendants(process.pid)
        _signal_group(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            log.warning("JupyterLab did not end within %.0f seconds and is killed", timeout)
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        # Kernels and terminals have process groups of their own.
        for child in started:
            try:
                child.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(started, timeout=5)
        self._process = None


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        log.debug("the app's process group is gone")


def new_token() -> str:
    """A random token for one run of the app."""
    return secrets.token_hex(24)
