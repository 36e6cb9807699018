"""Pipelines: named definitions of training steps, which executions run.

As in AWS, names are unique whatever their case, the ARN has the name in lower case, and a pipeline
goes with all its executions.
"""

from __future__ import annotations

import threading

from ..errors import AwsError, ResourceNotFound, ValidationError
from ..store import Document
from . import tags
from .filters import in_window, pick
from .paging import is_descending, list_answer
from .pipeline_definition import parse
from .plane import Answer, Call, Plane, Request, operation

KIND = "pipeline"
EXECUTION = "pipeline-execution"
#: SageMaker's quota (https://docs.aws.amazon.com/general/latest/gr/sagemaker.html).
MAX_PIPELINES = 500
_DELETING_SECONDS = 5.0
_KEPT = ("PipelineDisplayName", "PipelineDescription", "RoleArn", "ParallelismConfiguration")
_SUMMARY = (
    "PipelineArn",
    "PipelineName",
    "PipelineDisplayName",
    "PipelineDescription",
    "RoleArn",
    "CreationTime",
    "LastModifiedTime",
)


def key_of(name: str) -> str:
    """The id of a pipeline in the store, of its name or its ARN."""
    return name.rpartition("/")[2].lower()


def find(plane: Plane, name: str) -> Document:
    """The stored pipeline of a name or an ARN; ResourceNotFound when there is none."""
    pipeline = plane.store.get(KIND, key_of(name))
    if pipeline is None:
        raise ResourceNotFound(
            f"Pipeline '{plane.arn(f'pipeline/{key_of(name)}')}' does not exist."
        )
    return pipeline


def put(plane: Plane, pipeline: Document) -> None:
    """Store a pipeline, changed or new."""
    plane.store.put(KIND, key_of(pipeline["detail"]["PipelineName"]), pipeline)


def executions(plane: Plane, name: str) -> list[Document]:
    """The executions of a pipeline."""
    prefix = f"{key_of(name)}/"
    return [row for key, row in plane.store.items(EXECUTION) if key.startswith(prefix)]


def user_context(call: Call) -> dict[str, str]:
    """Who made or changed something, as SageMaker describes it."""
    context = {
        "UserProfileArn": call.user_profile_arn,
        "UserProfileName": call.user_profile_arn.rpartition("/")[2],
        "DomainId": call.domain_arn.rpartition("/")[2],
    }
    return {name: value for name, value in context.items() if value}


def _definition(plane: Plane, request: Request, *, required: bool) -> str | None:
    """The text of the request's definition, checked; None without one."""
    text: str | None = request.get("PipelineDefinition")
    place = request.get("PipelineDefinitionS3Location")
    if text is not None and place is not None:
        raise ValidationError(
            "Specify either PipelineDefinition or PipelineDefinitionS3Location, not both."
        )
    if place is not None:
        text = _read(plane, place)
    if text is not None:
        parse(text)
    elif required:
        raise ValidationError("Specify one of PipelineDefinition and PipelineDefinitionS3Location.")
    return text


def _read(plane: Plane, place: dict[str, str]) -> str:
    content = plane.moto.object_content(place["Bucket"], place["ObjectKey"], place.get("VersionId"))
    if content is None:
        raise ValidationError(
            f"There is no pipeline definition at s3://{place['Bucket']}/{place['ObjectKey']}, or"
            " it cannot be read."
        )
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ValidationError("Unable to parse pipeline definition: it is not UTF-8.") from None


@operation("CreatePipeline")
def create_pipeline(plane: Plane, request: Request, call: Call) -> Answer:
    """CreatePipeline. The same ClientRequestToken again answers the pipeline it made."""
    name = request["PipelineName"]
    own_tags = tags.checked(request.get("Tags", []))
    text = _definition(plane, request, required=True)
    with plane.store.lock:
        existing = plane.store.get(KIND, key_of(name))
        if existing is not None:
            if existing["token"] == request["ClientRequestToken"]:
                return {"PipelineArn": existing["detail"]["PipelineArn"]}
            raise ValidationError(
                "Pipeline names must be unique within an AWS account and region. Pipeline with"
                f" name ({name}) already exists."
            )
        _check_quota(plane)
        now = plane.clock.now()
        arn = plane.arn(f"pipeline/{key_of(name)}")
        detail = {
            "PipelineArn": arn,
            "PipelineName": name,
            "PipelineDisplayName": name,
            **pick(request, *_KEPT),
            "PipelineStatus": "Active",
            "CreationTime": now,
            "LastModifiedTime": now,
            "CreatedBy": user_context(call),
            "LastModifiedBy": user_context(call),
        }
        tags.set_tags(plane, arn, {**own_tags, **call.studio_tags()})
        token = request["ClientRequestToken"]
        put(plane, {"detail": detail, "definition": text, "token": token})
    return {"PipelineArn": arn}


