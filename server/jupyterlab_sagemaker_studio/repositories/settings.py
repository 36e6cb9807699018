"""A repository's own settings: whoever made the folder wrote them, and git runs what they name.

A clone this project made has none that matter. A folder that was unpacked or is shared may, so
what runs without the person's doing runs none of it, and a pull says what it will not run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

#: Arguments of git; what it prints is for :func:`own`.
LIST = ["config", "--list", "-z", "--show-scope", "--includes"]

_OFF = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "safe.bareRepository": "explicit",
    # A submodule has settings of its own.
    "submodule.recurse": "false",
}
_FILTER = re.compile(r"filter\.(.+)\.(?:clean|smudge|process|required)", re.DOTALL)
# What fetching and fast-forwarding would run, here or as the person on the host, or what would let
# somebody else pass for the host (git-config(1); git-lfs-config(5)).
_RUN = re.compile(
    r"core\.(?:sshcommand|alternaterefscommand)|credential\.(?:.+\.)?helper|"
    r"filter\..+\.(?:clean|smudge|process)|gc\.recentobjectshook|gpg\.(?:.+\.)?program|"
    r"hook\..+\.command|http\.(?:.+\.)?(?:savecookies|sslcainfo|sslcapath|sslverify)|"
    r"lfs\.(?:customtransfer|extension)\..+|remote\..+\.(?:uploadpack|vcs)",
    re.DOTALL,
)
# As `git lfs install --local` and jupyterlab-git write them; an empty list of helpers.
_HARMLESS = re.compile(
    r"filter\.[^\n]+\ngit-lfs (?:clean|smudge|filter-process)(?: --skip)?(?: -- %f)?|"
    r"credential\.[^\n]+\n(?:cache(?: --timeout[= ]\d+)?)?"
)


def own(listed: str) -> list[tuple[str, str]]:
    """Names and values of the repository itself, not of the person or the system; a name may
    come again, and git heeds the last value or all of them."""
    parts = listed.split("\0")
    settings = []
    for scope, entry in zip(parts[::2], parts[1::2], strict=False):
        if scope in ("local", "worktree"):
            name, _, value = entry.partition("\n")
            settings.append((name, value))
    return settings


def confined(env: Mapping[str, str], folder: str) -> dict[str, str]:
    """Variables for git in a folder: its own repository or none, without hooks."""
    return given({**env, "GIT_CEILING_DIRECTORIES": os.path.dirname(folder)}, _OFF)


def given(env: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Variables that give git more settings, whatever their names: ``-c`` ends one at a ``=``."""
    text = env.get("GIT_CONFIG_COUNT", "")
    count = int(text) if text.isdecimal() else 0
    more = {}
    for number, (name, value) in enumerate(settings.items(), count):
        more[f"GIT_CONFIG_KEY_{number}"], more[f"GIT_CONFIG_VALUE_{number}"] = name, value
    return {**env, **more, "GIT_CONFIG_COUNT": str(count + len(settings))}


def no_filters(names: Iterable[str]) -> dict[str, str]:
    """Settings that put out the filters which only the repository names."""
    return {
        name: "false" if name.endswith("required") else ""
        for name in names
        if _FILTER.fullmatch(name)
    }


def for_pull(settings: list[tuple[str, str]]) -> tuple[dict[str, str], list[str]]:
    """Settings a pull adds, and the names of those it must not follow.

    A filter that changes nothing in what is checked out (``nbstripout``'s) is put out instead.
    """
    last = dict(settings)
    off: dict[str, str] = {}
    refused = {}
    for name, value in settings:
        filters = _FILTER.fullmatch(name)
        if filters and _only_cleans(last, filters[1]):
            off.update(no_filters([name]))
        elif _RUN.fullmatch(name) and not _HARMLESS.fullmatch(f"{name}\n{value}"):
            refused[name] = True
    return off, list(refused)


def _only_cleans(settings: Mapping[str, str], name: str) -> bool:
    return (
        settings.get(f"filter.{name}.smudge", "") in ("", "cat")
        and f"filter.{name}.process" not in settings
        and "\ufffd" not in name  # not its real name, so it cannot be put out by it
    )
