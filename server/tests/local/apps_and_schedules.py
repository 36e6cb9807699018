"""The app of a space started and stopped, and schedules booked, as tests need it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudio

APP = {
    "DomainId": seed.DOMAIN_ID,
    "SpaceName": seed.SPACE_NAME,
    "AppType": "JupyterLab",
    "AppName": "default",
}
SCHEDULER_ROLE = f"arn:aws:iam::{seed.ACCOUNT}:role/sagemaker-studio-start-app"


def eventually(condition: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What the condition answers once it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError("it did not become true")


def status(studio: LocalStudio) -> str:
    return studio.client("sagemaker").describe_app(**APP)["Status"]


def stop_app(studio: LocalStudio) -> None:
    sagemaker = studio.client("sagemaker")
    if status(studio) not in ("Deleted", "Failed"):
        sagemaker.delete_app(**APP)
        eventually(lambda: status(studio) == "Deleted")


def start_app(studio: LocalStudio, instance_type: str = "ml.t3.medium") -> dict[str, Any]:
    """Run the space's app; the answer is its whole ResourceSpec."""
    stop_app(studio)
    studio.client("sagemaker").create_app(**APP, ResourceSpec={"InstanceType": instance_type})
    eventually(lambda: status(studio) == "InService")
    return studio.client("sagemaker").describe_app(**APP)["ResourceSpec"]


def at(seconds: float) -> str:
    moment = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return f"at({moment.strftime('%Y-%m-%dT%H:%M:%S')})"


def book(studio: LocalStudio, name: str, **more: Any) -> None:
    spec = {"InstanceType": "ml.t3.medium"}
    studio.client("scheduler").create_schedule(
        **{
            "Name": name,
            "ScheduleExpression": at(1),
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:createApp",
                "RoleArn": SCHEDULER_ROLE,
                "Input": json.dumps({**APP, "ResourceSpec": spec}),
            },
            **more,
        }
    )
