"""Which failures of a pipeline's step are tried again, and when."""

from __future__ import annotations

from typing import Any

import pytest
from sagemaker_studio_local.control_plane.retry_policies import (
    EXCEPTION_TYPES,
    RetryPolicy,
    parse_policies,
    type_of_call,
    type_of_job,
)
from sagemaker_studio_local.errors import ValidationError


def policy(**members: Any) -> RetryPolicy:
    (parsed,) = parse_policies([{"ExceptionType": list(EXCEPTION_TYPES), **members}], "step 'a'")
    return parsed


def test_what_is_left_out_is_as_documented() -> None:
    plain = policy()
    assert [plain.pause(retries) for retries in range(4)] == [1.0, 2.0, 4.0, 8.0]
    assert [plain.allows(retries, 1e9) for retries in (0, 4, 5)] == [True, True, False]


def test_pauses_grow_up_to_half_a_day() -> None:
    slow = policy(IntervalSeconds=20000, BackoffRate=3)
    assert [slow.pause(retries) for retries in range(2)] == [20000.0, 43200.0]
    assert policy(BackoffRate=1, IntervalSeconds=7).pause(19) == 7.0


def test_retries_until_a_time_instead_of_a_number() -> None:
    timed = policy(ExpireAfterMin=2)
    assert timed.allows(1000, 119.0) and not timed.allows(0, 120.0)
    assert not policy(ExpireAfterMin=0).allows(0, 0.0)
    assert not policy(MaxAttempts=0).allows(0, 0.0)


@pytest.mark.parametrize(
    "members",
    [
        {"MaxAttempts": 1, "ExpireAfterMin": 1},
        {"MaxAttempts": -1},
        {"MaxAttempts": True},
        {"ExpireAfterMin": 14401},
        {"IntervalSeconds": 0},
        {"IntervalSeconds": 43201},
        {"BackoffRate": -0.1},
        {"BackoffRate": "2"},
        {"ExceptionType": []},
        {"ExceptionType": "Step.THROTTLING"},
        {"ExceptionType": [{}]},
        {"Often": True},
    ],
)
def test_what_is_no_policy(members: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="A retry policy of the step 'a'"):
        policy(**members)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ThrottlingException", 400, "Step.THROTTLING"),
        ("ResourceLimitExceeded", 400, "SageMaker.RESOURCE_LIMIT"),
        ("InternalFailure", 500, "Step.SERVICE_FAULT"),
        ("ValidationException", 400, ""),
        ("AccessDeniedException", 400, ""),
    ],
)
def test_failed_calls(code: str, status: int, kind: str) -> None:
    assert type_of_call(code, status) == kind


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("CapacityError: Unable to provision requested ML compute capacity.", "CAPACITY_ERROR"),
        ("InternalServerError: We encountered an internal error.", "JOB_INTERNAL_ERROR"),
        ("ResourceLimitExceeded: …", "RESOURCE_LIMIT"),
        ("AlgorithmError: CapacityError in my own code, exit code: 1", ""),
        ("", ""),
    ],
)
def test_failed_jobs(reason: str, kind: str) -> None:
    assert type_of_job(reason) == (f"SageMaker.{kind}" if kind else "")
