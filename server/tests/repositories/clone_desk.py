"""A task manager as one server has it, and a person who answers its questions."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws_fake import FakeAws
from jupyterlab_sagemaker_studio.tasks.manager import TaskManager
from jupyterlab_sagemaker_studio.tasks.paths import Root
from jupyterlab_sagemaker_studio.tasks.run import Services
from jupyterlab_sagemaker_studio.tasks.spec import read_spec
from jupyterlab_sagemaker_studio.tasks.store import Store
from jupyterlab_sagemaker_studio.upstream import Upstream

SECRET_ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:AmazonSageMaker-git-x-AbCdEf"

#: From a question to its answer.
Answer = Callable[[dict[str, Any]], Any]


def sign_in(username: str, password: str, keep: str = "no") -> dict[str, str]:
    """A person's answer to a question for credentials."""
    return {"username": username, "password": password, "keep": keep}


def secret_answer(username: str, password: str) -> Callable[[Any], Any]:
    """Secrets Manager with that one secret."""
    value = json.dumps({"username": username, "password": password})
    body = json.dumps({"ARN": SECRET_ARN, "SecretString": value}).encode()
    return lambda _: (200, {"x-amzn-requestid": "sm-1"}, body)


class CloneDesk:
    """A server's tasks below ``root``.

    :ivar asked: the questions so far.
    """

    def __init__(self, aws: FakeAws, root: Path, state: Path) -> None:
        self.root = root
        self.asked: list[dict[str, Any]] = []
        self.seen: list[dict[str, Any]] = []
        self.upstream = Upstream(lambda: "eu-central-1", endpoint_url=aws.url, request_timeout=5)
        services = Services(
            upstream=self.upstream,
            root=Root(root),
            store=Store(state),
            loop=asyncio.get_running_loop(),
            fact=lambda _: None,
            boot_id=uuid.uuid4().hex,
            busy=self._busy,
        )
        self.sign_ins = services.sign_ins
        self.manager = TaskManager(services, logging.getLogger("desk"))

    async def _busy(self) -> list[str]:
        return []

    async def submit(self, kind: str = "clone", token: str = "", **spec: Any) -> dict[str, Any]:
        """Take in a task as the route does."""
        checked = read_spec(kind, spec, [], self.upstream.permit)
        token = token or f"token-{time.monotonic_ns()}"
        return (await self.manager.submit(kind, token, "A test", checked))[0]

    async def end_of(self, task: dict[str, Any], *answers: Answer | Any) -> dict[str, Any]:
        """The last state of a task, each of whose questions gets the next answer."""
        left = list(answers)
        answered = ""

        async def follow() -> dict[str, Any]:
            nonlocal answered
            last = task
            async for shown in self.manager.watch(task["id"]):
                last = shown
                self.seen.append(shown)
                question = shown.get("question")
                if question and question["id"] != answered:
                    answered = question["id"]
                    assert shown["state"] == "running"
                    assert shown["phase"] == "Waiting for your answer"
                    self.asked.append(question)
                    answer = left.pop(0)
                    if callable(answer):
                        answer = answer(question)
                    await self.manager.answer(task["id"], question["id"], answer)
            return last

        end = await asyncio.wait_for(follow(), 60)
        assert not left, "more answers than questions"
        return end

    async def clone(self, url: str, *answers: Answer | Any, **spec: Any) -> dict[str, Any]:
        """Clone to ``copy``, unless told otherwise, to the end."""
        spec = {"directory": "copy", "submodules": False, **spec}
        return await self.end_of(await self.submit(url=url, **spec), *answers)

    async def until(self, task: dict[str, Any], reached: Callable[[dict[str, Any]], Any]) -> Any:
        """A state of the task for which something holds."""

        async def follow() -> Any:
            async for shown in self.manager.watch(task["id"]):
                if reached(shown):
                    return shown
            raise AssertionError(f"it ended before: {shown}")

        return await asyncio.wait_for(follow(), 30)

    async def close(self) -> None:
        """As a server stops."""
        await self.manager.stop()
        await self.upstream.close()
