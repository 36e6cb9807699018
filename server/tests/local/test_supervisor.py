"""Apps as processes: scripts, restarts, crashes, idle time; what is left when they end."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from local_apps import FakeLauncher, app_key, app_of, wait_for, wait_for_space
from sagemaker_studio_local import seed
from sagemaker_studio_local.control_plane import apps
from sagemaker_studio_local.control_plane.launcher import Launch, ScriptFailed
from sagemaker_studio_local.idle_extension import IdleHandler, last_active
from sagemaker_studio_local.supervisor import AppOptions, AppSupervisor
from sagemaker_studio_local.supervisor.environment import MARK, Image, app_environment
from sagemaker_studio_local.supervisor.home import Home
from sagemaker_studio_local.supervisor.idle import IdleMonitor
from sagemaker_studio_local.supervisor.process import end_marked
from sagemaker_studio_local.supervisor.script import run_script
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

KEY = f"{seed.DOMAIN_ID}/second-space/JupyterLab/default"
GROUP = "/aws/sagemaker/studio"
STREAM = f"{seed.DOMAIN_ID}/second-space/JupyterLab/default/LifecycleConfigOnStart"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[LocalStudio]:
    # Another Python than the command's own, even if it is the same one.
    options = AppOptions(port=0, token="secret", python=Path(sys.executable))
    with LocalStudio(
        tmp_path, runner=FakeRunner(), make_launcher=lambda studio: AppSupervisor(studio, options)
    ) as studio:
        yield studio


def supervisor_of(studio: LocalStudio) -> AppSupervisor:
    launcher = studio.studio.plane.launcher
    assert isinstance(launcher, AppSupervisor)
    return launcher


def attach(studio: LocalStudio, script: str) -> str:
    """A script that the owner's spaces run at each start; answers its ARN."""
    sagemaker = studio.client("sagemaker")
    arn = sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName="mine",
        StudioLifecycleConfigContent=base64.b64encode(script.encode()).decode(),
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]
    settings = {
        "LifecycleConfigArns": [arn],
        "DefaultResourceSpec": {"InstanceType": "ml.t3.medium", "LifecycleConfigArn": arn},
    }
    sagemaker.update_user_profile(
        DomainId=seed.DOMAIN_ID,
        UserProfileName="data-scientist",
        UserSettings={"JupyterLabAppSettings": settings},
    )
    return str(arn)


def log_lines(studio: LocalStudio) -> list[str]:
    events = studio.client("logs").get_log_events(
        logGroupName=GROUP, logStreamName=STREAM, startFromHead=True
    )
    return [event["message"] for event in events["events"]]


def lab_of(studio: LocalStudio) -> psutil.Process:
    """The JupyterLab process of second-space."""
    mark = f"{studio.studio.state}:second-space:"
    for process in marked_processes(studio):
        if process.environ().get(MARK) == mark and "jupyterlab" in process.cmdline():
            return process
    raise AssertionError("JupyterLab does not run")


SCRIPT = """
echo "in $PWD as home $HOME"
echo "to stderr" >&2
restart-jupyter-server
nohup sleep 600 >/dev/null 2>&1 &
echo $! > sleeper
"""


