"""What goes wrong while a sweep runs: no job twice, none lost, and words that say what is."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from jobs_aws import outcome, sweep_spec, until
from jupyterlab_sagemaker_studio.tasks import calls, sweep
from jupyterlab_sagemaker_studio.tasks.model import TaskError
from tasks_aws import BUCKET, Desk
from tasks_server import Jupyter

ALL = ["Completed"] * 5


@pytest.fixture
def home(home):
    (home / "a.ipynb").write_text("{}")
    return home


async def created(jobs, count):
    await until(lambda: len(jobs.jobs) >= count)


@pytest.mark.parametrize("operation", ["CreateTrainingJob", "DescribeTrainingJob"])
@pytest.mark.parametrize("trouble", ["throttled", "expired", "500", "500 done", "cut", "cut after"])
async def test_passing_trouble_is_waited_out(desk, aws, jobs, operation, trouble):
    options = {
        "throttled": {"code": "ThrottlingException"},
        "expired": {"code": "ExpiredTokenException"},
        "500": {"code": "InternalFailure", "status": 500},
        "500 done": {"code": "InternalFailure", "status": 500, "done": True},
        "cut": {"cut": "before"},
        "cut after": {"cut": "after"},
    }[trouble]
    aws.fail(operation, after=2, count=6, **options)
    end = await desk.run(sweep_spec(), kind="sweep")
    assert end["state"] == "succeeded" and outcome(end) == ALL, end
    assert jobs.most <= 2


async def test_trouble_is_told_while_it_lasts(desk, aws, jobs):
    jobs.seconds = 0.6
    aws.fail("CreateTrainingJob", "ExpiredTokenException", after=1, count=6)
    task = await desk.submit(sweep_spec(), kind="sweep")
    phases = {shown["phase"] async for shown in desk.manager.watch(task["id"])}
    words = "waiting because of CreateTrainingJob: ExpiredTokenException"
    assert any(words in phase for phase in phases), phases


async def test_outage_of_everything_is_waited_out(desk, aws, jobs):
    jobs.seconds = 0.6
    task = await desk.submit(sweep_spec(), kind="sweep")
    await created(jobs, 2)
    aws.fail("*", cut="before")
    await asyncio.sleep(1.5)
    aws.faults.clear()
    end = await desk.end_of(task)
    assert end["state"] == "succeeded" and outcome(end) == ALL, end


async def test_patience_ends(desk, aws, jobs, monkeypatch):
    monkeypatch.setattr(sweep, "PATIENCE_SECONDS", 0.3)
    aws.fail("CreateTrainingJob", "ThrottlingException", after=2)
    end = await desk.run(sweep_spec(), kind="sweep")
    assert (end["state"], end["error"]["code"]) == ("failed", "ThrottlingException")
    assert "2 of 5 jobs were created" in end["error"]["message"]
    assert end["result"]["counts"]["NotCreated"] == 3 and aws.keys(BUCKET)


async def test_first_job_that_is_refused_takes_everything_back(desk, aws, jobs, monkeypatch):
    monkeypatch.setattr(calls, "PATIENCE_SECONDS", 0.2)
    for code in ("AccessDeniedException", "ThrottlingException", "ResourceLimitExceeded"):
        aws.fail("CreateTrainingJob", code)
        end = await desk.run(sweep_spec(), kind="sweep")
        assert (end["state"], end["error"]["code"]) == ("failed", code)
        assert f"{code} injected" in end["error"]["message"]
        assert "jobs were created" not in end["error"]["message"]
        assert end["result"]["counts"] == {"NotCreated": 5} and aws.keys(BUCKET) == set()
        aws.faults.clear()


async def test_later_job_that_is_refused_leaves_those_that_run(desk, aws, jobs):
    aws.fail("CreateTrainingJob", "AccessDeniedException", status=403, after=2)
    end = await desk.run(sweep_spec(), kind="sweep")
    assert (end["state"], end["error"]["code"]) == ("failed", "AccessDeniedException")
    assert "2 of 5 jobs were created before and go on." in end["error"]["message"]
    assert outcome(end)[2:] == ["NotCreated"] * 3
    assert jobs.calls["StopTrainingJob"] == 0 and aws.keys(BUCKET)


async def test_name_of_somebody_else(desk, aws, jobs):
    jobs.jobs["sweep-3"] = {"begun": 0, "stopping": False, "request": {}}
    end = await desk.run(sweep_spec(), kind="sweep")
    assert end["error"]["code"] == "ResourceInUse" and "“sweep-3”" in end["error"]["message"]
    assert outcome(end)[2:] == ["NotCreated"] * 3


async def test_limit_of_the_account_is_waited_for_while_own_jobs_run(desk, jobs):
    jobs.limit = 2
    jobs.seconds = 1.0
    task = await desk.submit(sweep_spec(5, 5), kind="sweep")
    shown = [state async for state in desk.manager.watch(task["id"])]
    assert shown[-1]["state"] == "succeeded" and outcome(shown[-1]) == ALL
    assert jobs.most == 2
    words = " running, 3 to come; waiting for room within the account's limit"
    assert any(state["phase"].endswith(words) for state in shown)


async def test_limit_that_others_use_up_fails_in_the_end(desk, jobs):
    task = await desk.submit(sweep_spec(), kind="sweep")
    await created(jobs, 2)
    jobs.limit = 0
    end = await desk.end_of(task)
    assert (end["state"], end["error"]["code"]) == ("failed", "ResourceLimitExceeded")
    assert "The account-level service limit" in end["error"]["message"]


async def test_jobs_stopped_or_deleted_elsewhere(desk, jobs):
    jobs.seconds = 1.0
    task = await desk.submit(sweep_spec(5, 3), kind="sweep")
    await created(jobs, 3)
    await asyncio.sleep(0.2)
    jobs.jobs["sweep-1"]["stopping"] = True
    del jobs.jobs["sweep-2"]
    end = await desk.end_of(task)
    assert end["state"] == "succeeded"
    assert outcome(end) == ["Stopped", "Deleted", "Completed", "Completed", "Completed"]


async def test_list_that_is_not_allowed(desk, aws, jobs):
    aws.fail("ListTrainingJobs", "AccessDeniedException", status=403)
    end = await desk.run(sweep_spec(5, 4), kind="sweep")
    assert end["state"] == "succeeded" and outcome(end) == ALL
    assert aws.calls.count("ListTrainingJobs") == 1


async def test_looking_that_is_not_allowed(desk, aws, jobs):
    aws.fail("DescribeTrainingJob", "AccessDeniedException", status=403)
    end = await desk.run(sweep_spec(), kind="sweep")
    assert (end["state"], end["error"]["operation"]) == ("failed", "DescribeTrainingJob")
    assert "of 5 jobs were created before and go on." in end["error"]["message"]


async def test_one_list_call_for_all(desk, jobs):
    jobs.seconds = 2.0
    await desk.run(sweep_spec(6, 6), kind="sweep")
    assert jobs.calls["ListTrainingJobs"] > 6
    assert jobs.calls["DescribeTrainingJob"] < 20


async def test_same_token_is_one_sweep(desk, aws, jobs, home, tmp_path):
    submit = desk.submit
    tasks = await asyncio.gather(*(submit(sweep_spec(), "same-token", "sweep") for _ in range(3)))
    other = Desk(aws, home, tmp_path / "state", desk.upstream)
    tasks.append(await other.submit(sweep_spec(), "same-token", "sweep"))
    assert len({task["id"] for task in tasks}) == 1
    with pytest.raises(TaskError, match="different request"):
        await other.submit(sweep_spec(4), "same-token", "sweep")
    assert (await other.end_of(tasks[0]))["state"] == "succeeded"
    assert jobs.calls["CreateTrainingJob"] == 5
    await other.close()


async def test_uploads_do_not_hold_a_sweep_up(desk, aws, jobs):
    aws.fail("HeadBucket", delay=1.0, count=4)
    for number in range(4):
        stage = {"bucket": BUCKET, "prefix": f"{number}/", "files": [{"path": "a.ipynb"}]}
        await desk.submit(stage)
    task = await desk.submit(sweep_spec(1), kind="sweep")
    await until(lambda: aws.calls.count("HeadBucket") == 5)
    assert (await desk.end_of(task))["state"] == "succeeded"


# Cancels.


async def test_cancel_while_staging(desk, aws, jobs):
    aws.fail("PutObject", delay=0.5)
    task = await desk.submit(sweep_spec(), kind="sweep")
    await until(lambda: "PutObject" in aws.calls)
    await desk.manager.delete(task["id"])
    end = await desk.end_of(task)
    assert end["state"] == "cancelled" and end["result"]["counts"] == {"NotCreated": 5}
    assert jobs.jobs == {} and aws.keys(BUCKET) == set()


async def test_cancel_while_creating_stops_that_job_too(desk, aws, jobs):
    jobs.seconds = 20
    aws.fail("CreateTrainingJob", delay=0.4, after=1)
    task = await desk.submit(sweep_spec(), kind="sweep")
    await until(lambda: aws.calls.count("CreateTrainingJob") == 2)
    await desk.manager.delete(task["id"])
    end = await desk.end_of(task)
    assert end["state"] == "cancelled" and "error" not in end
    assert outcome(end) == ["Stopping", "Stopping"] + ["NotCreated"] * 3
    assert all(job["stopping"] for job in jobs.jobs.values()) and len(jobs.jobs) == 2
    assert aws.keys(BUCKET)


async def test_cancel_while_running(desk, aws, jobs):
    jobs.seconds = 20
    aws.fail("StopTrainingJob", "ThrottlingException", count=2)
    aws.fail("StopTrainingJob", cut="after", count=1)
    task = await desk.submit(sweep_spec(5, 3), kind="sweep")
    await created(jobs, 3)
    await asyncio.sleep(0.2)
    await desk.manager.delete(task["id"])
    end = await desk.end_of(task)
    assert end["state"] == "cancelled" and outcome(end)[3:] == ["NotCreated"] * 2
    assert all(job["stopping"] for job in jobs.jobs.values()) and len(jobs.jobs) == 3


async def test_cancel_of_a_job_whose_creation_is_uncertain(desk, aws, jobs):
    jobs.seconds = 20
    task = await desk.submit(sweep_spec(), kind="sweep")
    aws.fail("CreateTrainingJob", cut="after", after=1)
    aws.fail("DescribeTrainingJob", "InternalFailure", status=500)
    await until(lambda: len(jobs.jobs) == 2)
    await desk.manager.delete(task["id"])
    await asyncio.sleep(0.1)
    aws.faults.clear()
    end = await desk.end_of(task)
    assert end["state"] == "cancelled"
    assert all(job["stopping"] for job in jobs.jobs.values()) and len(jobs.jobs) == 2


async def test_jobs_that_cannot_be_stopped_are_named(desk, aws, jobs):
    jobs.seconds = 20
    aws.fail("StopTrainingJob", "AccessDeniedException", status=403, count=1)
    task = await desk.submit(sweep_spec(), kind="sweep")
    await created(jobs, 2)
    await asyncio.sleep(0.1)
    await desk.manager.delete(task["id"])
    end = await desk.end_of(task)
    assert end["state"] == "cancelled" and "sweep-1 could not be stopped" in end["error"]["message"]
    assert "AccessDeniedException" in end["error"]["message"]
    assert jobs.jobs["sweep-2"]["stopping"]


# Servers that end.


@pytest.mark.parametrize("moment", ["staging", "before", "after", "running"])
async def test_killed_and_gone_on_with(desk, aws, jobs, next_desk, moment):
    jobs.seconds = 0.8
    if moment == "staging":
        aws.fail("PutObject", delay=0.4, cut="before", count=1)
    elif moment != "running":
        aws.fail("CreateTrainingJob", delay=0.4, cut=moment, count=1, after=1)
    task = await desk.submit(sweep_spec(), kind="sweep")
    if moment == "staging":
        await until(lambda: "PutObject" in aws.calls)
    else:
        await until(lambda: aws.calls.count("CreateTrainingJob") == 2)
        await asyncio.sleep(0.2 if moment == "running" else 0)
    desk = await next_desk(desk)
    end = await desk.end_of(task)
    assert end["state"] == "succeeded" and outcome(end) == ALL, end
    assert list(jobs.jobs) == [f"sweep-{n}" for n in range(1, 6)] and jobs.most <= 2
    assert len(aws.keys(BUCKET)) == 1
    await asyncio.sleep(0.5)
    assert len(jobs.jobs) == 5
    await desk.close()


async def test_killed_while_it_stops(desk, aws, jobs, next_desk):
    jobs.seconds = 20
    task = await desk.submit(sweep_spec(5, 3), kind="sweep")
    await created(jobs, 3)
    await asyncio.sleep(0.1)
    aws.fail("StopTrainingJob", delay=0.5, cut="before", after=1)
    await desk.manager.delete(task["id"])
    await until(lambda: aws.calls.count("StopTrainingJob") == 2)
    desk = await next_desk(desk)
    aws.faults.clear()
    end = await desk.end_of(task)
    assert end["state"] == "cancelled", end
    assert all(job["stopping"] for job in jobs.jobs.values()) and len(jobs.jobs) == 3
    await desk.close()


async def test_killed_while_it_takes_back(desk, aws, jobs, next_desk):
    aws.fail("CreateTrainingJob", "AccessDeniedException", status=403)
    aws.fail("DeleteObjects", "SlowDown", status=503, delay=0.4)
    task = await desk.submit(sweep_spec(), kind="sweep")
    await until(lambda: "DeleteObjects" in aws.calls)
    before = desk
    desk = await next_desk(before)
    aws.faults.clear()
    end = await desk.end_of(task)
    assert (end["state"], end["error"]["code"]) == ("failed", "AccessDeniedException")
    assert aws.keys(BUCKET) == set() and jobs.jobs == {}
    assert end["result"]["counts"] == {"NotCreated": 5}
    await desk.close()


async def test_away_for_too_long(desk, aws, jobs, next_desk, tmp_path):
    jobs.seconds = 2
    task = await desk.submit(sweep_spec(), kind="sweep")
    await created(jobs, 2)
    await asyncio.sleep(0.2)
    await desk.close()
    path = tmp_path / "state" / f"{task['id']}.json"
    record = json.loads(path.read_text())
    record["task"]["updated_at"] = "2020-01-01T00:00:00.000Z"
    path.write_text(json.dumps(record))
    desk = await next_desk(desk)
    end = await desk.end_of(task)
    assert end["state"] == "interrupted" and "2 of 5 jobs were created" in end["error"]["message"]
    assert len(jobs.jobs) == 2 and aws.keys(BUCKET)
    await desk.close()


def test_real_server_killed_in_the_midst(aws, jobs, home, tmp_path):
    """With its real pace; nothing secret stays in a log or on the disk."""
    first = Jupyter(aws, home, tmp_path)
    body = {
        "kind": "sweep",
        "clientToken": "token-of-sweep",
        "title": "A sweep",
        "spec": sweep_spec(3, 2),
    }
    try:
        task = first.call("POST", "tasks", body)["id"]
        for _ in range(1000):
            if len(jobs.jobs) == 2:
                break
            time.sleep(0.02)
    finally:
        first.kill()
    second = Jupyter(aws, home, tmp_path)
    try:
        end = second.end_of(task)
        assert end["state"] == "succeeded" and outcome(end) == ["Completed"] * 3, end
        assert second.call("POST", "tasks", body)["id"] == task  # a tab that was open all the time
        assert jobs.calls["CreateTrainingJob"] == 3
    finally:
        second.stop()
    assert "top-secret-value" not in (tmp_path / "server.log").read_text()
    kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert all(b"top-secret-value" not in path.read_bytes() for path in kept)
