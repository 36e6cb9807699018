"""What a notebook recorded while it ran: values in scrapbook's formats, printed text, errors.

Also a program by itself, from standard input to standard output: reading a large JSON text holds
Python's lock for seconds, which must not be the server's. So it needs nothing but Python.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterator
from typing import Any

MAX_TEXT = 4 * 1024  # bytes a cell
MAX_RUN = 64 * 1024  # bytes a notebook, values and texts
_MAX_NAME = 256
_MAX_MEMORY = 1536 * 1024**2

# nteract's scrapbook documentation, and papermill's before version 1.
_SCRAP = "application/scrapbook.scrap.json+json"
_RECORD = "application/papermill.record+json"
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

Run = dict[str, Any]


def read(content: bytes) -> Run:
    """``values``, ``texts`` and ``cells`` of a notebook, and ``problem`` where it is none."""
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return problem("The notebook in the archive is not valid JSON.")
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        return problem("The notebook in the archive is not a notebook of format 4.")
    run = problem("")
    del run["problem"]
    room = MAX_RUN
    code = [
        (number, list(_outputs(cell)))
        for number, cell in enumerate(cells)
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]
    run["cells"] = {
        "total": len(code),
        "failed": sum(any(o.get("output_type") == "error" for o in outs) for _, outs in code),
    }
    for _, outputs in code:
        for output in outputs:
            for name, value in _values(output):
                cost = len(name.encode("utf-8", "replace"))
                cost += len(value.encode("utf-8", "replace")) if isinstance(value, str) else 8
                if cost <= room:
                    room -= cost
                    run["values"][name] = value
    # The last texts first where not all have room: results are printed at the end.
    for number, outputs in reversed(code):
        text = _tail(_COLOURS.sub("", "".join(map(_printed, outputs))), min(MAX_TEXT, room))
        if text:
            room -= len(text.encode())
            run["texts"].insert(0, {"cell": number, "text": text})
    return run


def problem(words: str) -> Run:
    """A run of which nothing is known."""
    return {"values": {}, "texts": [], "cells": {"total": 0, "failed": 0}, "problem": words}


def _outputs(cell: dict[str, Any]) -> Iterator[dict[str, Any]]:
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        if isinstance(output, dict):
            yield output


def _values(output: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    data = output.get("data")
    if not isinstance(data, dict):
        return
    scrap, record = data.get(_SCRAP), data.get(_RECORD)
    pairs = list(record.items()) if isinstance(record, dict) else []
    if isinstance(scrap, dict) and scrap.get("encoder", "json") in ("json", "text"):
        pairs.append((scrap.get("name"), scrap.get("data")))
    for name, value in pairs:
        if isinstance(value, float) and not math.isfinite(value):
            value = str(value)  # JSON has no word for it
        is_value = isinstance(value, (bool, int, float, str))
        if isinstance(name, str) and 0 < len(name) <= _MAX_NAME and is_value:
            yield name, _tail(value, MAX_TEXT) if isinstance(value, str) else value


def _printed(output: dict[str, Any]) -> str:
    kind, data = output.get("output_type"), output.get("data")
    if kind == "stream":
        return _text(output.get("text"))
    if kind in ("execute_result", "display_data") and isinstance(data, dict):
        if _SCRAP in data or _RECORD in data:
            return ""
        text = _text(data.get("text/plain"))
        return text if not text or text.endswith("\n") else f"{text}\n"
    return ""


def _text(value: Any) -> str:
    """nbformat writes a text as one or as a list of lines."""
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))


def _tail(text: str, room: int) -> str:
    """The last so many bytes, from the beginning of a line where there is one."""
    body = text.encode("utf-8", "replace")
    if len(body) <= room:
        return body.decode()
    tail = body[len(body) - room :].decode("utf-8", "ignore") if room > 0 else ""
    return tail.partition("\n")[2] or tail


def _limit_memory() -> None:
    """So that no notebook takes what kernels need."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))


if __name__ == "__main__":
    _limit_memory()
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read())))
