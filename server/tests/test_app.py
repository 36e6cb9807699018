"""The extension in a Jupyter server: who may use it, what loading it costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import aws_fake
import pytest
from aws_fake import serve_fake_aws, serve_secure_fake_aws
from jupyter_server.auth import Authorizer
from jupyter_server.utils import JupyterServerAuthWarning
from tornado.httpclient import HTTPClientError

SERVER = Path(__file__).parents[1]
PRESIGN = '{"bucket": "bucket", "key": "k", "operation": "GetObject"}'


@pytest.fixture
def aws():
    with serve_fake_aws() as fake:
        yield fake


@pytest.fixture
def jp_server_config(jp_server_config, aws, monkeypatch):
    for name, value in {**aws_fake.ENVIRON, "AWS_ENDPOINT_URL": aws.url}.items():
        monkeypatch.setenv(name, value)
    jp_server_config["ServerApp"]["allow_unauthenticated_access"] = False
    return jp_server_config


@pytest.fixture
def fetch(jp_serverapp, http_server_client, jp_base_url):
    """A request without any token or cookie of its own."""

    async def ask(path, method="GET", body=None, headers=None):
        return await http_server_client.fetch(
            f"{jp_base_url}sagemaker-studio/{path}",
            method=method,
            body=body,
            headers=headers or {},
            raise_error=False,
            follow_redirects=False,
            allow_nonstandard_methods=True,
        )

    return ask


@pytest.fixture
def sign_in(jp_serverapp, http_server_client, jp_base_url):
    """What a browser holds after the log-in page: session cookie and XSRF token."""
    return lambda: _sign_in(jp_serverapp, http_server_client, jp_base_url)


async def _sign_in(jp_serverapp, http_server_client, jp_base_url):
    token = jp_serverapp.identity_provider.token
    answer = await http_server_client.fetch(f"{jp_base_url}api/status?token={token}")
    pairs = [line.split(";")[0] for line in answer.headers.get_list("Set-Cookie")]
    answer = await http_server_client.fetch(f"{jp_base_url}login")
    pairs += [line.split(";")[0] for line in answer.headers.get_list("Set-Cookie")]
    found = dict(pair.split("=", 1) for pair in pairs)
    return "; ".join(f"{k}={v}" for k, v in found.items()), found["_xsrf"]


TASK = "0" * 32  # there is none of this id
ROUTES = [
    ("GET", "context"),
    ("POST", "presign"),
    ("POST", "aws/sagemaker/"),
    ("GET", "aws/s3/bucket/key"),
    ("HEAD", "aws/s3/bucket/key"),
    ("PUT", "aws/s3/bucket/key"),
    ("DELETE", "aws/s3/bucket/key"),
    ("GET", "space"),
    ("POST", "space/keep-awake"),
    ("DELETE", "space/keep-awake"),
    ("POST", "space/restart-jupyter"),
    ("GET", "aws/scheduler/schedules/sagemaker-studio-x"),
    ("POST", "aws/scheduler/schedules/sagemaker-studio-x"),
    ("DELETE", "aws/scheduler/schedules/sagemaker-studio-x"),
    ("GET", "tasks"),
    ("POST", "tasks"),
    ("GET", f"tasks/{TASK}"),
    ("DELETE", f"tasks/{TASK}"),
    ("GET", f"tasks/{TASK}/events"),
]
# Those that `{}` is not enough for.
REFUSED = {
    ("POST", "space/keep-awake"): 400,
    ("POST", "space/restart-jupyter"): 501,
    ("POST", "aws/scheduler/schedules/sagemaker-studio-x"): 403,
    ("DELETE", "aws/scheduler/schedules/sagemaker-studio-x"): 403,
    ("POST", "tasks"): 400,
    ("DELETE", f"tasks/{TASK}"): 404,
}


async def test_context(jp_fetch):
    answer = await jp_fetch("sagemaker-studio", "context")
    body = json.loads(answer.body)
    assert body["mode"] == "account" and body["version"]
    assert body["fields"]["region"] == {"value": "eu-central-1", "source": "AWS_REGION"}
    assert set(body["neighbours"].values()) == {False}
    assert aws_fake.SECRET not in answer.body.decode()


class TestSettings:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["SageMakerStudioApp"] = {
            "domain_id": "d-set",
            "space_name": "space",
            "user_profile_name": "profile",
            "execution_role_arn": "arn:aws:iam::777788889999:role/Set",
            "image_uri": "1.dkr.ecr/set:1",
        }
        return jp_server_config

    async def test_facts_of_an_account(self, jp_fetch):
        body = json.loads((await jp_fetch("sagemaker-studio", "context")).body)
        fields = body["fields"]
        assert body["mode"] == "account"
        assert fields["domainId"] == {"value": "d-set", "source": "SageMakerStudioApp.domain_id"}
        names = ("spaceName", "userProfileName", "accountId", "imageUri")
        assert [fields[name]["value"] for name in names] == [
            "space",
            "profile",
            "777788889999",
            "1.dkr.ecr/set:1",
        ]


@pytest.mark.parametrize("method,path", ROUTES)
async def test_nothing_without_signing_in(fetch, aws, method, path):
    answer = await fetch(path, method, "{}" if method in ("POST", "PUT") else None)
    assert answer.code == 403
    if method != "HEAD":
        assert b"NotSignedIn" in answer.body
    assert not aws.received


@pytest.mark.parametrize("method,path", [row for row in ROUTES if row[0] not in ("GET", "HEAD")])
async def test_no_write_without_xsrf_token(fetch, aws, sign_in, method, path):
    cookie, xsrf = await sign_in()
    body = PRESIGN if path == "presign" else "{}"
    headers = {"Cookie": cookie}
    if "sagemaker" in path:
        headers["X-Amz-Target"] = "SageMaker.Search"
    answer = await fetch(path, method, body, headers)
    assert answer.code == 403 and b"XsrfCheckFailed" in answer.body
    answer = await fetch(path, method, body, {**headers, "X-XSRFToken": "2|wrong|one|0"})
    assert answer.code == 403
    assert not aws.received
    answer = await fetch(path, method, body, {**headers, "X-XSRFToken": xsrf})
    assert b"XsrfCheckFailed" not in answer.body
    assert answer.code == REFUSED.get((method, path), 200)


async def test_get_from_another_origin_is_refused(fetch, aws, sign_in):
    cookie, _ = await sign_in()
    headers = {"Cookie": cookie, "Origin": "https://evil.example"}
    for path in ("context", "aws/s3/bucket/key"):
        assert (await fetch(path, headers=headers)).code in (403, 404)
    assert not aws.received


@pytest.mark.parametrize("origin", ["", "*"])
@pytest.mark.parametrize(
    "site,code", [("cross-site", 403), ("same-site", 403), ("same-origin", 200)]
)
async def test_page_of_another_site(fetch, aws, sign_in, jp_serverapp, origin, site, code):
    """Also where any origin is allowed, as in Studio."""
    jp_serverapp.web_app.settings["allow_origin"] = origin
    cookie, _ = await sign_in()
    headers = {"Cookie": cookie, "Sec-Fetch-Site": site, "Referer": "http://127.0.0.1/"}
    if code == 200:
        headers["Referer"] = f"http://127.0.0.1:{jp_serverapp.port}/"
    answer = await fetch("aws/s3/bucket/key", headers=headers)
    if origin == "*" or code == 403:
        assert answer.code == code
        assert len(aws.received) == (code == 200)


class ReadOnly(Authorizer):
    """Lets everybody look and nobody touch."""

    def is_authorized(self, handler, user, action, resource):
        return resource != "sagemaker-studio" or action == "read"


async def test_authorizer_is_asked_by_operation(jp_configurable_serverapp, jp_serverapp, jp_fetch):
    jp_serverapp.authorizer = jp_serverapp.web_app.settings["authorizer"] = ReadOnly()

    async def call(operation):
        headers = {"X-Amz-Target": f"SageMaker.{operation}"}
        return await jp_fetch(
            "sagemaker-studio", "aws", "sagemaker", method="POST", body="{}", headers=headers
        )

    assert (await call("Search")).code == 200  # a read, although it is a POST
    with pytest.raises(HTTPClientError) as caught:
        await call("CreateTrainingJob")
    assert caught.value.code == 403
    assert json.loads(caught.value.response.body)["__type"] == "NotAuthorized"


@pytest.mark.parametrize("path,method", [("context", "POST"), ("presign", "GET")])
async def test_other_methods(jp_fetch, path, method):
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("sagemaker-studio", path, method=method, allow_nonstandard_methods=True)
    assert caught.value.code == 405
    assert json.loads(caught.value.response.body)["error"]["code"] == "MethodNotAllowed"


async def test_polling_is_no_activity(jp_fetch, jp_serverapp):
    before = jp_serverapp.web_app.settings.get("api_last_activity")
    await jp_fetch("sagemaker-studio", "context")
    await jp_fetch("sagemaker-studio", "aws", "s3", "bucket", "key")
    assert jp_serverapp.web_app.settings.get("api_last_activity") == before


async def test_a_defect_tells_nothing_but_its_id(jp_fetch, jp_serverapp, monkeypatch, caplog):
    app = jp_serverapp.web_app.settings["jupyterlab_sagemaker_studio"]
    monkeypatch.setattr(app.context, "describe", lambda _: 1 / 0)
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("sagemaker-studio", "context")
    error = json.loads(caught.value.response.body)["error"]
    assert (caught.value.code, error["code"]) == (500, "InternalError")
    assert "ZeroDivision" not in caught.value.response.body.decode()
    assert error["requestId"] in caplog.text


def test_every_route_says_who_may_use_it(jp_configurable_serverapp, jp_server_config):
    """Jupyter warns of a route that is open by oversight."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", JupyterServerAuthWarning)
        app = jp_configurable_serverapp(config=jp_server_config)
    assert app.extension_manager.extensions["jupyterlab_sagemaker_studio"].enabled
    assert [str(w.message) for w in caught if "sagemaker-studio" in str(w.message)] == []


