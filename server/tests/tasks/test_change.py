"""Changes of spaces: carried out, taken back, handed over; whatever AWS answers."""

from __future__ import annotations

import asyncio

import pytest
from jupyterlab_sagemaker_studio.errors import AwsError
from jupyterlab_sagemaker_studio.tasks import calls, hand_over
from jupyterlab_sagemaker_studio.tasks.model import TaskError
from space_aws import (
    BACK,
    EXECUTION,
    OTHER,
    OWN,
    START,
    app_call,
    by_machine,
    direct,
    schedule_step,
    scheduled,
    until_called,
    until_phase,
)

# Another space: from the first step to the last.


async def test_another_space(desk, domain):
    task = await desk.run(direct(), kind="change")
    assert task["state"] == "succeeded", task
    assert domain.carried_out == ["DeleteApp", "UpdateSpace", "CreateApp"]
    assert domain.instance[OTHER] == "ml.m5.xlarge"
    result = task["result"]
    assert result["app"]["ResourceSpec"] == {"InstanceType": "ml.m5.xlarge"}
    assert result["plan"] == {"id": "plan-1"} and result["spaceName"] == OTHER
    assert result["bootIds"]["before"] == result["bootIds"]["after"]
    assert result["startedAt"] <= result["handedOverAt"] <= result["endedAt"]
    assert result["recovered"] is False and "appProblem" not in result


async def test_space_a_laptop_works_for(desk, domain):
    """Nothing stops a server elsewhere that has the space's name in its configuration."""
    del desk.facts["appName"]
    spec = {**direct(), "spaceName": OWN}
    domain.apps[OWN], domain.instance[OWN] = domain.apps[OTHER], domain.instance[OTHER]
    task = await desk.run(spec, kind="change")
    assert task["state"] == "succeeded" and domain.carried_out[-1] == "CreateApp"


PASSING = [
    {"code": "ThrottlingException", "status": 400},
    {"code": "InternalFailure", "status": 500},
    {"code": "InternalFailure", "status": 500, "done": True},
    {"code": "ExpiredTokenException", "status": 400},
    {"cut": "before"},
    {"cut": "after"},
]
STEPS = ["DeleteApp", "UpdateSpace", "CreateApp"]
LOOKS = ["DescribeApp", "DescribeSpace"]


@pytest.mark.parametrize("fault", PASSING, ids=lambda f: "-".join(map(str, f.values())))
@pytest.mark.parametrize("operation", STEPS + LOOKS)
async def test_trouble_that_passes(desk, aws, domain, operation, fault):
    aws.fail(operation, **fault, count=2)
    task = await desk.run(direct(), kind="change")
    assert task["state"] == "succeeded", task
    assert domain.carried_out == STEPS  # each exactly once
    assert task["result"]["app"]["ResourceSpec"] == {"InstanceType": "ml.m5.xlarge"}


async def test_answer_that_does_not_come(desk, aws, domain):
    desk.upstream.request_timeout, before = 0.3, desk.upstream.request_timeout
    try:
        aws.fail("CreateApp", delay=0.8, count=1)
        task = await desk.run(direct(), kind="change")
    finally:
        desk.upstream.request_timeout = before
    assert task["state"] == "succeeded", task
    await asyncio.sleep(0.6)  # what was on the wire arrives, and not in the next test
    assert domain.carried_out == STEPS


