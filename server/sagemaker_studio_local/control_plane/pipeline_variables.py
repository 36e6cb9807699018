"""The values of the expressions in one execution of a pipeline."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ..store import Document
from . import job_lifecycle, pipeline_values
from .plane import Plane


def arguments_of(plane: Plane, execution: Document, arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments of a step with every expression replaced.

    ValidationException for a property another step's job does not have.
    """
    variables = variables_of(plane, execution)
    for path in pipeline_values.gets(arguments):
        step = execution["steps"].get(pipeline_values.step_of(path))
        if step is not None:
            key = job_lifecycle.key_of(step["job"])
            job = plane.store.get(job_lifecycle.KIND, key) or {"detail": {}}
            variables[path] = pipeline_values.property_of(path, job["detail"])
    resolved: dict[str, Any] = pipeline_values.resolve(arguments, variables)
    return resolved


def variables_of(plane: Plane, execution: Document) -> dict[str, Any]:
    """``Execution.*`` and ``Parameters.*`` by path, as they are now."""
    detail = execution["detail"]
    return {
        "Execution.PipelineName": execution["name"],
        "Execution.PipelineArn": detail["PipelineArn"],
        "Execution.PipelineExecutionId": detail["PipelineExecutionArn"].rpartition("/")[2],
        "Execution.PipelineExecutionArn": detail["PipelineExecutionArn"],
        "Execution.StartDateTime": _iso(detail["CreationTime"]),
        "Execution.CurrentDateTime": _iso(plane.clock.now()),
        **{f"Parameters.{name}": value for name, value in execution["parameters"].items()},
    }


def _iso(moment: float) -> str:
    text = datetime.fromtimestamp(moment, timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
