"""Training jobs, which are what notebook jobs are."""

from __future__ import annotations

from typing import Any

from ..errors import AwsError, ValidationError
from ..store import Document
from . import tags
from .filters import in_time_window, pick
from .job_checks import check_quota, check_request
from .job_lifecycle import KIND, TERMINAL, advance, key_of
from .paging import is_descending, list_answer
from .plane import Answer, Call, Plane, Request, operation

_SUMMARY = (
    "TrainingJobName",
    "TrainingJobArn",
    "CreationTime",
    "TrainingEndTime",
    "LastModifiedTime",
    "TrainingJobStatus",
    "SecondaryStatus",
)
_NOT_DESCRIBED = ("Tags", "SessionChainingConfig")
_NOT_FOUND = "Requested resource not found."


def find(plane: Plane, name: str) -> Document:
    """The stored job; ``ValidationException`` when there is none, as the service answers."""
    job = plane.store.get(KIND, key_of(name))
    if job is None:
        raise ValidationError(_NOT_FOUND)
    return job


def model_artifacts(detail: Document) -> dict[str, str]:
    """Where the job's model goes: ``<output path>/<job>/output/model.tar.gz``."""
    prefix = detail["OutputDataConfig"]["S3OutputPath"].rstrip("/")
    return {"S3ModelArtifacts": f"{prefix}/{detail['TrainingJobName']}/output/model.tar.gz"}


def new_detail(plane: Plane, request: Request) -> Document:
    """The description of a job just accepted."""
    now = plane.clock.now()
    name = request["TrainingJobName"]
    detail: dict[str, Any] = {k: v for k, v in request.items() if k not in _NOT_DESCRIBED}
    detail["TrainingJobArn"] = plane.arn(f"training-job/{name.lower()}")
    detail["TrainingJobStatus"] = "InProgress"
    detail["CreationTime"] = now
    # Empty where none was named; the SageMaker SDK (Estimator.attach) counts on it.
    detail["OutputDataConfig"] = {"KmsKeyId": "", **request["OutputDataConfig"]}
    detail["ModelArtifacts"] = model_artifacts(detail)
    for flag in (
        "EnableNetworkIsolation",
        "EnableInterContainerTrafficEncryption",
        "EnableManagedSpotTraining",
    ):
        detail.setdefault(flag, False)
    return advance(detail, "Starting", "Starting the training job", now)


@operation("CreateTrainingJob")
def create_training_job(plane: Plane, request: Request, call: Call) -> Answer:
    """CreateTrainingJob: accepted or refused as a whole; the job then runs by itself."""
    name = request["TrainingJobName"]
    own_tags = tags.checked(request.get("Tags", []))
    _check_name(plane, name)
    check_request(plane, request)
    with plane.store.lock:
        _check_name(plane, name)
        check_quota(plane, request["ResourceConfig"])
        detail = new_detail(plane, request)
        tags.set_tags(plane, detail["TrainingJobArn"], {**own_tags, **call.studio_tags()})
        plane.store.put(KIND, key_of(name), {"detail": detail})
    plane.jobs.launch(request)
    return {"TrainingJobArn": detail["TrainingJobArn"]}


def _check_name(plane: Plane, name: str) -> None:
    existing = plane.store.get(KIND, key_of(name))
    if existing is not None:
        raise AwsError(
            "ResourceInUse",
            "Training job names must be unique within an AWS account and region, and a training"
            f" job with this name already exists ({existing['detail']['TrainingJobArn']})",
        )


@operation("DescribeTrainingJob")
def describe_training_job(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribeTrainingJob."""
    return find(plane, request["TrainingJobName"])["detail"]


@operation("StopTrainingJob")
def stop_training_job(plane: Plane, request: Request, call: Call) -> Answer:
    """StopTrainingJob: only a job in progress can be stopped."""
    with plane.store.lock:
        detail = find(plane, request["TrainingJobName"])["detail"]
        if detail["TrainingJobStatus"] != "InProgress":
            raise ValidationError(
                "The request was rejected because the training job is in status"
                f" {detail['TrainingJobStatus']}."
            )
        plane.jobs.request_stop(detail["TrainingJobName"])
    return {}


@operation("DeleteTrainingJob")
def delete_training_job(plane: Plane, request: Request, call: Call) -> Answer:
    """DeleteTrainingJob: removes a finished job and its tags for good."""
    with plane.store.lock:
        detail = find(plane, request["TrainingJobName"])["detail"]
        if detail["TrainingJobStatus"] not in TERMINAL:
            raise AwsError(
                "ResourceInUse",
                "The training job cannot be deleted while it is in status"
                f" {detail['TrainingJobStatus']}.",
            )
        plane.store.delete(tags.KIND, detail["TrainingJobArn"].lower())
        plane.store.delete(KIND, key_of(detail["TrainingJobName"]))
    return {}


@operation("ListTrainingJobs")
def list_training_jobs(plane: Plane, request: Request, call: Call) -> Answer:
    """ListTrainingJobs."""
    columns = {"Name": "TrainingJobName", "Status": "TrainingJobStatus"}
    status, part = request.get("StatusEquals"), request.get("NameContains", "")
    # No job here keeps a warm pool or uses a training plan.
    none_fits = "WarmPoolStatusEquals" in request or "TrainingPlanArnEquals" in request
    rows = [
        pick(job["detail"], *_SUMMARY)
        for job in ([] if none_fits else plane.store.all(KIND))
        if status in (None, job["detail"]["TrainingJobStatus"])
        and part.lower() in job["detail"]["TrainingJobName"].lower()
        and in_time_window(request, job["detail"])
    ]
    sort_by: str = request.get("SortBy", "CreationTime")
    return list_answer(
        "ListTrainingJobs",
        request,
        "TrainingJobSummaries",
        rows,
        sort_by=columns.get(sort_by, sort_by),
        identity="TrainingJobName",
        descending=is_descending(request),
    )
