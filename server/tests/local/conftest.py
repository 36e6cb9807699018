"""Fixtures of the local Studio's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
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
