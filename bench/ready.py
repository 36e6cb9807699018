"""How long JupyterLab takes to be ready, with this extension and without."""

from __future__ import annotations

from browser import measure_page
from measurement import Row, median, spread
from processes import jupyter

# AWS's own extensions make it 1.05 to 1.11.
GOAL = 1.03


def measure(quick: bool) -> list[Row]:
    """Cold and warm browser cache; three servers run side by side and are asked in turn."""
    with jupyter(True) as ours, jupyter(False) as bare, jupyter(False, peers=True) as peers:
        sides = {"ours": ours.url, "bare": bare.url, "peers": peers.url}
        found = measure_page("ready.mjs", {"sides": sides, "rounds": 4 if quick else 11})
    rows = []
    for cache in ("cold", "warm"):
        times = found[cache]
        without = median(times["bare"])
        note = (
            f"until app.restored and the launcher is seen; with us {spread(times['ours'])} ms, "
            f"without {spread(times['bare'])} ms; with AWS's scheduler and jupyter-scheduler "
            f"instead the ratio is {median(times['peers']) / without:.3f}"
        )
        rows.append(
            Row(
                f"JupyterLab ready, {cache} cache, with us against without",
                median(times["ours"]),
                "ms",
                peer=without,
                goal=GOAL,
                judged="ratio",
                notes=[note],
            )
        )
    return rows
