"""Requests and answers checked against botocore's own SageMaker service model.

The raw JSON body is checked, not what an SDK made of it, so a request of any client is judged the
way the service would: every finding is collected and reported in one ``ValidationException`` in
AWS's wording. What JSON cannot carry into the model's type is a ``SerializationException``, as
the service answers before it looks at values.
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar

from botocore import session as botocore_session
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from .errors import AwsError, ValidationError
from .java_patterns import compile_pattern

_Function = TypeVar("_Function")

_LONG_VALUE = 500
_PYTHON_TYPES: dict[str, Any] = {
    "string": str,
    "character": str,
    "blob": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
}


@functools.cache
def service_model(service: str) -> Any:
    """botocore's ServiceModel of ``service``, loaded once."""
    return botocore_session.get_session().get_service_model(service)


def parse_body(body: bytes) -> dict[str, Any]:
    """The JSON object of a request; an empty body is an empty object, as AWS reads it."""
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise AwsError("SerializationException", "The request body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise AwsError("SerializationException", "Start of structure or map found where not.")
    return value


def operation_model(service: str, operation: str) -> OperationModel:
    """The operation's model; ``UnknownOperationException`` when the API has no such operation."""
    try:
        return service_model(service).operation_model(operation)
    except Exception:
        raise AwsError(
            "UnknownOperationException", f"The API has no operation {operation!r}."
        ) from None


def validate_request(
    operation: OperationModel,
    body: dict[str, Any],
    is_open: Callable[[Any], bool] = lambda value: False,
) -> dict[str, Any]:
    """Check a raw request and answer it with time stamps as epoch seconds.

    Values that are ``is_open`` are not known yet and left alone.

    Raises ``SerializationException`` for JSON of the wrong type and ``ValidationException`` with
    every broken constraint (AWS's sentence and member path) otherwise.
    """
    if operation.input_shape is None:
        return {}
    check = _Request(is_open)
    value = check.structure(operation.input_shape, body, "")
    if check.types:
        raise AwsError("SerializationException", " ".join(check.types))
    if check.findings:
        count = len(check.findings)
        noun = "validation error" if count == 1 else "validation errors"
        raise ValidationError(f"{count} {noun} detected: " + "; ".join(check.findings))
    return value


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def _show(value: Any) -> str:
    """A value as AWS prints it in a finding. Values of maps of variables are left out."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, dict):
        text = "{" + ", ".join(f"{key}=***" for key in value) + "}"
    elif isinstance(value, list):
        text = "[" + ", ".join(_show(item).strip("'") for item in value) + "]"
    else:
        text = str(value)
    if len(text) > _LONG_VALUE:
        text = text[:_LONG_VALUE] + "..."
    return f"'{text}'"


class _Request:
    """One walk over a request, collecting what is wrong with it."""

    def __init__(self, is_open: Callable[[Any], bool]) -> None:
        self.findings: list[str] = []
        self.types: list[str] = []
        self._is_open = is_open

    def find(self, value: Any, path: str, constraint: str) -> None:
        self.findings.append(
            f"Value {_show(value)} at '{path}' failed to satisfy constraint: {constraint}"
        )

    def wrong_type(self, value: Any, path: str, wanted: str) -> None:
        kind = {str: "STRING_VALUE", bool: "BOOLEAN_VALUE", int: "NUMBER_VALUE"}.get(type(value))
        kind = kind or {float: "NUMBER_VALUE", list: "ARRAY", dict: "OBJECT"}.get(type(value), "?")
        self.types.append(f"{kind} at '{path}' can not be converted to {wanted}.")

    def value(self, shape: Shape, value: Any, path: str) -> Any:
        if self._is_open(value):
            return value
        if isinstance(shape, StructureShape):
            return self.structure(shape, value, path)
        if isinstance(shape, ListShape):
            return self.list(shape, value, path)
        if isinstance(shape, MapShape):
            return self.map(shape, value, path)
        checked, problems, wanted = _scalar(shape, value)
        if wanted:
            self.wrong_type(value, path, wanted)
        for problem in problems:
            shown = "***" if shape.metadata.get("sensitive") else value
            self.find(shown, path, problem)
        return checked

    def structure(self, shape: StructureShape, value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            self.wrong_type(value, path, "a structure")
            return value
        if shape.metadata.get("document") or getattr(shape, "is_document_type", False):
            return value
        result = {}
        for name in shape.required_members:
            if value.get(name) is None:
                self.find(None, _join(path, name), "Member must not be null")
        for name, item in value.items():
            member = shape.members.get(name)
            if member is None:
                self.find(item, _join(path, name), f"Member is not known to {shape.name}")
            elif item is not None:
                result[name] = self.value(member, item, _join(path, name))
        if getattr(shape, "is_tagged_union", False) and len(result) != 1:
            self.find(value, path or _camel(shape.name), "Exactly one member must be set")
        return result

    def list(self, shape: ListShape, value: Any, path: str) -> Any:
        if not isinstance(value, list):
            self.wrong_type(value, path, "a list")
            return value
        for problem in _size_problems(shape, len(value)):
            self.find(value, path, problem)
        result = []
        for index, item in enumerate(value, 1):
            item_path = f"{path}.{index}.member"
            if item is None:
                self.find(None, item_path, "Member must not be null")
            else:
                result.append(self.value(shape.member, item, item_path))
        return result

    def map(self, shape: MapShape, value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            self.wrong_type(value, path, "a map")
            return value
        for problem in _size_problems(shape, len(value)):
            self.find(value, path, problem)
        result = {}
        for key, item in value.items():
            problems = _scalar(shape.key, key)[1]
            if problems:
                self.find({key: ""}, path, _all_of("Map keys", shape.key, problems))
            if isinstance(shape.value, (StructureShape, ListShape, MapShape)):
                result[key] = self.value(shape.value, item, f"{path}.{key}.member")
                continue
            if self._is_open(item):
                result[key] = item
                continue
            checked, problems, wanted = _scalar(shape.value, item)
            if wanted:
                self.wrong_type(item, f"{path}.{key}", wanted)
            if problems:
                self.find({key: ""}, path, _all_of("Map value", shape.value, problems))
            result[key] = checked
        return result


def _join(path: str, name: str) -> str:
    return f"{path}.{_camel(name)}" if path else _camel(name)


def _all_of(what: str, shape: Shape, problems: list[str]) -> str:
    """AWS lists every constraint of a map's keys or values, broken or not."""
    meta = shape.metadata
    every = []
    if "max" in meta:
        every.append(f"Member must have length less than or equal to {meta['max']}")
    if "min" in meta:
        every.append(f"Member must have length greater than or equal to {meta['min']}")
    if "pattern" in meta:
        every.append(f"Member must satisfy regular expression pattern: {meta['pattern']}")
    return f"{what} must satisfy constraint: [{', '.join(every or problems)}]"


def _size_problems(shape: Shape, size: int) -> list[str]:
    problems = []
    if "max" in shape.metadata and size > shape.metadata["max"]:
        problems.append(f"Member must have length less than or equal to {shape.metadata['max']}")
    if "min" in shape.metadata and size < shape.metadata["min"]:
        problems.append(f"Member must have length greater than or equal to {shape.metadata['min']}")
    return problems


def _range_problems(shape: Shape, value: float) -> list[str]:
    problems = []
    if "max" in shape.metadata and value > shape.metadata["max"]:
        problems.append(f"Member must have value less than or equal to {shape.metadata['max']}")
    if "min" in shape.metadata and value < shape.metadata["min"]:
        problems.append(f"Member must have value greater than or equal to {shape.metadata['min']}")
    return problems


def _scalar(shape: Shape, value: Any) -> tuple[Any, list[str], str]:
    """(checked value, broken constraints, wanted type when the JSON type is wrong)."""
    kind = shape.type_name
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind in ("string", "character"):
        if not isinstance(value, str):
            return value, [], "a String"
        problems = []
        enum = shape.metadata.get("enum")
        if enum and value not in enum:
            problems.append(f"Member must satisfy enum value set: [{', '.join(enum)}]")
        problems += _size_problems(shape, len(value))
        pattern = shape.metadata.get("pattern")
        if pattern and not compile_pattern(pattern).fullmatch(value):
            problems.append(f"Member must satisfy regular expression pattern: {pattern}")
        return value, problems, ""
    if kind in ("integer", "long"):
        if not is_number or int(value) != value:
            return value, [], "an Integer" if kind == "integer" else "a Long"
        return int(value), _range_problems(shape, value), ""
    if kind in ("float", "double"):
        return (value, _range_problems(shape, value), "") if is_number else (value, [], "a Double")
    if kind == "boolean":
        return value, [], "" if isinstance(value, bool) else "a Boolean"
    if kind == "timestamp":
        seconds = _timestamp(value)
        return (seconds, [], "") if seconds is not None else (value, [], "a Timestamp")
    if kind == "blob":
        try:
            size = len(base64.b64decode(value, validate=True))
        except (TypeError, ValueError, binascii.Error):
            return value, [], "a Blob"
        return value, _size_problems(shape, size), ""
    raise AssertionError(f"the service model has an unexpected type {kind!r}")


def _timestamp(value: Any) -> float | None:
    """Epoch seconds of a JSON number or an ISO 8601 string; None when it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str):
        return parse_iso(value)
    return None


def parse_iso(text: str) -> float | None:
    """Epoch seconds of an ISO 8601 date or date and time (UTC unless it says otherwise)."""
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.timestamp()


def answer_problems(operation: OperationModel, answer: dict[str, Any]) -> list[str]:
    """What an answer of ours breaks in the operation's output shape; empty when it is sound."""
    if operation.output_shape is None:
        return [] if not answer else [f"{operation.name} has no output but {sorted(answer)} given"]
    problems: list[str] = []
    _check_answer(operation.output_shape, answer, operation.name, problems)
    return problems


def _check_answer(shape: Shape, value: Any, path: str, problems: list[str]) -> None:
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            problems.append(f"{path} is not a structure")
            return
        for name in shape.required_members:
            if value.get(name) is None:
                problems.append(f"{path}.{name} is required")
        for name, item in value.items():
            if name not in shape.members:
                problems.append(f"{path}.{name} is not in {shape.name}")
            elif item is None:
                problems.append(f"{path}.{name} is null")
            else:
                _check_answer(shape.members[name], item, f"{path}.{name}", problems)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            problems.append(f"{path} is not a list")
            return
        for index, item in enumerate(value):
            _check_answer(shape.member, item, f"{path}[{index}]", problems)
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            problems.append(f"{path} is not a map")
            return
        for key, item in value.items():
            _check_answer(shape.value, item, f"{path}[{key!r}]", problems)
    elif not isinstance(value, _PYTHON_TYPES[shape.type_name]) or (
        isinstance(value, bool) and shape.type_name != "boolean"
    ):
        problems.append(f"{path} is not a {shape.type_name}")
    elif shape.type_name == "string" and value not in shape.metadata.get("enum", (value,)):
        # Patterns and lengths of answers are looser in the service than in its model.
        problems.append(f"{path} is {value!r}, which is not in {shape.name}")


def read_call(
    service: str, operation: str, content: bytes, functions: Mapping[str, _Function]
) -> tuple[OperationModel, _Function, dict[str, Any]]:
    """The model of a JSON call, the function that answers it, and its checked input.

    Raises AwsError: for input the model does not allow, and for what is not emulated.
    """
    model = operation_model(service, operation)
    checked = validate_request(model, parse_body(content))
    function = functions.get(operation)
    if function is None:
        raise AwsError(
            "UnknownOperationException",
            f"The local Studio does not emulate {operation} yet.",
        )
    return model, function, checked
