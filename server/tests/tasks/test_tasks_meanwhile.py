"""What happens to a stage while it runs: cancels, files that change, other tabs and servers."""

from __future__ import annotations

import asyncio
import os
import time

import pytest
from jupyterlab_sagemaker_studio.tasks.model import TaskError
from tasks_aws import BUCKET, PREFIX, Desk, big, nothing_left, spec


@pytest.fixture
def home(home):
    (home / "a.ipynb").write_text("{}")
    (home / "b.csv").write_bytes(b"x" * 3000)
    return home


async def test_cancel_many_small_files(desk, aws, home):
    folder = home / "many"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number}.txt").write_text(str(number))
    aws.fail("PutObject", delay=0.05)
    task = await desk.submit(spec(folder={"path": "many"}))
    async for shown in desk.manager.watch(task["id"]):
        if shown["progress"]["files"] > 20 and shown["state"] == "running":
            break
    start = time.monotonic()
    await desk.manager.delete(task["id"])
    end = await desk.end_of(task)
    assert end["state"] == "cancelled" and time.monotonic() - start < 2
    assert nothing_left(aws)


async def test_cancel_in_the_midst_of_a_large_file(desk, aws, home):
    task = await desk.submit(spec(big(home, size=200 * 2**20)))
    aws.fail("UploadPart", delay=20, after=2)
    async for shown in desk.manager.watch(task["id"]):
        if shown["progress"]["bytes"]:
            break
    start = time.monotonic()
    await desk.manager.delete(task["id"])
    end = await desk.end_of(task)
    assert end["state"] == "cancelled" and time.monotonic() - start < 2
    assert nothing_left(aws)


async def test_cancel_before_its_turn(desk, aws, home):
    aws.fail("HeadBucket", delay=1.5)
    busy = [await desk.submit(spec(job=False, prefix=f"{n}/")) for n in range(4)]
    last = await desk.submit(spec())
    assert last["state"] == "queued"
    await desk.manager.delete(last["id"])
    assert (await desk.end_of(last))["state"] == "cancelled"
    for task in busy:
        assert (await desk.end_of(task))["state"] == "succeeded"
    assert aws.created == 0


async def test_large_file_arrives_whole(desk, aws, home):
    end = await desk.run(spec(big(home, size=41 * 2**20 + 7), job=False))
    assert end["state"] == "succeeded", end
    body = aws.s3().get_object(Bucket=BUCKET, Key=f"{PREFIX}big.bin")["Body"].read()
    assert body == (home / "big.bin").read_bytes()
    assert end["progress"]["bytes"] == len(body)


@pytest.mark.parametrize("size", [3000, 300_000, 18 * 2**20])
async def test_file_that_changes_meanwhile(desk, aws, home, size):
    name = big(home, size=20 * 2**20)
    os.truncate(home / name, size)
    aws.fail("UploadPart" if size > 2**24 else "PutObject", delay=1.0)
    task = await desk.submit(spec(name))
    while not {"PutObject", "UploadPart"} & set(aws.calls):
        await asyncio.sleep(0.02)
    with open(home / name, "ab") as file:
        file.write(b"more")
    end = await desk.end_of(task)
    assert end["error"]["code"] == "FileChanged" and "“big.bin”" in end["error"]["message"]
    assert nothing_left(aws)


async def test_same_token_is_one_task(desk, aws, home, tmp_path):
    tasks = await asyncio.gather(*(desk.submit(spec(), "the-same-token") for _ in range(5)))
    assert len({task["id"] for task in tasks}) == 1
    # Another tab on another server that shares the state folder.
    other = Desk(aws, home, tmp_path / "state", desk.upstream)
    again = await other.submit(spec(), "the-same-token")
    assert again["id"] == tasks[0]["id"]
    assert (await other.end_of(again))["state"] == "succeeded"
    assert aws.created == 1 and aws.calls.count("CreateTrainingJob") == 1
    with pytest.raises(TaskError, match="different request"):
        await other.submit(spec("a.ipynb"), "the-same-token")
    await other.close()


async def test_other_server_cancels(desk, aws, home, tmp_path):
    aws.fail("PutObject", delay=0.2)
    for number in range(99):
        (home / f"{number}.txt").touch()
    task = await desk.submit(spec(folder={"path": ""}))
    other = Desk(aws, home, tmp_path / "state", desk.upstream)
    assert [shown["id"] for shown in await other.manager.list()] == [task["id"]]
    await other.manager.delete(task["id"])
    assert (await other.end_of(task))["state"] == "cancelled"
    assert nothing_left(aws)
    await other.close()
