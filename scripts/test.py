"""`npm test`: set up what is missing, run every check, end with `N passed, N failed`.

`npm test -- --only jest,pytest` runs some of the steps; `--list` names them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO

import environment
from environment import BIN, CACHE, PYTHON, ROOT, say


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0


class _Lane(threading.local):
    """Where this thread's checks print: a file while others run beside it, else the terminal."""

    output: IO[bytes] | None = None


lane = _Lane()


def check(*command: str) -> bool:
    say(" ".join(command), lane.output)
    result = subprocess.run(
        command,
        cwd=ROOT,
        env=environment.environment(),
        stdout=lane.output,
        stderr=lane.output and subprocess.STDOUT,
    )
    return result.returncode == 0


def checks(*commands: tuple[str, ...]) -> Count:
    """Commands that pass or fail as a whole."""
    results = [check(*command) for command in commands]
    return Count(results.count(True), results.count(False))


def lint() -> Count:
    jlpm = str(BIN / "jlpm")
    return checks(
        (str(PYTHON), "-m", "ruff", "check", "server", "scripts", "bench", "ui-tests"),
        (str(PYTHON), "-m", "ruff", "format", "--check", "server", "scripts", "bench", "ui-tests"),
        (jlpm, "eslint:check"),
        (jlpm, "prettier:check"),
        (jlpm, "stylelint:check"),
        (str(PYTHON), "scripts/instance_types.py", "--check"),
    )


def types() -> Count:
    return checks(
        (str(PYTHON), "-m", "mypy"),
        (str(BIN / "jlpm"), "tsc", "--noEmit"),
        (str(BIN / "jlpm"), "tsc", "--noEmit", "-p", "ui-tests"),
    )


def jest() -> Count:
    report = CACHE / "jest.json"
    report.unlink(missing_ok=True)
    ok = check(str(BIN / "jlpm"), "jest", "--json", f"--outputFile={report}")
    if not report.exists():
        return Count(failed=1)
    data = json.loads(report.read_text())
    # A spec file that can't even be loaded has no tests of its own to count.
    failed = data["numFailedTests"] + data["numRuntimeErrorTestSuites"]
    return Count(data["numPassedTests"], max(failed, int(not ok)), data["numPendingTests"])


def server() -> Count:
    environment.try_bubblewrap()
    os.environ["PEERS_PYTHON"] = str(environment.ensure_peers())
    # Most tests wait for processes and servers; the tests of a file share some, and stay together.
    return pytest("pytest.xml", "-n", "2", "--dist", "loadfile")


def pytest(report_name: str, *arguments: str) -> Count:
    report = CACHE / report_name
    report.unlink(missing_ok=True)
    ok = check(str(PYTHON), "-m", "pytest", "-q", f"--junitxml={report}", *arguments)
    if not report.exists():
        return Count(failed=1)
    suite = ElementTree.parse(report).getroot().find("testsuite")
    assert suite is not None
    total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    return Count(total - failed - skipped, max(failed, int(not ok)), skipped)


def browser() -> Count:
    environment.ensure_installed()
    report = CACHE / "browser.json"
    report.unlink(missing_ok=True)
    os.environ["PEERS_PYTHON"] = str(environment.ensure_peers())
    os.environ["NEIGHBOURS_PYTHON"] = str(environment.ensure_neighbours())
    os.environ["CHROMIUM_PATH"] = str(environment.ensure_chromium())
    os.environ["PLAYWRIGHT_JSON_OUTPUT_NAME"] = str(report)
    ok = check(str(BIN / "jlpm"), "playwright", "test", "-c", "ui-tests/playwright.config.ts")
    if not report.exists():
        return Count(failed=1)
    stats = json.loads(report.read_text())["stats"]
    passed = stats["expected"] + stats["flaky"]
    return Count(passed, max(stats["unexpected"], int(not ok)), stats["skipped"])


def wheel() -> Count:
    """The wheel alone, in a clean environment without Node."""
    os.environ["WHEEL_UNDER_TEST"] = str(environment.build_wheel(CACHE / "wheel"))
    return pytest("wheel.xml", "scripts/test_wheel.py")


@dataclass
class Result:
    step: str
    count: Count
    seconds: float


STEPS: dict[str, Callable[[], Count]] = {
    "lint": lint,
    "types": types,
    "jest": jest,
    "pytest": server,
    "wheel": wheel,
    "browser": browser,
}

#: Run one after the other; the lanes of one stage side by side, as each leaves a core idle.
STAGES = ((("lint", "types", "jest", "wheel"), ("pytest",)), (("browser",),))


def run_lane(steps: list[str], output: IO[bytes] | None) -> list[Result]:
    """Run steps; what they print goes to a file, where one is given."""
    lane.output = output
    results = []
    for step in steps:
        say(f"=== {step} ===", output)
        start = time.monotonic()
        try:
            count = STEPS[step]()
        except environment.SetupError as error:
            say(str(error), output)
            count = Count(failed=1)
        results.append(Result(step, count, time.monotonic() - start))
    return results


def run_beside(lanes: list[list[str]]) -> list[Result]:
    """Run lanes at the same time; what each printed is shown when it has ended."""
    say(f"=== {' | '.join(', '.join(steps) for steps in lanes)} ===")

    def run(steps: list[str]) -> list[Result]:
        with tempfile.TemporaryFile() as output:
            results = run_lane(steps, output)
            output.seek(0)
            print(output.read().decode(errors="replace"), flush=True)
        return results

    with ThreadPoolExecutor(len(lanes)) as pool:
        return [result for results in pool.map(run, lanes) for result in results]


def test() -> int:
    parser = argparse.ArgumentParser(prog="npm test --", description=__doc__)
    parser.add_argument("--only", metavar="STEPS", help="comma-separated, of: " + ", ".join(STEPS))
    parser.add_argument("--list", action="store_true", help="name the steps")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(STEPS))
        return 0
    chosen = arguments.only.split(",") if arguments.only else list(STEPS)
    unknown = [step for step in chosen if step not in STEPS]
    if unknown:
        parser.error(f"no such step: {', '.join(unknown)} (there are: {', '.join(STEPS)})")

    environment.ensure_python("dev", "local", "test")
    environment.ensure_node_modules()
    environment.ensure_built()
    CACHE.mkdir(exist_ok=True)

    results: list[Result] = []
    for stage in STAGES:
        lanes = [[step for step in steps if step in chosen] for steps in stage]
        lanes = [steps for steps in lanes if steps]
        results += run_beside(lanes) if len(lanes) > 1 else run_lane(sum(lanes, []), None)

    total = Count()
    print()
    for result in results:
        count = result.count
        total.passed += count.passed
        total.failed += count.failed
        total.skipped += count.skipped
        figures = f"{count.passed:5} passed {count.failed:4} failed {count.skipped:4} skipped"
        print(f"{result.step:10} {figures}  {result.seconds:6.0f} s")
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"\n{total.passed} passed, {total.failed} failed{skipped}", flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    environment.main(test)
