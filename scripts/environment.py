"""What every command of package.json needs on a fresh machine: Python and Node parts, a build.

Each step leaves a stamp in `.cache/`, so that it runs again only when its inputs changed.
Nothing outside the repository is touched but Debian's packages, and those only as root.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LABEXTENSION = ROOT / "server" / "jupyterlab_sagemaker_studio" / "labextension"
BUILD_INPUTS = [
    "package.json",
    "yarn.lock",
    "tsconfig.json",
    "tsconfig.build.json",
    "webpack.config.js",
    "src",
    "style",
    "schema",
]

MIN_PYTHON = (3, 10)
MIN_NODE = 20


class SetupError(Exception):
    """Something this machine lacks; the text says what to do."""


def say(text: str, output: IO[bytes] | None = None) -> None:
    """Print a line, to the terminal or to a file."""
    if output is None:
        print(f"» {text}", flush=True)
    else:
        output.write(f"» {text}\n".encode())
        output.flush()


def environment() -> dict[str, str]:
    """The environment of every child process: our own tools first, no browser downloads."""
    return {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
        "VIRTUAL_ENV": str(VENV),
        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "YARN_ENABLE_TELEMETRY": "0",
    }


def run(*command: str | Path, quiet: bool = False, env: dict[str, str] | None = None) -> None:
    """Run a command in the repository; `quiet` shows its output only when it fails."""
    words = [str(word) for word in command]
    result = subprocess.run(
        words,
        cwd=ROOT,
        env=env or environment(),
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
    )
    if result.returncode != 0:
        tail = "\n".join((result.stdout or "").splitlines()[-40:])
        raise SetupError(f"`{' '.join(words)}` failed with code {result.returncode}.\n{tail}")


def digest(paths: Iterable[str]) -> str:
    """A hash over the contents of files and folders of the repository."""
    sha = hashlib.sha256()
    for name in paths:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                sha.update(str(file.relative_to(ROOT)).encode())
                sha.update(file.read_bytes())
    return sha.hexdigest()


def once(name: str, inputs: Iterable[str], step: Callable[[], None], made: Path) -> bool:
    """Run `step` unless it ran before with the same inputs and `made` is still there."""
    stamp = CACHE / f"{name}.stamp"
    key = digest(inputs)
    if made.exists() and stamp.exists() and stamp.read_text() == key:
        return False
    step()
    CACHE.mkdir(exist_ok=True)
    stamp.write_text(key)
    return True


def apt_install(*packages: str) -> bool:
    """Install Debian packages; False where that is not ours to do."""
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    say(f"Installing {', '.join(packages)} with apt")
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    for command in (["apt-get", "update"], install):
        if subprocess.run(command, env=env, stdout=subprocess.DEVNULL).returncode != 0:
            return False
    return True


def check_versions() -> None:
    if sys.version_info < MIN_PYTHON:
        raise SetupError(
            f"Python {sys.version.split()[0]} is too old: python3 must be 3.10 or newer."
        )
    node = shutil.which("node")
    if not node:
        raise SetupError("Node.js 20 or newer is needed, and `node` is not on the PATH.")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < MIN_NODE:
        raise SetupError(f"Node.js {version} is too old: 20 or newer is needed.")


def _create_venv() -> None:
    command = [sys.executable, "-m", "venv", str(VENV)]
    if subprocess.run(command, capture_output=True).returncode == 0:
        return
    # Debian splits venv's pip off into a package of its own.
    shutil.rmtree(VENV, ignore_errors=True)
    if apt_install("python3-venv") and subprocess.run(command).returncode == 0:
        return
    raise SetupError(
        f"{sys.executable} can't make virtual environments. "
        "On Debian or Ubuntu: sudo apt install python3-venv"
    )


def uv_install(python: Path, *what: str | Path) -> None:
    """`uv pip install` into the environment of this Python.

    Compiled here once: in the container of a job, or where PYTHONDONTWRITEBYTECODE is set, every
    process would compile all it imports again.
    """
    uv = (PYTHON, "-m", "uv", "pip", "install", "--quiet", "--compile-bytecode")
    run(*uv, "--python", python, *what, quiet=True)


def ensure_python(*extras: str) -> None:
    """The virtual environment `.venv` with the project's dependencies of these extras."""

    def install() -> None:
        say(f"Installing Python packages ({', '.join(extras)})")
        if not PYTHON.exists():
            _create_venv()
        run(PYTHON, "-m", "pip", "install", "--quiet", "uv", quiet=True)
        flags = [word for extra in extras for word in ("--extra", extra)]
        uv_install(PYTHON, "-r", "pyproject.toml", *flags)

    once("python-" + "-".join(extras), ["pyproject.toml"], install, PYTHON)


