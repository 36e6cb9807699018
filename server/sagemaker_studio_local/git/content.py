"""What the repositories hold: streams for ``git fast-import``, the same at every making."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

_AUTHOR = b"Local Studio <local-studio@example.com>"
#: 2026-01-05, a Monday; commits follow a day apart.
_FIRST_DAY = 1767603600
_DAY = 24 * 3600

_ARCHIVE_COMMITS = 80
_ARCHIVE_FILES_OF_COMMIT = 4
_ARCHIVE_FILE_BYTES = 200 * 1024

File = bytes | str


class _Stream:
    """Writes commits of one repository, one after the other."""

    def __init__(self) -> None:
        self._marks = 0

    def commit(
        self, branch: str, message: str, files: Mapping[str, File], *, since: int | None = None
    ) -> Iterator[bytes]:
        """A commit with files changed; ``since`` is the mark of its parent on another branch."""
        self._marks += 1
        moment = b"%d +0000" % (_FIRST_DAY + self._marks * _DAY)
        text = message.encode()
        yield b"commit refs/heads/%s\nmark :%d\n" % (branch.encode(), self._marks)
        yield b"author %s %s\ncommitter %s %s\n" % (_AUTHOR, moment, _AUTHOR, moment)
        yield b"data %d\n%s\n" % (len(text), text)
        if since is not None:
            yield b"from :%d\n" % since
        for path, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            yield b"M 100644 inline %s\ndata %d\n" % (path.encode(), len(data))
            yield data
            yield b"\n"

    def submodule(self, path: str, commit: str) -> Iterator[bytes]:
        """Put a commit of another repository into the commit just written."""
        yield b"M 160000 %s %s\n" % (commit.encode(), path.encode())

    @property
    def last(self) -> int:
        """The mark of the last commit."""
        return self._marks

    def tag(self, name: str) -> Iterator[bytes]:
        """An annotated tag of the last commit."""
        moment = b"%d +0000" % (_FIRST_DAY + self._marks * _DAY)
        text = f"Release {name}".encode()
        yield b"tag %s\nfrom :%d\n" % (name.encode(), self._marks)
        yield b"tagger %s %s\ndata %d\n%s\n" % (_AUTHOR, moment, len(text), text)


def _notebook(*cells: str) -> str:
    """A notebook; cells that begin with # are Markdown."""

    def cell(number: int, source: str) -> dict[str, Any]:
        common = {"id": f"cell-{number}", "metadata": {}, "source": source.splitlines(True)}
        if source.startswith("#"):
            return {"cell_type": "markdown", **common}
        return {"cell_type": "code", **common, "execution_count": None, "outputs": []}

    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    document = {
        "cells": [cell(number, source) for number, source in enumerate(cells, 1)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1) + "\n"


def _readings(days: int) -> str:
    """Temperatures of a machine by the hour, as CSV."""
    rows = ["hour,temperature"]
    for hour in range(days * 24):
        # Warmest in the middle of the day, with a little that is not.
        tenths = 610 + 4 * min(hour % 24, 24 - hour % 24) + hour % 7
        rows.append(f"{hour},{tenths // 10}.{tenths % 10}")
    return "\n".join(rows) + "\n"


def machine_readings() -> Iterator[bytes]:
    """A public repository with a notebook, a tag and a second branch."""
    stream = _Stream()
    notebook = _notebook(
        "# Machine readings\nThe temperature of a machine over a week.",
        "import csv\n\nwith open('readings.csv') as file:\n"
        "    readings = [float(row['temperature']) for row in csv.DictReader(file)]",
        "print(f'{len(readings)} readings, {max(readings):.1f} °C at most')",
    )
    readme = "# Machine readings\n\nHourly temperatures of a machine. Open `readings.ipynb`.\n"
    yield from stream.commit("main", "Add the readings of a week\n", {"readings.csv": _readings(7)})
    yield from stream.commit(
        "main", "Add the notebook\n", {"README.md": readme, "readings.ipynb": notebook}
    )
    yield from stream.tag("v1.0")
    released = stream.last
    yield from stream.commit(
        "main",
        "Say where the readings come from\n",
        {"README.md": f"{readme}\nThey are made up.\n"},
    )
    yield from stream.commit(
        "experiments",
        "Try a moving average\n",
        {"average.py": "def average(values, size):\n    return sum(values[-size:]) / size\n"},
        since=released,
    )


def demand_forecast() -> Iterator[bytes]:
    """A private repository with a notebook."""
    stream = _Stream()
    notebook = _notebook(
        "# Demand forecast\nThe demand of next week, from that of the weeks before.",
        "demand = [120, 132, 128, 141, 150, 147, 158]",
        "growth = (demand[-1] - demand[0]) / (len(demand) - 1)\n"
        "print(f'next week: {demand[-1] + growth:.0f}')",
    )
    readme = "# Demand forecast\n\nFor members of the team. Open `forecast.ipynb`.\n"
    yield from stream.commit("main", "Begin\n", {"README.md": readme})
    yield from stream.commit("main", "Add the forecast\n", {"forecast.ipynb": notebook})


def feature_store(readings: str) -> Iterator[bytes]:
    """A public repository with a submodule.

    :param readings: the commit of ``analytics/machine-readings`` that is in it.
    """
    stream = _Stream()
    readme = "# Feature store\n\nThe readings are a submodule: clone with submodules.\n"
    modules = (
        '[submodule "readings"]\n\tpath = readings\n\turl = ../../analytics/machine-readings\n'
    )
    features = "def warmest(readings):\n    return max(readings)\n"
    yield from stream.commit("main", "Begin\n", {"README.md": readme, "features.py": features})
    yield from stream.commit("main", "Add the readings\n", {".gitmodules": modules})
    yield from stream.submodule("readings", readings)


def password_only() -> Iterator[bytes]:
    """A private repository on which passwords are tried in vain."""
    text = "# Password only\n\nThis repository is read with a token; no password opens it.\n"
    yield from _Stream().commit("main", "Begin\n", {"README.md": text})


def image_archive() -> Iterator[bytes]:
    """64 MB that cannot be compressed, in 320 files and 80 commits."""
    stream = _Stream()
    numbers = random.Random(20260105)
    yield from stream.commit("main", "Begin\n", {"README.md": "# Image archive\n\nLarge.\n"})
    for batch in range(_ARCHIVE_COMMITS):
        files: dict[str, File] = {
            f"images/batch-{batch:02}/image-{number}.bin": numbers.randbytes(_ARCHIVE_FILE_BYTES)
            for number in range(_ARCHIVE_FILES_OF_COMMIT)
        }
        yield from stream.commit("main", f"Add batch {batch}\n", files)
