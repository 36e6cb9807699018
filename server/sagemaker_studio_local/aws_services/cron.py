"""Cron expressions of EventBridge: ``minutes hours day-of-month month day-of-week year``.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based. Sunday is 1.
A time that a clock skips in spring does not happen; one that it repeats in autumn happens once.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_MONTHS = dict(
    JAN=1, FEB=2, MAR=3, APR=4, MAY=5, JUN=6, JUL=7, AUG=8, SEP=9, OCT=10, NOV=11, DEC=12
)
_DAYS = dict(SUN=1, MON=2, TUE=3, WED=4, THU=5, FRI=6, SAT=7)
_LAST_YEAR = 2199
#: Every pattern that ever comes comes within these; 29 February on a given weekday takes longest.
_DAYS_AHEAD = 366 * 41
_ONE_DAY = timedelta(days=1)

_IsDay = Callable[[date], bool]


class Cron:
    """One expression, the text between ``cron(`` and ``)``. ValueError for one that is none."""

    def __init__(self, text: str) -> None:
        fields = text.upper().split()
        if len(fields) != 6:
            raise ValueError("A cron expression has six fields.")
        minutes, hours, days, months, weekdays, years = fields
        if (days == "?") == (weekdays == "?"):
            raise ValueError("One of day-of-month and day-of-week is '?'.")
        self._minutes = _values(minutes, 0, 59)
        self._hours = _values(hours, 0, 23)
        self._months = _values(months, 1, 12, _MONTHS)
        self._years = _values(years, 1970, _LAST_YEAR)
        self._is_day = _weekday(weekdays) if days == "?" else _day_of_month(days)

    def after(self, moment: float, zone: ZoneInfo) -> float | None:
        """Epoch seconds of the first time after a moment, None when there is none."""
        start = datetime.fromtimestamp(moment, zone)
        for day in self._days_from(start.date()):
            for hour in self._hours:
                for minute in self._minutes:
                    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                    utc = local.astimezone(timezone.utc)
                    exists = utc.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
                    if exists and utc.timestamp() > moment:
                        return utc.timestamp()
        return None

    def _days_from(self, first: date) -> Iterator[date]:
        for offset in range(_DAYS_AHEAD):
            day = first + offset * _ONE_DAY
            if day.year > self._years[-1]:
                return
            if day.year in self._years and day.month in self._months and self._is_day(day):
                yield day


def _values(text: str, low: int, high: int, names: dict[str, int] | None = None) -> list[int]:
    """The numbers a field of lists, ranges and steps means, in order."""

    def number(word: str) -> int:
        value = (names or {}).get(word) or (int(word) if word.isdigit() else -1)
        if not low <= value <= high:
            raise ValueError(f"{word!r} is not a number from {low} to {high}.")
        return value

    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        start, end = (low, high) if span == "*" else (number(first), number(last or first))
        if slash and not dash:
            end = high
        if slash and not (step.isdigit() and int(step)):
            raise ValueError(f"{part!r} has no step.")
        if start > end:
            raise ValueError(f"{part!r} ends before it begins.")
        found.update(range(start, end + 1, int(step) if slash else 1))
    return sorted(found)


def _last_day(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _day_of_month(text: str) -> _IsDay:
    if text == "L":
        return lambda day: day.day == _last_day(day)
    if text == "LW":
        return lambda day: day.day == _nearest_weekday(day, _last_day(day))
    if match := re.fullmatch(r"(\d{1,2})W", text):
        wanted = int(match[1])
        if not 1 <= wanted <= 31:
            raise ValueError(f"{text!r} is not a day of a month.")
        return lambda day: wanted <= _last_day(day) and day.day == _nearest_weekday(day, wanted)
    values = _values(text, 1, 31)
    return lambda day: day.day in values


def _nearest_weekday(day: date, wanted: int) -> int:
    """The weekday nearest to a day of a month, without leaving the month."""
    weekday = day.replace(day=wanted).weekday()
    if weekday == calendar.SATURDAY:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == calendar.SUNDAY:
        return wanted + 1 if wanted < _last_day(day) else wanted - 2
    return wanted


def _weekday(text: str) -> _IsDay:
    def of(day: date) -> int:
        return (day.weekday() + 1) % 7 + 1

    if match := re.fullmatch(r"(\w+)#([1-5])", text):
        (wanted,), week = _values(match[1], 1, 7, _DAYS), int(match[2])
        return lambda day: of(day) == wanted and (day.day - 1) // 7 + 1 == week
    if len(text) > 1 and text.endswith("L"):
        (wanted,) = _values(text[:-1], 1, 7, _DAYS)
        return lambda day: of(day) == wanted and day.day > _last_day(day) - 7
    if "/" in text:
        raise ValueError(f"{text!r}: a day of the week takes no step.")
    values = [7] if text == "L" else _values(text, 1, 7, _DAYS)
    return lambda day: of(day) in values
