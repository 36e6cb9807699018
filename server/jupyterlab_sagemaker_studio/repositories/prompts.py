"""What ssh asks: whether a host's key is right, a key's passphrase, a password."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any

from ..tasks.model import ServerStopping, TaskCancelled, TaskError
from ..tasks.run import TaskRun
from . import problems

# OpenSSH's sshconnect.c and sshconnect2.c, in English.
_HOST_KEY = re.compile(r"authenticity of host '([^']+?)(?: \([^)]*\))?' can't be established")
_FINGERPRINT = re.compile(r"(\S+) key fingerprint is (\S+?)\.?(?:\s|$)")
_PASSPHRASE = re.compile(r"^Enter (?:passphrase|PIN) for (?:\S+ )?key '?(.+?)'?: *$")
_PASSWORD = re.compile(r"^\(?(?:([^@()\s]+)@([^\s)']+?))(?:\)|'s password:)")


def _names_its_subject(prompt: str) -> bool:
    """Whether a prompt says which host or key it is about; another host may say any other."""
    text = prompt.strip()
    return any(sign.search(text) for sign in (_HOST_KEY, _PASSPHRASE, _PASSWORD))


@dataclass
class _Answers:
    """What was answered to one prompt."""

    text: str
    askers: set[int] = field(default_factory=set)


class Prompts:
    """Answers ssh's prompts by asking the person, each prompt once unless the answer was wrong.

    :param host: the repository's, for prompts that name none.
    """

    def __init__(self, run: TaskRun, host: str) -> None:
        self.failure: Exception | None = None  # git is to be killed for it
        self._run = run
        self._host = host
        self._known: dict[str, _Answers] = {}
        self._lock = threading.Lock()

    def answer(self, prompt: str, asker: int) -> str | None:
        """What is printed for ssh; None when the person declined.

        :param asker: process id of the ssh: one that asks the same again had a wrong answer.
        """
        with self._lock:
            known = self._known.get(prompt)
            if known is None or asker in known.askers or not _names_its_subject(prompt):
                again = known is not None and asker in known.askers
                try:
                    text = self._ask(prompt, again)
                except (TaskCancelled, ServerStopping):
                    return None
                except TaskError as error:
                    self.failure = error
                    return None
                known = self._known[prompt] = _Answers(text)
            known.askers.add(asker)
            return known.text + "\n"

    def _ask(self, prompt: str, again: bool) -> str:
        question, member, refusal = self._question(prompt)
        if again:
            question["problem"] = "That was not right."
        answer = self._run.ask(question)
        if answer is None:
            raise refusal
        return "yes" if member == "accept" else str(answer[member])

    def _question(self, prompt: str) -> tuple[dict[str, Any], str, TaskError]:
        """The question, the member of the answer that counts, and the error for a refusal."""
        text = prompt.strip()
        host_key, fingerprint = _HOST_KEY.search(text), _FINGERPRINT.search(text)
        if host_key and fingerprint:
            question = {
                "kind": "host-key",
                "host": host_key[1],
                "text": text,
                "keyType": fingerprint[1],
                "fingerprint": fingerprint[2],
            }
            refusal = problems.told(
                "HostKeyRejected", f"You did not accept the key of {host_key[1]}."
            )
            return question, "accept", refusal
        passphrase = _PASSPHRASE.match(text)
        refusal = problems.told("AuthenticationFailed", f"It was not answered: {text}")
        if passphrase:
            question = {
                "kind": "passphrase",
                "host": self._host,
                "text": text,
                "keyPath": passphrase[1],
            }
            return question, "passphrase", refusal
        question = {"kind": "credentials", "host": self._host, "text": text}
        password = _PASSWORD.match(text)
        if password:
            question.update(username=password[1], host=password[2])
        return question, "password", refusal
