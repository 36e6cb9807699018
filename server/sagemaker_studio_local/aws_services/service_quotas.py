"""Service Quotas for SageMaker: JupyterLab apps and training jobs of each instance type.

Names are those of AWS's quota table
(https://docs.aws.amazon.com/general/latest/gr/sagemaker.html). The codes are our own.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from ..control_plane.app_quotas import quota_name
from ..errors import AwsError
from ..service_model import service_model
from .pages import page

if TYPE_CHECKING:
    from ..control_plane import Plane

_SERVICE = "sagemaker"
_MOST = 100


def _app_types() -> list[str]:
    return list(service_model("sagemaker").shape_for("AppInstanceType").enum)


def _quotas(plane: Plane) -> list[dict[str, Any]]:
    # Every type has its quota; that of most is 0 until somebody asks for more.
    types = [name for name in _app_types() if name.startswith("ml.")]
    named = {quota_name(name): plane.app_quotas.get(name, 0) for name in types}
    named.update({f"{name} for training job usage": limit for name, limit in plane.quotas.items()})
    return [_quota(plane, name, limit) for name, limit in sorted(named.items())]


def _quota(plane: Plane, name: str, limit: int) -> dict[str, Any]:
    code = f"L-{hashlib.sha256(name.encode()).hexdigest()[:8].upper()}"
    where = f"{plane.region}:{plane.account}:{_SERVICE}/{code}"
    return {
        "ServiceCode": _SERVICE,
        "ServiceName": "Amazon SageMaker",
        "QuotaArn": f"arn:{plane.partition}:servicequotas:{where}",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": float(limit),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
        "QuotaAppliedAtLevel": "ACCOUNT",
    }


def list_quotas(plane: Plane, request: dict[str, Any]) -> dict[str, Any]:
    """ListServiceQuotas and ListAWSDefaultServiceQuotas: nobody has raised one here."""
    _check_service(request)
    quotas = _quotas(plane)
    if request.get("QuotaCode"):
        quotas = [quota for quota in quotas if quota["QuotaCode"] == request["QuotaCode"]]
    rows, token = page(quotas, request, _MOST, "InvalidPaginationTokenException")
    return {"Quotas": rows, **token}


def get_quota(plane: Plane, request: dict[str, Any]) -> dict[str, Any]:
    """GetServiceQuota and GetAWSDefaultServiceQuota."""
    _check_service(request)
    for quota in _quotas(plane):
        if quota["QuotaCode"] == request["QuotaCode"]:
            return {"Quota": quota}
    raise _not_found()


def _check_service(request: dict[str, Any]) -> None:
    if request["ServiceCode"] != _SERVICE:
        raise _not_found()


def _not_found() -> AwsError:
    return AwsError("NoSuchResourceException", "The request failed because the quota was not found")


operations = {
    "ListServiceQuotas": list_quotas,
    "ListAWSDefaultServiceQuotas": list_quotas,
    "GetServiceQuota": get_quota,
    "GetAWSDefaultServiceQuota": get_quota,
}
