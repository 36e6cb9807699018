"""Search: filters, nested filters and sub-expressions over training jobs and their tags.

An expression is compiled once into one predicate over a record. What a search found is kept, and
after a change only the jobs that changed are looked at again.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..errors import ValidationError
from ..service_model import parse_iso, service_model
from . import tags
from .job_lifecycle import KIND
from .paging import is_descending, page, sort_value
from .plane import Answer, Call, Plane, Request, operation

Record = dict[str, Any]
Predicate = Callable[[Record], bool]

_MAPS = ("Tags", "Environment", "HyperParameters")
_PAGE = 10
_CACHED = 16


@functools.lru_cache(maxsize=1)
def _shape() -> Any:
    return service_model("sagemaker").shape_for("TrainingJob")


def _accessor(path: tuple[str, ...]) -> Callable[[Record], list[Any]]:
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


def _path(name: str) -> tuple[str, ...]:
    """A property name split; ``ValidationException`` if the record has no such property."""
    path = tuple(name.split("."))
    shape = _shape()
    if path[0] not in shape.members:
        raise ValidationError(
            f"Unknown property name: {name}, supported property names are:"
            f" [{', '.join(shape.members)}]"
        )
    return path


def _is_time(path: tuple[str, ...]) -> bool:
    return len(path) == 1 and _shape().members[path[0]].type_name == "timestamp"


def _is_number(path: tuple[str, ...]) -> bool:
    shape = _shape()
    for name in path:
        while shape.type_name == "list":
            shape = shape.member
        if shape.type_name != "structure" or name not in shape.members:
            return False
        shape = shape.members[name]
    return shape.type_name in ("integer", "long", "float", "double")


def _parse(path: tuple[str, ...], text: str) -> Any:
    """A filter's value in the type of the property it is compared with."""
    if _is_time(path):
        moment = parse_iso(text)
        if moment is None:
            raise ValidationError(f"Invalid value {text!r} for {path[0]}: not an ISO 8601 time.")
        return moment
    if _is_number(path):
        try:
            return float(text)
        except ValueError:
            raise ValidationError(
                f"Invalid value {text!r} for {'.'.join(path)}: not a number."
            ) from None
    return text


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _filter(item: dict[str, Any], nested_under: str = "") -> Predicate:
    name = item["Name"]
    if nested_under and name.startswith(nested_under + "."):
        path = tuple(name.split("."))[1:]
        full = _path(name)
    else:
        path = full = _path(name)
        if nested_under:
            raise ValidationError(
                f"The filter {name!r} is not of the nested property {nested_under!r}."
            )
    raw = item.get("Value")
    operator = item.get("Operator") or ("Equals" if raw is not None else "Exists")
    if operator in ("Exists", "NotExists"):
        wanted = operator == "Exists"
        exists = _accessor(path)
        return lambda record: bool(exists(record)) is wanted
    if raw is None:
        raise ValidationError(f"The operator {operator} of the filter {name!r} needs a Value.")
    return _comparison(operator, full, path, raw)


def _comparison(operator: str, full: tuple[str, ...], path: tuple[str, ...], raw: str) -> Predicate:
    values = _accessor(path)
    if operator == "Contains":
        return lambda record: any(raw in str(_text(v)) for v in values(record))
    if operator == "In":
        wanted = {_parse(full, part.strip()) for part in raw.split(",")}
        return lambda record: any(_text(v) in wanted for v in values(record))
    value = _parse(full, raw)
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


def _nested(item: dict[str, Any]) -> Predicate:
    """All filters must hold for the same element of the list."""
    name = item["NestedPropertyName"]
    elements = _accessor(_path(name))
    filters = [_filter(part, name) for part in item["Filters"]]
    return lambda record: any(
        isinstance(element, dict) and all(holds(element) for holds in filters)
        for element in elements(record)
    )


def compile_expression(expression: dict[str, Any]) -> Predicate:
    """One predicate of a SearchExpression. ``Operator`` joins its parts, And by default."""
    parts = [_filter(item) for item in expression.get("Filters", [])]
    parts += [_nested(item) for item in expression.get("NestedFilters", [])]
    parts += [compile_expression(item) for item in expression.get("SubExpressions", [])]
    if not parts:
        return lambda record: True
    if expression.get("Operator") == "Or":
        return lambda record: any(part(record) for part in parts)
    return lambda record: all(part(record) for part in parts)


