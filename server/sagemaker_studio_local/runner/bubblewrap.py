"""Jobs in a bubblewrap sandbox."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
from pathlib import Path

from .container import HOME, JobFolder, JobProcess, spawn
from .errors import InfrastructureError
from .image import Image

HOSTNAME = "algo-1"
# Ends with the command, but gives what reads its output (the driver's `tee`) time to finish:
# the sandbox kills everything else at once when its first process ends.
_FIRST_PROCESS = '"$@"; code=$?; sleep 0.2; exit $code'
# What a container's root has by default, less mknod.
# fmt: off
_ROOT_CAPABILITIES = (
    "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
    "NET_BIND_SERVICE", "SYS_CHROOT",
)
_SYSTEM_FOLDERS = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/sys", "/nix",
    "/gnu", "/var/lib/ca-certificates",
)
# fmt: on


class _SandboxProcess(JobProcess):
    def __init__(self, process: subprocess.Popen[bytes], stdout: int, first: int) -> None:
        super().__init__(process, stdout)
        self._first = first

    def terminate(self) -> None:
        import psutil

        # first process of the pid namespace -> our shell -> the container's command
        with contextlib.suppress(psutil.Error, IndexError):
            psutil.Process(self._first).children()[0].children()[0].terminate()


class Bubblewrap:
    """Runs jobs under bubblewrap.

    As root the job keeps a container's default capabilities. As another user it runs in a user
    namespace as uid 0, so that AWS's driver needs no ``sudo``; only that one id exists there,
    so the driver's ``chown`` to 1000 is left out and the link it would make is made beforehand.
    """

    name = "bwrap"

    def __init__(self, image: Image, program: str, *, user_namespace: bool) -> None:
        self._image = image
        self._program = program
        self._user_namespace = user_namespace

    def probe(self) -> str | None:
        """Really runs the image's Python in a sandbox; None if that works, else why not."""
        with tempfile.TemporaryDirectory(prefix="studio-probe-") as name:
            folder = JobFolder(Path(name))
            folder.ml.mkdir()
            arguments = [*self._arguments(folder, {}, network=False), "--"]
            try:
                answer = subprocess.run(
                    [*arguments, str(self._image.python), "-c", "import ssl"],
                    capture_output=True,
                    env={"PATH": self._image.path},
                    stdin=subprocess.DEVNULL,
                    text=True,
                    timeout=30,
                )
            except (OSError, subprocess.SubprocessError) as error:
                return str(error)
        return None if answer.returncode == 0 else answer.stderr.strip() or "it failed"

    def check(self, *, network: bool) -> None:
        """Everything can be had."""

    def launch(
        self, command: list[str], environment: dict[str, str], folder: JobFolder, *, network: bool
    ) -> JobProcess:
        environment = {"PATH": self._image.path, "HOME": HOME, **environment}
        arguments = self._arguments(folder, environment, network=network)
        if self._user_namespace:
            environment["SM_SKIP_EFS_SIMULATION"] = "true"
        read, write = os.pipe()
        try:
            process, stdout = spawn(
                [*arguments, "--info-fd", str(write), "--"]
                + ["/bin/sh", "-c", _FIRST_PROCESS, "sh", *command],
                environment,
                folder.root,
                pass_fds=(write,),
            )
        except InfrastructureError:
            os.close(read)
            raise
        finally:
            os.close(write)
        with os.fdopen(read, "rb") as info:
            text = info.read()
        try:
            first = int(json.loads(text)["child-pid"])
        except (ValueError, KeyError):
            with os.fdopen(stdout, "rb") as output:
                reason = output.read(4096).decode("utf-8", "replace").strip()
            process.wait()
            raise InfrastructureError(f"The sandbox could not be started: {reason}") from None
        return _SandboxProcess(process, stdout, first)

    def shown(self, text: str, folder: JobFolder) -> str:
        return text

    def _arguments(
        self, folder: JobFolder, environment: dict[str, str], *, network: bool
    ) -> list[str]:
        view = _View()
        view.add("--tmpfs", "/tmp", "--tmpfs", "/var/tmp", "--dir", "/run", "--dir", "/root")
        view.add("--dir", HOME, "--dir", "/opt")
        for name in _SYSTEM_FOLDERS:
            view.show(Path(name))
        for child in sorted(Path("/opt").iterdir()) if Path("/opt").is_dir() else []:
            if child.name != "ml":
                view.show(child)
        for root in self._image.roots:
            view.show(root)
        for target, link in self._image.interpreter_links:
            if not view.covers(link):
                view.add("--symlink", target, str(link))
        resolver = Path("/etc/resolv.conf").resolve()
        if resolver.is_file() and not view.covers(resolver):
            view.show(resolver)
        if Path("/etc/hosts").is_file() and not Path("/etc/hosts").is_symlink():
            # Programs look up their own host name; without an entry they wait for a name server.
            hosts = folder.root / "hosts"
            known = Path("/etc/hosts").read_text(errors="replace")
            hosts.write_text(f"{known}\n127.0.0.1 {HOSTNAME}\n")
            view.add("--ro-bind", str(hosts), "/etc/hosts")
            view.add("--unshare-uts", "--hostname", HOSTNAME)
        view.add("--bind", str(folder.ml), "/opt/ml", "--chdir", HOME)
        if self._user_namespace:
            view.add("--unshare-user", "--uid", "0", "--gid", "0")
            mount = environment.get("SM_EFS_MOUNT_PATH", "")
            source = environment.get("SM_EXECUTION_INPUT_PATH", "")
            skipped = environment.get("SM_SKIP_EFS_SIMULATION") == "true"
            if mount.startswith("/home/") and source and not skipped:
                inside = f"{mount}/{Path(source).name}" if mount == HOME else mount
                view.add("--symlink", source, inside)
        else:
            view.add("--cap-drop", "ALL")
            for capability in _ROOT_CAPABILITIES:
                view.add("--cap-add", f"CAP_{capability}")
        if not network:
            view.add("--unshare-net")
        return [
            *(self._program, "--die-with-parent", "--unshare-pid", "--unshare-ipc"),
            *("--proc", "/proc", "--dev", "/dev", *view.arguments),
        ]


class _View:
    """Builds the file system a sandbox sees."""

    def __init__(self) -> None:
        self.arguments: list[str] = []
        self._shown: list[Path] = []

    def add(self, *arguments: str) -> None:
        self.arguments += arguments

    def covers(self, path: Path) -> bool:
        return any(root == path or root in path.parents for root in self._shown)

    def show(self, path: Path) -> None:
        """Make a host path visible under its own name, read-only; a link stays a link."""
        if self.covers(path) or not (path.exists() or path.is_symlink()):
            return
        if path.is_symlink():
            self.add("--symlink", os.readlink(path), str(path))
        else:
            self.add("--ro-bind", str(path), str(path))
        self._shown.append(path)
