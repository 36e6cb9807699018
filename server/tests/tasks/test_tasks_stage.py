"""Staging: whole or not at all, whatever breaks on the way."""

from __future__ import annotations

import json
import os
import stat

import boto3
import pytest
from tasks_aws import (
    BUCKET,
    PREFIX,
    Desk,
    big,
    job_request,
    nothing_left,
    spec,
    way_to,
)

TAG = "jupyterlab-sagemaker-studio:task"


@pytest.fixture
def home(home):
    (home / "a.ipynb").write_text("{}")
    (home / "b.csv").write_bytes(b"x" * 3000)
    return home


async def test_files_and_folder_then_the_job(desk, aws, home, tmp_path, caplog):
    caplog.set_level("DEBUG", "jupyterlab_sagemaker_studio")
    folder = home / "project"
    (folder / "sub dir").mkdir(parents=True)
    (folder / "sub dir" / "é 中文 +%?.txt").write_text("kept byte for byte")
    (folder / "empty").touch()
    (folder / ".hidden").write_text("no")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("no")
    (folder / "skip").mkdir()
    (folder / "skip" / "this").write_text("no")
    (folder / "data").mkdir()
    (folder / "data" / "d").write_text("d")
    (folder / "linked").symlink_to(folder / "data")
    (folder / "data" / "circle").symlink_to(folder)
    body = spec(job=True, folder={"path": "RTC:project", "exclude": ["project/skip"]})
    body["files"] = [{"path": "RTC:a.ipynb"}, {"path": "b.csv", "name": "more/B.csv"}]
    events = []
    task = await desk.submit(body, "token-of-this-test")
    state = tmp_path / "state"
    kept = [path for path in state.iterdir() if not path.name.startswith(".")]
    assert {stat.S_IMODE(os.stat(path).st_mode) for path in kept} == {0o600}
    async for shown in desk.manager.watch(task["id"]):
        events.append(shown)
    end = events[-1]
    assert end["state"] == "succeeded", end
    expected = {"a.ipynb", "more/B.csv", "sub dir/é 中文 +%?.txt", "empty", "data/d", "linked/d"}
    assert aws.keys(BUCKET) == {PREFIX + name for name in expected}
    answer = aws.s3().get_object(Bucket=BUCKET, Key=f"{PREFIX}sub dir/é 中文 +%?.txt")
    assert answer["Body"].read().decode() == "kept byte for byte"
    assert end["progress"] == {
        "files": 6, "filesTotal": 6, "bytes": 3022, "bytesTotal": 3022,
    }  # fmt: skip
    assert end["result"]["response"]["TrainingJobArn"].endswith("/my-job")
    assert set(end["result"]["keys"]) == aws.keys(BUCKET)
    assert aws.jobs["my-job"]["Tags"] == [{"Key": TAG, "Value": "token-of-this-test"}]
    assert aws.jobs["my-job"]["Environment"] == {"PASSWORD": "top-secret-value"}
    kept = "".join(path.read_text() for path in state.iterdir())
    assert "top-secret-value" not in kept + caplog.text + json.dumps(events)
    assert (await desk.manager.list())[0] == end
    await desk.manager.delete(task["id"])
    assert list(state.iterdir()) == [] and await desk.manager.list() == []


async def test_a_job_whose_input_is_there_stages_nothing(desk, aws):
    end = await desk.run({**spec(), "files": []})
    assert end["state"] == "succeeded", end
    assert end["result"]["files"] == 0 and aws.keys(BUCKET) == set()
    assert "my-job" in aws.jobs


