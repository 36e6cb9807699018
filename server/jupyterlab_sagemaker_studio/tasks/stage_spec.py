"""Is the spec of a stage or a sweep well-formed? What is staged, and what is called then."""

from __future__ import annotations

import re
from typing import Any

from .. import operations
from .spec import MAX_PATH, Fields, Permit, check_plain, invalid, read_bucket

MAX_CALLS = 5
MAX_JOBS = 500
_MAX_CONTENT = 16 * 1024
_ACCOUNT = re.compile(r"^\d{12}$")
# SageMaker API reference, "CreateTrainingJob".
_JOB_NAME = re.compile(r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$")


def read_stage(fields: Fields, allowed_buckets: list[str], permit: Permit) -> dict[str, Any]:
    """The checked spec of a stage."""
    spec = _read_staged(fields, allowed_buckets)
    then = fields.get("then")
    if isinstance(then, list):
        if not 1 <= len(then) <= MAX_CALLS:
            raise invalid("spec.then", f"must have 1 to {MAX_CALLS} calls")
        spec["then"] = [
            _read_step(Fields(item, f"spec.then[{number}]"), permit)
            for number, item in enumerate(then)
        ]
    elif then is not None:
        spec["then"] = _read_call(Fields(then, "spec.then"), permit)
    elif not spec["files"] and "folder" not in spec:
        raise invalid("spec.files", "must name at least one file, or spec.folder a folder")
    fields.end()
    return spec


def read_sweep(fields: Fields, allowed_buckets: list[str], permit: Permit) -> dict[str, Any]:
    """The checked spec of a sweep."""
    spec = _read_staged(fields, allowed_buckets)
    jobs = fields.items("jobs")
    if not 1 <= len(jobs) <= MAX_JOBS:
        raise invalid("spec.jobs", f"must have 1 to {MAX_JOBS} jobs")
    names = set()
    for number, job in enumerate(jobs):
        field = f"spec.jobs[{number}]"
        if not isinstance(job, dict):
            raise invalid(field, "must be a JSON object")
        name = job.get("TrainingJobName")
        if not isinstance(name, str) or not _JOB_NAME.match(name):
            raise invalid(f"{field}.TrainingJobName", "must be the name of a training job")
        if name in names:
            raise invalid(f"{field}.TrainingJobName", f"“{name}” comes twice")
        names.add(name)
        permit("sagemaker", "CreateTrainingJob", job)
    concurrency = fields.get("concurrency")
    if not isinstance(concurrency, int) or isinstance(concurrency, bool) or concurrency < 1:
        raise invalid("spec.concurrency", "must be a whole number, at least 1")
    fields.end()
    return {**spec, "jobs": jobs, "concurrency": concurrency}


def _read_staged(fields: Fields, allowed_buckets: list[str]) -> dict[str, Any]:
    bucket = read_bucket(fields, allowed_buckets)
    prefix = fields.text("prefix", longest=1000)
    if not prefix.endswith("/") or prefix.startswith("/") or "//" in prefix:
        raise invalid("spec.prefix", "must end with “/”, not begin with it, and not have “//”")
    check_plain(prefix, "spec.prefix")
    files = [
        _read_file(Fields(item, f"spec.files[{number}]"))
        for number, item in enumerate(fields.items("files"))
    ]
    spec: dict[str, Any] = {
        "bucket": bucket,
        "prefix": prefix,
        "createBucket": fields.flag("createBucket"),
        "files": files,
    }
    folder = fields.get("folder")
    if folder is not None:
        spec["folder"] = _read_folder(Fields(folder, "spec.folder"))
    owner = fields.get("bucketOwner")
    if owner is not None:
        if not isinstance(owner, str) or not _ACCOUNT.match(owner):
            raise invalid("spec.bucketOwner", "must be an AWS account id of 12 digits")
        spec["bucketOwner"] = owner
    if fields.get("kmsKeyId") is not None:
        key = fields.text("kmsKeyId", longest=2048)
        if not key.isprintable() or not key.isascii() or " " in key:
            raise invalid("spec.kmsKeyId", "must be the id, ARN or alias of a KMS key")
        spec["kmsKeyId"] = key
    return spec


def _read_file(fields: Fields) -> dict[str, Any]:
    """A file of the root, or a short text under a name."""
    inline = fields.get("content") is not None
    item = {}
    if inline:
        item["content"] = fields.text("content", longest=_MAX_CONTENT, empty=True)
        try:
            size = len(item["content"].encode())
        except UnicodeEncodeError:
            raise invalid(fields.path("content"), "must be text that can be UTF-8") from None
        if size > _MAX_CONTENT:
            raise invalid(fields.path("content"), f"must not be longer than {_MAX_CONTENT} bytes")
    else:
        item["path"] = fields.text("path", longest=MAX_PATH)
    if inline or fields.get("name") is not None:
        name = fields.text("name", longest=1024)
        check_plain(name, fields.path("name"))
        if any(part in ("", ".", "..") for part in name.split("/")):
            raise invalid(fields.path("name"), "must be a plain relative name")
        item["name"] = name
    fields.end()
    return item


def _read_folder(fields: Fields) -> dict[str, Any]:
    folder: dict[str, Any] = {"path": fields.text("path", longest=MAX_PATH, empty=True)}
    exclude = fields.items("exclude")
    if not all(isinstance(path, str) and len(path) <= MAX_PATH for path in exclude):
        raise invalid(fields.path("exclude"), "must be a list of paths")
    folder["exclude"] = exclude
    fields.end()
    return folder


def _read_step(fields: Fields, permit: Permit) -> dict[str, Any]:
    """A call, perhaps with one that takes it back."""
    undo = fields.get("undo")
    if undo is None:
        return _read_call(fields, permit)
    taking_back = _read_call(Fields(undo, fields.path("undo")), permit)
    return {**_read_call(fields, permit), "undo": taking_back}


def _read_call(fields: Fields, permit: Permit) -> dict[str, Any]:
    service = fields.text("service", longest=60)
    operation = fields.text("operation", longest=120)
    operations.require(service, operation)
    if operations.service_of(service).protocol not in ("json", "rest-json"):
        raise invalid(fields.path("service"), "must be a service with a JSON protocol")
    request = fields.get("input")
    if not isinstance(request, dict):
        raise invalid(fields.path("input"), "must be a JSON object")
    permit(service, operation, request)
    fields.end()
    return {"service": service, "operation": operation, "input": request}
