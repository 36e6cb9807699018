"""Who may do what at the Git host, and the words it refuses with."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass

from .repositories import Repository

#: The host's one account. The seeded secret holds the same.
USER = "local-studio"
TOKEN = "token-of-the-local-studio-5f2c"
_REALM = "Local Studio Git"


@dataclass(frozen=True)
class Refusal:
    """An answer other than the repository: status, words for people, more headers."""

    status: int
    words: str
    headers: tuple[tuple[str, str], ...] = ()


_ASK = (("WWW-Authenticate", f'Basic realm="{_REALM}"'),)
NOT_FOUND = Refusal(404, "There is no such repository, or you have no access to it.")
_NOBODY = Refusal(401, "Authentication is needed.", _ASK)
_WRONG = Refusal(401, "Access denied. The user name or the token is wrong or has expired.", _ASK)
_WANTS_TOKEN = Refusal(
    401,
    "Password authentication is not supported for Git operations. Your account has two-factor"
    " authentication: use a personal access token instead of the password.",
    _ASK,
)


def user_of(authorization: str) -> tuple[str, str] | None:
    """(user name, password) of a Basic ``Authorization`` header; None when it has none."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    name, _, password = text.partition(":")
    return name, password


def refusal(
    repository: Repository, given: tuple[str, str] | None, is_writing: bool
) -> Refusal | None:
    """Why a request is refused; None when it is not."""
    if given is None:
        return _NOBODY if repository.private or is_writing else None
    name, password = given
    known = hmac.compare_digest(password.encode(), TOKEN.encode())
    if known and name == USER:
        return None
    return _WANTS_TOKEN if repository.token_words else _WRONG
