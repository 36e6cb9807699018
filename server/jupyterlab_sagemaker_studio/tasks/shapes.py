"""Is a request well-formed? Checked against the installed botocore's service model before any
file is staged, so that a bad request stages nothing.

Deliberately lenient where the service may know more than this botocore: members the model does
not have are skipped, and enumerations, patterns and maxima are left to AWS.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..operations import botocore_name
from .model import TaskError

_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
}
_WORDS = {"structure": "an object", "map": "an object", "list": "a list", "string": "a text"}


def check_requests(calls: Iterable[dict[str, Any]]) -> None:
    """Raise ``ValidationException`` naming every wrong member of the first wrong request.

    :param calls: each with ``service``, ``operation`` and ``input``.
    For worker threads. A service's model (some megabytes) is read once for this and dropped again.
    """
    from botocore.exceptions import BotoCoreError
    from botocore.loaders import create_loader
    from botocore.model import ServiceModel

    loader, models = create_loader(), {}
    for call in calls:
        service, operation = call["service"], call["operation"]
        try:
            if service not in models:
                description = loader.load_service_model(botocore_name(service), "service-2")
                models[service] = ServiceModel(description, service)
            shape = models[service].operation_model(operation).input_shape
        except (BotoCoreError, KeyError, ValueError):
            continue  # newer than this botocore: AWS has the word
        faults: list[str] = []
        if shape is not None:
            _check(shape, call["input"], "", faults)
        if faults:
            raise TaskError(
                "ValidationException",
                f"The {operation} request is not valid, nothing was done: {'; '.join(faults)}.",
                operation=operation,
                status=400,
            )


def _check(shape: Any, value: Any, path: str, faults: list[str]) -> None:
    """Values are never quoted in a fault: they may be secrets."""
    kind = shape.type_name
    name = path or "the request"
    if kind not in _TYPES:
        return
    fits = isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
    if not fits:
        faults.append(f"{name} must be {_WORDS.get(kind, 'a ' + kind)}")
        return
    minimum = shape.metadata.get("min")
    if minimum is not None:
        counted = kind in ("string", "list", "map")
        if (len(value) if counted else value) < minimum:
            what = "have a length of" if counted else "be"
            faults.append(f"{name} must {what} at least {minimum}")
    if kind == "structure":
        for member in shape.required_members:
            if value.get(member) is None:
                faults.append(f"{path}.{member} is missing" if path else f"{member} is missing")
        for member, inner in shape.members.items():
            if value.get(member) is not None:
                _check(inner, value[member], f"{path}.{member}" if path else member, faults)
    elif kind == "list":
        for number, item in enumerate(value):
            _check(shape.member, item, f"{path}[{number}]", faults)
    elif kind == "map":
        for key, item in value.items():
            _check(shape.value, item, f"{path}[{key}]", faults)
