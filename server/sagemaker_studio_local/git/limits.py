"""What tests and the bench ask of the Git host: how fast it is, where it breaks, what it served."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from .repositories import REPOSITORIES

_REQUESTS_KEPT = 1000


@dataclass(frozen=True)
class Limits:
    """How one repository is served.

    :param bytesPerSecond: of an answer's body; None: as fast as it can be.
    :param cutAfterBytes: the connection is reset when so much of an answer's body is sent.
    :param status: every request is answered with this HTTP status.
    """

    bytesPerSecond: int | None = None  # noqa: N815
    cutAfterBytes: int | None = None  # noqa: N815
    status: int | None = None


class Control:
    """The limits of every repository and the requests served. Safe for use by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: dict[str, Limits] = {}
        self._requests: deque[dict[str, Any]] = deque(maxlen=_REQUESTS_KEPT)
        self.clear()

    def clear(self) -> None:
        """Serve as at the start, and forget the requests."""
        with self._lock:
            self._limits = {
                name: Limits(bytesPerSecond=repository.bytes_per_second)
                for name, repository in REPOSITORIES.items()
            }
            self._requests.clear()

    def limits_of(self, name: str) -> Limits:
        """How a repository is served now."""
        return self._limits[name]

    def change(self, body: Any) -> None:
        """Change the limits a control request names; ValueError when it makes no sense."""
        name = body.get("repository") if isinstance(body, dict) else None
        if name not in REPOSITORIES:
            raise ValueError(f'"repository" is one of {", ".join(REPOSITORIES)}')
        changes = {key: value for key, value in body.items() if key != "repository"}
        known = [field.name for field in fields(Limits)]
        for key, value in changes.items():
            if key not in known:
                raise ValueError(f"there is no {key!r}; there are {', '.join(known)}")
            if value is not None and (type(value) is not int or value < 0):
                raise ValueError(f"{key!r} is a whole number or null")
        if changes.get("bytesPerSecond") == 0:
            raise ValueError("'bytesPerSecond' is greater than 0, or null for no limit")
        if changes.get("status") is not None and not 400 <= changes["status"] <= 599:
            raise ValueError("'status' is an HTTP status from 400 to 599")
        with self._lock:
            self._limits[name] = replace(self._limits[name], **changes)

    def begun(self, request: dict[str, Any]) -> dict[str, Any]:
        """List a request that is being served; what is changed in it later is seen in the list."""
        with self._lock:
            self._requests.append(request)
        return request

    def report(self) -> dict[str, Any]:
        """The requests, the oldest first, and how each repository is served now.

        A request: repository, method, service, user (null for nobody), status (0 before there is
        one), bytes of the answer's body so far, isOver.
        """
        with self._lock:
            return {
                "requests": [dict(request) for request in self._requests],
                "limits": {name: asdict(limits) for name, limits in self._limits.items()},
            }
