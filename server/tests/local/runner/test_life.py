"""Stop, limits, retries, capacity, and what is left at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from runner_harness import (
    BUCKET,
    CREDENTIALS,
    REGION,
    SAMPLES,
    Endpoint,
    Make,
    Recorder,
    archive,
    both,
    running,
    shell,
    until,
    until_logged,
)
from sagemaker_studio_local.clock import Clock
from sagemaker_studio_local.runner.capacity import Trouble
from sagemaker_studio_local.runner.slots import Slots


def test_stop_before_training_ends_at_once(make: Make) -> None:
    runner = make("auto", clock=Clock(1))
    job = Recorder(runner, shell("early", "true"))
    job.wait_for("Starting")
    job.job.stop()
    outcome = job.end(5)
    assert outcome.status == "Stopped" and job.states == ["Starting", "Stopped"]


@both
def test_stop_gives_time_to_finish_then_kills(
    endpoint: Endpoint, make: Make, isolation: str
) -> None:
    runner = make(isolation, stop_grace=2.0)
    polite = (
        "trap 'echo bye; echo saved > $R/output/data/saved; exit 0' TERM; "
        "echo ready; while :; do sleep 0.1; done"
    )
    stubborn = "trap '' TERM; sleep 400 & setsid sleep 400 & echo ready; wait"
    jobs = {}
    for kind, script in (("polite", polite), ("stubborn", stubborn)):
        name = f"{kind}-{isolation}"
        request = shell(name, script, Environment={"R": "/opt/ml"})
        jobs[kind] = Recorder(runner, request)
        until_logged(endpoint, name, "ready")
    began = time.monotonic()
    for job in jobs.values():
        job.job.stop()
    outcomes = {kind: job.end() for kind, job in jobs.items()}
    assert 1.9 < time.monotonic() - began < 12
    assert {outcome.status for outcome in outcomes.values()} == {"Stopped"}
    assert outcomes["polite"].exit_code == 0 and outcomes["stubborn"].exit_code == 137
    assert archive(endpoint, f"polite-{isolation}") == {"saved": b"saved\n"}
    assert not running("sleep", "400")


def test_retries_cover_infrastructure_errors_only(endpoint: Endpoint, make: Make) -> None:
    endpoint.client("s3").put_object(Bucket=BUCKET, Key="flaky/data/a", Body=b"x")
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/flaky/data/"}
    channel = {"ChannelName": "c", "DataSource": {"S3DataSource": source}}
    runner = make("auto")

    def run(name: str, retries: int, failures: int) -> Recorder:
        endpoint.broken, endpoint.count = "/flaky/data/a", failures
        strategy = {"MaximumRetryAttempts": retries}
        request = shell(name, "true", InputDataConfig=[channel], RetryStrategy=strategy)
        job = Recorder(runner, request)
        job.end()
        endpoint.count = 0
        return job

    # The agent asks three times by itself before an attempt counts as failed.
    healed = run("healed", 1, 3)
    assert healed.end().status == "Completed"
    assert healed.states[:4] == ["Starting", "Downloading", "Starting", "Starting"]
    gone = run("gone", 1, 100)
    assert gone.end().failure_reason is not None
    assert (gone.end().failure_reason or "").startswith("InternalServerError")
    assert gone.states.count("Downloading") == 2


def test_only_so_many_jobs_run_and_the_others_say_that_they_wait(make: Make) -> None:
    runner = make("auto", max_running=1)
    first = Recorder(runner, shell("first", "sleep 1"))
    first.wait_for("Training")
    second = Recorder(runner, shell("second", "true"))
    third = Recorder(runner, shell("third", "true"))
    third.wait_for("Starting")
    third.job.stop()
    assert third.end(5).status == "Stopped"
    assert first.end().status == second.end().status == "Completed"
    assert any("capacity" in message for _, message, _ in second.transitions)
    began = dict((state, at) for state, _, at in second.transitions)["Downloading"]
    assert began >= first.transitions[-1][2] - 0.5


def test_slots_are_given_in_order() -> None:
    slots = Slots(1)
    assert slots.acquire()
    order: list[int] = []

    def use(number: int) -> None:
        slots.acquire()
        order.append(number)
        slots.release()

    with ThreadPoolExecutor(5) as pool:
        for number in range(5):
            pool.submit(use, number)
            time.sleep(0.05)
        slots.release()
    assert order == [0, 1, 2, 3, 4]


@both
def test_shutdown_leaves_nothing_running_or_on_disk(
    endpoint: Endpoint, make: Make, isolation: str
) -> None:
    runner = make(isolation)
    name = f"shutdown-{isolation}"
    script = "trap '' TERM; setsid sleep 401 & sleep 401 & echo ready; wait"
    started = Recorder(runner, shell(name, script))
    until_logged(endpoint, name, "ready")
    began = time.monotonic()
    runner.shutdown()
    assert time.monotonic() - began < 10
    outcome = started.end(1)
    assert outcome.status == "Failed" and "shut down" in (outcome.failure_reason or "")
    assert not list(make.folder.iterdir())
    assert not running("sleep", "401")
    with pytest.raises(RuntimeError):
        runner.start(shell("late", ""), on_transition=print, on_done=print)


@both
def test_nothing_survives_a_killed_runner(
    endpoint: Endpoint, make: Make, isolation: str, tmp_path: Path
) -> None:
    program = f"""
