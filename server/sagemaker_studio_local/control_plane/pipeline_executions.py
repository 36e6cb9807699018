"""Executions of pipelines: started, stopped, described and listed."""

from __future__ import annotations

import secrets
import string
from typing import Any

from ..errors import AwsError, ResourceNotFound, ValidationError
from ..store import Document
from . import pipelines
from .filters import in_window, pick
from .paging import is_descending, list_answer, page
from .pipeline_definition import Definition, parameter_values, parse
from .pipeline_values import resolve
from .pipeline_variables import variables_of
from .plane import Answer, Call, Plane, Request, operation

KIND = pipelines.EXECUTION
#: SageMaker's quota (https://docs.aws.amazon.com/general/latest/gr/sagemaker.html).
MAX_RUNNING = 20
_ID_LETTERS = string.ascii_lowercase + string.digits
_STEP = (
    "StepName",
    "StepDisplayName",
    "StepDescription",
    "StartTime",
    "EndTime",
    "StepStatus",
    "FailureReason",
    "Metadata",
    "AttemptCount",
)


def find(plane: Plane, arn: str) -> Document:
    """The stored execution; ResourceNotFound when there is none."""
    execution = plane.store.get(KIND, pipelines.execution_key(arn))
    if execution is None:
        raise ResourceNotFound(f"Pipeline execution with ARN '{arn}' does not exist.")
    return execution


@operation("StartPipelineExecution")
def start_pipeline_execution(plane: Plane, request: Request, call: Call) -> Answer:
    """StartPipelineExecution. The same ClientRequestToken again answers the execution it made."""
    pipelines.refuse_versions(request)
    if "SelectiveExecutionConfig" in request or "MlflowExperimentName" in request:
        raise ValidationError(
            "The local Studio runs all steps of a pipeline, and has no MLflow experiments."
        )
    with plane.store.lock:
        pipeline = pipelines.active(plane, request["PipelineName"])
        name = pipeline["detail"]["PipelineName"]
        for row in pipelines.executions(plane, name):
            if row["token"] == request["ClientRequestToken"]:
                return {"PipelineExecutionArn": row["detail"]["PipelineExecutionArn"]}
        definition = parse(pipeline["definition"])
        values = parameter_values(definition, request.get("PipelineParameters", []))
        _check_quota(plane)
        execution = _new_execution(plane, request, call, pipeline, definition, values)
        arn = execution["detail"]["PipelineExecutionArn"]
        plane.store.put(KIND, pipelines.execution_key(arn), execution)
        detail = {**pipeline["detail"], "LastRunTime": execution["detail"]["CreationTime"]}
        pipelines.put(plane, {**pipeline, "detail": detail})
    plane.executions.launch(arn)
    return {"PipelineExecutionArn": arn}


def _new_execution(
    plane: Plane,
    request: Request,
    call: Call,
    pipeline: Document,
    definition: Definition,
    values: dict[str, Any],
) -> Document:
    now = plane.clock.now()
    identity = "".join(secrets.choice(_ID_LETTERS) for _ in range(12))
    of_pipeline = pipeline["detail"]
    detail = {
        "PipelineArn": of_pipeline["PipelineArn"],
        "PipelineExecutionArn": f"{of_pipeline['PipelineArn']}/execution/{identity}",
        "PipelineExecutionDisplayName": f"execution-{int(now * 1000)}",
        "PipelineExecutionStatus": "Executing",
        **pick(
            request,
            "PipelineExecutionDisplayName",
            "PipelineExecutionDescription",
            "ParallelismConfiguration",
        ),
        "CreationTime": now,
        "LastModifiedTime": now,
        "CreatedBy": pipelines.user_context(call),
        "LastModifiedBy": pipelines.user_context(call),
    }
    if "ParallelismConfiguration" in of_pipeline:
        detail.setdefault("ParallelismConfiguration", of_pipeline["ParallelismConfiguration"])
    execution: Document = {
        "detail": detail,
        "name": of_pipeline["PipelineName"],
        "role": of_pipeline["RoleArn"],
        "definition": pipeline["definition"],
        "definedAt": of_pipeline["LastModifiedTime"],
        "parameters": values,
        "token": request["ClientRequestToken"],
        "steps": {},
    }
    if definition.experiment:
        experiment = resolve(definition.experiment, variables_of(plane, execution))
        detail["PipelineExperimentConfig"] = experiment
    return execution


