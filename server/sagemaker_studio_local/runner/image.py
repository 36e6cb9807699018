"""The content of the emulated training image.

No container image is pulled. What a real image would hold (interpreter, packages, kernels,
entry points) is emulated by one local Python prefix, normally the one the local Studio runs
in. A command is in "the image" if it is on ``IMAGE_PATH`` of that prefix; nothing else of the
image named in the request is looked at.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cached_property
from pathlib import Path

_SYSTEM_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_LINUXBREW = Path("/home/linuxbrew/.linuxbrew")

# Run by the prefix's own interpreter: only it knows where its base installation lives.
_DESCRIBE = """
import importlib.util, json, sys, sysconfig
spec = importlib.util.find_spec("sagemaker_headless_execution_driver")
print(json.dumps({
    "roots": [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix,
              sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")],
    "driver": list(spec.submodule_search_locations or []) if spec else [],
}))
"""


class Image:
    """The local stand-in for a training image.

    :param prefix: a Python environment (venv, conda, system prefix); its ``bin`` comes first
        on the jobs' PATH.
    """

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        self.bin = prefix / ("Scripts" if os.name == "nt" else "bin")

    @property
    def path(self) -> str:
        """PATH inside a job."""
        return os.pathsep.join([str(self.bin), *_SYSTEM_PATH])

    @property
    def python(self) -> Path:
        """The interpreter of the prefix."""
        return self.bin / ("python.exe" if os.name == "nt" else "python")

    def which(self, command: str) -> str | None:
        """Resolve an entry point as a container runtime would, or None if it is not there."""
        return shutil.which(command, path=self.path)

    @cached_property
    def _description(self) -> dict[str, list[str]]:
        answer = subprocess.run(
            [str(self.python), "-I", "-c", _DESCRIBE],
            capture_output=True,
            check=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=60,
        )
        return json.loads(answer.stdout)

    @cached_property
    def roots(self) -> list[Path]:
        """Directories that must be visible for the prefix to work, shortest path first.

        Each is given under the name the interpreter uses and, where that passes through a
        symbolic link, under its real name too.
        """
        found: set[Path] = set()
        for name in [str(self.prefix), *self._description["roots"]]:
            path = Path(name)
            found.update((path, path.resolve()))
        if any(_LINUXBREW in path.parents for path in found):
            found.add(_LINUXBREW)  # Homebrew's Python links to libraries beside its own folder.
        return sorted((path for path in found if path.is_dir()), key=lambda path: len(path.parts))

    @cached_property
    def interpreter_links(self) -> list[tuple[str, Path]]:
        """(target, link) for every hop from ``bin/python`` to the real executable."""
        links: list[tuple[str, Path]] = []
        path = self.python
        while path.is_symlink() and len(links) < 40:
            target = os.readlink(path)
            links.append((target, path))
            path = Path(os.path.normpath(path.parent / target))
        return links

    @cached_property
    def driver_script(self) -> Path | None:
        """The shell script behind AWS's ``amazon_sagemaker_scheduler``, if it is installed."""
        for folder in self._description["driver"]:
            script = Path(folder) / "scripts" / "headless_execution.sh"
            if script.is_file():
                return script
        return None