import sys
from pathlib import Path
from sagemaker_studio_local.clock import Clock
from sagemaker_studio_local.runner import TrainingJobRunner
runner = TrainingJobRunner(work_dir=Path({str(make.folder)!r}), endpoint_url={endpoint.url!r},
    region={REGION!r}, credentials={CREDENTIALS!r}, clock=Clock(1000), isolation={isolation!r})
job = runner.start({shell(f"orphan-{isolation}", "setsid sleep 402 & sleep 402")!r},
    on_transition=lambda state, _: print(state, flush=True), on_done=print)
job.join()
"""
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(SAMPLES.parents[1])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    while child.stdout.readline().strip() != "Training":
        assert child.poll() is None
    until(lambda: len(running("sleep", "402")) == 2)
    child.kill()
    child.wait()
    child.stdout.close()
    assert list(make.folder.iterdir())
    assert Recorder(make(isolation), shell("after", "true")).end().status == "Completed"
    until(lambda: not running("sleep", "402"))
    assert len(list(make.folder.iterdir())) == 1, "only the living runner's folder"


def spot(name: str, script: str, wait: int) -> dict[str, object]:
    stopping = {"MaxRuntimeInSeconds": wait, "MaxWaitTimeInSeconds": wait}
    return shell(name, script, EnableManagedSpotTraining=True, StoppingCondition=stopping)


def troubles(*kinds: Trouble) -> Callable[[str, bool], Trouble | None]:
    left = list(kinds)
    return lambda kind, spot: left.pop(0) if left else None


def test_interrupted_spot_job_starts_anew(endpoint: Endpoint, make: Make) -> None:
    trouble = troubles(Trouble("Interrupted", 0.5), Trouble("Interrupted"))
    runner = make("auto", trouble_of=trouble)
    job = Recorder(runner, spot("interrupted", "sleep 1.5", 300))
    outcome = job.end()
    assert outcome.status == "Completed" and outcome.training_seconds > 1
    once = ["Starting", "Downloading", "Training"]
    assert [state for state in job.states if state != "Uploading"] == [
        *once,
        "Interrupted",
        *once,
        "Interrupted",
        *once,
        "Completed",
    ]


def test_spot_job_that_waited_too_long(make: Make) -> None:
    runner = make("auto", trouble_of=lambda kind, spot: Trouble("Interrupted", 0.3))
    job = Recorder(runner, spot("waits", "sleep 100", 6))
    outcome = job.end(40)
    assert (outcome.status, outcome.secondary) == ("Stopped", "MaxWaitTimeExceeded")
    assert job.states.count("Interrupted") >= 1 and outcome.failure_reason is None


def test_spot_job_without_capacity_waits_and_can_be_stopped(make: Make) -> None:
    runner = make("auto", trouble_of=lambda kind, spot: Trouble("CapacityError"))
    job = Recorder(runner, spot("in-vain", "true", 1))
    assert job.end(20).secondary == "MaxWaitTimeExceeded"
    assert set(job.states) == {"Starting", "MaxWaitTimeExceeded"}
    assert any("Insufficient capacity" in message for _, message, _ in job.transitions)
    other = Recorder(runner, spot("given-up", "true", 300))
    other.wait_for("Starting")
    other.job.stop()
    assert other.end(5).secondary == "Stopped"


def test_job_without_capacity_fails_in_the_words_of_aws(make: Make) -> None:
    runner = make("auto", trouble_of=troubles(Trouble("CapacityError")))
    request = shell("no-room", "true", RetryStrategy={"MaximumRetryAttempts": 3})
    outcome = Recorder(runner, request).end(20)
    assert outcome.status == "Failed" and outcome.failure_reason == (
        "CapacityError: Unable to provision requested ML compute capacity. Please retry using a"
        " different ML instance type."
    )


@both
def test_utilisation_is_measured_and_put(endpoint: Endpoint, make: Make, isolation: str) -> None:
    runner = make(isolation)
    name = f"busy-{isolation}"
    busy = "end=$((SECONDS+3)); while [ $SECONDS -lt $end ]; do :; done"
    write = "head -c 100000000 /dev/zero > /opt/ml/model/big" if isolation == "bwrap" else "true"
    assert Recorder(runner, shell(name, f"{write}; ({busy})")).end().status == "Completed"
    now = datetime.now(timezone.utc)
    found = {}
    for metric in ("CPUUtilization", "MemoryUtilization", "DiskUtilization"):
        answer = endpoint.client("cloudwatch").get_metric_statistics(
            Namespace="/aws/sagemaker/TrainingJobs",
            MetricName=metric,
            Dimensions=[{"Name": "Host", "Value": f"{name}/algo-1"}],
            StartTime=now - timedelta(minutes=5),
            EndTime=now + timedelta(minutes=1),
            Period=60,
            Statistics=["Maximum"],
        )
        found[metric] = max(point["Maximum"] for point in answer["Datapoints"])
    # One busy loop; how much of a core it gets is the machine's affair.
    assert 1 < found["CPUUtilization"] < 400
    assert 0 < found["MemoryUtilization"] < 100
    if isolation == "bwrap":
        assert 0.25 < found["DiskUtilization"] < 1  # 95 MiB of 30 GiB


def test_image_without_the_program(make: Make) -> None:
    runner = make("auto", missing_programs=lambda uri: {"/bin/bash"})
    outcome = Recorder(runner, shell("bare", "true")).end()
    assert outcome.status == "Failed"
    assert "CannotStartContainerError" in (outcome.failure_reason or "")
