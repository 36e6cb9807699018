"""What a row of the table is, and how its figures are made from repeated runs."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeVar

_Sample = TypeVar("_Sample")


@dataclass
class Row:
    """One line of the table.

    :param ours: the figure with this extension, in ``unit``.
    :param peer: the figure it is compared with (without us, a peer's, idle); None when alone.
    :param goal: the largest acceptable value of ``judged``; None when there is no goal.
    :param judged: ``ratio`` is ours/peer, ``ours`` the figure itself, ``added`` ours - peer.
    """

    title: str
    ours: float
    unit: str
    peer: float | None = None
    goal: float | None = None
    judged: Literal["ratio", "ours", "added"] = "ours"
    notes: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's; None without a peer."""
        return self.ours / self.peer if self.peer else None

    @property
    def value(self) -> float | None:
        """The figure the goal is about."""
        if self.judged == "ratio":
            return self.ratio
        if self.judged == "added":
            return None if self.peer is None else self.ours - self.peer
        return self.ours

    @property
    def verdict(self) -> str:
        """``ok``, ``over`` or nothing (no goal)."""
        if self.goal is None or self.value is None:
            return ""
        return "ok" if self.value <= self.goal else "over"

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``: the figures and what was made of them."""
        made = {"ratio": self.ratio, "value": self.value, "verdict": self.verdict}
        return {**asdict(self), **made}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Row:
        """The inverse of :meth:`to_dict`."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__})


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle of repeated runs, which one disturbed run does not move."""
    return statistics.median(values)


def alternate(rounds: int, *sides: Callable[[], _Sample]) -> list[list[_Sample]]:
    """Run the sides in turn (A B, B A, A B, …), so that a busy machine hits them alike."""
    samples: list[list[_Sample]] = [[] for _ in sides]
    for number in range(rounds):
        order = range(len(sides)) if number % 2 == 0 else reversed(range(len(sides)))
        for index in order:
            samples[index].append(sides[index]())
    return samples


def spread(values: Sequence[float]) -> str:
    """Smallest to largest, for a note."""
    return f"{min(values):.3g}–{max(values):.3g}"
