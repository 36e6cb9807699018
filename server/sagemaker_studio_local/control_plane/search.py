"""Search: filters, nested filters and sub-expressions over resources and their tags.

An expression is compiled once into one predicate over a record. What a search found is kept, and
after a change only the resources that changed are looked at again.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..service_model import service_model
from ..store import Document
from . import job_lifecycle, pipeline_executions, pipelines, tags
from .paging import is_descending, page, sort_value
from .plane import Answer, Call, Plane, Request, operation
from .search_expressions import (
    Predicate,
    Record,
    accessor,
    compile_expression,
    compile_filter,
    path_of,
)

_PAGE = 10
_CACHED = 16


@dataclass(frozen=True)
class _Resource:
    """What can be searched; the API's shape and member of SearchRecord have its name."""

    name: str
    kind: str
    #: The member that tells records apart.
    identity: str
    #: The ARN's last part, in front of the store's id.
    arn: str
    #: What is found of a document, but for its tags.
    record: Callable[[Document], Record] = lambda document: document["detail"]

    @functools.cached_property
    def shape(self) -> Any:
        """botocore's shape, loaded on first use."""
        return service_model("sagemaker").shape_for(self.name)


def _execution(document: Document) -> Record:
    parameters = pipeline_executions.parameters_of(document)
    return {**document["detail"], "PipelineParameters": parameters}


_RESOURCES = {
    resource.name: resource
    for resource in (
        _Resource("TrainingJob", job_lifecycle.KIND, "TrainingJobName", "training-job/"),
        _Resource("Pipeline", pipelines.KIND, "PipelineName", "pipeline/"),
        _Resource(
            "PipelineExecution",
            pipelines.EXECUTION,
            "PipelineExecutionArn",
            "pipeline-execution/",
            _execution,
        ),
    )
}


def _records(plane: Plane, resource: _Resource) -> dict[str, Record]:
    """Every resource with its tags as a map, by id. A record is the same until it changes."""
    store = plane.store
    state = (store.version(resource.kind), store.version(tags.KIND))
    cache = plane.search_cache.setdefault(resource.name, {})
    if cache.get("state") != state:
        known = cache.get("sources", {})
        sources = {}
        prefix = plane.arn(resource.arn)
        for key, document in store.items(resource.kind):
            tagged = store.get(tags.KIND, prefix + key)
            source = known.get(key)
            if source is None or source[0] is not document or source[1] is not tagged:
                record = {**resource.record(document), "Tags": tagged["tags"] if tagged else {}}
                source = (document, tagged, record)
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


def _compile(resource: _Resource, request: Request, sort_by: str, descending: bool) -> _Found:
    shape = resource.shape
    expression = compile_expression(shape, request.get("SearchExpression", {}))
    visible = [
        compile_filter(shape, {"Name": condition["Key"], "Value": condition["Value"]})
        for condition in request.get("VisibilityConditions", [])
    ]
    order = accessor(path_of(shape, sort_by))

    def sort_key(record: Record) -> list[Any]:
        value = next(iter(order(record)), None)
        return [sort_value(value, descending), record[resource.identity]]

    return _Found(
        lambda record: expression(record) and all(holds(record) for holds in visible),
        sort_key,
        descending,
    )


def _matching(
    plane: Plane, resource: _Resource, request: Request
) -> list[tuple[list[Any], Record]]:
    """Everything the search finds, in order, with the key it is ordered by."""
    sort_by = request.get("SortBy") or "LastModifiedTime"
    descending = is_descending(request, "Descending")
    parts = [request.get("SearchExpression"), request.get("VisibilityConditions")]
    key = json.dumps([resource.name, parts, sort_by, descending], sort_keys=True)
    with plane.store.lock:
        kept: dict[str, _Found] = plane.search_cache.setdefault("found", {})
        found = kept.pop(key, None) or _compile(resource, request, sort_by, descending)
        kept[key] = found
        if len(kept) > _CACHED:
            del kept[next(iter(kept))]
        return found.update(_records(plane, resource))


def _result(resource: _Resource, record: Record) -> dict[str, Any]:
    members = resource.shape.members
    found = {name: value for name, value in record.items() if name in members}
    if "Tags" in members:
        found["Tags"] = tags.as_list(record["Tags"])
    return {resource.name: found}


@operation("Search")
def search(plane: Plane, request: Request, call: Call) -> Answer:
    """Search. Resources the API knows and the local Studio does not keep are never found."""
    resource = _RESOURCES.get(request["Resource"])
    if resource is None or request.get("CrossAccountFilterOption") == "CrossAccount":
        return {"Results": [], "TotalHits": {"Value": 0, "Relation": "EqualTo"}}
    found = _matching(plane, resource, request)
    chosen, token = page(
        "Search",
        request,
        found,
        lambda item: item[0],
        descending=is_descending(request, "Descending"),
        default_size=_PAGE,
    )
    answer: Answer = {
        "Results": [_result(resource, record) for _, record in chosen],
        "TotalHits": {"Value": len(found), "Relation": "EqualTo"},
    }
    if token:
        answer["NextToken"] = token
    return answer
