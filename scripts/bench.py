"""`npm run bench`: measure this extension beside its peers, print one table of ratios and goals.

`npm run bench -- --only proxy,status` measures some of the rows; `--list` names them; `--quick`
takes fewer and smaller runs; `--json FILE` keeps the figures. A missed goal is said plainly and is
no failure: the exit code is 0 unless nothing could be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import environment
from environment import CACHE, PYTHON, ROOT, say

sys.path.insert(1, str(ROOT / "bench"))
import report  # noqa: E402
from measurement import Row  # noqa: E402

# In the order of the table; a module of bench/ each.
ROWS = {
    "ready": "JupyterLab ready in the browser, with and without us",
    "bundle": "bytes of our script, at start and in all",
    "startup": "server extension, import and load",
    "proxy": "a proxied call against boto3",
    "status": "/api/status while AWS does not answer",
    "staging": "uploads against the AWS CLI",
    "sweep": "a sweep of 50 jobs at one call a second",
    "clone": "a clone of a large repository against git",
    "file_systems": "the state of file systems while one hangs",
    "jobs_list": "a list of 10,000 jobs",
    "log": "a log of 1,000,000 lines, opened and searched",
    "catalogue": "the filter of 250 instance types",
    "switch": "a switch of the instance, from confirm to ready",
    "hidden": "calls while nobody looks",
    "memory": "memory of the server",
    "heap": "memory of the page",
}
BROWSER = {
    "ready",
    "bundle",
    "file_systems",
    "jobs_list",
    "log",
    "catalogue",
    "switch",
    "hidden",
    "heap",
}
PEERS = {"ready", "bundle", "memory", "heap"}


def ensure_peers() -> Path:
    """The same JupyterLab with AWS's own extension instead of ours; returns its Python."""
    python = CACHE / "bench-peers" / environment.BIN.name / PYTHON.name

    def install() -> None:
        say("Installing AWS's scheduler to compare with")
        folder = CACHE / "bench-peers"
        environment.run(PYTHON, "-m", "uv", "venv", "--quiet", "--clear", folder, quiet=True)
        extras = ("--extra", "dev", "--extra", "peers")
        environment.uv_install(python, "-r", "pyproject.toml", *extras)

    environment.once("bench-peers", ["pyproject.toml"], install, python)
    return python


def measure(name: str, quick: bool) -> list[Row]:
    """Run one module in a process of its own."""
    file = CACHE / f"bench-{name}.json"
    file.unlink(missing_ok=True)
    command = [str(PYTHON), str(ROOT / "bench" / "run.py"), name, str(file), *["--quick"] * quick]
    subprocess.run(command, cwd=ROOT, env=environment.environment(), check=True)
    return [Row.from_dict(data) for data in json.loads(file.read_text())]


def bench() -> int:
    parser = argparse.ArgumentParser(prog="npm run bench --", description=__doc__)
    parser.add_argument("--only", metavar="ROWS", help="comma-separated, of: " + ", ".join(ROWS))
    parser.add_argument("--list", action="store_true", help="name the rows")
    parser.add_argument("--quick", action="store_true", help="fewer and smaller runs")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures here too")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(f"{name:10} {what}" for name, what in ROWS.items()))
        return 0
    chosen = arguments.only.split(",") if arguments.only else list(ROWS)
    unknown = [name for name in chosen if name not in ROWS]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)} (there are: {', '.join(ROWS)})")

    environment.ensure_python("dev", "local", "test", "bench")
    environment.ensure_node_modules()
    environment.ensure_built()
    environment.ensure_installed()
    if PEERS.intersection(chosen):
        os.environ["PEERS_PYTHON"] = str(ensure_peers())
    if BROWSER.intersection(chosen):
        os.environ["CHROMIUM_PATH"] = str(environment.ensure_chromium())
    CACHE.mkdir(exist_ok=True)

    busy = report.busy()
    if busy:
        say(busy)
    rows: list[Row] = []
    failed: list[str] = []
    for name in chosen:
        say(f"{ROWS[name]} …")
        start = time.monotonic()
        try:
            rows += measure(name, arguments.quick)
        except subprocess.CalledProcessError as error:
            failed.append(f"{ROWS[name]} (code {error.returncode}, see above)")
        say(f"  {time.monotonic() - start:.0f} s")

    print(f"\n{report.machine()}{', quick' if arguments.quick else ''}\n")
    print(report.table(rows))
    print(f"\n{report.SCALE}")
    print(f"{busy}\n")
    print(report.summary(rows, failed), flush=True)
    if arguments.json:
        data = {"machine": report.machine(), "busy": busy, "rows": [row.to_dict() for row in rows]}
        arguments.json.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    return 0 if rows else 1


if __name__ == "__main__":
    environment.main(bench)