@pytest.fixture
def without_tasks(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlab_sagemaker_studio.tasks.handlers", None)


async def test_jupyter_runs_without_the_tasks(without_tasks, jp_fetch):
    assert (await jp_fetch("sagemaker-studio", "context")).code == 200
    assert (await jp_fetch("api", "status")).code == 200


def test_server_config_enables_the_extension():
    path = SERVER / "jupyter-config/server-config/jupyterlab_sagemaker_studio.json"
    extensions = json.loads(path.read_text())["ServerApp"]["jpserver_extensions"]
    assert extensions == {"jupyterlab_sagemaker_studio": True}


def test_loading_is_cheap_and_needs_no_aws_library():
    """Generous bounds, for slow machines; the bench measures against the goals."""
    code = """
import sys, time
import jupyter_server.serverapp, jupyter_server.extension.application
from jupyter_server.serverapp import ServerApp
pages = lambda: int(open('/proc/self/statm').read().split()[1]) * 4096
memory, started = pages(), time.perf_counter()
import jupyterlab_sagemaker_studio
(point,) = jupyterlab_sagemaker_studio._jupyter_server_extension_points()
app = point["app"]()
app.initialize_settings()
app.initialize_handlers()
print(time.perf_counter() - started, pages() - memory)
late = ('aiohttp', 'boto3', 'botocore', 's3transfer', 'urllib3')
# Nor what most servers never need.
rarely = ('tasks.manager', 'tasks.change', 'space.local')
rarely = [f'jupyterlab_sagemaker_studio.{m}' for m in rarely]
print([m for m in sys.modules if m.split('.')[0] in late or m in rarely])
"""
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SERVER)},
        capture_output=True,
        text=True,
        check=True,
    )
    figures, modules = run.stdout.splitlines()[-2:]
    seconds, size = map(float, figures.split())
    assert modules == "[]"
    assert seconds < 0.5 and size < 10_000_000