def _check_quota(plane: Plane) -> None:
    used = plane.store.count(KIND)
    if used >= MAX_PIPELINES:
        raise AwsError(
            "ResourceLimitExceeded",
            "The account-level service limit 'Maximum number of pipelines allowed per account' is"
            f" {MAX_PIPELINES} Pipelines, with current utilization of {used} Pipelines and a"
            " request delta of 1 Pipelines. Please use AWS Service Quotas to request an increase"
            " for this quota. If AWS Service Quotas is not available, contact AWS support to"
            " request an increase for this quota.",
        )


@operation("UpdatePipeline")
def update_pipeline(plane: Plane, request: Request, call: Call) -> Answer:
    """UpdatePipeline: what is given replaces what was; running executions keep what they had."""
    text = _definition(plane, request, required=False)
    with plane.store.lock:
        pipeline = active(plane, request["PipelineName"])
        detail = {
            **pipeline["detail"],
            **pick(request, *_KEPT),
            "LastModifiedTime": plane.clock.now(),
            "LastModifiedBy": user_context(call),
        }
        put(plane, {**pipeline, "detail": detail, "definition": text or pipeline["definition"]})
    return {"PipelineArn": detail["PipelineArn"]}


def active(plane: Plane, name: str) -> Document:
    """A pipeline that is not being deleted."""
    pipeline = find(plane, name)
    if pipeline["detail"]["PipelineStatus"] != "Active":
        raise AwsError(
            "ConflictException", f"Pipeline '{pipeline['detail']['PipelineArn']}' is being deleted."
        )
    return pipeline


@operation("DescribePipeline")
def describe_pipeline(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribePipeline."""
    refuse_versions(request)
    pipeline = find(plane, request["PipelineName"])
    return {**pipeline["detail"], "PipelineDefinition": pipeline["definition"]}


def refuse_versions(request: Request) -> None:
    """The local Studio keeps a pipeline as it is, not as it was."""
    if "PipelineVersionId" in request:
        raise ValidationError("The local Studio keeps no versions of pipelines.")


@operation("ListPipelines")
def list_pipelines(plane: Plane, request: Request, call: Call) -> Answer:
    """ListPipelines, the newest first."""
    prefix = request.get("PipelineNamePrefix", "")
    rows = []
    for pipeline in plane.store.all(KIND):
        detail = pipeline["detail"]
        if not detail["PipelineName"].startswith(prefix):
            continue
        if in_window(detail["CreationTime"], request, "CreatedAfter", "CreatedBefore"):
            row = pick(detail, *_SUMMARY)
            if "LastRunTime" in detail:
                row["LastExecutionTime"] = detail["LastRunTime"]
            rows.append(row)
    by_name = request.get("SortBy") == "Name"
    return list_answer(
        "ListPipelines",
        request,
        "PipelineSummaries",
        rows,
        sort_by="PipelineName" if by_name else "CreationTime",
        identity="PipelineName",
        descending=is_descending(request, "Descending"),
    )


@operation("DeletePipeline")
def delete_pipeline(plane: Plane, request: Request, call: Call) -> Answer:
    """DeletePipeline: with its executions, unless one of them still runs."""
    with plane.store.lock:
        pipeline = find(plane, request["PipelineName"])
        detail = pipeline["detail"]
        running = [
            row["detail"]["PipelineExecutionArn"]
            for row in executions(plane, detail["PipelineName"])
            if row["detail"]["PipelineExecutionStatus"] in ("Executing", "Stopping")
        ]
        if running:
            raise AwsError(
                "ConflictException",
                f"Pipeline '{detail['PipelineArn']}' cannot be deleted while it has running"
                f" executions ({', '.join(running)}). Stop them with StopPipelineExecution first.",
            )
        if detail["PipelineStatus"] == "Active":
            put(plane, {**pipeline, "detail": {**detail, "PipelineStatus": "Deleting"}})
            threading.Thread(
                target=_delete_later,
                args=(plane, detail["PipelineName"]),
                daemon=True,
                name="delete-pipeline",
            ).start()
    return {"PipelineArn": detail["PipelineArn"]}


def _delete_later(plane: Plane, name: str) -> None:
    if not plane.clock.sleep(_DELETING_SECONDS, plane.executions.closed):
        remove(plane, name)


def remove(plane: Plane, name: str) -> None:
    """Forget a pipeline, its tags and its executions."""
    with plane.store.lock:
        for row in executions(plane, name):
            plane.store.delete(EXECUTION, execution_key(row["detail"]["PipelineExecutionArn"]))
        plane.store.delete(tags.KIND, plane.arn(f"pipeline/{key_of(name)}").lower())
        plane.store.delete(KIND, key_of(name))


def execution_key(arn: str) -> str:
    """The id of an execution in the store: ``<pipeline>/<execution id>``."""
    pipeline, _, execution = arn.partition(":pipeline/")[2].partition("/execution/")
    return f"{pipeline.lower()}/{execution}"
