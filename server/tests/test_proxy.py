"""The signing endpoint, against a fake AWS that checks every signature."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from urllib.parse import urlencode
from xml.etree import ElementTree

import aws_fake
import pytest
from aws_fake import serve_fake_aws
from tornado.iostream import IOStream
from tornado.simple_httpclient import HTTPStreamClosedError
from tornado.tcpclient import TCPClient

JSON = "application/x-amz-json-1.1"


@pytest.fixture
def aws():
    with serve_fake_aws() as fake:
        yield fake


@pytest.fixture
def settings():
    """Traits of the extension, for a test to override."""
    return {}


@pytest.fixture
def way():
    """``direct``, or ``proxied``: the fake stands in for an HTTP proxy as well."""
    return "direct"


BOTH_WAYS = pytest.mark.parametrize("way", ["direct", "proxied"])


@pytest.fixture
def jp_server_config(jp_server_config, aws, settings, way, monkeypatch):
    for name, value in {**aws_fake.ENVIRON, "AWS_ENDPOINT_URL": aws.url}.items():
        monkeypatch.setenv(name, value)
    if way == "proxied":
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://aws.example")
        monkeypatch.setenv("http_proxy", aws.url)
    jp_server_config["SageMakerStudioApp"] = settings
    return jp_server_config


@pytest.fixture
def fetch(jp_serverapp, http_server_client, jp_auth_header, jp_base_url):
    """``fetch(service, raw_path, …)`` on the signing endpoint."""

    async def ask(service, path="/", **kwargs):
        headers = {**jp_auth_header, **kwargs.pop("headers", {})}
        url = f"{jp_base_url}sagemaker-studio/aws/{service}{path}"
        kwargs.setdefault("raise_error", False)
        kwargs.setdefault("allow_nonstandard_methods", True)
        return await http_server_client.fetch(url, headers=headers, **kwargs)

    return ask


@pytest.fixture
def open_get(http_server_client, http_server_port, jp_base_url, jp_auth_header):
    """A GET of an S3 path whose answer is read by hand."""

    async def start(path) -> IOStream:
        stream = await TCPClient().connect("127.0.0.1", http_server_port[1])
        head = f"GET {jp_base_url}sagemaker-studio/aws/s3{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in jp_auth_header.items())
        await stream.write(f"{head}\r\n".encode())
        return stream

    return start


@pytest.fixture
def sagemaker(fetch):
    async def ask(operation="Search", body=b"{}", headers=None, **kwargs):
        headers = {
            "Content-Type": JSON,
            "X-Amz-Target": f"SageMaker.{operation}",
            **(headers or {}),
        }
        return await fetch("sagemaker", method="POST", body=body, headers=headers, **kwargs)

    return ask


def xml_error(answer):
    root = ElementTree.fromstring(answer.body)
    return root.findtext("Code"), root.findtext("Message")


# What reaches AWS, and what comes back


@BOTH_WAYS
async def test_json_call_is_signed_and_answered_byte_for_byte(sagemaker, aws):
    content = b'{ "Results" : [] }\n'
    aws.answer = lambda _: (200, {"Content-Type": JSON, "x-amzn-RequestId": "r-1"}, content)
    answer = await sagemaker(body='{"Resource": "é"}'.encode())
    (sent,) = aws.received
    assert sent.signed
    assert (sent.method, sent.target, sent.body) == ("POST", "/", '{"Resource": "é"}'.encode())
    assert "/eu-central-1/sagemaker/aws4_request" in sent.headers["authorization"]
    assert sent.headers["user-agent"].startswith("jupyterlab-sagemaker-studio/")
    assert answer.body == content
    assert answer.headers["x-amzn-requestid"] == "r-1"
    assert answer.headers["Content-Type"] == JSON
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_only_listed_headers_travel(sagemaker, aws):
    aws.answer = lambda _: (
        200,
        {"Set-Cookie": "a=b", "Access-Control-Allow-Origin": "*", "Server": "x", "X-Amz-Id-2": "i"},
        b"{}",
    )
    mine = {
        "Cookie": "c=d",
        "X-XSRFToken": "t",
        "Accept-Language": "de",
        "X-Forwarded-For": "1.2.3.4",
    }
    mine |= {"amz-sdk-request": "attempt=1; max=3", "x-amz-user-agent": "aws-sdk-js"}
    answer = await sagemaker(headers=mine)
    sent = aws.received[0].headers
    assert not {"cookie", "x-xsrftoken", "accept-language", "x-forwarded-for"} & set(sent)
    assert sent["authorization"].startswith("AWS4-HMAC-SHA256 ")
    assert sent["amz-sdk-request"] == "attempt=1; max=3"
    assert answer.headers["X-Amz-Id-2"] == "i"
    assert "a=b" not in answer.headers.get_list("Set-Cookie")
    assert answer.headers.get("Access-Control-Allow-Origin") != "*"


async def test_query_service(fetch, aws):
    aws.answer = lambda _: (200, {"Content-Type": "text/xml"}, b"<ok/>")
    body = urlencode({"Action": "GetCallerIdentity", "Version": "2011-06-15"})
    answer = await fetch("sts", method="POST", body=body)
    assert answer.body == b"<ok/>" and aws.received[0].signed
    answer = await fetch("sts", method="POST", body="Action=AssumeRole")
    assert answer.code == 403 and xml_error_in(answer) == "OperationNotAllowed"


async def test_ec2(fetch, aws):
    aws.answer = lambda _: (200, {"Content-Type": "text/xml;charset=UTF-8"}, b"<ok/>")
    form = {"Action": "DescribeSubnets", "Version": "2016-11-15", "SubnetId.1": "subnet-1"}
    answer = await fetch("ec2", method="POST", body=urlencode(form))
    (sent,) = aws.received
    assert answer.body == b"<ok/>" and sent.signed and sent.body == urlencode(form).encode()
    assert "/eu-central-1/ec2/aws4_request" in sent.headers["authorization"]
    for action, version in (("RunInstances", "2016-11-15"), ("DescribeSubnets", "2006-06-26")):
        answer = await fetch("ec2", method="POST", body=f"Action={action}&Version={version}")
        root = ElementTree.fromstring(answer.body)
        assert answer.code == 403 and root.findtext("Errors/Error/Code") == "OperationNotAllowed"
        assert root.findtext("RequestID") == answer.headers["x-amzn-requestid"]
    assert len(aws.received) == 1


def xml_error_in(answer):
    return ElementTree.fromstring(answer.body).findtext("Error/Code")


@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
async def test_errors_of_aws_pass_unchanged_and_are_not_retried(sagemaker, aws, status):
    content = b'{"__type":"ThrottlingException","message":"slow"}'
    aws.answer = lambda _: (status, {"Content-Type": JSON, "x-amzn-RequestId": "r"}, content)
    answer = await sagemaker()
    assert (answer.code, answer.body) == (status, content)
    assert len(aws.received) == 1


@pytest.mark.parametrize(
    "key", ["a b", "é", "中文/文.ipynb", "1+1", "50%", "what?", "a//b", "folder/", "(x)!*'~&=#"]
)
async def test_keys(fetch, aws, key):
    from urllib.parse import quote

    aws.answer = lambda _: (200, {"ETag": '"e"'}, b"")
    answer = await fetch("s3", "/bucket/" + quote(key), method="PUT", body=b"data")
    (sent,) = aws.received
    assert answer.code == 200 and answer.headers["ETag"] == '"e"'
    assert sent.signed and sent.body == b"data"
    assert sent.target == "/bucket/" + quote(key, safe="/~")
    # the same key as a less careful client writes it
    await fetch("s3", "/bucket/" + quote(key, safe="/!*'()~&=+"), method="PUT", body=b"")
    assert aws.received[1].target == sent.target and aws.received[1].signed


async def test_list_query_is_signed(fetch, aws):
    aws.answer = lambda _: (200, {"Content-Type": "application/xml"}, b"<x/>")
    query = "list-type=2&prefix=a%20b%2F%C3%A9&delimiter=/&continuation-token=1%2B2%3D&max-keys=5"
    await fetch("s3", f"/bucket/?{query}", method="GET")
    (sent,) = aws.received
    assert sent.signed
    assert sent.target == f"/bucket?{query.replace('delimiter=/', 'delimiter=%2F')}"


@BOTH_WAYS
async def test_head_tells_the_length(fetch, aws):
    aws.answer = lambda _: (200, {"Content-Length": "12345", "ETag": '"e"'}, b"")
    answer = await fetch("s3", "/bucket/key", method="HEAD")
    assert (answer.code, answer.headers["Content-Length"], answer.body) == (200, "12345", b"")
    aws.answer = lambda _: (404, {"Content-Type": "application/xml"}, b"")
    assert (await fetch("s3", "/bucket/key", method="HEAD")).code == 404


@pytest.mark.parametrize("status,method", [(204, "DELETE"), (304, "GET")])
@BOTH_WAYS
async def test_answers_without_a_body(fetch, aws, status, method):
    aws.answer = lambda _: (status, {"x-amz-request-id": "r"}, b"")
    for _ in range(2):  # the connection stays usable
        answer = await fetch("s3", "/bucket/key", method=method)
        assert (answer.code, answer.body) == (status, b"")


@BOTH_WAYS
async def test_range(fetch, aws):
    aws.answer = lambda _: (206, {"Content-Range": "bytes 0-1/9"}, b"ab")
    answer = await fetch("s3", "/bucket/key", method="GET", headers={"Range": "bytes=0-1"})
    assert (answer.code, answer.body) == (206, b"ab")
    assert answer.headers["Content-Range"] == "bytes 0-1/9"
    assert aws.received[0].headers["range"] == "bytes=0-1"


async def test_an_object_is_never_a_page_of_our_origin(fetch, aws):
    page = {
        "Content-Type": "text/html",
        "Content-Security-Policy": "",
        "Content-Disposition": "inline",
    }
    aws.answer = lambda _: (200, page, b"<script>alert(1)</script>")
    answer = await fetch("s3", "/bucket/page.html", method="GET")
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers.get_list("Content-Security-Policy") == [
        "sandbox; default-src 'none'; frame-ancestors 'none'"
    ]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@BOTH_WAYS
async def test_encoded_body_stays_encoded(fetch, aws):
    aws.answer = lambda _: (200, {"Content-Encoding": "gzip"}, b"\x1f\x8bnot really")
    answer = await fetch("s3", "/bucket/key", method="GET", decompress_response=False)
    assert answer.body == b"\x1f\x8bnot really"
    assert answer.headers["Content-Encoding"] == "gzip"


# Large objects


@BOTH_WAYS
async def test_big_object_streams(fetch, aws, jp_serverapp):
    piece, count = b"x" * 262_144, 400  # 100 MB

    aws.answer = lambda _: (200, {"Content-Length": str(len(piece) * count)}, iter([piece] * count))
    sizes: list[int] = []
    before = memory()
    peak = 0

    def take(chunk):
        nonlocal peak
        sizes.append(len(chunk))
        peak = max(peak, memory())

    answer = await fetch("s3", "/bucket/big", method="GET", streaming_callback=take)
    assert answer.code == 200 and sum(sizes) == len(piece) * count
    assert peak - before < 40_000_000


@BOTH_WAYS
async def test_a_reader_that_stops_stops_the_object(aws, open_get, jp_serverapp):
    sent = 0

    def endless():
        nonlocal sent
        while not aws.hang.is_set():
            yield b"x" * 65_536
            sent += 65_536

    aws.answer = lambda _: (200, {"Content-Length": str(10**12)}, endless())
    stream = await open_get("/bucket/big")
    await stream.read_bytes(100_000, partial=True)
    await asyncio.sleep(0.5)
    held = sent
    await asyncio.sleep(0.5)
    assert sent == held < 60_000_000  # back-pressure: nothing flows that nobody takes
    stream.close()
    await until(lambda: not under_way(jp_serverapp))
    aws.answer = lambda _: (200, {}, b"{}")


@BOTH_WAYS
@pytest.mark.parametrize("arrived", [1_000, 300_000])
async def test_object_cut_off_midway_is_an_error_not_a_short_file(fetch, aws, arrived):
    headers = {"Content-Length": "1000000", "Connection": "close"}
    aws.answer = lambda _: (200, headers, b"x" * arrived)
    with pytest.raises(HTTPStreamClosedError):
        await fetch("s3", "/bucket/big", method="GET")
    aws.answer = lambda _: (200, {}, b"whole")
    assert (await fetch("s3", "/bucket/big", method="GET")).body == b"whole"


# Refusals


@pytest.mark.parametrize("operation", ["DeleteDomain", "CreatePresignedDomainUrl", ""])
async def test_unlisted_operation(sagemaker, aws, operation):
    answer = await sagemaker(operation)
    error = json.loads(answer.body)
    assert (answer.code, error["__type"]) == (403, "OperationNotAllowed")
    assert answer.headers["Content-Type"] == JSON and answer.headers["x-amzn-requestid"]
    assert not aws.received


async def test_secret_is_not_read_for_the_browser(fetch, aws):
    headers = {"X-Amz-Target": "secretsmanager.GetSecretValue", "Content-Type": JSON}
    body = b'{"SecretId": "a"}'
    answer = await fetch("secretsmanager", method="POST", body=body, headers=headers)
    error = json.loads(answer.body)
    assert (answer.code, error["__type"]) == (403, "OperationNotAllowed")
    assert "only the server itself" in error["message"]
    assert not aws.received


@pytest.mark.parametrize("service", ["organizations", "rds", "sagemaker-runtime", "aws"])
async def test_unlisted_service(fetch, aws, service):
    answer = await fetch(service, method="POST", body=b"{}", headers={"X-Amz-Target": "X.Y"})
    assert (answer.code, json.loads(answer.body)["__type"]) == (403, "OperationNotAllowed")
    assert not aws.received


@pytest.mark.parametrize(
    "method,path",
    [
        ("GET", "/bucket/key?acl"),
        ("PUT", "/bucket?policy"),
        ("DELETE", "/bucket"),
        ("GET", "/"),
        ("GET", "/bucket"),
        ("PUT", "/bucket/key?tagging"),
        ("GET", "/bucket/key?response-content-type=text%2Fhtml"),
    ],
)
async def test_unlisted_s3_request(fetch, aws, method, path):
    answer = await fetch("s3", path, method=method)
    code, message = xml_error(answer)
    assert answer.code in (400, 403)
    assert code in ("OperationNotAllowed", "InvalidBucketName") and message
    assert answer.headers["Content-Type"] == "application/xml"
    assert not aws.received


@pytest.mark.parametrize(
    "header",
    [
        "x-amz-acl",
        "x-amz-grant-read",
        "x-amz-copy-source",
        "x-amz-security-token",
        "x-amz-object-lock-mode",
        "x-amz-website-redirect-location",
        "x-amz-trailer",
    ],
)
async def test_s3_header_that_widens_access(fetch, aws, header):
    answer = await fetch("s3", "/bucket/key", method="PUT", body=b"", headers={header: "v"})
    assert (answer.code, xml_error(answer)[0]) == (403, "OperationNotAllowed")
    assert header in xml_error(answer)[1]
    assert not aws.received


async def test_region_and_host_are_not_the_requests_to_choose(sagemaker, aws):
    headers = {"x-amz-region": "us-east-1"}
    assert (await sagemaker(headers=headers)).code == 403
    await sagemaker(headers={"X-Forwarded-Host": "evil.example", "Authorization-Aws": "x"})
    assert "/eu-central-1/" in aws.received[0].headers["authorization"]


@pytest.mark.parametrize("settings", [{"allowed_buckets": ["mine-*"]}])
async def test_buckets_outside_the_settings(fetch, aws):
    assert (await fetch("s3", "/mine-1/key", method="GET")).code == 200
    answer = await fetch("s3", "/other/key", method="GET")
    assert (answer.code, xml_error(answer)[0]) == (403, "OperationNotAllowed")


@pytest.mark.parametrize("settings", [{"max_upload_bytes": 100_000}])
async def test_body_too_large(fetch, sagemaker, aws):
    answer = await fetch("s3", "/bucket/key", method="PUT", body=b"x" * 100_001)
    assert (answer.code, xml_error(answer)[0]) == (413, "RequestTooLarge")
    answer = await sagemaker(body=b"x" * (2 * 1024 * 1024 + 1))
    assert (answer.code, json.loads(answer.body)["__type"]) == (413, "RequestTooLarge")
    assert not aws.received
    assert (await fetch("s3", "/bucket/key", method="PUT", body=b"x" * 100_000)).code == 200


# When AWS does not answer as it should


@pytest.mark.parametrize("aws_url", ["http://127.0.0.1:9", "http://no-such-host.invalid"])
async def test_unreachable(fetch, sagemaker, monkeypatch, aws_url):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws_url)
    answer = await sagemaker()
    error = json.loads(answer.body)
    assert (answer.code, error["__type"]) == (503, "UpstreamUnavailable")
    assert "VPC" in error["message"]
    answer = await fetch("s3", "/bucket/key", method="GET")
    assert (answer.code, xml_error(answer)[0]) == (503, "UpstreamUnavailable")


@BOTH_WAYS
@pytest.mark.parametrize("settings", [{"request_timeout": 1.0}])
async def test_time_out(sagemaker, aws, jp_serverapp):
    def wait(_):
        aws.hang.wait(20)
        return 200, {}, b"{}"

    aws.answer = wait
    started = time.monotonic()
    answer = await sagemaker("CreateTrainingJob")
    assert (answer.code, json.loads(answer.body)["__type"]) == (504, "UpstreamTimeout")
    assert time.monotonic() - started < 5
    await until(lambda: not under_way(jp_serverapp))
    assert len(aws.received) == 1


@BOTH_WAYS
async def test_dead_kept_alive_connection_is_replaced(sagemaker, aws):
    assert (await sagemaker()).code == 200
    aws.cut = 1
    assert (await sagemaker()).code == 200
    # a write may have been carried out: that is the caller's to find out
    aws.cut = 1
    answer = await sagemaker("CreateTrainingJob")
    assert answer.code in (502, 503)
    assert json.loads(answer.body)["__type"] == "UpstreamUnavailable"


async def test_no_credentials(fetch, sagemaker, aws, monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    answer = await sagemaker()
    error = json.loads(answer.body)
    assert (answer.code, error["__type"]) == (401, "CredentialsUnavailable")
    answer = await fetch("s3", "/bucket/key", method="GET")
    assert (answer.code, xml_error(answer)[0]) == (401, "CredentialsUnavailable")
    # signing in needs no restart
    text = f"[default]\naws_access_key_id={aws_fake.KEY}\naws_secret_access_key={aws_fake.SECRET}\n"
    (tmp_path / "credentials").write_text(text + f"aws_session_token={aws_fake.TOKEN}\n")
    monkeypatch.setattr("jupyterlab_sagemaker_studio.credentials._NEGATIVE_SECONDS", 0)
    assert (await sagemaker()).code == 200
    assert aws.received[0].signed


async def test_expired_credentials_are_read_anew(sagemaker, aws, monkeypatch):
    body = b'{"__type":"ExpiredTokenException","message":"The security token is expired"}'
    aws.answer = lambda r: (200, {}, b"{}") if r.signed else (400, {}, body)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "old")
    answer = await sagemaker()
    assert (answer.code, json.loads(answer.body)["__type"]) == (400, "ExpiredTokenException")
    monkeypatch.setenv("AWS_SESSION_TOKEN", aws_fake.TOKEN)
    assert (await sagemaker()).code == 200


async def test_no_region(sagemaker, monkeypatch, tmp_path):
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("RESOURCE_METADATA_FILE", str(tmp_path / "none"))
    answer = await sagemaker()
    assert (answer.code, json.loads(answer.body)["__type"]) == (400, "RegionUnavailable")


@pytest.mark.parametrize("settings", [{"max_workers": 2}])
async def test_more_calls_than_threads(
    sagemaker, aws, http_server_client, jp_auth_header, jp_base_url
):
    def wait(_):
        aws.hang.wait(20)
        return 200, {}, b"{}"

    aws.answer = wait
    held = [asyncio.ensure_future(sagemaker()) for _ in range(4)]
    await until(lambda: len(aws.received) == 2)
    refused = await sagemaker()
    assert (refused.code, json.loads(refused.body)["__type"]) == (429, "ThrottlingException")
    started = time.monotonic()
    status = await http_server_client.fetch(f"{jp_base_url}api/status", headers=jp_auth_header)
    assert status.code == 200 and time.monotonic() - started < 0.5
    aws.hang.set()
    assert [a.code for a in await asyncio.gather(*held)] == [200] * 4


@BOTH_WAYS
async def test_a_page_that_goes_away_frees_its_thread(aws, open_get, jp_serverapp):
    def wait(_):
        aws.hang.wait(20)
        return 200, {}, b"{}"

    aws.answer = wait
    stream = await open_get("/bucket/key")
    await until(lambda: aws.received)
    assert under_way(jp_serverapp) == 1
    stream.close()
    await until(lambda: not under_way(jp_serverapp))


# The log


async def test_log_tells_the_call_but_not_its_content(sagemaker, aws, jp_serverapp, caplog):
    caplog.set_level(logging.DEBUG)
    jp_serverapp.log.setLevel(logging.DEBUG)
    aws.answer = lambda _: (200, {"x-amzn-RequestId": "r-77"}, b'{"answered": "private"}')
    body = b'{"Environment": {"PASSWORD": "hunter2"}}'
    await sagemaker("CreateTrainingJob", body=body)
    ours = [r.getMessage() for r in caplog.records if "SageMaker Studio" in r.getMessage()]
    assert any(re.search(r"sagemaker:CreateTrainingJob 200 r-77 \d+ ms", line) for line in ours)
    for secret in ("hunter2", "private", aws_fake.SECRET, aws_fake.TOKEN, "Signature="):
        assert secret not in caplog.text


# Helpers


def under_way(serverapp):
    """Calls and bodies that AWS has not finished."""
    upstream = serverapp.web_app.settings["jupyterlab_sagemaker_studio"].upstream
    session = upstream._http._session
    return max(len(upstream._calls), len(session.connector._acquired) if session else 0)


def memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


async def until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.02)


def test_the_fake_notices_a_wrong_signature():
    given = (
        "AWS4-HMAC-SHA256 Credential=A/20260101/r/s3/aws4_request, SignedHeaders=host, Signature=0"
    )
    headers = {"authorization": given, "host": "h", "x-amz-date": "20260101T000000Z"}
    assert not aws_fake.signature_is_right("GET", "http://h/", headers, b"")


# Rules on the input, and the other protocols


own_domain = pytest.mark.parametrize("settings", [{"domain_id": "d-own"}])
SCHEDULE = {
    "Target": {
        "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:createApp",
        "RoleArn": "arn:aws:iam::111122223333:role/Scheduler",
        "Input": '{"DomainId": "d-own", "AppType": "JupyterLab"}',
    }
}


DEFINITION = "nightly-report-0a1b2c3d-2026-05-04-03-02-01"
PIPELINE = f"arn:aws:sagemaker:eu-central-1:111122223333:pipeline/{DEFINITION}"


@own_domain
async def test_rules_hold_before_anything_is_signed(sagemaker, aws):
    body = b'{ "DomainIdEquals": "d-own" }'
    assert (await sagemaker("ListSpaces", body)).code == 200
    assert aws.received[0].body == body  # as it came
    for wrong in (
        b"{}",
        b'{"DomainIdEquals": "d-other"}',
        b'{"DomainIdEquals": "d-other", "DomainIdEquals": "d-own"}',
        b'{"DomainIdEquals": "d-own", "domainidequals": "d-other"}',
        b"\xef\xbb\xbf" + body,
        "{}".encode("utf-16"),
        b"",
    ):
        answer = await sagemaker("ListSpaces", wrong)
        assert answer.code == 403, wrong
        assert json.loads(answer.body)["__type"] == "OperationNotAllowed"
    assert len(aws.received) == 1


async def test_without_a_domain_spaces_are_not_reached(sagemaker, aws):
    answer = await sagemaker("DeleteApp", b'{"DomainId": "d-any", "AppType": "JupyterLab"}')
    assert answer.code == 403 and "does not know which" in json.loads(answer.body)["message"]
    assert not aws.received


@own_domain
async def test_rest_call(fetch, aws):
    aws.answer = lambda _: (200, {"Content-Type": "application/json"}, b'{"ScheduleArn": "a"}')
    headers = {"Content-Type": "application/json", "amz-sdk-request": "attempt=1"}
    path = "/schedules/sagemaker-studio-space-1-start"
    body = json.dumps(SCHEDULE).encode()
    answer = await fetch("scheduler", path, method="POST", body=body, headers=headers)
    (sent,) = aws.received
    assert (answer.code, answer.body) == (200, b'{"ScheduleArn": "a"}')
    assert sent.signed and (sent.method, sent.target, sent.body) == ("POST", path, body)
    assert "/eu-central-1/scheduler/aws4_request" in sent.headers["authorization"]
    query = "?clientToken=a%2Fb&groupName=default"
    answer = await fetch("scheduler", path.replace("studio", "stu%64io") + query, method="DELETE")
    assert answer.code == 200 and aws.received[1].signed
    assert aws.received[1].target == f"{path}?groupName=default&clientToken=a%2Fb"


@own_domain
@pytest.mark.parametrize(
    "method,path,body,headers",
    [
        ("POST", "/schedules/nightly", SCHEDULE, {}),
        ("POST", "/schedules/sagemaker-studio-x", {**SCHEDULE, "Target": {}}, {}),
        ("PUT", "/schedules/nightly", SCHEDULE, {}),
        ("PUT", f"/schedules/{DEFINITION}", SCHEDULE, {}),
        ("GET", "/schedules?x=1", None, {}),
        ("DELETE", "/schedules/nightly", None, {}),
        ("GET", "/schedules/sagemaker-studio-x?x=1", None, {}),
        ("GET", "/schedules/sagemaker-studio-x", None, {"X-Amz-Target": "SageMaker.DeleteDomain"}),
    ],
)
async def test_rest_call_that_is_refused(fetch, aws, method, path, body, headers):
    content = None if body is None else json.dumps(body)
    answer = await fetch("scheduler", path, method=method, body=content, headers=headers)
    assert answer.code == 403 and not aws.received
    assert json.loads(answer.body)["__type"] == "OperationNotAllowed"


async def test_schedule_of_a_definition(fetch, aws):
    body = json.dumps({"State": "DISABLED", "Target": {"Arn": PIPELINE, "RoleArn": "role"}})
    answer = await fetch("scheduler", f"/schedules/{DEFINITION}", method="PUT", body=body)
    assert answer.code == 200 and (await fetch("scheduler", "/schedules")).code == 200
    update, listed = aws.received
    assert update.signed and (update.method, update.body) == ("PUT", body.encode())
    assert listed.signed and listed.target == "/schedules"


@pytest.mark.parametrize(
    "operation,params,allowed",
    [
        ("PutTargets", {"Rule": DEFINITION, "Targets": [{"Id": "1", "Arn": PIPELINE}]}, True),
        ("PutTargets", {"Rule": DEFINITION, "Targets": [{"Id": "1", "Arn": "arn:x"}]}, False),
        ("DeleteRule", {"Name": DEFINITION}, True),
        ("DeleteRule", {"Name": "security-alarm"}, False),
        ("ListRules", {}, False),
    ],
)
async def test_rule_of_a_definition(fetch, aws, operation, params, allowed):
    headers = {"Content-Type": JSON, "X-Amz-Target": f"AWSEvents.{operation}"}
    body = json.dumps(params)
    answer = await fetch("events", method="POST", body=body, headers=headers)
    assert answer.code == (200 if allowed else 403)
    assert [sent.signed for sent in aws.received] == [True] * allowed
    if allowed:
        assert "/eu-central-1/events/aws4_request" in aws.received[0].headers["authorization"]
    else:
        assert json.loads(answer.body)["__type"] == "OperationNotAllowed"


@pytest.mark.parametrize(
    "service,body,signed_for",
    [
        ("iam", "Action=GetRole&Version=2010-05-08&RoleName=studio", "iam"),
        ("cloudwatch", "Action=GetMetricData&Version=2010-08-01", "monitoring"),
    ],
)
async def test_query_call_of_what_a_job_needs(fetch, aws, service, body, signed_for):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await fetch(service, method="POST", body=body, headers=headers)).code == 200
    (sent,) = aws.received
    assert sent.signed and sent.body == body.encode()
    assert f"/{signed_for}/aws4_request" in sent.headers["authorization"]
    refused = body.replace("=Get", "=Delete")
    answer = await fetch(service, method="POST", body=refused, headers=headers)
    assert answer.code == 403 and b"<Code>OperationNotAllowed</Code>" in answer.body
    assert len(aws.received) == 1


async def test_json_1_0_call(fetch, aws):
    headers = {"Content-Type": "application/x-amz-json-1.0"}
    headers["X-Amz-Target"] = "AWSStepFunctions.ListStateMachines"
    await fetch("states", method="POST", body=b"{}", headers=headers)
    (sent,) = aws.received
    assert sent.signed and sent.headers["content-type"] == "application/x-amz-json-1.0"
    assert "/eu-central-1/states/aws4_request" in sent.headers["authorization"]


async def test_price_list_is_signed_for_the_region_that_has_one(fetch, aws, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    headers = {"Content-Type": JSON, "X-Amz-Target": "AWSPriceListService.GetProducts"}
    await fetch("pricing", method="POST", body=b"{}", headers=headers)
    assert "/eu-central-1/pricing/aws4_request" in aws.received[0].headers["authorization"]
