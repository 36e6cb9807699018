"""Clones of a real server: what arrives, and what is left when it does not."""

from __future__ import annotations

import json

import pytest
from clone_desk import SECRET_ARN, secret_answer, sign_in
from git_server import TOKEN, USER, git


def nothing_left(desk):
    return list(desk.root.iterdir()) == []


async def test_public(desk, server):
    end = await desk.clone(server.url("team/models"), directory="copy")
    assert end["state"] == "succeeded", str(end["error"])
    copy = desk.root / "copy"
    assert (copy / "forecast.ipynb").read_text() == "{}"
    head = git("rev-parse", "HEAD", cwd=copy)
    result = end["result"]
    assert result["bytes"] > 0
    assert result == {
        "directory": "copy",
        "branch": "main",
        "commit": head,
        "bytes": result["bytes"],
    }
    assert [path.name for path in desk.root.iterdir()] == ["copy"]
    assert desk.asked == [] and "question" not in end


@pytest.mark.parametrize("reference,branch", [("experiments", "experiments"), ("v1.0", None)])
async def test_branch_or_tag(desk, server, reference, branch):
    end = await desk.clone(server.url("team/models"), reference=reference, depth=1)
    assert end["state"] == "succeeded", str(end["error"])
    assert end["result"]["branch"] == branch
    assert git("rev-list", "--count", "HEAD", cwd=desk.root / "copy") == "1"


async def test_secret(desk, server, aws):
    aws.answer = secret_answer(USER, TOKEN)
    end = await desk.clone(server.url("team/private"), secretArn=SECRET_ARN)
    assert end["state"] == "succeeded", str(end["error"])
    assert desk.asked == []
    assert [call.headers["x-amz-target"] for call in aws.received] == [
        "secretsmanager.GetSecretValue"
    ]
    assert aws.received[0].signed


async def test_answer(desk, server):
    end = await desk.clone(server.url("team/private"), sign_in(USER, TOKEN))
    assert end["state"] == "succeeded", str(end["error"])
    (question,) = desk.asked
    assert (question["kind"], question["host"]) == ("credentials", f"127.0.0.1:{server.port}")
    assert "problem" not in question


async def test_wrong_token_is_asked_for_again(desk, server):
    wrong = sign_in(USER, "wrong")
    end = await desk.clone(server.url("team/private"), wrong, wrong, sign_in(USER, TOKEN))
    assert end["state"] == "succeeded", str(end["error"])
    assert [q.get("problem") for q in desk.asked] == [None, *2 * ["Invalid user name or token."]]


async def test_wrong_token_three_times(desk, server):
    end = await desk.clone(server.url("team/private"), *3 * [sign_in(USER, "wrong")])
    assert (end["state"], end["error"]["code"]) == ("failed", "AuthenticationFailed")
    assert "Authentication failed" in end["error"]["message"]
    assert "Invalid user name or token." in end["error"]["message"]
    assert nothing_left(desk)


async def test_declined(desk, server):
    end = await desk.clone(server.url("team/private"), None)
    assert (end["state"], end["error"]["code"]) == ("failed", "AuthenticationFailed")
    assert server.address in end["error"]["message"]
    assert nothing_left(desk)


@pytest.mark.parametrize("declined", [True, False])
async def test_secret_that_is_denied(desk, server, declined):
    answer = None if declined else sign_in(USER, TOKEN)
    end = await desk.clone(server.url("team/private"), answer, secretArn=SECRET_ARN)
    (question,) = desk.asked
    for words in (SECRET_ARN, "AccessDeniedException: not yours", "request-17"):
        assert words in question["problem"]
    if declined:
        error = end["error"]
        assert error["code"] == "SecretUnavailable" and error["requestId"] == "request-17"
        assert error["message"] == question["problem"] and "GetSecretValue" in error["hint"]
        assert nothing_left(desk)
    else:
        assert end["state"] == "succeeded", str(end["error"])


