"""Clones of a real server: what arrives, and what is left when it does not."""

from __future__ import annotations

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
