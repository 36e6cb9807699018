"""Paging of the lists answered here."""

from __future__ import annotations

from typing import Any, TypeVar

from ..errors import AwsError

T = TypeVar("T")


def page(
    rows: list[T], request: dict[str, Any], most: int, code: str
) -> tuple[list[T], dict[str, str]]:
    """(the rows asked for, the member ``NextToken`` if there are more).

    :param most: rows of a page when the caller names no MaxResults.
    :param code: the service's error for a token it did not give out.
    """
    token = request.get("NextToken", "0")
    if not token.isdigit() or int(token) > len(rows):
        raise AwsError(code, "The NextToken is not valid.")
    start = int(token)
    end = start + request.get("MaxResults", most)
    return rows[start:end], {"NextToken": str(end)} if end < len(rows) else {}
