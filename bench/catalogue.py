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
        f"median of {len(frames)} keys, p95 {percentile(frames, 95):.1f} ms, longest "
        f"{max(frames):.1f} ms; script until the key is handled {median(script):.1f} ms, p95 "
        f"{percentile(script, 95):.1f} ms; the {len(ours['rows'])} keys that change the rows: script "
        f"{median(ours['building']):.1f} ms, p95 {percentile(ours['building'], 95):.1f} ms, painted "
        f"{median(ours['rows']):.1f} ms, p95 {percentile(ours['rows'], 95):.1f} ms; compared with "
        f"an input that does nothing, p95 {percentile(bare['frame'], 95):.1f} ms: both hold the "
        "wait for the screen's next frame, up to 16.7 ms"
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
