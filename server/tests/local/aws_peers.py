"""AWS's own packages beside a local Studio: its scheduler and the SageMaker SDK.

``PEERS_PYTHON`` is the Python of an environment with both; ``scripts/test.py`` sets it.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from sagemaker_studio_local.testing import app_surroundings

PYTHON = os.environ.get("PEERS_PYTHON", "")
SCHEDULER = Path(__file__).parents[3] / "ui-tests" / "helpers" / "aws_scheduler.py"
SDK = Path(__file__).parent / "sdk_commands.py"


class Peer:
    """One of the two in the own space of a local Studio; a call is a command of its script."""

    def __init__(self, script: Path, state: Path, endpoint_url: str) -> None:
        self.home, environment = app_surroundings(state, endpoint_url)
        self._process = subprocess.Popen(
            [PYTHON, str(script), str(state), "-"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *command: str) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"AWS's package failed on {command}; its words are above"
        return json.loads(line)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
