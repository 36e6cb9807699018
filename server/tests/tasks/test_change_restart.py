"""A change whose server ends on the way: as SageMaker does it, by accident, or by kill -9."""

from __future__ import annotations

import asyncio
import json
import os
import time

import pytest
from jupyterlab_sagemaker_studio.tasks import calls, hand_over
from jupyterlab_sagemaker_studio.tasks.model import TaskError
from space_aws import (
    BACK,
    EXECUTION,
    METADATA,
    OTHER,
    OWN,
    START,
    Domain,
    by_machine,
    direct,
    scheduled,
    until_called,
    until_phase,
)
from tasks_server import Jupyter

STOPPING = "SageMaker is stopping JupyterLab"
STEPS = ["DeleteApp", "UpdateSpace", "CreateApp"]


async def only(desk):
    (task,) = await desk.manager.list()
    return await desk.end_of(task)


async def handed_over(desk, spec):
    task = await desk.submit(spec, kind="change")
    await until_phase(desk, task, STOPPING)
    return task


# The own space: the next server tells how it went.


async def test_change_by_booked_starts(desk, aws, domain, next_desk):
    task = await handed_over(desk, scheduled())
    assert domain.schedules == {START, BACK}
    await desk.close()
    domain.start(OWN, "ml.m5.xlarge")  # by the booking; still pending at the first look
    after = await next_desk(desk)
    end = await only(after)
    assert (end["state"], end["id"]) == ("succeeded", task["id"]), end
    result = end["result"]
    assert result["app"]["Status"] == "InService"
    assert result["app"]["ResourceSpec"] == {"InstanceType": "ml.m5.xlarge"}
    assert result["bootIds"]["before"] != result["bootIds"]["after"]
    assert result["startedAt"] <= result["handedOverAt"] <= result["endedAt"]
    assert domain.schedules == {START}  # the way back is not needed any more
    assert "cleanupProblem" not in result and result["plan"] == {"id": "plan-2"}
    await after.close()
    again = await next_desk(after)
    assert await only(again) == end  # kept until it was seen
    await again.manager.delete(task["id"])
    assert await again.manager.list() == []
    await again.close()


@pytest.mark.parametrize(
    "fault",
    [
        {"code": "ExpiredTokenException", "count": 2},
        {"code": "ThrottlingException", "count": 3},
        {"code": "InternalFailure", "status": 500, "count": 2},
        {"cut": "before", "count": 2},
        {"code": "InternalFailure", "status": 500, "done": True, "count": 2},
    ],
)
@pytest.mark.parametrize("operation", ["DescribeApp", "DeleteSchedule"])
async def test_trouble_at_the_arrival(desk, aws, domain, next_desk, operation, fault):
    await handed_over(desk, scheduled())
    await desk.close()
    domain.start(OWN, "ml.m5.xlarge")
    aws.fail(operation, **fault)
    after = await next_desk(desk)
    end = await only(after)
    assert end["state"] == "succeeded" and end["result"]["app"]["Status"] == "InService"
    assert domain.schedules == {START} and "cleanupProblem" not in end["result"]
    await after.close()


async def test_clearing_up_that_fails_is_told(desk, aws, domain, next_desk):
    await handed_over(desk, scheduled())
    await desk.close()
    domain.start(OWN, "ml.m5.xlarge")
    aws.fail("DeleteSchedule", "AccessDeniedException", status=403)
    after = await next_desk(desk)
    end = await only(after)
    assert end["state"] == "succeeded"
    assert end["result"]["cleanupProblem"].startswith("DeleteSchedule: AccessDeniedException")
    await after.close()


