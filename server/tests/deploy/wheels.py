"""Small wheels, made by hand, that stand in for ours and for JupyterLab."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

OURS = "jupyterlab_sagemaker_studio"


def make_wheel(
    folder: Path, name: str, version: str, files: dict[str, str], requires: str = ""
) -> Path:
    """A wheel with these files; ``requires`` is a requirement it has."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    if requires:
        metadata += f"Requires-Dist: {requires}\n"
    members = {
        **files,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{member},,\n" for member in [*members, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as out:
        for member, text in {**members, f"{info}/RECORD": record}.items():
            out.writestr(member, text)
    return path


def make_ours(folder: Path, version: str, app: str = "", requires: str = "") -> Path:
    """A wheel called as ours is; ``app`` is the source of its module ``app``."""
    files = {f"{OURS}/__init__.py": "", f"{OURS}/app.py": app}
    return make_wheel(folder, OURS, version, files, requires)


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
