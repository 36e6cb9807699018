"""What we send, read by AWS's own scheduler and the SageMaker SDK; what they make, for us to read.

`server/tests/wire` holds both. Ours is written, and compared with what the browser side composes,
by `src/aws/__tests__/interop.spec.ts`; theirs is written and compared here and read there. After
a wanted change::

    UPDATE_WIRE=1 PEERS_PYTHON=… python -m pytest server/tests/local/test_interop.py
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from apps_and_schedules import eventually
from aws_peers import PYTHON, SCHEDULER, SDK, Peer
from botocore import xform_name
from local_jobs import BUCKET
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

WIRE = Path(__file__).parents[1] / "wire"
pytestmark = [
    pytest.mark.skipif(not PYTHON, reason="PEERS_PYTHON is not set"),
    pytest.mark.timeout(180),
]

OURS = "Ours-report-0a1b2c3d-2026-11-22-10-00-00"
PARAMETERS = {"rows": "10", "text": ' "quoted" = x'}
SUBNETS = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
#: Of the runtime parameters of AWS's scheduler, those of every job in `wire/our-*.json`.
RUNTIME = {
    "COLOUR": "a=b",
    "sm_image": seed.IMAGE_URI,
    "sm_kernel": "python3",
    "sm_init_script": "init.sh",
    "sm_lcc_init_script_arn": (
        f"arn:aws:sagemaker:{seed.REGION}:{seed.ACCOUNT}:studio-lifecycle-config/show-environment"
    ),
    "s3_output": "s3://results/ours",
    "role_arn": seed.ROLE_ARN,
    "vpc_security_group_ids": "sg-0a1b2c3d4e5f60718",
    "vpc_subnets": ",".join(SUBNETS),
    "max_run_time_in_seconds": 3600,
    "enable_network_isolation": True,
}


@pytest.fixture(scope="module")
def studio(running_studio: LocalStudio) -> LocalStudio:
    """The account, with the buckets of the requests."""
    for bucket in (BUCKET, "results"):
        place = {"LocationConstraint": seed.REGION}
        running_studio.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    return running_studio


@pytest.fixture(scope="module")
def peers(studio: LocalStudio) -> Iterator[dict[Path, Peer]]:
    """Both packages; they take their time to load, side by side."""
    made = {
        script: Peer(script, studio.studio.state, studio.endpoint_url)
        for script in (SCHEDULER, SDK)
    }
    cells = [nbformat.v4.new_code_cell("print(6 * 7)")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), made[SDK].home / "report.ipynb")
    yield made
    for one in made.values():
        one.close()


@pytest.fixture
def scheduler(peers: dict[Path, Peer]) -> Peer:
    return peers[SCHEDULER]


@pytest.fixture
def sdk(peers: dict[Path, Peer]) -> Peer:
    return peers[SDK]


def send(studio: LocalStudio, name: str) -> list[dict[str, Any]]:
    """Send what the browser side composed, as far as boto3 takes it; answers the inputs."""
    calls = json.loads((WIRE / name).read_text())
    for call in calls:
        client = studio.client(call["service"])
        getattr(client, xform_name(call["operation"]))(**call["input"])
    return [call["input"] for call in calls]


def stage(studio: LocalStudio, *names: str) -> None:
    """What a job or definition reads, staged before it is made."""
    for name in names:
        key = f"{name}/input/my report.ipynb"
        studio.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"{}")


def expect_file(name: str, made: dict[str, Any], identity: str) -> None:
    """What a package made is what the browser side's spec reads, but for ids and times."""
    for answer in made.values():
        answer.pop("ResponseMetadata")
    text = json.dumps(made, default=at_one_time, indent=2, sort_keys=True)
    text = re.sub(identity, "theirreport-report-id", text, flags=re.IGNORECASE)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z?", "<time>", text)
    text = re.sub(r"\binput-\d{4}(-\d\d){5}-\d{3}", "input-<time>", text)
    if os.environ.get("UPDATE_WIRE"):
        (WIRE / name).write_text(f"{text}\n")
    assert json.loads(text) == json.loads((WIRE / name).read_text())


def at_one_time(value: Any) -> float:
    assert isinstance(value, datetime)
    return 1.7e9