@pytest.mark.timeout(240)
def test_an_app_with_its_script_is_restarted_and_crashes(studio: LocalStudio) -> None:
    arn = attach(studio, SCRIPT)
    sagemaker = studio.client("sagemaker")
    sagemaker.create_app(**app_key("second-space"), ResourceSpec={"InstanceType": "ml.m5.large"})
    wait_for(studio, "second-space", "InService", 120)
    home = studio.studio.state / "spaces" / "second-space" / "home"
    assert log_lines(studio) == [
        f"in {home} as home {home}",
        "to stderr",
        "JupyterLab is not running; it will find the changes at its start.",
    ]
    sleeper = psutil.Process(int((home / "sleeper").read_text()))
    first = lab_of(studio)
    environment = first.environ()
    assert environment["SAGEMAKER_SPACE_NAME"] == "second-space"
    assert environment["AWS_ACCESS_KEY_ID"] == seed.access_key_of("second-space")
    assert environment["SAGEMAKER_STUDIO_LOCAL_INSTANCE_TYPE"] == "ml.m5.large"
    metadata = json.loads(Path(environment["RESOURCE_METADATA_FILE"]).read_text())
    assert metadata["InstanceType"] == "ml.m5.large"
    assert metadata["ExecutionRoleArn"] == seed.ROLE_ARN
    assert metadata["ResourceArn"] == app_of(studio, "second-space")["AppArn"]
    assert app_of(studio, "second-space")["ResourceSpec"]["LifecycleConfigArn"] == arn

    # The idle extension is there, and believes the file of the app.
    assert supervisor_of(studio).last_active(KEY) is None
    Path(environment["SAGEMAKER_STUDIO_IDLE_FILE"]).write_text("2026-01-02T03:04:05Z")
    active = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc).timestamp()
    assert supervisor_of(studio).last_active(KEY) == active

    # As a terminal of the app finds it on its PATH.
    done = subprocess.run(
        ["/bin/sh", "-c", "restart-jupyter-server"],
        env={**environment, MARK: ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "JupyterLab is restarting.\n"), done.stderr
    first.wait(60)
    deadline = time.monotonic() + 120
    while supervisor_of(studio).last_active(KEY) is None:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    second = lab_of(studio)
    assert second.pid != first.pid
    assert app_of(studio, "second-space")["Status"] == "InService"
    assert not sleeper.is_running()  # It belonged to the process tree that was replaced.

    second.kill()
    failed = wait_for(studio, "second-space", "Failed")
    assert failed["FailureReason"].startswith("JupyterLab ended with code -9")


def test_a_script_that_fails_fails_the_app(studio: LocalStudio) -> None:
    attach(studio, "echo working\nfalse\nexit 3\n")
    studio.client("sagemaker").create_app(**app_key("second-space"))
    reason = wait_for(studio, "second-space", "Failed")["FailureReason"]
    assert "LifecycleConfigOnStart script failed with exit code 3" in reason
    assert STREAM in reason and GROUP in reason
    assert log_lines(studio) == ["working"]
    assert marked_processes(studio) == []


def marked_processes(studio: LocalStudio) -> list[psutil.Process]:
    mark = f"{studio.studio.state}:"
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.environ().get(MARK, "").startswith(mark):
                found.append(process)
        except psutil.Error:
            continue
    return found


class SilentLogs:
    """A CloudWatch Logs client that keeps the lines."""

    exceptions = SimpleNamespace(ResourceAlreadyExistsException=KeyError)

    def __init__(self) -> None:
        self.lines: list[str] = []

    def create_log_group(self, **request: Any) -> None:
        assert request == {"logGroupName": GROUP}

    def create_log_stream(self, **request: Any) -> None:
        assert request == {"logGroupName": GROUP, "logStreamName": STREAM}

    def put_log_events(self, **request: Any) -> None:
        self.lines += [event["message"] for event in request["logEvents"]]


def launch(script: str | None = None) -> Launch:
    return Launch(
        key=KEY,
        arn="arn:aws:sagemaker:us-west-2:123456789012:app/x",
        app_name="default",
        space_name="second-space",
        sharing="Private",
        role_arn=seed.ROLE_ARN,
        instance_type="ml.t3.medium",
        script=script,
    )


def run(tmp_path: Path, script: str, stop: threading.Event, limit: float) -> SilentLogs:
    home = Home(tmp_path, "second-space")
    home.prepare()
    logs = SilentLogs()
    environment = {**os.environ, MARK: f"{tmp_path}:second-space:"}
    assert run_script(launch(script), home, environment, logs, stop, limit) is not stop.is_set()
    return logs


def test_a_script_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    script = "echo begin\n(setsid sleep 600 & echo $! > child; wait)\n"
    with pytest.raises(ScriptFailed, match=r"did not end within .* minutes.*LifecycleConfigOnSt"):
        run(tmp_path, script, threading.Event(), 1.0)
    child = int((tmp_path / "spaces" / "second-space" / "home" / "child").read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie"


def test_a_stop_ends_a_script(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    started = time.monotonic()
    run(tmp_path, "sleep 600", stop, 300)
    assert time.monotonic() - started < 10


def test_what_a_script_leaves_in_the_background_goes_on(tmp_path: Path) -> None:
    script = "(sleep 2; echo late) &\necho $! > job; echo early\n"
    started = time.monotonic()
    logs = run(tmp_path, script, threading.Event(), 300)
    assert time.monotonic() - started < 2 and logs.lines == ["early"]
    job = int((tmp_path / "spaces" / "second-space" / "home" / "job").read_text())
    assert psutil.pid_exists(job)
    while "late" not in logs.lines:
        assert time.monotonic() - started < 20
        time.sleep(0.05)
    end_marked(f"{tmp_path}:")


def test_apps_of_a_killed_studio_are_ended_by_the_next(tmp_path: Path) -> None:
    mark, other = f"{tmp_path}:second-space:", f"{tmp_path}-2:second-space:"
    orphan = subprocess.Popen(["sleep", "600"], env={**os.environ, MARK: mark})
    stranger = subprocess.Popen(["sleep", "600"], env={**os.environ, MARK: other})
    try:
        with LocalStudio(
            tmp_path,
            runner=FakeRunner(),
            make_launcher=lambda studio: AppSupervisor(studio, AppOptions(0, "")),
        ):
            assert orphan.poll() is not None
            assert stranger.poll() is None
    finally:
        for process in (orphan, stranger):
            process.kill()
            process.wait()


def test_another_python_gets_nothing_of_the_local_studios(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    python = tmp_path / "env" / "bin" / "python"
    image = Image(tmp_path, python)
    image.prepare()
    home = Home(tmp_path, "second-space")
    studio = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    environment = app_environment(studio, home, launch(), image, "token")
    assert environment["PATH"].split(os.pathsep)[1] == str(python.parent)
    assert "VIRTUAL_ENV" not in environment
    modules = Path(environment["PYTHONPATH"])
    assert [path.name for path in modules.iterdir()] == ["sagemaker_studio_local"]
    own = app_environment(studio, home, launch(), Image(tmp_path), "token")
    assert own["PYTHONPATH"] == "/somewhere"
    assert own["JUPYTER_CONFIG_DIR"] == str(tmp_path / "spaces/second-space/jupyter/config")


# --- idle ---


def kernels(**states: tuple[str, datetime]) -> Any:
    found = {
        name: SimpleNamespace(execution_state=state, last_activity=moment)
        for name, (state, moment) in states.items()
    }
    return SimpleNamespace(list_kernel_ids=lambda: list(found), get_kernel=found.__getitem__)


NOW = datetime(2026, 5, 6, 12, tzinfo=timezone.utc)
HOUR_AGO = NOW - timedelta(hours=1)
TWO_AGO = NOW - timedelta(hours=2)


@pytest.mark.parametrize(
    ("kernel", "terminal", "written", "expected"),
    [
        (None, None, None, None),
        (("idle", TWO_AGO), None, None, TWO_AGO),
        (("busy", TWO_AGO), None, None, NOW),
        (("idle", TWO_AGO), HOUR_AGO, None, HOUR_AGO),
        (("idle", TWO_AGO), None, "2026-05-06T11:00:00Z", HOUR_AGO),
        (("idle", TWO_AGO), None, "2026-05-06T11:00:00", HOUR_AGO),
        (("idle", TWO_AGO), None, "yesterday", TWO_AGO),
    ],
)
def test_the_newest_activity(
    tmp_path: Path,
    kernel: tuple[str, datetime] | None,
    terminal: datetime | None,
    written: str | None,
    expected: datetime | None,
) -> None:
    file = tmp_path / "file"
    if written:
        file.write_text(written)
    terminals = None
    if terminal:
        one = SimpleNamespace(last_activity=terminal)
        terminals = SimpleNamespace(terminals={"1": one})
    found = last_active(kernels(**({"a": kernel} if kernel else {})), terminals, file, NOW)
    assert found == expected
    assert IdleHandler._track_activity is False


def test_idle_apps_are_deleted_after_the_time_of_their_space(tmp_path: Path) -> None:
    launcher = FakeLauncher()
    with LocalStudio(
        tmp_path, runner=FakeRunner(), make_launcher=lambda studio: launcher
    ) as studio:
        sagemaker = studio.client("sagemaker")
        chosen = {"IdleSettings": {"IdleTimeoutInMinutes": 60}}
        sagemaker.update_space(
            DomainId=seed.DOMAIN_ID,
            SpaceName="second-space",
            SpaceSettings={"JupyterLabAppSettings": {"AppLifecycleManagement": chosen}},
        )
        wait_for_space(studio, "second-space")
        for name in ("second-space", "team-space"):
            sagemaker.create_app(**app_key(name))
            wait_for(studio, name, "InService")
        plane = studio.studio.plane
        started = time.time()
        activity: dict[str, float] = {}
        monitor = IdleMonitor(plane, activity.get)

        def statuses_at(minutes: float) -> list[str]:
            monitor.look(started + minutes * 60)
            return [app_of(studio, name)["Status"] for name in ("second-space", "team-space")]

        assert statuses_at(59) == ["InService", "InService"]
        activity[KEY] = started + 30 * 60
        assert statuses_at(89) == ["InService", "InService"]
        assert statuses_at(91)[0] in ("Deleting", "Deleted")
        # The shared space has the domain's two hours.
        assert app_of(studio, "team-space")["Status"] == "InService"
        assert statuses_at(121)[1] in ("Deleting", "Deleted")
        assert studio.calls("DeleteApp") == []


def test_without_idle_shutdown_apps_stay(tmp_path: Path) -> None:
    with LocalStudio(tmp_path, runner=FakeRunner()) as studio:
        sagemaker = studio.client("sagemaker")
        off = {"IdleSettings": {"LifecycleManagement": "DISABLED"}}
        sagemaker.update_domain(
            DomainId=seed.DOMAIN_ID,
            DefaultUserSettings={"JupyterLabAppSettings": {"AppLifecycleManagement": off}},
        )
        sagemaker.create_app(**app_key("second-space"))
        wait_for(studio, "second-space", "InService")
        plane = studio.studio.plane
        IdleMonitor(plane, lambda key: None).look(time.time() + 1e8)
        assert (plane.store.get(apps.KIND, KEY) or {})["Status"] == "InService"
