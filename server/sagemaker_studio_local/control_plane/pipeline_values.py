"""Expressions in pipeline definitions: ``Get`` and ``Std:Join``, found, checked and resolved.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html and the
definition schema, version 2020-12-01.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def check(expression: dict[str, Any], parameters: Mapping[str, Any], where: str) -> None:
    """ValidationException for an expression that could never be resolved."""
    ((name, content),) = expression.items()
    if name == "Get":
        _check_get(content, parameters, where)
        return
    if name != JOIN:
        raise ValidationError(
            f"The local Studio does not know the function {name} at {where}; it knows Std:Join."
        )
    if not isinstance(content, dict) or not set(content) <= {"On", "Values"}:
        raise ValidationError(f"Std:Join at {where} has the members On and Values.")
    values = content.get("Values")
    if not isinstance(content.get("On", ""), str) or not isinstance(values, list):
        raise ValidationError(f"Std:Join at {where} has a string On and a list Values.")
    for value in values:
        if is_expression(value):
            check(value, parameters, where)
        elif isinstance(value, (dict, list)) or value is None:
            raise ValidationError(f"Std:Join at {where} joins strings, numbers and expressions.")


def _check_get(path: Any, parameters: Mapping[str, Any], where: str) -> None:
    kind, _, name = str(path).partition(".")
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
    else:
        raise ValidationError(
            f"The local Studio cannot resolve {path!r} at {where}; it knows Parameters.* and"
            " Execution.*, not properties of other steps."
        )


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
