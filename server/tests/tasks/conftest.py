"""An AWS account that breaks on demand, and a task manager that works with it."""

from __future__ import annotations

import pytest
from jobs_aws import Jobs
from jupyter_core.utils import ensure_event_loop
from jupyterlab_sagemaker_studio.tasks import calls, change, hand_over, pace, sweep
from space_aws import Domain
from tasks_aws import BUCKET, ENVIRON, Desk, serve_aws, way_to


@pytest.fixture(scope="module")
def jp_asyncio_loop():
    """One loop for a module, because its tests share connections."""
    loop = ensure_event_loop(prefer_selector_loop=True)
    yield loop
    loop.close()


@pytest.fixture(scope="module")
def account():
    """The account, slow to start."""
    with serve_aws() as aws:
        yield aws


@pytest.fixture(scope="module")
def upstream(account, jp_asyncio_loop):
    """What signs and sends, slow to make."""
    upstream = way_to(account)
    yield upstream
    jp_asyncio_loop.run_until_complete(upstream.close())


@pytest.fixture
def aws(account, monkeypatch):
    """The account as new, with one empty bucket, and nothing that waits long."""
    for module in ("s3", "follow_up"):
        monkeypatch.setattr(f"jupyterlab_sagemaker_studio.tasks.{module}.PAUSE", 0.02)
    monkeypatch.setattr("jupyterlab_sagemaker_studio.tasks.stage.SECOND_LOOK_SECONDS", 0.3)
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    account.reset()
    location = {"LocationConstraint": ENVIRON["AWS_REGION"]}
    account.s3().create_bucket(Bucket=BUCKET, CreateBucketConfiguration=location)
    return account


@pytest.fixture
def home(tmp_path):
    """The server's root."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def desk(aws, home, tmp_path, jp_asyncio_loop, upstream):
    """A task manager for that root."""

    async def make():
        return Desk(aws, home, tmp_path / "state", upstream)

    desk = jp_asyncio_loop.run_until_complete(make())
    yield desk
    jp_asyncio_loop.run_until_complete(desk.close())


@pytest.fixture
def domain(aws, monkeypatch):
    """The account's spaces, and nothing that waits long."""
    for name, seconds in (("PAUSE", 0.02), ("FIRST_LOOK_SECONDS", 0.02), ("LOOK_SECONDS", 0.02)):
        monkeypatch.setattr(calls, name, seconds)
    monkeypatch.setattr(change, "KERNELS_SECONDS", 0.1)
    monkeypatch.setattr(hand_over, "WATCH_SECONDS", 0.05)
    aws.more = Domain()
    return aws.more


@pytest.fixture
def jobs(aws, monkeypatch):
    """The account's training jobs, which end soon, and nothing that waits long."""
    monkeypatch.setattr(sweep, "_pace", pace.Pace())
    monkeypatch.setattr(sweep, "CREATE_SECONDS", 0.02)
    monkeypatch.setattr(sweep, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(sweep, "LIMIT_SECONDS", 0.5)
    monkeypatch.setattr(sweep, "MISSING_SECONDS", 0.1)
    monkeypatch.setattr(pace, "_FIRST_PAUSE", 0.05)
    monkeypatch.setattr(pace, "_LONGEST_PAUSE", 0.2)
    monkeypatch.setattr(calls, "PAUSE", 0.02)
    aws.more = Jobs()
    return aws.more


@pytest.fixture
def next_desk(aws, home, tmp_path, upstream):
    """``await next_desk(desk)``: that server ends, and the next one of the same space begins."""

    async def begin(before: Desk) -> Desk:
        await before.close()
        after = Desk(aws, home, tmp_path / "state", upstream)
        await after.manager.start()
        return after

    return begin
