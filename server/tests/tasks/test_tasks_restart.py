"""A server that ends in the midst of tasks, politely or not: gone on with, or reported."""

from __future__ import annotations

import asyncio
import json
import os
import time

import pytest
from tasks_aws import BUCKET, PREFIX, Desk, job_request
from tasks_server import Jupyter


@pytest.fixture
def home(home):
    (home / "many").mkdir()
    for number in range(120):
        (home / "many" / f"{number:03d}").write_text(str(number))
    (home / "a.ipynb").write_text("{}")
    return home


def spec(prefix=PREFIX, job="my-job", **more):
    then = {
        "service": "sagemaker",
        "operation": "CreateTrainingJob",
        "input": job_request(job),
    }
    return {
        "bucket": BUCKET,
        "prefix": prefix,
        "files": [{"path": "a.ipynb"}],
        "then": then,
        **more,
    }


def post(jupyter, token, body):
    body = {"kind": "stage", "clientToken": token, "title": "T", "spec": body}
    return jupyter.call("POST", "tasks", body)["id"]


def test_killed_in_the_midst(aws, home, tmp_path):
    (home / "other").mkdir()
    (home / "other" / "big.bin").touch()
    os.truncate(home / "other" / "big.bin", 40 * 2**20)
    first = Jupyter(aws, home, tmp_path)
    try:
        aws.fail("CreateTrainingJob", cut="hang")
        sent = post(first, "token-of-sent", spec())
        while "CreateTrainingJob" not in aws.calls:
            time.sleep(0.02)
        aws.fail("PutObject", delay=0.1)
        aws.fail("UploadPart", delay=30)
        staging = post(first, "token-of-staging", spec("s/", "job-2", folder={"path": "many"}))
        changing = post(first, "token-of-changing", spec("c/", "job-3", folder={"path": "other"}))
        while aws.calls.count("PutObject") < 40 or "UploadPart" not in aws.calls:
            time.sleep(0.02)
        again = post(first, "token-of-staging", spec("s/", "job-2", folder={"path": "many"}))
        assert again == staging
    finally:
        first.kill()
    time.sleep(0.5)  # what was on the wire arrives
    aws.faults.clear()
    already = aws.calls.count("PutObject")
    (home / "other" / "big.bin").write_text("changed")
    second = Jupyter(aws, home, tmp_path)
    try:
        assert second.end_of(sent)["state"] == "succeeded"
        done = second.end_of(staging)
        assert done["state"] == "succeeded", done
        assert done["progress"]["files"] == 121
        reported = second.end_of(changing)
        assert reported["state"] == "interrupted"
        assert "“other/big.bin” has changed" in reported["error"]["message"]
        assert aws.created == 2 and set(aws.jobs) == {"my-job", "job-2"}
        assert len([key for key in aws.keys(BUCKET) if key.startswith("s/")]) == 121
        assert not [key for key in aws.keys(BUCKET) if key.startswith("c/")]
        assert aws.open_uploads(BUCKET) == []
        assert aws.calls.count("PutObject") - already < 110  # those noted as done are not resent
        assert post(second, "token-of-sent", spec()) == sent  # a page that was open all the time
        assert aws.created == 2
    finally:
        second.stop()
    logged = (tmp_path / "server.log").read_text()
    assert "top-secret-value" not in logged
    kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert all(b"top-secret-value" not in path.read_bytes() for path in kept)


async def start(aws, home, tmp_path, upstream):
    desk = Desk(aws, home, tmp_path / "state", upstream)
    await desk.manager.start()
    return desk


async def only(desk):
    (task,) = await desk.manager.list()
    return await desk.end_of(task)


async def calls(aws, operation, count=1):
    while aws.calls.count(operation) < count:
        await asyncio.sleep(0.02)


async def test_stopped_while_it_counts_or_queues(aws, home, tmp_path, upstream):
    desk = await start(aws, home, tmp_path, upstream)
    aws.fail("HeadBucket", delay=0.5)
    await desk.submit(spec(folder={"path": "many"}))
    await calls(aws, "HeadBucket")
    await desk.close()
    aws.faults.clear()
    desk = await start(aws, home, tmp_path, upstream)
    end = await only(desk)
    assert end["state"] == "succeeded" and aws.created == 1
    await desk.close()


async def test_vanished_file_is_reported(aws, home, tmp_path, upstream):
    desk = await start(aws, home, tmp_path, upstream)
    aws.fail("PutObject", delay=0.1)
    await desk.submit(spec(folder={"path": "many"}))
    await calls(aws, "PutObject", 15)
    await desk.close()
    aws.faults.clear()
    (home / "many" / "119").unlink()
    desk = await start(aws, home, tmp_path, upstream)
    end = await only(desk)
    assert end["state"] == "interrupted" and "“many/119” does not exist" in end["error"]["message"]
    assert aws.keys(BUCKET) == set() and aws.created == 0, end
    await desk.close()


