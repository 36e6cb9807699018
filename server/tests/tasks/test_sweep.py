"""Sweeps: many jobs from one staging, so many at a time, each once."""

from __future__ import annotations

import json
import time

import pytest
from jobs_aws import outcome, sweep_spec, until
from jupyterlab_sagemaker_studio.tasks import sweep
from jupyterlab_sagemaker_studio.tasks.model import TaskError
from tasks_aws import BUCKET

TAG = "jupyterlab-sagemaker-studio:task"


@pytest.fixture
def home(home):
    (home / "a.ipynb").write_text("{}")
    return home


async def test_jobs_are_created_in_order_so_many_at_a_time(desk, aws, jobs, tmp_path, caplog):
    caplog.set_level("DEBUG", "jupyterlab_sagemaker_studio")
    jobs.ends = {"sweep-2": "Failed"}
    task = await desk.submit(sweep_spec(5, 2), "sweep-token", kind="sweep")
    shown = [state async for state in desk.manager.watch(task["id"])]
    end = shown[-1]
    assert end["state"] == "succeeded", end
    assert [job["name"] for job in end["result"]["jobs"]] == [f"sweep-{n}" for n in range(1, 6)]
    assert outcome(end) == ["Completed", "Failed", "Completed", "Completed", "Completed"]
    assert end["result"]["counts"] == {"Completed": 4, "Failed": 1}
    assert list(jobs.jobs) == [f"sweep-{n}" for n in range(1, 6)]
    assert jobs.most == 2
    assert (end["progress"]["files"], end["progress"]["filesTotal"]) == (5, 5)
    assert {state["progress"]["filesTotal"] for state in shown[5:]} == {5}
    assert "2 running, 3 to come" in {state["phase"] for state in shown}
    tags = [job["request"]["Tags"] for job in jobs.jobs.values()]
    assert tags == [[{"Key": TAG, "Value": "sweep-token"}]] * 5
    assert aws.keys(BUCKET) == {"sweep/input/a.ipynb"}
    kept = "".join(path.read_text() for path in (tmp_path / "state").iterdir())
    assert "top-secret-value" not in kept + caplog.text + json.dumps(shown)


async def test_pace_is_that_of_the_service(desk, jobs, monkeypatch):
    """Fifty jobs, ten times as fast as AWS would take them: ten a second instead of one."""
    monkeypatch.setattr(sweep, "CREATE_SECONDS", 0.11)
    jobs.rate = 10
    begun = time.monotonic()
    end = await desk.run(sweep_spec(50, 50), kind="sweep")
    assert end["state"] == "succeeded", end
    assert end["result"]["counts"] == {"Completed": 50}
    assert 5.3 < time.monotonic() - begun < 9
    assert jobs.throttled == 0 and jobs.calls["CreateTrainingJob"] == 50


async def test_two_sweeps_share_the_pace(desk, jobs, monkeypatch):
    monkeypatch.setattr(sweep, "CREATE_SECONDS", 0.11)
    jobs.rate = 10
    other = sweep_spec(5, 5, prefix="other/")
    for job in other["jobs"]:
        job["TrainingJobName"] = f"other-{job['TrainingJobName']}"
    tasks = [await desk.submit(spec, kind="sweep") for spec in (sweep_spec(5, 5), other)]
    for task in tasks:
        assert (await desk.end_of(task))["state"] == "succeeded"
    assert jobs.throttled == 0 and len(jobs.jobs) == 10


async def test_values_are_forgotten_once_all_jobs_are_created(desk, jobs, tmp_path):
    jobs.seconds = 1.0
    task = await desk.submit(sweep_spec(2, 2), kind="sweep")
    spec = tmp_path / "state" / f"{task['id']}.spec.json"
    assert "top-secret-value" in spec.read_text()
    await until(lambda: len(jobs.jobs) == 2)
    await until(lambda: "top-secret-value" not in spec.read_text())
    assert (await desk.end_of(task))["state"] == "succeeded"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"jobs": []}, "spec.jobs must have 1 to 500 jobs"),
        ({"jobs": [{"TrainingJobName": "x"}] * 2}, "“x” comes twice"),
        ({"jobs": [{"TrainingJobName": "-"}]}, "spec.jobs[0].TrainingJobName must be"),
        ({"jobs": ["x"]}, "spec.jobs[0] must be a JSON object"),
        ({"concurrency": 0}, "spec.concurrency must be a whole number"),
        ({"concurrency": True}, "spec.concurrency must be a whole number"),
        ({"then": {}}, "spec.then is not a known field"),
    ],
)
async def test_bad_spec_is_refused(desk, jobs, change, words):
    with pytest.raises(TaskError) as refusal:
        await desk.submit(sweep_spec(**change), kind="sweep")
    assert words in refusal.value.message


async def test_bad_job_stages_nothing(desk, aws, jobs):
    spec = sweep_spec(3)
    del spec["jobs"][2]["RoleArn"]
    end = await desk.run(spec, kind="sweep")
    assert end["error"]["code"] == "ValidationException"
    assert "RoleArn is missing" in end["error"]["message"] and aws.calls == []


async def test_warnings_of_the_staging_are_told(desk, aws, jobs):
    aws.fail("PutBucketVersioning", "AccessDenied", status=403)
    end = await desk.run(sweep_spec(1, bucket="new-bucket", createBucket=True), kind="sweep")
    assert end["state"] == "succeeded", end
    assert "has no versioning set: AccessDenied" in end["result"]["warnings"][0]
