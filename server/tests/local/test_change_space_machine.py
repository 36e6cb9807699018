"""The shipped state machine, walked through by Step Functions' engine, with a scripted space."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sagemaker_studio_local import seed
from sagemaker_studio_local.control_plane import operations
from sagemaker_studio_local.errors import AwsError, ResourceNotFound
from sagemaker_studio_local.testing import LocalStudio

T3 = {"InstanceType": "ml.t3.medium"}
M5 = {"InstanceType": "ml.m5.xlarge"}
G5 = {"InstanceType": "ml.g5.xlarge"}
CAPACITY = "InsufficientCapacityError: no ml.g5.xlarge now"


class Space:
    """A space whose calls answer what a test has put down; every call is noted."""

    def __init__(self) -> None:
        self.status: str | None = "InService"
        self.type = "ml.t3.medium"
        self.reason: str | None = None
        self.space_status = "InService"
        self.settings: dict[str, Any] = {
            "SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 5}}
        }
        #: What happens to an app of a type: None is InService, a text its reason to fail.
        self.fates: dict[str, Any] = {}
        #: Errors the next calls of an operation raise, in order.
        self.errors: dict[str, list[AwsError | None]] = {}
        self.calls: list[tuple[str, Any]] = []

    def answer(self, name: str, request: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((name, request))
        queue = self.errors.get(name, [])
        if queue and (error := queue.pop(0)) is not None:
            raise error
        return getattr(self, name)(request)

    def DeleteApp(self, request: dict[str, Any]) -> dict[str, Any]:
        self.status = "Deleting"
        return {}

    def DescribeApp(self, request: dict[str, Any]) -> dict[str, Any]:
        if self.status is None:
            raise ResourceNotFound("App [default] does not exist.")
        answer: dict[str, Any] = {
            "Status": self.status,
            "ResourceSpec": {"InstanceType": self.type},
            "CreationTime": time.time(),
        }
        if self.status == "Failed" and self.reason:
            answer["FailureReason"] = self.reason
        if self.status == "Deleting":
            self.status = None
        elif self.status == "Pending":
            self.reason = self.fates.get(self.type)
            self.status = "InService" if self.reason is None else "Failed"
        return answer

    def CreateApp(self, request: dict[str, Any]) -> dict[str, Any]:
        if self.status in ("Pending", "InService", "Deleting"):
            raise AwsError("ResourceInUse", "App [default] already exists.")
        self.type = request["ResourceSpec"]["InstanceType"]
        self.status = "Pending"
        return {"AppArn": "arn:aws:sagemaker:us-west-2:123456789012:app/d/s/JupyterLab/default"}

    def UpdateSpace(self, request: dict[str, Any]) -> dict[str, Any]:
        if self.status in ("Pending", "InService"):
            raise AwsError("ValidationException", "an app is running")
        self.settings = {**self.settings, **request["SpaceSettings"]}
        self.space_status = self.fates.get("space", "Updating")
        return {"SpaceArn": "arn:aws:sagemaker:us-west-2:123456789012:space/d/s"}

    def DescribeSpace(self, request: dict[str, Any]) -> dict[str, Any]:
        answer = {"Status": self.space_status, "SpaceSettings": self.settings}
        if self.space_status == "Updating":
            self.space_status = "InService"
        elif self.space_status == "Update_Failed":
            answer["FailureReason"] = "the volume is stuck"
        return answer

    def did(self, *names: str) -> list[Any]:
        return [request for name, request in self.calls if name in names]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No JupyterLab is waited for here."""
    from sagemaker_studio_local.aws_services import step_functions

    monkeypatch.setattr(step_functions, "_SHORTEST_WAIT", 0.01)


@pytest.fixture
def space(monkeypatch: pytest.MonkeyPatch, local_studio: LocalStudio) -> Iterator[Space]:
    made = Space()
    for name in ("DeleteApp", "DescribeApp", "CreateApp", "UpdateSpace", "DescribeSpace"):
        monkeypatch.setitem(
            operations,
            name,
            lambda plane, request, call, name=name: made.answer(name, request),
        )
    yield made


