"""Stage files under an S3 prefix and then call AWS: all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..errors import AwsError
from .bucket import ensure_bucket
from .follow_up import OutcomeUnknown
from .model import Ended, ServerStopping, TaskError, TaskInterrupted, age_seconds
from .paths import PlannedFile, plan_text, without_repeats
from .run import TaskRun
from .s3 import S3
from .sequence import Sequence
from .upload import Uploader

_KEYS_IN_RESULT = 1000
RESUME_SECONDS = 24 * 3600
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
    """Carry out a stage task; answers its result. Whatever it raises, AWS is as it was before."""
    sequence = Sequence(run)
    same_region(run)
    if run.record.step == "undo":
        _take_back(run, sequence, None)
        raise Ended
    try:
        if run.record.step == "then":
            plan: list[PlannedFile] = _Ledger.read(run).plan or []
            warnings: list[str] = []
        else:
            plan, warnings = stage_files(run, sequence.check)
        return _result(plan, warnings, sequence.carry_out())
    except ServerStopping:
        raise
    except Exception as error:
        if isinstance(error, OutcomeUnknown) and sequence.is_stuck:
            raise  # what was staged may still be needed
        _take_back(run, sequence, error)
        raise


def stage_files(
    run: TaskRun, check: Callable[[], None], *, counts_files: bool = True
) -> tuple[list[PlannedFile], list[str]]:
    """Upload the files of the spec; answers them, and warnings for people.

    :param check: raises when what is to follow cannot be done; called before anything is staged.
    :param counts_files: whether the files are the task's progress.
    """
    spec = run.spec
    run.phase("Checking")
    run.check()
    if run.resumed and age_seconds(run.task.created_at) > RESUME_SECONDS:
        raise TaskInterrupted(
            "Interrupted",
            "The server stopped in the midst of this, and that was too long ago to go on "
            "unasked. Submit again.",
        )
    check()
    plan, ledger = _plan(run)
    files = len(plan) if counts_files else run.task.progress.files_total
    run.totals(files, sum(file.size for file in plan))
    run.check()
    s3 = S3(run, owner=_owner(run))
    warnings = ensure_bucket(s3, spec["bucket"], create=bool(spec.get("createBucket")))
    _upload(run, s3, plan, ledger, counts_files)
    return plan, warnings


def _owner(run: TaskRun) -> str | None:
    return run.spec.get("bucketOwner") or run.services.fact("accountId")


def same_region(run: TaskRun) -> None:
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
    for number, item in enumerate(spec["files"]):
        if "content" in item:
            files.append(plan_text(number, item["content"], item["name"], prefix + item["name"]))
        else:
            name = item.get("name") or root.clean(item["path"]).rpartition("/")[2]
            files.append(root.plan_file(item["path"], prefix + name))
    folder = spec.get("folder")
    if folder:
        files += root.plan_folder(folder["path"], prefix, folder.get("exclude", []), run.check)
    return without_repeats(files)


def _still_the_same(run: TaskRun, file: PlannedFile) -> None:
    if file.number is not None:
        return
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


def _upload(
    run: TaskRun, s3: S3, plan: list[PlannedFile], ledger: _Ledger, counts_files: bool
) -> None:
    done = ledger.done
    if done:
        files = len(done) if counts_files else 0
        run.advance(files=files, size=sum(plan[row].size for row in done))
    run.phase("Uploading files")
    rows = [row for row in range(len(plan)) if row not in done]
    Uploader(run, s3, plan, counts_files=counts_files).upload(rows)


def _take_back(run: TaskRun, sequence: Sequence, cause: Exception | None) -> None:
    """Take back the calls that were made, then what was staged for them.

    :param cause: why; None when an earlier server was killed while it did this.
    """
    if sequence.has_effects:
        if cause is not None:
            run.keep_ending(cause)
        run.phase("Taking back what was made")
        problems = sequence.undo()
        if problems:
            run.leftovers = (
                f"Not everything could be taken back: {' '.join(problems)} What remains may need "
                f"the files in s3://{run.spec['bucket']}/{run.spec['prefix']}, so they were kept."
            )
            return
    unstage(run, cause)


def unstage(run: TaskRun, cause: Exception | None) -> None:
    """Remove every object and multipart upload of ours; tell where that is not possible.

    :param cause: as of :func:`_take_back`.
    """
    ledger = _Ledger.read(run)
    plan = ledger.plan
    if not plan or not (ledger.begun or ledger.multipart):
        return
    if cause is not None:
        run.keep_ending(cause)
    run.phase("Removing what was uploaded")
    bucket = run.spec["bucket"]
    s3 = S3(run, owner=_owner(run), shielded=True)
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
    plan: list[PlannedFile], warnings: list[str], answers: dict[str, Any]
) -> dict[str, Any]:
    result: dict[str, Any] = {"files": len(plan), "bytes": sum(file.size for file in plan)}
    if len(plan) <= _KEYS_IN_RESULT:
        result["keys"] = [file.key for file in plan]
    if warnings:
        result["warnings"] = warnings
    return {**result, **answers}
