"""Short-lived S3 addresses."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import aws_fake
import pytest
from moto.server import ThreadedMotoServer
from tornado.httpclient import HTTPClientError


@pytest.fixture(scope="module")
def moto():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    # moto's state belongs to the process: forget what other modules made.
    urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def jp_server_config(jp_server_config, moto, monkeypatch):
    for name, value in aws_fake.ENVIRON.items():
        monkeypatch.setenv(name, value)
    jp_server_config["SageMakerStudioApp"] = {
        "endpoint_url": moto,
        "allowed_buckets": ["bucket*"],
    }
    return jp_server_config


@pytest.fixture
def presign(jp_fetch):
    async def ask(**body):
        body = {"bucket": "bucket", "key": "k", "operation": "GetObject", **body}
        text = json.dumps({name: value for name, value in body.items() if value is not None})
        answer = await jp_fetch("sagemaker-studio", "presign", method="POST", body=text)
        return json.loads(answer.body)

    return ask


async def test_upload_then_download(presign, jp_asyncio_loop, moto, caplog):
    caplog.set_level(logging.DEBUG)
    key = "a b/é中文+%?.txt"

    def through(url, method, data=None):
        headers = {"Content-Type": "application/octet-stream"} if data else {}
        with urlopen(Request(url, data=data, headers=headers, method=method)) as answer:
            return answer.read(), answer.headers

    urlopen(Request(f"{moto}/bucket", method="PUT", data=b"")).close()
    up = await presign(key=key, operation="PutObject")
    await jp_asyncio_loop.run_in_executor(None, through, up["url"], "PUT", b"hello")
    down = await presign(key=key)
    body, headers = await jp_asyncio_loop.run_in_executor(None, through, down["url"], "GET")
    assert body == b"hello"
    assert headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%C3%A9%E4")
    # werkzeug is the fake AWS here; all else is this server
    log = "\n".join(r.getMessage() for r in caplog.records if r.name != "werkzeug")
    assert "/presign" in log
    for secret in (aws_fake.SECRET, aws_fake.TOKEN, "Signature="):
        assert secret not in log


async def test_expiry(presign):
    before = datetime.now(timezone.utc)
    answer = await presign(expiresIn=60)
    query = parse_qs(urlsplit(answer["url"]).query)
    assert query["X-Amz-Expires"] == ["60"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Security-Token"] == [aws_fake.TOKEN]
    assert 55 <= (datetime.fromisoformat(answer["expiresAt"]) - before).total_seconds() <= 61


@pytest.mark.parametrize(
    "body,status,code",
    [
        ({"operation": "DeleteObject"}, 400, "BadRequest"),
        ({"operation": None}, 400, "BadRequest"),
        ({"expiresIn": 0}, 400, "BadRequest"),
        ({"expiresIn": 901}, 400, "BadRequest"),
        ({"expiresIn": "60"}, 400, "BadRequest"),
        ({"expiresIn": True}, 400, "BadRequest"),
        ({"bucket": None}, 400, "BadRequest"),
        ({"key": ""}, 400, "BadRequest"),
        ({"key": 7}, 400, "BadRequest"),
        ({"key": "a/../b"}, 400, "InvalidKey"),
        ({"key": "\ud800"}, 400, "InvalidKey"),
        ({"key": "x" * 1025}, 400, "KeyTooLongError"),
        ({"bucket": "bucket/x"}, 400, "InvalidBucketName"),
        ({"bucket": "bucket@evil"}, 400, "InvalidBucketName"),
        ({"bucket": "other"}, 403, "OperationNotAllowed"),
    ],
)
async def test_refused(presign, body, status, code):
    with pytest.raises(HTTPClientError) as caught:
        await presign(**body)
    assert caught.value.code == status
    assert json.loads(caught.value.response.body)["error"]["code"] == code


@pytest.mark.parametrize("body", ["", "[]", "{", "null", "[" * 100_000])
async def test_body_that_is_no_object(jp_fetch, body):
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("sagemaker-studio", "presign", method="POST", body=body)
    assert caught.value.code == 400
