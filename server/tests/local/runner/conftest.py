"""Fixtures of the job runner's tests."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from runner_harness import (
    BUCKET,
    REGION,
    Endpoint,
    Make,
    touching,
)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    s3 = server.client("s3")
    # moto's state is the process's: an earlier module may have left the bucket.
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield server
    server.close()


@pytest.fixture
def make(endpoint: Endpoint, tmp_path: Path) -> Iterator[Make]:
    maker = Make(endpoint, tmp_path / "jobs")
    yield maker
    for runner in maker.made:
        runner.shutdown()
    assert not list(tmp_path.glob("jobs/*")), "work folders are left"
    assert not touching(tmp_path), "processes are left"
