"""Search expressions: compiled once into one predicate over a record of any resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..errors import ValidationError
from ..service_model import parse_iso

Record = dict[str, Any]
Predicate = Callable[[Record], bool]

_MAPS = ("Tags", "Environment", "HyperParameters")


def accessor(path: tuple[str, ...]) -> Callable[[Record], list[Any]]:
    """A function answering the values at a property path: several across a list, or none."""
    first, rest = path[0], path[1:]
    if first in _MAPS:
        if not rest:
            return lambda record: [record[first]] if record.get(first) else []
        # A key of a map may itself hold dots.
        key = ".".join(rest)

        def of_map(record: Record) -> list[Any]:
            entries = record.get(first)
            return [entries[key]] if entries and key in entries else []

        return of_map

    def walk(record: Record) -> list[Any]:
        found: list[Any] = [record]
        for name in path:
            found = _flat(
                element[name] for element in found if isinstance(element, dict) and name in element
            )
        return found

    return walk


def _flat(values: Iterable[Any]) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        flat.extend(value if isinstance(value, list) else [value])
    return flat


def path_of(shape: Any, name: str) -> tuple[str, ...]:
    """A property name split; ``ValidationException`` if the record has no such property."""
    path = tuple(name.split("."))
    if path[0] not in shape.members:
        raise ValidationError(
            f"Unknown property name: {name}, supported property names are:"
            f" [{', '.join(shape.members)}]"
        )
    return path


def _is_time(shape: Any, path: tuple[str, ...]) -> bool:
    return len(path) == 1 and shape.members[path[0]].type_name == "timestamp"


def _is_number(shape: Any, path: tuple[str, ...]) -> bool:
    for name in path:
        while shape.type_name == "list":
            shape = shape.member
        if shape.type_name != "structure" or name not in shape.members:
            return False
        shape = shape.members[name]
    return shape.type_name in ("integer", "long", "float", "double")


def _parse(shape: Any, path: tuple[str, ...], text: str) -> Any:
    """A filter's value in the type of the property it is compared with."""
    if _is_time(shape, path):
        moment = parse_iso(text)
        if moment is None:
            raise ValidationError(f"Invalid value {text!r} for {path[0]}: not an ISO 8601 time.")
        return moment
    if _is_number(shape, path):
        try:
            return float(text)
        except ValueError:
            raise ValidationError(
                f"Invalid value {text!r} for {'.'.join(path)}: not a number."
            ) from None
    return text


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def compile_filter(shape: Any, item: dict[str, Any], nested_under: str = "") -> Predicate:
    """One predicate of a filter of a SearchExpression."""
    name = item["Name"]
    if nested_under and name.startswith(nested_under + "."):
        path = tuple(name.split("."))[1:]
        full = path_of(shape, name)
    else:
        path = full = path_of(shape, name)
        if nested_under:
            raise ValidationError(
                f"The filter {name!r} is not of the nested property {nested_under!r}."
            )
    raw = item.get("Value")
    operator = item.get("Operator") or ("Equals" if raw is not None else "Exists")
    if operator in ("Exists", "NotExists"):
        wanted = operator == "Exists"
        exists = accessor(path)
        return lambda record: bool(exists(record)) is wanted
    if raw is None:
        raise ValidationError(f"The operator {operator} of the filter {name!r} needs a Value.")
    return _comparison(shape, operator, full, path, raw)


def _comparison(
    shape: Any, operator: str, full: tuple[str, ...], path: tuple[str, ...], raw: str
) -> Predicate:
    values = accessor(path)
    if operator == "Contains":
        return lambda record: any(raw in str(_text(v)) for v in values(record))
    if operator == "In":
        wanted = {_parse(shape, full, part.strip()) for part in raw.split(",")}
        return lambda record: any(_text(v) in wanted for v in values(record))
    value = _parse(shape, full, raw)
    if operator == "Equals":
        return lambda record: value in map(_text, values(record))
    if operator == "NotEquals":
        return lambda record: value not in map(_text, values(record))
    if not isinstance(value, float):
        raise ValidationError(
            f"The operator {operator} is for numbers and times; {'.'.join(full)} is neither."
        )
    number: float = value
    compare: dict[str, Callable[[Any], bool]] = {
        "GreaterThan": lambda v: v > number,
        "GreaterThanOrEqualTo": lambda v: v >= number,
        "LessThan": lambda v: v < number,
        "LessThanOrEqualTo": lambda v: v <= number,
    }
    holds = compare[operator]
    return lambda record: any(holds(v) for v in values(record))


def _nested(shape: Any, item: dict[str, Any]) -> Predicate:
    """All filters must hold for the same element of the list."""
    name = item["NestedPropertyName"]
    elements = accessor(path_of(shape, name))
    filters = [compile_filter(shape, part, name) for part in item["Filters"]]
    return lambda record: any(
        isinstance(element, dict) and all(holds(element) for holds in filters)
        for element in elements(record)
    )


def compile_expression(shape: Any, expression: dict[str, Any]) -> Predicate:
    """One predicate of a SearchExpression. ``Operator`` joins its parts, And by default.

    :param shape: botocore's shape of the records.
    """
    parts = [compile_filter(shape, item) for item in expression.get("Filters", [])]
    parts += [_nested(shape, item) for item in expression.get("NestedFilters", [])]
    parts += [compile_expression(shape, item) for item in expression.get("SubExpressions", [])]
    if not parts:
        return lambda record: True
    if expression.get("Operator") == "Or":
        return lambda record: any(part(record) for part in parts)
    return lambda record: all(part(record) for part in parts)
