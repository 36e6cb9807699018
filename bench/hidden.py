"""What is asked of the server and of AWS while nobody looks."""

from __future__ import annotations

from browser import measure_page
from measurement import Row
from processes import jupyter, local_studio

# Longer than the interval at which what is seen is read again (60 s).
SECONDS = 90


def measure(quick: bool) -> list[Row]:
    """Requests of a hidden page, and of a page with the panels and the status bar hidden."""
    seconds = SECONDS
    with local_studio(20) as space, jupyter(True, space=space) as server:
        settings = {"url": server.url, "endpoint": space.endpoint, "seconds": seconds}
        found = measure_page("hidden.mjs", settings)
    if not found["seen"] or not found["again"]:
        raise RuntimeError(f"no requests are seen even of pages in view: {found}")
    asked = len(found["hidden"]) + len(found["covered"]) + len(found["operations"])
    what = sorted({*found["hidden"], *found["covered"], *found["operations"]})
    note = (
        f"{asked} requests in {seconds} s, times {3600 / seconds:.0f}"
        f"{': ' + ', '.join(what) if what else ''}; counted are requests to sagemaker-studio "
        "routes as Chromium sends them and calls the local Studio receives, from two pages with "
        "the space, the list of spaces, the repositories, the file systems, the catalogue, the "
        "jobs and a job open: one hidden "
        "(document.hidden is set and its event sent: headless Chromium hides no page by itself), "
        "one in view with the panels behind others and the status bar off; the page shown again "
        f"sent {found['again']} at once"
    )
    return [
        Row(
            "calls an hour while the panels are hidden",
            asked * 3600 / seconds,
            "",
            goal=0,
            notes=[note],
        )
    ]
