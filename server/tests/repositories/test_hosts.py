"""What signs in to one host is never given to another one."""

from __future__ import annotations

import pytest
from clone_desk import SECRET_ARN, secret_answer, sign_in
from git_server import TOKEN, USER, add_submodule, git


@pytest.fixture
def seen(server):
    """User names and passwords the server is given."""
    given = []

    def accepts(user, password):
        given.append((user, password))
        return (user, password) == (USER, TOKEN)

    server.accepts = accepts
    return given


@pytest.fixture
def signed_in(request, desk, server, aws):
    """The first host is known by its secret, by the session, or by an answer; more of a spec,
    and the answers."""
    if request.param == "secret":
        aws.answer = secret_answer(USER, TOKEN)
        return {"secretArn": SECRET_ARN}, []
    if request.param == "session":
        desk.sign_ins[server.address] = (USER, TOKEN)
        return {}, []
    return {}, [sign_in(USER, TOKEN, "session")]


WAYS = pytest.mark.parametrize("signed_in", ["secret", "session", "answer"], indirect=True)


@WAYS
async def test_submodule_of_another_host(desk, server, seen, signed_in, request):
    spec, answers = signed_in
    name = f"team/elsewhere-{request.node.callspec.id}"
    work = server.make(name, private=True)
    add_submodule(
        work,
        f"{server.other_address}/team/private",
        "part",
        server.folder / "team" / "private",
    )
    git("push", "-q", "origin", "main", cwd=work)
    wrong = sign_in("other", "guess")
    end = await desk.clone(server.url(name), *answers, wrong, None, submodules=True, **spec)
    assert end["error"]["code"] == "AuthenticationFailed", str(end["error"])
    asked = [question["host"] for question in desk.asked]
    other = server.other_address.removeprefix("https://")
    assert asked == [server.address.removeprefix("https://")] * len(answers) + [other, other]
    at_other = [pair for pair in seen if pair != (USER, TOKEN)]
    assert set(at_other) == {("other", "guess")}
    assert [user for repository, user, _ in server.served if repository == "team/private"].count(
        USER
    ) == 0
    assert not (desk.root / "copy").exists() and server.other_address not in desk.sign_ins


@WAYS
async def test_host_that_leads_to_another_one(desk, server, seen, signed_in):
    spec, _ = signed_in
    server.moved["team/moved"] = f"{server.other_address}/team/private"
    end = await desk.clone(server.url("team/moved"), None, **spec)
    assert end["state"] == "failed", str(end)
    (question,) = desk.asked
    assert question["host"] == server.other_address.removeprefix("https://")
    assert seen == []
