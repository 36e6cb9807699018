"""The AWS call a stage may end with: carried out once, whatever happens on the way.

A time-out, a cut connection, a 5xx or a killed server leaves open whether AWS did what was asked.
A resource with a unique name settles it: we tag it with the task's token, look whether it is
there, and ask again only if it is not. The name keeps a late first request from making a second.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any

from .. import operations
from ..errors import AwsError
from .model import TaskError
from .run import TaskRun
from .shapes import check_requests

TASK_TAG = "jupyterlab-sagemaker-studio:task"

PAUSE = 0.5  # seconds before the second attempt, doubled for each further one
_ATTEMPTS = 4
THROTTLED = re.compile(r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown")
STALE = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken"}
MISSING = re.compile(r"not found|does not exist|could not find|no such", re.IGNORECASE)
_MAX_TAGS = 50  # Amazon SageMaker API reference, "Tags"


@dataclass(frozen=True)
class _Named:
    """How to look for what a create operation makes."""

    describe: str
    name: str  # input member
    arn: str  # member of the answer of both operations
    taken: str  # error code when the name is in use


_CREATES = {
    ("sagemaker", "CreateTrainingJob"): _Named(
        "DescribeTrainingJob", "TrainingJobName", "TrainingJobArn", "ResourceInUse"
    ),
}


class OutcomeUnknown(TaskError):
    """Nobody can tell whether the call was carried out; what was staged must stay."""


def check(then: dict[str, Any], token: str) -> None:
    """Refuse a call that is not allowed or not well-formed, before anything is staged."""
    check_requests([{**then, "input": _request(then, token)}])


def carry_out(run: TaskRun, then: dict[str, Any], *, maybe_sent: bool) -> dict[str, Any]:
    """Make the call; answers AWS's answer.

    :param maybe_sent: an earlier server may have sent it.
    Raises :class:`AwsError` when AWS refused, :class:`OutcomeUnknown` when nobody can tell.
    """
    service, operation = str(then["service"]), str(then["operation"])
    named = _CREATES.get((service, operation))
    request = _request(then, run.task.client_token)
    writes = operations.require(service, operation).access == "write"
    if maybe_sent and writes:
        if named is None:
            raise _unknown(operation, None)
        found = _look(run, named, service, request)
        if found is not None:
            return found
    upstream = run.services.upstream
    refreshed = False
    attempt = 1
    while True:
        try:
            return run.on_loop(upstream.call(service, operation, request))
        except AwsError as error:
            if named is not None and error.code == named.taken:
                found = _look(run, named, service, request)
                if found is None:
                    raise
                return found
            if error.code in STALE and not refreshed:
                refreshed = True
                upstream.forget_credentials()
                continue
            if error.ambiguous and writes:
                if named is None:
                    raise _unknown(operation, error) from error
                run.wait(PAUSE * attempt, shielded=True)  # what was carried out shows a bit later
                found = _look(run, named, service, request)
                if found is not None:
                    return found
            elif not (error.ambiguous or THROTTLED.search(error.code) or error.status == 429):
                raise
            if attempt == _ATTEMPTS:
                raise
            attempt += 1
            run.wait(PAUSE * 2**attempt / 2, shielded=True)


def _request(then: dict[str, Any], token: str) -> dict[str, Any]:
    """The input with our tag, where the operation takes tags we look for."""
    request = copy.deepcopy(then["input"])
    if (then["service"], then["operation"]) in _CREATES:
        tags = request.setdefault("Tags", [])
        if isinstance(tags, list):
            others = [t for t in tags if not isinstance(t, dict) or t.get("Key") != TASK_TAG]
            if len(others) >= _MAX_TAGS:
                raise TaskError(
                    "ValidationException",
                    f"Tags: at most {_MAX_TAGS - 1} are possible, one more is ours.",
                    operation=then["operation"],
                    status=400,
                )
            request["Tags"] = [*others, {"Key": TASK_TAG, "Value": token}]
    return request


def _look(
    run: TaskRun, named: _Named, service: str, request: dict[str, Any]
) -> dict[str, Any] | None:
    """The answer of our own earlier request, when what it makes is there; None when it is not.

    Raises ``ResourceInUse`` when somebody else's resource has the name.
    """
    name = request[named.name]
    described = _read(run, service, named.describe, {named.name: name})
    if described is None:
        return None
    arn = str(described.get(named.arn) or "")
    tags: list[dict[str, Any]] = []
    page: dict[str, Any] = {"ResourceArn": arn}
    while True:
        answer = _read(run, service, "ListTags", page) or {}
        tags += answer.get("Tags", [])
        if not answer.get("NextToken"):
            break
        page["NextToken"] = answer["NextToken"]
    if any(t.get("Key") == TASK_TAG and t.get("Value") == run.task.client_token for t in tags):
        return {named.arn: arn}
    raise AwsError(
        named.taken,
        f"The name “{name}” is in use already. Choose another name.",
        status=400,
        service=service,
        operation=run.spec["then"]["operation"],
    )


def _read(
    run: TaskRun, service: str, operation: str, params: dict[str, Any]
) -> dict[str, Any] | None:
    """A read that is repeated until it says something; None when there is no such thing."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return run.on_loop(run.services.upstream.call(service, operation, params))
        except AwsError as error:
            if error.status == 404 or (error.status == 400 and MISSING.search(error.message)):
                return None
            passing = error.ambiguous or error.status in (429, 503)
            passing = passing or error.code in STALE or bool(THROTTLED.search(error.code))
            if not passing or attempt == _ATTEMPTS:
                raise _unknown(run.spec["then"]["operation"], error) from error
            if error.code in STALE:
                run.services.upstream.forget_credentials()
            run.wait(PAUSE * 2**attempt / 2, shielded=True)
    raise AssertionError("unreachable")


def _unknown(operation: str, error: AwsError | None) -> OutcomeUnknown:
    why = f" ({error.operation}: {error.code}: {error.message})" if error else ""
    return OutcomeUnknown(
        "OutcomeUnknown",
        f"It is not known whether {operation} was carried out{why}.",
        operation=operation,
        request_id=error.request_id if error else "",
        status=error.status if error else 400,
        hint="Look at the list of jobs before you submit again. The uploaded files were kept.",
    )
