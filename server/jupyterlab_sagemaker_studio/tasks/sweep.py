"""A sweep: files staged once, then many training jobs in order, so many at a time.

Which jobs were created is on disk before and after each request, so that the next server goes on
and never creates one twice. What was staged stays as soon as one job was created.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from ..errors import AwsError
from . import calls
from .follow_up import OutcomeUnknown, carry_out, find, prepare
from .model import Ended, ServerStopping, TaskCancelled, TaskError, TaskInterrupted, age_seconds
from .pace import Pace, Trouble
from .run import TaskRun
from .shapes import check_requests
from .stage import RESUME_SECONDS, same_region, stage_files, unstage
from .sweep_jobs import SweepJobs

# AWS takes one CreateTrainingJob a second (Amazon SageMaker endpoints and quotas).
CREATE_SECONDS = 1.1
LOOK_SECONDS = 3.0  # between two looks at the jobs, longer while nothing changes
_LONGEST_LOOK = 20.0
LIMIT_SECONDS = 60.0  # until a refusal for the account's limit is put to the test again
MISSING_SECONDS = 10.0  # so young a job may not be found yet
# Credentials of a person may end overnight, and then nothing is lost by waiting.
PATIENCE_SECONDS = 24 * 3600.0
_SAVE_SECONDS = 600.0

FINAL = {"Completed", "Failed", "Stopped", "Deleted"}


def sweep(run: TaskRun) -> dict[str, Any]:
    """Carry out a sweep; succeeds when all jobs were created and have ended, however they did.

    The result, there from the first job on: ``{"jobs": [{"name", "status"}], "counts": {status:
    number}, "warnings"?: [words]}``; the status as SageMaker tells it, ``Deleted`` for a job that
    is gone, and ``NotCreated``.
    """
    work = _Sweep(run)
    same_region(run)
    if run.record.step == "undo":
        unstage(run, None)
        raise Ended
    try:
        if run.record.step != "then":
            run.totals(len(work.jobs), 0)
            _, warnings = stage_files(run, work.check, counts_files=False)
            work.warn(warnings)
        work.carry_out()
    except ServerStopping:
        raise
    except Exception as error:
        work.give_up(error)
        raise
    return work.result()


@dataclass
class _Notes:
    """What the next server has to know; kept in the task's record."""

    created: int = 0  # so many jobs, from the first
    sent: bool = False  # the next one may have been created
    statuses: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


# All sweeps of this server share the limit.
_pace = Pace()


