"""Faults, the list of calls and who may ask for them."""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from local_jobs import BUCKET, create, job_request, new_name, stage
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudio


def error_of(raised: pytest.ExceptionInfo[ClientError]) -> dict[str, str]:
    return raised.value.response["Error"]


def test_calls_are_listed_with_their_input(local_studio: LocalStudio) -> None:
    name = create(local_studio)
    calls = local_studio.calls()
    assert [(c["service"], c["operation"]) for c in calls][-2:] == [
        ("s3", "PutObject"),
        ("sagemaker", "CreateTrainingJob"),
    ]
    put, made = calls[-2:]
    assert put["input"] == {"Bucket": BUCKET, "Key": f"{name}/input/nb.ipynb"}
    assert made["input"]["TrainingJobName"] == name
    assert made["input"]["HyperParameters"] == {"rows": "10"}
    assert made["status"] == 200 and made["requestId"] and made["code"] == ""
    assert abs(made["time"] - time.time()) < 60
    last = local_studio.control("GET", "calls")["last"]
    local_studio.client("sagemaker").list_domains()
    later = local_studio.control("GET", f"calls?since={last}")["calls"]
    assert [c["operation"] for c in later] == ["ListDomains"]
    local_studio.control("DELETE", "calls")
    assert local_studio.calls() == []


def test_calls_of_the_studio_itself_are_not_listed_nor_hit(local_studio: LocalStudio) -> None:
    from botocore.config import Config

    agent = Config(user_agent_extra="studio-local-internal", retries={"total_max_attempts": 1})
    local_studio.fault("*", code="InternalFailure", count=-1)
    local_studio.client("sagemaker", config=agent).list_domains()
    assert local_studio.calls() == []


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("ListBuckets", lambda s3: s3.list_buckets()),
        ("HeadBucket", lambda s3: s3.head_bucket(Bucket=BUCKET)),
        ("ListObjectsV2", lambda s3: s3.list_objects_v2(Bucket=BUCKET, Prefix="a/")),
        ("ListObjects", lambda s3: s3.list_objects(Bucket=BUCKET)),
        ("GetBucketLocation", lambda s3: s3.get_bucket_location(Bucket=BUCKET)),
        ("GetBucketEncryption", lambda s3: s3.get_bucket_encryption(Bucket=BUCKET)),
        ("PutObject", lambda s3: s3.put_object(Bucket=BUCKET, Key="a b/é?&=+.txt", Body=b"x")),
        ("GetObject", lambda s3: s3.get_object(Bucket=BUCKET, Key="a b/é?&=+.txt")),
        ("HeadObject", lambda s3: s3.head_object(Bucket=BUCKET, Key="a b/é?&=+.txt")),
        (
            "CopyObject",
            lambda s3: s3.copy_object(
                Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "a b/é?&=+.txt"}
            ),
        ),
        ("DeleteObject", lambda s3: s3.delete_object(Bucket=BUCKET, Key="copy")),
        (
            "DeleteObjects",
            lambda s3: s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "copy"}]}),
        ),
        ("CreateMultipartUpload", lambda s3: s3.create_multipart_upload(Bucket=BUCKET, Key="m")),
    ],
)
def test_s3_operations_are_told_apart(local_studio: LocalStudio, operation: str, call: Any) -> None:
    stage(local_studio, "any")
    local_studio.reset()
    try:
        call(local_studio.client("s3"))
    except ClientError as error:
        assert operation == "GetBucketEncryption", error  # noqa: PT017
    listed = local_studio.calls()[-1]
    assert (listed["service"], listed["operation"]) == ("s3", operation)
    if "é" in str(listed["input"].get("Key")):
        assert listed["input"]["Key"] == "a b/é?&=+.txt"


def test_multipart_operations_are_told_apart(local_studio: LocalStudio) -> None:
    stage(local_studio, "any")
    s3 = local_studio.client("s3")
    key = {"Bucket": BUCKET, "Key": "parts"}
    upload = {**key, "UploadId": s3.create_multipart_upload(**key)["UploadId"]}
    etag = s3.upload_part(PartNumber=1, Body=b"x", **upload)["ETag"]
    s3.complete_multipart_upload(
        MultipartUpload={"Parts": [{"ETag": etag, "PartNumber": 1}]}, **upload
    )
    upload["UploadId"] = s3.create_multipart_upload(**key)["UploadId"]
    s3.abort_multipart_upload(**upload)
    assert [c["operation"] for c in local_studio.calls()][-5:] == [
        "CreateMultipartUpload",
        "UploadPart",
        "CompleteMultipartUpload",
        "CreateMultipartUpload",
        "AbortMultipartUpload",
    ]


