"""One row group in a process of its own: ``python bench/run.py MODULE REPORT [--quick]``."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path


def main() -> None:
    """Measure and write the rows as JSON to the file REPORT."""
    module, report, *flags = sys.argv[1:]
    rows = importlib.import_module(module).measure("--quick" in flags)
    Path(report).write_text(json.dumps([row.to_dict() for row in rows]))


if __name__ == "__main__":
    main()