class _Sweep:
    """One sweep as this server sees it.

    :ivar jobs: the CreateTrainingJob inputs, in order.
    """

    def __init__(self, run: TaskRun) -> None:
        self._run = run
        self.jobs: list[dict[str, Any]] = run.spec["jobs"]
        self._notes = _Notes(**run.record.notes)
        self._names = [str(job["TrainingJobName"]) for job in self.jobs]
        self._aws = SweepJobs(run, self._names)
        self._born = dict.fromkeys(self._notes.statuses, time.monotonic())
        self._look_at = 0.0
        self._look_pause = LOOK_SECONDS
        self._create_at = 0.0
        self._creating, self._looking = Trouble(), Trouble()
        self._room_at = -LIMIT_SECONDS  # when a job of ours ended last
        self._saved = time.monotonic()

    def check(self) -> None:
        """Refuse jobs that are not well-formed, before anything is staged."""
        check_requests(self._call(job) for job in self.jobs)

    def warn(self, warnings: list[str]) -> None:
        """Put what people should know of the staging into the result."""
        self._notes.warnings = warnings

    def carry_out(self) -> None:
        """From wherever an earlier server left it."""
        run = self._run
        if run.resumed and self._to_come and age_seconds(run.task.updated_at) > RESUME_SECONDS:
            raise TaskInterrupted(
                "Interrupted",
                "The server was away for too long to create further jobs unasked.",
            )
        self._tell()
        while self._to_come or self._unfinished:
            run.check()
            if self._unfinished and time.monotonic() >= self._look_at:
                self._look()
            has_room = len(self._unfinished) < run.spec["concurrency"]
            creates = bool(self._to_come) and has_room
            if creates and time.monotonic() >= self._create_at:
                self._create()
                continue
            due = [self._create_at] if creates else []
            due += [self._look_at] if self._unfinished else []
            if due:
                run.wait(max(0.0, min(due) - time.monotonic()))

    # The state.

    @property
    def _to_come(self) -> int:
        return len(self.jobs) - self._notes.created

    @property
    def _unfinished(self) -> list[str]:
        return [n for n, status in self._notes.statuses.items() if status not in FINAL]

    def result(self) -> dict[str, Any]:
        """As :func:`sweep` says."""
        statuses = [self._notes.statuses.get(name, "NotCreated") for name in self._names]
        result: dict[str, Any] = {
            "jobs": [
                {"name": n, "status": status}
                for n, status in zip(self._names, statuses, strict=True)
            ],
            "counts": {status: statuses.count(status) for status in sorted(set(statuses))},
        }
        if self._notes.warnings:
            result["warnings"] = self._notes.warnings
        return result

    def _tell(self) -> None:
        """Publish and keep how far it is."""
        run, unfinished = self._run, len(self._unfinished)
        run.record.notes = asdict(self._notes)
        run.task.result = self.result()
        words = f"{unfinished} running, {self._to_come} to come"
        if why := self._creating.why or self._looking.why:
            words = f"{words}; {why}"
        ended = len(self._notes.statuses) - unfinished
        run.reached(words, ended, len(self.jobs), run.task.progress.bytes_total)
        run.phase(words)
        self._saved = time.monotonic()

    # Creating.

    def _call(self, job: dict[str, Any]) -> dict[str, Any]:
        call = {"service": "sagemaker", "operation": "CreateTrainingJob", "input": job}
        return prepare(call, self._run.task.client_token)

    def _create(self) -> None:
        """Create the next job, or find out until when to leave it."""
        run, notes = self._run, self._notes
        name, maybe_sent = self._names[notes.created], notes.sent
        if not maybe_sent:
            notes.sent = True
            run.record.step = "then"
            run.record.notes = asdict(notes)
            run.save(durable=True)
        run.wait(_pace.turn(CREATE_SECONDS))
        begun = time.monotonic()
        try:
            carry_out(run, self._call(self.jobs[notes.created]), maybe_sent=maybe_sent)
        except AwsError as error:
            notes.sent = error.ambiguous or isinstance(error, OutcomeUnknown)
            self._leave_for_later(error)
            return
        finally:
            if time.monotonic() - begun > CREATE_SECONDS:  # it was repeated
                _pace.used(CREATE_SECONDS)
        notes.created, notes.sent = notes.created + 1, False
        notes.statuses[name] = "InProgress"
        self._born[name] = time.monotonic()
        self._look_at = self._look_at or time.monotonic() + LOOK_SECONDS
        self._creating.passed()
        if not self._to_come:
            self._forget_values()
        self._tell()

    def _forget_values(self) -> None:
        """The jobs' environment is not needed any more."""
        run = self._run
        run.spec = {**run.spec, "jobs": [{"TrainingJobName": name} for name in self._names]}
        with contextlib.suppress(TaskError):  # a full disk; the file goes with the task's end
            run.services.store.replace_spec(run.task.id, run.spec)

    def _leave_for_later(self, error: AwsError) -> None:
        """Wait where that helps, else raise."""
        before = self._creating.why
        if error.code == "ResourceLimitExceeded":
            just_ended = time.monotonic() - self._room_at < LIMIT_SECONDS
            if not self._unfinished and not just_ended:
                raise error
            # What a job used may be in use for a moment after its end.
            pause = LIMIT_SECONDS if self._unfinished else LIMIT_SECONDS / 10
            self._creating.why = "waiting for room within the account's limit"
        else:
            pause = self._creating.bear(error, self._patience)
        self._create_at = time.monotonic() + pause
        if self._creating.why != before:
            self._tell()

    @property
    def _patience(self) -> float:
        return PATIENCE_SECONDS if self._notes.created else calls.PATIENCE_SECONDS

    # Looking.

    def _look(self) -> None:
        """Find out what became of the unfinished jobs."""
        run, statuses, before = self._run, self._notes.statuses, dict(self._notes.statuses)
        unfinished = self._unfinished
        try:
            running = self._aws.running(unfinished) if len(unfinished) > 2 else set()
            for name in unfinished:
                if name not in running:
                    statuses[name] = self._status(name)
                    run.check()
        except AwsError as error:
            self._look_at = time.monotonic() + self._looking.bear(error, self._patience)
            self._tell()
            return
        self._look_pause = min(self._look_pause * 1.5, _LONGEST_LOOK)
        if statuses != before or self._looking.why:
            self._look_pause = LOOK_SECONDS
            if len(self._unfinished) < len(unfinished):
                self._room_at = time.monotonic()
                self._create_at = 0.0
            self._looking.passed()
            self._tell()
        elif time.monotonic() - self._saved > _SAVE_SECONDS:
            self._tell()  # the next server must not think that nobody looked
        elif self._to_come:
            run.publish()  # there is work in progress: the space is not idle
        self._look_at = time.monotonic() + self._look_pause

    def _status(self, name: str) -> str:
        status = self._aws.status(name)
        young = time.monotonic() - self._born[name] < MISSING_SECONDS
        return status or (self._notes.statuses[name] if young else "Deleted")

    # Ending early.

    def give_up(self, cause: Exception) -> None:
        """After a failure or a cancel: create no more; a cancel also stops what runs."""
        run, notes = self._run, self._notes
        unsure = self._settle()
        if isinstance(cause, TaskCancelled):
            problems = [unsure] if unsure else []
            run.leftovers = " ".join(problems + self._stop())
        elif notes.created:
            run.leftovers = (
                f"{notes.created} of {len(self.jobs)} jobs were created before and go on."
            )
        run.record.notes = asdict(notes)
        if not notes.created and not notes.sent:
            unstage(run, cause)
        run.task.result = self.result()

    def _settle(self) -> str:
        """Find out whether the last job was created; words where that cannot be known."""
        notes = self._notes
        if notes.sent:
            name = self._names[notes.created]
            try:
                found = find(self._run, self._call(self.jobs[notes.created]))
            except OutcomeUnknown as error:
                return f"{name}: {error.message}"
            except AwsError:
                found = None  # somebody else's
            notes.sent = False
            if found is not None:
                notes.created += 1
                notes.statuses[name] = "InProgress"
                self._born[name] = time.monotonic()
        return ""

    def _stop(self) -> list[str]:
        """Stop the jobs that run; answers the problems, in words."""
        run, statuses, problems = self._run, self._notes.statuses, []
        left = self._unfinished
        if left:
            run.phase(f"Stopping {len(left)} jobs")
        deadline = time.monotonic() + calls.PATIENCE_SECONDS
        while left:
            name = left[0]
            try:
                self._aws.stop(name)
                statuses[name] = "Stopping"
            except AwsError as error:
                if calls.passes(error) and time.monotonic() < deadline:
                    run.wait(calls.PAUSE, shielded=True)
                    continue
                with contextlib.suppress(AwsError):
                    statuses[name] = self._status(name)  # it may have ended just now
                if statuses[name] not in FINAL:
                    problems.append(f"{name} could not be stopped: {calls.words(error)}")
            left.pop(0)
        return problems
