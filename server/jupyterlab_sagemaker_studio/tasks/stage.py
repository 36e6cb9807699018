"""Stage files under an S3 prefix and then call AWS: all of it or nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ..errors import AwsError
from . import follow_up
from .bucket import ensure_bucket
from .model import Ended, ServerStopping, TaskError, TaskInterrupted, age_seconds
from .paths import PlannedFile, without_repeats
from .run import TaskRun
from .s3 import S3
from .upload import Uploader

_KEYS_IN_RESULT = 1000
_RESUME_SECONDS = 24 * 3600
SECOND_LOOK_SECONDS = 0.5


@dataclass
class _Ledger:
    """What the journal says: the plan, and how far it got."""

    plan: list[PlannedFile] | None = None
    begun: set[int] = field(default_factory=set)
    done: dict[int, str] = field(default_factory=dict)  # row -> version id
    multipart: list[tuple[int, str]] = field(default_factory=list)

    @classmethod
    def read(cls, run: TaskRun) -> _Ledger:
        """The ledger of this task, also as an earlier server left it."""
        ledger = cls()
        for line in run.journal_lines():
            if line.startswith("["):
                ledger.plan = [PlannedFile(*row) for row in json.loads(line)]
                continue
            kind, row, rest = (line + "  ").split(" ", 2)
            if kind == "s":
                ledger.begun.add(int(row))
            elif kind == "d":
                ledger.done[int(row)] = rest.strip()
            elif kind == "m":
                ledger.multipart.append((int(row), rest.strip()))
        return ledger


def stage(run: TaskRun) -> dict[str, Any]:
    """Carry out a stage task; answers its result. Whatever it raises, S3 is as it was before."""
    spec = run.spec
    then = spec.get("then")
    s3 = S3(run, owner=spec.get("bucketOwner") or run.services.fact("accountId"))
    _same_region(run)
    if run.record.step == "undo":
        _undo(run, None)
        raise Ended
    try:
        if run.record.step == "then":
            ledger = _Ledger.read(run)
            return _result(ledger.plan or [], [], _call(run, maybe_sent=True))
        run.phase("Checking")
        run.check()
        if run.resumed and age_seconds(run.task.created_at) > _RESUME_SECONDS:
            raise TaskInterrupted(
                "Interrupted",
                "The server stopped in the midst of this, and that was too long ago to go on "
                "unasked. Submit again.",
            )
        if then:
            follow_up.check(then, run.task.client_token)
        plan, ledger = _plan(run)
        run.totals(len(plan), sum(file.size for file in plan))
        run.check()
        warnings = ensure_bucket(s3, spec["bucket"], create=bool(spec.get("createBucket")))
        _upload(run, s3, plan, ledger)
        response = _call(run, maybe_sent=False) if then else None
        return _result(plan, warnings, response)
    except (ServerStopping, follow_up.OutcomeUnknown):
        raise  # what was staged is still needed
    except Exception as error:
        _undo(run, error)
        raise


def _same_region(run: TaskRun) -> None:
    """After a restart in another region nothing here can be looked up or removed."""
    before, here = run.spec["region"], run.services.upstream.region()
    if before != here:
        raise TaskInterrupted(
            "Interrupted",
            f"The server stopped in the midst of this task in region {before}; it now works in "
            f"{here} and cannot go on. Files may be left in s3://{run.spec['bucket']}/"
            f"{run.spec['prefix']}.",
        )


def _plan(run: TaskRun) -> tuple[list[PlannedFile], _Ledger]:
    """The files to stage. After a kill these are the same files as before, or none."""
    ledger = _Ledger.read(run)
    if ledger.plan is not None:
        for file in ledger.plan:
            _still_the_same(run, file)
        S3(run).abort_uploads(
            run.spec["bucket"],
            [(ledger.plan[row].key, upload) for row, upload in ledger.multipart],
        )
        return ledger.plan, ledger
    plan = plan_files(run)
    rows = [file.to_json() for file in plan]
    run.journal().write(json.dumps(rows))
    ledger.plan = plan
    return plan, ledger


def plan_files(run: TaskRun) -> list[PlannedFile]:
    """Find and count everything the spec names."""
    spec, root = run.spec, run.services.root
    prefix: str = spec["prefix"]
    files: list[PlannedFile] = []
    for item in spec["files"]:
        name = item.get("name") or root.clean(item["path"]).rpartition("/")[2]
        files.append(root.plan_file(item["path"], prefix + name))
    folder = spec.get("folder")
    if folder:
        files += root.plan_folder(folder["path"], prefix, folder.get("exclude", []), run.check)
    return without_repeats(files)


def _still_the_same(run: TaskRun, file: PlannedFile) -> None:
    try:
        seen = run.services.root.plan_file(file.path, file.key)
    except TaskError as error:
        raise TaskInterrupted(
            "Interrupted",
            f"The server stopped in the midst of the upload, and it cannot go on: {error.message}",
        ) from error
    if (seen.size, seen.mtime_ns, seen.real) != (file.size, file.mtime_ns, file.real):
        raise TaskInterrupted(
            "Interrupted",
            "The server stopped in the midst of the upload, and it cannot go on: "
            f"“{file.path}” has changed since.",
        )


def _upload(run: TaskRun, s3: S3, plan: list[PlannedFile], ledger: _Ledger) -> None:
    done = ledger.done
    if done:
        run.advance(files=len(done), size=sum(plan[row].size for row in done))
    run.phase("Uploading files")
    rows = [row for row in range(len(plan)) if row not in done]
    Uploader(run, s3, run.spec["bucket"], plan).upload(rows)


def _call(run: TaskRun, *, maybe_sent: bool) -> dict[str, Any]:
    then = run.spec["then"]
    if not maybe_sent:
        run.check()
        # From here on a cancel comes too late, and a next server has to look first.
        run.record.step = "then"
        run.save(durable=True)
    run.phase(f"Sending {then['operation']}")
    return follow_up.carry_out(run, then, maybe_sent=maybe_sent)


def _undo(run: TaskRun, cause: Exception | None) -> None:
    """Remove every object and multipart upload of ours; tell where that is not possible.

    :param cause: why; None when an earlier server was killed while it removed them.
    """
    ledger = _Ledger.read(run)
    plan = ledger.plan
    if not plan or not (ledger.begun or ledger.multipart):
        return
    if cause is not None:
        run.keep_ending(cause)
    run.phase("Removing what was uploaded")
    bucket = run.spec["bucket"]
    s3 = S3(run, owner=run.spec.get("bucketOwner") or run.services.fact("accountId"), shielded=True)
    unsure = [(plan[row].key, "") for row in sorted(ledger.begun - set(ledger.done))]
    sure = [(plan[row].key, version) for row, version in sorted(ledger.done.items())]
    unfinished = [(plan[row].key, up) for row, up in ledger.multipart if row not in ledger.done]
    try:
        s3.abort_uploads(bucket, unfinished)
        s3.remove(bucket, sure + unsure)
        if unsure:
            # A request that was cut may still be carried out a moment later.
            run.wait(SECOND_LOOK_SECONDS, shielded=True)
            s3.remove(bucket, unsure)
    except AwsError as error:
        run.leftovers = (
            f"Some uploaded files could not be removed from s3://{bucket}/{run.spec['prefix']} "
            f"({error.operation}: {error.code}: {error.message})."
        )


def _result(
    plan: list[PlannedFile], warnings: list[str], response: dict[str, Any] | None
) -> dict[str, Any]:
    result: dict[str, Any] = {"files": len(plan), "bytes": sum(file.size for file in plan)}
    if len(plan) <= _KEYS_IN_RESULT:
        result["keys"] = [file.key for file in plan]
    if warnings:
        result["warnings"] = warnings
    if response is not None:
        result["response"] = response
    return result
