"""An AWS call that follows a staging: carried out once, whatever happens on the way.

A time-out, a cut connection, a 5xx or a killed server leaves open whether AWS did what was asked.
A resource with a unique name settles it: we tag it with the task's token, look whether it is
there, and ask again only if it is not. The name keeps a late first request from making a second.
"""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from typing import Any

from .. import operations
from ..errors import AwsError
from . import calls
from .model import TaskError
from .run import TaskRun

TASK_TAG = "jupyterlab-sagemaker-studio:task"

PAUSE = 0.5  # seconds before the second attempt, doubled for each further one
_ATTEMPTS = 4
_MAX_TAGS = 50  # Amazon SageMaker API reference, "Tags"


@dataclass(frozen=True)
class _Named:
    """How to look for what a create operation makes.

    :ivar name: member of the input that no two of them share.
    :ivar arn: member of the answer to the create operation.
    :ivar found: the same in the answer to ``describe``.
    :ivar taken: error code when the name is in use.
    :ivar tagged: whether it carries our tag; if not, what it does tells whether it is ours.
    """

    describe: str
    name: str
    arn: str
    found: str
    taken: str
    tagged: bool = True


_JOB_ARN = "TrainingJobArn"
_CREATES = {
    ("sagemaker", "CreateTrainingJob"): _Named(
        "DescribeTrainingJob", "TrainingJobName", _JOB_ARN, _JOB_ARN, "ResourceInUse"
    ),
    ("sagemaker", "CreatePipeline"): _Named(
        "DescribePipeline", "PipelineName", "PipelineArn", "PipelineArn", "ConflictException"
    ),
    ("scheduler", "CreateSchedule"): _Named(
        "GetSchedule", "Name", "ScheduleArn", "Arn", "ConflictException", tagged=False
    ),
}

# AWS carries these out once for each ClientRequestToken, which its SDKs make up where it is not
# given (Amazon SageMaker API reference).
_WITH_TOKEN = {"CreatePipeline", "DeletePipeline"}

# A second one changes nothing more. Deletes, too: what is gone already is what was wanted.
_REPEATABLE = {
    "AddTags",
    "DeletePipeline",
    "DeleteRule",
    "DeleteSchedule",
    "DisableRule",
    "EnableRule",
    "PutRule",
    "PutTargets",
    "RemoveTargets",
    "TagResource",
    "UpdatePipeline",
    "UpdateSchedule",
}


class OutcomeUnknown(TaskError):
    """Nobody can tell whether the call was carried out; what was staged must stay."""


def prepare(call: dict[str, Any], token: str) -> dict[str, Any]:
    """The call with what tells that it is this task's: our tag, and a request token."""
    request = copy.deepcopy(call["input"])
    operation = str(call["operation"])
    named = _CREATES.get((call["service"], operation))
    if named is not None and named.tagged:
        tags = request.setdefault("Tags", [])
        if isinstance(tags, list):
            others = [t for t in tags if not isinstance(t, dict) or t.get("Key") != TASK_TAG]
            if len(others) >= _MAX_TAGS:
                raise TaskError(
                    "ValidationException",
                    f"Tags: at most {_MAX_TAGS - 1} are possible, one more is ours.",
                    operation=operation,
                    status=400,
                )
            request["Tags"] = [*others, {"Key": TASK_TAG, "Value": token}]
    if operation in _WITH_TOKEN:
        mark = hashlib.sha256(f"{token} {operation}".encode()).hexdigest()
        request.setdefault("ClientRequestToken", mark)
    return {"service": call["service"], "operation": operation, "input": request}


def carry_out(run: TaskRun, call: dict[str, Any], *, maybe_sent: bool) -> dict[str, Any]:
    """Make the call; answers AWS's answer.

    :param call: a :func:`prepare`\\ d one.
    :param maybe_sent: an earlier attempt, or an earlier server, may have sent it.
    Raises :class:`AwsError` when AWS refused, :class:`OutcomeUnknown` when nobody can tell.
    """
    service, operation = str(call["service"]), str(call["operation"])
    named = _CREATES.get((service, operation))
    writes = operations.require(service, operation).access == "write"
    settled = not writes or operation in _REPEATABLE
    if maybe_sent and not settled:
        if named is None:
            raise _unknown(operation, None)
        answer = find(run, call)
        if answer is not None:
            return answer
    attempt = 1
    while True:
        try:
            return calls.ask(run, call)
        except AwsError as error:
            if named is not None and _is_taken(error, named):
                answer = find(run, call)
                if answer is None:
                    raise
                return answer
            if (
                maybe_sent
                and operation.startswith(("Delete", "Remove"))
                and calls.is_missing(error)
            ):
                return {}
            if not calls.passes(error):
                raise
            if error.ambiguous and not settled:
                if named is None:
                    raise _unknown(operation, error) from error
                run.wait(PAUSE * attempt, shielded=True)  # what was carried out shows a bit later
                answer = find(run, call)
                if answer is not None:
                    return answer
            maybe_sent = maybe_sent or error.ambiguous
            if attempt == _ATTEMPTS:
                raise
            attempt += 1
            run.wait(PAUSE * 2**attempt / 2, shielded=True)


def find(run: TaskRun, call: dict[str, Any]) -> dict[str, Any] | None:
    """The answer of our own earlier create call, when what it makes is there; None when it is not.

    Raises the code of a name in use when somebody else's resource has the name, and
    :class:`OutcomeUnknown` when that cannot be found out.
    """
    named = _CREATES[call["service"], call["operation"]]
    name = call["input"][named.name]
    look = {named.name: name}
    if "GroupName" in call["input"]:
        look["GroupName"] = call["input"]["GroupName"]
    described = _read(run, call, named.describe, look)
    if described is None:
        return None
    arn = str(described.get(named.found) or "")
    if _has_our_tag(run, call, arn) if named.tagged else _does_the_same(call["input"], described):
        return {named.arn: arn}
    raise AwsError(
        named.taken,
        f"The name “{name}” is in use already. Choose another name.",
        status=400,
        service=call["service"],
        operation=call["operation"],
    )


def _is_taken(error: AwsError, named: _Named) -> bool:
    # CreatePipeline: "Pipeline names must be unique … Pipeline with name (x) already exists."
    in_words = error.code == "ValidationException" and "already exists" in error.message
    return error.code == named.taken or in_words


def _has_our_tag(run: TaskRun, call: dict[str, Any], arn: str) -> bool:
    page: dict[str, Any] = {"ResourceArn": arn}
    while True:
        answer = _read(run, call, "ListTags", page) or {}
        for tag in answer.get("Tags", []):
            if tag.get("Key") == TASK_TAG and tag.get("Value") == run.task.client_token:
                return True
        if not answer.get("NextToken"):
            return False
        page["NextToken"] = answer["NextToken"]


def _does_the_same(request: dict[str, Any], schedule: dict[str, Any]) -> bool:
    """Whether a schedule starts what ours is to start, at the same times."""
    wanted, found = request.get("Target") or {}, schedule.get("Target") or {}
    times = "ScheduleExpression"
    return wanted.get("Arn") == found.get("Arn") and request.get(times) == schedule.get(times)


def _read(
    run: TaskRun, call: dict[str, Any], operation: str, params: dict[str, Any]
) -> dict[str, Any] | None:
    """A read that is repeated until it says something; None when there is no such thing."""
    look = {"service": call["service"], "operation": operation, "input": params}
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return calls.ask(run, look)
        except AwsError as error:
            if calls.is_missing(error):
                return None
            if not calls.passes(error) or attempt == _ATTEMPTS:
                raise _unknown(call["operation"], error) from error
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
