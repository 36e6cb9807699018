"""The seeded repositories, cloned by the server extension as a person in an app does."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from git_clients import url
from sagemaker_studio_local.testing import LocalStudio

PRIVATE = "analytics/demand-forecast"


@pytest.fixture
def jp_server_config(
    jp_server_config: Any,
    local_studio: LocalStudio,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Any]:
    for name, value in {**local_studio.environment, "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    yield jp_server_config


@pytest.fixture
def clone(jp_fetch: Any) -> Any:
    """Clones into ``copy``; answers how the task ended, its first question declined and added."""

    async def call(*path: str, **more: Any) -> Any:
        answer = await jp_fetch("sagemaker-studio", "tasks", *path, **more)
        return json.loads(answer.body or b"null")

    async def clone(address: str, submodules: bool = False, **spec: Any) -> dict[str, Any]:
        spec = {"url": address, "directory": "copy", "submodules": submodules, **spec}
        body = {"kind": "clone", "clientToken": uuid.uuid4().hex, "title": "A test", "spec": spec}
        task = await call(method="POST", body=json.dumps(body))
        asked = None
        while task["state"] in ("queued", "running"):
            await asyncio.sleep(0.1)
            task = await call(task["id"])
            if task.get("question") and not asked:
                asked = task["question"]
                no = json.dumps({"question": asked["id"], "answer": None})
                await call(task["id"], "answer", method="POST", body=no)
        return {**task, "asked": asked}

    return clone


def _secret_of(studio: LocalStudio, repository: str) -> str:
    arn = studio.client("sagemaker").describe_code_repository(CodeRepositoryName=repository)
    return str(arn["GitConfig"]["SecretArn"])


async def test_by_its_secret(clone: Any, local_studio: LocalStudio, jp_root_dir: Path) -> None:
    end = await clone(url(PRIVATE), secretArn=_secret_of(local_studio, "demand-forecast"))
    assert end["state"] == "succeeded" and end["asked"] is None, str(end["error"])
    assert (jp_root_dir / "copy" / "forecast.ipynb").is_file()
    assert len(local_studio.calls("GetSecretValue")) == 1


async def test_a_secret_that_is_no_json(clone: Any, local_studio: LocalStudio) -> None:
    end = await clone(url(PRIVATE), secretArn=_secret_of(local_studio, "unreadable-secret"))
    assert "is not the JSON of a user name and a password" in end["asked"]["problem"]
    assert end["error"]["code"] == "SecretUnavailable" and "username" in end["error"]["hint"]


async def test_a_secret_that_is_denied(clone: Any, local_studio: LocalStudio) -> None:
    denied = {"code": "AccessDeniedException", "status": 400, "count": 1}
    local_studio.fault("GetSecretValue", service="secretsmanager", **denied)
    end = await clone(url(PRIVATE), secretArn=_secret_of(local_studio, "demand-forecast"))
    error = end["error"]
    assert error["code"] == "SecretUnavailable" and error["requestId"]
    assert "AccessDeniedException" in end["asked"]["problem"]
    assert "secretsmanager:GetSecretValue" in error["hint"]


async def test_a_secret_that_is_not_there(clone: Any, local_studio: LocalStudio) -> None:
    arn = "arn:aws:secretsmanager:us-west-2:123456789012:secret:AmazonSageMaker-gone-AbCdEf"
    end = await clone(url(PRIVATE), secretArn=arn)
    assert "ResourceNotFoundException" in end["asked"]["problem"]
    assert end["error"]["code"] == "SecretUnavailable" and "deleted" in end["error"]["hint"]


async def test_with_submodules(clone: Any, jp_root_dir: Path) -> None:
    end = await clone(url("platform/feature-store"), submodules=True)
    assert end["state"] == "succeeded", str(end["error"])
    assert any((jp_root_dir / "copy" / "readings").iterdir())


async def test_codecommit_where_there_is_none(
    clone: Any, jp_root_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # a network that leads nowhere
    end = await clone("codecommit::us-west-2://x")
    error = end["error"]
    assert error["code"] == "HostUnreachable" and end["asked"] is None, str(error)
    assert "https://git-codecommit.us-west-2.amazonaws.com/v1/repos/x" in error["message"]
    assert "Check the host's name" in error["hint"]
    assert [path for path in jp_root_dir.iterdir() if "copy" in path.name] == []