@pytest.mark.parametrize("value", ["no JSON", "[]", '{"username": "x"}', '{"a": "top-secret"}'])
async def test_malformed_secret(desk, server, aws, value):
    body = json.dumps({"SecretString": value}).encode()
    aws.answer = lambda _: (200, {}, body)
    end = await desk.clone(server.url("team/private"), None, secretArn=SECRET_ARN)
    assert end["error"]["code"] == "SecretUnavailable"
    assert "is not the JSON of a user name and a password" in desk.asked[0]["problem"]
    assert "top-secret" not in json.dumps([end, desk.asked])


async def test_secret_that_nobody_needs(desk, server):
    end = await desk.clone(server.url("team/models"), secretArn=SECRET_ARN)
    assert end["state"] == "succeeded" and desk.asked == []


async def test_secret_that_is_refused(desk, server, aws):
    aws.answer = secret_answer(USER, "expired")
    end = await desk.clone(server.url("team/private"), sign_in(USER, TOKEN), secretArn=SECRET_ARN)
    assert end["state"] == "succeeded", str(end["error"])
    assert [q["problem"] for q in desk.asked] == ["Invalid user name or token."]


async def test_secret_comes_before_helpers_and_stays_out_of_them(desk, server, aws, person):
    aws.answer = secret_answer(USER, TOKEN)
    kept = person / "kept"
    git("config", "--global", "credential.helper", f"store --file={kept}", cwd=person)
    kept.write_text(f"https://{USER}:outdated@127.0.0.1:{server.port}\n")
    end = await desk.clone(server.url("team/private"), secretArn=SECRET_ARN)
    assert end["state"] == "succeeded", str(end["error"])
    assert TOKEN not in kept.read_text() and "outdated" in kept.read_text()


@pytest.mark.parametrize("token,answers", [(TOKEN, 0), ("outdated", 1)])
async def test_helper_the_person_set_up(desk, server, person, token, answers):
    kept = person / "kept"
    git("config", "--global", "credential.helper", f"store --file={kept}", cwd=person)
    kept.write_text(f"https://{USER}:{token}@127.0.0.1:{server.port}\n")
    end = await desk.clone(server.url("team/private"), *answers * [sign_in(USER, TOKEN)])
    assert end["state"] == "succeeded", str(end["error"])
    assert [q["problem"] for q in desk.asked] == answers * ["Invalid user name or token."]
    assert (TOKEN in kept.read_text()) == (not answers)  # what was typed is not kept on disk


async def test_kept_for_the_session(desk, server):
    await desk.clone(server.url("team/private"), sign_in(USER, TOKEN, "session"))
    again = await desk.clone(server.url("team/private"), directory="second")
    assert again["state"] == "succeeded" and len(desk.asked) == 1
    server.accounts = {USER: "renewed"}
    third = await desk.clone(server.url("team/private"), sign_in(USER, "renewed"), directory="3")
    assert third["state"] == "succeeded"
    assert desk.asked[1]["problem"] == "Invalid user name or token."
    assert desk.sign_ins == {}


async def test_kept_in_the_cache_of_git(desk, server, person):
    try:
        await desk.clone(server.url("team/private"), sign_in(USER, TOKEN, "cache"))
        again = await desk.clone(server.url("team/private"), directory="second")
        assert again["state"] == "succeeded" and len(desk.asked) == 1
        assert desk.sign_ins == {}
    finally:
        git("credential-cache", "exit", cwd=person)
    assert all(TOKEN.encode() not in p.read_bytes() for p in person.rglob("*") if p.is_file())


@pytest.mark.parametrize("status", [401, 403])
async def test_host_that_wants_a_token(desk, server, status):
    words = "Password authentication is not supported. Use a personal access token."
    server.refusal = (status, words)
    end = await desk.clone(server.url("team/private"), sign_in(USER, "password"), None)
    assert (end["state"], end["error"]["code"]) == ("failed", "TwoFactorRequired")
    assert end["error"]["message"] == words == desk.asked[1]["problem"]
    assert "token" in end["error"]["hint"]
