"""What schedules and rules call: pipelines, and (schedules only) any operation of any service."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import ClientError

from ..errors import AwsError
from .firing import Failed
from .role_clients import RoleClients

if TYPE_CHECKING:
    from ..control_plane import Plane

_UNIVERSAL = re.compile(r"arn:[a-z-]+:scheduler:::aws-sdk:([a-z0-9-]+):([A-Za-z0-9]+)")
_PIPELINE = re.compile(r"arn:[a-z-]+:sagemaker:[a-z0-9-]+:\d{12}:pipeline/[A-Za-z0-9-]+")
#: Errors of StartPipelineExecution that no repetition cures.
_PERMANENT = ("AccessDeniedException", "ResourceNotFound", "ValidationException")


def is_pipeline(arn: str) -> bool:
    """Whether a target is a SageMaker pipeline, which both services have a template for."""
    return _PIPELINE.fullmatch(arn) is not None


def universal(arn: str) -> tuple[str, str] | None:
    """(service, operation in lower camel case) of a universal target; None for another."""
    match = _UNIVERSAL.fullmatch(arn)
    return (match[1], match[2]) if match is not None and _knows(match[1], match[2]) else None


def _knows(service: str, operation: str) -> bool:
    from botocore.exceptions import UnknownServiceError

    from ..service_model import service_model

    try:
        names = service_model(service).operation_names
    except UnknownServiceError:
        return False
    return operation[:1].islower() and operation[:1].upper() + operation[1:] in names


def input_of(target: dict[str, Any]) -> dict[str, Any]:
    """The input of a universal target; ValidationException when it is no JSON object."""
    try:
        value = json.loads(target.get("Input") or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise AwsError("ValidationException", "The Input of a universal target is a JSON object.")
    return value


class Targets:
    """Calls targets, each with its own role.

    :param principal: the service that assumes the roles, such as ``events.amazonaws.com``.
    :param session: the name of its sessions, the last part of the caller's ARN.
    """

    def __init__(self, plane: Plane, clients: RoleClients, principal: str, session: str) -> None:
        self._plane = plane
        self._clients = clients
        self._principal, self._session = principal, session

    def call(self, target: dict[str, Any], identity: str, event: dict[str, Any]) -> None:
        """Make the call of a target.

        Raises Failed for what repeating does not help, ClientError and BotoCoreError otherwise.

        :param identity: of the firing; a repeated call of a pipeline starts it once.
        :param event: what JSON paths in parameters look into.
        """
        arn, role = target["Arn"], target["RoleArn"]
        if not self._plane.moto.role_trusts(role, self._principal):
            raise Failed(f"the role {role} cannot be assumed by {self._principal}")
        called = universal(arn)
        if called is not None:
            client = self._clients.client(called[0], role, self._session, self._principal)
            getattr(client, xform_name(called[1]))(**input_of(target))
            return
        parameters = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList", [])
        client = self._clients.client("sagemaker", role, self._session, self._principal)
        try:
            client.start_pipeline_execution(
                PipelineName=arn,
                PipelineParameters=[
                    {"Name": row["Name"], "Value": _found(row["Value"], event)}
                    for row in parameters
                ],
                ClientRequestToken=hashlib.sha256(f"{identity} {arn}".encode()).hexdigest(),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _PERMANENT:
                raise Failed(str(error)) from None
            raise


def _found(value: str, event: dict[str, Any]) -> str:
    """A static value, or what a path such as ``$.time`` finds in the event."""
    if not value.startswith("$."):
        return value
    found: Any = event
    for name in value[2:].split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else json.dumps(found)
