"""The Price List API for what JupyterLab apps and training cost: GetProducts of AmazonSageMaker.

The shape of a product is the documented one
(https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file.html);
JupyterLab spaces are billed as ``platoinstancetype`` ``Studio-JupyterLab``, training jobs as
``Training``. The figures are our own and the same for both, see ``data/app-prices.json``.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import AwsError
from .pages import page

if TYPE_CHECKING:
    from ..control_plane import Plane

SERVICE = "AmazonSageMaker"
#: Of usage types; https://docs.aws.amazon.com/cost-management (region codes of billing).
_REGION_CODE = "USW2"
_LOCATION = "US West (Oregon)"
_EFFECTIVE = "2026-10-01T00:00:00Z"
_MOST = 100
#: Codes of the price list for "on demand" and "per hour", the same in every AWS product.
_ON_DEMAND, _HOURS = "JRTCKXETXF", "6YS6EN2CT7"


@functools.cache
def _prices() -> dict[str, float]:
    path = Path(__file__).parent.parent / "data" / "app-prices.json"
    return json.loads(path.read_text(encoding="utf-8"))["prices"]


#: How the usage types of each way to use a type begin.
_USAGES = {"Studio-JupyterLab": "Studio:JupyterLab-", "Training": "Train:"}


def _sku(usage: str) -> str:
    return hashlib.sha256(usage.encode()).hexdigest()[:16].upper()


def _attributes(instance_type: str, usage: str, region: str) -> dict[str, str]:
    return {
        "servicecode": SERVICE,
        "servicename": "Amazon SageMaker",
        "location": _LOCATION,
        "locationType": "AWS Region",
        "regionCode": region,
        "instanceType": instance_type,
        "instanceName": instance_type,
        "platoinstancename": instance_type.split(".")[1],
        "platoinstancetype": usage,
        "component": usage,
        "usagetype": f"{_REGION_CODE}-{_USAGES[usage]}{instance_type}",
        "operation": "RunInstance",
    }


def _product(price: float, attributes: dict[str, str]) -> dict[str, Any]:
    sku = _sku(attributes["usagetype"])
    term = f"{sku}.{_ON_DEMAND}"
    rate = f"{term}.{_HOURS}"
    dimension = {
        "rateCode": rate,
        "description": f"${price:g} per {attributes['usagetype']} hour in {_LOCATION}",
        "unit": "Hrs",
        "beginRange": "0",
        "endRange": "Inf",
        "pricePerUnit": {"USD": f"{price:.10f}"},
        "appliesTo": [],
    }
    return {
        "product": {"sku": sku, "productFamily": "ML Instance", "attributes": attributes},
        "serviceCode": SERVICE,
        "terms": {
            "OnDemand": {
                term: {
                    "sku": sku,
                    "offerTermCode": _ON_DEMAND,
                    "effectiveDate": _EFFECTIVE,
                    "priceDimensions": {rate: dimension},
                    "termAttributes": {},
                }
            }
        },
        "version": "20261001000000",
        "publicationDate": _EFFECTIVE,
    }


def get_products(plane: Plane, request: dict[str, Any]) -> dict[str, Any]:
    """GetProducts: TERM_MATCH filters over the attributes, all of which must match."""
    if request["ServiceCode"] != SERVICE:
        raise AwsError("NotFoundException", "The local Studio has prices of AmazonSageMaker only.")
    filters = request.get("Filters", [])
    for wanted in filters:
        if wanted["Type"] != "TERM_MATCH":
            raise AwsError(
                "InvalidParameterException",
                f"The local Studio knows filters of type TERM_MATCH only, not {wanted['Type']}.",
            )
    products = []
    for usage, (instance_type, price) in itertools.product(_USAGES, _prices().items()):
        attributes = _attributes(instance_type, usage, plane.region)
        known = {**attributes, "ServiceCode": SERVICE, "productFamily": "ML Instance"}
        if all(known.get(f["Field"], "").lower() == f["Value"].lower() for f in filters):
            products.append(json.dumps(_product(price, attributes)))
    rows, token = page(products, request, _MOST, "InvalidNextTokenException")
    return {"FormatVersion": "aws_v1", "PriceList": rows, **token}


operations = {"GetProducts": get_products}
