"""Several calls after staging: all of them or none, each carried out once."""

from __future__ import annotations

import asyncio
import json

import pytest
from definitions_aws import (
    ID,
    PIPELINE,
    Definitions,
    definition_spec,
    pipeline_step,
    rule_steps,
    schedule_step,
)
from jupyterlab_sagemaker_studio.tasks import calls
from jupyterlab_sagemaker_studio.tasks.model import TaskError
from tasks_aws import BUCKET, Desk, way_to

KEY = f"{ID}/input/a.ipynb"
STEPS = ["CreatePipeline", "CreateSchedule"]
RULE_STEPS = ["CreatePipeline", "PutRule", "PutTargets"]


@pytest.fixture
def home(home):
    (home / "a.ipynb").write_text("{}")
    return home


@pytest.fixture
def definitions(aws, monkeypatch):
    """An account's definitions, and nothing that waits long."""
    monkeypatch.setattr(calls, "PAUSE", 0.02)
    aws.more = Definitions()
    return aws.more


def with_rule():
    return definition_spec(pipeline_step(), *rule_steps())


async def sent(aws, operation):
    for _ in range(500):
        if operation in aws.calls:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{operation} was never called, but {aws.calls}")


async def test_calls_in_order(desk, aws, definitions, tmp_path, caplog):
    caplog.set_level("DEBUG", "jupyterlab_sagemaker_studio")
    end = await desk.run(definition_spec())
    assert end["state"] == "succeeded", end
    assert end["result"]["responses"] == {
        "CreatePipeline": {"PipelineArn": PIPELINE},
        "CreateSchedule": {"ScheduleArn": f"arn:schedule/{ID}"},
    }
    assert end["result"]["keys"] == [KEY]
    assert [call for call in aws.calls if call in STEPS] == STEPS
    kept = "".join(path.read_text() for path in (tmp_path / "state").iterdir())
    assert "top-secret-value" not in kept + caplog.text + json.dumps(end)


async def test_rule_in_place_of_a_schedule(desk, aws, definitions):
    definitions.refused_targets = 1
    end = await desk.run(with_rule())
    assert end["state"] == "succeeded", end
    assert list(definitions.rules[ID]["targets"]) == ["notebook-execution"]


async def test_nothing_to_stage(desk, aws, definitions):
    end = await desk.run(definition_spec(files=[]))
    assert end["state"] == "succeeded" and aws.keys(BUCKET) == set()


@pytest.mark.parametrize("step", ["CreatePipeline", "CreateSchedule", "PutRule", "PutTargets"])
@pytest.mark.parametrize("trouble", ["throttled", "500", "500 done", "cut before", "cut after"])
async def test_passing_trouble_is_overcome(desk, aws, definitions, step, trouble):
    options = {
        "throttled": {"code": "ThrottlingException", "status": 429},
        "500": {"code": "InternalException", "status": 500},
        "500 done": {"code": "InternalException", "status": 500, "done": True},
        "cut before": {"cut": "before"},
        "cut after": {"cut": "after"},
    }[trouble]
    aws.fail(step, count=1, **options)
    end = await desk.run(with_rule() if step in RULE_STEPS[1:] else definition_spec())
    assert end["state"] == "succeeded", end
    assert definitions.made["pipeline"] == 1 and definitions.made["schedule"] <= 1
    assert len(set(definitions.tokens)) == 1 and aws.keys(BUCKET) == {KEY}


@pytest.mark.parametrize("step", [*STEPS, *RULE_STEPS[1:]])
@pytest.mark.parametrize("trouble", ["denied", "500", "cut after"])
async def test_lasting_trouble_takes_everything_back(desk, aws, definitions, step, trouble):
    options = {
        "denied": {"code": "AccessDeniedException", "status": 403},
        "500": {"code": "InternalException", "status": 500},
        "cut after": {"cut": "after"},
    }[trouble]
    aws.fail(step, **options)
    # What a cut call made cannot be found either, so that only taking it back settles it.
    if trouble == "cut after":
        for look in ("DescribePipeline", "GetSchedule"):
            aws.fail(look, "InternalException", status=500)
    end = await desk.run(with_rule() if step in RULE_STEPS[1:] else definition_spec())
    assert end["state"] == "failed" and end["error"]["operation"] == step
    assert definitions.is_empty and aws.keys(BUCKET) == set()
    if trouble == "denied":
        assert end["error"]["code"] == "AccessDeniedException"


