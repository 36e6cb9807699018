"""The clones below the server's root, found and described without running what they configure."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from . import process, settings

MAX_DEPTH = 3
MAX_CLONES = 200
TOTAL_SECONDS = 5.0
_EACH_SECONDS = 3.0
_AT_ONCE = 4
_SKIPPED = {"node_modules", "__pycache__"}
_USER_INFO = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/@]+@", re.IGNORECASE)
_NOTHING = ("url", "branch", "commit", "upstream", "ahead", "behind", "changes", "problem")


class Clones:
    """Finds the clones below a folder.

    :param root: the server's root.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._look: _Look | None = None

    async def list(self) -> dict[str, Any]:
        """``{"clones", "isComplete"}`` after at most five seconds. Raises ``GitMissing`` (501)."""
        git = process.find_git()
        # Several pages share one look, and one that hangs is not begun a second time.
        look = self._look
        if look is None or look.ended.is_set():
            look = self._look = _Look(git, self._root)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(look.ended.wait(), max(0.1, look.until - time.monotonic()))
        return {
            "clones": sorted(look.found, key=lambda clone: str(clone["path"])),
            "isComplete": look.complete,
        }


class _Look:
    """One look at the clones; begun on the event loop, done in threads.

    They are daemons: a volume that does not answer must not keep the server from ending.
    """

    def __init__(self, git: str, root: Path) -> None:
        self.until = time.monotonic() + TOTAL_SECONDS
        self.found: list[dict[str, Any]] = []
        self.complete = False
        self.ended = asyncio.Event()
        self._git = git
        self._root = root
        self._loop = asyncio.get_running_loop()
        self._paths: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        _thread(self._search)

    def _search(self) -> None:
        workers = [_thread(self._work) for _ in range(_AT_ONCE)]
        number, complete = 0, True
        for path in _find(self._root):
            if number >= MAX_CLONES or self._is_late:
                complete = False
                break
            number += 1
            self._paths.put(path)
        for _ in workers:
            self._paths.put(None)
        for worker in workers:
            worker.join()
        self.complete = complete and len(self.found) == number
        with contextlib.suppress(RuntimeError):  # the server has ended
            self._loop.call_soon_threadsafe(self.ended.set)

    def _work(self) -> None:
        while (path := self._paths.get()) is not None:
            if not self._is_late:
                self.found.append(_describe(self._git, self._root, path))

    @property
    def _is_late(self) -> bool:
        return time.monotonic() > self.until


def _thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name="sagemaker-studio-clones", daemon=True)
    thread.start()
    return thread


def _find(root: Path) -> Iterator[str]:
    """Paths of working trees, the upper ones first; what is inside of one is its own affair."""
    level = [""]
    for depth in range(MAX_DEPTH + 1):
        below: list[str] = []
        for path in level:
            folder = root / path
            if os.path.lexists(folder / ".git"):
                yield path
                if path:
                    continue
            if depth < MAX_DEPTH:
                below += _folders(folder, path)
        level = below


def _folders(folder: Path, path: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(
                entry.name
                for entry in entries
                if not entry.name.startswith(".")
                and entry.name not in _SKIPPED
                and entry.is_dir(follow_symlinks=False)
            )
    except OSError:
        return []
    return [f"{path}/{name}" if path else name for name in names]


def _describe(git: str, root: Path, path: str) -> dict[str, Any]:
    clone: dict[str, Any] = {"path": path, **dict.fromkeys(_NOTHING)}
    folder = str(root / path)
    try:
        own = dict(settings.own(_run(git, settings.LIST, folder)))
        url = os.fsencode(_USER_INFO.sub(r"\1", own.get("remote.origin.url", "")))
        clone["url"] = url.decode("utf-8", "replace") or None
        command = ["status", "--porcelain=v2", "--branch", "-z", "--ignore-submodules=dirty"]
        listed = _run(git, command, folder, settings.no_filters(own))
        _read_status(listed.encode("utf-8", "replace").decode(), clone)
    except _Failed as failure:
        clone["problem"] = str(failure)
    return clone


def _read_status(output: str, clone: dict[str, Any]) -> None:
    """Read porcelain version 2 (git-status(1)); with -z a renamed file's old name follows it."""
    changes = 0
    entries = iter(output.split("\0"))
    for entry in entries:
        if entry.startswith("# branch."):
            name, _, value = entry.removeprefix("# branch.").partition(" ")
            if name == "oid":
                clone["commit"] = None if value == "(initial)" else value
            elif name == "head":
                clone["branch"] = None if value == "(detached)" else value
            elif name == "upstream":
                clone["upstream"] = value
            elif name == "ab":
                ahead, behind = value.split()
                clone["ahead"], clone["behind"] = int(ahead), -int(behind)
        elif entry and not entry.startswith("#"):
            changes += 1
            if entry.startswith("2 "):
                next(entries, None)
    clone["changes"] = changes


class _Failed(Exception):
    """Why git could not tell, in words."""


def _run(git: str, arguments: list[str], folder: str, more: Mapping[str, str] | None = None) -> str:
    """What git prints; bytes that are no UTF-8 as Python's file names have them."""
    env = settings.given(settings.confined(process.environment(), folder), more or {})
    work = subprocess.Popen(
        [git, *arguments],
        cwd=folder,
        # No protocol at all: a partial clone would fetch what it lacks.
        env={**env, "GIT_OPTIONAL_LOCKS": "0", "GIT_ALLOW_PROTOCOL": "none"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, words = work.communicate(timeout=_EACH_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill_group(work.pid)
        work.communicate()
        raise _Failed(f"git did not answer within {_EACH_SECONDS:g} seconds.") from None
    if work.returncode:
        text = words.decode("utf-8", "replace").strip()
        raise _Failed(text or f"git ended with status {work.returncode}.")
    return output.decode("utf-8", "surrogateescape")
