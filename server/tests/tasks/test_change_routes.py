"""A change as the browser asks for it, with kernels that really run."""

from __future__ import annotations

import asyncio
import json

import pytest
from space_aws import METADATA, OWN, app_call, by_machine, direct, scheduled
from tornado.httpclient import HTTPClientError

STOPPING = "SageMaker is stopping JupyterLab"


@pytest.fixture
def jp_server_config(jp_server_config, domain, aws, tmp_path, monkeypatch):
    (tmp_path / "metadata.json").write_text(json.dumps(METADATA))
    monkeypatch.setenv("RESOURCE_METADATA_FILE", str(tmp_path / "metadata.json"))
    jp_server_config["SageMakerStudioApp"] = {
        "endpoint_url": aws.url,
        "state_dir": str(tmp_path / "state"),
    }
    return jp_server_config


@pytest.fixture
def post(jp_fetch):
    """``await post(spec)``: status, and the task or the error."""

    async def ask(spec, token="token-of-change", title="Switch to ml.m5.xlarge"):
        body = {"kind": "change", "clientToken": token, "title": title, "spec": spec}
        try:
            answer = await jp_fetch(
                "sagemaker-studio", "tasks", method="POST", body=json.dumps(body)
            )
        except HTTPClientError as error:
            return error.code, json.loads(error.response.body)["error"]
        return answer.code, json.loads(answer.body)

    return ask


@pytest.fixture
def phase_of(jp_fetch):
    async def ask(task):
        answer = await jp_fetch("sagemaker-studio", "tasks", task["id"])
        return json.loads(answer.body)["phase"]

    return ask


async def until(ask, task, words):
    for _ in range(600):
        phase = await ask(task)
        if phase == words:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the phase is {phase}")


async def test_waits_for_a_running_cell(post, phase_of, jp_fetch, jp_serverapp, domain):
    session = {"path": "work/train.ipynb", "type": "notebook", "name": "", "kernel": {}}
    answer = await jp_fetch("api", "sessions", method="POST", body=json.dumps(session))
    kernels = jp_serverapp.kernel_manager
    kernel_id = json.loads(answer.body)["kernel"]["id"]
    client = kernels.get_kernel(kernel_id).client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        client.execute("import os, time\nwhile not os.path.exists('go'): time.sleep(0.05)")
        code, task = await post(scheduled(waitForCells=True))
        assert code == 201, task
        await until(phase_of, task, "Waiting for running cells: train.ipynb")
        assert domain.carried_out == []
        (await kernels.get_kernel(kernel_id).interrupt_kernel())
        await until(phase_of, task, STOPPING)
        assert domain.carried_out[-1] == "DeleteApp"
    finally:
        client.stop_channels()
        await kernels.shutdown_all()


async def test_one_change_at_a_time(post, phase_of, domain):
    code, task = await post(scheduled())
    assert code == 201
    await until(phase_of, task, STOPPING)
    assert (await post(scheduled()))[0] == 200  # pressed twice
    code, error = await post(by_machine(), token="token-of-another", title="Another")
    assert (code, error["code"]) == (409, "ChangeInProgress")
    assert "“Switch to ml.m5.xlarge” was begun at" in error["message"]
    assert (await post(direct(), token="token-of-other-space"))[0] == 201


async def test_rules_hold(post, domain):
    foreign = app_call("DeleteApp", OWN)
    foreign["input"]["DomainId"] = "d-other"
    code, error = await post(scheduled(cleanup=[foreign]))
    assert (code, error["code"]) == (403, "OperationNotAllowed")
    code, error = await post(scheduled(plan=[]))
    assert (code, error["code"]) == (400, "ValidationException")
    assert domain.carried_out == []


async def test_secret_is_not_read_for_a_task(post, domain):
    read = {
        "service": "secretsmanager",
        "operation": "GetSecretValue",
        "input": {"SecretId": "a"},
    }
    for spec in (scheduled(cleanup=[read]), scheduled(witness=read)):
        code, error = await post(spec)
        assert (code, error["code"]) == (403, "OperationNotAllowed")
        assert "only the server itself" in error["message"]
