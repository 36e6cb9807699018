"""Spaces, apps, schedules and executions of one domain: small, and as strict as AWS."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from tasks_aws import FACTS, Aws, Desk

# The metadata file of the own space's app.
METADATA = {
    "DomainId": FACTS["domainId"],
    "SpaceName": FACTS["spaceName"],
    "ResourceName": FACTS["appName"],
    "AppType": FACTS["appType"],
}
OWN, OTHER = FACTS["spaceName"], "other-space"
MACHINE = "arn:aws:states:us-west-2:123456789012:stateMachine:sagemaker-studio-change-space"
EXECUTION = (
    "arn:aws:states:us-west-2:123456789012:execution:sagemaker-studio-change-space:my-space-1"
)
CREATE_APP = "arn:aws:scheduler:::aws-sdk:sagemaker:createApp"
START, BACK = "sagemaker-studio-my-space-1-start", "sagemaker-studio-my-space-1-back"

Answer = tuple[int, dict[str, Any]]


def _error(code: str, message: str) -> Answer:
    return 400, {"__type": code, "message": message}


@dataclass
class Domain:
    """Answers for ``Aws.more``. States go on by one with each look."""

    apps: dict[str, dict[str, Any]] = field(default_factory=dict)
    instance: dict[str, str] = field(default_factory=dict)  # what the spaces' settings say
    schedules: set[str] = field(default_factory=set)
    executions: dict[str, dict[str, Any]] = field(default_factory=dict)
    carried_out: list[str] = field(default_factory=list)  # operations that did something
    broken_type: str = ""  # apps of this type fail for want of capacity

    def __post_init__(self) -> None:
        for space in (OWN, OTHER):
            self.start(space, "ml.t3.medium", "InService")

    def start(self, space: str, instance: str, status: str = "Pending") -> None:
        """A new app, as CreateApp makes it."""
        self.instance.setdefault(space, instance)
        self.apps[space] = {
            "Status": status,
            "CreationTime": time.time(),
            "ResourceSpec": {"InstanceType": instance},
        }

    def __call__(self, operation: str, params: dict[str, Any]) -> Answer:
        """Carry out an operation."""
        before = repr((self.apps, self.instance, self.schedules, self.executions))
        answer: Answer = getattr(self, f"_{operation}")(params)
        changed = repr((self.apps, self.instance, self.schedules, self.executions)) != before
        if changed and not operation.startswith("Describe"):
            self.carried_out.append(operation)
        return answer

    def _DescribeApp(self, params: dict[str, Any]) -> Answer:
        app = self.apps.get(params["SpaceName"])
        if app is None:
            return _error("ResourceNotFound", "App [default] does not exist.")
        shown = {**app, "AppName": "default"}
        if app["Status"] == "Deleting" and params["SpaceName"] != OWN:
            del self.apps[params["SpaceName"]]
        elif app["Status"] == "Pending":
            broken = app["ResourceSpec"]["InstanceType"] == self.broken_type
            app["Status"] = "Failed" if broken else "InService"
            if broken:
                app["FailureReason"] = "InsufficientCapacityError: There is none left."
        return 200, shown

    def _DeleteApp(self, params: dict[str, Any]) -> Answer:
        app = self.apps.get(params["SpaceName"])
        if app is None:
            return _error("ResourceNotFound", "App [default] does not exist.")
        if app["Status"] != "InService":
            return _error("ResourceInUse", f"The app is {app['Status']}.")
        app["Status"] = "Deleting"
        return 200, {}

    def _CreateApp(self, params: dict[str, Any]) -> Answer:
        app = self.apps.get(params["SpaceName"])
        if app is not None and app["Status"] != "Failed":
            return _error("ResourceInUse", "There is an app already.")
        self.start(params["SpaceName"], params["ResourceSpec"]["InstanceType"])
        return 200, {"AppArn": "arn"}

    def _UpdateSpace(self, params: dict[str, Any]) -> Answer:
        if params["SpaceName"] in self.apps:
            return _error("ValidationException", "An app of the space is running.")
        settings = params["SpaceSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"]
        self.instance[params["SpaceName"]] = settings["InstanceType"]
        return 200, {"SpaceArn": "arn"}

    def _DescribeSpace(self, params: dict[str, Any]) -> Answer:
        return 200, {"Status": "InService", "SpaceName": params["SpaceName"]}

    def _CreateSchedule(self, params: dict[str, Any]) -> Answer:
        if params["Name"] in self.schedules:
            return _error("ConflictException", "The schedule exists.")
        self.schedules.add(params["Name"])
        return 200, {"ScheduleArn": "arn"}

    def _DeleteSchedule(self, params: dict[str, Any]) -> Answer:
        if params["Name"] not in self.schedules:
            return _error("ResourceNotFoundException", "There is no such schedule.")
        self.schedules.remove(params["Name"])
        return 200, {}

    def _StartExecution(self, params: dict[str, Any]) -> Answer:
        if EXECUTION in self.executions:
            return _error("ExecutionAlreadyExists", "The name was used.")
        self.executions[EXECUTION] = {"status": "RUNNING"}
        return 200, {"executionArn": EXECUTION}

    def _DescribeExecution(self, params: dict[str, Any]) -> Answer:
        if params["executionArn"] not in self.executions:
            return _error("ExecutionDoesNotExist", "Execution Does Not Exist")
        return 200, self.executions[params["executionArn"]]


def app_call(operation: str, space: str, instance: str = "") -> dict[str, Any]:
    """A call on the app of a space."""
    params: dict[str, Any] = {
        "DomainId": FACTS["domainId"],
        "SpaceName": space,
        "AppType": "JupyterLab",
        "AppName": "default",
    }
    if instance:
        params["ResourceSpec"] = {"InstanceType": instance}
    return {"service": "sagemaker", "operation": operation, "input": params}


def _until(call: dict[str, Any], success: list[str], missing: str = "failure") -> dict[str, Any]:
    return {
        "call": call,
        "success": success,
        "failure": ["Failed", "Update_Failed"],
        "missing": missing,
        "timeoutSeconds": 20,
    }


def start_step(space: str, instance: str) -> dict[str, Any]:
    """Create the app and wait for it."""
    return {
        "title": f"Starting {instance}",
        "call": app_call("CreateApp", space, instance),
        "until": _until(app_call("DescribeApp", space), ["InService"]),
    }


def direct(instance: str = "ml.m5.xlarge", former: str = "ml.t3.medium") -> dict[str, Any]:
    """A change of the other space, from its stop to its start."""
    space = {"DomainId": FACTS["domainId"], "SpaceName": OTHER}
    settings = {"JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": instance}}}
    update = {"service": "sagemaker", "operation": "UpdateSpace"}
    describe = {"service": "sagemaker", "operation": "DescribeSpace", "input": space}
    return {
        "spaceName": OTHER,
        "plan": {"id": "plan-1"},
        "waitForCells": False,
        "steps": [
            {
                "title": "Stopping other-space",
                "call": app_call("DeleteApp", OTHER),
                "until": _until(app_call("DescribeApp", OTHER), ["Deleted"], "success"),
                "isHandOver": True,
            },
            {
                "title": "Updating other-space",
                "call": {**update, "input": {**space, "SpaceSettings": settings}},
                "until": _until(describe, ["InService"]),
                "retryCodes": ["ResourceInUse"],
            },
            start_step(OTHER, instance),
        ],
        "recover": [start_step(OTHER, former)],
        "cleanup": [],
    }


def schedule_step(name: str, title: str) -> dict[str, Any]:
    """Book a start, to be taken back."""
    app = '{"DomainId": "d-own", "SpaceName": "my-space", "AppType": "JupyterLab"}'
    return {
        "title": title,
        "call": {
            "service": "scheduler",
            "operation": "CreateSchedule",
            "input": {
                "Name": name,
                "ScheduleExpression": "at(2030-01-01T00:00:00)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {"Arn": CREATE_APP, "RoleArn": "arn:aws:iam::1:role/x", "Input": app},
            },
        },
        "undo": delete_schedule(name),
    }


def delete_schedule(name: str) -> dict[str, Any]:
    """Take a booking back."""
    return {"service": "scheduler", "operation": "DeleteSchedule", "input": {"Name": name}}


def scheduled(**more: Any) -> dict[str, Any]:
    """A change of the own space by booked starts."""
    stop = {
        "title": "Stopping JupyterLab",
        "call": app_call("DeleteApp", OWN),
        "isHandOver": True,
    }
    return {
        "spaceName": OWN,
        "plan": {"id": "plan-2"},
        "waitForCells": False,
        "steps": [
            schedule_step(START, "Booking the start"),
            schedule_step(BACK, "Booking the way back"),
            stop,
        ],
        "recover": [],
        "cleanup": [delete_schedule(BACK)],
        **more,
    }


def by_machine(**more: Any) -> dict[str, Any]:
    """A change of the own space by the state machine."""
    start = {
        "stateMachineArn": MACHINE,
        "name": "my-space-1",
        "input": '{"DomainId": "d-own", "SpaceName": "my-space"}',
    }
    return {
        "spaceName": OWN,
        "plan": {"id": "plan-3"},
        "waitForCells": False,
        "steps": [
            {
                "title": "Starting the state machine",
                "call": {"service": "states", "operation": "StartExecution", "input": start},
                "isHandOver": True,
            }
        ],
        "recover": [],
        "cleanup": [],
        "witness": {
            "service": "states",
            "operation": "DescribeExecution",
            "input": {"executionArn": EXECUTION},
        },
        **more,
    }


async def until_called(aws: Aws, operation: str, count: int = 1) -> None:
    """Wait until AWS has got so many calls of an operation."""
    for _ in range(500):
        if aws.calls.count(operation) >= count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{operation} was not called: {aws.calls}")


async def until_phase(desk: Desk, task: dict[str, Any], words: str) -> None:
    """Wait until a task is in a phase."""
    for _ in range(500):
        shown = await desk.manager.get(task["id"])
        if shown["phase"] == words:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"the phase is {shown['phase']}: {shown}")
