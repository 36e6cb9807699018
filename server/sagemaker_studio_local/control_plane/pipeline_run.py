"""Executions of pipelines run: steps become training jobs, in order, and are tried again.

One thread an execution. It looks at what is kept, does the next thing that can be done, and waits
until a job or the execution changes. Pauses between attempts are AWS's, divided by the clock's
speed.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any

from ..store import Document
from . import pipelines, tags
from .job_lifecycle import KIND as JOB
from .job_lifecycle import key_of
from .pipeline_definition import Step, parse
from .pipeline_steps import Attempt, attempt_of, failed_job, new_step, stop_job
from .plane import Plane

KIND = pipelines.EXECUTION
_RUNNING = ("Executing", "Stopping")
_STEP_OVER = ("Succeeded", "Failed", "Stopped")
_STARTING_SECONDS = 3.0
_DEFAULT_PARALLEL = 50
_LONGEST_WAIT = 60.0
_MAX_REASON = 1300
_FAILED = "Step failure: One or multiple steps failed."
STOPPED_WITH_STUDIO = (
    "The local Studio was stopped while this pipeline execution was running. Start the pipeline"
    " again to run it."
)

log = logging.getLogger(__name__)
_Action = Callable[[], None]


class Executions:
    """The running pipeline executions of one control plane."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.closed = threading.Event()

    def launch(self, arn: str) -> None:
        """Start to run an accepted execution; answers at once."""
        run = _Run(self.plane, arn, self.closed)
        threading.Thread(target=run.run, daemon=True, name=f"pipeline-{arn[-12:]}").start()

    def request_stop(self, arn: str, by: dict[str, str]) -> None:
        """Turn an execution to Stopping."""
        with self.plane.jobs.changed:
            key = pipelines.execution_key(arn)
            execution = self.plane.store.get(KIND, key)
            if execution is not None:
                detail = {**execution["detail"], "PipelineExecutionStatus": "Stopping"}
                detail.update(LastModifiedTime=self.plane.clock.now(), LastModifiedBy=by)
                self.plane.store.put(KIND, key, {**execution, "detail": detail})
            self.plane.jobs.changed.notify_all()

    def settle(self) -> None:
        """End what a former run of the local Studio left unfinished."""
        with self.plane.store.lock:
            for key, execution in self.plane.store.items(KIND):
                status = execution["detail"]["PipelineExecutionStatus"]
                if status in _RUNNING:
                    self.plane.store.put(KIND, key, self._ended(execution, status == "Stopping"))
            for pipeline in self.plane.store.all(pipelines.KIND):
                if pipeline["detail"]["PipelineStatus"] == "Deleting":
                    pipelines.remove(self.plane, pipeline["detail"]["PipelineName"])

    def _ended(self, execution: Document, stopped: bool) -> Document:
        now = self.plane.clock.now()
        reason = {} if stopped else {"FailureReason": STOPPED_WITH_STUDIO}
        status = "Stopped" if stopped else "Failed"
        steps = {
            name: step
            if step["StepStatus"] in _STEP_OVER
            else {**step, "StepStatus": status, "EndTime": now, **reason}
            for name, step in execution["steps"].items()
        }
        return {**execution, "steps": steps, "detail": _finished(execution, status, now, reason)}

    def close(self) -> None:
        """Run no execution on, and say so in their state."""
        with self.plane.jobs.changed:
            self.closed.set()
            self.settle()
            self.plane.jobs.changed.notify_all()


def _finished(
    execution: Document, status: str, now: float, reason: dict[str, str]
) -> dict[str, Any]:
    detail = {**execution["detail"], "PipelineExecutionStatus": status, "LastModifiedTime": now}
    if reason:
        detail["FailureReason"] = reason["FailureReason"][:_MAX_REASON]
    return detail


