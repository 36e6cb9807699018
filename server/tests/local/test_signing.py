"""Who is let in: signatures, keys, times and presigned addresses."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from local_jobs import BUCKET, stage
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudio

GOOD = Credentials(seed.ACCESS_KEY, seed.SECRET_KEY)
V4 = Config(signature_version="s3v4")


def fetch(request: Any) -> tuple[int, bytes]:
    """(status, body) of a urllib request or address."""
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def signed(
    studio: LocalStudio,
    *,
    credentials: Credentials = GOOD,
    service: str = "sagemaker",
    region: str = seed.REGION,
    target: str = "SageMaker.ListDomains",
    body: bytes = b"{}",
) -> urllib.request.Request:
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    request = AWSRequest("POST", f"{studio.endpoint_url}/", headers, body)
    SigV4Auth(credentials, service, region).add_auth(request)
    sent = dict(request.headers.items())
    return urllib.request.Request(request.url, method="POST", data=body, headers=sent)


def test_a_good_signature(local_studio: LocalStudio) -> None:
    status, body = fetch(signed(local_studio))
    assert status == 200
    assert seed.DOMAIN_ID.encode() in body


def test_a_session_token_is_part_of_what_is_signed(local_studio: LocalStudio) -> None:
    temporary = Credentials(seed.ACCESS_KEY, seed.SECRET_KEY, "a-session-token")
    request = signed(local_studio, credentials=temporary)
    assert fetch(request)[0] == 200
    request.headers["X-amz-security-token"] = "another"
    status, body = fetch(request)
    assert status == 400
    assert b"InvalidSignatureException" in body


@pytest.mark.parametrize(
    ("credentials", "code"),
    [
        (Credentials(seed.ACCESS_KEY, "wrong"), b"InvalidSignatureException"),
        (Credentials("AKIASOMEBODYELSE0000", "x"), b"UnrecognizedClientException"),
    ],
)
@pytest.mark.parametrize(
    ("service", "target"),
    [("sagemaker", "SageMaker.ListDomains"), ("logs", "Logs_20140328.DescribeLogGroups")],
)
def test_wrong_keys(
    local_studio: LocalStudio, credentials: Credentials, code: bytes, service: str, target: str
) -> None:
    request = signed(local_studio, credentials=credentials, service=service, target=target)
    status, body = fetch(request)
    assert status == 400
    assert code in body


def test_a_body_changed_on_the_way(local_studio: LocalStudio) -> None:
    request = signed(local_studio)
    request.data = b'{"MaxResults": 1}'
    assert b"InvalidSignatureException" in fetch(request)[1]


def test_an_old_signature(local_studio: LocalStudio) -> None:
    request = signed(local_studio)
    request.headers["X-amz-date"] = "20200101T000000Z"
    assert b"InvalidSignatureException" in fetch(request)[1]


def test_another_region(local_studio: LocalStudio) -> None:
    status, body = fetch(signed(local_studio, region="eu-west-1"))
    assert status == 400
    assert b"Credential should be scoped to a valid region; here it is us-west-2" in body


def test_no_signature_at_all(local_studio: LocalStudio) -> None:
    url = local_studio.endpoint_url
    headers = {"X-Amz-Target": "SageMaker.ListDomains"}
    status, body = fetch(urllib.request.Request(url, data=b"{}", headers=headers))
    assert (status, b"MissingAuthenticationToken" in body) == (403, True)
    status, body = fetch(f"{url}/{BUCKET}/key")
    assert (status, b"<Code>AccessDenied</Code>" in body) == (403, True)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    request = urllib.request.Request(url, data=b"Action=ListUsers", headers=form)
    status, body = fetch(request)
    assert (status, b"MissingAuthenticationToken" in body) == (403, True)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"aws_secret_access_key": "wrong"}, "SignatureDoesNotMatch"),
        ({"aws_access_key_id": "AKIASOMEBODYELSE0000"}, "InvalidAccessKeyId"),
    ],
)
def test_s3_with_wrong_keys(local_studio: LocalStudio, keys: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError) as raised:
        local_studio.client("s3", **keys).list_buckets()
    assert raised.value.response["Error"]["Code"] == code
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_s3_checks_the_body(local_studio: LocalStudio) -> None:
    stage(local_studio, "any")
    request = AWSRequest("PUT", f"{local_studio.endpoint_url}/{BUCKET}/x", {}, b"one")
    S3SigV4Auth(GOOD, "s3", seed.REGION).add_auth(request)
    headers = dict(request.headers.items())
    changed = urllib.request.Request(request.url, method="PUT", data=b"two", headers=headers)
    status, body = fetch(changed)
    assert status == 400
    assert b"XAmzContentSHA256Mismatch" in body


@pytest.mark.parametrize("key", ["plain.txt", "with space/é 中文+&=?.txt", "a//b/../c"])
def test_keys_of_every_kind(local_studio: LocalStudio, key: str) -> None:
    stage(local_studio, "any")
    s3 = local_studio.client("s3")
    s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == key.encode()
    assert key in [o["Key"] for o in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]


def test_presigned_addresses(local_studio: LocalStudio) -> None:
    stage(local_studio, "presigned", b"content")
    s3 = local_studio.client("s3", config=V4)
    name = {"Bucket": BUCKET, "Key": "presigned/input/nb.ipynb"}
    disposition = 'attachment; filename="é.ipynb"'
    url = s3.generate_presigned_url(
        "get_object", Params={**name, "ResponseContentDisposition": disposition}, ExpiresIn=60
    )
    assert fetch(url) == (200, b"content")
    assert b"SignatureDoesNotMatch" in fetch(url.replace("nb.ipynb", "other.ipynb"))[1]
    assert b"SignatureDoesNotMatch" in fetch(url.replace("Expires=60", "Expires=61"))[1]
    put = s3.generate_presigned_url("put_object", Params=name, ExpiresIn=60)
    request = urllib.request.Request(put, method="PUT", data=b"new")
    assert fetch(request)[0] == 200
    assert fetch(url) == (200, b"new")


def test_presigned_addresses_expire(
    local_studio: LocalStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(local_studio, "expired")
    s3 = local_studio.client("s3", config=V4)
    name = {"Bucket": BUCKET, "Key": "expired/input/nb.ipynb"}
    url = s3.generate_presigned_url("get_object", Params=name, ExpiresIn=1)
    from sagemaker_studio_local import signing

    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 10)
    status, body = fetch(url)
    assert (status, b"Request has expired" in body) == (403, True)


def test_signature_version_2_is_refused_in_words(local_studio: LocalStudio) -> None:
    stage(local_studio, "old")
    s3 = local_studio.client("s3", config=Config(signature_version="s3"))
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "old"})
    status, body = fetch(url)
    assert status == 400
    assert b"Please use AWS4-HMAC-SHA256" in body


def test_keys_given_out_by_sts_work(local_studio: LocalStudio) -> None:
    given = local_studio.client("sts").assume_role(
        RoleArn=seed.ROLE_ARN, RoleSessionName="somebody"
    )["Credentials"]
    sagemaker = local_studio.client(
        "sagemaker",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    assert sagemaker.list_domains()["Domains"]