def run(studio: LocalStudio, *attempts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Start the machine and wait for its end."""
    states = studio.client("stepfunctions")
    machine = states.list_state_machines()["stateMachines"][0]
    assert machine["name"] == "sagemaker-studio-change-space"
    request = {
        "DomainId": seed.DOMAIN_ID,
        "SpaceName": seed.SPACE_NAME,
        "AppType": "JupyterLab",
        "AppName": "default",
        "Attempts": list(attempts),
        "Former": T3,
        **more,
    }
    started = states.start_execution(
        stateMachineArn=machine["stateMachineArn"],
        name=f"my-space-{time.time_ns():x}"[:40],
        input=json.dumps({name: value for name, value in request.items() if value is not None}),
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = states.describe_execution(executionArn=started["executionArn"])
        if found["status"] != "RUNNING":
            return {
                **found,
                **({"result": json.loads(found["output"])} if "output" in found else {}),
            }
        time.sleep(0.05)
    raise AssertionError("the execution did not end")


def test_the_wanted_type_starts(local_studio: LocalStudio, space: Space) -> None:
    assert run(local_studio, M5)["result"] == {
        "Outcome": "Changed",
        "ResourceSpec": M5,
        "Attempts": [M5],
    }
    names = [name for name, _ in space.calls]
    assert names[0] == "DeleteApp"
    assert names.index("CreateApp") > names.index("DescribeApp")
    assert space.did("UpdateSpace") == []
    callers = {c["caller"] for c in local_studio.calls() if c["operation"] == "CreateApp"}
    role = "sagemaker-studio-change-space"
    assert callers == {f"arn:aws:sts::123456789012:assumed-role/{role}/StepFunctions"}


def test_settings_are_updated_between_stop_and_start(
    local_studio: LocalStudio, space: Space
) -> None:
    settings = {"SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 20}}}
    assert run(local_studio, M5, SpaceSettings=settings)["result"]["Outcome"] == "Changed"
    names = [name for name, _ in space.calls]
    assert names.index("DeleteApp") < names.index("UpdateSpace") < names.index("CreateApp")
    assert space.settings == settings


def test_the_next_type_is_tried_and_the_reason_of_the_first_is_told(
    local_studio: LocalStudio, space: Space
) -> None:
    space.fates["ml.g5.xlarge"] = CAPACITY
    quota = AwsError("ResourceLimitExceeded", "the limit is 0 Apps")
    space.errors["CreateApp"] = [None, quota, None]
    g4 = {"InstanceType": "ml.g4dn.xlarge"}
    result = run(local_studio, G5, g4, M5)["result"]
    assert result["Outcome"] == "Fallback"
    assert result["ResourceSpec"] == M5
    assert result["Error"] == {"Error": "AppFailed", "Cause": CAPACITY}
    first, second, third = result["Attempts"]
    assert first == {**G5, "Error": "AppFailed", "Cause": CAPACITY}
    assert second["Error"] == "SageMaker.ResourceLimitExceededException"
    assert second["Cause"].startswith("the limit is 0 Apps (Service: SageMaker, Status Code: 400")
    assert third == M5
    assert len(space.did("CreateApp")) == 3, "a quota is not to be asked for again"


def test_without_capacity_the_former_type_and_settings_return_but_the_volume_stays_grown(
    local_studio: LocalStudio, space: Space
) -> None:
    space.fates["ml.g5.xlarge"] = CAPACITY
    idle = {"AppLifecycleManagement": {"IdleSettings": {"IdleTimeoutInMinutes": 120}}}
    former = {
        "JupyterLabAppSettings": {"DefaultResourceSpec": T3},
        "SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 5}},
    }
    wanted = {
        "JupyterLabAppSettings": {"DefaultResourceSpec": G5, **idle},
        "SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 50}},
    }
    result = run(local_studio, G5, SpaceSettings=wanted, FormerSpaceSettings=former)["result"]
    assert result["Outcome"] == "Restored"
    assert result["ResourceSpec"] == T3
    assert result["Error"] == {"Error": "AppFailed", "Cause": CAPACITY}
    assert result["Attempts"] == [{**G5, "Error": "AppFailed", "Cause": CAPACITY}]
    assert (space.status, space.type) == ("InService", "ml.t3.medium")
    assert space.settings["JupyterLabAppSettings"] == former["JupyterLabAppSettings"]
    assert space.settings["SpaceStorageSettings"] == wanted["SpaceStorageSettings"]


def test_a_refused_update_starts_the_former_app_and_tries_no_other(
    local_studio: LocalStudio, space: Space
) -> None:
    refused = AwsError("ValidationException", "the volume may grow once in 6 hours")
    space.errors["UpdateSpace"] = [refused] * 20
    settings = {"SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 20}}}
    result = run(local_studio, M5, SpaceSettings=settings, FormerSpaceSettings={})["result"]
    assert (result["Outcome"], result["Attempts"]) == ("Restored", [])
    assert result["Error"]["Error"] == "SageMaker.SageMakerException"
    assert "once in 6 hours" in result["Error"]["Cause"]
    assert space.type == "ml.t3.medium"


def test_a_failed_update_is_undone(local_studio: LocalStudio, space: Space) -> None:
    space.fates["space"] = "Update_Failed"
    result = run(local_studio, M5, SpaceSettings={}, FormerSpaceSettings={})["result"]
    assert result["Outcome"] == "Restored"
    assert result["Error"] == {"Error": "SpaceUpdateFailed", "Cause": "the volume is stuck"}
    assert len(space.did("UpdateSpace")) == 2


def test_a_refused_stop_changes_nothing(local_studio: LocalStudio, space: Space) -> None:
    denied = AwsError("AccessDeniedException", "not authorized to perform: sagemaker:DeleteApp")
    space.errors["DeleteApp"] = [denied] * 10
    found = run(local_studio, M5)
    assert found["status"] == "FAILED"
    assert "sagemaker:DeleteApp" in found["cause"]
    assert (space.status, space.did("CreateApp", "UpdateSpace")) == ("InService", [])


@pytest.mark.parametrize("missing", ["Former", "Attempts", "SpaceName"])
def test_incomplete_input_touches_nothing(
    local_studio: LocalStudio, space: Space, missing: str
) -> None:
    found = run(local_studio, M5, **{missing: None})
    assert (found["status"], found["error"]) == ("FAILED", "InvalidInput")
    assert space.calls == []


@pytest.mark.parametrize("status", ["Failed", None])
def test_an_app_that_is_down_already_is_started(
    local_studio: LocalStudio, space: Space, status: str | None
) -> None:
    space.status = status
    refusal = (
        ResourceNotFound("App [default] does not exist.")
        if status is None
        else AwsError("ValidationException", "the app has failed and was removed")
    )
    space.errors["DeleteApp"] = [refusal] * 10
    assert run(local_studio, M5)["result"]["Outcome"] == "Changed"


@pytest.mark.parametrize(
    "trouble",
    [
        AwsError("ThrottlingException", "Rate exceeded"),
        AwsError("InternalFailure", "An internal error occurred.", status=500),
        AwsError("ServiceUnavailable", "Try again later.", status=503),
    ],
    ids=lambda trouble: trouble.code,
)
def test_trouble_that_passes_is_waited_out_everywhere(
    local_studio: LocalStudio, space: Space, trouble: AwsError
) -> None:
    for name in ("DeleteApp", "DescribeApp", "UpdateSpace", "DescribeSpace", "CreateApp"):
        space.errors[name] = [trouble, trouble]
    assert run(local_studio, M5, SpaceSettings={})["result"]["Outcome"] == "Changed"


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException"])
@pytest.mark.parametrize("operation", ["DescribeApp", "UpdateSpace", "DescribeSpace", "CreateApp"])
def test_a_refusal_after_the_stop_does_not_leave_the_space_down(
    local_studio: LocalStudio, space: Space, operation: str, code: str
) -> None:
    # As often as the call is repeated.
    space.errors[operation] = [AwsError(code, "No.")] * (9 if "Describe" in operation else 6)
    found = run(local_studio, M5, SpaceSettings={}, FormerSpaceSettings={})
    assert (found["status"], space.status) == ("SUCCEEDED", "InService")
    # Not to have seen the stop is no reason to give up.
    wanted = "Changed" if operation == "DescribeApp" else "Restored"
    assert found["result"]["Outcome"] == wanted


def test_a_volume_still_being_released_is_waited_for(
    local_studio: LocalStudio, space: Space
) -> None:
    busy = AwsError("ResourceInUse", "the storage of the space is not ready")
    space.errors["CreateApp"] = [busy, busy]
    space.errors["UpdateSpace"] = [busy, busy]
    assert run(local_studio, M5, SpaceSettings={})["result"]["Outcome"] == "Changed"


def test_an_app_somebody_else_started_is_left_alone_and_reported(
    local_studio: LocalStudio, space: Space
) -> None:
    real = space.DescribeApp

    def started_meanwhile(request: dict[str, Any]) -> dict[str, Any]:
        answer = real(request)
        if space.status is None:
            space.status, space.type = "InService", "ml.t3.large"
            raise ResourceNotFound("App [default] does not exist.")
        return answer

    space.DescribeApp = started_meanwhile  # type: ignore[method-assign]
    result = run(local_studio, M5)["result"]
    assert result["Outcome"] == "Restored"
    assert result["ResourceSpec"] == {"InstanceType": "ml.t3.large"}
    assert result["Error"]["Error"] == "StartedByAnother"
    assert len(space.did("DeleteApp")) == 1


def test_when_even_the_former_type_fails_both_reasons_are_told(
    local_studio: LocalStudio, space: Space
) -> None:
    space.fates = {"ml.g5.xlarge": CAPACITY, "ml.t3.medium": "no ml.t3.medium either"}
    found = run(local_studio, G5)
    assert (found["status"], found["error"]) == ("FAILED", "NotRestored")
    assert CAPACITY in found["cause"]
    assert "no ml.t3.medium either" in found["cause"]
    former = [r for r in space.did("CreateApp") if r["ResourceSpec"] == T3]
    assert len(former) == 3, "the way back is tried three times"


def test_another_domain_is_out_of_reach_of_the_role(
    local_studio: LocalStudio, space: Space
) -> None:
    found = run(local_studio, M5, DomainId="d-anotherdomain")
    assert found["status"] == "FAILED"
    assert "is not authorized to perform: sagemaker:DeleteApp" in found["cause"]
    assert space.calls == []
