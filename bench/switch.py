"""A switch of the space's instance type: what this extension adds to the time it takes."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from browser import measure_page
from measurement import Row, median, spread
from processes import free_port

GOAL_S = 5.0
SPEED = 60
#: Seconds between two looks at the app.
LOOK = 0.05


def measure(quick: bool) -> list[Row]:
    """From confirm to ready, less what the same stop, start and page load take by themselves."""
    from sagemaker_studio_local.testing import LocalStudioProcess

    types = ["ml.m5.xlarge", "ml.t3.medium"] * (1 if quick else 3)
    with tempfile.TemporaryDirectory(prefix="sagemaker-studio-bench-") as folder:
        config = Path(folder, "config")
        config.mkdir()
        (config / "jupyter_lab_config.py").write_text("c.LabApp.expose_app_in_browser = True\n")
        arguments = ("--port", str(free_port()), "--aws-port", "0")
        environment = {"JUPYTER_TOKEN": "", "JUPYTER_CONFIG_PATH": str(config)}
        state = Path(folder, "state")
        with (
            LocalStudioProcess(state, SPEED, arguments, environment) as studio,
            _watch(studio) as seen,
        ):
            url = studio.url.partition("/lab")[0] + "/"
            found = measure_page("switch.mjs", {"url": url, "types": types})

    totals, away, before, after, added = [], [], [], [], []
    for run in found:
        confirmed, ready = run["confirmed"] / 1000, run["ready"] / 1000
        down = next(at for at, status in seen if at > confirmed and status != "InService")
        up = next(at for at, status in seen if at > down and status == "InService")
        totals.append(ready - confirmed)
        away.append(up - down)
        before.append(down - confirmed)
        after.append(run["reloaded"] / 1000 - up)
        added.append(totals[-1] - away[-1] - run["plain"] / 1000)
    note = (
        f"{len(found)} switches by the state machine at --speed {SPEED}: {spread(added)} s added; "
        f"confirm until the app stops {median(before):.1f} s, app in service until the page "
        f"reloads {median(after):.1f} s; compared with the time the app was away "
        f"({median(away):.1f} s: the emulated Deleting of {45 / SPEED:.2g} s and Pending of "
        f"{60 / SPEED:.2g} s, the state machine's waits, the real start of JupyterLab) and a load "
        f"of the page ({median([run['plain'] for run in found]) / 1000:.1f} s), measured in the "
        "same run; ready is the layout restored and the launcher seen"
    )
    return [
        Row(
            "switch of the instance, confirm to ready",
            median(totals),
            "s",
            peer=median(totals) - median(added),
            goal=GOAL_S,
            judged="added",
            notes=[note],
        )
    ]


@contextlib.contextmanager
def _watch(studio) -> Iterator[list[tuple[float, str]]]:  # type: ignore[no-untyped-def]
    """What DescribeApp says of the space's app, and when, as long as the block runs."""
    from botocore.config import Config
    from sagemaker_studio_local import seed
    from sagemaker_studio_local.frontend import INTERNAL_USER_AGENT

    sagemaker = studio.client("sagemaker", config=Config(user_agent_extra=INTERNAL_USER_AGENT))
    app = {
        "DomainId": seed.DOMAIN_ID,
        "SpaceName": "my-space",
        "AppType": "JupyterLab",
        "AppName": "default",
    }
    seen: list[tuple[float, str]] = []
    end = threading.Event()

    def look() -> None:
        while not end.wait(LOOK):
            status = sagemaker.describe_app(**app)["Status"]
            if not seen or seen[-1][1] != status:
                seen.append((time.time(), status))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        end.set()
        watcher.join()
