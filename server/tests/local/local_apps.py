"""Helpers for tests of spaces and apps."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sagemaker_studio_local import seed
from sagemaker_studio_local.control_plane.launcher import AppFailed, Launch
from sagemaker_studio_local.testing import LocalStudio, LocalStudioProcess

AnyStudio = LocalStudio | LocalStudioProcess
DOMAIN = seed.DOMAIN_ID
CPU = "arn:aws:sagemaker:us-west-2:542918446943:image/sagemaker-distribution-cpu"
GPU = CPU.replace("-cpu", "-gpu")
CONFIGS = "arn:aws:sagemaker:us-west-2:123456789012:studio-lifecycle-config"
OWN_IMAGE = "arn:aws:sagemaker:us-west-2:123456789012:image"


def app_key(space: str) -> dict[str, str]:
    """What names the app of a space in requests."""
    return {
        "DomainId": DOMAIN,
        "SpaceName": space,
        "AppType": "JupyterLab",
        "AppName": "default",
    }


def app_of(studio: AnyStudio, space: str) -> dict[str, Any]:
    return studio.client("sagemaker").describe_app(**app_key(space))


def wait_for(studio: AnyStudio, space: str, status: str, seconds: float = 60) -> dict[str, Any]:
    """The app of a space as soon as it has a status; AssertionError if it never does."""
    deadline = time.monotonic() + seconds
    while (app := app_of(studio, space))["Status"] != status:
        assert time.monotonic() < deadline, app
        time.sleep(0.02)
    return app


def wait_for_space(studio: AnyStudio, name: str, status: str = "InService") -> dict[str, Any]:
    """The space as soon as it has a status."""
    deadline = time.monotonic() + 30
    while True:
        space = studio.client("sagemaker").describe_space(DomainId=DOMAIN, SpaceName=name)
        if space["Status"] == status:
            return space
        assert time.monotonic() < deadline, space
        time.sleep(0.02)


def run(studio: AnyStudio, space: str, **arguments: Any) -> dict[str, Any]:
    studio.client("sagemaker").create_app(**app_key(space), **arguments)
    return wait_for(studio, space, "InService")


def stop(studio: AnyStudio, space: str) -> None:
    if app_of(studio, space)["Status"] == "Pending":
        wait_for(studio, space, "InService")
    studio.client("sagemaker").delete_app(**app_key(space))
    wait_for(studio, space, "Deleted")


def update(studio: AnyStudio, space: str, **settings: Any) -> dict[str, Any]:
    studio.client("sagemaker").update_space(
        DomainId=DOMAIN, SpaceName=space, SpaceSettings=settings
    )
    return wait_for_space(studio, space)


def error_of(raised: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


class FakeLauncher:
    """Runs nothing, and keeps what it was asked to run."""

    def __init__(self, failure: str = "") -> None:
        self.failure = failure
        self.running: dict[str, Launch] = {}
        self.launched: list[Launch] = []
        self.forgotten: list[str] = []

    def start(self, launch: Launch, stop: threading.Event) -> bool:
        self.launched.append(launch)
        if self.failure:
            raise AppFailed(self.failure)
        self.running[launch.key] = launch
        return True

    def stop(self, key: str) -> None:
        self.running.pop(key, None)

    def restart(self, key: str) -> bool:
        return key in self.running

    def address(self, key: str) -> str | None:
        launch = self.running.get(key)
        return f"http://127.0.0.1:1/{launch.space_name}" if launch else None

    def forget(self, space_name: str) -> None:
        self.forgotten.append(space_name)

    def close(self) -> None:
        self.running.clear()
