"""When EventBridge Scheduler's expressions are due."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sagemaker_studio_local.aws_services.schedule_times import next_time

BERLIN = ZoneInfo("Europe/Berlin")


def epoch(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def shown(moment: float | None) -> str | None:
    """A moment as a clock in Berlin shows it."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, BERLIN).strftime("%Y-%m-%dT%H:%M:%S%z")


def test_at_is_meant_in_its_time_zone_and_comes_once() -> None:
    due = next_time("at(2026-07-01T09:00:00)", "Europe/Berlin", 0, None)
    assert shown(due) == "2026-07-01T09:00:00+0200"
    assert next_time("at(2026-07-01T09:00:00)", "Europe/Berlin", 0, due) is None


def test_rates_count_from_the_beginning_and_from_the_last_time() -> None:
    assert next_time("rate(5 minutes)", "UTC", 1000.0, None) == 1300.0
    assert next_time("rate(1 hour)", "UTC", 1000.0, 4600.0) == 8200.0


@pytest.mark.parametrize(
    ("expression", "after", "due"),
    [
        ("0 9 * * ? *", "2026-11-20T09:00:00", "2026-11-21T09:00:00+0100"),
        ("30 8-10/2 ? * MON-FRI *", "2026-11-20T09:00:00", "2026-11-20T10:30:00+0100"),
        ("0/15 * * * ? *", "2026-11-20T09:01:00", "2026-11-20T09:15:00+0100"),
        ("0 0 1,15 1,7 ? *", "2026-11-20T00:00:00", "2027-01-01T00:00:00+0100"),
        ("0 12 L * ? *", "2028-02-01T00:00:00", "2028-02-29T12:00:00+0100"),
        ("0 12 15W 8 ? *", "2026-01-01T00:00:00", "2026-08-14T12:00:00+0200"),
        ("0 12 LW 1 ? 2027", "2026-01-01T00:00:00", "2027-01-29T12:00:00+0100"),
        ("0 12 ? * 2#1 *", "2026-11-20T00:00:00", "2026-12-07T12:00:00+0100"),
        ("0 12 ? * 6L *", "2026-11-20T00:00:00", "2026-11-27T12:00:00+0100"),
        ("0 12 ? JAN SUN 2027", "2026-11-20T00:00:00", "2027-01-03T12:00:00+0100"),
        ("0 12 1 1 ? 2020", "2026-11-20T00:00:00", None),
        # The hour that summer time skips, and the one that winter time repeats.
        ("30 2 * * ? *", "2027-03-27T12:00:00", "2027-03-29T02:30:00+0200"),
        ("30 2 * * ? *", "2027-10-30T12:00:00", "2027-10-31T02:30:00+0200"),
    ],
)
def test_cron(expression: str, after: str, due: str | None) -> None:
    found = next_time(f"cron({expression})", "Europe/Berlin", epoch(after), None)
    assert shown(found) == due


def test_a_repeated_hour_fires_once() -> None:
    first = next_time("cron(30 2 * * ? *)", "Europe/Berlin", epoch("2027-10-30T12:00:00"), None)
    again = next_time("cron(30 2 * * ? *)", "Europe/Berlin", 0, first)
    assert shown(again) == "2027-11-01T02:30:00+0100"


@pytest.mark.parametrize(
    "expression",
    [
        "tomorrow",
        "at(2026-13-01T00:00:00)",
        "at(2026-01-01)",
        "rate(0 minutes)",
        "rate(5 fortnights)",
        "cron(0 9 * * *)",
        "cron(0 9 * * * *)",
        "cron(0 9 ? * ? *)",
        "cron(60 9 * * ? *)",
        "cron(0 9 32W * ? *)",
        "cron(0/0 9 * * ? *)",
        "cron(0 9 5-1 * ? *)",
    ],
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="Invalid Schedule Expression"):
        next_time(expression, "UTC", 0, None)


@pytest.mark.parametrize(
    ("expression", "after", "due"),
    [
        # Lisbon's clocks go from 01:00 to 02:00 on 28 March 2027 ...
        ("30 1 * * ? *", "2027-03-27T12:00:00", "2027-03-29T01:30:00+0100"),
        ("0 2 * * ? *", "2027-03-27T12:00:00", "2027-03-28T02:00:00+0100"),
        # ... and from 02:00 back to 01:00 on 31 October.
        ("30 1 * * ? *", "2027-10-30T12:00:00", "2027-10-31T01:30:00+0100"),
    ],
)
def test_clock_changes_in_lisbon(expression: str, after: str, due: str) -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    found = next_time(f"cron({expression})", "Europe/Lisbon", epoch(after, lisbon), None)
    assert found is not None
    assert datetime.fromtimestamp(found, lisbon).strftime("%Y-%m-%dT%H:%M:%S%z") == due


def test_the_hour_lisbon_has_twice_fires_once() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    start = epoch("2027-10-31T00:45:00", lisbon)
    times = []
    for _ in range(4):
        found = next_time("cron(0/30 * * * ? *)", "Europe/Lisbon", 0, times[-1] if times else start)
        assert found is not None
        times.append(found)
    shown_times = [datetime.fromtimestamp(t, lisbon).strftime("%H:%M%z") for t in times]
    assert shown_times == ["01:00+0100", "01:30+0100", "02:00+0000", "02:30+0000"]
