"""JavaScript heap the extension adds to JupyterLab's page before any panel is opened."""

from __future__ import annotations

from browser import measure_page
from measurement import Row, median
from processes import jupyter


def measure(quick: bool) -> list[Row]:
    """Heap in use after garbage collection, with us against without."""
    with jupyter(True) as ours, jupyter(False) as bare, jupyter(False, peers=True) as peers:
        sides = {"ours": ours.url, "bare": bare.url, "peers": peers.url}
        found = measure_page("heap.mjs", {"sides": sides, "rounds": 2 if quick else 5})
    mega = {name: median(values) / 1e6 for name, values in found.items()}
    note = (
        f"adds {mega['ours'] - mega['bare']:.2f} MB; AWS's scheduler and jupyter-scheduler add "
        f"{mega['peers'] - mega['bare']:.2f} MB"
    )
    title = "page's heap before a panel is opened, with us against without"
    return [Row(title, mega["ours"], "MB", peer=mega["bare"], notes=[note])]
