"""A job's log of a million lines: opened, read to its end and searched in the browser."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from browser import measure_page
from measurement import Row, median
from processes import Space, control, jupyter

FRAME_GOAL_MS = 50.0
_GROUP = "/aws/sagemaker/TrainingJobs"
#: GetLogEvents answers so many events at most (API reference).
_PAGE = 10_000
_BEGUN = 1_790_000_000_000
_RARE = 1000  # one line in so many has the word that is looked for


def measure(quick: bool) -> list[Row]:
    """Time until lines are seen, all are read, and all with a word are found; the frames."""
    from moto.logs.models import LogStream, logs_backends
    from sagemaker_studio_local.control_plane.plane import ACCOUNT, REGION
    from sagemaker_studio_local.testing import FakeRunner, LocalStudio, app_surroundings

    count = 100_000 if quick else 1_000_000

    def page(
        start_time: Any, end_time: Any, limit: Any, next_token: Any, start_from_head: Any
    ) -> tuple[list[dict[str, Any]], str, str]:
        """Events made when asked for: moto sorts all it has for each page."""
        start = int(next_token[2:]) + 1 if next_token else 0
        end = min(count, start + min(limit or _PAGE, _PAGE))
        return [_event(n) for n in range(start, end)], f"b/{start:056d}", f"f/{end - 1:056d}"

    with tempfile.TemporaryDirectory(prefix="sagemaker-studio-bench-") as folder:
        state = Path(folder)
        with LocalStudio(state, runner=FakeRunner()) as studio:
            control(studio.endpoint_url, "seed-jobs", {"count": 1})
            listed = studio.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]
            name = listed[0]["TrainingJobName"]
            group = logs_backends[ACCOUNT][REGION].groups[_GROUP]
            stream = LogStream(group, f"{name}/algo-1-{_BEGUN}")
            stream.__dict__["get_log_events"] = page
            group.streams[stream.log_stream_name] = stream
            space = Space(studio.endpoint_url, *app_surroundings(state, studio.endpoint_url))
            with jupyter(True, space=space) as server:
                settings = {"url": server.url, "job": name, "count": count, "found": count // _RARE}
                found = measure_page("log.mjs", settings)

    idle = max(found["idle"]["gaps"])
    lines = f"log of {count:,} lines"
    way = "from the local Studio's CloudWatch Logs through the signing endpoint"
    return [
        Row(
            f"{lines}, until the first are seen",
            found["shown"],
            "ms",
            notes=[f"from the command in a fresh page, its script included; {way}"],
        ),
        Row(
            f"{lines}, until all are read",
            found["read"] / 1000,
            "s",
            notes=[f"pages of {_PAGE:,}; the page then holds {found['heap'] / 1e6:.0f} MB more"],
        ),
        Row(
            f"{lines}, until the first found are told",
            found["first"],
            "ms",
            notes=["from the word typed"],
        ),
        Row(
            f"{lines}, until all found are told",
            found["searched"],
            "ms",
            notes=[f"{count // _RARE:,} lines with the word"],
        ),
        Row(
            "longest frame, the log being read",
            max(found["reading"]["gaps"]),
            "ms",
            peer=idle,
            notes=[_frames(found["reading"])],
        ),
        Row(
            "longest frame, the log being searched",
            max(found["searching"]["gaps"]),
            "ms",
            peer=idle,
            goal=FRAME_GOAL_MS,
            notes=[_frames(found["searching"])],
        ),
    ]


def _event(number: int) -> dict[str, Any]:
    word = "needle" if number % _RARE == _RARE - 1 else "hay"
    message = f"INFO worker {number % 8} batch {number}: loss {1 / (number + 1):.9f}, {word} in it"
    return {"timestamp": _BEGUN + number, "message": message, "ingestionTime": _BEGUN + number}


def _frames(run: dict[str, Any]) -> str:
    gaps, tasks = run["gaps"], run["tasks"]
    slow = sum(gap > FRAME_GOAL_MS for gap in gaps)
    return (
        f"{len(gaps):,} frames: p50 {median(gaps):.0f} ms, {slow} over 50 ms; {len(tasks)} long "
        "tasks; compared with the longest frame of the page left alone"
    )