@pytest.mark.parametrize("why", ["cancelled", "failed"])
async def test_stopped_while_it_removes(aws, home, tmp_path, upstream, why):
    desk = await start(aws, home, tmp_path, upstream)
    if why == "failed":
        aws.fail("CreateTrainingJob", "ResourceLimitExceeded")
    else:
        aws.fail("PutObject", delay=0.1)
    aws.fail("DeleteObjects", delay=0.6, code="SlowDown", status=503)
    task = await desk.submit(spec(folder={"path": "many"}))
    if why == "cancelled":
        await calls(aws, "PutObject", 15)
        await desk.manager.delete(task["id"])
    await calls(aws, "DeleteObjects")
    await desk.close()
    await asyncio.sleep(0.8)
    aws.faults.clear()
    desk = await start(aws, home, tmp_path, upstream)
    end = await only(desk)
    assert end["state"] == why
    assert why == "cancelled" or end["error"]["code"] == "ResourceLimitExceeded"
    assert aws.keys(BUCKET) == set() and aws.created == 0, end
    await desk.close()


async def test_cancel_outlives_the_server(aws, home, tmp_path, upstream):
    desk = await start(aws, home, tmp_path, upstream)
    aws.fail("PutObject", delay=0.3)
    task = await desk.submit(spec(folder={"path": "many"}))
    await calls(aws, "PutObject", 15)
    await desk.manager.delete(task["id"])
    await desk.close()
    await asyncio.sleep(0.5)
    aws.faults.clear()
    desk = await start(aws, home, tmp_path, upstream)
    assert (await only(desk))["state"] == "cancelled"
    assert aws.keys(BUCKET) == set() and aws.created == 0
    await desk.close()


async def test_job_that_was_never_made_is_made_once(aws, home, tmp_path, upstream):
    desk = await start(aws, home, tmp_path, upstream)
    aws.fail("CreateTrainingJob", cut="before", delay=0.6)
    await desk.submit(spec())
    await calls(aws, "CreateTrainingJob")
    await desk.close()
    aws.faults.clear()
    desk = await start(aws, home, tmp_path, upstream)
    assert (await only(desk))["state"] == "succeeded" and aws.created == 1
    await desk.close()


async def test_too_long_ago(aws, home, tmp_path, upstream):
    desk = await start(aws, home, tmp_path, upstream)
    aws.fail("PutObject", delay=0.2)
    task = await desk.submit(spec(folder={"path": "many"}))
    await calls(aws, "PutObject", 15)
    await desk.close()
    await asyncio.sleep(0.3)
    aws.faults.clear()
    path = tmp_path / "state" / f"{task['id']}.json"
    record = json.loads(path.read_text())
    record["task"]["created_at"] = "2020-01-01T00:00:00.000Z"
    path.write_text(json.dumps(record))
    desk = await start(aws, home, tmp_path, upstream)
    end = await only(desk)
    assert end["state"] == "interrupted" and "too long ago" in end["error"]["message"]
    assert aws.keys(BUCKET) == set() and aws.created == 0, end
    await desk.close()


async def test_damaged_record_is_shown(aws, home, tmp_path, upstream):
    desk = await start(aws, home, tmp_path, upstream)
    task = await desk.submit({k: v for k, v in spec().items() if k != "then"})
    await desk.end_of(task)
    await desk.close()
    (tmp_path / "state" / f"{task['id']}.json").write_text('{"task": {"half')
    desk = await start(aws, home, tmp_path, upstream)
    (shown,) = await desk.manager.list()
    assert (shown["state"], shown["error"]["code"]) == ("interrupted", "RecordDamaged")
    await desk.manager.delete(task["id"])
    assert await desk.manager.list() == []
    await desk.close()


async def test_finished_task_is_kept_a_week(aws, home, tmp_path, upstream):
    desk = await start(aws, home, tmp_path, upstream)
    task = await desk.submit({k: v for k, v in spec().items() if k != "then"})
    end = await desk.end_of(task)
    await desk.close()
    desk = await start(aws, home, tmp_path, upstream)
    assert await desk.manager.list() == [end]
    week_ago = time.time() - 8 * 24 * 3600
    os.utime(tmp_path / "state" / f"{task['id']}.json", (week_ago, week_ago))
    desk = await start(aws, home, tmp_path, upstream)
    assert await desk.manager.list() == [] and list((tmp_path / "state").iterdir()) == []
    await desk.close()


async def test_download_goes_on(aws, home, tmp_path, upstream):
    aws.s3().put_object(Bucket=BUCKET, Key="k/data.bin", Body=b"x" * 3_000_000)
    desk = await start(aws, home, tmp_path, upstream)
    aws.fail("GetObject", cut="hang")
    body = {"bucket": BUCKET, "key": "k/data.bin", "directory": "many", "unpack": False}
    await desk.submit(body, kind="download")
    await calls(aws, "GetObject")
    await desk.close()
    aws.faults.clear()
    desk = await start(aws, home, tmp_path, upstream)
    assert (await only(desk))["state"] == "succeeded"
    assert (home / "many" / "data.bin").stat().st_size == 3_000_000
    assert not [p for p in (home / "many").iterdir() if p.name.startswith(".")]
    await desk.close()
