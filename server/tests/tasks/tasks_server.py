"""A real Jupyter server with the extension, to be stopped and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from tasks_aws import ENVIRON

SERVER = Path(__file__).parents[2]


class Jupyter:
    """A real Jupyter server in its own process."""

    def __init__(self, aws, home, base):
        self.runtime = base / "runtime"
        environment = {
            **os.environ,
            **ENVIRON,
            "AWS_ENDPOINT_URL": aws.url,
            "PYTHONPATH": str(SERVER),
            "JUPYTER_TOKEN": "the-token",
            "JUPYTER_DATA_DIR": str(base / "data"),
            "JUPYTER_CONFIG_DIR": str(base / "config"),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
        }
        others = ("jupyterlab", "jupyter_lsp", "jupyter_scheduler", "notebook_shim")
        wanted = {"jupyterlab_sagemaker_studio": True, **dict.fromkeys(others, False)}
        extension = f"ServerApp.jpserver_extensions={wanted}"
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
        command += ["--port=0", f"--ServerApp.root_dir={home}", f"--{extension}"]
        self.log = open(base / "server.log", "ab")  # noqa: SIM115
        self.process = subprocess.Popen(
            command, env=environment, stdout=self.log, stderr=self.log, cwd=base
        )
        self.url = self._wait()

    def _wait(self):
        file = self.runtime / f"jpserver-{self.process.pid}.json"
        for _ in range(600):
            try:
                self.url = json.loads(file.read_text())["url"]
                self.call("GET", "tasks")
                return self.url
            except (OSError, ValueError, URLError):
                assert self.process.poll() is None, "the server did not start"
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def call(self, method, path, body=None):
        request = Request(
            f"{self.url}sagemaker-studio/{path}",
            method=method,
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": "token the-token"},
        )
        with urlopen(request, timeout=20) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def end_of(self, task_id):
        for _ in range(400):
            task = self.call("GET", f"tasks/{task_id}")
            if task["state"] not in ("queued", "running"):
                return task
            time.sleep(0.05)
        raise AssertionError(f"still {task}")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.log.close()
