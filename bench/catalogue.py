"""The instance catalogue with 250 types: a keystroke in its filter."""

from __future__ import annotations

from browser import measure_page
from measurement import Row, median, percentile
from processes import jupyter, local_studio

GOAL_MS = 16.0
TYPES = 250


def measure(quick: bool) -> list[Row]:
    """Keystroke to the next painted frame, beside a bare input of the same page."""
    with local_studio(1) as space, jupyter(True, space=space) as server:
        settings = {"url": server.url, "types": TYPES, "rounds": 4 if quick else 20}
        found = measure_page("catalogue.mjs", settings)
    ours, bare = found["ours"], found["bare"]
    frames, script = ours["frame"], ours["script"]
    note = (
        f"{len(frames)} keys, {_times(frames)}; script until the key is handled: {_times(script)}; "
        f"new rows, which may come a frame later, for {len(ours['rows'])} of the keys: "
        f"{_times(ours['rows'])}; compared with an input that does nothing: "
        f"{_times(bare['frame'])}; all but script hold the wait for the screen's next frame, "
        "up to 16.7 ms"
    )
    return [
        Row(
            f"catalogue of {TYPES} types, keystroke to painted frame",
            median(frames),
            "ms",
            peer=median(bare["frame"]),
            goal=GOAL_MS,
            notes=[note],
        )
    ]


def _times(values: list[float]) -> str:
    p95 = percentile(values, 95)
    return f"median {median(values):.1f} ms, p95 {p95:.1f} ms, longest {max(values):.1f} ms"
