"""The program git and ssh run when they want to know something: it asks back the server.

Run as a file of its own with nothing but the standard library, once per question. What it is told
goes from the server's socket to git's pipe, and is never an argument, a variable or a file.
"""

from __future__ import annotations

import json
import os
import socket
import sys


def main(address: str, role: str, words: list[str]) -> int:
    """Ask the server at a socket; answers the exit status.

    :param role: ``credential``, as one of git's credential helpers, or ``askpass``, as the program
        in ``GIT_ASKPASS`` and ``SSH_ASKPASS``.
    :param words: the helper's action, or the prompt.
    """
    request = {"role": role, "text": " ".join(words), "asker": os.getppid()}
    if role == "credential":
        request["given"] = sys.stdin.read()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(address)
        connection.sendall(json.dumps(request).encode() + b"\n")
        with connection.makefile("rb") as file:
            answer = json.loads(file.readline() or b"null")
    if answer is None:
        return 1
    sys.stdout.write(answer)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
    except (OSError, ValueError):
        sys.exit(1)  # the server has ended; git then does, too
