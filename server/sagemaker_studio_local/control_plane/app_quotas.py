"""How many JupyterLab apps of an instance type the account may run, and how many it does."""

from __future__ import annotations

from ..errors import AwsError
from .plane import Plane

_OCCUPYING = ("Pending", "InService", "Deleting")


def quota_name(instance_type: str) -> str:
    """The quota's name in Service Quotas."""
    return f"Studio JupyterLab Apps running on {instance_type} instances"


def in_use(plane: Plane, instance_type: str) -> int:
    """Apps that have an instance of this type now, from Pending to the end of Deleting."""
    return sum(
        app["Status"] in _OCCUPYING
        and app["AppType"] == "JupyterLab"
        and app.get("ResourceSpec", {}).get("InstanceType") == instance_type
        for app in plane.store.all("app")
    )


def check(plane: Plane, instance_type: str) -> None:
    """Raise ``ResourceLimitExceeded`` when another app of this type would be one too many."""
    limit = plane.app_quotas.get(instance_type, 0)
    used = in_use(plane, instance_type)
    if used + 1 > limit:
        raise AwsError(
            "ResourceLimitExceeded",
            f"The account-level service limit '{quota_name(instance_type)}' is {limit} Apps, with"
            f" current utilization of {used} Apps and a request delta of 1 Apps. Please use AWS"
            " Service Quotas to request an increase for this quota. If AWS Service Quotas is not"
            " available, contact AWS support to request an increase for this quota.",
        )