def test_a_part_of_an_aborted_upload_is_refused(local_studio: LocalStudio) -> None:
    stage(local_studio, "any")
    s3 = local_studio.client("s3")
    key = {"Bucket": BUCKET, "Key": "parts"}
    upload = {**key, "UploadId": s3.create_multipart_upload(**key)["UploadId"]}
    s3.abort_multipart_upload(**upload)
    with pytest.raises(ClientError, match="NoSuchUpload"):
        s3.upload_part(PartNumber=1, Body=b"x", **upload)


def test_a_fault_in_sagemaker_is_shaped_like_awss(local_studio: LocalStudio) -> None:
    message = "User: arn:x is not authorized to perform: sagemaker:ListDomains"
    local_studio.fault("ListDomains", code="AccessDeniedException", message=message)
    sagemaker = local_studio.client("sagemaker")
    with pytest.raises(ClientError) as raised:
        sagemaker.list_domains()
    assert error_of(raised) == {"Code": "AccessDeniedException", "Message": message}
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    sagemaker.list_domains()  # One call was to be hit, and was.


def test_a_fault_in_s3_is_shaped_like_s3s(local_studio: LocalStudio) -> None:
    stage(local_studio, "any")
    s3 = local_studio.client("s3")
    local_studio.fault("PutObject", service="s3", code="SlowDown", after=1, count=2)
    outcomes = []
    for _ in range(4):
        try:
            s3.put_object(Bucket=BUCKET, Key="slow", Body=b"x")
            outcomes.append("")
        except ClientError as error:
            outcomes.append(error.response["Error"]["Code"])
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 503
            assert error.response["ResponseMetadata"]["RequestId"]
    assert outcomes == ["", "SlowDown", "SlowDown", ""]


def test_a_fault_in_logs_and_one_that_stays(local_studio: LocalStudio) -> None:
    logs = local_studio.client("logs")
    local_studio.fault("DescribeLogGroups", code="ThrottlingException", count=-1)
    for _ in range(3):
        with pytest.raises(ClientError, match="ThrottlingException"):
            logs.describe_log_groups()
    assert local_studio.control("GET", "faults")["faults"][0]["count"] == -1
    local_studio.control("DELETE", "faults")
    logs.describe_log_groups()


def test_a_limit_of_calls_per_second(local_studio: LocalStudio) -> None:
    local_studio.fault("ListDomains", perSecond=2)
    client = local_studio.client("sagemaker")

    def ask() -> str:
        try:
            client.list_domains()
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "done"

    begun = time.monotonic()
    outcomes = [ask() for _ in range(12)]
    while time.monotonic() - begun < 1.6:
        time.sleep(0.1)
        outcomes.append(ask())
    seconds = time.monotonic() - begun
    assert outcomes[:2] == ["done", "done"]
    assert set(outcomes) == {"done", "ThrottlingException"}
    # As many as a second may have at once, and those of the time that went by.
    assert 4 <= outcomes.count("done") <= 2 + 2 * seconds
    client.list_code_repositories()  # Each operation has a limit of its own.


def test_a_fault_for_another_service_does_not_hit(local_studio: LocalStudio) -> None:
    local_studio.fault("ListDomains", service="s3", code="AccessDenied")
    local_studio.client("sagemaker").list_domains()


def test_a_delay_only_delays(local_studio: LocalStudio) -> None:
    local_studio.fault("ListDomains", delay=0.5)
    started = time.monotonic()
    assert local_studio.client("sagemaker").list_domains()["Domains"]
    assert time.monotonic() - started >= 0.5


@pytest.mark.parametrize(
    ("fault", "done"),
    [
        ({"cut": "before"}, False),
        ({"cut": True}, True),
        ({"cut": True, "code": "InternalFailure"}, False),
    ],
)
def test_a_cut_connection(local_studio: LocalStudio, fault: dict[str, Any], done: bool) -> None:
    name = new_name("cut")
    stage(local_studio, name)
    local_studio.fault("CreateTrainingJob", **fault)
    sagemaker = local_studio.client("sagemaker")
    with pytest.raises((BotoCoreError, ClientError)):
        sagemaker.create_training_job(**job_request(name))
    found = sagemaker.list_training_jobs(NameContains=name)["TrainingJobSummaries"]
    assert bool(found) is done