async def test_refused_targets_are_an_error(desk, aws, definitions):
    definitions.refused_targets = 100
    end = await desk.run(with_rule())
    assert end["error"]["code"] == "ConcurrentModificationException"
    assert end["error"]["operation"] == "PutTargets" and definitions.is_empty


async def test_what_cannot_be_taken_back_is_named_and_keeps_its_files(desk, aws, definitions):
    aws.fail("CreateSchedule", "AccessDeniedException", status=403)
    aws.fail("DeletePipeline", "AccessDeniedException", status=403)
    end = await desk.run(definition_spec())
    assert (end["error"]["code"], end["error"]["operation"]) == (
        "AccessDeniedException",
        "CreateSchedule",
    )
    assert "DeletePipeline: AccessDeniedException" in end["error"]["message"]
    assert f"s3://{BUCKET}/{ID}/input/" in end["error"]["message"]
    assert aws.keys(BUCKET) == {KEY}


@pytest.mark.parametrize("step", STEPS)
async def test_name_of_somebody_else_is_left_alone(desk, aws, definitions, step):
    if step == "CreatePipeline":
        definitions.pipelines[ID] = {"Tags": []}
    else:
        definitions.schedules[ID] = {
            "Target": {"Arn": "other"},
            "ScheduleExpression": "rate(1 day)",
        }
    end = await desk.run(definition_spec())
    assert end["error"]["code"] == "ConflictException" and f"“{ID}”" in end["error"]["message"]
    assert bool(definitions.pipelines) == (step == "CreatePipeline")
    assert bool(definitions.schedules) == (step == "CreateSchedule")
    assert aws.keys(BUCKET) == set()


async def test_cancel_between_the_calls_takes_back(desk, aws, definitions):
    aws.fail("CreatePipeline", delay=0.5)
    task = await desk.submit(definition_spec())
    await sent(aws, "CreatePipeline")
    await desk.manager.delete(task["id"])
    assert (await desk.end_of(task))["state"] == "cancelled"
    assert definitions.is_empty and aws.keys(BUCKET) == set()
    assert "CreateSchedule" not in aws.calls


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("cut", ["before", "after"])
async def test_killed_at_a_call(desk, aws, definitions, next_desk, step, cut):
    aws.fail(step, cut=cut, delay=0.4)
    task = await desk.submit(definition_spec())
    await sent(aws, step)
    aws.faults[:] = [fault for fault in aws.faults if fault.cut != cut]
    desk = await next_desk(desk)
    end = await desk.end_of(task)
    assert end["state"] == "succeeded", end
    assert set(end["result"]["responses"]) == set(STEPS)
    await asyncio.sleep(0.5)  # the first server's request arrives late, and makes no second one
    assert definitions.made == {"pipeline": 1, "schedule": 1}
    await desk.close()


@pytest.mark.parametrize("step", ["DeletePipeline", "DeleteObjects"])
async def test_killed_while_it_takes_back(desk, aws, definitions, next_desk, step):
    aws.fail("CreateSchedule", "AccessDeniedException", status=403)
    aws.fail(step, "SlowDown", status=503, delay=0.4)
    task = await desk.submit(definition_spec())
    await sent(aws, step)
    await asyncio.sleep(0.1)
    before = desk
    desk = await next_desk(before)
    aws.faults.clear()
    end = await desk.end_of(task)
    assert end["state"] == "failed", end
    assert end["error"]["code"] == "AccessDeniedException"
    assert end["error"]["operation"] == "CreateSchedule"
    assert definitions.is_empty and aws.keys(BUCKET) == set()
    await desk.close()


async def test_call_that_cannot_be_settled_or_taken_back_leaves_everything(
    aws, definitions, home, tmp_path
):
    desk = Desk(aws, home, tmp_path / "state", way_to(aws))
    step = schedule_step()
    del step["undo"]
    aws.fail("CreateSchedule", cut="after")
    aws.fail("GetSchedule", "AccessDeniedException", status=403)
    end = await desk.run(definition_spec(pipeline_step(), step))
    assert end["error"]["code"] == "OutcomeUnknown"
    assert definitions.schedules and definitions.pipelines and aws.keys(BUCKET) == {KEY}
    await desk.upstream.close()