def ensure_peers() -> Path:
    """AWS's scheduler and SDK in an environment of their own; returns that environment's Python."""
    python = CACHE / "peers" / BIN.name / PYTHON.name

    def install() -> None:
        say("Installing AWS's scheduler and SDK to test against")
        run(PYTHON, "-m", "uv", "venv", "--quiet", "--clear", CACHE / "peers", quiet=True)
        uv_install(python, "-r", "pyproject.toml", "--extra", "peers", "--extra", "sdk")

    once("peers", ["pyproject.toml"], install, python)
    return python


def ensure_node_modules() -> None:
    def install() -> None:
        say("Installing Node packages")
        run(BIN / "jlpm", "install", "--immutable", quiet=True)

    once("node", ["package.json", "yarn.lock"], install, ROOT / "node_modules" / "typescript")


def ensure_built() -> None:
    """The production build of the browser part."""

    def build() -> None:
        say("Building the JupyterLab extension")
        run(BIN / "jlpm", "build:prod", quiet=True)

    once("build", BUILD_INPUTS, build, LABEXTENSION / "package.json")


def build_wheel(directory: Path) -> Path:
    """Build the wheel from the built browser part; Node is not needed for that."""
    shutil.rmtree(directory, ignore_errors=True)
    uv_build = (PYTHON, "-m", "uv", "build", "--wheel", "--no-build-isolation")
    run(*uv_build, "--python", PYTHON, "--out-dir", directory, quiet=True)
    (wheel,) = directory.glob("*.whl")
    return wheel


def ensure_installed() -> None:
    """The project's own wheel in `.venv`, as a user would have it."""

    def install() -> None:
        say("Installing the extension")
        wheel = build_wheel(CACHE / "wheel")
        uv_install(PYTHON, "--no-deps", "--reinstall", wheel)

    installed = VENV / "share" / "jupyter" / "labextensions" / "jupyterlab-sagemaker-studio"
    once("install", ["server", "pyproject.toml", *BUILD_INPUTS], install, installed)


def ensure_neighbours() -> Path:
    """JupyterLab with the wheel *and* AWS's scheduler, as in Studio's images; returns its Python.

    The wheel has to be built already, which ``ensure_installed`` does.
    """
    folder = CACHE / "neighbours"
    python = folder / BIN.name / PYTHON.name

    def install() -> None:
        say("Installing the extension beside AWS's scheduler")
        run(PYTHON, "-m", "uv", "venv", "--quiet", "--clear", folder, quiet=True)
        uv_install(python, "-r", "pyproject.toml", "--extra", "local", "--extra", "peers")
        (wheel,) = (CACHE / "wheel").glob("*.whl")
        uv_install(python, "--no-deps", wheel)

    once("neighbours", ["server", "pyproject.toml", *BUILD_INPUTS], install, python)
    return python


def ensure_chromium() -> Path:
    """A Chromium to test with: the system's, or Debian's package where we may install it."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    for attempt in (1, 2):
        for name in names:
            found = shutil.which(name)
            if found:
                return Path(found)
        if attempt == 1 and not apt_install("chromium"):
            break
    raise SetupError(
        "The browser tests need Chromium. On Debian or Ubuntu: sudo apt install chromium"
    )


def try_bubblewrap() -> None:
    """bubblewrap, so that both ways to run a job are tested; the one without it always is."""
    if not shutil.which("bwrap") and not apt_install("bubblewrap"):
        say("bubblewrap is not installed: jobs in it are not tested")


def main(action: Callable[[], int]) -> None:
    """Run a command's `action`; what is missing is said in words, without a traceback."""
    try:
        check_versions()
        sys.exit(action())
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
