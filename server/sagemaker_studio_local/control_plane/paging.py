"""Pages of lists. A NextToken is opaque, belongs to one request and survives new items."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..errors import ValidationError

Item = TypeVar("Item")
_NOT_PART = ("NextToken", "MaxResults")


def sort_value(value: Any, descending: bool = False) -> list[Any]:
    """A key by which values of any JSON type can be ordered together; a missing one comes last."""
    if value is None:
        return [-1 if descending else 3, ""]
    if isinstance(value, bool):
        return [0, int(value)]
    if isinstance(value, (int, float)):
        return [0, value]
    if isinstance(value, str):
        return [1, value]
    return [2, json.dumps(value, sort_keys=True)]


def _fingerprint(operation: str, request: dict[str, Any]) -> str:
    rest = {key: value for key, value in request.items() if key not in _NOT_PART}
    text = json.dumps([operation, rest], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def encode_token(operation: str, request: dict[str, Any], cursor: Any) -> str:
    """An opaque token holding where the next page starts."""
    text = json.dumps([_fingerprint(operation, request), cursor])
    return base64.urlsafe_b64encode(text.encode()).decode()


def decode_token(operation: str, request: dict[str, Any]) -> Any:
    """The cursor of the request's NextToken; None without one.

    A token of another request or a made-up one is a ``ValidationException``.
    """
    token = request.get("NextToken")
    if not token:
        return None
    try:
        fingerprint, cursor = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, TypeError, binascii.Error):
        raise ValidationError("The NextToken is not valid.") from None
    if fingerprint != _fingerprint(operation, request):
        raise ValidationError("The NextToken belongs to a request with other parameters.")
    return cursor


def page(
    operation: str,
    request: dict[str, Any],
    items: Sequence[Item],
    cursor_of: Callable[[Item], list[Any]],
    *,
    descending: bool = False,
    default_size: int = 10,
) -> tuple[list[Item], str | None]:
    """One page of ``items``, which are ordered by ``cursor_of``, and the token of the next.

    The token names the last item seen, so items created meanwhile neither repeat nor hide others.
    """
    size = request.get("MaxResults") or default_size
    cursor = decode_token(operation, request)
    start = 0
    if cursor is not None:
        low, high = 0, len(items)
        while low < high:
            middle = (low + high) // 2
            value = cursor_of(items[middle])
            passed = value >= cursor if descending else value <= cursor
            low, high = (middle + 1, high) if passed else (low, middle)
        start = low
    chosen = list(items[start : start + size])
    if start + size >= len(items) or not chosen:
        return chosen, None
    return chosen, encode_token(operation, request, cursor_of(chosen[-1]))


def list_answer(
    operation: str,
    request: dict[str, Any],
    name: str,
    summaries: list[dict[str, Any]],
    *,
    sort_by: str,
    identity: str,
    descending: bool = False,
) -> dict[str, Any]:
    """The answer of a List operation: sorted by ``sort_by`` then ``identity``, one page."""

    def cursor_of(summary: dict[str, Any]) -> list[Any]:
        return [sort_value(summary.get(sort_by), descending), summary[identity]]

    ordered = sorted(summaries, key=cursor_of, reverse=descending)
    chosen, token = page(operation, request, ordered, cursor_of, descending=descending)
    answer: dict[str, Any] = {name: chosen}
    if token:
        answer["NextToken"] = token
    return answer


def is_descending(request: dict[str, Any], default: str = "Ascending") -> bool:
    """Whether the request's SortOrder is descending."""
    return (request.get("SortOrder") or default) == "Descending"
