"""The REST-JSON protocol: which operation a method and a path name, and the other way round.

``operations.json`` has each operation's method and path template (``"http"``) and the members that
travel in the query (``"query"``: parameter -> member); all others are in the body. A test compares
this with botocore's models. Strict in both directions: what is signed is what was checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from .guards import read_json
from .operations import Operation, allowed, not_allowed

_LABEL = re.compile(r"\{(\w+)\}")
_BODILESS = ("GET", "HEAD", "DELETE")


def read(
    service: str, method: str, path: str, query: str, body: bytes
) -> tuple[Operation, dict[str, Any], str, str]:
    """The operation of a request, its input, and its path and query in their one spelling.

    Raises ``OperationNotAllowed`` where the request is not exactly one allowed operation.
    """
    for operation in allowed()[service].values():
        labels = _match(operation, method, path)
        if labels is not None:
            break
    else:
        raise not_allowed(service, None, "no allowed operation has this method and path")

    def refuse(why: str) -> Exception:
        return not_allowed(service, operation.name, why)

    if any(value in ("", ".", "..") or "/" in value for value in labels.values()):
        raise refuse("its path is malformed")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=64)
    except ValueError:
        raise refuse("its query string is malformed") from None
    unknown = [name for name, _ in pairs if name not in operation.query]
    if unknown:
        raise refuse(f"it does not take ?{unknown[0]}")
    members: dict[str, Any] | None = {} if not body else read_json(body)
    if members is None or (body and method in _BODILESS):
        raise refuse("its body must be one JSON object, with no member twice")
    asked = {operation.query[name]: value for name, value in pairs}
    taken = [name.casefold() for name in (*labels, *asked, *members)]
    if len(asked) != len(pairs) or len(set(taken)) != len(taken):
        raise refuse("a member is repeated")
    params = {**members, **asked, **labels}
    path, query, _ = write(operation, {**asked, **labels})
    return operation, params, path, query


def write(operation: Operation, params: Mapping[str, Any]) -> tuple[str, str, bytes]:
    """Path, query and body of an operation with this input."""
    rest = dict(params)
    path = _LABEL.sub(
        lambda label: quote(str(rest.pop(label[1], "")), safe="~"), operation.http.split(" ")[1]
    )
    asked = [(name, rest.pop(member)) for name, member in operation.query.items() if member in rest]
    query = "&".join(f"{quote(k, safe='~')}={quote(str(v), safe='~')}" for k, v in asked)
    has_body = operation.http.split(" ")[0] not in _BODILESS
    return path, query, json.dumps(rest).encode() if has_body else b""


def _match(operation: Operation, method: str, path: str) -> dict[str, str] | None:
    """The labels in the path, decoded; None when it is not this operation's."""
    own_method, _, template = operation.http.partition(" ")
    if method != own_method:
        return None
    pattern = "".join(
        f"(?P<{part[1:-1]}>[^/]*)" if part.startswith("{") else re.escape(part)
        for part in re.split(r"(\{\w+\})", template)
    )
    found = re.fullmatch(pattern, path)
    if found is None:
        return None
    try:
        return {
            name: unquote_to_bytes(value).decode("utf-8")
            for name, value in found.groupdict().items()
        }
    except UnicodeDecodeError:
        return None
