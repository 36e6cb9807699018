"""File systems in a real app of the local Studio: seen, detached, attached, hanging."""

from __future__ import annotations

import json
import socket
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local_apps import app_key, stop, update, wait_for
from sagemaker_studio_local import seed
from sagemaker_studio_local.file_systems import (
    ARCHIVE,
    ATTACHED,
    OLD_NFS,
    REFERENCE_DATA,
    SCRATCH_LUSTRE,
    SHARED_DATASETS,
)
from sagemaker_studio_local.testing import LocalStudioProcess


class App:
    """The running JupyterLab, asked as its page asks."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._base = f"{parts.scheme}://{parts.netloc}/jupyterlab/default/"
        self._token = parse_qs(parts.query)["token"][0]

    def get(self, path: str) -> Any:
        request = urllib.request.Request(
            self._base + path, headers={"Authorization": f"token {self._token}"}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return json.load(answer)

    def mounts(self) -> dict[str, dict[str, Any]]:
        rows = self.get("sagemaker-studio/file-systems")["mounts"]
        return {row["id"] or row["kind"]: row for row in rows}

    def names(self, path: str) -> set[str]:
        return {row["name"] for row in self.get(f"api/contents/{path}")["content"]}


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_from_a_newcomers_to_other_file_systems(tmp_path: Path) -> None:
    config = tmp_path / "config" / "jupyter_server_config.d" / "extension.json"
    config.parent.mkdir(parents=True)
    enabled = {"ServerApp": {"jpserver_extensions": {"jupyterlab_sagemaker_studio": True}}}
    config.write_text(json.dumps(enabled))
    with LocalStudioProcess(
        tmp_path / "state",
        arguments=("--aws-port", "0", "--port", free_port()),
        environment={"JUPYTER_CONFIG_PATH": str(tmp_path / "config")},
    ) as studio:
        app = App(studio.url)
        found = app.mounts()
        assert set(found) == {"home", *(one.id for one in ATTACHED)}
        assert found[SHARED_DATASETS.id]["access"] == "read-write"
        assert found[REFERENCE_DATA.id]["access"] == "read-only"
        assert "demand" in app.names(found[SHARED_DATASETS.id]["browserPath"])

        stop(studio, seed.SPACE_NAME)
        wanted = [{"EFSFileSystem": {"FileSystemId": one.id}} for one in (ARCHIVE, OLD_NFS)]
        wanted += [{"FSxLustreFileSystem": {"FileSystemId": SCRATCH_LUSTRE.id}}]
        update(studio, seed.SPACE_NAME, CustomFileSystems=wanted)
        studio.client("sagemaker").create_app(**app_key(seed.SPACE_NAME))
        wait_for(studio, seed.SPACE_NAME, "InService", 120)

        found = app.mounts()
        assert set(found) == {"home", ARCHIVE.id, OLD_NFS.id, SCRATCH_LUSTRE.id}
        assert found[ARCHIVE.id]["state"] == "not-mounted"
        assert found[OLD_NFS.id]["state"] == "not-answering"
        assert "checkpoints" in app.names(found[SCRATCH_LUSTRE.id]["browserPath"])
        time.sleep(2)
        begun = time.monotonic()
        assert "2 seconds" in app.mounts()[OLD_NFS.id]["reason"]
        assert time.monotonic() - begun < 1.0