def _check_quota(plane: Plane) -> None:
    running = sum(
        row["detail"]["PipelineExecutionStatus"] in ("Executing", "Stopping")
        for row in plane.store.all(KIND)
    )
    if running >= MAX_RUNNING:
        raise AwsError(
            "ResourceLimitExceeded",
            "The account-level service limit 'Maximum number of concurrent pipeline executions"
            f" allowed per account' is {MAX_RUNNING} Executions, with current utilization of"
            f" {running} Executions and a request delta of 1 Executions. Please use AWS Service"
            " Quotas to request an increase for this quota. If AWS Service Quotas is not"
            " available, contact AWS support to request an increase for this quota.",
        )


@operation("StopPipelineExecution")
def stop_pipeline_execution(plane: Plane, request: Request, call: Call) -> Answer:
    """StopPipelineExecution: its jobs are stopped, and it ends as Stopped."""
    arn = request["PipelineExecutionArn"]
    with plane.store.lock:
        status = find(plane, arn)["detail"]["PipelineExecutionStatus"]
        if status not in ("Executing", "Stopping"):
            raise AwsError(
                "ConflictException",
                f"Pipeline execution with ARN '{arn}' is in status {status}; only an execution in"
                " status Executing can be stopped.",
            )
        plane.executions.request_stop(arn, pipelines.user_context(call))
    return {"PipelineExecutionArn": arn}


@operation("DescribePipelineExecution")
def describe_pipeline_execution(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribePipelineExecution."""
    return find(plane, request["PipelineExecutionArn"])["detail"]


@operation("DescribePipelineDefinitionForExecution")
def describe_definition_for_execution(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribePipelineDefinitionForExecution: as it was when the execution started."""
    execution = find(plane, request["PipelineExecutionArn"])
    return {"PipelineDefinition": execution["definition"], "CreationTime": execution["definedAt"]}


@operation("ListPipelineParametersForExecution")
def list_parameters_for_execution(plane: Plane, request: Request, call: Call) -> Answer:
    """ListPipelineParametersForExecution, by name."""
    rows = sorted(parameters_of(find(plane, request["PipelineExecutionArn"])), key=_name)
    chosen, token = page(
        "ListPipelineParametersForExecution", request, rows, lambda row: [row["Name"]]
    )
    answer: Answer = {"PipelineParameters": chosen}
    return {**answer, "NextToken": token} if token else answer


def _name(row: dict[str, str]) -> str:
    return row["Name"]


def parameters_of(execution: Document) -> list[dict[str, str]]:
    """The parameters of an execution in the API's form."""
    return [
        {"Name": name, "Value": str(value).lower() if isinstance(value, bool) else str(value)}
        for name, value in execution["parameters"].items()
    ]


@operation("ListPipelineExecutions")
def list_pipeline_executions(plane: Plane, request: Request, call: Call) -> Answer:
    """ListPipelineExecutions, the newest first."""
    pipeline = pipelines.find(plane, request["PipelineName"])
    rows = []
    for execution in pipelines.executions(plane, pipeline["detail"]["PipelineName"]):
        detail = execution["detail"]
        if in_window(detail["CreationTime"], request, "CreatedAfter", "CreatedBefore"):
            row = pick(
                detail,
                "PipelineExecutionArn",
                "PipelineExecutionStatus",
                "PipelineExecutionDescription",
                "PipelineExecutionDisplayName",
            )
            row["StartTime"] = detail["CreationTime"]
            if "FailureReason" in detail:
                row["PipelineExecutionFailureReason"] = detail["FailureReason"]
            rows.append(row)
    by_arn = request.get("SortBy") == "PipelineExecutionArn"
    return list_answer(
        "ListPipelineExecutions",
        request,
        "PipelineExecutionSummaries",
        rows,
        sort_by="PipelineExecutionArn" if by_arn else "StartTime",
        identity="PipelineExecutionArn",
        descending=is_descending(request, "Descending"),
    )


@operation("ListPipelineExecutionSteps")
def list_pipeline_execution_steps(plane: Plane, request: Request, call: Call) -> Answer:
    """ListPipelineExecutionSteps: the steps that have begun, the latest first."""
    execution = find(plane, request["PipelineExecutionArn"])
    rows = [pick(step, *_STEP) for step in execution["steps"].values()]
    return list_answer(
        "ListPipelineExecutionSteps",
        request,
        "PipelineExecutionSteps",
        rows,
        sort_by="StartTime",
        identity="StepName",
        descending=is_descending(request, "Descending"),
    )
