"""When a schedule or rule is due: ``at(…)``, ``rate(…)`` and ``cron(…)`` of EventBridge.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .cron import Cron

_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((.+)\)")
_UNIT = {"minute": 60, "hour": 3600, "day": 86400}


def is_one_time(expression: str) -> bool:
    """Whether a schedule fires once."""
    return expression.startswith("at(")


def is_rate(expression: str) -> bool:
    """Whether a schedule comes at intervals."""
    return expression.startswith("rate(")


def next_time(expression: str, zone: str, created: float, fired: float | None) -> float | None:
    """Epoch seconds at which a schedule is due next, None when it is over.

    :param zone: IANA time zone in which ``at`` and ``cron`` are meant.
    :param created: when it was made or last changed.
    :param fired: when it fired last, if it did.

    Raises ValueError, in words, for an expression that is none.
    """
    try:
        time_zone = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"Invalid time zone {zone!r}.") from None
    if match := _AT.fullmatch(expression):
        try:
            due = datetime.fromisoformat(match[1]).replace(tzinfo=time_zone).timestamp()
        except ValueError:
            raise ValueError(f"Invalid Schedule Expression {expression}.") from None
        return None if fired is not None else due
    if match := _RATE.fullmatch(expression):
        seconds = int(match[1]) * _UNIT[match[2]]
        if seconds == 0:
            raise ValueError(f"Invalid Schedule Expression {expression}.")
        return (created if fired is None else fired) + seconds
    if match := _CRON.fullmatch(expression):
        try:
            return Cron(match[1]).after(created if fired is None else fired, time_zone)
        except ValueError as error:
            raise ValueError(f"Invalid Schedule Expression {expression}. {error}") from None
    raise ValueError(f"Invalid Schedule Expression {expression}.")