class _Run:
    """One execution."""

    def __init__(self, plane: Plane, arn: str, closed: threading.Event) -> None:
        self._plane = plane
        self._key = pipelines.execution_key(arn)
        self._closed = closed
        self._steps: tuple[Step, ...] = ()

    def run(self) -> None:
        """From the first step to the last."""
        self._plane.clock.sleep(_STARTING_SECONDS, self._closed)
        try:
            while self._next():
                pass
        except Exception:
            log.exception("the pipeline execution %s met an unexpected error", self._key)
            with self._plane.store.lock:
                if not self._closed.is_set():
                    self._end("Failed", "InternalServerError: An internal error occurred.")

    def _next(self) -> bool:
        """Do what can be done, or wait for something to change; False at the end."""
        changed = self._plane.jobs.changed
        with changed:
            execution = self._plane.store.get(KIND, self._key)
            if self._closed.is_set() or execution is None:
                return False
            self._steps = self._steps or parse(execution["definition"]).steps
            self._note_ended_jobs(execution)
            execution = self._execution()
            if execution["detail"]["PipelineExecutionStatus"] not in _RUNNING:
                return False
            action, pause = self._choose(execution)
            if action is None:
                if pause is None:
                    return False
                changed.wait(pause)
                return True
        # A call that comes back to this local Studio, which needs the lock for it.
        action()
        return True

    def _execution(self) -> Document:
        execution = self._plane.store.get(KIND, self._key)
        assert execution is not None
        return execution

    def _save(self, name: str, step: Document) -> None:
        execution = self._execution()
        steps = {**execution["steps"], name: step}
        self._plane.store.put(KIND, self._key, {**execution, "steps": steps})

    def _end(self, status: str, reason: str = "") -> None:
        execution = self._execution()
        why = {"FailureReason": reason} if reason else {}
        detail = _finished(execution, status, self._plane.clock.now(), why)
        self._plane.store.put(KIND, self._key, {**execution, "detail": detail})

    # --- what has happened ---

    def _note_ended_jobs(self, execution: Document) -> None:
        for definition in self._steps:
            step = execution["steps"].get(definition.name)
            if step is None or step["StepStatus"] in _STEP_OVER or not step["job"]:
                continue
            job = self._plane.store.get(JOB, key_of(step["job"]))
            if job is None:
                self._over(definition.name, step, "Failed", "ClientError: The job was deleted.")
                continue
            detail = job["detail"]
            if detail["TrainingJobStatus"] == "Completed":
                self._over(definition.name, step, "Succeeded")
            elif detail["TrainingJobStatus"] == "Stopped":
                self._job_stopped(execution, definition.name, step, detail)
            elif detail["TrainingJobStatus"] == "Failed":
                reason = detail.get("FailureReason", "")
                self._after(definition, step, failed_job(reason))

    def _job_stopped(
        self, execution: Document, name: str, step: Document, job: dict[str, Any]
    ) -> None:
        stopping = execution["detail"]["PipelineExecutionStatus"] == "Stopping"
        # A job that was stopped by somebody else, or ran out of time, stops its step.
        reason = "" if stopping else f"ClientError: The job {job['TrainingJobName']} was stopped."
        if job["SecondaryStatus"] == "MaxRuntimeExceeded":
            reason = "ClientError: The job reached MaxRuntimeInSeconds and was stopped."
        self._over(name, step, "Stopped" if stopping else "Failed", reason)

    def _over(self, name: str, step: Document, status: str, reason: str = "") -> None:
        ended = {**step, "StepStatus": status, "EndTime": self._plane.clock.now(), "next": None}
        if reason:
            ended["FailureReason"] = reason[:1024]
        self._save(name, ended)

    def _after(self, definition: Step, step: Document, attempt: Attempt) -> None:
        """An attempt failed: wait for the next one, or fail the step."""
        clock = self._plane.clock
        arn = self._execution()["detail"]["PipelineExecutionArn"]
        pause = attempt.pause(definition, step, (clock.now() - step["StartTime"]) * clock.speed)
        if pause is None:
            self._over(definition.name, step, "Failed", attempt.reason_for(definition, arn))
            return
        self._save(
            definition.name,
            {
                **attempt.counted(definition, step),
                "StepStatus": "Starting",
                "job": "",
                "next": clock.now() + pause / clock.speed,
            },
        )

    # --- what to do ---

    def _choose(self, execution: Document) -> tuple[_Action | None, float | None]:
        """The next call, or how long to wait (None: the execution is over)."""
        steps = execution["steps"]
        open_steps = [s for s in self._steps if s.name in steps and _is_open(steps[s.name])]
        if execution["detail"]["PipelineExecutionStatus"] == "Stopping":
            return self._choose_stop(steps, open_steps)
        now = self._plane.clock.now()
        failed = any(step["StepStatus"] in ("Failed", "Stopped") for step in steps.values())
        pause = _LONGEST_WAIT
        for definition in open_steps:
            due = steps[definition.name]["next"]
            if due is not None and failed:
                # The execution fails anyway; nothing is begun any more.
                self._over(definition.name, steps[definition.name], "Stopped")
                return None, 0.0
            if due is not None and due <= now:
                return self._attempt(definition), None
            if due is not None:
                pause = min(pause, due - now)
        ready = [] if failed else [s for s in self._steps if _is_ready(s, steps)]
        parallel = execution["detail"].get("ParallelismConfiguration", {})
        if ready and len(open_steps) < parallel.get("MaxParallelExecutionSteps", _DEFAULT_PARALLEL):
            self._save(ready[0].name, new_step(ready[0], now))
            return None, 0.0
        if open_steps:
            return None, pause
        self._end("Failed" if failed else "Succeeded", _FAILED if failed else "")
        return None, None

    def _choose_stop(
        self, steps: Document, open_steps: list[Step]
    ) -> tuple[_Action | None, float | None]:
        for definition in open_steps:
            step = steps[definition.name]
            if not step["job"]:
                self._over(definition.name, step, "Stopped")
            elif step["StepStatus"] != "Stopping":
                self._save(definition.name, {**step, "StepStatus": "Stopping"})
                role = self._execution()["role"]
                return functools.partial(stop_job, self._plane, role, step["job"]), None
        if any(steps[s.name]["job"] for s in open_steps):
            return None, _LONGEST_WAIT
        self._end("Stopped")
        return None, None

    def _attempt(self, definition: Step) -> _Action:
        def attempt() -> None:
            execution = self._execution()
            result = attempt_of(self._plane, execution, definition)
            with self._plane.store.lock:
                if self._closed.is_set():
                    return
                step = self._execution()["steps"][definition.name]
                if not result.job:
                    self._after(definition, step, result)
                    return
                _give_studio_tags(self._plane, execution, result.arn)
                running = {
                    **step,
                    "StepStatus": "Executing",
                    "job": result.job,
                    "next": None,
                    "Metadata": {"TrainingJob": {"Arn": result.arn}},
                }
                self._save(definition.name, running)

        return attempt


def _is_open(step: Document) -> bool:
    return step["StepStatus"] not in _STEP_OVER


def _is_ready(definition: Step, steps: Document) -> bool:
    return definition.name not in steps and all(
        steps.get(name, {}).get("StepStatus") == "Succeeded" for name in definition.depends_on
    )


def _give_studio_tags(plane: Plane, execution: Document, job_arn: str) -> None:
    """Jobs of a pipeline that was made in Studio are Studio's: its lists show them."""
    of_pipeline = tags.tags_of(plane, execution["detail"]["PipelineArn"])
    inherited = {key: of_pipeline[key] for key in tags.STUDIO_KEYS if key in of_pipeline}
    tags.set_tags(plane, job_arn, {**tags.tags_of(plane, job_arn), **inherited})
