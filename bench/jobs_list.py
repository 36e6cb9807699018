"""The list of notebook jobs with ten thousand of them."""

from __future__ import annotations

from typing import Any

from browser import measure_page
from measurement import Row, median, percentile, spread
from processes import jupyter, local_studio

FRAME_GOAL_MS = 50.0


def measure(quick: bool) -> list[Row]:
    """Time until rows are seen; the longest frame while pages come in, and when all are there."""
    count = 1000 if quick else 10_000
    with local_studio(count) as space, jupyter(True, space=space) as server:
        settings = {
            "url": server.url,
            "rounds": 2 if quick else 7,
            "count": count,
            "loadSeconds": 30 if quick else 240,
        }
        found = measure_page("jobs_list.mjs", settings)
    idle = max(found["idle"]["gaps"])
    loading, loaded = found["loading"], found["loaded"]
    rows = [
        Row(
            f"list of {count:,} jobs, until rows are seen",
            median(found["shown"]),
            "ms",
            notes=[
                f"from the command in a fresh page, its script and the first page of jobs "
                f"included; {spread(found['shown'])} ms"
            ],
        ),
        Row(
            "the same, opened again",
            median(found["warm"]),
            "ms",
            peer=median(found["shown"]),
            notes=[f"in the same page; compared with the first time; {spread(found['warm'])} ms"],
        ),
    ]
    for title, run in (("while older ones come in", loading), ("when all are there", loaded)):
        rows.append(
            Row(
                f"longest frame scrolling it, {title}",
                max(run["gaps"]),
                "ms",
                peer=idle,
                goal=FRAME_GOAL_MS,
                notes=[_frames(run)],
            )
        )
    rows[2].notes[0] += (
        f"; the tab and {loading['loaded']:,} jobs hold {found['heap'] / 1e6:.1f} MB"
    )
    return rows


def _frames(run: dict[str, Any]) -> str:
    gaps, tasks = run["gaps"], run["tasks"]
    slow = sum(gap > FRAME_GOAL_MS for gap in gaps)
    longest = f", the longest {max(tasks):.0f} ms" if tasks else ""
    return (
        f"{len(gaps):,} frames in {run['seconds']:.0f} s over {run['loaded']:,} jobs: p50 "
        f"{median(gaps):.0f} ms, p99 {percentile(gaps, 99):.0f} ms, {slow} over 50 ms; "
        f"{len(tasks)} long tasks{longest}; compared with the longest frame of the page left alone"
    )
