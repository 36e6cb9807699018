"""A sweep, its recorded values and a definition against the local Studio, with real jobs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from jupyterlab_sagemaker_studio.tasks import pace, sweep
from jupyterlab_sagemaker_studio.upstream import Upstream
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudioProcess
from tasks_aws import Desk

sys.path.append(str(Path(__file__).parents[1] / "local"))
from local_jobs import BUCKET, CHANNEL, job_request  # noqa: E402

CELL = """
from IPython.display import display
mime = "application/scrapbook.scrap.json+json"
scrap = {"name": "twice", "data": 2 * int(rows), "encoder": "json", "version": 1}
display({mime: scrap}, metadata={"scrapbook": {"name": "twice"}}, raw=True)
print(f"rows={rows}")
"""


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    with LocalStudioProcess(tmp_path_factory.mktemp("studio")) as studio:
        yield studio


@pytest.fixture
def studio_desk(studio, home, tmp_path, jp_asyncio_loop, monkeypatch):
    """A task manager that works with the local Studio."""
    for name, value in studio.environment.items():
        monkeypatch.setenv(name, value)
    parameters = {"tags": ["parameters"]}
    cells = [
        {"cell_type": "code", "source": "rows = '0'", "metadata": parameters},
        {"cell_type": "code", "source": CELL, "metadata": {}},
    ]
    cells = [{**cell, "outputs": [], "execution_count": None} for cell in cells]
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": spec, "nbformat": 4, "nbformat_minor": 4}
    (home / "nb.ipynb").write_text(json.dumps(notebook))
    studio.reset()

    async def make():
        upstream = Upstream(
            lambda: seed.REGION, domain_id=lambda: "d-own", endpoint_url=studio.endpoint_url
        )
        desk = Desk(None, home, tmp_path / "state", upstream)
        desk.facts["accountId"] = seed.ACCOUNT
        return desk

    desk = jp_asyncio_loop.run_until_complete(make())
    yield desk
    jp_asyncio_loop.run_until_complete(desk.close())
    jp_asyncio_loop.run_until_complete(desk.upstream.close())


def staged(name):
    return {
        "bucket": BUCKET,
        "prefix": f"{name}/input/",
        "createBucket": True,
        "files": [{"path": "nb.ipynb"}],
    }


@pytest.mark.timeout(240)
async def test_sweep_with_trouble_and_what_it_recorded(studio, studio_desk, monkeypatch):
    monkeypatch.setattr(sweep, "LOOK_SECONDS", 0.5)
    monkeypatch.setattr(pace, "_FIRST_PAUSE", 0.5)
    names = [f"rows-{number}" for number in range(1, 4)]
    jobs = [job_request(n, HyperParameters={"rows": n[-1]}, Tags=[]) for n in names]
    for job in jobs:
        source = job["InputDataConfig"][0]["DataSource"]["S3DataSource"]
        source["S3Uri"] = f"s3://{BUCKET}/sweep/input"
        assert job["InputDataConfig"][0]["ChannelName"] == CHANNEL
    studio.fault("CreateTrainingJob", cut="after", after=1)
    studio.fault("CreateTrainingJob", code="ThrottlingException", after=2)
    studio.fault("ListTrainingJobs", code="InternalFailure", status=500)
    spec = {**staged("sweep"), "jobs": jobs, "concurrency": 2}
    task = await studio_desk.submit(spec, kind="sweep")
    shown = [state async for state in studio_desk.manager.watch(task["id"])]
    end = shown[-1]
    assert end["state"] == "succeeded", end
    assert end["result"]["jobs"] == [{"name": name, "status": "Completed"} for name in names]
    assert max(int(s["phase"].split()[0]) for s in shown if " running" in s["phase"]) == 2

    sagemaker = studio.client("sagemaker")
    outputs = []
    for name in names:
        job = sagemaker.describe_training_job(TrainingJobName=name)
        uri = job["ModelArtifacts"]["S3ModelArtifacts"]
        key = uri.removeprefix(f"s3://{BUCKET}/").replace("model.tar.gz", "output.tar.gz")
        found = {"name": name, "bucket": BUCKET, "key": key, "notebook": f"{name}-out.ipynb"}
        outputs.append(found)
    end = await studio_desk.run({"outputs": outputs}, kind="results")
    assert end["state"] == "succeeded", end
    for name, run in end["result"]["runs"].items():
        assert run["values"] == {"twice": 2 * int(name[-1])}, run
        assert run["texts"][-1]["text"] == f"rows={name[-1]}\n"
        assert run["cells"]["failed"] == 0 and run["cells"]["total"] >= 2


@pytest.mark.timeout(240)
async def test_cancelled_sweep(studio, studio_desk, home):
    slow = [job_request(f"slow-{n}", Tags=[]) for n in range(3)]
    notebook = json.loads((home / "nb.ipynb").read_text())
    notebook["cells"][1]["source"] = "import time; time.sleep(60)"
    (home / "nb.ipynb").write_text(json.dumps(notebook))
    for job in slow:
        source = job["InputDataConfig"][0]["DataSource"]["S3DataSource"]
        source["S3Uri"] = f"s3://{BUCKET}/slow/input"
    task = await studio_desk.submit(
        {**staged("slow"), "jobs": slow, "concurrency": 2}, kind="sweep"
    )
    async for shown in studio_desk.manager.watch(task["id"]):
        if shown["phase"].startswith("2 running, 1 to come"):
            break
    await studio_desk.manager.delete(task["id"])
    end = await studio_desk.end_of(task)
    assert end["state"] == "cancelled", end
    assert [job["status"] for job in end["result"]["jobs"]] == ["Stopping"] * 2 + ["NotCreated"]
    sagemaker = studio.client("sagemaker")
    for name in ("slow-0", "slow-1"):
        status = sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"]
        assert status in ("Stopping", "Stopped")


def definition(name):
    job = job_request(name, Tags=[])
    del job["TrainingJobName"]
    step = {"Name": "job", "Type": "Training", "Arguments": job}
    arn = f"arn:aws:sagemaker:{seed.REGION}:{seed.ACCOUNT}:pipeline/{name}"
    pipeline = {
        "PipelineName": name,
        "PipelineDefinition": json.dumps({"Version": "2020-12-01", "Steps": [step]}),
        "RoleArn": seed.ROLE_ARN,
    }
    schedule = {
        "Name": name,
        "ScheduleExpression": "cron(0 0 1 1 ? 2099)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": arn, "RoleArn": seed.ROLE_ARN},
    }
    rule = {"Name": name, "ScheduleExpression": "cron(0 0 1 1 ? 2099)", "State": "ENABLED"}
    target = {"Id": "notebook-execution", "Arn": arn, "RoleArn": seed.ROLE_ARN}
    ids = {"Rule": name, "Ids": [target["Id"]]}

    def step_of(service, operation, given, undo, back):
        taking_back = {"service": service, "operation": undo, "input": back}
        return {"service": service, "operation": operation, "input": given, "undo": taking_back}

    own, named = {"PipelineName": name}, {"Name": name}
    targets = {"Rule": name, "Targets": [target]}
    made = step_of("sagemaker", "CreatePipeline", pipeline, "DeletePipeline", own)
    by_schedule = [step_of("scheduler", "CreateSchedule", schedule, "DeleteSchedule", named)]
    by_rule = [
        step_of("events", "PutRule", rule, "DeleteRule", named),
        step_of("events", "PutTargets", targets, "RemoveTargets", ids),
    ]
    return made, by_schedule, by_rule


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", ["schedule", "rule"])
async def test_definition_is_made_whole_or_not_at_all(studio, studio_desk, kind):
    name = f"{kind}-nb-ipynb-0a1b2c3d-2026-11-22-10-00-00"
    made, by_schedule, by_rule = definition(name)
    trigger = by_schedule if kind == "schedule" else by_rule
    spec = {**staged(name), "then": [made, *trigger]}
    last = trigger[-1]["operation"]
    sagemaker, s3 = studio.client("sagemaker"), studio.client("s3")
    studio.fault(last, code="AccessDeniedException", message="not you", status=403)
    end = await studio_desk.run(spec)
    assert (end["state"], end["error"]["code"]) == ("failed", "AccessDeniedException"), end
    assert end["error"]["message"] == "not you" and end["error"]["operation"] == last
    assert sagemaker.list_pipelines()["PipelineSummaries"] == []
    assert studio.client("events").list_rules()["Rules"] == []
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET, Prefix=name)

    studio.fault("CreatePipeline", cut="after")
    studio.fault(last, cut="after")
    end = await studio_desk.run(spec)
    assert end["state"] == "succeeded", end.get("error")
    assert len(sagemaker.list_pipelines()["PipelineSummaries"]) == 1
    assert end["result"]["responses"]["CreatePipeline"]["PipelineArn"].endswith(name)
    for call in reversed([made, *trigger]):
        undo = call["undo"]
        client = studio.client(undo["service"])
        names = {api: method for method, api in client.meta.method_to_api_mapping.items()}
        getattr(client, names[undo["operation"]])(**undo["input"])
