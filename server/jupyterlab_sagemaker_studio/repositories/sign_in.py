"""How git signs in over HTTPS: which of several ways a host gets, one run of git after another.

git takes one set of credentials a run and ends when they are refused. So each host has a list of
ways, in order: the repository's secret, the person's own credential helpers, CodeCommit by the
role, what the person gave earlier in this session, and the question. Ours is one of git's
credential helpers, which tells us the host reliably. For any way but the second it is the only
helper, lest another one keep on disk what it has no business with.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..tasks.model import ServerStopping, TaskCancelled, TaskError
from ..tasks.run import TaskRun
from . import problems
from .cache import CACHE_HELPER, cache_is_running, remember
from .url import is_codecommit

MAX_ASKED = 3
_WAYS = ("secret", "helpers", "codecommit", "session", "asked")
_QUIT = "quit=1\n"


@dataclass
class _Host:
    """One host (``https://github.com``) and how far its ways have been gone."""

    address: str
    way: str = "helpers"
    failed: set[str] = field(default_factory=set)
    given: tuple[str, str] | None = None
    keep: str = "no"
    asked: int = 0
    problem: str = ""
    # Of the present run of git:
    nobody_knew: bool = False
    was_given: bool = False
    was_refused: bool = False
    was_accepted: bool = False


class SignIn:
    """The ways of one task.

    :param address: the host the secret and the first words are for, ``https://github.com``; ""
        where the repository is not reached by HTTPS.
    :param secret: user name and password, if the repository has a secret that can be read.
    :param trouble: why the secret could not be read.
    :param sign: makes CodeCommit's user name and password from a host and a path.
    """

    def __init__(
        self,
        run: TaskRun,
        address: str,
        secret: tuple[str, str] | None,
        trouble: TaskError | None,
        sign: Callable[[str, str], tuple[str, str]],
    ) -> None:
        self.failure: Exception | None = None  # git is to be killed for it
        self._run = run
        self._address = address
        self._secret = secret
        self._trouble = trouble
        self._sign = sign
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.RLock()
        if address:
            self._host(address).problem = trouble.message if trouble else ""

    def options(self, helper: str) -> list[str]:
        """git's options for the next run; ``helper`` leads back to :meth:`answer`."""
        options = []
        if cache_is_running():
            options += ["-c", f"credential.helper={CACHE_HELPER}"]
        options += ["-c", f"credential.helper={helper}", "-c", "credential.interactive=true"]
        with self._lock:
            for host in self._hosts.values():
                host.nobody_knew = host.was_given = host.was_refused = False
                name = f"credential.{host.address}"
                if is_codecommit(host.address.removeprefix("https://")):
                    options += ["-c", f"{name}.useHttpPath=true"]
                if host.way != "helpers":
                    options += ["-c", f"{name}.helper=", "-c", f"{name}.helper={helper}"]
        return options

    # In the threads of git's questions.

    def answer(self, action: str, given: str) -> str | None:
        """What our helper prints; see git's documentation of credential helpers."""
        fields = dict(line.split("=", 1) for line in given.splitlines() if "=" in line)
        protocol, name = fields.get("protocol", ""), fields.get("host", "")
        if protocol not in ("https", "http") or not name:  # http: a proxy that wants to know
            return _QUIT if action == "get" else ""
        with self._lock:
            host = self._host(f"{protocol}://{name.lower()}")
            if action == "erase":
                host.was_refused = True
            elif action == "store":
                host.was_accepted = True
            elif action == "get":
                return self._get(host, fields)
        return ""

    def _get(self, host: _Host, fields: dict[str, str]) -> str:
        if host.way == "helpers":
            host.nobody_knew = True
            return _QUIT
        if host.given is None or host.way == "codecommit":
            try:
                host.given = self._find(host, fields)
            except (TaskCancelled, ServerStopping):
                return _QUIT
            except Exception as error:
                self.failure = error
                return _QUIT
        host.was_given = True
        return f"username={host.given[0]}\npassword={host.given[1]}\n"

    def _find(self, host: _Host, fields: dict[str, str]) -> tuple[str, str]:
        name = host.address.partition("://")[2]
        if host.way == "codecommit":
            return self._sign(name, fields.get("path", ""))
        if host.way != "asked":
            found = self._offered(host)
            assert found is not None
            return found
        question: dict[str, Any] = {
            "kind": "credentials",
            "host": name,
            "text": f"User name and password for '{host.address}'",
        }
        if fields.get("username"):
            question["username"] = fields["username"]
        if host.problem:
            question["problem"] = host.problem
        host.asked += 1
        answer = self._run.ask(question)
        if answer is None:
            raise self._declined(host)
        host.keep = answer["keep"]
        return answer["username"], answer["password"]

    def _declined(self, host: _Host) -> TaskError:
        if self._trouble is not None and host.asked == 1 and host.address == self._address:
            return self._trouble
        if host.problem:
            return problems.failure(host.problem, "AuthenticationFailed")
        return problems.told(
            "AuthenticationFailed", f"{host.address} wants a user name and a password."
        )

    # Between two runs.

    def goes_on(self, words: str) -> bool:
        """Whether another run may fare better, after one that failed with those words."""
        moved = False
        refused = problems.is_refusal(words)
        with self._lock:
            for host in list(self._hosts.values()):
                if host.nobody_knew:
                    self._leave_way(host)
                    moved = True
                elif host.was_refused or (host.was_given and refused):
                    host.problem = problems.words_of_host(words)
                    if host.way != "asked" or host.asked < MAX_ASKED:
                        self._leave_way(host)
                        moved = True
            first = self._hosts.get(self._address)
            if not moved and refused and first is not None and first.way == "helpers":
                # A host that answers 403 does not have git tell its helpers.
                first.problem = problems.words_of_host(words)
                self._leave_way(first)
                moved = True
        return moved

    def settle(self, env: dict[str, str]) -> None:
        """Keep what was accepted, for as long as the person said."""
        with self._lock:
            for host in self._hosts.values():
                if host.way == "asked" and host.given and host.was_accepted:
                    if host.keep == "session":
                        self._run.services.sign_ins[host.address] = host.given
                    elif host.keep == "cache":
                        remember(host.address, host.given, env)

    def _leave_way(self, host: _Host) -> None:
        """The present way leads nowhere: the next one."""
        host.given, host.was_accepted = None, False
        if host.way == "session":
            self._run.services.sign_ins.pop(host.address, None)
        if host.way != "asked":
            host.failed.add(host.way)
            host.way = self._first_way(host)

    def _first_way(self, host: _Host) -> str:
        open_ways: Iterable[str] = (way for way in _WAYS if way not in host.failed)
        return next(way for way in open_ways if self._is_open(host, way))

    def _is_open(self, host: _Host, way: str) -> bool:
        if way == "codecommit":
            return is_codecommit(host.address.removeprefix("https://"))
        return way in ("helpers", "asked") or self._offered(host, way) is not None

    def _offered(self, host: _Host, way: str = "") -> tuple[str, str] | None:
        way = way or host.way
        if way == "secret":
            return self._secret if host.address == self._address else None
        return self._run.services.sign_ins.get(host.address)

    def _host(self, address: str) -> _Host:
        host = self._hosts.get(address)
        if host is None:
            host = self._hosts[address] = _Host(address)
            host.way = self._first_way(host)
        return host
