"""What is kept in the state folder: jobs, tags, buckets, objects, log lines."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from local_jobs import BUCKET, create, stage
from sagemaker_studio_local import messages, seed
from sagemaker_studio_local.studio import StateInUse
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

GROUP = "/aws/sagemaker/TrainingJobs"


def start(state: Path, runner: FakeRunner | None = None) -> LocalStudio:
    """For a ``with``, which starts and stops it."""
    return LocalStudio(state, runner=runner or FakeRunner())


def test_jobs_and_tags_survive_a_restart(tmp_path: Path) -> None:
    runner = FakeRunner()
    with start(tmp_path, runner) as studio:
        done = create(studio, "finished-job")
        runner.jobs[done].finish()
        before = studio.client("sagemaker").describe_training_job(TrainingJobName=done)
        studio.client("sagemaker").add_tags(
            ResourceArn=before["TrainingJobArn"], Tags=[{"Key": "kept", "Value": "yes"}]
        )
    with start(tmp_path) as studio:
        after = studio.client("sagemaker").describe_training_job(TrainingJobName=done)
        for answer in (before, after):
            answer.pop("ResponseMetadata")
        assert after == before
        found = studio.client("sagemaker").search(
            Resource="TrainingJob",
            SearchExpression={"Filters": [{"Name": "Tags.kept", "Value": "yes"}]},
        )
        assert found["Results"][0]["TrainingJob"]["TrainingJobName"] == done
        # The account is the one it was, not seeded again.
        assert len(studio.client("sagemaker").list_spaces()["Spaces"]) == 3


def test_jobs_that_were_running_end_with_the_studio(tmp_path: Path) -> None:
    runner = FakeRunner()
    with start(tmp_path, runner) as studio:
        running = create(studio, "running-job")
        stopping = create(studio, "stopping-job")
        runner.jobs[stopping].stopped.set()
        studio.client("sagemaker").stop_training_job(TrainingJobName=stopping)
    assert runner.jobs[running].stopped.is_set()
    with start(tmp_path) as studio:
        sagemaker = studio.client("sagemaker")
        job = sagemaker.describe_training_job(TrainingJobName=running)
        assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Failed"
        assert "The local Studio was stopped while this job was running" in job["FailureReason"]
        assert job["TrainingEndTime"] >= job["TrainingStartTime"]
        job = sagemaker.describe_training_job(TrainingJobName=stopping)
        assert job["TrainingJobStatus"] == "Stopped"


def test_a_killed_studio_is_recovered_too(tmp_path: Path) -> None:
    studio = start(tmp_path).start()
    name = create(studio, "orphan")
    plane = studio.studio.plane
    plane.jobs.close = lambda: None  # type: ignore[method-assign] # As if killed.
    studio.stop()
    with start(tmp_path) as studio:
        job = studio.client("sagemaker").describe_training_job(TrainingJobName=name)
        assert job["TrainingJobStatus"] == "Failed"


def versions_of(s3: Any, key: str) -> list[tuple[str, bytes | None]]:
    answer = s3.list_object_versions(Bucket=BUCKET, Prefix=key)
    found = [
        (v["VersionId"], s3.get_object(Bucket=BUCKET, Key=key, VersionId=v["VersionId"])["Body"])
        for v in answer.get("Versions", [])
    ]
    marked = [(m["VersionId"], None) for m in answer.get("DeleteMarkers", [])]
    return [(version, body.read()) for version, body in found] + marked


def test_objects_survive_a_restart(tmp_path: Path) -> None:
    with start(tmp_path) as studio:
        stage(studio, "é 中文", b"notebook")
        s3 = studio.client("s3")
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
        s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
        s3.put_object(
            Bucket=BUCKET,
            Key="v",
            Body=b"one",
            Metadata={"who": "me"},
            ContentType="text/plain",
            Tagging="a=b",
        )
        s3.put_object(Bucket=BUCKET, Key="v", Body=b"two")
        s3.delete_object(Bucket=BUCKET, Key="v")
        before = versions_of(s3, "v")
        s3.put_object(Bucket=BUCKET, Key="gone", Body=b"x")
        gone = s3.head_object(Bucket=BUCKET, Key="gone")["VersionId"]
        s3.delete_object(Bucket=BUCKET, Key="gone", VersionId=gone)
        s3.create_bucket(
            Bucket="short-lived", CreateBucketConfiguration={"LocationConstraint": seed.REGION}
        )
        s3.delete_bucket(Bucket="short-lived")
        created = {b["Name"]: b["CreationDate"] for b in s3.list_buckets()["Buckets"]}
    assert [body for _, body in before] == [b"two", b"one", None]
    with start(tmp_path) as studio:
        s3 = studio.client("s3")
        assert versions_of(s3, "v") == before
        oldest = s3.get_object(Bucket=BUCKET, Key="v", VersionId=before[1][0])
        assert oldest["Metadata"] == {"who": "me"}
        assert oldest["ContentType"] == "text/plain"
        assert oldest["TagCount"] == 1
        assert oldest["ServerSideEncryption"] == "aws:kms"
        keys = [o["Key"] for o in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
        assert keys == ["é 中文/input/nb.ipynb"]
        assert {b["Name"]: b["CreationDate"] for b in s3.list_buckets()["Buckets"]} == created
        assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
        assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] == seed.REGION
        rules = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]
        assert rules["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {
            "SSEAlgorithm": "aws:kms"
        }


def files_in(state: Path) -> int:
    return len(list((state / "s3" / "objects").glob("*/*")))


def test_deleted_and_replaced_objects_leave_no_file(tmp_path: Path) -> None:
    with start(tmp_path) as studio:
        stage(studio, "a")
        s3 = studio.client("s3")
        for number in range(3):
            s3.put_object(Bucket=BUCKET, Key="same", Body=str(number).encode())
        assert files_in(tmp_path) == 2
        s3.delete_objects(
            Bucket=BUCKET, Delete={"Objects": [{"Key": "same"}, {"Key": "a/input/nb.ipynb"}]}
        )
        assert files_in(tmp_path) == 0
        upload = s3.create_multipart_upload(Bucket=BUCKET, Key="never")["UploadId"]
        s3.upload_part(Bucket=BUCKET, Key="never", UploadId=upload, PartNumber=1, Body=b"x")
        assert files_in(tmp_path) == 1
    with start(tmp_path):
        assert files_in(tmp_path) == 0


def test_a_large_object_is_joined_and_streamed(tmp_path: Path) -> None:
    content = os.urandom(21 * 1024 * 1024 + 7)
    source = tmp_path / "large"
    source.write_bytes(content)
    state = tmp_path / "state"
    with start(state) as studio:
        stage(studio, "a")
        s3 = studio.client("s3")
        s3.upload_file(str(source), BUCKET, "large")
        assert s3.head_object(Bucket=BUCKET, Key="large")["ETag"].endswith('-3"')
        assert files_in(state) == 2
    with start(state) as studio:
        s3 = studio.client("s3")
        assert s3.get_object(Bucket=BUCKET, Key="large")["Body"].read() == content
        s3.download_file(BUCKET, "large", str(tmp_path / "back"))
        assert (tmp_path / "back").read_bytes() == content
        for asked, part in (
            ("bytes=5-9", content[5:10]),
            ("bytes=-4", content[-4:]),
            (f"bytes={len(content) - 3}-", content[-3:]),
        ):
            answer = s3.get_object(Bucket=BUCKET, Key="large", Range=asked)
            assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
            assert answer["Body"].read() == part
        with pytest.raises(ClientError, match="InvalidRange"):
            s3.get_object(Bucket=BUCKET, Key="large", Range=f"bytes={len(content)}-")
        with pytest.raises(ClientError, match="PreconditionFailed"):
            s3.get_object(Bucket=BUCKET, Key="large", IfMatch='"other"')


def test_a_large_body_goes_through_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "BODY_IN_MEMORY", 1000)
    content = os.urandom(100_000)
    with start(tmp_path) as studio:
        stage(studio, "a")
        s3 = studio.client("s3")
        s3.put_object(Bucket=BUCKET, Key="spooled", Body=content)
        assert s3.get_object(Bucket=BUCKET, Key="spooled")["Body"].read() == content


def test_many_small_objects_at_once(tmp_path: Path) -> None:
    with start(tmp_path) as studio:
        stage(studio, "a")
        s3 = studio.client(
            "s3", config=Config(max_pool_connections=8, retries={"total_max_attempts": 1})
        )

        def put(number: int) -> None:
            s3.put_object(Bucket=BUCKET, Key=f"many/{number:04}", Body=str(number).encode())

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(put, range(300)))
    with start(tmp_path) as studio:
        s3 = studio.client("s3")
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, Prefix="many/", PaginationConfig={"PageSize": 100}
        )
        found = [item["Key"] for page in pages for item in page["Contents"]]
        assert found == [f"many/{number:04}" for number in range(300)]
        assert s3.get_object(Bucket=BUCKET, Key="many/0123")["Body"].read() == b"123"


def test_log_lines_survive_a_restart(tmp_path: Path) -> None:
    stream = {"logGroupName": GROUP, "logStreamName": "job/algo-1-1"}
    now = int(time.time() * 1000)
    with start(tmp_path) as studio:
        logs = studio.client("logs")
        # As in an account that has run a training job before.
        assert logs.describe_log_streams(logGroupName=GROUP)["logStreams"] == []
        logs.create_log_group(logGroupName="/mine")
        logs.create_log_stream(**stream)
        for number, text in enumerate(("first", "é 中文\u2028", "100%|###| 3/3")):
            events = [{"timestamp": now + number, "message": text}]
            logs.put_log_events(logEvents=events, **stream)
        before = logs.get_log_events(startFromHead=True, **stream)["events"]
        described = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    with start(tmp_path) as studio:
        logs = studio.client("logs")
        again = logs.get_log_events(startFromHead=True, **stream)["events"]
        for old, new in zip(before, again, strict=True):
            assert (old["timestamp"], old["message"]) == (new["timestamp"], new["message"])
        kept = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
        assert kept[0]["creationTime"] == described[0]["creationTime"]
        assert kept[0]["lastEventTimestamp"] == now + 2
        logs.put_log_events(logEvents=[{"timestamp": now + 9, "message": "more"}], **stream)
        logs.delete_log_group(logGroupName="/mine")
        logs.delete_log_stream(**stream)
    with start(tmp_path) as studio:
        logs = studio.client("logs")
        groups = logs.describe_log_groups()["logGroups"]
        assert [group["logGroupName"] for group in groups] == [GROUP]
        assert logs.describe_log_streams(logGroupName=GROUP)["logStreams"] == []


def test_one_state_folder_has_one_studio(tmp_path: Path) -> None:
    from sagemaker_studio_local.studio import Studio

    with start(tmp_path):
        with pytest.raises(StateInUse, match=f"process {os.getpid()}"):
            Studio(tmp_path).start()
        with pytest.raises(RuntimeError, match="already running in this process"):
            Studio(tmp_path / "other").start()
    with start(tmp_path):
        pass


def test_the_env_file_leads_to_the_endpoint_and_is_private(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("old")
    os.chmod(tmp_path / "env", 0o644)
    with start(tmp_path) as studio:
        text = (tmp_path / "env").read_text()
        assert f"export AWS_ENDPOINT_URL={studio.endpoint_url}\n" in text
        assert "export SAGEMAKER_DOMAIN_ID=d-localstudio01\n" in text
        assert (tmp_path / "env").stat().st_mode & 0o777 == 0o600


def test_the_network_keeps_its_ids(tmp_path: Path) -> None:
    found = []
    for _ in range(2):
        with start(tmp_path) as studio:
            subnets = studio.client("ec2").describe_subnets()["Subnets"]
            domain = studio.client("sagemaker").describe_domain(DomainId=seed.DOMAIN_ID)
            ours = {s["SubnetId"] for s in subnets if s["VpcId"] == domain["VpcId"]}
            assert ours == set(domain["SubnetIds"])
            found.append(ours)
    assert found[0] == found[1]
