"""The command: starting, ports, the app, stopping."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from local_apps import wait_for
from local_jobs import job_request, stage
from sagemaker_studio_local import cli, seed
from sagemaker_studio_local.supervisor.environment import without_proxy
from sagemaker_studio_local.supervisor.home import Home
from sagemaker_studio_local.testing import LocalStudioProcess

KEY = {
    "DomainId": seed.DOMAIN_ID,
    "SpaceName": "my-space",
    "AppType": "JupyterLab",
    "AppName": "default",
}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command to its end, for starts that are refused."""
    server = str(Path(cli.__file__).parent.parent)
    return subprocess.run(
        [sys.executable, "-m", "sagemaker_studio_local", *arguments],
        env={**os.environ, "PYTHONPATH": server},
        capture_output=True,
        text=True,
        timeout=60,
    )


def get(url: str, **headers: str) -> Any:
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


@pytest.fixture
def busy_port() -> Iterator[int]:
    """A port this process listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_start_use_and_stop_without_the_app(tmp_path: Path) -> None:
    with LocalStudioProcess(tmp_path) as studio:
        assert studio.url == studio.endpoint_url
        assert studio.client("sagemaker").list_domains()["Domains"]
        env = (tmp_path / "env").read_text()
        script = f'{env}\nexec {sys.executable} -c \'import boto3; print(boto3.client("sts")\
.get_caller_identity()["Account"])\''
        found = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60)
        assert found.stdout.strip() == "123456789012", found.stderr
    assert studio.stop() == 0
    assert "local-studio-secret" not in "".join(studio.output)


def test_the_same_state_folder_twice(tmp_path: Path) -> None:
    with LocalStudioProcess(tmp_path) as studio:
        assert studio.process is not None
        second = run("--no-app", "--aws-port", "0", "--state", str(tmp_path))
        assert second.returncode == 2
        assert f"in use by another local Studio (process {studio.process.pid})" in second.stderr
        assert studio.client("sagemaker").list_domains()["Domains"]


def test_a_port_that_was_asked_for_and_is_taken(tmp_path: Path, busy_port: int) -> None:
    for option in ("--aws-port", "--port"):
        answer = run(option, str(busy_port), "--state", str(tmp_path / "s"), "--no-browser")
        assert answer.returncode == 2
        assert f"The port {busy_port} for" in answer.stderr
        assert f"by process {os.getpid()} (" in answer.stderr
        assert option in answer.stderr
        assert not (tmp_path / "s").exists()


def test_a_default_port_that_is_taken_gives_way(
    busy_port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = cli._free_port(None, busy_port, "--port", "JupyterLab")
    assert port not in (0, busy_port)
    said = capsys.readouterr().out
    assert f"The port {busy_port} is in use by process {os.getpid()}" in said
    assert f"JupyterLab will be at port {port}" in said


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--speed", "0"), "'0' is not a number greater than 0"),
        (("--speed", "fast"), "'fast' is not a number"),
        (("--schedule-speed", "0"), "'0' is not a number greater than 0"),
        (("--schedule-speed", "6001"), "'6001' is more than 6000"),
        (("--port", "70000"), "'70000' is not a port"),
        (("--aws-port", "-1"), "'-1' is not a port"),
        (("--app-python", "/nowhere/python"), "'/nowhere/python' is not a Python that can be run"),
    ],
)
def test_options_that_make_no_sense(arguments: tuple[str, ...], part: str) -> None:
    answer = run(*arguments)
    assert answer.returncode == 2
    assert part in answer.stderr


def test_a_state_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = run("--no-app", "--aws-port", "0", "--state", str(tmp_path / "file" / "state"))
    assert answer.returncode == 2
    assert "cannot start in" in answer.stderr
    assert "Traceback" not in answer.stderr


def descendants(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def command_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return ""


@pytest.mark.timeout(240)
def test_jupyterlab_as_the_app_of_a_space(tmp_path: Path) -> None:
    arguments = ("--port", "0", "--aws-port", "0")
    studio = LocalStudioProcess(tmp_path, arguments=arguments, environment={"JUPYTER_TOKEN": None})
    with studio:
        found = re.fullmatch(
            r"(http://127\.0\.0\.1:\d+/jupyterlab/default/)lab\?token=(\w{48})", studio.url
        )
        assert found
        base, token = found.groups()
        assert studio.client("sagemaker").describe_app(**KEY)["Status"] == "InService"
        assert token not in (tmp_path / "app.log").read_text()
        with pytest.raises(urllib.error.HTTPError) as raised:
            get(f"{base}api/contents")
        assert raised.value.code == 403
        contents = get(f"{base}api/contents", Authorization=f"token {token}")["content"]
        assert "train-a-small-model.ipynb" in [item["name"] for item in contents]

        # A kernel has a process group of its own and must end all the same.
        headers = {"Authorization": f"token {token}"}
        request = urllib.request.Request(
            f"{base}api/kernels", method="POST", data=b"{}", headers=headers
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 201
        assert studio.process is not None
        processes = descendants(studio.process.pid)
        lab = next(p for p in processes if "jupyterlab" in " ".join(p.cmdline()))
        assert all(token not in part for part in lab.cmdline())
        environment = lab.environ()
        assert environment["AWS_ENDPOINT_URL"] == studio.endpoint_url
        assert environment["SAGEMAKER_STUDIO_LOCAL"] == studio.endpoint_url
        assert environment["SAGEMAKER_APP_TYPE"] == "JupyterLab"
        assert environment["SAGEMAKER_INTERNAL_IMAGE_URI"] == seed.IMAGE_URI
        assert "IMAGE_VERSION" not in environment
        metadata = json.loads(Path(environment["RESOURCE_METADATA_FILE"]).read_text())
        assert metadata["SpaceName"] == "my-space" and "UserProfileName" not in metadata
        assert len(processes) >= 2
        assert metadata["InstanceType"] == "ml.t3.medium"

        # DeleteApp ends all of it; the local Studio stays, and CreateApp starts it anew.
        sagemaker = studio.client("sagemaker")
        sagemaker.delete_app(**KEY)
        wait_for(studio, "my-space", "Deleted")
        _, alive = psutil.wait_procs(processes, timeout=5)
        assert alive == []
        with pytest.raises(urllib.error.URLError, match="refused"):
            get(f"{base}api")
        sagemaker.create_app(**KEY, ResourceSpec={"InstanceType": "ml.m5.xlarge"})
        wait_for(studio, "my-space", "InService", 120)
        assert "train-a-small-model.ipynb" in [
            item["name"]
            for item in get(f"{base}api/contents", Authorization=f"token {token}")["content"]
        ]
        processes = descendants(studio.process.pid)
        again = next(p for p in processes if "jupyterlab" in " ".join(p.cmdline()))
        assert again.pid != lab.pid
        metadata = json.loads(Path(environment["RESOURCE_METADATA_FILE"]).read_text())
        assert metadata["InstanceType"] == "ml.m5.xlarge"
        assert [line.split()[0] for line in studio.output].count("READY") == 1
        portal = f"Portal {studio.endpoint_url}/_studio/portal\n"
        assert portal in studio.output
    assert studio.stop() == 0
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []


@pytest.mark.timeout(240)
def test_an_empty_token_lets_everybody_in_and_a_dead_app_is_noticed(tmp_path: Path) -> None:
    arguments = ("--port", "0", "--aws-port", "0")
    environment = {"JUPYTER_TOKEN": "", "AWS_PROFILE": "nobody", "SAGEMAKER_SPACE_NAME": "other"}
    with LocalStudioProcess(tmp_path, arguments=arguments, environment=environment) as studio:
        base = studio.url.removesuffix("lab")
        assert get(f"{base}api/contents")["type"] == "directory"
        assert studio.process is not None
        lab = next(
            p for p in descendants(studio.process.pid) if "jupyterlab" in " ".join(p.cmdline())
        )
        assert "AWS_PROFILE" not in lab.environ()
        assert lab.environ()["SAGEMAKER_SPACE_NAME"] == "my-space"
        lab.send_signal(signal.SIGKILL)
        sagemaker = studio.client("sagemaker")
        for _ in range(100):
            app = sagemaker.describe_app(**KEY)
            if app["Status"] != "InService":
                break
            time.sleep(0.1)
        assert app["Status"] == "Failed"
        assert app["FailureReason"] == "JupyterLab ended with code -9."
    assert studio.stop() == 0


SLEEPER = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": "import time\nprint('asleep', flush=True)\ntime.sleep(600)",
        }
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.mark.timeout(240)
def test_a_running_job_ends_with_the_studio(tmp_path: Path) -> None:
    name = "sleeper"
    with LocalStudioProcess(tmp_path) as studio:
        stage(studio, name, json.dumps(SLEEPER).encode())
        sagemaker = studio.client("sagemaker")
        sagemaker.create_training_job(**job_request(name, HyperParameters={}))
        assert studio.process is not None
        for _ in range(600):
            job = sagemaker.describe_training_job(TrainingJobName=name)
            processes = descendants(studio.process.pid)
            if any("ipykernel" in command_of(process) for process in processes):
                break
            assert job["TrainingJobStatus"] == "InProgress", job
            time.sleep(0.1)
        assert job["SecondaryStatus"] == "Training"
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []
    assert not list((tmp_path / "jobs").iterdir())
    with LocalStudioProcess(tmp_path) as studio:
        job = studio.client("sagemaker").describe_training_job(TrainingJobName=name)
        assert job["TrainingJobStatus"] == "Failed"
        assert "The local Studio was stopped" in job["FailureReason"]


def test_samples_are_copied_once_and_never_over_something(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.root.mkdir()
    mine = home.root / "train-a-small-model.ipynb"
    mine.write_text("mine")
    home.prepare()
    assert mine.read_text() == "mine"
    others = [p for p in home.root.iterdir() if p != mine]
    assert others
    others[0].unlink()
    home.prepare()
    assert not others[0].exists()


def test_this_machine_is_never_behind_a_proxy() -> None:
    assert without_proxy("") == "127.0.0.1,localhost"
    assert without_proxy("example.com,localhost") == "example.com,localhost,127.0.0.1"
