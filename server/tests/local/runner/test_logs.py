"""Log lines arrive while they are printed."""

from __future__ import annotations

from runner_harness import (
    Endpoint,
    Make,
    Recorder,
    log,
    shell,
)
from sagemaker_studio_local.runner.logs import MAX_EVENT_BYTES, LineSplitter


def test_log_lines_arrive_while_the_job_runs(endpoint: Endpoint, make: Make) -> None:
    script = r"for i in $(seq 8); do printf '\ntick %s\n\rbar %s' $i $i; sleep 0.7; done; echo"
    job = Recorder(make("auto"), shell("ticks", script))
    job.wait_for("Training")
    counts = []
    while not job.job.join(0.3):
        counts.append(len(log(endpoint, "ticks")))
    events = log(endpoint, "ticks")
    messages = [event["message"] for event in events]
    ticks = [event for event in events if event["message"].startswith("tick")]
    assert [tick["message"] for tick in ticks] == [f"tick {n}" for n in range(1, 9)]
    # Each state of the bar is an event of its own although nothing ends its line.
    assert "bar 1" in messages and "bar 8" in messages
    assert len(set(counts) - {0, len(events)}) >= 2, counts
    assert ticks[-1]["timestamp"] - ticks[0]["timestamp"] > 4000


def test_line_splitter_cuts_as_documented() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"one\r\n\n  two\nthr") == ["one", "  two"]
    assert splitter.idle() == [], "an ordinary line waits for its end"
    assert splitter.feed(b"ee\n\r 10%") == ["three"]
    assert splitter.redrawing and splitter.idle() == [" 10%"]
    assert splitter.feed(b"\r 20%\r 30%") == [" 20%"]
    assert splitter.feed(b"\nbad \xff \xc3") == [" 30%"]
    assert splitter.feed(b"\xa9 \x1b[31mred\x1b[0m\n") == ["bad \ufffd é \x1b[31mred\x1b[0m"]
    long = "é" * MAX_EVENT_BYTES
    parts = splitter.feed(long.encode()) + splitter.feed(b"\nend") + splitter.close()
    assert "".join(parts) == long + "end"
    assert all(len(part.encode()) <= MAX_EVENT_BYTES for part in parts)