def test_an_answer_that_ends_halfway(local_studio: LocalStudio) -> None:
    stage(local_studio, "half", b"x" * 1000)
    local_studio.fault("GetObject", cut="half")
    answer = local_studio.client("s3").get_object(Bucket=BUCKET, Key="half/input/nb.ipynb")
    with pytest.raises(BotoCoreError):
        answer["Body"].read()


def test_an_error_after_the_call_was_done(local_studio: LocalStudio) -> None:
    name = new_name("ambiguous")
    stage(local_studio, name)
    local_studio.fault("CreateTrainingJob", code="ServiceUnavailable", performed=True)
    sagemaker = local_studio.client("sagemaker")
    with pytest.raises(ClientError) as raised:
        sagemaker.create_training_job(**job_request(name))
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobName"] == name


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({}, "needs an 'operation'"),
        ({"operation": "CreateApp", "app": "Gone", "reason": "x"}, 'has "Failed" there'),
        ({"operation": "CreateApp", "app": "Failed"}, "and a 'reason'"),
        ({"operation": "X"}, "needs a 'code', a 'delay', a 'cut'"),
        ({"operation": "X", "perSecond": 0}, "a number of calls above 0"),
        ({"operation": "X", "perSecond": True}, "'perSecond' of a fault has the wrong type"),
        ({"operation": "X", "code": 5}, "'code' of a fault has the wrong type"),
        ({"operation": "X", "code": "Y", "count": True}, "'count'"),
        ({"operation": "X", "code": "Y", "often": 2}, "no field 'often'"),
        ({"operation": "X", "cut": "sometimes"}, "'before'"),
        ([], "a JSON object"),
    ],
)
def test_faults_that_make_no_sense(local_studio: LocalStudio, body: Any, part: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as raised:
        local_studio.control("POST", "faults", body)
    assert raised.value.code == 400
    assert part in json.load(raised.value)["error"]["message"]


def test_state_and_unknown_routes(local_studio: LocalStudio) -> None:
    state = local_studio.control("GET", "state")
    assert state["domainId"] == seed.DOMAIN_ID
    assert state["apps"] == {
        "d-localstudio01/my-space/JupyterLab/default": "Deleted",
        "d-localstudio01/second-space/JupyterLab/default": "Deleted",
    }
    with pytest.raises(urllib.error.HTTPError) as raised:
        local_studio.control("GET", "nothing")
    assert raised.value.code == 404
    with pytest.raises(urllib.error.HTTPError) as raised:
        local_studio.control("POST", "seed-jobs", {"count": 0})
    assert raised.value.code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "{self}"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Host": "rebound.example"}, 403),
    ],
)
def test_pages_of_other_sites_are_refused(
    local_studio: LocalStudio, headers: dict[str, str], status: int
) -> None:
    sent = {k: v.replace("{self}", local_studio.endpoint_url) for k, v in headers.items()}
    request = urllib.request.Request(f"{local_studio.endpoint_url}/_studio/state", headers=sent)
    try:
        with urllib.request.urlopen(request) as answer:
            assert answer.status == status
    except urllib.error.HTTPError as error:
        assert error.code == status


@pytest.mark.parametrize("path", ["/moto-api/reset", "/moto-api/data.json", "/moto-api/"])
def test_motos_own_routes_are_closed(local_studio: LocalStudio, path: str) -> None:
    request = urllib.request.Request(f"{local_studio.endpoint_url}{path}", method="POST", data=b"")
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(request)
    assert raised.value.code == 404


def test_several_requests_on_one_connection(local_studio: LocalStudio) -> None:
    address = urlsplit(local_studio.endpoint_url)
    assert address.hostname and address.port
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        stream = connection.makefile("rwb")
        for _ in range(3):
            stream.write(b"GET /_studio/state HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            stream.flush()
            assert stream.readline().startswith(b"HTTP/1.1 200")
            length = 0
            while (line := stream.readline().strip()) != b"":
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            assert json.loads(stream.read(length))["version"]


def test_a_jupyterlab_that_does_not_run_is_not_restarted(local_studio: LocalStudio) -> None:
    answer = local_studio.control("POST", "restart-jupyter", {"space": "my-space"})
    assert answer["message"].startswith("JupyterLab is not running")
    with pytest.raises(urllib.error.HTTPError) as raised:
        local_studio.control("POST", "restart-jupyter", {"space": "nothing"})
    assert raised.value.code == 400
