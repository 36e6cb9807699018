"""The folders of a space: its home volume and what else its app finds on disk."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .. import seed
from ..control_plane.launcher import Launch
from ..file_systems import disk as file_systems_on_disk


class Home:
    """The folders of one space in the state folder.

    The local Studio's own space has them right in the state folder, others in ``spaces/<name>``.
    """

    def __init__(self, state: Path, space_name: str = seed.SPACE_NAME) -> None:
        self.state = state
        self.space_name = space_name
        own = space_name == seed.SPACE_NAME
        self.folder = state if own else state / "spaces" / space_name
        self.root = self.folder / "home"
        self.metadata = self.folder / "metadata" / "resource-metadata.json"
        self.log = self.folder / "app.log"
        self.idle_file = self.folder / "last-active"
        self.jupyter = self.folder / "jupyter"

    def prepare(self) -> None:
        """Make the folders, and copy samples never copied before into the own space."""
        self.root.mkdir(parents=True, exist_ok=True)
        if self.folder == self.state:
            self._copy_samples()
        self._silence_news()

    def mount(self, places: Iterable[str]) -> None:
        """Mount exactly these file systems, such as ``efs/fs-…``."""
        file_systems_on_disk.prepare(self.state)
        file_systems_on_disk.mount(self.state, self.folder, self.root, places)

    def remove(self) -> None:
        """Delete everything, as a space's volume is when the space is deleted."""
        if self.folder != self.state:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _silence_news(self) -> None:
        """Keep JupyterLab from asking, at the first start, whether it may fetch its news."""
        page = self.jupyter / "config" / "labconfig" / "page_config.json"
        if not page.exists():
            off = {"@jupyterlab/apputils-extension:announcements": True}
            _write_json(page, {"disabledExtensions": off})

    def _copy_samples(self) -> None:
        source = Path(__file__).parent.parent / "samples"
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

    def write_metadata(self, launch: Launch) -> None:
        """Write what SageMaker writes to /opt/ml/metadata, and the instance type beside it.

        ``InstanceType`` is ours: in SageMaker only DescribeApp tells it.
        """
        metadata = {
            "AppType": "JupyterLab",
            "DomainId": seed.DOMAIN_ID,
            "SpaceName": launch.space_name,
            "ExecutionRoleArn": launch.role_arn,
            "ResourceArn": launch.arn,
            "ResourceName": launch.app_name,
            "AppImageVersion": "",
            "InstanceType": launch.instance_type,
        }
        _write_json(self.metadata, metadata)


def _write_json(path: Path, value: Any) -> None:
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    part.replace(path)


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
