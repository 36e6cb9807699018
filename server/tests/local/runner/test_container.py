"""What a job finds around it, and what goes in and out of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from runner_harness import (
    BUCKET,
    REGION,
    Endpoint,
    Make,
    Recorder,
    archive,
    both,
    lines,
    needs_bwrap,
    shell,
)
from sagemaker_studio_local.clock import Clock
from sagemaker_studio_local.runner import TrainingJobRunner
from sagemaker_studio_local.runner.container import JobFolder
from sagemaker_studio_local.runner.image import Image
from sagemaker_studio_local.runner.isolation import choose


@both
def test_opt_ml_is_laid_out_as_sagemaker_does(
    endpoint: Endpoint, make: Make, isolation: str
) -> None:
    name = f"layout-{isolation}"
    s3 = endpoint.client("s3")
    for key in ("a.txt", "deep/b c é.txt", "deep/empty"):
        s3.put_object(Bucket=BUCKET, Key=f"{name}/data/{key}", Body=b"" if "empty" in key else b"x")
    s3.put_object(Bucket=BUCKET, Key=f"{name}/data-other/c.txt", Body=b"x")
    script = (
        "cd $ROOT/input/data/train && find . -type f | LC_ALL=C sort > $ROOT/output/data/found; "
        "cp $ROOT/input/config/*.json $ROOT/output/data; echo weights > $ROOT/model/w; "
        "ln -s /etc/shadow $ROOT/output/data/link; echo out; echo err >&2"
    )
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": f"s3://{BUCKET}/{name}/data",
        "S3DataDistributionType": "FullyReplicated",
    }
    request = shell(
        name,
        script,
        Environment={"ROOT": "/opt/ml"},
        HyperParameters={"a": "1"},
        InputDataConfig=[
            {"ChannelName": "train", "DataSource": {"S3DataSource": source}},
        ],
    )
    outcome = Recorder(make(isolation), request).end()
    assert outcome.status == "Completed", outcome
    files = archive(endpoint, name)
    # S3 prefixes are no folders: a neighbour whose name begins alike is there too.
    found = files["found"].decode().split()
    assert found == ["./a.txt", "./data-other/c.txt", "./deep/b", "c", "é.txt", "./deep/empty"]
    assert json.loads(files["hyperparameters.json"]) == {"a": "1"}
    assert json.loads(files["inputdataconfig.json"])["train"]["TrainingInputMode"] == "File"
    assert json.loads(files["resourceconfig.json"])["current_host"] == "algo-1"
    assert files["link"] == b"/etc/shadow", "a link must not be followed by the agent"
    assert archive(endpoint, name, "model") == {"w": b"weights\n"}
    assert {"out", "err"} <= set(lines(endpoint, name))
    assert any("studio-local-internal" in agent for agent in endpoint.agents)


@needs_bwrap
def test_sandbox_hides_and_protects_the_machine(
    endpoint: Endpoint, make: Make, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    script = (
        f"cat {secret} && echo READ; touch /usr/x /etc/x && echo WROTE; "
        "touch /tmp/x ~/x /opt/ml/x && echo OWN; hostname; ls /proc | grep -c '^[0-9]*$'; "
        f"touch {sys.prefix}/x && echo PREFIX; python -c 'import numpy; print(numpy.sum([1,2]))'; "
        "env | cut -d= -f1 | sort | tr '\\n' ' '"
    )
    assert Recorder(make("bwrap"), shell("hidden", script)).end().status == "Completed"
    told = lines(endpoint, "hidden")
    assert "OWN" in told and "algo-1" in told and "3" in told
    assert not {"READ", "WROTE", "PREFIX"} & set(told)
    assert not Path(sys.prefix, "x").exists()
    assert int(next(line for line in told if line.isdigit() and line != "3")) < 10
    allowed = {"HOME", "PATH", "PWD", "OLDPWD", "SHLVL", "_", "LANG", "PYTHONUNBUFFERED"}
    names = {name for name in told[-1].split() if not name.startswith(("AWS_", "TRAINING_JOB_"))}
    assert names <= allowed, "the machine's environment leaks"


def test_unknown_entry_point_and_bad_channels_fail_with_a_reason(make: Make) -> None:
    runner = make("auto")
    unknown = shell("unknown", "")
    unknown["AlgorithmSpecification"]["ContainerEntrypoint"] = ["no-such-program"]
    no_entry = shell("no-entry", "")
    del no_entry["AlgorithmSpecification"]["ContainerEntrypoint"]
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/nowhere/"}
    channel = {"ChannelName": "c", "DataSource": {"S3DataSource": source}}
    empty = shell("empty", "", InputDataConfig=[channel])
    gone = {"S3DataType": "S3Prefix", "S3Uri": "s3://no-such-bucket/x"}
    bucket = shell(
        "bucket",
        "",
        InputDataConfig=[{"ChannelName": "c", "DataSource": {"S3DataSource": gone}}],
        RetryStrategy={"MaximumRetryAttempts": 3},
    )
    lost = shell("lost", "echo x > $R/output/data/x", Environment={"R": "/opt/ml"})
    lost["OutputDataConfig"] = {"S3OutputPath": "s3://no-such-bucket/"}
    for request, words in (
        (unknown, "ClientError: CannotStartContainerError"),
        (no_entry, "'train' was not found"),
        (empty, "ClientError: Data download failed: no object was found under"),
        (bucket, "ClientError: Data download failed: An error occurred (NoSuchBucket)"),
        (lost, "ClientError: Artifact upload failed: An error occurred (NoSuchBucket)"),
    ):
        job = Recorder(runner, request)
        outcome = job.end()
        assert outcome.status == "Failed" and words in (outcome.failure_reason or ""), outcome
        assert job.states.count("Starting") == 1, "the request's own fault is not retried"


def test_failure_file_is_the_reason_and_is_cut(make: Make) -> None:
    runner = make("auto")
    script = "printf 'x%.0s' $(seq 3000) > $R/output/failure; exit 3"
    outcome = Recorder(runner, shell("cut", script, Environment={"R": "/opt/ml"})).end()
    reason = outcome.failure_reason or ""
    assert len(reason) == 1024 and outcome.exit_code == 3
    assert reason.startswith("AlgorithmError: xxx") and reason.endswith("x, exit code: 3")
    outcome = Recorder(runner, shell("killed", "kill -9 $$")).end()
    assert outcome.exit_code == 137
    link = "ln -s /etc/passwd $R/output/failure; exit 1"
    outcome = Recorder(runner, shell("link", link, Environment={"R": "/opt/ml"})).end()
    assert "root" not in (outcome.failure_reason or "")


def test_driver_copy_of_path_mapping_names_no_real_folder(tmp_path: Path) -> None:
    from sagemaker_studio_local.runner.paths import PathMapping

    image = Image(Path(sys.prefix))
    folder = JobFolder(tmp_path / "job")
    folder.root.mkdir()
    assert image.driver_script is not None
    text = PathMapping(image)._driver(image.driver_script, folder).read_text()
    text = text.replace(str(folder.root), "JOB")
    for name in ('"/opt/ml', '"/tmp"', " /home/", '"/home/', "/etc/sparkmagic"):
        assert name not in text
    assert subprocess.run(["bash", "-n", folder.root / image.driver_script.name]).returncode == 0


def test_bad_options_are_refused(make: Make) -> None:
    with pytest.raises(ValueError, match="AWS_SECRET_ACCESS_KEY"):
        TrainingJobRunner(
            work_dir=make.folder,
            endpoint_url="http://127.0.0.1:1",
            region=REGION,
            credentials={"AWS_ACCESS_KEY_ID": "x"},
            clock=Clock(1),
        )
    with pytest.raises(ValueError, match="isolation"):
        choose(Image(Path(sys.prefix)), "docker")
