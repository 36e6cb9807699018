"""CodeCommit by the role: signed as AWS's own helper signs, for that host only."""

from __future__ import annotations

import subprocess

import pytest
from aws_fake import ENVIRON, KEY, SECRET, TOKEN
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from jupyterlab_sagemaker_studio.repositories import process
from jupyterlab_sagemaker_studio.repositories.secret import sign_codecommit
from jupyterlab_sagemaker_studio.repositories.url import is_codecommit

HOST = "git-codecommit.eu-central-1.amazonaws.com"


def is_right(user: str, password: str, host: str, path: str) -> bool:
    """What CodeCommit checks, by botocore's signer."""
    stamp, _, signature = password.partition("Z")
    request = AWSRequest("GIT", f"https://{host}{path}")
    request.context["timestamp"] = stamp
    region = ENVIRON["AWS_REGION"]
    signer = SigV4Auth(Credentials(KEY, SECRET, TOKEN), "codecommit", region)
    canonical = f"GIT\n{path}\n\nhost:{host}\n\nhost\n"
    expected = signer.signature(signer.string_to_sign(request, canonical), request)
    return user == f"{KEY}%{TOKEN}" and signature == expected


def test_signature():
    path = "/v1/repos/models"
    user, password = sign_codecommit(Credentials(KEY, SECRET, TOKEN), HOST, path[1:])
    assert is_right(user, password, HOST, path)
    assert not is_right(user, password, HOST, "/v1/repos/others")
    user, _ = sign_codecommit(Credentials(KEY, SECRET), HOST, path)
    assert user == KEY


def test_host():
    assert is_codecommit(HOST) and is_codecommit("git-codecommit.cn-north-1.amazonaws.com.cn")
    for other in (f"{HOST}.evil.example", f"evil-{HOST}", "git-codecommit.x.y.amazonaws.com"):
        assert not is_codecommit(other)


async def test_clone(desk, server, monkeypatch):
    """Both forms of URL, of which only the host is replaced by the test server's."""
    server.make("v1/repos/models", private=True)
    # What git asks for is HOST: a rewriting proxy of our own would need its certificate.
    monkeypatch.setattr(
        "jupyterlab_sagemaker_studio.repositories.sign_in.is_codecommit",
        lambda name: name == f"127.0.0.1:{server.port}",
    )
    monkeypatch.setattr(
        "jupyterlab_sagemaker_studio.repositories.session.sign_codecommit",
        lambda credentials, _, path: sign_codecommit(credentials, HOST, path),
    )
    server.accepts = lambda user, word: is_right(user, word, HOST, "/v1/repos/models")
    end = await desk.clone(server.url("v1/repos/models"))
    assert end["state"] == "succeeded", str(end["error"])
    assert desk.asked == []


@pytest.mark.parametrize(
    "url,becomes",
    [
        ("codecommit::us-east-1://models", "https://git-codecommit.us-east-1.amazonaws.com"),
        ("codecommit://models", f"https://{HOST}"),
    ],
)
async def test_short_form_goes_over_https(desk, person, monkeypatch, url, becomes):
    """What git is told to do with the URL, by git itself; the clone keeps it as it was given."""
    seen = []

    def run(arguments, env, **_):
        end = arguments.index("clone")
        command = ["git", *arguments[:end], "ls-remote", "--get-url", "--", url]
        seen.append(subprocess.run(command, env=env, capture_output=True, text=True).stdout)
        assert arguments[-2] == url
        return process.Outcome(128, "", "fatal: enough")

    monkeypatch.setattr(process, "run", run)
    end = await desk.clone(url)
    assert end["error"]["message"] == "fatal: enough"
    assert seen == [f"{becomes}/v1/repos/models\n"]


async def test_profile_needs_the_remote_helper(desk, person):
    end = await desk.clone("codecommit::us-east-1://somebody@models")
    assert end["error"]["code"] == "CloneFailed"
    assert "git-remote-codecommit" in end["error"]["hint"]
