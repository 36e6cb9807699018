"""Jobs as ordinary processes, for machines where bubblewrap does not work."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path

from .container import HOME, JobFolder, JobProcess, spawn
from .errors import JobFailed
from .image import Image

DRIVER = "amazon_sagemaker_scheduler"
# In the environment of a job's processes: the id of the runner's process, and the job.
_MARK = "SAGEMAKER_STUDIO_LOCAL_JOB"


class _MappedProcess(JobProcess):
    """Without a pid namespace, whatever carries the job's mark in its environment is its."""

    def __init__(self, process: subprocess.Popen[bytes], stdout: int, mark: str) -> None:
        super().__init__(process, stdout)
        self._mark = mark

    def kill(self) -> None:
        # Kernels have sessions of their own and outlive their parent. The main process is left
        # to super(): psutil would wait for it too, and so take its exit code from wait().
        super().kill()
        _kill_marked(lambda mark: mark == self._mark, besides=self.pid)


class PathMapping:
    """Runs jobs as ordinary processes whose ``/opt/ml``, ``/tmp`` and home are in their folder.

    Paths are mapped in the environment, the command's arguments and AWS's driver script. The
    driver's Python front is left out, as it would change the rights of the real ``/tmp``.
    """

    name = "paths"

    def __init__(self, image: Image) -> None:
        self._image = image

    def check(self, *, network: bool) -> None:
        if os.name == "nt":
            raise JobFailed(
                "ClientError: The local Studio runs jobs on Linux and macOS, not on Windows. "
                "Start it in the Windows Subsystem for Linux."
            )
        if not network:
            raise JobFailed(
                "ClientError: Network isolation needs bubblewrap, which does not work on this "
                "machine. Install it, or turn EnableNetworkIsolation off for this job."
            )

    def launch(
        self, command: list[str], environment: dict[str, str], folder: JobFolder, *, network: bool
    ) -> JobProcess:
        for path in (folder.tmp, folder.home):
            path.mkdir(exist_ok=True)
        mark = f"{os.getpid()}-{uuid.uuid4().hex}"
        mapped = {name: _map(value, {"/opt/ml": folder.ml}) for name, value in environment.items()}
        mapped = {
            "PATH": self._image.path,
            "HOME": str(folder.home),
            "TMPDIR": str(folder.tmp),
            **mapped,
            # The driver would link and chown below the real /home, or even move the real /root.
            "SM_SKIP_EFS_SIMULATION": "true",
            _MARK: mark,
        }
        if Path(command[0]).name == DRIVER and self._image.driver_script:
            command = ["/bin/bash", str(self._driver(self._image.driver_script, folder))]
        else:
            command = [_map(part, {"/opt/ml": folder.ml}) for part in command]
        process, stdout = spawn(command, mapped, folder.home)
        return _MappedProcess(process, stdout, mark)

    def shown(self, text: str, folder: JobFolder) -> str:
        for name, path in _mapped_paths(folder).items():
            text = text.replace(str(path), name)
        return text

    def _driver(self, script: Path, folder: JobFolder) -> Path:
        copy = folder.root / script.name
        copy.write_text(_map(script.read_text(), _mapped_paths(folder)))
        return copy


def _mapped_paths(folder: JobFolder) -> dict[str, Path]:
    """Where the paths that AWS's driver names are in a job's folder."""
    return {
        "/opt/ml": folder.ml,
        "/tmp": folder.tmp,
        HOME: folder.home,
        "/etc/sparkmagic": folder.root / "sparkmagic",
    }


def kill_orphans() -> None:
    """Kill the jobs of a local Studio that was itself killed and could not end them."""
    import psutil

    _kill_marked(lambda mark: not psutil.pid_exists(int(mark.split("-")[0])))


def _kill_marked(condition: Callable[[str], bool], besides: int | None = None) -> None:
    import psutil

    for _ in range(5):  # Look again for what was started meanwhile.
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError, ValueError):
                mark = process.environ().get(_MARK)
                if mark and condition(mark) and process.pid != besides:
                    found.append(process)
        if not found:
            return
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=2)


def _map(text: str, paths: dict[str, Path]) -> str:
    """Replace absolute paths, but not what only begins or ends like one of them."""
    names = "|".join(re.escape(name) for name in paths)
    return re.sub(rf"(?<![\w/.-])({names})(?![\w.-])", lambda found: str(paths[found[1]]), text)
