"""A clone of the large repository by a task against plain `git clone`."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from functools import partial

from measurement import Row, alternate, median, spread
from processes import Server, Space, control, jupyter, local_studio
from tasks import run_task

GOAL = 1.1
_REPOSITORY = "research/image-archive"


def measure(quick: bool) -> list[Row]:
    """From the request to the end, both from the local Studio's Git host at full speed."""
    with local_studio() as space, jupyter(True, space=space) as server:
        control(space.endpoint, "git", {"repository": _REPOSITORY, "bytesPerSecond": None})
        sides = (partial(_task, server), partial(_git, space))
        for side in sides:  # the host makes the repository with the first request
            _timed(server, side)
        ours, theirs = alternate(
            3 if quick else 7, *(partial(_timed, server, side) for side in sides)
        )
    seconds, size = ([run[part] for run in ours] for part in (0, 1))
    plain = [run[0] for run in theirs]
    note = (
        f"{size[0] / 1e6:,.0f} MB of packs over TLS; ours {spread(seconds)} s, "
        f"`git clone` {spread(plain)} s"
    )
    return [
        Row(
            "clone of the large repository against plain git clone",
            median(seconds),
            "s",
            peer=median(plain),
            goal=GOAL,
            judged="ratio",
            notes=[note],
        )
    ]


def _task(server: Server, url: str, name: str) -> None:
    run_task(server, "clone", {"url": url, "directory": name, "submodules": False})


def _git(space: Space, url: str, name: str) -> None:
    command = ["git", "clone", "--quiet", "--", url, name]
    subprocess.run(command, cwd=space.root, env={**os.environ, **space.environment}, check=True)


def _timed(server: Server, clone: partial[None]) -> tuple[float, int]:
    """Seconds of a clone, and bytes of the packs it got; then it is removed."""
    from sagemaker_studio_local.git import HOST

    folder = server.root / "bench-clone"
    start = time.perf_counter()
    clone(f"https://{HOST}/{_REPOSITORY}", folder.name)
    seconds = time.perf_counter() - start
    size = sum(pack.stat().st_size for pack in (folder / ".git").rglob("*.pack"))
    if size < 50e6 or not any(folder.rglob("*.*")):
        raise RuntimeError(f"{folder} is no clone of {_REPOSITORY}")
    shutil.rmtree(folder)
    return seconds, size
