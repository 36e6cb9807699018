"""The environment an app runs in."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .. import seed
from ..control_plane.launcher import Launch
from ..file_systems import disk as file_systems_on_disk
from ..git import settings_of, variables_of
from .home import Home

#: Marks every process an app started, also those that left its process group.
MARK = "SAGEMAKER_STUDIO_LOCAL_RUN"
IDLE_EXTENSION = "sagemaker_studio_local.idle_extension"
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
#: Of a Python environment that another one must not take over.
_OF_PYTHON = (
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "CONDA_DEFAULT_ENV",
    "JUPYTER_PATH",
    "JUPYTER_CONFIG_PATH",
)


@dataclass(frozen=True)
class Image:
    """What stands in for an app's image: a Python environment and the files we add to it.

    :param state: the state folder.
    :param python: the environment's Python; that of the local Studio if None.
    """

    state: Path
    python: Path | None = None

    @property
    def executable(self) -> str:
        """The Python that runs JupyterLab."""
        # Not resolved: a virtual environment's Python is a link to another one.
        return str(self.python.absolute()) if self.python else sys.executable

    @property
    def _bin(self) -> Path:
        return self.state / "app-image" / "bin"

    @property
    def probe(self) -> Path:
        """The program that looks at file systems."""
        return self._bin / "file-system-probe"

    @property
    def _config(self) -> Path:
        return self.state / "app-image" / "jupyter"

    @property
    def _modules(self) -> Path:
        return self.state / "app-image" / "python"

    def prepare(self) -> None:
        """Write the programs in ``bin`` and what enables the idle extension."""
        here = Path(__file__).parent
        self._bin.mkdir(parents=True, exist_ok=True)
        command = self._bin / "restart-jupyter-server"
        program = [sys.executable, str(here / "restart_command.py")]
        command.write_text(f"#!/bin/sh\nexec {shlex.join(program)}\n", encoding="utf-8")
        command.chmod(0o755)
        file_systems_on_disk.write_probe(self.state, self.probe)
        enabled = self._config / "jupyter_server_config.d" / "sagemaker_studio_local.json"
        enabled.parent.mkdir(parents=True, exist_ok=True)
        extensions = {"ServerApp": {"jpserver_extensions": {IDLE_EXTENSION: True}}}
        enabled.write_text(json.dumps(extensions), encoding="utf-8")
        if self.python is None:
            return
        # Another Python has no local Studio, and is to get no more of it than this.
        module = self._modules / "sagemaker_studio_local"
        module.mkdir(parents=True, exist_ok=True)
        (module / "__init__.py").write_text("", encoding="utf-8")
        source = (here.parent / "idle_extension.py").read_text(encoding="utf-8")
        (module / "idle_extension.py").write_text(source, encoding="utf-8")

    def apply(self, environment: dict[str, str]) -> None:
        """Put the image's programs and modules in front."""
        if self.python is not None:
            for name in _OF_PYTHON:
                environment.pop(name, None)
            environment["PYTHONPATH"] = str(self._modules)
        path = [str(self._bin), str(Path(self.executable).parent)]
        environment["PATH"] = os.pathsep.join([*path, environment.get("PATH", os.defpath)])
        config = [str(self._config), environment.get("JUPYTER_CONFIG_PATH", "")]
        environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, config))


def mark_of(home: Home) -> str:
    """The value of MARK in the processes of a space's app."""
    return f"{home.state}:{home.space_name}:"


def app_environment(
    studio: Mapping[str, str], home: Home, launch: Launch, image: Image, token: str
) -> dict[str, str]:
    """The environment of an app: this process's own, made into that of a space.

    :param studio: variables that lead to the local Studio's AWS endpoint and Git host.
    """
    environment = own_environment(os.environ)
    config = str(home.jupyter / "config")
    if home.space_name == seed.SPACE_NAME:
        environment.setdefault("JUPYTER_CONFIG_DIR", config)
    else:
        # Settings and layout belong to a space.
        environment["JUPYTER_CONFIG_DIR"] = config
        environment.pop("JUPYTERLAB_SETTINGS_DIR", None)
        environment.pop("JUPYTERLAB_WORKSPACES_DIR", None)
    image.apply(environment)
    # Those of the person are for other hosts and stay.
    git = variables_of([*settings_of(environment), *settings_of(studio)])
    environment.update(studio)
    environment.update(git)
    environment.update(
        {
            "AWS_CONFIG_FILE": str(home.folder / "aws" / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(home.folder / "aws" / "credentials"),
            "AWS_ACCESS_KEY_ID": seed.access_key_of(launch.space_name),
            "SAGEMAKER_STUDIO_LOCAL": studio["AWS_ENDPOINT_URL"],
            MARK: mark_of(home),
            "SAGEMAKER_STUDIO_LOCAL_INSTANCE_TYPE": launch.instance_type,
            "SAGEMAKER_STUDIO_IDLE_FILE": str(home.idle_file),
            "SAGEMAKER_STUDIO_FILE_SYSTEMS_ROOT": str(file_systems_on_disk.mounts_of(home.folder)),
            "SAGEMAKER_STUDIO_FILE_SYSTEM_PROBE": str(image.probe),
            "RESOURCE_METADATA_FILE": str(home.metadata),
            "SAGEMAKER_APP_TYPE": "JupyterLab",
            "SAGEMAKER_APP_TYPE_LOWERCASE": "jupyterlab",
            "SAGEMAKER_SPACE_TYPE_LOWERCASE": launch.sharing.lower(),
            "SAGEMAKER_SPACE_NAME": launch.space_name,
            "SAGEMAKER_INTERNAL_IMAGE_URI": seed.IMAGE_URI,
            "JUPYTER_RUNTIME_DIR": str(home.jupyter / "runtime"),
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
