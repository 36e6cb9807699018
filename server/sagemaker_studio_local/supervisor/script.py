"""Lifecycle configuration scripts, run before JupyterLab starts."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from typing import Any

from .. import seed
from ..control_plane.launcher import Launch, ScriptFailed
from ..runner.logs import LogAgent
from .environment import MARK
from .home import Home
from .process import end_marked

LOG_GROUP = "/aws/sagemaker/studio"
#: SageMaker's limit; real time at every speed.
LIMIT_SECONDS = 300.0
_POLL_SECONDS = 0.05


def log_stream(launch: Launch) -> str:
    """The log stream of a space's lifecycle scripts."""
    domain = seed.DOMAIN_ID
    return f"{domain}/{launch.space_name}/JupyterLab/{launch.app_name}/LifecycleConfigOnStart"


def run_script(
    launch: Launch,
    home: Home,
    environment: dict[str, str],
    logs: Any,
    stop: threading.Event,
    limit: float = LIMIT_SECONDS,
) -> bool:
    """Run the launch's script as the app's user in its home; its output goes to the log stream.

    What the script leaves running in the background goes on. False when ``stop`` ended it.
    ScriptFailed when it ends with another code than 0 or takes longer than ``limit`` seconds.

    :param logs: a boto3 client of CloudWatch Logs.
    """
    stream = log_stream(launch)
    file = home.folder / "lifecycle-script"
    file.write_text(launch.script or "", encoding="utf-8")
    file.chmod(0o700)
    agent = LogAgent(logs, stream, group=LOG_GROUP)
    reader, writer = os.pipe()
    try:
        process = subprocess.Popen(
            ["bash", str(file)],
            env={**environment, "HOME": str(home.root)},
            cwd=home.root,
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=writer,
            start_new_session=True,
        )
    except OSError as error:
        os.close(reader)
        raise ScriptFailed(f"The lifecycle configuration script cannot run: {error}") from None
    finally:
        os.close(writer)
    agent.start(reader)
    deadline = time.monotonic() + limit
    problem = ""
    while process.poll() is None and not problem:
        if stop.wait(_POLL_SECONDS):
            break
        if time.monotonic() > deadline:
            problem = f"did not end within {limit / 60:g} minutes"
    if process.poll() is None:
        end_marked(environment[MARK])
        process.wait()
    elif process.returncode != 0:
        problem = f"failed with exit code {process.returncode}"
    # Whoever reads of the failure looks into the log; what runs on keeps the stream open.
    agent.join(5.0 if problem else 1.0)
    if problem:
        raise ScriptFailed(
            f"ConfigurationError: The LifecycleConfigOnStart script {problem}. Its output is in the"
            f" log stream {stream} of the CloudWatch log group {LOG_GROUP}."
        )
    return not stop.is_set()
