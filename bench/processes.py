"""The servers the rows measure: a fixed AWS endpoint, Jupyter with and without this extension.

Each is a process of its own with its own folders; leaving the `with` block ends it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
EXTENSION = "jupyterlab_sagemaker_studio"
LABEXTENSION = "jupyterlab-sagemaker-studio"

#: AWS's extension for the same purpose with those it builds on: server parts, browser parts.
PEERS = (
    "amazon_sagemaker_jupyter_scheduler",
    "jupyter_scheduler",
    "sagemaker_jupyterlab_extension_common",
)
PEER_LABEXTENSIONS = (
    "@amzn/sagemaker-jupyter-scheduler",
    "@amzn/sagemaker-jupyterlab-extension-common",
    "@jupyterlab/scheduler",
)

#: The environment with these and the same JupyterLab: they would be in every server of ours.
PEERS_PYTHON = Path(os.environ.get("PEERS_PYTHON") or sys.executable)

_JUPYTERLABS_OWN = ("jupyter_lsp", "jupyter_server_terminals", "jupyterlab", "notebook_shim")

REGION = "us-west-2"
BASE_URL = "/bench/"


@dataclass(frozen=True)
class Server:
    """A running Jupyter server; ``root`` is what its file browser shows."""

    port: int
    pid: int
    root: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{BASE_URL}"


def aws_environment(endpoint: str) -> dict[str, str]:
    """Settings with which boto3, the AWS CLI and our server part reach the endpoint."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench-secret",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1,localhost",
    }


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A folder that is gone afterwards, even if a process that ends late still writes to it."""
    folder = Path(tempfile.mkdtemp(prefix="sagemaker-studio-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def fixed_aws() -> Iterator[str]:
    """The URL of a running :mod:`fixed_aws`."""
    process = subprocess.Popen(
        [sys.executable, str(BENCH / "fixed_aws.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.stdin.close()
        _end(process)


@dataclass(frozen=True)
class Space:
    """A space of a running local Studio: its home folder, the environment of its app."""

    endpoint: str
    root: Path
    environment: dict[str, str]


@contextlib.contextmanager
def local_studio(jobs: int = 0, more_file_systems: tuple[str, ...] = ()) -> Iterator[Space]:
    """A space of a new local Studio that knows this many finished, synthetic jobs.

    :param more_file_systems: attached besides those it has from the start, such as ``efs/fs-…``.
    """
    from sagemaker_studio_local.testing import app_surroundings

    with _folder() as folder:
        log = folder / "log"
        state = folder / "state"
        command = [sys.executable, "-m", "sagemaker_studio_local", "--no-app", "--no-browser"]
        command += [f"--aws-port={free_port()}", f"--state={state}", "--speed=60"]
        with log.open("w") as errors:
            process = subprocess.Popen(
                command, cwd=folder, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        assert process.stdout is not None
        try:
            ready = next((line for line in process.stdout if line.startswith("READY ")), None)
            if ready is None:
                raise RuntimeError(f"The local Studio did not start:\n{log.read_text()[-3000:]}")
            endpoint = ready.split()[1]
            if jobs:
                control(endpoint, "seed-jobs", {"count": jobs})
            yield Space(endpoint, *app_surroundings(state, endpoint, more_file_systems))
        finally:
            process.send_signal(signal.SIGTERM)
            _end(process)


def control(endpoint: str, route: str, body: dict[str, Any]) -> None:
    """POST to a control route of a local Studio."""
    request = urllib.request.Request(f"{endpoint}/_studio/{route}", json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=300) as answer:
        answer.read()


@contextlib.contextmanager
def jupyter(
    extension: bool,
    *,
    endpoint: str = "http://127.0.0.1:9",
    peers: bool = False,
    space: Space | None = None,
) -> Iterator[Server]:
    """A JupyterLab server with exactly the extensions asked for, on a free port.

    :param extension: this project's.
    :param endpoint: of all AWS services; by default nothing listens there.
    :param peers: AWS's notebook jobs extension and jupyter-scheduler; not together with ours.
    :param space: run as the app of this space instead.
    """
    with _folder() as folder:
        log = folder / "log"
        root = space.root if space else folder / "root"
        root.mkdir(exist_ok=True)
        port = free_port()
        command = [
            *(str(PEERS_PYTHON) if peers else sys.executable, "-m", "jupyterlab"),
            *("--no-browser", "--allow-root"),
            f"--config={_settings(folder, extension, peers)}",
            f"--port={port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.base_url={BASE_URL}",
            f"--ServerApp.root_dir={root}",
            "--IdentityProvider.token=",
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.news_url=None",
            f"--LabApp.workspaces_dir={folder / 'workspaces'}",
            f"--LabApp.user_settings_dir={folder / 'settings'}",
        ]
        environment = {
            **(space.environment if space else aws_environment(endpoint)),
            **jupyter_environment(folder),
            **({"PATH": f"{PEERS_PYTHON.parent}{os.pathsep}{os.environ['PATH']}"} if peers else {}),
        }
        with log.open("w") as output:
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        server = Server(port, process.pid, root, log)
        try:
            _wait(server, process)
            _check_extension(server, extension)
            if peers and re.search(r"Exception while loading config file|error", log.read_text()):
                raise RuntimeError(
                    f"The peers' extensions did not load:\n{log.read_text()[-3000:]}"
                )
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            _end(process)


def jupyter_environment(folder: Path) -> dict[str, str]:
    """Variables that keep all settings and data of Jupyter but those in ``folder`` away.

    Settings installed into the Python environment are left out too: AWS's scheduler puts a
    ``jupyter_server_config.py`` there that imports boto3 into every server, which would hide what
    we add.
    """
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "HOME": str(folder),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
    }


def _settings(folder: Path, extension: bool, peers: bool) -> Path:
    """A settings file that enables JupyterLab's own extensions and those chosen, nothing else."""
    names = [*_JUPYTERLABS_OWN, *[EXTENSION] * extension, *PEERS * peers]
    text = f"c.ServerApp.jpserver_extensions = {dict.fromkeys(names, True)}\n"
    text += f"c.LabApp.labextensions_path = {[str(_labextensions(folder, extension, peers))]}\n"
    if peers:
        text += (_prefix(peers) / "etc" / "jupyter" / "jupyter_server_config.py").read_text()
    file = folder / "settings.py"
    file.write_text(text)
    return file


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def check_labextension() -> None:
    """A page without our browser part would be measured as free of cost."""
    installed = Path(sys.prefix, "share", "jupyter", "labextensions", LABEXTENSION, "package.json")
    if not installed.exists():
        raise RuntimeError(f"the browser part is not installed in {sys.prefix}")


