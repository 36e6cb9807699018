"""Cron expressions: the table that the browser part is tested with, too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sagemaker_studio_local.aws_services.cron import Cron

TABLE = json.loads(Path(__file__).with_name("cron.json").read_text(encoding="utf-8"))
UTC = ZoneInfo("UTC")
BEGIN = datetime(2026, 11, 1, tzinfo=timezone.utc)
DAYS = 70
NAMES = {
    name: number
    for words in (
        "sun mon tue wed thu fri sat",
        "- jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for number, name in enumerate(words.split())
}
MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}


def runs(cron: str, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    moment: float | None = after.timestamp()
    while moment is not None:
        moment = Cron(cron).after(moment, zone)
        if moment is not None:
            yield datetime.fromtimestamp(moment, timezone.utc)


@pytest.mark.parametrize("case", TABLE["runs"], ids=lambda case: f"{case['cron']} {case['zone']}")
def test_runs(case: dict) -> None:
    found = runs(
        case["cron"], datetime.fromisoformat(case["after"][:-1] + "+00:00"), ZoneInfo(case["zone"])
    )
    for expected in case["runs"]:
        assert next(found).strftime("%Y-%m-%dT%H:%M:%SZ") == expected
    if not case["runs"]:
        assert next(found, None) is None


@pytest.mark.parametrize("cron", TABLE["invalid"])
def test_what_is_no_expression_is_refused(cron: str) -> None:
    with pytest.raises(ValueError):
        Cron(cron)


def matches(field: str, value: int, low: int, high: int) -> bool:
    """Whether a field of crontab(5) holds for a value: what the manual page says, nothing more."""
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")

        def number(word: str) -> int:
            return NAMES.get(word, -1) if word.isalpha() else int(word)

        start = low if span == "*" else number(first)
        end = high if span == "*" else number(last or first)
        if last == "sun":
            end = 7
        if start <= value <= end and (value - start) % int(step or 1) == 0:
            return True
    return False


def crontab_runs(text: str) -> list[datetime]:
    """Every run within the span, found by trying each minute."""
    minute, hour, day, month, weekday = text.split()
    found = []
    for offset in range(DAYS):
        date = BEGIN + timedelta(days=offset)
        sunday_zero = date.isoweekday() % 7
        on_weekday = matches(weekday, sunday_zero, 0, 6) or (
            sunday_zero == 0 and not weekday.startswith("*") and matches(weekday, 7, 0, 7)
        )
        if not (matches(day, date.day, 1, 31) and on_weekday):
            continue
        if not matches(month, date.month, 1, 12):
            continue
        found += [
            date + timedelta(hours=h, minutes=m)
            for h in range(24)
            if matches(hour, h, 0, 23)
            for m in range(60)
            if matches(minute, m, 0, 59)
        ]
    return found


@pytest.mark.parametrize("case", TABLE["translated"], ids=lambda case: case["typed"])
def test_a_translation_means_what_crontab_means(case: dict) -> None:
    expected = crontab_runs(MACROS.get(case["typed"], case["typed"]))
    found = runs(case["cron"], BEGIN - timedelta(seconds=1), UTC)
    # A few hundred are enough where it runs each minute; of the rest, all.
    for moment in expected[:400]:
        assert next(found) == moment
    if len(expected) <= 400:
        following = next(found, None)
        assert following is None or following >= BEGIN + timedelta(days=DAYS)