async def test_app_that_may_not_be_looked_at(desk, aws, domain, next_desk):
    await handed_over(desk, scheduled())
    await desk.close()
    aws.fail("DescribeApp", "AccessDeniedException", status=403)
    after = await next_desk(desk)
    end = await only(after)
    assert end["state"] == "succeeded" and end["result"]["app"] is None
    assert end["result"]["appProblem"].startswith("DescribeApp: AccessDeniedException")
    await after.close()


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED"])
async def test_change_by_the_state_machine(desk, aws, domain, next_desk, status):
    await handed_over(desk, by_machine())
    await desk.close()
    domain.start(OWN, "ml.m5.xlarge")
    after = await next_desk(desk)
    await until_called(aws, "DescribeExecution", 5)
    (task,) = await after.manager.list()
    assert task["state"] == "running"  # the machine has the last word
    domain.executions[EXECUTION] = {"status": status, "output": "{}"}
    end = await only(after)
    assert end["state"] == "succeeded"  # facts only; the reader judges
    assert end["result"]["witness"] == {"status": status, "output": "{}"}
    assert end["result"]["recovered"] is False
    await after.close()


@pytest.mark.parametrize("code", ["AccessDeniedException", "ExecutionDoesNotExist"])
async def test_witness_that_may_not_be_asked(desk, aws, domain, next_desk, code):
    """The app alone then tells how it went."""
    await handed_over(desk, by_machine())
    await desk.close()
    domain.start(OWN, "ml.m5.xlarge")
    aws.fail("DescribeExecution", code)
    after = await next_desk(desk)
    result = (await only(after))["result"]
    assert result["app"]["Status"] == "InService" and "witness" not in result
    if code == "AccessDeniedException":
        assert result["witnessProblem"].startswith("DescribeExecution: AccessDeniedException")
    await after.close()


async def test_app_that_failed_is_told(desk, domain, next_desk):
    """A server that outlives its app's failure, e.g. of a health check."""
    await handed_over(desk, by_machine())
    await desk.close()
    domain.start(OWN, "ml.m5.xlarge")
    domain.broken_type = "ml.m5.xlarge"
    domain.executions[EXECUTION] = {"status": "FAILED", "error": "NotRestored", "cause": "No."}
    after = await next_desk(desk)
    result = (await only(after))["result"]
    assert result["app"]["FailureReason"].startswith("InsufficientCapacityError")
    assert result["witness"]["error"] == "NotRestored"
    await after.close()


async def test_credentials_that_stay_expired_at_the_arrival(
    desk, aws, domain, next_desk, monkeypatch
):
    monkeypatch.setattr(calls, "PATIENCE_SECONDS", 0.1)
    await handed_over(desk, scheduled())
    await desk.close()
    domain.start(OWN, "ml.m5.xlarge")
    for operation in ("DescribeApp", "DeleteSchedule"):
        aws.fail(operation, "ExpiredTokenException")
    after = await next_desk(desk)
    end = await only(after)
    assert end["state"] == "succeeded" and end["result"]["app"] is None
    assert end["result"]["appProblem"].startswith("DescribeApp: ExpiredToken")
    assert end["result"]["cleanupProblem"].startswith("DeleteSchedule: ExpiredToken")
    await after.close()


async def test_witness_that_does_not_end(desk, aws, domain, next_desk, monkeypatch):
    monkeypatch.setattr(hand_over, "ARRIVAL_SECONDS", 0.2)
    await handed_over(desk, by_machine())
    await desk.close()
    domain.start(OWN, "ml.m5.xlarge")
    after = await next_desk(desk)
    end = await only(after)
    assert end["state"] == "succeeded" and end["result"]["witness"] == {"status": "RUNNING"}
    await after.close()


async def test_second_change_after_a_restart(desk, aws, domain, next_desk):
    await handed_over(desk, by_machine())
    await desk.close()
    domain.start(OWN, "ml.m5.xlarge")
    after = await next_desk(desk)
    with pytest.raises(TaskError, match="ChangeInProgress"):
        await after.submit(by_machine(plan={}), kind="change")
    await after.close()


