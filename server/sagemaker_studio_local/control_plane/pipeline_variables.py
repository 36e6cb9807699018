"""The values of the expressions in one execution of a pipeline."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ..store import Document
from .plane import Plane


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
