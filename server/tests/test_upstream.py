"""Endpoints, credentials and calls as the server's own code makes them."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from urllib.parse import urlsplit

import aws_fake
import pytest
from aws_fake import serve_fake_aws
from botocore.exceptions import BotoCoreError
from botocore.session import Session
from jupyterlab_sagemaker_studio import endpoints, operations
from jupyterlab_sagemaker_studio.errors import AwsError
from jupyterlab_sagemaker_studio.transport import Call
from jupyterlab_sagemaker_studio.upstream import Upstream


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name, value in aws_fake.ENVIRON.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture
def aws():
    with serve_fake_aws() as fake:
        yield fake


def run(aws, use, **settings):
    """``await use(upstream)`` in a loop of its own."""

    async def main():
        upstream = Upstream(lambda: "eu-central-1", endpoint_url=aws.url, **settings)
        try:
            return await asyncio.wait_for(use(upstream), 30)
        finally:
            await upstream.close()

    return asyncio.run(main())


# Endpoints


ENDPOINT_SETTINGS = [
    {},
    {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
    {"AWS_USE_FIPS_ENDPOINT": "true"},
    {"AWS_ENDPOINT_URL": "https://vpce-1.example/"},
    {"AWS_ENDPOINT_URL_SAGEMAKER": "https://vpce-2.example"},
    {"AWS_ENDPOINT_URL": "https://a.example", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
]


#: Of whose dual-stack and FIPS addresses botocore tells others than it sends to.
ANY_CALL = {
    "ecr": "describe_repositories",
    "efs": "describe_file_systems",
    "secretsmanager": "list_secrets",
}


#: IAM is one for a partition; where not written it signs for the region itself.
IAM_SIGNS_FOR = {"eu-central-1": "us-east-1", "us-gov-east-1": "us-gov-west-1"}


def sent_to(client, call):
    """Scheme and host of a call, which is not sent."""
    sent = []
    answer = SimpleNamespace(status_code=200, headers={}, content=b"{}", text="{}")
    client.meta.events.register("before-send", lambda request, **_: sent.append(request) or answer)
    call()
    return "://".join(urlsplit(sent[0].url)[:2])


@pytest.mark.parametrize(
    "region,settings",
    [("us-east-1", row) for row in ENDPOINT_SETTINGS]
    + [("eu-central-1", {}), ("us-gov-east-1", {})]
    + [("cn-north-1", {}), ("us-gov-west-1", {}), ("us-gov-west-1", ENDPOINT_SETTINGS[2])],
    ids=lambda value: value if isinstance(value, str) else "+".join(value) or "plain",
)
def test_endpoint_is_the_one_boto_uses(region, settings, monkeypatch):
    # We always take the regional endpoint; older botocore has global ones for these two.
    monkeypatch.setenv("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional")
    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "regional")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    session = Session()
    for service, facts in operations.SERVICES.items():
        if facts.in_few_regions:
            continue
        name = operations.botocore_name(service)
        client = session.create_client(name, region_name=region)
        expected = client.meta.endpoint_url
        if name in ANY_CALL:
            expected = sent_to(client, getattr(client, ANY_CALL[name]))
        found = endpoints.resolve(session, service, region)
        assert found.url == expected.rstrip("/")
        assert found.region == (IAM_SIGNS_FOR.get(region, region) if service == "iam" else region)
        assert found.signing_name == facts.signing_name


@pytest.mark.parametrize(
    "region,speaking",
    [
        ("us-east-1", "us-east-1"),
        ("us-west-2", "us-east-1"),
        ("ca-central-1", "us-east-1"),
        ("eu-central-1", "eu-central-1"),
        ("eu-west-3", "eu-central-1"),
        ("ap-northeast-1", "ap-south-1"),
        ("cn-north-1", "cn-northwest-1"),
        ("xx-newest-1", "us-east-1"),
    ],
)
def test_region_of_the_price_list(region, speaking):
    found = endpoints.resolve(Session(), "pricing", region)
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    assert found.url == f"https://api.pricing.{speaking}.{domain}"
    assert (found.region, found.signing_name) == (speaking, "pricing")
    emulated = endpoints.resolve(Session(), "pricing", region, "http://127.0.0.1:1")
    assert (emulated.url, emulated.region) == ("http://127.0.0.1:1", speaking)


def test_price_list_of_a_partition_without_one():
    with pytest.raises(AwsError, match="EndpointUnavailable"):
        endpoints.resolve(Session(), "pricing", "us-gov-west-1")


def test_endpoint_override_of_a_service_with_another_name(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SFN", "https://vpce-4.example")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SERVICE_QUOTAS", "https://vpce-5.example")
    for service, url in (("states", "vpce-4"), ("servicequotas", "vpce-5")):
        found = endpoints.resolve(Session(), service, "eu-west-1")
        assert found.url == f"https://{url}.example" and found.signing_name == service


def test_endpoint_of_a_profile(monkeypatch, tmp_path):
    (tmp_path / "config").write_text(
        "[profile vpc]\nservices = mine\n[services mine]\nsagemaker =\n"
        "  endpoint_url = https://vpce-3.example\n"
    )
    monkeypatch.setenv("AWS_PROFILE", "vpc")
    assert endpoints.resolve(Session(), "sagemaker", "eu-west-1").url == "https://vpce-3.example"
    assert "amazonaws.com" in endpoints.resolve(Session(), "logs", "eu-west-1").url


def test_endpoint_when_botocores_rules_have_moved(monkeypatch):
    monkeypatch.setattr("botocore.endpoint_provider.EndpointProvider", None)
    found = endpoints.resolve(Session(), "logs", "eu-west-1")
    assert found.url == "https://logs.eu-west-1.amazonaws.com"


def test_endpoint_of_another_name_when_botocores_rules_have_moved(monkeypatch):
    monkeypatch.setattr("botocore.endpoint_provider.EndpointProvider", None)
    found = endpoints.resolve(Session(), "states", "eu-west-1")
    assert found.url == "https://states.eu-west-1.amazonaws.com"


def test_region_that_cannot_be():
    with pytest.raises(BotoCoreError, match="evil"):
        endpoints.resolve(Session(), "sagemaker", "evil.example/x")


# Calls


def test_call_keeps_the_rules_of_its_operation(aws):
    async def use(upstream):
        app = {"AppType": "JupyterLab", "SpaceName": "s", "AppName": "default"}
        await upstream.call("sagemaker", "DescribeApp", {**app, "DomainId": "d-own"})
        await upstream.call("sagemaker", "DeleteApp", {**app, "DomainId": "d-other"})

    with pytest.raises(AwsError, match="OperationNotAllowed.*d-own"):
        run(aws, use, domain_id=lambda: "d-own")
    (sent,) = aws.received
    assert sent.headers["x-amz-target"] == "SageMaker.DescribeApp"


def test_calls_of_a_definition(aws):
    name = "nightly-report-0a1b2c3d-2026-05-04-03-02-01"
    target = {"Arn": f"arn:aws:sagemaker:eu-central-1:111122223333:pipeline/{name}"}

    async def use(upstream):
        await upstream.call("sagemaker", "CreatePipeline", {"PipelineName": name})
        await upstream.call("scheduler", "UpdateSchedule", {"Name": name, "Target": target})
        await upstream.call("events", "PutTargets", {"Rule": name, "Targets": [target]})
        await upstream.call("events", "DeleteRule", {"Name": "nightly"})

    with pytest.raises(AwsError, match="OperationNotAllowed.*form of a job's name"):
        run(aws, use)
    pipeline, schedule, rule = aws.received
    assert all(sent.signed for sent in aws.received)
    assert pipeline.headers["x-amz-target"] == "SageMaker.CreatePipeline"
    assert (schedule.method, schedule.target) == ("PUT", f"/schedules/{name}")
    assert json.loads(schedule.body) == {"Target": target}
    assert rule.headers["x-amz-target"] == "AWSEvents.PutTargets"


def test_call_of_a_query_service(aws):
    answer = b"""<GetRoleResponse><GetRoleResult><Role><Path>/</Path><RoleName>studio</RoleName>
      <RoleId>AROA</RoleId><Arn>arn:aws:iam::111122223333:role/studio</Arn>
      <CreateDate>2026-01-01T00:00:00Z</CreateDate></Role></GetRoleResult></GetRoleResponse>"""
    aws.answer = lambda _: (200, {"Content-Type": "text/xml"}, answer)
    found = run(aws, lambda upstream: upstream.call("iam", "GetRole", {"RoleName": "studio"}))
    assert found["Role"]["Arn"] == "arn:aws:iam::111122223333:role/studio"
    (sent,) = aws.received
    assert sent.signed and b"Action=GetRole" in sent.body and b"RoleName=studio" in sent.body


def test_call_of_a_rest_service(aws):
    params = {"Name": "sagemaker-studio-ä", "GroupName": "default"}
    target = {
        "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:createApp",
        "Input": '{"DomainId": "d-own", "AppType": "JupyterLab"}',
    }

    async def use(upstream):
        await upstream.call("scheduler", "CreateSchedule", {**params, "Target": target})
        return await upstream.call("scheduler", "DeleteSchedule", params)

    aws.answer = lambda _: (200, {}, b'{"a": 1}')
    assert run(aws, use, domain_id=lambda: "d-own") == {"a": 1}
    created, deleted = aws.received
    assert created.signed and deleted.signed
    path = "/schedules/sagemaker-studio-%C3%A4"
    assert (created.method, created.target) == ("POST", path)
    assert json.loads(created.body) == {"GroupName": "default", "Target": target}
    assert (deleted.method, deleted.target) == ("DELETE", f"{path}?groupName=default")
    assert deleted.body == b""


def test_call_of_a_json_service(aws):
    async def use(upstream):
        when = datetime(2026, 1, 2, tzinfo=timezone.utc)
        return await upstream.call("sagemaker", "Search", {"NewMember": when})

    aws.answer = lambda _: (200, {}, b'{"Results": [], "AnotherNewMember": 1.5}')
    assert run(aws, use) == {"Results": [], "AnotherNewMember": 1.5}
    (sent,) = aws.received
    assert sent.signed and sent.headers["x-amz-target"] == "SageMaker.Search"
    assert json.loads(sent.body) == {"NewMember": 1767312000.0}


def failure(aws, use):
    with pytest.raises(AwsError) as caught:
        run(aws, use)
    return caught.value


def test_call_that_aws_refuses(aws):
    body = b'{"__type":"com.amazonaws.sagemaker#ResourceInUse","Message":"It exists."}'
    aws.answer = lambda _: (400, {"x-amzn-RequestId": "r-9"}, body)
    error = failure(aws, lambda u: u.call("sagemaker", "CreateTrainingJob", {}))
    assert error.to_dict() == {
        "code": "ResourceInUse",
        "awsCode": "ResourceInUse",
        "message": "It exists.",
        "operation": "CreateTrainingJob",
        "requestId": "r-9",
        "status": 400,
    }
    assert not error.ambiguous


@pytest.mark.parametrize("body", [b"<html>captive portal</html>", b"[]", b"\xff"])
def test_answer_that_is_not_of_the_service(aws, body):
    aws.answer = lambda _: (200, {}, body)
    error = failure(aws, lambda u: u.call("sagemaker", "Search", {}))
    assert (error.code, error.status) == ("UpstreamUnavailable", 502)


@pytest.mark.parametrize("service,operation", [("sagemaker", "DeleteDomain"), ("rds", "ListRoles")])
def test_call_off_the_list(aws, service, operation):
    error = failure(aws, lambda u: u.call(service, operation, {}))
    assert (error.code, error.status) == ("OperationNotAllowed", 403)
    assert not aws.received


def test_call_of_s3(aws):
    aws.answer = lambda _: (404, {}, b"")
    error = failure(aws, lambda u: u.call("s3", "HeadBucket", {"Bucket": "bucket"}))
    assert (error.code, error.status, error.operation) == ("NotFound", 404, "HeadBucket")
    assert aws.received[0].signed
    text = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    aws.answer = lambda _: (403, {"x-amz-request-id": "r"}, text)
    error = failure(aws, lambda u: u.call("s3", "ListObjectsV2", {"Bucket": "bucket"}))
    assert (error.code, error.message, error.request_id) == ("AccessDenied", "no", "r")


def test_client_is_made_once_and_anew_with_new_credentials(aws):
    async def use(upstream):
        first = await asyncio.to_thread(upstream.client, "s3")
        assert await asyncio.to_thread(upstream.client, "s3") is first
        upstream.forget_credentials()
        assert await asyncio.to_thread(upstream.client, "s3") is not first

    run(aws, use)


def test_cancelled_call_lets_go(aws):
    def wait(_):
        aws.hang.wait(20)
        return 200, {}, b"{}"

    async def use(upstream):
        task = asyncio.ensure_future(upstream.call("sagemaker", "Search", {}))
        while not aws.received:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert upstream._pending == 0

    aws.answer = wait
    run(aws, use)


def test_aborted_thread_wakes(aws):
    """A botocore client's call made inside ``with Call()`` ends when the call is aborted."""

    def wait(_):
        aws.hang.wait(20)
        return 200, {}, b""

    async def use(upstream):
        call = Call()

        def work():
            client = upstream.client("s3", retries={"total_max_attempts": 1})
            with call:
                client.head_bucket(Bucket="bucket")

        thread = asyncio.ensure_future(asyncio.to_thread(work))
        while not aws.received:
            await asyncio.sleep(0.01)
        call.abort()
        with pytest.raises(Exception, match=r"(?i)closed|abort|connect"):
            await asyncio.wait_for(thread, 5)

    aws.answer = wait
    run(aws, use)


