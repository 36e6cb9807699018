"""The routes of the tasks, as the browser uses them."""

from __future__ import annotations

import asyncio
import json

import pytest
from jobs_aws import sweep_spec
from tasks_aws import BUCKET, job_request
from tornado.httpclient import HTTPClientError


@pytest.fixture
def jp_server_config(jp_server_config, aws, tmp_path):
    jp_server_config["SageMakerStudioApp"] = {
        "endpoint_url": aws.url,
        "state_dir": str(tmp_path / "state"),
        "allowed_buckets": ["bucket"],
    }
    return jp_server_config


@pytest.fixture
def fetch(jp_fetch):
    async def ask(method, *path, body=None, **options):
        text = None if body is None else json.dumps(body)
        answer = await jp_fetch(
            "sagemaker-studio", "tasks", *path, method=method, body=text, **options
        )
        return answer.code, json.loads(answer.body) if answer.body else None

    return ask


def request(token="token-one", **spec):
    then = {"service": "sagemaker", "operation": "CreateTrainingJob", "input": job_request()}
    body = {"bucket": BUCKET, "prefix": "my-job/input/", "files": [{"path": "a.ipynb"}]}
    return {
        "kind": "stage",
        "clientToken": token,
        "title": "Run a.ipynb",
        "spec": {**body, "then": then, **spec},
    }


async def events(jp_fetch, task_id):
    """All events of a task, with the headers of the stream."""
    answer = await jp_fetch("sagemaker-studio", "tasks", task_id, "events")
    blocks = [block for block in answer.body.decode().split("\n\n") if block]
    assert all(block.startswith(("event: task\ndata: {", ": ")) for block in blocks)
    shown = [json.loads(block.partition("data: ")[2]) for block in blocks if block[0] == "e"]
    return shown, answer.headers


async def test_a_job_from_first_to_last(fetch, jp_fetch, jp_root_dir, aws):
    (jp_root_dir / "a.ipynb").write_text("{}")
    code, task = await fetch("POST", body=request())
    assert (code, task["state"], task["title"]) == (201, "queued", "Run a.ipynb")
    assert set(task) == {
        "id", "kind", "title", "clientToken", "state", "phase", "progress", "createdAt",
        "updatedAt",
    }  # fmt: skip
    shown, headers = await events(jp_fetch, task["id"])
    assert headers["Content-Type"].startswith("text/event-stream")
    assert headers["X-Accel-Buffering"] == "no" and "no-cache" in headers["Cache-Control"]
    assert shown[-1]["state"] == "succeeded", shown[-1]
    assert "top-secret-value" not in json.dumps(shown)
    assert await fetch("GET", task["id"]) == (200, shown[-1])
    assert await fetch("GET") == (200, {"tasks": [shown[-1]]})
    assert await fetch("POST", body=request()) == (200, shown[-1])  # pressed twice
    assert (await events(jp_fetch, task["id"]))[0] == [shown[-1]]  # a page that came later
    assert (await fetch("DELETE", task["id"]))[0] == 204
    assert await fetch("GET") == (200, {"tasks": []})
    assert aws.created == 1


async def test_pressed_twice_at_once(fetch, jp_root_dir, aws):
    (jp_root_dir / "a.ipynb").write_text("{}")
    answers = await asyncio.gather(*(fetch("POST", body=request()) for _ in range(6)))
    assert sorted(code for code, _ in answers) == [200, 200, 200, 200, 200, 201]
    assert len({task["id"] for _, task in answers}) == 1


async def test_page_that_goes_away(fetch, jp_fetch, jp_root_dir, aws, jp_serverapp):
    (jp_root_dir / "a.ipynb").write_text("{}")
    aws.fail("PutObject", delay=1.0)
    _, task = await fetch("POST", body=request())
    with pytest.raises(HTTPClientError):
        await jp_fetch("sagemaker-studio", "tasks", task["id"], "events", request_timeout=0.4)
    shown, _ = await events(jp_fetch, task["id"])
    assert shown[-1]["state"] == "succeeded"
    assert len(shown) <= 8 and aws.created == 1
    assert "jupyterlab_sagemaker_studio" in jp_serverapp.web_app.settings["last_activity_times"]


async def test_heartbeat(fetch, jp_fetch, jp_root_dir, aws, monkeypatch):
    monkeypatch.setattr("jupyterlab_sagemaker_studio.tasks.handlers.HEARTBEAT_SECONDS", 0.1)
    (jp_root_dir / "a.ipynb").write_text("{}")
    aws.fail("PutObject", delay=0.6)
    _, task = await fetch("POST", body=request())
    answer = await jp_fetch("sagemaker-studio", "tasks", task["id"], "events")
    assert answer.body.count(b": still there\n\n") >= 2


async def test_failure_is_told_in_full(fetch, jp_fetch, jp_root_dir, aws):
    (jp_root_dir / "a.ipynb").write_text("{}")
    aws.fail("CreateTrainingJob", "AccessDeniedException", status=403)
    _, task = await fetch("POST", body=request())
    shown, _ = await events(jp_fetch, task["id"])
    error = shown[-1]["error"]
    assert error["code"] == error["awsCode"] == "AccessDeniedException"
    assert error["operation"] == "CreateTrainingJob" and error["status"] == 403
    assert error["requestId"] and "AccessDeniedException injected" in error["message"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"kind": "x"}, 400, "ValidationException"),
        ({"spec": {"bucket": "bucket"}}, 400, "ValidationException"),
        ({"spec": request(bucket="elsewhere")["spec"]}, 403, "OperationNotAllowed"),
    ],
)
async def test_refused(fetch, aws, change, status, code):
    with pytest.raises(HTTPClientError) as refused:
        await fetch("POST", body={**request(), **change})
    assert refused.value.code == status
    assert json.loads(refused.value.response.body)["error"]["code"] == code
    assert aws.calls == []


@pytest.mark.parametrize("path", [(), ("events",)])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_unknown_task(fetch, method, path):
    with pytest.raises(HTTPClientError) as refused:
        await fetch(method, "0" * 32, *path)
    assert refused.value.code == (405 if (method, path) == ("DELETE", ("events",)) else 404)


@pytest.mark.parametrize("path", [(), ("0" * 32,), ("0" * 32, "events")])
async def test_signed_out(fetch, path):
    with pytest.raises(HTTPClientError) as refused:
        await fetch("GET", *path, headers={"Authorization": ""})
    assert refused.value.code == 403


async def test_state_folder_that_cannot_be_written(fetch, jp_root_dir, tmp_path):
    (tmp_path / "state").write_text("a file")
    with pytest.raises(HTTPClientError) as refused:
        await fetch("POST", body=request())
    assert refused.value.code == 507
    assert json.loads(refused.value.response.body)["error"]["code"] == "StateUnavailable"


async def test_sweep_of_500_jobs_is_taken_in(fetch):
    body = {**request("a-large-sweep"), "kind": "sweep", "spec": sweep_spec(500)}
    for job in body["spec"]["jobs"]:
        job["Environment"] = {f"NAME_{number}": "x" * 60 for number in range(30)}
    code, task = await fetch("POST", body=body)
    assert code == 201 and len(json.dumps(body)) > 2**20
    while task["state"] in ("queued", "running"):
        await asyncio.sleep(0.1)
        _, task = await fetch("GET", task["id"])
    assert task["error"]["code"] == "FileMissing"
    body["spec"]["jobs"][0]["Environment"]["NAME_0"] = "x" * 4 * 2**20
    with pytest.raises(HTTPClientError) as refusal:
        await fetch("POST", body=body)
    assert refusal.value.code == 413