def _records(plane: Plane) -> dict[str, Record]:
    """Every job with its tags as a map, by id. A record is the same object until it changes."""
    store = plane.store
    state = (store.version(KIND), store.version(tags.KIND))
    cache = plane.search_cache
    if cache.get("state") != state:
        known = cache.get("sources", {})
        sources = {}
        prefix = plane.arn("training-job/")
        for key, job in store.items(KIND):
            tagged = store.get(tags.KIND, prefix + key)
            source = known.get(key)
            if source is None or source[0] is not job or source[1] is not tagged:
                source = (job, tagged, {**job["detail"], "Tags": tagged["tags"] if tagged else {}})
            sources[key] = source
        cache["sources"] = sources
        cache["records"] = {key: source[2] for key, source in sources.items()}
        cache["state"] = state
    return cache["records"]


@dataclass
class _Found:
    """What one expression found at the last look; records that did not change keep their place."""

    holds: Predicate
    sort_key: Callable[[Record], list[Any]]
    descending: bool
    seen: dict[str, tuple[Record, list[Any] | None]] = field(default_factory=dict)
    records: dict[str, Record] | None = None
    ordered: list[tuple[list[Any], Record]] = field(default_factory=list)

    def update(self, records: dict[str, Record]) -> list[tuple[list[Any], Record]]:
        if records is self.records:
            return self.ordered
        seen: dict[str, tuple[Record, list[Any] | None]] = {}
        for key, record in records.items():
            before = self.seen.get(key)
            if before is not None and before[0] is record:
                seen[key] = before
            else:
                seen[key] = (record, self.sort_key(record) if self.holds(record) else None)
        self.ordered = [(place, record) for record, place in seen.values() if place is not None]
        self.ordered.sort(key=lambda item: item[0], reverse=self.descending)
        self.seen = seen
        self.records = records
        return self.ordered


def _compile(request: Request, sort_by: str, descending: bool) -> _Found:
    expression = compile_expression(request.get("SearchExpression", {}))
    visible = [
        _filter({"Name": condition["Key"], "Value": condition["Value"]})
        for condition in request.get("VisibilityConditions", [])
    ]
    order = _accessor(_path(sort_by))

    def sort_key(record: Record) -> list[Any]:
        value = next(iter(order(record)), None)
        return [sort_value(value, descending), record["TrainingJobName"]]

    return _Found(
        lambda record: expression(record) and all(holds(record) for holds in visible),
        sort_key,
        descending,
    )


def _matching(plane: Plane, request: Request) -> list[tuple[list[Any], Record]]:
    """Everything the search finds, in order, with the key it is ordered by."""
    sort_by = request.get("SortBy") or "LastModifiedTime"
    descending = is_descending(request, "Descending")
    parts = [request.get("SearchExpression"), request.get("VisibilityConditions")]
    key = json.dumps([parts, sort_by, descending], sort_keys=True)
    with plane.store.lock:
        kept: dict[str, _Found] = plane.search_cache.setdefault("found", {})
        found = kept.pop(key, None) or _compile(request, sort_by, descending)
        kept[key] = found
        if len(kept) > _CACHED:
            del kept[next(iter(kept))]
        return found.update(_records(plane))


def _result(record: Record) -> dict[str, Any]:
    members = _shape().members
    job = {name: value for name, value in record.items() if name in members}
    job["Tags"] = tags.as_list(record["Tags"])
    return {"TrainingJob": job}


@operation("Search")
def search(plane: Plane, request: Request, call: Call) -> Answer:
    """Search. Of the resources the API knows, training jobs are the ones kept here."""
    if request["Resource"] != "TrainingJob" or (
        request.get("CrossAccountFilterOption") == "CrossAccount"
    ):
        return {"Results": [], "TotalHits": {"Value": 0, "Relation": "EqualTo"}}
    found = _matching(plane, request)
    chosen, token = page(
        "Search",
        request,
        found,
        lambda item: item[0],
        descending=is_descending(request, "Descending"),
        default_size=_PAGE,
    )
    answer: Answer = {
        "Results": [_result(record) for _, record in chosen],
        "TotalHits": {"Value": len(found), "Relation": "EqualTo"},
    }
    if token:
        answer["NextToken"] = token
    return answer
