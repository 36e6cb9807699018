"""Fixtures of the local Studio's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from local_apps import FakeLauncher, stop
from sagemaker_studio_local.control_plane import apps
from sagemaker_studio_local.testing import FakeRunner, LocalStudio


@pytest.fixture(scope="module")
def fake_runner() -> FakeRunner:
    """The runner of ``local_studio``: tests end its jobs themselves."""
    return FakeRunner()


@pytest.fixture(scope="module")
def running_studio(
    tmp_path_factory: pytest.TempPathFactory, fake_runner: FakeRunner
) -> Iterator[LocalStudio]:
    """One local Studio for all tests of a module."""
    with LocalStudio(tmp_path_factory.mktemp("studio"), runner=fake_runner) as studio:
        yield studio


@pytest.fixture
def local_studio(running_studio: LocalStudio) -> Iterator[LocalStudio]:
    """The running local Studio without faults and with an empty list of calls."""
    running_studio.reset()
    yield running_studio
    running_studio.reset()


@pytest.fixture(scope="module")
def launcher() -> FakeLauncher:
    return FakeLauncher()


@pytest.fixture(scope="module")
def apps_studio_of_module(
    tmp_path_factory: pytest.TempPathFactory, launcher: FakeLauncher
) -> Iterator[LocalStudio]:
    folder = tmp_path_factory.mktemp("studio")
    with LocalStudio(folder, runner=FakeRunner(), make_launcher=lambda studio: launcher) as studio:
        yield studio


@pytest.fixture
def apps_studio(apps_studio_of_module: LocalStudio) -> Iterator[LocalStudio]:
    """The running local Studio; every app is stopped after the test."""
    apps_studio_of_module.reset()
    yield apps_studio_of_module
    apps_studio_of_module.reset()
    for app in apps_studio_of_module.studio.plane.store.all(apps.KIND):
        if app["Status"] in ("Pending", "InService"):
            stop(apps_studio_of_module, app["SpaceName"])
