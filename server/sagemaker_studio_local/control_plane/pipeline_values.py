"""Expressions in pipeline definitions: ``Get`` and ``Std:Join``, found, checked and resolved.

``Get`` names a parameter, a variable of the execution, or a property of another step, which is a
member of the description of its training job.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html and the
definition schema, version 2020-12-01.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

from ..errors import ValidationError

JOIN = "Std:Join"
EXECUTION_VARIABLES = (
    "PipelineName",
    "PipelineArn",
    "PipelineExecutionId",
    "PipelineExecutionArn",
    "StartDateTime",
    "CurrentDateTime",
)
_STEP_PROPERTY = re.compile(r"Steps\.([A-Za-z0-9_-]+)((?:\.\w+|\[\d+\]|\['[^']+'\])+)")
_PART = re.compile(r"\.(\w+)|\[(\d+)\]|\['([^']+)'\]")


def is_expression(value: Any) -> bool:
    """Whether a value stands for another one: an object of one member, ``Get`` or ``Std:…``."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    (name,) = value
    return name == "Get" or name.startswith("Std:")


def expressions(value: Any) -> Iterator[dict[str, Any]]:
    """Every outermost expression within a value."""
    if is_expression(value):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from expressions(item)
    elif isinstance(value, list):
        for item in value:
            yield from expressions(item)


def gets(value: Any) -> Iterator[str]:
    """Every path that ``Get`` names within a value, also within ``Std:Join``."""
    for expression in expressions(value):
        ((name, content),) = expression.items()
        if name == "Get":
            yield str(content)
        elif isinstance(content, dict):
            yield from gets(content.get("Values"))


def step_of(path: str) -> str:
    """The step whose property a path names; empty for other paths."""
    match = _STEP_PROPERTY.fullmatch(path)
    return match[1] if match else ""


def check(value: Any, parameters: Mapping[str, Any], steps: Container[str], where: str) -> None:
    """ValidationException for a value with an expression that could never be resolved."""
    for expression in expressions(value):
        ((name, content),) = expression.items()
        if name == JOIN:
            _check_join(content, where)
        elif name != "Get":
            raise ValidationError(
                f"The local Studio does not know the function {name} at {where}; it knows Std:Join."
            )
    for path in gets(value):
        _check_get(path, parameters, steps, where)


def _check_join(content: Any, where: str) -> None:
    if not isinstance(content, dict) or not set(content) <= {"On", "Values"}:
        raise ValidationError(f"Std:Join at {where} has the members On and Values.")
    values = content.get("Values")
    if not isinstance(content.get("On", ""), str) or not isinstance(values, list):
        raise ValidationError(f"Std:Join at {where} has a string On and a list Values.")
    for value in values:
        if is_expression(value) and JOIN in value:
            _check_join(value[JOIN], where)
        elif (
            isinstance(value, list)
            or value is None
            or (isinstance(value, dict) and set(value) != {"Get"})
        ):
            raise ValidationError(f"Std:Join at {where} joins strings, numbers, Get and Std:Join.")


def _check_get(path: str, parameters: Mapping[str, Any], steps: Container[str], where: str) -> None:
    kind, _, name = path.partition(".")
    if kind == "Parameters":
        if name not in parameters:
            raise ValidationError(
                f"The parameter {name!r} at {where} is not defined in Parameters of the pipeline."
            )
    elif kind == "Execution":
        if name not in EXECUTION_VARIABLES:
            raise ValidationError(
                f"Unknown execution variable {path!r} at {where}; the local Studio knows"
                f" {', '.join(EXECUTION_VARIABLES)}."
            )
    elif step_of(path) not in steps:
        raise ValidationError(
            f"{path!r} at {where} is not Parameters.*, Execution.* or a property of another step"
            " of the pipeline."
        )


def property_of(path: str, job: Mapping[str, Any]) -> Any:
    """The member of a training job's description that ``Steps.<name>.<path>`` names.

    ValidationException when the job has no such member.
    """
    match = _STEP_PROPERTY.fullmatch(path)
    found: Any = job
    for name, index, key in _PART.findall(match[2] if match else ""):
        try:
            found = found[int(index)] if index else found[name or key]
        except (KeyError, IndexError, TypeError):
            raise ValidationError(f"The step's job has no property {path!r}.") from None
    return found


def resolve(value: Any, variables: Mapping[str, Any]) -> Any:
    """A value with every expression replaced.

    :param variables: values by path, such as ``Execution.PipelineName`` or ``Parameters.rows``.
    """
    if is_expression(value):
        ((name, content),) = value.items()
        if name == "Get":
            return variables[content]
        parts = [_text(resolve(part, variables)) for part in content["Values"]]
        return str(content.get("On", "")).join(parts)
    if isinstance(value, dict):
        return {key: resolve(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, variables) for item in value]
    return value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
