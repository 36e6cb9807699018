"""Notebooks really run through AWS's driver, with bubblewrap and by path mapping."""

from __future__ import annotations

from runner_harness import (
    BUCKET,
    REGION,
    SAMPLES,
    Endpoint,
    Make,
    Recorder,
    archive,
    both,
    lines,
    needs_bwrap,
    notebook,
    printed,
    shell,
    until_logged,
)


@both
def test_parameters_change_the_result_in_the_output_notebook(
    endpoint: Endpoint, make: Make, isolation: str
) -> None:
    name = f"train-{isolation}"
    request = notebook(
        endpoint,
        name,
        SAMPLES / "train-a-small-model.ipynb",
        HyperParameters={"epochs": "40", "learning_rate": "0.1", "features": "vibration"},
        Environment={"SM_OUTPUT_FORMATS": "html"},
    )
    endpoint.client("s3").upload_file(
        str(SAMPLES / "machine-readings.csv"), BUCKET, f"{name}/input/machine-readings.csv"
    )
    job = Recorder(make(isolation), request)
    outcome = job.end()
    assert outcome.status == outcome.secondary == "Completed", outcome
    assert outcome.exit_code == 0 and outcome.failure_reason is None
    assert job.states == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    files = archive(endpoint, name)
    assert set(files) >= {f"{name}.ipynb", f"{name}.html", "work.ipynb"}
    # The driver copies its log while `tee` may still write, so its last lines may be missing.
    assert b"Executing:" in files["sagemaker_job_execution.log"]
    text = printed(files[f"{name}.ipynb"])
    assert "400 readings from machine-readings.csv" in text
    assert "learning_rate=0.1 epochs=40 seed=0 features=vibration" in text
    assert "epoch 40/40" in text and "accuracy: " in text
    told = lines(endpoint, name)
    assert any(line.startswith("Executing: 100%|") for line in told), told
    assert "Notebook execution is complete" in told
    assert not any("studio-jobs-" in line for line in told), "paths of the machine are shown"


@both
def test_failing_notebook_tells_why_and_leaves_the_partial_output(
    endpoint: Endpoint, make: Make, isolation: str
) -> None:
    name = f"fails-{isolation}"
    request = notebook(
        endpoint,
        name,
        SAMPLES / "fails-on-purpose.ipynb",
        RetryStrategy={"MaximumRetryAttempts": 2},
    )
    job = Recorder(make(isolation), request)
    outcome = job.end()
    assert outcome.status == "Failed" and outcome.exit_code == 1
    reason = outcome.failure_reason or ""
    assert reason.startswith("AlgorithmError: [SM-111] Error with executing notebook"), reason
    assert reason.endswith(", exit code: 1") and len(reason) <= 1024
    assert job.states.count("Training") == 1, "a failing notebook must not be retried"
    text = printed(archive(endpoint, name)[f"{name}.ipynb"])
    assert "bolts: 60 left" in text and "never reached" not in text


@both
def test_boto3_in_a_job_talks_to_the_local_studio(
    endpoint: Endpoint, make: Make, isolation: str
) -> None:
    name = f"boto-{isolation}"
    script = f"""python - <<'END'
import boto3, os
body = [os.environ["TRAINING_JOB_ARN"], os.environ["MINE"], os.path.expanduser("~")]
open(body[2] + "/writable", "w").close()
boto3.client("s3").put_object(Bucket="{BUCKET}", Key="{name}.txt", Body="|".join(body).encode())
END"""
    request = shell(name, script, Environment={"MINE": "a b"})
    assert Recorder(make(isolation), request).end().status == "Completed"
    body = endpoint.client("s3").get_object(Bucket=BUCKET, Key=f"{name}.txt")["Body"].read()
    arn, mine, home = body.decode().split("|")
    assert arn == f"arn:aws:sagemaker:{REGION}:123456789012:training-job/{name}"
    assert mine == "a b"
    assert home == "/home/sagemaker-user" or home.startswith(str(make.folder))


@needs_bwrap
def test_network_isolation_cuts_the_network_and_the_notebook_still_runs(
    endpoint: Endpoint, make: Make
) -> None:
    port = endpoint.url.rsplit(":", 1)[1]
    cell = (
        "import os, socket\n"
        "try:\n"
        f"    socket.create_connection(('127.0.0.1', {port}), 2)\n"
        "    print('connected')\n"
        "except OSError as error:\n"
        "    print('no network:', error)\n"
        "print('credentials', 'AWS_SECRET_ACCESS_KEY' in os.environ)"
    )
    request = notebook(endpoint, "isolated", ["p = 1", cell], EnableNetworkIsolation=True)
    assert Recorder(make("bwrap"), request).end().status == "Completed"
    text = printed(archive(endpoint, "isolated")["isolated.ipynb"])
    assert "no network:" in text and "connected" not in text
    assert "credentials False" in text


def test_network_isolation_is_refused_where_it_cannot_be_given(make: Make) -> None:
    job = Recorder(make("paths"), shell("isolated-paths", "true", EnableNetworkIsolation=True))
    outcome = job.end()
    assert outcome.status == "Failed" and outcome.exit_code is None
    assert "Network isolation needs bubblewrap" in (outcome.failure_reason or "")
    assert job.states == ["Failed"], "it must not wait for an instance first"


def test_driver_is_stopped_with_its_partial_notebook(endpoint: Endpoint, make: Make) -> None:
    runner = make("auto", stop_grace=4.0)
    # The bar is drawn at most ten times a second, so a quick cell would not show.
    cells = ["p = 1", "import time; time.sleep(0.3); print('first cell')", "time.sleep(300)"]
    limits = {"stopped": 600, "overtime": 10}
    jobs = {
        name: Recorder(
            runner,
            notebook(endpoint, name, cells, StoppingCondition={"MaxRuntimeInSeconds": limit}),
        )
        for name, limit in limits.items()
    }
    for name in jobs:
        until_logged(endpoint, name, "Executing:  67%")
    jobs["stopped"].job.stop()
    for name, job in jobs.items():
        outcome = job.end()
        assert outcome.status == "Stopped" and outcome.failure_reason is None
        assert outcome.secondary == ("Stopped" if name == "stopped" else "MaxRuntimeExceeded")
        assert job.states[-2:] == ["Stopping", outcome.secondary]
        assert "first cell" in printed(archive(endpoint, name)[f"{name}.ipynb"])
        # The driver's hook sleeps half a minute; the grace time of this test ends it before.
        assert "Invoke terminate_hook" in lines(endpoint, name)