# Credentials


def test_credentials_of_a_container_are_refreshed_off_the_event_loop(aws, monkeypatch):
    """As in a Studio space: an address on the machine gives them, for a while."""
    asked = []
    ends = datetime.now(timezone.utc) + timedelta(seconds=120)

    def answer(received):
        if received.target != "/credentials":
            return 200, {}, b"{}"
        asked.append(received)
        given = {
            "AccessKeyId": aws_fake.KEY,
            "SecretAccessKey": aws_fake.SECRET,
            "Token": aws_fake.TOKEN,
            "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        return 200, {"Content-Type": "application/json"}, json.dumps(given).encode()

    async def use(upstream):
        for _ in range(3):
            await upstream.call("sagemaker", "Search", {})
        return await upstream.run(lambda: upstream.sign_url("/b/k", "", "GET", 900))

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{aws.url}/credentials")
    aws.answer = answer
    url, expiry = run(aws, use)
    assert len(asked) >= 3  # they always end soon, so each call asks again
    assert all(r.signed for r in aws.received if r.target == "/")
    assert "X-Amz-Signature" in url
    assert abs((expiry - ends).total_seconds()) < 1


def test_failed_search_for_credentials_is_not_repeated_at_once(aws, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    searches = []
    find = Session.get_credentials
    monkeypatch.setattr(Session, "get_credentials", lambda s: searches.append(1) or find(s))

    async def use(upstream):
        for _ in range(3):
            with pytest.raises(AwsError, match="CredentialsUnavailable"):
                await upstream.call("sagemaker", "Search", {})

    run(aws, use)
    assert len(searches) == 1


def test_broken_profile_is_told_in_words(aws, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "missing")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    error = failure(aws, lambda u: u.call("sagemaker", "Search", {}))
    assert "missing" in error.message


def test_no_thread_hangs_when_the_server_stops(aws):
    async def use(upstream):
        job = asyncio.ensure_future(upstream.run(lambda: "done"))
        assert await job == "done"
        begun = threading.Event()

        def hold():
            begun.set()
            time.sleep(0.5)

        size = upstream._pool._max_workers
        held = [asyncio.ensure_future(upstream.run(hold)) for _ in range(size)]
        queued = asyncio.ensure_future(upstream.run(lambda: None))
        await asyncio.sleep(0.1)
        assert begun.is_set()
        await upstream.close()
        with pytest.raises(AwsError, match="UpstreamUnavailable"):
            await queued
        await asyncio.gather(*held)
        with pytest.raises(AwsError, match="UpstreamUnavailable"):
            await upstream.run(lambda: None)

    run(aws, use)


@pytest.mark.parametrize("seconds", [0, 0.003, 0.03, 0.3])
def test_calls_under_way_are_told_that_the_server_stops(aws, seconds):
    def wait(_):
        aws.hang.wait(5)
        return 200, {}, b"{}"

    async def use(upstream):
        call = asyncio.ensure_future(upstream.call("sagemaker", "Search", {}))
        await asyncio.sleep(seconds)
        await upstream.close()
        aws.hang.set()
        with pytest.raises(AwsError, match="UpstreamUnavailable"):
            await call

    aws.answer = wait
    run(aws, use)
