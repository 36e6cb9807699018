"""git's own cache of credentials, in the memory of a daemon of git's."""

from __future__ import annotations

import os
from pathlib import Path

from . import process

_SECONDS = 8 * 3600
# Each use stores anew, so the time must be told each time.
CACHE_HELPER = f"cache --timeout={_SECONDS}"
_PATIENCE_SECONDS = 20.0


def cache_is_running() -> bool:
    """Whether there is a daemon to ask (git-credential-cache(1), FILES)."""
    home = Path.home()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    places = (cache / "git/credential/socket", home / ".git-credential-cache/socket")
    return any(place.exists() for place in places)


def remember(address: str, pair: tuple[str, str], env: dict[str, str]) -> bool:
    """Have git's cache keep a user name and password for eight hours."""
    protocol, _, host = address.partition("://")
    fields = {"protocol": protocol, "host": host, "username": pair[0], "password": pair[1]}
    text = "".join(f"{name}={value}\n" for name, value in fields.items())
    helpers = ["-c", "credential.helper=", "-c", f"credential.helper={CACHE_HELPER}"]
    return process.feed([*helpers, "credential", "approve"], env, text, _PATIENCE_SECONDS)