async def search(jp_fetch):
    headers = {"X-Amz-Target": "SageMaker.Search"}
    parts = ("sagemaker-studio", "aws", "sagemaker")
    answer = await jp_fetch(*parts, method="POST", body="{}", headers=headers)
    return answer.code


@pytest.fixture
def secure_aws(tmp_path):
    with serve_secure_fake_aws(tmp_path) as pair:
        yield pair


async def test_certificate_nobody_knows(jp_fetch, secure_aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", secure_aws[0].url)
    with pytest.raises(HTTPClientError) as caught:
        await search(jp_fetch)
    error = json.loads(caught.value.response.body)
    assert error["__type"] == "UpstreamUnavailable"
    assert "certificate" in error["message"].lower()


async def test_ca_bundle(jp_fetch, secure_aws, monkeypatch):
    fake, certificate = secure_aws
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", fake.url)
    monkeypatch.setenv("AWS_CA_BUNDLE", certificate)
    assert await search(jp_fetch) == 200
    assert fake.received[0].signed


async def test_proxy(jp_fetch, aws, monkeypatch):
    """http_proxy is honoured: the fake stands in for the proxy as well."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://sagemaker.example")
    monkeypatch.setenv("http_proxy", aws.url)
    assert await search(jp_fetch) == 200
    (sent,) = aws.received
    assert sent.signed and sent.headers["host"] == "sagemaker.example"