async def test_expired_credentials_are_read_anew(desk, aws, definitions):
    aws.fail("CreateSchedule", "ExpiredTokenException", status=403, count=1)
    assert (await desk.run(definition_spec()))["state"] == "succeeded"


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ([], "spec.then must have 1 to 5 calls"),
        ([pipeline_step()] * 6, "spec.then must have 1 to 5 calls"),
        ([{"service": "sagemaker", "operation": "DeleteDomain", "input": {}}], "not on the list"),
        ([{**pipeline_step(), "undo": {"service": "sagemaker"}}], "spec.then[0].undo.operation"),
        ([{**pipeline_step(), "until": {}}], "spec.then[0].until is not a known field"),
        (
            [{"service": "sts", "operation": "GetCallerIdentity", "input": {}}],
            "must be a service with a JSON protocol",
        ),
    ],
)
async def test_bad_calls_are_refused(desk, aws, definitions, then, words):
    from jupyterlab_sagemaker_studio.errors import AwsError

    with pytest.raises((TaskError, AwsError)) as refusal:
        await desk.submit(definition_spec(then=then))
    assert words in refusal.value.message


async def test_malformed_call_stages_nothing(desk, aws, definitions):
    spec = definition_spec()
    del spec["then"][1]["input"]["FlexibleTimeWindow"]
    end = await desk.run(spec)
    assert "FlexibleTimeWindow is missing" in end["error"]["message"] and aws.calls == []


async def test_text_and_key(desk, aws, home, definitions, tmp_path, caplog):
    caplog.set_level("DEBUG", "jupyterlab_sagemaker_studio")
    spec = definition_spec(kmsKeyId="alias/our-key")
    spec["files"].append({"name": "start/on-start.sh", "content": "echo ünlogged-script\n"})
    aws.fail("CreateSchedule", "AccessDeniedException", status=403, count=1)
    end = await desk.run(spec)
    assert end["state"] == "failed" and aws.keys(BUCKET) == set()
    end = await desk.run(spec)
    assert end["state"] == "succeeded", end
    key = f"{ID}/input/start/on-start.sh"
    found = aws.s3().get_object(Bucket=BUCKET, Key=key)
    assert found["Body"].read().decode() == "echo ünlogged-script\n"
    assert found["ServerSideEncryption"] == "aws:kms" and "our-key" in found["SSEKMSKeyId"]
    assert end["progress"]["bytes"] == end["progress"]["bytesTotal"] == 24
    kept = "".join(path.read_text() for path in (tmp_path / "state").iterdir())
    assert "nlogged-script" not in kept + caplog.text


async def test_text_goes_on_after_a_kill(desk, aws, definitions, next_desk):
    spec = definition_spec()
    spec["files"].append({"name": "on-start.sh", "content": "echo"})
    aws.fail("PutObject", delay=0.5, cut="before")
    task = await desk.submit(spec)
    await sent(aws, "PutObject")
    desk = await next_desk(desk)
    aws.faults.clear()
    assert (await desk.end_of(task))["state"] == "succeeded"
    assert len(aws.keys(BUCKET)) == 2
    await desk.close()


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"content": "x"}, "name is missing"),
        ({"content": "x", "name": "../x"}, "plain relative name"),
        ({"content": "é" * 9000, "name": "x"}, "16384"),
        ({"content": "\ud800", "name": "x"}, "UTF-8"),
        ({"content": "x", "name": "x", "path": "a.ipynb"}, "path is not a known field"),
    ],
)
async def test_bad_text_is_refused(desk, definitions, item, words):
    with pytest.raises(TaskError) as refusal:
        await desk.submit(definition_spec(files=[item]))
    assert words in refusal.value.message


async def test_two_texts_of_one_name(desk, aws, definitions):
    files = [{"name": "x", "content": "1"}, {"name": "x", "content": "2"}]
    end = await desk.run(definition_spec(files=files))
    assert end["error"]["code"] == "DuplicateKey" and definitions.is_empty