def _labextensions(folder: Path, extension: bool, peers: bool) -> Path:
    """A search path that holds the chosen browser parts; a disabled one would still be loaded."""
    chosen = folder / "labextensions"
    chosen.mkdir()
    installed = _prefix(peers) / "share" / "jupyter" / "labextensions"
    names = [LABEXTENSION] * extension + list(PEER_LABEXTENSIONS) * peers
    for name in names:
        if (installed / name).exists():
            (chosen / name).parent.mkdir(exist_ok=True)
            (chosen / name).symlink_to(installed / name)
    return chosen


def _prefix(peers: bool) -> Path:
    """The environment a server runs in."""
    return PEERS_PYTHON.parent.parent if peers else Path(sys.prefix)


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        try:
            connection.request("GET", f"{BASE_URL}api")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError(f"JupyterLab did not start:\n{server.log.read_text()[-3000:]}")


def _check_extension(server: Server, expected: bool) -> None:
    """A comparison of a server with itself would look splendid."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", f"{BASE_URL}sagemaker-studio/context")
    status = connection.getresponse().status
    connection.close()
    if status != (200 if expected else 404):
        log = server.log.read_text()
        errors = "\n".join(line for line in log.splitlines() if re.search(r"rror|\[E", line))
        raise RuntimeError(f"GET sagemaker-studio/context answered {status}.\n{errors[-3000:]}")


def _end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
