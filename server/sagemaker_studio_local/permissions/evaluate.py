"""What the statements of policies say about one call (IAM User Guide, "Policy evaluation logic").

moto keeps roles and policies, but its own check knows no wildcard ``?`` and denies wherever a
condition is not met, so the statements are judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

Verdict = Literal["allowed", "not allowed", "denied"]
#: Condition key in lower case -> the values a call has for it.
Context = Mapping[str, list[str]]


@dataclass(frozen=True)
class Need:
    """One permission a call takes."""

    action: str
    resource: str = "*"
    context: Mapping[str, list[str]] = field(default_factory=dict)


def judge(statements: Iterable[Mapping[str, Any]], need: Need) -> Verdict:
    """Whether identity-based policies allow what is needed. A Deny outweighs every Allow."""
    verdict: Verdict = "not allowed"
    for statement in statements:
        if not _concerns(statement, need):
            continue
        if statement.get("Effect") == "Deny":
            return "denied"
        verdict = "allowed"
    return verdict


def _concerns(statement: Mapping[str, Any], need: Need) -> bool:
    if "NotAction" in statement:
        actions = not _any(statement["NotAction"], need.action.lower(), lower=True)
    else:
        actions = _any(statement.get("Action", []), need.action.lower(), lower=True)
    if "NotResource" in statement:
        resources = not _any(statement["NotResource"], need.resource)
    else:
        resources = _any(statement.get("Resource", []), need.resource)
    return actions and resources and _conditions_hold(statement.get("Condition", {}), need.context)


def _any(patterns: Any, value: str, *, lower: bool = False) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return any(matches(pattern.lower() if lower else pattern, value) for pattern in listed)


def matches(pattern: str, value: str) -> bool:
    """Whether a value has the form of a pattern with IAM's wildcards ``*`` and ``?``."""
    return _compiled(pattern).fullmatch(value) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(c) or re.escape(c) for c in pattern), re.DOTALL)


def _conditions_hold(conditions: Mapping[str, Any], context: Context) -> bool:
    return all(
        _holds(operator, key, _strings(wanted), context)
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in values]


def _holds(operator: str, key: str, wanted: list[str], context: Context) -> bool:
    scope, _, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    actual = context.get(key.lower())
    if name == "Null":
        return (actual is None) == (wanted == ["true"])
    negative = "Not" in name
    if actual is None:
        return if_exists or scope == "ForAllValues" or (negative and scope != "ForAnyValue")
    compare = _OPERATORS.get(name.replace("Not", ""))
    if compare is None:
        raise NotImplementedError(f"the local Studio does not know the condition {operator}")
    found = [any(compare(pattern, value) for pattern in wanted) != negative for value in actual]
    if scope == "ForAllValues" or (negative and scope != "ForAnyValue"):
        return all(found)
    return any(found)


def _number(compare: Any) -> Any:
    return lambda wanted, value: compare(float(value), float(wanted))


_OPERATORS: dict[str, Any] = {
    "StringEquals": lambda wanted, value: wanted == value,
    "StringEqualsIgnoreCase": lambda wanted, value: wanted.lower() == value.lower(),
    "StringLike": matches,
    "ArnEquals": matches,
    "ArnLike": matches,
    "Bool": lambda wanted, value: wanted.lower() == value.lower(),
    "NumericEquals": _number(lambda value, wanted: value == wanted),
    "NumericLessThan": _number(lambda value, wanted: value < wanted),
    "NumericLessThanEquals": _number(lambda value, wanted: value <= wanted),
    "NumericGreaterThan": _number(lambda value, wanted: value > wanted),
    "NumericGreaterThanEquals": _number(lambda value, wanted: value >= wanted),
}