def test_aws_scheduler_reads_our_job(studio: LocalStudio, scheduler: Peer) -> None:
    stage(studio, OURS)
    (request,) = send(studio, "our-job.json")
    name = request["TrainingJobName"]
    read = scheduler("get", name)
    assert read["job_id"] == name
    assert read["name"] == "Our report_ 2nd"
    assert read["input_filename"] == "my report.ipynb"
    assert read["compute_type"] == "ml.m5.large"
    assert read["parameters"] == PARAMETERS
    assert read["package_input_folder"] is True
    assert read["status"] == "IN_PROGRESS"
    runtime = {**RUNTIME, "max_retry_attempts": 2, "s3_input": f"s3://{BUCKET}"}
    assert runtime.items() <= read["runtime_environment_parameters"].items()
    assert name in [row["job_id"] for row in scheduler("list")["jobs"]]


def test_the_sdk_reads_our_job(studio: LocalStudio, sdk: Peer) -> None:
    stage(studio, OURS)
    request = json.loads((WIRE / "our-job.json").read_text())[0]["input"]
    request["TrainingJobName"] = "ours-for-the-sdk"
    studio.client("sagemaker").create_training_job(**request)
    studio.client("sagemaker").stop_training_job(TrainingJobName="ours-for-the-sdk")
    read = sdk("job", "ours-for-the-sdk")
    tags, environment = read.pop("tags"), read.pop("environment")
    assert read == {
        "image": seed.IMAGE_URI,
        "role": seed.ROLE_ARN,
        "instance": "ml.m5.large",
        "volume": 50,
        "seconds": 3600,
        "wait": 7200,
        "spot": True,
        "retries": 2,
        "parameters": PARAMETERS,
        "input": f"s3://{BUCKET}/{OURS}/input",
        "output": "s3://results/ours",
        "subnets": SUBNETS,
        "groups": ["sg-0a1b2c3d4e5f60718"],
        "isolated": True,
        "entrypoint": ["amazon_sagemaker_scheduler"],
    }
    assert environment == request["Environment"]
    assert tags.items() >= {"sagemaker:name": "Our report_ 2nd", "project": "x"}.items()


def test_our_scheduled_definition(studio: LocalStudio, scheduler: Peer, sdk: Peer) -> None:
    pipeline, schedule = send(studio, "our-scheduled-definition.json")
    identity = pipeline["PipelineName"]
    listed = scheduler("definitions")["job_definitions"]
    assert [row["job_definition_id"] for row in listed] == [identity]
    read = scheduler("definition", identity)
    assert {**read, "tags": sorted(read["tags"])} == {
        **listed[0],
        "tags": sorted(listed[0]["tags"]),
    }
    assert read["name"] == "Our report_ 2nd"
    assert read["input_filename"] == "my report.ipynb"
    assert read["output_formats"] == ["ipynb", "html"]
    assert read["parameters"] == PARAMETERS
    assert RUNTIME.items() <= read["runtime_environment_parameters"].items()
    # It knows rules only; what EventBridge Scheduler starts is one without a schedule to it.
    assert (read["schedule"], read["active"]) == (None, False)

    kept = studio.client("scheduler").get_schedule(Name=identity)
    assert kept["ScheduleExpressionTimezone"] == "Europe/Lisbon"
    told = sdk("trigger", identity)
    assert told == {
        "Schedule_Arn": kept["Arn"],
        "Schedule_Expression": "cron(30 9 ? * MON-FRI *)",
        "Schedule_State": "ENABLED",
        "Schedule_Start_Date": "2099-01-01T00:00:00Z",
        "Schedule_Role": seed.ROLE_ARN,
    }
    (step,) = sdk("definition", identity)["steps"]
    assert step["Arguments"]["HyperParameters"] == PARAMETERS


