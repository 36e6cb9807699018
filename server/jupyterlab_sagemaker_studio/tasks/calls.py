"""The AWS calls of a task: repeated while the trouble may pass, and no longer than is useful."""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from typing import Any

from ..errors import AwsError
from .model import TaskError
from .run import TaskRun

PATIENCE_SECONDS = 120.0  # throttling, 5xx, no connection, credentials that are being renewed
CONFLICT_SECONDS = 600.0  # errors of which a step says that they pass
PAUSE = 1.0  # seconds before the second attempt, doubled for each further one
_LONGEST_PAUSE = 15.0
FIRST_LOOK_SECONDS = 1.0
LOOK_SECONDS = 3.0

STALE = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken"}
_THROTTLED = re.compile(r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown")
_MISSING = re.compile(r"not found|does not exist|could not find|no such", re.IGNORECASE)
# EventBridge API reference: two requests changed one rule at the same time.
_PASSING_CODES = {"CredentialsUnavailable", "ConcurrentModificationException"}

# What a repeated call is told when the first one, whose answer we never saw, was carried out.
_CARRIED_OUT = {
    "CreateApp": {"ResourceInUse"},
    "CreateSchedule": {"ConflictException"},
    "CreateSpace": {"ResourceInUse"},
    "DeleteApp": {"ResourceInUse", "ResourceNotFound"},
    "DeleteSchedule": {"ResourceNotFoundException"},
    "DeleteSpace": {"ResourceInUse", "ResourceNotFound"},
    "StartExecution": {"ExecutionAlreadyExists"},
}
_MISSING_CODES = {"ResourceNotFound", "ResourceNotFoundException", "ExecutionDoesNotExist"}

# SageMaker begins most failure reasons with a code.
_REASON = re.compile(r"^(\w+(?:Error|Exception|Exceeded)): ")


def carry_out(
    run: TaskRun,
    call: dict[str, Any],
    *,
    retry_codes: Collection[str] = (),
    maybe_sent: bool = False,
    shielded: bool = False,
) -> dict[str, Any]:
    """Make a call; answers AWS's answer, {} where an earlier attempt turns out to have done it.

    :param retry_codes: codes of further errors that pass by waiting.
    :param maybe_sent: an earlier server may have sent it.
    :param shielded: a cancel comes too late.
    Raises :class:`AwsError`, its ``ambiguous`` true when any attempt may have been carried out.
    """
    begun, pause = time.monotonic(), PAUSE
    while True:
        try:
            return ask(run, call)
        except AwsError as error:
            if maybe_sent and error.code in _CARRIED_OUT.get(call["operation"], ()):
                return {}
            # An update can be repeated, and is refused while the first one is under way.
            updating = maybe_sent and call["operation"] == "UpdateSpace"
            error.ambiguous = maybe_sent = maybe_sent or error.ambiguous
            if error.code in retry_codes or (updating and error.code == "ResourceInUse"):
                limit = CONFLICT_SECONDS
            else:
                limit = PATIENCE_SECONDS if passes(error) else 0.0
            if time.monotonic() - begun + pause > limit:
                raise
        run.wait(pause, shielded=shielded)
        pause = min(pause * 2, _LONGEST_PAUSE)


def ask(run: TaskRun, call: dict[str, Any]) -> dict[str, Any]:
    """Make a call once. An answer that some entries were refused is an error as well."""
    upstream = run.services.upstream
    try:
        answer = run.on_loop(upstream.call(call["service"], call["operation"], call["input"]))
    except AwsError as error:
        if error.code in STALE:
            upstream.forget_credentials()
        raise
    if answer.get("FailedEntryCount"):
        entry = (answer.get("FailedEntries") or [{}])[0]
        raise AwsError(
            str(entry.get("ErrorCode") or "FailedEntries"),
            str(entry.get("ErrorMessage") or "EventBridge refused an entry and gives no reason."),
            status=400,
            service=call["service"],
            operation=call["operation"],
        )
    return answer


def wait_until(run: TaskRun, title: str, until: dict[str, Any], *, shielded: bool) -> None:
    """Look again and again until the status is one of success.

    Raises :class:`AwsError` when it is one of failure, when AWS refuses to tell, or when the time
    is over.
    """
    deadline = time.monotonic() + until["timeoutSeconds"]
    pause = FIRST_LOOK_SECONDS
    while True:
        run.wait(pause, shielded=shielded)
        pause = LOOK_SECONDS
        trouble: AwsError | None = None
        status = ""
        try:
            seen = look(run, until)
            if seen is None:
                return
            status = seen
        except AwsError as error:
            if not passes(error):
                raise
            trouble = error
        if time.monotonic() > deadline:
            raise trouble or TaskError(
                "StepTimedOut",
                f"“{title}” did not end within {until['timeoutSeconds']:g} seconds; the last "
                f"status was {status or 'unknown'}.",
                operation=until["call"]["operation"],
            )


def look(run: TaskRun, until: dict[str, Any]) -> str | None:
    """The status now, None when it is one of success. Raises :class:`AwsError` on failure."""
    call = until["call"]
    try:
        answer = ask(run, call)
    except AwsError as error:
        if is_missing(error) and until["missing"] == "success":
            return None
        raise
    status = status_of(answer)
    if status in until["success"]:
        return None
    if status in until["failure"]:
        reason = str(answer.get("FailureReason") or answer.get("cause") or "")
        code = _REASON.match(reason)
        thing = call["operation"].removeprefix("Describe")
        raise TaskError(
            code[1] if code else f"{thing}{status.replace('_', '')}",
            reason or f"The status is {status}, and SageMaker gives no reason.",
            operation=call["operation"],
            aws=True,
        )
    return status


def status_of(answer: dict[str, Any]) -> str:
    """The status in an answer of a Describe operation."""
    return str(answer.get("Status") or answer.get("status") or "")


def is_missing(error: AwsError) -> bool:
    """Whether AWS says that there is no such thing."""
    return (
        error.status == 404
        or error.code in _MISSING_CODES
        or (error.code == "ValidationException" and bool(_MISSING.search(error.message)))
    )


def passes(error: AwsError) -> bool:
    """Whether the same call may well succeed in a moment."""
    return (
        error.ambiguous
        or error.status in (429, 503)
        or error.code in STALE
        or error.code in _PASSING_CODES
        or is_throttled(error)
    )


def is_throttled(error: AwsError) -> bool:
    """Whether AWS was asked too often."""
    return error.status == 429 or bool(_THROTTLED.search(error.code))


def make_all(run: TaskRun, todo: list[dict[str, Any]]) -> list[str]:
    """Make calls one after the other, whatever becomes of each; answers the problems, in words.

    They remove things, so that there is none is no problem.
    """
    problems = []
    for call in todo:
        try:
            carry_out(run, call, shielded=True)
        except AwsError as error:
            if not is_missing(error):
                problems.append(words(error))
    return problems


def words(error: AwsError) -> str:
    """An error within a sentence."""
    return f"{error.operation}: {error.code}: {error.message}"