async def test_hand_over_is_on_disk_before_it_is_sent(desk, aws, domain, tmp_path, monkeypatch):
    synced, seen = [], []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(os.fstat(fd).st_ino), fsync(fd)))
    delete_app = domain._DeleteApp

    def look(params):
        (path,) = (p for p in (tmp_path / "state").glob("*.json") if "spec" not in p.name)
        seen.append((json.loads(path.read_text())["notes"], path.stat().st_ino in synced))
        return delete_app(params)

    domain._DeleteApp = look
    await handed_over(desk, scheduled())
    ((notes, is_synced),) = seen
    assert is_synced and notes["handed_over_at"] and notes["complete"] == 2
    assert notes["app_created_at"] == domain.apps[OWN]["CreationTime"]


# The own space: the hand-over was not carried out.


async def test_server_ends_while_it_waits_for_cells(desk, aws, domain, next_desk):
    desk.busy_notebooks = ["train.ipynb"]
    task = await desk.submit(scheduled(waitForCells=True), kind="change")
    await until_phase(desk, task, "Waiting for running cells: train.ipynb")
    after = await next_desk(desk)
    end = await only(after)
    assert end["state"] == "interrupted"
    words = "JupyterLab restarted before the change began; nothing was changed."
    assert end["error"]["message"] == words and end["result"]["plan"] == {"id": "plan-2"}
    assert domain.carried_out == []
    await after.close()


async def test_server_ends_between_bookings(desk, aws, domain, next_desk):
    aws.fail("CreateSchedule", delay=0.5, after=1)
    await desk.submit(scheduled(), kind="change")
    await until_called(aws, "CreateSchedule", 2)
    await desk.close()
    await asyncio.sleep(0.6)  # what was on the wire arrives
    aws.faults.clear()
    after = await next_desk(desk)
    assert (await only(after))["state"] == "interrupted"
    assert domain.schedules == set() and domain.apps[OWN]["Status"] == "InService"
    await after.close()


async def test_server_ends_while_it_takes_back(desk, aws, domain, next_desk):
    aws.fail("DeleteApp", "AccessDeniedException", status=403)
    aws.fail("DeleteSchedule", "ThrottlingException", delay=0.1)
    await desk.submit(scheduled(), kind="change")
    await until_called(aws, "DeleteSchedule")
    await desk.close()
    aws.faults.clear()
    after = await next_desk(desk)
    end = await only(after)
    assert (end["state"], end["error"]["code"]) == ("failed", "AccessDeniedException")
    assert domain.schedules == set() and end["result"]["app"]["Status"] == "InService"
    await after.close()


async def test_jupyter_alone_restarts_after_the_hand_over(desk, aws, domain, next_desk):
    """The app is the one that is being stopped: too early to clear up the safety net."""
    await handed_over(desk, scheduled())
    after = await next_desk(desk)
    seen = aws.calls.count("DescribeApp")
    await until_called(aws, "DescribeApp", seen + 3)
    assert domain.schedules == {START, BACK}
    await after.close()
    domain.start(OWN, "ml.m5.xlarge")
    last = await next_desk(after)
    assert (await only(last))["state"] == "succeeded" and domain.schedules == {START}
    await last.close()


async def test_hand_over_that_was_never_sent(desk, aws, domain, next_desk, monkeypatch):
    monkeypatch.setattr(hand_over, "NEVER_SENT_SECONDS", 0.3)
    aws.fail("DeleteApp", cut="before", delay=0.5)
    await desk.submit(scheduled(), kind="change")
    await until_called(aws, "DeleteApp")
    await desk.close()
    await asyncio.sleep(0.6)
    aws.faults.clear()
    after = await next_desk(desk)
    end = await only(after)
    assert end["state"] == "interrupted" and "nothing was changed" in end["error"]["message"]
    assert domain.schedules == set() and domain.apps[OWN]["Status"] == "InService"
    await after.close()


# Another space: the next server goes on.


