"""Retry policies of pipeline steps: which failures are tried again, when and how often.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import ValidationError

SERVICE_FAULT = "Step.SERVICE_FAULT"
THROTTLING = "Step.THROTTLING"
INTERNAL_ERROR = "SageMaker.JOB_INTERNAL_ERROR"
CAPACITY_ERROR = "SageMaker.CAPACITY_ERROR"
RESOURCE_LIMIT = "SageMaker.RESOURCE_LIMIT"
EXCEPTION_TYPES = (SERVICE_FAULT, THROTTLING, INTERNAL_ERROR, CAPACITY_ERROR, RESOURCE_LIMIT)
_MEMBERS = ("ExceptionType", "IntervalSeconds", "BackoffRate", "MaxAttempts", "ExpireAfterMin")
_MAX_INTERVAL, _MAX_ATTEMPTS, _MAX_EXPIRY = 43200, 20, 14400
_DEFAULT_ATTEMPTS = 5
_MINUTE = 60.0


@dataclass(frozen=True)
class RetryPolicy:
    """One policy. Times are seconds; of ``attempts`` (retries) and ``expiry`` one is None."""

    types: tuple[str, ...]
    interval: float
    backoff: float
    attempts: int | None
    expiry: float | None

    def pause(self, retries: int) -> float:
        """Seconds to wait before the next retry, after so many retries."""
        return min(self.interval * self.backoff**retries, float(_MAX_INTERVAL))

    def allows(self, retries: int, elapsed: float) -> bool:
        """Whether another retry is made, so many retries and seconds after the step began."""
        if self.expiry is not None:
            return elapsed < self.expiry
        return retries < (self.attempts or 0)


#: Pipelines retries these failures unless a step has a policy of its own for them.
DEFAULT_POLICY = RetryPolicy((SERVICE_FAULT, THROTTLING), 1.0, 2.0, _DEFAULT_ATTEMPTS, None)


def parse_policies(rows: Any, where: str) -> tuple[RetryPolicy, ...]:
    """The policies of a step; ValidationException in words for what is none."""
    if not isinstance(rows, list):
        raise ValidationError(f"RetryPolicies of the {where} is not a list.")
    return tuple(_policy(row, where) for row in rows)


def _policy(row: Any, where: str) -> RetryPolicy:
    what = f"A retry policy of the {where}"
    if not isinstance(row, dict) or not set(row) <= set(_MEMBERS):
        raise ValidationError(f"{what} has other members than {', '.join(_MEMBERS)}.")
    types = row.get("ExceptionType")
    if not isinstance(types, list) or not types or any(t not in EXCEPTION_TYPES for t in types):
        raise ValidationError(
            f"{what} has in ExceptionType a list of {', '.join(EXCEPTION_TYPES)}, not {types!r}."
        )
    if "MaxAttempts" in row and "ExpireAfterMin" in row:
        raise ValidationError(f"{what} has MaxAttempts or ExpireAfterMin, but not both.")
    backoff = row.get("BackoffRate", 2.0)
    if not isinstance(backoff, (int, float)) or isinstance(backoff, bool) or backoff < 0:
        raise ValidationError(f"{what}: BackoffRate is a number from 0.")
    interval = float(_whole(row, "IntervalSeconds", 1, _MAX_INTERVAL, what))
    if "ExpireAfterMin" in row:
        expiry = _whole(row, "ExpireAfterMin", 0, _MAX_EXPIRY, what) * _MINUTE
        return RetryPolicy(tuple(types), interval, float(backoff), None, expiry)
    attempts = _whole(row, "MaxAttempts", 0, _MAX_ATTEMPTS, what)
    return RetryPolicy(tuple(types), interval, float(backoff), attempts, None)


def _whole(row: dict[str, Any], name: str, low: int, high: int, what: str) -> int:
    default = _DEFAULT_ATTEMPTS if name == "MaxAttempts" else 1
    value = row.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValidationError(f"{what}: {name} is a whole number from {low} to {high}.")
    return value


def type_of_call(code: str, status: int) -> str:
    """The exception type of a failed CreateTrainingJob call; empty for one that stays."""
    if code == "ResourceLimitExceeded":
        return RESOURCE_LIMIT
    if code in ("ThrottlingException", "Throttling", "TooManyRequestsException"):
        return THROTTLING
    return SERVICE_FAULT if status >= 500 else ""


def type_of_job(reason: str) -> str:
    """The exception type of a failed training job, by its FailureReason; empty for others."""
    prefixes = {
        "InternalServerError": INTERNAL_ERROR,
        "CapacityError": CAPACITY_ERROR,
        "InsufficientCapacity": CAPACITY_ERROR,
        "ResourceLimitExceeded": RESOURCE_LIMIT,
    }
    return next((kind for prefix, kind in prefixes.items() if reason.startswith(prefix)), "")
