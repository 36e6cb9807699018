"""The table `npm run bench` prints; standard library only, it runs before anything is set up."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from measurement import Row

# The figures for scale, measured the same way on JupyterLab 4.5.10.
SCALE = (
    "For scale: AWS's own extensions with jupyter-scheduler and jupyterlab-git make JupyterLab "
    "4.5.10 5–11 % slower to be ready, load 2,749 KB of script at start and add 62 MB to the "
    "server."
)

_HEAD = ("row", "ours", "peer/baseline", "ratio", "goal", "")


def table(rows: Sequence[Row]) -> str:
    """All rows as aligned text, their notes below."""
    lines: list[tuple[str, ...]] = [_HEAD]
    notes: list[str] = []
    for row in rows:
        mark = ""
        if row.notes:
            notes.extend(row.notes)
            first = len(notes) - len(row.notes) + 1
            mark = " " + "".join(f"[{number}]" for number in range(first, len(notes) + 1))
        lines.append(
            (
                row.title + mark,
                figure(row.ours, row.unit),
                "" if row.peer is None else figure(row.peer, row.unit),
                "" if row.ratio is None else f"{row.ratio:.2f}",
                _goal(row),
                row.verdict,
            )
        )
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    text = [_aligned(line, widths) for line in lines]
    text.insert(1, "-" * len(text[0]))
    text += [""] + [f"[{number}] {note}" for number, note in enumerate(notes, 1)]
    return "\n".join(text)


def summary(rows: Sequence[Row], failed: Sequence[str]) -> str:
    """How many goals are met, and plainly which are not."""
    goals = [row for row in rows if row.verdict]
    over = [row for row in goals if row.verdict == "over"]
    lines = [f"{len(goals) - len(over)} of {len(goals)} goals met"]
    for row in over:
        assert row.value is not None and row.goal is not None
        value = _value(row, row.value)
        lines.append(f"  MISSED: {row.title}: {value}, goal {_goal(row)}")
    lines += [f"  NOT MEASURED: {name}" for name in failed]
    return "\n".join(lines)


def machine() -> str:
    """What the figures were measured on."""
    memory = ""
    info = Path("/proc/meminfo")
    if info.exists():
        total = int(info.read_text().split()[1])
        memory = f", {total / 1024**2:.0f} GB memory"
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{memory}"


def busy() -> str:
    """A warning when other work keeps the machine busy before anything is measured, or nothing."""
    if not hasattr(os, "getloadavg"):
        return ""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load < cores / 2:
        return ""
    return (
        f"The machine was busy before the first run (load {load:.1f} on {cores} cores): ratios "
        "are blurred, single times and frames say little."
    )


def figure(value: float, unit: str) -> str:
    """Three significant digits or whole units, with the unit."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()


def _value(row: Row, value: float) -> str:
    if row.judged == "ratio":
        return f"ratio {value:.2f}"
    return ("adds " if row.judged == "added" else "") + figure(value, row.unit)


def _goal(row: Row) -> str:
    if row.goal is None:
        return ""
    if row.judged == "ratio":
        return f"≤ {row.goal:g}"
    plus = "+" if row.judged == "added" else ""
    return f"≤ {plus}{row.goal:,g} {row.unit}"


def _aligned(line: tuple[str, ...], widths: Sequence[int]) -> str:
    first, *rest = line
    cells = [first.ljust(widths[0])]
    cells += [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
    return "  ".join(cells).rstrip()
