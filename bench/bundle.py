"""How much script the page loads for this extension."""

from __future__ import annotations

from browser import measure_page
from measurement import Row
from processes import LABEXTENSION, PEER_LABEXTENSIONS, jupyter, local_studio

START_GOAL_KB = 40.0
JOBS_GOAL_KB = 600.0


def measure(quick: bool) -> list[Row]:
    """At start, and after every kind of panel was opened. Nothing varies."""
    with (
        local_studio(20) as space,
        jupyter(True, space=space) as ours,
        jupyter(False, peers=True) as peers,
    ):
        notebook = next(path for path in sorted(space.root.rglob("*.ipynb")))
        sides = {
            "ours": {"url": ours.url, "extensions": [LABEXTENSION]},
            "peers": {"url": peers.url, "extensions": PEER_LABEXTENSIONS},
        }
        settings = {"sides": sides, "notebook": str(notebook.relative_to(space.root))}
        found = measure_page("bundle.mjs", settings)
    start, jobs, whole = (found["ours"][moment] for moment in ("start", "jobs", "all"))
    theirs = found["peers"]["start"]
    note = (
        f"{start['raw'] / 1e3:.0f} KB raw in {start['files']} files; compared with AWS's scheduler "
        f"and jupyter-scheduler ({theirs['raw'] / 1e3:,.0f} KB raw in {theirs['files']} files)"
    )
    jobs_note = f"{jobs['gzip'] / 1e3:.0f} KB gzip in {jobs['files']} files"
    whole_note = (
        f"{whole['gzip'] / 1e3:.0f} KB gzip in {whole['files']} files, after the space, the "
        "repositories, a clone, the file systems, the catalogue and the plan of a change were "
        "opened, too; compared with what the peers load at start"
    )
    return [
        Row(
            "script loaded before the first panel, gzip",
            start["gzip"] / 1e3,
            "KB",
            peer=theirs["gzip"] / 1e3,
            goal=START_GOAL_KB,
            notes=[note],
        ),
        Row(
            "script loaded once the jobs, the form and a job were opened, raw",
            jobs["raw"] / 1e3,
            "KB",
            goal=JOBS_GOAL_KB,
            notes=[jobs_note],
        ),
        Row(
            "script loaded once everything was opened, raw",
            whole["raw"] / 1e3,
            "KB",
            peer=theirs["raw"] / 1e3,
            notes=[whole_note],
        ),
    ]
