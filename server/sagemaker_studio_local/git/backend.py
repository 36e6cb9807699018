"""``git http-backend`` as a child process: one request of Git's smart HTTP in, its answer out."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

_CHUNK = 32 * 1024


class Backend:
    """The answer of one ``git http-backend``; ``close`` ends it, however far it has come.

    :param folder: holds the repositories.
    :param environment: the CGI variables of the request.
    :param body: a file with the request's body, at its beginning. A pipe could block both sides:
        git answers while it still reads.

    OSError when there is no git on this machine.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], body: IO[bytes]) -> None:
        self._process = subprocess.Popen(
            ["git", "http-backend"],
            env={**git_environment(), **environment, "GIT_PROJECT_ROOT": str(folder)},
            stdin=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # It starts others, which are to end with it.
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._output = self._process.stdout
        self.status = 200
        self.headers: list[tuple[str, str]] = []
        if not self._read_head():
            self.close()
            raise OSError("git http-backend ended without an answer")

    def _read_head(self) -> bool:
        for line in iter(self._output.readline, b""):
            text = line.decode("latin-1").strip()
            if not text:
                return True
            name, _, value = text.partition(":")
            if name.lower() == "status":
                self.status = int(value.split()[0])
            else:
                self.headers.append((name, value.strip()))
        return False

    def content(self) -> Iterator[bytes]:
        """The body, as it comes."""
        while piece := self._output.read1(_CHUNK):  # type: ignore[attr-defined]
            yield piece

    def kill(self) -> None:
        """End the process and those it started; from any thread, before ``close``."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End what is left of it."""
        self.kill()
        self._output.close()
        self._process.wait()


def git_environment() -> dict[str, str]:
    """The environment of git as the host runs it: nothing of the person's own configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        # A state folder on a mounted volume may belong to another user.
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
    }
