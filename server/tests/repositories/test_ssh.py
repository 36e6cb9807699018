"""Clones over ssh from a real ssh server: host keys, passphrases, passwords."""

from __future__ import annotations

import asyncio
import shlex
from contextlib import asynccontextmanager

import asyncssh
import pytest
from git_server import IDENTITY

PASSPHRASE, PASSWORD = "a passphrase", "pass-word-1234"


class _Server(asyncssh.SSHServer):
    """Takes a password as well as the authorized keys."""

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("git", PASSWORD)


@asynccontextmanager
async def serve(folder, host_key, keys):
    """An ssh server for the repositories of a folder; answers its port."""

    async def handle(process):
        program, path = shlex.split(process.command)
        assert program == "git-upload-pack"
        work = await asyncio.create_subprocess_exec(
            "git",
            "upload-pack",
            str(folder / path.lstrip("/")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        await process.redirect(stdin=work.stdin, stdout=work.stdout, stderr=work.stderr)
        process.exit(await work.wait())

    authorized = asyncssh.import_authorized_keys("\n".join(keys)) if keys else None
    acceptor = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=_Server,
        server_host_keys=[host_key],
        authorized_client_keys=authorized,
        process_factory=handle,
        encoding=None,
    )
    async with acceptor:
        yield acceptor.get_port()


@pytest.fixture(scope="module")
def host_key():
    return asyncssh.generate_private_key("ssh-ed25519")


@pytest.fixture
def ssh(person, monkeypatch):
    """The person's ssh, which knows this file only."""
    folder = person / ".ssh"
    folder.mkdir(mode=0o700)
    config = folder / "config"
    config.write_text(
        f"Host *\n  UserKnownHostsFile {folder}/known_hosts\n  GlobalKnownHostsFile none\n"
        f"  IdentityFile {folder}/id\n  IdentitiesOnly yes\n"
    )
    monkeypatch.setenv("GIT_SSH_COMMAND", f"ssh -F {config}")
    for name in IDENTITY:
        monkeypatch.delenv(name, raising=False)
    return folder


def new_key(folder, passphrase=None):
    """A key of the person's; answers its public half."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    path = folder / "id"
    key.write_private_key(path, passphrase=passphrase)
    path.chmod(0o600)
    return key.export_public_key().decode()


async def test_unknown_host_key_is_confirmed_once(desk, server, ssh, host_key):
    key = new_key(ssh)
    async with serve(server.folder, host_key, [key]) as port:
        url = f"ssh://git@127.0.0.1:{port}/team/models"
        end = await desk.clone(url, {"accept": True})
        assert end["state"] == "succeeded", str(end["error"])
        again = await desk.clone(url, directory="second")
        assert again["state"] == "succeeded"
    (question,) = desk.asked
    assert question["kind"] == "host-key"
    assert question["host"] == f"[127.0.0.1]:{port}"
    assert question["keyType"] == "ED25519"
    assert question["fingerprint"] == host_key.get_fingerprint()
    assert "can't be established" in question["text"]


async def test_host_key_that_is_not_accepted(desk, server, ssh, host_key):
    async with serve(server.folder, host_key, [new_key(ssh)]) as port:
        end = await desk.clone(f"ssh://git@127.0.0.1:{port}/team/models", None)
    assert (end["state"], end["error"]["code"]) == ("failed", "HostKeyRejected")
    assert "fingerprint" in end["error"]["hint"]
    assert list(desk.root.iterdir()) == [] and not (ssh / "known_hosts").exists()


async def test_host_key_that_changed(desk, server, ssh, host_key):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    async with serve(server.folder, host_key, [new_key(ssh)]) as port:
        (ssh / "known_hosts").write_text(f"[127.0.0.1]:{port} {other}")
        end = await desk.clone(f"ssh://git@127.0.0.1:{port}/team/models")
    error = end["error"]
    assert error["code"] == "HostKeyChanged" and desk.asked == []
    assert "REMOTE HOST IDENTIFICATION HAS CHANGED" in error["message"]
    assert f"ssh-keygen -R '[127.0.0.1]:{port}'" in error["hint"]


async def test_passphrase(desk, server, ssh, host_key):
    key = new_key(ssh, PASSPHRASE)
    async with serve(server.folder, host_key, [key]) as port:
        answers = [{"accept": True}, {"passphrase": "wrong"}, {"passphrase": PASSPHRASE}]
        end = await desk.clone(f"ssh://git@127.0.0.1:{port}/team/models", *answers)
    assert end["state"] == "succeeded", str(end["error"])
    _, first, second = desk.asked
    assert (first["kind"], first["keyPath"]) == ("passphrase", str(ssh / "id"))
    assert "problem" not in first and second["problem"] == "That was not right."


async def test_password(desk, server, ssh, host_key):
    async with serve(server.folder, host_key, []) as port:
        answer = {"username": "git", "password": PASSWORD, "keep": "no"}
        url = f"ssh://git@127.0.0.1:{port}/team/models"
        end = await desk.clone(url, {"accept": True}, {**answer, "password": "wrong"}, answer)
        assert end["state"] == "succeeded", str(end["error"])
        assert desk.asked[1]["username"] == "git"
        assert "problem" in desk.asked[2]


async def test_key_the_host_does_not_know(desk, server, ssh, host_key):
    new_key(ssh)
    async with serve(server.folder, host_key, []) as port:
        config = ssh / "config"
        config.write_text(config.read_text() + "  PasswordAuthentication no\n")
        with open(config, "a") as file:
            file.write("  KbdInteractiveAuthentication no\n")
        end = await desk.clone(f"ssh://git@127.0.0.1:{port}/team/models", {"accept": True})
    assert end["error"]["code"] == "AuthenticationFailed"
    assert "Permission denied" in end["error"]["message"]
    assert list(desk.root.iterdir()) == []


async def test_host_that_does_not_answer(desk, ssh):
    end = await desk.clone("ssh://git@127.0.0.1:1/team/models")
    assert end["error"]["code"] == "HostUnreachable"
    end = await desk.clone("git@no-such-host.invalid:team/models")
    assert end["error"]["code"] == "HostUnreachable"
