"""Work of the server's tasks, run as the page does."""

from __future__ import annotations

import json
import uuid
from http.client import HTTPConnection
from typing import Any

from load import page_headers
from processes import BASE_URL, Server


def run_task(server: Server, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Create a task, follow its events to the end; its result."""
    task = {"kind": kind, "clientToken": str(uuid.uuid4()), "title": "bench", "spec": spec}
    connection = HTTPConnection("127.0.0.1", server.port, timeout=600)
    headers = {**page_headers(server), "Content-Type": "application/json"}
    path = f"{BASE_URL}sagemaker-studio/tasks"
    connection.request("POST", path, json.dumps(task), headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 201:
        raise RuntimeError(f"the task was refused: {answer.status} {body.decode()}")
    connection.request("GET", f"{path}/{json.loads(body)['id']}/events", headers=headers)
    last: dict[str, Any] = {}
    for line in connection.getresponse():
        if line.startswith(b"data:"):
            last = json.loads(line[5:])
    connection.close()
    if last.get("state") != "succeeded":
        raise RuntimeError(f"the task did not succeed: {last}")
    result: dict[str, Any] = last["result"]
    return result
