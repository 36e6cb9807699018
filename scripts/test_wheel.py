"""The wheel as a person without Node gets it: contents, install, both extension lists, a start."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sagemaker_studio_local.testing import LocalStudioProcess

NAME = "jupyterlab-sagemaker-studio"
MODULE = "jupyterlab_sagemaker_studio"


@pytest.fixture(scope="session")
def wheel() -> Path:
    return Path(os.environ["WHEEL_UNDER_TEST"])


def clean_environment(home: Path, bin_folder: Path) -> dict[str, str]:
    """A new home, no Jupyter or Python settings, and a PATH that holds no Node."""
    node = {"node", "nodejs", "npm", "npx", "corepack", "jlpm", "yarn"}
    folders = [bin_folder]
    for folder in map(Path, os.environ["PATH"].split(os.pathsep)):
        if not any((folder / name).exists() for name in node):
            folders.append(folder)
        elif folder.resolve() != Path(sys.executable).parent.resolve():
            # bash and its tools live beside Node in /usr/bin: link all but Node.
            links = home / "path" / str(len(folders))
            links.mkdir(parents=True)
            for tool in folder.iterdir():
                if tool.name not in node:
                    (links / tool.name).symlink_to(tool)
            folders.append(links)
    path = os.pathsep.join(map(str, folders))
    assert shutil.which("node", path=path) is None
    assert shutil.which("bash", path=path)
    kept = {k: v for k, v in os.environ.items() if not re.match(r"(JUPYTER|PYTHON|AWS|VIRTUAL)", k)}
    return {**kept, "HOME": str(home), "PATH": path, "XDG_DATA_HOME": str(home / "data")}


def output_of(*command: str | Path, env: dict[str, str]) -> str:
    """What a command prints, without colours."""
    result = subprocess.run(command, env=env, capture_output=True, text=True)
    return re.sub(r"\x1b\[[0-9;]*m", "", result.stdout + result.stderr)


def make_venv(folder: Path, *requirements: str) -> Path:
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    python = folder / "bin" / "python"
    command = [*uv, "pip", "install", "--quiet", "--python", str(python), *requirements]
    subprocess.run(command, check=True)
    return folder / "bin"


def test_one_pure_wheel_with_everything_inside(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    data = f"{wheel.name.split('-py3')[0]}.data/data/"
    lab = f"{data}share/jupyter/labextensions/{NAME}/"
    assert f"{lab}package.json" in names
    assert f"{lab}install.json" in names
    assert f"{lab}schemas/{NAME}/jobs.json" in names
    assert f"{data}etc/jupyter/jupyter_server_config.d/{MODULE}.json" in names
    assert f"{MODULE}/operations.json" in names
    for document in ("change-space.asl.json", "change-space.template.yaml", "lifecycle-config.sh"):
        assert f"{MODULE}/deploy/{document}" in names
    assert any(re.fullmatch(r"sagemaker_studio_local/samples/.*\.ipynb", name) for name in names)
    unwanted = [n for n in names if n.endswith((".map", ".pyc")) or "/tests/" in n]
    assert unwanted == []


def test_plain_install_brings_the_server_part_without_jupyterlab(
    wheel: Path, tmp_path: Path
) -> None:
    bin_folder = make_venv(tmp_path / "venv", str(wheel))
    env = clean_environment(tmp_path, bin_folder)
    listed = output_of(bin_folder / "jupyter", "server", "extension", "list", env=env)
    assert re.search(rf"{MODULE} enabled", listed)
    assert re.search(rf"{MODULE} 0\.\S+ OK", listed)
    said = output_of(bin_folder / "jupyter", "sagemaker-studio", "--version", env=env)
    assert re.fullmatch(r"\d+\.\d+\.\S+\n", said)
    printed = output_of(
        bin_folder / "jupyter", "sagemaker-studio", "deploy", "state-machine", "--print", env=env
    )
    assert "AWS::StepFunctions::StateMachine" in printed
    installed = subprocess.run(
        [bin_folder / "python", "-c", "import jupyterlab"], env=env, capture_output=True
    )
    assert installed.returncode != 0, "the plain install must not pull JupyterLab in"


@pytest.mark.timeout(300)
def test_local_extra_starts_the_local_studio_without_node(wheel: Path, tmp_path: Path) -> None:
    bin_folder = make_venv(tmp_path / "venv", f"{wheel}[local]")
    env = {**clean_environment(tmp_path, bin_folder), "JUPYTER_TOKEN": ""}
    listed = output_of(bin_folder / "jupyter", "labextension", "list", env=env)
    assert re.search(rf"{NAME} v\S+ enabled OK", listed)

    log = tmp_path / "log"
    command = [str(bin_folder / "sagemaker-studio-local"), "--no-browser"]
    command += ["--state", str(tmp_path / "state"), "--port", "0", "--aws-port", "0"]
    with log.open("w") as output:
        studio = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=output)
    try:
        assert studio.stdout is not None
        ready = next(
            (
                line.decode().split(maxsplit=1)[1].strip()
                for line in studio.stdout
                if line.startswith(b"READY ")
            ),
            None,
        )
        assert ready, log.read_text()[-4000:]
        with urllib.request.urlopen(ready, timeout=30) as answer:
            assert f"labextensions/{NAME}" in answer.read().decode() or answer.status == 200
    finally:
        studio.send_signal(signal.SIGINT)
        assert studio.wait(timeout=60) == 0


@pytest.mark.timeout(300)
def test_a_lifecycle_configuration_brings_it_into_an_image_without_it(
    wheel: Path, tmp_path: Path
) -> None:
    image = make_venv(tmp_path / "image", "jupyterlab>=4.4,<5", "boto3", "pip")
    env = clean_environment(tmp_path, image)
    listed = output_of(image / "jupyter", "labextension", "list", env=env)
    assert NAME not in listed
    admin = [sys.executable, "-m", f"{MODULE}.cli", "lifecycle-config", "create"]
    app = {"SpaceName": "my-space", "AppType": "JupyterLab", "AppName": "default"}
    arguments = ["--port", "0", "--aws-port", "0", "--app-python", str(image / "python")]
    with LocalStudioProcess(tmp_path / "state", speed=100, arguments=arguments) as studio:
        sagemaker = studio.client("sagemaker")
        app["DomainId"] = sagemaker.list_domains()["Domains"][0]["DomainId"]
        sagemaker.delete_app(**app)
        wait_for(sagemaker, app, "Deleted")
        command = [*admin, "--wheel", str(wheel), "--space", "my-space"]
        path = str(Path(__file__).parent.parent / "server")
        subprocess.run(command, env={**env, **studio.environment, "PYTHONPATH": path}, check=True)
        sagemaker.create_app(**app)
        wait_for(sagemaker, app, "InService")
        logs = studio.client("logs").get_log_events(
            logGroupName="/aws/sagemaker/studio",
            logStreamName=f"{app['DomainId']}/my-space/JupyterLab/default/LifecycleConfigOnStart",
        )["events"]
        assert any("installed" in event["message"] for event in logs), logs
        listed = output_of(image / "jupyter", "labextension", "list", env=env)
        assert re.search(rf"{NAME} v\S+ enabled OK", listed)
        listed = output_of(image / "jupyter", "server", "extension", "list", env=env)
        assert re.search(rf"{MODULE} enabled", listed)


def wait_for(sagemaker: Any, app: dict[str, str], status: str) -> None:
    deadline = time.monotonic() + 120
    while (found := sagemaker.describe_app(**app))["Status"] != status:
        assert time.monotonic() < deadline and found["Status"] != "Failed", found
        time.sleep(0.2)