@pytest.mark.parametrize("operation", [*STEPS, "DescribeApp", "DescribeSpace"])
@pytest.mark.parametrize("arrives", [True, False])
async def test_another_space_is_gone_on_with(desk, aws, domain, next_desk, operation, arrives):
    fault = {"delay": 0.5} if arrives else {"cut": "before", "delay": 0.5}
    aws.fail(operation, **fault)
    await desk.submit(direct(), kind="change")
    await until_called(aws, operation)
    await desk.close()
    await asyncio.sleep(0.6)
    aws.faults.clear()
    after = await next_desk(desk)
    end = await only(after)
    assert end["state"] == "succeeded", end
    assert domain.carried_out == STEPS and domain.instance[OTHER] == "ml.m5.xlarge"
    assert end["result"]["app"]["ResourceSpec"] == {"InstanceType": "ml.m5.xlarge"}
    assert end["result"]["bootIds"]["before"] != end["result"]["bootIds"]["after"]
    await after.close()


async def test_server_ends_while_it_goes_back(desk, aws, domain, next_desk):
    aws.fail("UpdateSpace", "AccessDeniedException", status=403)
    aws.fail("CreateApp", "ThrottlingException", delay=0.1)
    await desk.submit(direct(), kind="change")
    await until_called(aws, "CreateApp")
    await desk.close()
    aws.faults.clear()
    after = await next_desk(desk)
    end = await only(after)
    assert (end["state"], end["error"]["code"]) == ("failed", "AccessDeniedException")
    assert end["result"]["recovered"] is True
    assert domain.apps[OTHER]["ResourceSpec"] == {"InstanceType": "ml.t3.medium"}
    await after.close()


async def test_another_region(desk, aws, domain, next_desk, monkeypatch):
    aws.fail("DescribeSpace", delay=0.3)
    await desk.submit(direct(), kind="change")
    await until_called(aws, "DescribeSpace")
    await desk.close()
    monkeypatch.setattr(desk.upstream, "_region", lambda: "eu-west-1")
    after = await next_desk(desk)
    end = await only(after)
    assert end["state"] == "interrupted" and "us-west-2" in end["error"]["message"]
    await after.close()


# kill -9, with a Jupyter server in its own process.


@pytest.mark.parametrize(
    "operation,state",
    [("CreateSchedule", "interrupted"), ("DeleteApp", "succeeded"), ("", "succeeded")],
    ids=["before", "at", "after"],
)
def test_killed_around_the_hand_over(aws, home, tmp_path, monkeypatch, operation, state):
    domain = aws.more = Domain()
    (tmp_path / "metadata.json").write_text(json.dumps(METADATA))
    monkeypatch.setenv("RESOURCE_METADATA_FILE", str(tmp_path / "metadata.json"))
    first = Jupyter(aws, home, tmp_path)
    try:
        if operation:
            aws.fail(operation, cut="hang")  # carried out, but the server never learns of it
        body = {"kind": "change", "clientToken": "token-of-it", "title": "T", "spec": scheduled()}
        task = first.call("POST", "tasks", body)
        wanted = operation or "DeleteApp"
        for _ in range(500):
            shown = first.call("GET", f"tasks/{task['id']}")
            if wanted in domain.carried_out and (operation or shown["phase"] == STOPPING):
                break
            time.sleep(0.02)
    finally:
        first.kill()
    aws.faults.clear()
    if operation != "CreateSchedule":
        assert domain.schedules == {START, BACK} and domain.apps[OWN]["Status"] == "Deleting"
        domain.start(OWN, "ml.m5.xlarge", "InService")
    second = Jupyter(aws, home, tmp_path)
    try:
        end = second.end_of(task["id"])
        assert end["state"] == state, end
        bootIds = end["result"]["bootIds"]
        if state == "succeeded":
            assert bootIds["before"] != bootIds["after"] == second.call("GET", "context")["bootId"]
            assert domain.schedules == {START}
        else:
            assert domain.schedules == set()
        assert second.call("POST", "tasks", body)["id"] == task["id"]  # a page open all the time
    finally:
        second.stop()
