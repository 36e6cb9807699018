"""One task's git: with its questions answered, its progress told, and all of it gone at the end."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..tasks.model import TaskError
from ..tasks.run import TaskRun
from . import problems, process, settings
from .desk import Desk, Request, is_ours, remove_left
from .progress import Progress, Reached
from .prompts import Prompts
from .secret import read_secret, sign_codecommit
from .sign_in import SignIn
from .url import RepositoryUrl, codecommit_host


class Session:
    """Runs git for a task, signing in by whatever way the host accepts.

    :param url: the repository's; None where it is not one this project would clone.
    """

    def __init__(self, run: TaskRun, desk: Desk, url: RepositoryUrl | None) -> None:
        self._run = run
        self._desk = desk
        self._env = process.environment(desk.askpass)
        self.received = 0  # bytes, by all commands so far
        self.use(url)

    def stay_in(self, folder: str) -> None:
        """Have the next commands work on the repository of a folder that somebody else may have
        made; raises for one whose settings name programs."""
        self._env = settings.confined(self._env, folder)
        outcome = self.local(settings.LIST, folder)
        if outcome.status:
            raise problems.failure(outcome.words, "PullFailed")
        off, refused = settings.for_pull(settings.own(outcome.output))
        if refused:
            raise problems.told(
                "SettingsRefused",
                f"The clone's own settings run programs or switch off checks: {', '.join(refused)}",
            )
        self._env = settings.given(self._env, off)

    def use(self, url: RepositoryUrl | None, *, has_secret: bool = True) -> None:
        """Say which repository the next commands reach.

        :param has_secret: the secret of the task's spec is for this one.
        """
        run = self._run
        if url and url.scheme == "codecommit" and not url.host and not url.profile:
            url = replace(url, host=codecommit_host(run.services.upstream.region()))
        self._url, host = url, url.host or "" if url else ""
        is_https = url is not None and url.scheme != "ssh" and host
        secret, trouble = self._secret() if is_https and has_secret else (None, None)
        address = f"https://{host}" if is_https else ""
        self._sign_in = SignIn(run, address, secret, trouble, self._sign)
        self._prompts = Prompts(run, host)

    def git(
        self,
        arguments: list[str],
        *,
        phase: str,
        default: str,
        submodules_below: str = "",
        cwd: str | None = None,
    ) -> str:
        """Run a command that may sign in, again with the next way where one is refused.

        :param phase: told until git tells more.
        :param default: the error's code when git's words tell nothing.
        :param submodules_below: the folder that submodules are cloned into.
        """
        while True:
            self._run.phase(phase)
            before = self.received
            progress = Progress(self._tell, submodules_below)
            progress.reached.phase = phase

            def check() -> None:
                self._run.check()
                failure = self._sign_in.failure or self._prompts.failure
                if failure is not None:
                    raise failure

            outcome = process.run(
                [*self._options(), *arguments],
                self._env,
                check=check,
                progress=progress,
                started=self._note,
                cwd=cwd,
            )
            self.received = before + progress.reached.bytes
            check()
            if outcome.status == 0:
                self._sign_in.settle(self._env)
                return outcome.output
            if not self._sign_in.goes_on(outcome.words):
                raise problems.failure(outcome.words, default, host=self._host)

    def local(self, arguments: list[str], cwd: str) -> process.Outcome:
        """Run a quick command that needs no network; a cancel does not cut it short."""
        progress = Progress(lambda _: None)

        def check() -> None:
            return None

        return process.run(arguments, self._env, check=check, progress=progress, cwd=cwd)

    def answer(self, request: Request) -> str | None:
        """For the desk."""
        if request.role == "credential":
            return self._sign_in.answer(request.text, request.given)
        return self._prompts.answer(request.text, request.asker)

    @property
    def _host(self) -> str:
        return self._url.host or "" if self._url else ""

    def _options(self) -> list[str]:
        options = self._sign_in.options(self._desk.credential_helper)
        url = self._url
        if url and url.scheme == "codecommit" and url.host and not url.profile:
            # By the role over HTTPS; the clone still names the URL that was given.
            prefix = url.text[: url.text.rindex("/") + 1]
            options += ["-c", f"url.https://{url.host}/v1/repos/.insteadOf={prefix}"]
        return options

    def _secret(self) -> tuple[tuple[str, str] | None, TaskError | None]:
        arn = self._run.spec.get("secretArn")
        if not arn:
            return None, None
        self._run.phase("Reading the secret")
        try:
            return read_secret(self._run, arn), None
        except TaskError as error:
            return None, error

    def _sign(self, host: str, path: str) -> tuple[str, str]:
        return sign_codecommit(self._run.services.upstream.credentials(), host, path)

    def _note(self, pid: int) -> None:
        """What the next server needs, should this one be killed."""
        self._run.record.notes["git"] = [pid, str(self._desk.folder)]
        self._run.save(durable=True)

    def _tell(self, reached: Reached) -> None:
        self._run.reached(reached.phase, reached.done, reached.total, self.received + reached.bytes)


@contextlib.contextmanager
def session(run: TaskRun, url: RepositoryUrl | None) -> Iterator[Session]:
    """A session; what a killed server's left is ended and removed first."""
    end_left(run)
    answerer: list[Session] = []

    def answer(request: Request) -> str | None:
        return answerer[0].answer(request)

    process.find_git()
    if os.name == "nt":
        raise TaskError("NotSupported", "Repositories are cloned on Linux and macOS only.")
    try:
        desk = Desk(answer)
    except OSError as error:
        raise TaskError(
            "StateUnavailable",
            f"The server cannot make a folder for what git asks: {error}.",
            hint="Free some space in the folder for temporary files, or make it writable.",
        ) from error
    try:
        answerer.append(Session(run, desk, url))
        yield answerer[0]
    finally:
        desk.close()
        run.record.notes.pop("git", None)


def end_left(run: TaskRun) -> None:
    """Kill the git of a server that was killed, if it still runs, and remove its desk."""
    left: Any = run.record.notes.pop("git", None)
    if left:
        pid, folder = left
        if is_ours(pid, folder):
            process.kill_group(pid)
        remove_left(folder)
