"""Pipelines, executions, schedules and rules in the state folder, and the pace of schedules."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from apps_and_schedules import eventually
from local_pipelines import (
    executions,
    job_of,
    make_pipeline,
    put_rule,
    run,
    schedule_of,
)
from sagemaker_studio_local.aws_services.firing import Firing, Trigger
from sagemaker_studio_local.clock import Clock
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

SPEED = 40


def test_definitions_survive_a_restart(tmp_path: Path) -> None:
    runner = FakeRunner()
    with LocalStudio(tmp_path, runner=runner) as studio:
        scheduled, ruled = make_pipeline(studio), make_pipeline(studio)
        studio.client("scheduler").create_schedule(
            **schedule_of(studio, scheduled, ScheduleExpression="cron(* * * * ? *)")
        )
        put_rule(studio, ruled)
        arn = run(studio, scheduled)
        job = job_of(studio, arn)
        before = studio.client("events").describe_rule(Name=ruled)
    assert runner.jobs[job].stopped.is_set()
    with LocalStudio(tmp_path, runner=FakeRunner(), schedule_speed=SPEED) as studio:
        assert studio.control("GET", "schedule-speed") == {"speed": SPEED}
        over = studio.client("sagemaker").describe_pipeline_execution(PipelineExecutionArn=arn)
        assert over["PipelineExecutionStatus"] == "Failed"
        assert "The local Studio was stopped while" in over["FailureReason"]
        after = studio.client("events").describe_rule(Name=ruled)
        assert {**after, "ResponseMetadata": 0} == {**before, "ResponseMetadata": 0}
        tags = studio.client("events").list_tags_for_resource(ResourceARN=after["Arn"])["Tags"]
        assert tags == [{"Key": "sagemaker:is-scheduling-notebook-job", "Value": "true"}]
        eventually(lambda: len(executions(studio, scheduled)) > 1 and executions(studio, ruled))


class Owner(SimpleNamespace):
    """A schedule of moto's, as far as firing knows it."""

    local_studio_fired: float | None = None


class Recorder:
    """One recurring schedule and when it fired."""

    def __init__(self, expression: str, changed: float, last: float | None = None) -> None:
        self.owner = Owner(local_studio_fired=last)
        self.times: list[float] = []
        self.expression, self.changed = expression, changed
        self.fired = threading.Event()

    def triggers(self) -> list[Trigger]:
        return [
            Trigger("it", self.owner, self.expression, "UTC", self.changed, self.note),
        ]

    def note(self, due: float, identity: str) -> None:
        self.times.append(due)
        self.fired.set()


def firing_of(recorder: Recorder, speed: float) -> Firing:
    return Firing(Clock(), [recorder.triggers], lambda: None, speed)


def test_what_fired_ahead_of_real_time_goes_on_from_now() -> None:
    now = time.time()
    recorder = Recorder("rate(1 minute)", now - 10, now + 86400)
    firing = firing_of(recorder, 1.0)
    firing.start()
    try:
        assert abs(recorder.owner.local_studio_fired - now) < 5
        firing.set_speed(60)
        assert recorder.fired.wait(10)
    finally:
        firing.close()
    assert abs(recorder.times[0] - now) < 10


def test_at_a_speed_a_day_takes_as_many_times_less() -> None:
    now = time.time()
    recorder = Recorder("rate(2 hours)", now)
    firing = firing_of(recorder, 6000.0)
    firing.start()
    try:
        eventually(lambda: len(recorder.times) >= 3)
    finally:
        firing.close()
    # Two hours are 1.2 seconds then.
    assert 0.9 < recorder.times[1] - recorder.times[0] < 1.5


def test_missed_times_are_not_made_up_for() -> None:
    now = time.time()
    recorder = Recorder("rate(1 minute)", now - 600, now - 540)
    firing = firing_of(recorder, 1.0)
    firing.start()
    try:
        assert not recorder.fired.wait(1)
        assert abs(recorder.owner.local_studio_fired - now) < 5
    finally:
        firing.close()


@pytest.mark.parametrize("speed", [0.0, -1.0, 6001.0])
def test_speeds_there_are_not(speed: float) -> None:
    with pytest.raises(ValueError, match="a speed is a number"):
        firing_of(Recorder("rate(1 day)", 0.0), 1.0).set_speed(speed)


def test_one_that_cannot_be_read_keeps_no_other_from_firing() -> None:
    now = time.time()
    broken, right = Recorder("cron(never)", now), Recorder("rate(1 minute)", now)
    sources = [broken.triggers, right.triggers]
    firing = Firing(Clock(), sources, lambda: None, 600.0)
    firing.start()
    try:
        assert right.fired.wait(10)
    finally:
        firing.close()
    assert not broken.fired.is_set()
