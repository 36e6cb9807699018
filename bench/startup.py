"""What importing and loading the server extension adds to the start of a Jupyter server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measurement import Row, alternate, median, spread
from processes import EXTENSION, jupyter_environment

GOAL_MS = 50.0

# Runs in a fresh interpreter: a server is set up without extensions, then one is added, linked
# and loaded as jupyter_server does it at start.
_PROBE = """
import json, logging, sys, time
from jupyter_server.serverapp import ServerApp
app = ServerApp(log_level=logging.CRITICAL)
logging.disable(logging.WARNING)
app.initialize(argv=["--ServerApp.root_dir=."], find_extensions=False, new_httpserver=False)
name, manager = sys.argv[1], app.extension_manager
before = set(sys.modules)
start, cpu = time.perf_counter(), time.process_time()
added = manager.add_extension(name, enabled=True)
manager.link_extension(name)
linked = time.perf_counter()
manager.load_extension(name)
end = time.perf_counter()
points = manager.extensions[name].extension_points
new = set(sys.modules) - before
print(json.dumps({
    "ok": added and bool(points),
    "import_ms": (linked - start) * 1000,
    "load_ms": (end - linked) * 1000,
    "cpu_ms": (time.process_time() - cpu) * 1000,
    "modules": len(new),
    "boto": any(module.partition(".")[0] in ("boto3", "botocore") for module in new),
}))
"""

# The least a server extension with an ExtensionApp can be.
_EMPTY = """
from jupyter_server.extension.application import ExtensionApp

class EmptyApp(ExtensionApp):
    name = "bench_empty_extension"

def _jupyter_server_extension_points():
    return [{"module": "bench_empty_extension", "app": EmptyApp}]
"""


def measure(quick: bool) -> list[Row]:
    """One row: wall time of import, link and load, against an empty extension."""
    with tempfile.TemporaryDirectory(prefix="sagemaker-studio-bench-") as folder:
        Path(folder, "bench_empty_extension.py").write_text(_EMPTY)
        environment = {
            **os.environ,
            **jupyter_environment(Path(folder)),
            "PYTHONPATH": folder,
        }

        def load(name: str) -> dict[str, float]:
            run = subprocess.run(
                [sys.executable, "-c", _PROBE, name],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                check=True,
                text=True,
            )
            figures: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
            if not figures["ok"]:
                raise RuntimeError(f"{name} could not be loaded")
            return figures

        load(EXTENSION)  # writes the byte code
        ours, empty = alternate(
            5 if quick else 15, lambda: load(EXTENSION), lambda: load("bench_empty_extension")
        )

    def totals(samples: list[dict[str, float]]) -> list[float]:
        return [sample["import_ms"] + sample["load_ms"] for sample in samples]

    imported = median([sample["import_ms"] for sample in ours])
    note = (
        f"fresh interpreters, jupyter_server already imported; import and link {imported:.1f} ms, "
        f"the rest loading; {median([sample['cpu_ms'] for sample in ours]):.1f} ms of CPU; "
        f"{ours[0]['modules']:.0f} modules; runs {spread(totals(ours))} ms; "
        "compared with an extension that does nothing"
    )
    if any(sample["boto"] for sample in ours):
        note += "; boto IS imported at load, which it must not be"
    return [
        Row(
            "server extension: import and load",
            median(totals(ours)),
            "ms",
            peer=median(totals(empty)),
            goal=GOAL_MS,
            notes=[note],
        )
    ]
