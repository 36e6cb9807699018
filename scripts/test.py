"""`npm test`: set up what is missing, run every check, end with `N passed, N failed`.

`npm test -- --only jest,pytest` runs some of the steps; `--list` names them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass

import environment
from environment import BIN, CACHE, PYTHON, ROOT, say


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def check(*command: str) -> bool:
    say(" ".join(command))
    return subprocess.run(command, cwd=ROOT, env=environment.environment()).returncode == 0


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
    return pytest()


def pytest(*arguments: str) -> Count:
    report = CACHE / "pytest.xml"
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
    return pytest("scripts/test_wheel.py")


STEPS: dict[str, Callable[[], Count]] = {
    "lint": lint,
    "types": types,
    "jest": jest,
    "pytest": server,
    "wheel": wheel,
    "browser": browser,
}


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

    total = Count()
    rows = []
    for step in chosen:
        say(f"=== {step} ===")
        start = time.monotonic()
        try:
            count = STEPS[step]()
        except environment.SetupError as error:
            print(error, flush=True)
            count = Count(failed=1)
        rows.append((step, count, time.monotonic() - start))
        total.passed += count.passed
        total.failed += count.failed
        total.skipped += count.skipped

    print()
    for step, count, seconds in rows:
        figures = f"{count.passed:5} passed {count.failed:4} failed {count.skipped:4} skipped"
        print(f"{step:10} {figures}  {seconds:6.0f} s")
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"\n{total.passed} passed, {total.failed} failed{skipped}", flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    environment.main(test)
