"""One attempt at a training step: the job it makes, and what its failure means.

The job is created by a call of the pipeline's role, so faults, permissions and the list of calls
see it like any other.
"""

from __future__ import annotations

import logging
import re
import secrets
import string
from dataclasses import dataclass
from typing import Any

from ..errors import AwsError
from ..store import Document
from . import retry_policies, tags
from .pipeline_definition import Step
from .pipeline_variables import arguments_of
from .plane import Plane
from .retry_policies import DEFAULT_POLICY, RetryPolicy

_LETTERS = string.ascii_letters + string.digits
EXECUTION_TAG = "sagemaker:pipeline-execution-arn"
_STEP_TAG = "sagemaker:pipeline-step-name"
_PRINCIPAL = "sagemaker.amazonaws.com"
_SESSION = "SageMakerPipelines"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """How an attempt ended: with a job (``job``, ``arn``), or with a failure and its type.

    ``made_job`` says that a job was made and failed, so that the next needs another name.
    """

    job: str = ""
    arn: str = ""
    reason: str = ""
    kind: str = ""
    made_job: bool = False

    def _policy(self, definition: Step) -> tuple[int, RetryPolicy] | None:
        for index, policy in enumerate((*definition.policies, DEFAULT_POLICY)):
            if self.kind in policy.types:
                return index, policy
        return None

    def pause(self, definition: Step, step: Document, elapsed: float) -> float | None:
        """Seconds until the next attempt, None when there is none.

        :param elapsed: seconds since the step began.
        """
        found = self._policy(definition)
        if found is None:
            return None
        retries = step["retries"].get(str(found[0]), 0)
        return found[1].pause(retries) if found[1].allows(retries, elapsed) else None

    def counted(self, definition: Step, step: Document) -> Document:
        """The step with one more retry on the account of the policy that allows it."""
        found = self._policy(definition)
        assert found is not None
        key = str(found[0])
        return {
            **step,
            "retries": {**step["retries"], key: step["retries"].get(key, 0) + 1},
            "failures": step["failures"] + self.made_job,
            "AttemptCount": step["AttemptCount"] + 1,
        }

    def reason_for(self, definition: Step, execution_arn: str) -> str:
        """The step's FailureReason when this was the last attempt."""
        if not self.kind or self._policy(definition) is not None:
            return self.reason
        kind = self.kind.upper().replace(".", "_")
        return (
            f"{self.reason}\nRetry not appropriate on execution of step with PipelineExecutionArn"
            f" {execution_arn} and StepId {definition.name}. No retry policy configured for the"
            f" exception type {kind}."
        )


def new_step(definition: Step, now: float) -> Document:
    """A step about to begin. Members in lower case are our own."""
    step: dict[str, Any] = {
        "StepName": definition.name,
        "StartTime": now,
        "StepStatus": "Starting",
        "AttemptCount": 1,
        "token": "".join(secrets.choice(_LETTERS) for _ in range(10)),
        "failures": 0,
        "retries": {},
        "job": "",
        "next": now,
    }
    if definition.display_name:
        step["StepDisplayName"] = definition.display_name
    if definition.description:
        step["StepDescription"] = definition.description
    return step


def job_name(execution_id: str, step: Document) -> str:
    """``pipelines-<execution>-<step, 20 letters>-<token>``, and the failures before it, if any."""
    prefix = re.sub(r"[^A-Za-z0-9]+", "-", step["StepName"])[:20].strip("-")
    parts = ["pipelines", execution_id, prefix, step["token"]]
    if step["failures"]:
        parts.append(str(step["failures"]))
    return "-".join(part for part in parts if part)


def _request(plane: Plane, execution: Document, definition: Step) -> dict[str, Any]:
    arn = execution["detail"]["PipelineExecutionArn"]
    own = [
        {"Key": EXECUTION_TAG, "Value": arn},
        {"Key": _STEP_TAG, "Value": definition.name},
    ]
    request = arguments_of(plane, execution, definition.arguments)
    keys = {tag["Key"] for tag in own}
    given = [tag for tag in request.get("Tags", []) if tag["Key"] not in keys]
    step = execution["steps"][definition.name]
    name = job_name(arn.rpartition("/")[2], step)
    return {**request, "TrainingJobName": name, "Tags": given + own}


def attempt_of(plane: Plane, execution: Document, definition: Step) -> Attempt:
    """Create the job of a step, as the pipeline's role."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        request = _request(plane, execution, definition)
        name = request["TrainingJobName"]
        client = _client(plane, execution["role"])
        arn = client.create_training_job(**request)["TrainingJobArn"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ResourceInUse" and (arn := _own_job(plane, execution, name)):
            # Made by an attempt whose answer was lost.
            return Attempt(job=name, arn=arn)
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        kind = retry_policies.type_of_call(code, status)
        return Attempt(reason=_reason(error.response["Error"]["Message"]), kind=kind)
    except AwsError as error:
        return Attempt(reason=_reason(error.message))
    except BotoCoreError as error:
        # A cut connection, or arguments that turn out to be wrong once they are resolved.
        kind = retry_policies.SERVICE_FAULT if isinstance(error, HTTPClientError) else ""
        return Attempt(reason=_reason(str(error)), kind=kind)
    return Attempt(job=name, arn=arn)


def failed_job(reason: str) -> Attempt:
    """The attempt whose job has failed."""
    return Attempt(reason=reason, kind=retry_policies.type_of_job(reason), made_job=True)


def stop_job(plane: Plane, role_arn: str, name: str) -> None:
    """StopTrainingJob; a job that has just ended is as good."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        _client(plane, role_arn).stop_training_job(TrainingJobName=name)
    except (AwsError, BotoCoreError, ClientError) as error:
        log.warning("the training job %s of a pipeline was not stopped: %s", name, error)


def _client(plane: Plane, role_arn: str) -> Any:
    if plane.act_as is None or not plane.moto.role_trusts(role_arn, _PRINCIPAL):
        raise AwsError(
            "AccessDeniedException",
            f"The execution role ARN {role_arn} is invalid, or SageMaker is not allowed to assume"
            " it.",
        )
    return plane.act_as("sagemaker", role_arn, _SESSION, _PRINCIPAL)


def _own_job(plane: Plane, execution: Document, name: str) -> str:
    arn = plane.arn(f"training-job/{name.lower()}")
    found = tags.tags_of(plane, arn).get(EXECUTION_TAG)
    return arn if found == execution["detail"]["PipelineExecutionArn"] else ""


def _reason(message: str) -> str:
    return f"ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: {message}"
