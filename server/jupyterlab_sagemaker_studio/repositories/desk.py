"""Where git's questions arrive: a Unix socket in a folder only this user can enter."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_HELPER = Path(__file__).with_name("askpass.py")
_LONGEST = 64 * 1024
_PREFIX = "sagemaker-studio-git-"
_LONGEST_FOLDER = 70  # the address of a Unix socket has 104 bytes at most


@dataclass(frozen=True)
class Request:
    """What git or ssh wants to know.

    :ivar role: ``credential`` or ``askpass``.
    :ivar text: the credential helper's action, or the prompt.
    :ivar asker: process id of the git or ssh that asks.
    :ivar given: what git wrote to its helper.
    """

    role: str
    text: str
    asker: int
    given: str = ""


#: Answers what the program is to print, None to decline. Called in a thread of its own.
Answerer = Callable[[Request], str | None]


class Desk:
    """Takes git's questions while one task runs.

    :param answer: called for each question.
    """

    def __init__(self, answer: Answerer) -> None:
        self._answer = answer
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_folder_for_sockets()))  # 0700
        address = self.folder / "socket"
        # No site packages: the program starts in a few milliseconds, and nothing meddles.
        command = [sys.executable, "-I", "-S", str(_HELPER), str(address)]
        #: What ``credential.helper`` is set to; git gives it to a shell.
        self.credential_helper = f"!{shlex.join([*command, 'credential'])}"
        #: What ``GIT_ASKPASS`` and ``SSH_ASKPASS`` are set to; these take no arguments.
        self.askpass = str(self.folder / "askpass")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.bind(str(address))
            self._socket.listen(16)
            program = Path(self.askpass)
            program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} askpass "$@"\n', "utf-8")
            program.chmod(0o700)
        except BaseException:
            self.close()
            raise
        threading.Thread(target=self._accept, name="sagemaker-studio-askpass", daemon=True).start()

    def close(self) -> None:
        """Take no more questions."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # ends the waiting accept
        self._socket.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve,
                args=(connection,),
                name="sagemaker-studio-askpass",
                daemon=True,
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError), connection.makefile("rwb") as f:
            answer = self._answer(Request(**json.loads(f.readline(_LONGEST))))
            f.write(json.dumps(answer).encode() + b"\n")


def _folder_for_sockets() -> str:
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) <= _LONGEST_FOLDER else "/tmp"


def remove_left(folder: str) -> None:
    """Remove the folder of a killed server's desk."""
    path = Path(folder)
    if path.name.startswith(_PREFIX) and path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)


def is_ours(pid: int, folder: str) -> bool:
    """Whether a process that is there now was started with that desk (on Linux; else False)."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
    return os.fsencode(f"GIT_ASKPASS={folder}/") in environment