def test_jobs_of_our_definition(
    studio: LocalStudio, scheduler: Peer, sdk: Peer, fake_runner: FakeRunner
) -> None:
    calls = json.loads((WIRE / "our-scheduled-definition.json").read_text())
    pipeline = calls[0]["input"]
    identity = OURS.replace("10-00-00", "11-00-00")
    stage(studio, identity)
    document = pipeline["PipelineDefinition"].replace(OURS, identity)
    studio.client("sagemaker").create_pipeline(
        **{**pipeline, "PipelineName": identity, "PipelineDefinition": document}
    )
    # Started by AWS's scheduler, with parameters of its own …
    name = scheduler("run", identity)["job_id"]
    job = scheduler("get", name)
    assert job["parameters"] == {"epochs": "7"}
    assert job["job_definition_id"] == identity
    assert RUNTIME.items() <= job["runtime_environment_parameters"].items()
    request = studio.client("sagemaker").describe_training_job(TrainingJobName=name)
    assert request["StoppingCondition"]["MaxWaitTimeInSeconds"] == 7200
    # … and by the SDK, as the schedule would.
    arn = sdk("run", identity)["arn"]
    client = studio.client("sagemaker")

    def steps() -> list[dict[str, Any]]:
        rows = client.list_pipeline_execution_steps(PipelineExecutionArn=arn)
        return [row for row in rows["PipelineExecutionSteps"] if "Metadata" in row]

    (row,) = eventually(steps)
    arn = row["Metadata"]["TrainingJob"]["Arn"]
    own = next(name for name in fake_runner.jobs if arn.endswith(name.lower()))
    job = scheduler("get", own)
    assert (job["name"], job["parameters"]) == ("Our report_ 2nd", PARAMETERS)
    assert job["job_definition_id"] == identity
    output = fake_runner.jobs[own].request["Environment"]["SM_OUTPUT_NOTEBOOK_NAME"]
    assert re.fullmatch(r"Ourreport2-myreport-\d{4}-\d\d-\d\dT[\d:.]+Z?-\.ipynb", output)


def test_our_definition_with_a_rule(studio: LocalStudio, scheduler: Peer) -> None:
    identity = send(studio, "our-ruled-definition.json")[0]["PipelineName"]
    read = scheduler("definition", identity)
    # It knows cron only: every six hours as the browser side wrote it at 10:00.
    assert (read["schedule"], read["active"]) == ("0 4,10,16,22 * * ?", True)
    assert identity in [
        row["job_definition_id"] for row in scheduler("definitions")["job_definitions"]
    ]
    assert read["timezone"] == "UTC"
    scheduler("activate", identity, "false")
    assert scheduler("definition", identity)["active"] is False
    scheduler("activate", identity, "true")
    assert scheduler("definition", identity)["active"] is True
    scheduler("delete", identity)
    assert studio.client("events").list_rules(NamePrefix=identity)["Rules"] == []
    left = scheduler("definitions")["job_definitions"]
    assert identity not in [row["job_definition_id"] for row in left]


def test_what_aws_scheduler_makes(studio: LocalStudio, scheduler: Peer) -> None:
    sagemaker, events = studio.client("sagemaker"), studio.client("events")
    name = scheduler("create", "report.ipynb", "their report")["job_id"]
    job = sagemaker.describe_training_job(TrainingJobName=name)
    tags = sagemaker.list_tags(ResourceArn=job["TrainingJobArn"])
    expect_file("aws-job.json", {"DescribeTrainingJob": job, "ListTags": tags}, name)

    made = scheduler("define", "report.ipynb", "their report", "30 2 * * *")
    identity = made["job_definition_id"]
    pipeline = sagemaker.describe_pipeline(PipelineName=identity)
    answers = {
        "DescribePipeline": pipeline,
        "ListTags": sagemaker.list_tags(ResourceArn=pipeline["PipelineArn"]),
        "DescribeRule": events.describe_rule(Name=identity),
        "ListTargetsByRule": events.list_targets_by_rule(Rule=identity),
    }
    expect_file("aws-definition.json", answers, identity)


def test_what_the_sdk_makes(studio: LocalStudio, sdk: Peer) -> None:
    sdk("step", "sdk-report", str(sdk.home / "report.ipynb"))
    client = studio.client("sagemaker")
    pipeline = client.describe_pipeline(PipelineName="sdk-report")
    tags = client.list_tags(ResourceArn=pipeline["PipelineArn"])
    answers = {"DescribePipeline": pipeline, "ListTags": tags}
    expect_file("sdk-definition.json", answers, "theirreport-report-id")
