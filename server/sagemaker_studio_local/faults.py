"""Faults a test asks for, and the list of calls received. Both live in memory only."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

_CALLS_KEPT = 20_000
JOB_FAULTS = ("CapacityError", "Interrupted")


@dataclass
class Fault:
    """What is to go wrong with the next calls of one operation.

    ``code`` and ``message`` make an AWS error; without a code the call itself is done after
    ``delay`` seconds. ``count`` calls are hit (-1: all, until faults are cleared), the first
    ``after`` matching ones are spared. ``performed`` does the call first and answers the error
    nevertheless, as an ambiguous 5xx does.

    ``cut`` breaks the connection: ``"before"`` with nothing done, True (or ``"after"``) after the
    call was done and half of its answer was written, ``"half"`` the same with an orderly end,
    which only a reader that compares Content-Length notices (botocore does not).

    ``app="Failed"`` (of CreateApp) lets the call succeed; the created app then goes from Pending
    to Failed with ``reason`` as its FailureReason, as for lack of capacity. ``instanceType`` limits
    it to apps of that type.

    ``job`` (of CreateTrainingJob) lets the call succeed, too. ``"CapacityError"``: the job finds
    no instance; on demand it fails with ``reason`` (default: AWS's words), spot waits.
    ``"Interrupted"``: its spot instance is taken away after ``delay`` seconds of training, for
    ``count`` attempts. ``instanceType`` as above.

    ``perSecond`` is a limit as AWS has them: so many calls a second are done, what comes beside
    them is answered with a ThrottlingException. It holds until faults are cleared, unless ``count``
    says how many calls are to be refused.
    """

    operation: str
    service: str = ""
    code: str = ""
    message: str = ""
    status: int | None = None
    count: int = 1
    delay: float = 0.0
    cut: bool | str = False
    after: int = 0
    performed: bool = False
    app: str = ""
    reason: str = ""
    job: str = ""
    instanceType: str = ""  # noqa: N815 (the name in the control route's JSON)
    perSecond: float = 0.0  # noqa: N815

    def __post_init__(self) -> None:
        self._allowance = max(1.0, self.perSecond)
        self._allowed_at = time.monotonic()

    def allows(self) -> bool:
        """Whether a call is within ``perSecond``, and counts from then on."""
        if not self.perSecond:
            return False
        now = time.monotonic()
        earned = (now - self._allowed_at) * self.perSecond
        self._allowance = min(max(1.0, self.perSecond), self._allowance + earned)
        self._allowed_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def matches(self, service: str, operation: str) -> bool:
        """Whether a call is meant. ``*`` as operation means every operation."""
        named = self.operation in ("*", operation) and self.service in ("", service)
        return named and not self.app and not self.job


def parse_fault(value: Any) -> Fault:
    """A Fault of a JSON object; ValueError in words when it is not one."""
    if not isinstance(value, dict):
        raise ValueError("a fault is a JSON object")
    types: dict[str, Any] = {
        "operation": str,
        "service": str,
        "code": str,
        "message": str,
        "status": int,
        "count": int,
        "delay": (int, float),
        "cut": (bool, str),
        "after": int,
        "performed": bool,
        "app": str,
        "job": str,
        "reason": str,
        "instanceType": str,
        "perSecond": (int, float),
    }
    for name, item in value.items():
        if name not in types:
            raise ValueError(f"a fault has no field {name!r}; it has {', '.join(types)}")
        if not isinstance(item, types[name]) or (
            isinstance(item, bool) and name not in ("cut", "performed")
        ):
            raise ValueError(f"the field {name!r} of a fault has the wrong type")
    if not value.get("operation"):
        raise ValueError("a fault needs an 'operation'")
    if "perSecond" in value:
        if value["perSecond"] <= 0 or value.get("app") or value.get("job"):
            raise ValueError("'perSecond' is a number of calls above 0, without 'app' or 'job'")
        refusal = {"code": "ThrottlingException", "message": "Rate exceeded", "count": -1}
        value = {**refusal, **value}
    fault = Fault(**value)
    if isinstance(fault.cut, str) and fault.cut not in ("before", "after", "half"):
        raise ValueError("'cut' is true, 'before', 'after' or 'half'")
    if fault.app:
        if fault.app != "Failed" or fault.operation != "CreateApp" or not fault.reason:
            raise ValueError(
                "a fault with 'app' has \"Failed\" there, 'CreateApp' as 'operation' and a 'reason'"
            )
    elif fault.job:
        if fault.job not in JOB_FAULTS or fault.operation != "CreateTrainingJob":
            raise ValueError(
                f"a fault with 'job' has {' or '.join(JOB_FAULTS)} there and 'CreateTrainingJob' as"
                " 'operation'"
            )
    elif not (fault.code or fault.delay or fault.cut):
        raise ValueError(
            "a fault needs a 'code', a 'delay', a 'cut', a 'perSecond', an 'app' or a 'job'"
        )
    return fault


class Faults:
    """The faults in force, in the order they were asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Lift every fault."""
        with self._lock:
            self._faults.clear()

    def list(self) -> list[dict[str, Any]]:
        """The faults in force with what is left of their counts."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, service: str, operation: str) -> Fault | None:
        """The fault that hits this call, if one does; its count is used up by one."""
        return self._take(lambda fault: fault.matches(service, operation))

    def take_app(self, instance_type: str) -> str:
        """Why an app that is being created is to fail; empty when it is not."""
        fault = self._take(
            lambda fault: bool(fault.app) and fault.instanceType in ("", instance_type)
        )
        return fault.reason if fault is not None else ""

    def take_job(self, instance_type: str, *, spot: bool) -> Fault | None:
        """What goes wrong with an attempt at a job; only spot instances are taken away."""
        return self._take(
            lambda fault: (
                bool(fault.job)
                and fault.instanceType in ("", instance_type)
                and (spot or fault.job != "Interrupted")
            )
        )

    def _take(self, is_meant: Callable[[Fault], bool]) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if not is_meant(fault):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.allows():
                    continue
                if fault.count > 0:
                    fault.count -= 1
                    if fault.count == 0:
                        self._faults.remove(fault)
                return fault
        return None


class Calls:
    """The calls received, numbered from 1 in order of arrival, the oldest dropped in the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[dict[str, Any]] = deque(maxlen=_CALLS_KEPT)
        self._last = 0

    def add(self, call: dict[str, Any]) -> None:
        """Note one call; its ``n`` is set here."""
        with self._lock:
            self._last += 1
            self._calls.append({"n": self._last, **call})

    def since(self, number: int) -> dict[str, Any]:
        """``{"calls": [...], "last": n}`` with the calls after ``number``."""
        with self._lock:
            return {"calls": [c for c in self._calls if c["n"] > number], "last": self._last}

    def clear(self) -> None:
        """Forget the calls; numbering goes on."""
        with self._lock:
            self._calls.clear()