REFUSALS = [
    "AccessDeniedException",
    "InsufficientCapacityError",
    "ResourceLimitExceeded",
    "ValidationException",
]


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("operation", ["UpdateSpace", "DescribeSpace", "CreateApp"])
async def test_refused_after_the_app_was_stopped(desk, aws, domain, operation, code):
    aws.fail(operation, code, count=1)
    task = await desk.run(direct(), kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", code)
    assert task["error"]["operation"] == operation
    assert task["result"]["recovered"] is True
    assert task["result"]["app"]["ResourceSpec"] == {"InstanceType": "ml.t3.medium"}
    assert task["result"]["plan"] == {"id": "plan-1"}


@pytest.mark.parametrize("code", REFUSALS)
async def test_refused_before_anything(desk, aws, domain, code):
    aws.fail("DeleteApp", code, status=403)
    task = await desk.run(direct(), kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", code)
    assert task["error"]["requestId"] and domain.carried_out == []
    assert task["result"]["recovered"] is False and "handedOverAt" not in task["result"]


async def test_credentials_that_stay_expired(desk, aws, domain, monkeypatch):
    """Neither on nor back: it ends with AWS's word, and says that the space is stopped."""
    monkeypatch.setattr(calls, "PATIENCE_SECONDS", 0.1)
    aws.fail("UpdateSpace", "ExpiredTokenException")
    aws.fail("CreateApp", "ExpiredTokenException")
    task = await desk.run(direct(), kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", "ExpiredTokenException")
    assert "Going back failed as well: CreateApp: Expired" in task["error"]["message"]
    assert task["result"]["app"] is None and task["result"]["recovered"] is False


async def test_somebody_else_stops_the_space(desk, domain):
    domain.apps[OTHER]["Status"] = "Deleting"
    task = await desk.run(direct(), kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", "ResourceInUse")
    assert domain.carried_out == [] and "handedOverAt" not in task["result"]


async def test_somebody_else_starts_the_space_meanwhile(desk, domain, monkeypatch):
    """Their app is left alone, and the result tells what runs."""
    monkeypatch.setattr(calls, "CONFLICT_SECONDS", 0.2)
    update = domain._UpdateSpace

    def update_and_start(params):
        answer = update(params)
        domain.start(OTHER, "ml.c5.large")
        return answer

    domain._UpdateSpace = update_and_start
    task = await desk.run(direct(), kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", "ResourceInUse")
    assert task["result"]["app"]["ResourceSpec"] == {"InstanceType": "ml.c5.large"}
    assert task["result"]["recovered"] is False and "CreateApp" not in domain.carried_out


async def test_no_capacity(desk, domain):
    domain.broken_type = "ml.m5.xlarge"
    task = await desk.run(direct(), kind="change")
    assert task["state"] == "failed"
    assert task["error"]["code"] == "InsufficientCapacityError"
    assert "There is none left." in task["error"]["message"]
    assert task["result"]["recovered"] is True
    assert domain.apps[OTHER]["ResourceSpec"] == {"InstanceType": "ml.t3.medium"}


async def test_going_back_fails_as_well(desk, aws, domain):
    aws.fail("CreateApp", "ResourceLimitExceeded")
    task = await desk.run(direct(), kind="change")
    assert task["error"]["code"] == "ResourceLimitExceeded"
    assert "Going back failed as well: CreateApp" in task["error"]["message"]
    assert task["result"]["recovered"] is False and task["result"]["app"] is None


async def test_step_that_takes_too_long(desk, domain, monkeypatch):
    spec = direct()
    spec["steps"][2]["until"] |= {"success": ["Never"], "timeoutSeconds": 0.2}
    task = await desk.run(spec, kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", "StepTimedOut")
    assert "“Starting ml.m5.xlarge”" in task["error"]["message"]


async def test_error_that_passes_by_waiting(desk, aws, domain, monkeypatch):
    aws.fail("UpdateSpace", "ResourceInUse", count=4)
    monkeypatch.setattr(calls, "PATIENCE_SECONDS", 0.0)
    task = await desk.run(direct(), kind="change")
    assert task["state"] == "succeeded", task


async def test_update_is_not_taken_for_done(desk, aws, domain):
    """That the space is in use says nothing about an update that broke off."""
    spec = direct()
    spec["steps"][1]["retryCodes"] = []
    aws.fail("UpdateSpace", "InternalFailure", status=500, count=1)
    aws.fail("UpdateSpace", "ResourceInUse", count=2)
    task = await desk.run(spec, kind="change")
    assert task["state"] == "succeeded" and domain.carried_out == STEPS


async def test_trouble_that_does_not_pass(desk, aws, domain, monkeypatch):
    monkeypatch.setattr(calls, "PATIENCE_SECONDS", 0.1)
    aws.fail("CreateApp", "ThrottlingException", count=6)
    task = await desk.run(direct(), kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", "ThrottlingException")


# Taken in.


async def test_double_submit_and_second_change(desk, aws, domain):
    aws.fail("DescribeApp", delay=0.2)
    task = await desk.submit(direct(), token="token-of-one", kind="change")
    again = await desk.submit(direct(), token="token-of-one", kind="change")
    assert again["id"] == task["id"]
    with pytest.raises(TaskError) as caught:
        await desk.submit(direct("ml.c5.large"), token="token-of-two", kind="change")
    assert (caught.value.code, caught.value.status) == ("ChangeInProgress", 409)
    assert "“A test” was begun at 20" in caught.value.message
    other = await desk.submit({**by_machine(), "witness": None}, kind="change")  # of another space
    assert (await desk.end_of(task))["state"] == "succeeded"
    assert domain.carried_out.count("CreateApp") == 1
    await desk.submit(direct("ml.c5.large"), token="token-of-two", kind="change")
    assert other["id"] != task["id"]


async def test_uploads_do_not_hold_it_up(desk, aws, domain, home):
    (home / "a.ipynb").write_text("{}")
    aws.fail("PutObject", delay=3)
    for number in range(5):
        body = {"bucket": "bucket", "prefix": f"p{number}/", "files": [{"path": "a.ipynb"}]}
        await desk.submit(body)
    task = await desk.run(direct(), kind="change")
    assert task["state"] == "succeeded"


def step(**more):
    return {"title": "T", "call": app_call("DeleteApp", OTHER), **more}


@pytest.mark.parametrize(
    "more,words",
    [
        ({"steps": []}, "at least one step"),
        ({"plan": "x"}, "spec.plan must be a JSON object"),
        ({"plan": {"x": "y" * 70_000}}, "spec.plan must not be larger"),
        ({"x": 1}, "spec.x is not a known field"),
        ({"steps": [step(x=1)]}, r"spec.steps\[0\].x is not a known field"),
        ({"steps": [step(until={})]}, "timeoutSeconds must be a number"),
        ({"steps": [step(isHandOver="yes")]}, "must be true or false"),
        ({"steps": [step(retryCodes="x")]}, "must be a list"),
        ({"witness": app_call("DeleteApp", OWN)}, "spec.witness.operation must be one that only"),
        ({"cleanup": [{"service": "s3", "operation": "DeleteObject", "input": {}}]}, "protocol"),
        ({"steps": [step()] * 51}, "not have more than 50"),
    ],
)
async def test_spec_that_is_not_well_formed(desk, domain, more, words):
    with pytest.raises(TaskError, match=words):
        await desk.submit({**direct(), **more}, kind="change")


@pytest.mark.parametrize("place", ["call", "undo", "cleanup", "recover", "until", "witness"])
async def test_guards_hold_everywhere(desk, domain, place):
    spec = direct()
    foreign = app_call("DescribeApp" if place in ("until", "witness") else "DeleteApp", OTHER)
    foreign["input"] = {**foreign["input"], "DomainId": "d-other"}
    if place == "until":
        spec["steps"][0]["until"]["call"] = foreign
    elif place in ("call", "undo"):
        spec["steps"][2][place] = foreign
    else:
        spec[place] = {"cleanup": [foreign], "recover": [step(call=foreign)]}.get(place, foreign)
    with pytest.raises(AwsError) as caught:
        await desk.submit(spec, kind="change")
    assert caught.value.code == "OperationNotAllowed" and "rule “domain”" in caught.value.message


@pytest.mark.parametrize("place", ["steps", "recover", "cleanup", "undo"])
async def test_call_that_botocore_knows_to_be_wrong(desk, aws, domain, place):
    spec, wrong = direct(), app_call("DeleteApp", OTHER)
    del wrong["input"]["AppName"]
    if place == "undo":
        spec["steps"][0]["undo"] = wrong
    else:
        spec[place] = [wrong] if place == "cleanup" else [*spec[place], step(call=wrong)]
    task = await desk.run(spec, kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", "ValidationException")
    assert "AppName is missing" in task["error"]["message"]
    assert domain.carried_out == [] and set(aws.calls) <= {"DescribeApp"}


@pytest.mark.parametrize(
    "spec,words",
    [
        ({**direct(), "waitForCells": True}, "only cells of one's own space"),
        (scheduled(steps=[*reversed(scheduled()["steps"])]), "nothing can follow the hand-over"),
    ],
)
async def test_spec_that_makes_no_sense_here(desk, domain, spec, words):
    task = await desk.run(spec, kind="change")
    assert task["state"] == "failed" and words in task["error"]["message"]
    assert domain.carried_out == []


# The own space: waiting for cells, and taking back.


async def test_waits_for_cells(desk, domain):
    desk.busy_notebooks = ["prep.ipynb", "train.ipynb"]
    task = await desk.submit(scheduled(waitForCells=True), kind="change")
    await until_phase(desk, task, "Waiting for running cells: prep.ipynb, train.ipynb")
    desk.busy_notebooks = ["train.ipynb"]
    await until_phase(desk, task, "Waiting for running cells: train.ipynb")
    desk.busy_notebooks = []
    await asyncio.sleep(0.05)
    desk.busy_notebooks = ["train.ipynb"]  # the next cell began between two looks
    await asyncio.sleep(0.3)
    assert domain.carried_out == []
    desk.busy_notebooks = []
    await until_phase(desk, task, "SageMaker is stopping JupyterLab")
    assert domain.carried_out == ["CreateSchedule", "CreateSchedule", "DeleteApp"]


async def test_cancelled_while_it_waits(desk, domain):
    desk.busy_notebooks = ["train.ipynb"]
    task = await desk.submit(scheduled(waitForCells=True), kind="change")
    await until_phase(desk, task, "Waiting for running cells: train.ipynb")
    await desk.manager.delete(task["id"])
    assert (await desk.end_of(task))["state"] == "cancelled"
    assert domain.carried_out == []


async def test_cancelled_between_bookings(desk, aws, domain):
    aws.fail("CreateSchedule", delay=0.3, after=1)
    task = await desk.submit(scheduled(), kind="change")
    await until_called(aws, "CreateSchedule", 2)
    await desk.manager.delete(task["id"])
    assert (await desk.end_of(task))["state"] == "cancelled"
    assert domain.schedules == set() and domain.apps[OWN]["Status"] == "InService"


async def test_cancel_after_the_hand_over_comes_too_late(desk, domain):
    task = await desk.submit(scheduled(), kind="change")
    await until_phase(desk, task, "SageMaker is stopping JupyterLab")
    await desk.manager.delete(task["id"])
    await asyncio.sleep(0.3)
    assert (await desk.manager.get(task["id"]))["state"] == "running"
    assert domain.schedules == {START, BACK}


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException"])
@pytest.mark.parametrize(
    "operation,after", [("CreateSchedule", 0), ("CreateSchedule", 1), ("DeleteApp", 0)]
)
async def test_refused_before_the_hand_over(desk, aws, domain, operation, after, code):
    aws.fail(operation, code, status=403, after=after)
    task = await desk.run(scheduled(), kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", code)
    assert domain.schedules == set() and domain.apps[OWN]["Status"] == "InService"
    assert task["result"]["app"]["Status"] == "InService"
    assert "handedOverAt" not in task["result"]


@pytest.mark.parametrize("code", ["StateMachineDoesNotExist", *REFUSALS])
async def test_state_machine_that_is_absent_or_denied(desk, aws, domain, code):
    booked = schedule_step(START, "Booking")
    aws.fail("StartExecution", code, status=400)
    task = await desk.run(by_machine(steps=[booked, *by_machine()["steps"]]), kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", code)
    assert task["error"]["requestId"] and "handedOverAt" not in task["result"]
    assert domain.schedules == set() and domain.apps[OWN]["Status"] == "InService"


@pytest.mark.parametrize("fault", PASSING, ids=lambda f: "-".join(map(str, f.values())))
@pytest.mark.parametrize("operation", ["StartExecution", "DescribeExecution"])
async def test_trouble_with_the_state_machine(desk, aws, domain, operation, fault):
    aws.fail(operation, **fault, count=2)
    task = await desk.submit(by_machine(), kind="change")
    await until_called(aws, "DescribeExecution", 4)
    assert (await desk.manager.get(task["id"]))["phase"] == "SageMaker is stopping JupyterLab"
    assert domain.carried_out == ["StartExecution"]


async def test_what_cannot_be_taken_back_is_told(desk, aws, domain):
    aws.fail("DeleteApp", "AccessDeniedException", status=403)
    aws.fail("DeleteSchedule", "AccessDeniedException", status=403, count=1)
    task = await desk.run(scheduled(), kind="change")
    message = task["error"]["message"]
    assert "Not everything could be taken back: DeleteSchedule: AccessDenied" in message
    assert domain.schedules == {BACK}


@pytest.mark.parametrize("fault", PASSING, ids=lambda f: "-".join(map(str, f.values())))
@pytest.mark.parametrize("operation", ["CreateSchedule", "DeleteApp", "DescribeApp"])
async def test_trouble_on_the_way_to_the_hand_over(desk, aws, domain, operation, fault):
    aws.fail(operation, **fault, count=2)
    task = await desk.submit(scheduled(), kind="change")
    await until_phase(desk, task, "SageMaker is stopping JupyterLab")
    assert domain.carried_out == ["CreateSchedule", "CreateSchedule", "DeleteApp"]


async def test_booking_that_may_exist_is_taken_back_too(desk, aws, domain, monkeypatch):
    monkeypatch.setattr(calls, "PATIENCE_SECONDS", 0.0)
    aws.fail("CreateSchedule", "InternalFailure", status=500, done=True, after=1)
    task = await desk.run(scheduled(), kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", "InternalFailure")
    assert domain.schedules == set()


async def test_app_that_is_not_stopped(desk, domain, monkeypatch):
    monkeypatch.setattr(hand_over, "STILL_RUNNING_SECONDS", 0.3)
    domain._DeleteApp = lambda params: (200, {})
    task = await desk.run(scheduled(), kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", "AppStillRunning")
    assert domain.schedules == set()


async def test_hand_over_of_which_nothing_is_heard(desk, aws, domain, monkeypatch):
    monkeypatch.setattr(calls, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(hand_over, "NEVER_SENT_SECONDS", 0.3)
    aws.fail("DeleteApp", cut="before")
    task = await desk.run(scheduled(), kind="change")
    assert (task["state"], task["error"]["code"]) == ("failed", "UpstreamUnavailable")
    assert domain.schedules == set() and domain.apps[OWN]["Status"] == "InService"


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
async def test_execution_that_fails_before_it_stopped_the_app(desk, domain, status):
    booked = schedule_step(START, "Booking")
    spec = by_machine(steps=[booked, *by_machine()["steps"]])
    task = await desk.submit(spec, kind="change")
    await until_phase(desk, task, "SageMaker is stopping JupyterLab")
    why = {"error": "SageMaker.SageMakerException", "cause": "Role may not DeleteApp."}
    domain.executions[EXECUTION] = {"status": status, **(why if status == "FAILED" else {})}
    end = await desk.end_of(task)
    assert end["state"] == "failed" and "Nothing was changed." in end["error"]["message"]
    if status == "FAILED":
        assert end["error"]["code"] == "SageMaker.SageMakerException"
        assert "Role may not DeleteApp." in end["error"]["message"]
    assert domain.schedules == set()