async def test_bucket_is_made_with_encryption_and_versioning(desk, aws):
    end = await desk.run(spec(job=False, bucket="new-bucket", createBucket=True))
    assert end["state"] == "succeeded", end
    s3 = aws.s3()
    rules = s3.get_bucket_encryption(Bucket="new-bucket")["ServerSideEncryptionConfiguration"]
    applied = rules["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert applied["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_versioning(Bucket="new-bucket")["Status"] == "Enabled"
    # A failure removes the versions too, so nothing goes on costing.
    aws.fail("CreateTrainingJob", "AccessDeniedException")
    end = await desk.run(spec(bucket="new-bucket", prefix="other/"))
    assert end["state"] == "failed"
    versions = s3.list_object_versions(Bucket="new-bucket", Prefix="other/")
    assert not versions.get("Versions") and not versions.get("DeleteMarkers")


@pytest.mark.parametrize(
    ("code", "status", "wanted", "words"),
    [
        ("BucketAlreadyExists", 409, "BucketAlreadyExists", "another AWS account"),
        ("AccessDenied", 403, "AccessDenied", "AccessDenied injected"),
    ],
)
async def test_bucket_cannot_be_made(desk, aws, code, status, wanted, words):
    aws.fail("CreateBucket", code, status=status)
    end = await desk.run(spec(bucket="new-bucket", createBucket=True))
    assert (end["state"], end["error"]["code"]) == ("failed", wanted)
    assert words in end["error"]["message"] and end["error"]["operation"] == "CreateBucket"
    assert end["error"]["requestId"]


async def test_bucket_somebody_else_made_meanwhile_is_ours(desk, aws):
    aws.fail("HeadBucket", "", cut="before", count=1)
    aws.fail("HeadBucket", "NoSuchBucket", status=404, count=1)
    aws.fail("CreateBucket", "BucketAlreadyOwnedByYou", status=409)
    end = await desk.run(spec(createBucket=True))
    assert end["state"] == "succeeded", end


async def test_missing_bucket_and_wrong_region(desk, aws):
    end = await desk.run(spec(bucket="nowhere"))
    assert end["error"]["code"] == "NoSuchBucket" and "“nowhere”" in end["error"]["message"]
    other = boto3.client(
        "s3", endpoint_url=aws.moto_url, region_name="eu-west-1",
        aws_access_key_id="testing", aws_secret_access_key="testing",
    )  # fmt: skip
    other.create_bucket(
        Bucket="far-away", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    end = await desk.run(spec(bucket="far-away"))
    assert end["error"]["code"] == "BucketRegionMismatch"
    assert "eu-west-1" in end["error"]["message"] and "us-west-2" in end["error"]["message"]
    assert aws.keys("far-away") == set()


STEPS = ["HeadBucket", "PutObject", "CreateTrainingJob"]
LARGE_STEPS = ["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"]


@pytest.mark.parametrize("operation", STEPS + LARGE_STEPS)
@pytest.mark.parametrize("trouble", ["throttled", "500", "cut before", "cut after"])
async def test_passing_trouble_is_overcome(desk, aws, home, operation, trouble):
    options = {
        "throttled": {"code": "SlowDown", "status": 503},
        "500": {"code": "InternalError", "status": 500},
        "cut before": {"cut": "before"},
        "cut after": {"cut": "after"},
    }[trouble]
    aws.fail(operation, count=1, **options)
    files = [big(home, size=18 * 2**20)] if operation in LARGE_STEPS else ["a.ipynb", "b.csv"]
    end = await desk.run(spec(*files))
    assert end["state"] == "succeeded", end
    assert aws.keys(BUCKET) == {PREFIX + name for name in files}
    assert end["progress"]["bytes"] == end["progress"]["bytesTotal"]
    assert aws.created == 1


@pytest.mark.parametrize("operation", ["PutObject", "CreateTrainingJob", *LARGE_STEPS])
@pytest.mark.parametrize("trouble", ["denied", "500", "cut"])
async def test_lasting_trouble_leaves_nothing(desk, aws, home, operation, trouble):
    options = {
        "denied": {"code": "AccessDenied", "status": 403},
        "500": {"code": "InternalError", "status": 500},
        "cut": {"cut": "before"},
    }[trouble]
    aws.fail(operation, after=0 if operation not in ("PutObject", "UploadPart") else 1, **options)
    files = [big(home, size=36 * 2**20)] if operation in LARGE_STEPS else ["a.ipynb", "b.csv"]
    end = await desk.run(spec(*files))
    assert end["state"] == "failed"
    assert end["error"]["operation"] == operation and end["error"]["message"]
    assert nothing_left(aws)


async def test_forbidden_head_lets_the_upload_decide(desk, aws):
    aws.fail("HeadBucket", "AccessDenied", status=403)
    assert (await desk.run(spec()))["state"] == "succeeded"


async def test_time_out(aws, home, tmp_path):
    desk = Desk(aws, home, tmp_path / "state", way_to(aws, timeout=0.3))
    aws.fail("PutObject", delay=0.8)
    end = await desk.run(spec("a.ipynb"))
    assert (end["state"], end["error"]["code"]) == ("failed", "UpstreamTimeout")
    await desk.upstream.close()


async def test_expired_credentials_are_read_anew_once(desk, aws):
    aws.fail("PutObject", "ExpiredToken", count=1)
    assert (await desk.run(spec()))["state"] == "succeeded"
    aws.jobs.clear()
    aws.created = 0
    aws.fail("PutObject", "ExpiredToken", after=1)
    end = await desk.run(spec(prefix="again/"))
    assert (end["state"], end["error"]["code"]) == ("failed", "ExpiredToken")
    assert not [key for key in aws.keys(BUCKET) if key.startswith("again/")]
    assert aws.created == 0


async def test_head_without_words_is_looked_into(desk, aws):
    aws.fail("HeadBucket", "ExpiredToken")  # botocore sees a bare 400
    assert (await desk.run(spec()))["state"] == "succeeded"
    aws.fail("GetBucketLocation", "ExpiredToken")
    end = await desk.run(spec(prefix="again/"))
    assert (end["state"], end["error"]["code"]) == ("failed", "ExpiredToken")


async def test_what_cannot_be_removed_is_named(desk, aws):
    aws.fail("CreateTrainingJob", "ResourceLimitExceeded")
    aws.fail("DeleteObjects", "AccessDenied", status=403)
    end = await desk.run(spec())
    assert end["error"]["code"] == "ResourceLimitExceeded"
    assert f"s3://{BUCKET}/{PREFIX}" in end["error"]["message"]
    assert "AccessDenied" in end["error"]["message"]


async def test_bad_request_stages_nothing(desk, aws):
    body = spec()
    del body["then"]["input"]["RoleArn"]
    body["then"]["input"]["Environment"] = {"PIN": 1234567}
    body["then"]["input"]["NewerThanThisBotocore"] = {"x": 1}
    end = await desk.run(body)
    assert end["state"] == "failed" and end["error"]["code"] == "ValidationException"
    assert "RoleArn is missing" in end["error"]["message"]
    assert "Environment[PIN] must be a text" in end["error"]["message"]
    assert "1234567" not in json.dumps(end) and "NewerThan" not in json.dumps(end)
    assert aws.calls == []


async def test_newer_members_pass(desk, aws):
    body = spec()
    body["then"]["input"]["NewerThanThisBotocore"] = {"x": 1}
    assert (await desk.run(body))["state"] == "succeeded"
    assert aws.jobs["my-job"]["NewerThanThisBotocore"] == {"x": 1}


@pytest.mark.parametrize("trouble", ["500", "cut", "slow"])
async def test_job_is_made_once_though_the_answer_was_lost(aws, home, tmp_path, trouble):
    desk = Desk(aws, home, tmp_path / "state", way_to(aws, timeout=0.6))
    options = {
        "500": {"code": "InternalError", "status": 500, "done": True},
        "cut": {"cut": "after"},
        "slow": {"delay": 1.2},
    }[trouble]
    aws.fail("CreateTrainingJob", count=1, **options)
    end = await desk.run(spec())
    assert end["state"] == "succeeded", end
    assert end["result"]["response"]["TrainingJobArn"].endswith("/my-job")
    assert aws.created == 1 and len(aws.keys(BUCKET)) == 2
    await desk.upstream.close()


async def test_name_of_somebody_else(desk, aws):
    aws.jobs["my-job"] = job_request(Tags=[{"Key": TAG, "Value": "other"}])
    end = await desk.run(spec())
    assert (end["state"], end["error"]["code"]) == ("failed", "ResourceInUse")
    assert "“my-job”" in end["error"]["message"] and nothing_left(aws)


async def test_nobody_can_tell(desk, aws, monkeypatch):
    monkeypatch.setattr("jupyterlab_sagemaker_studio.tasks.follow_up._ATTEMPTS", 2)
    aws.fail("CreateTrainingJob", cut="after")
    aws.fail("DescribeTrainingJob", "InternalError", status=500)
    end = await desk.run(spec())
    assert (end["state"], end["error"]["code"]) == ("failed", "OutcomeUnknown")
    assert len(aws.keys(BUCKET)) == 2  # a job that may exist needs them
