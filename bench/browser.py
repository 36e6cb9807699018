"""Run one of the browser measurements (`*.mjs`, Playwright with the system's Chromium)."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

from processes import BENCH, check_labextension


def measure_page(script: str, settings: dict[str, Any], *, timeout: float = 1800) -> Any:
    """What ``bench/{script}`` reports for these settings."""
    check_labextension()
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("Node.js is needed for the rows measured in a browser")
    done = subprocess.run(
        [node, str(BENCH / script)],
        input=json.dumps(settings),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=timeout,
    )
    return json.loads(done.stdout)
