"""A clone task: into a hidden folder beside its place, and there when it is complete."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

from ..tasks.model import Ended, ServerStopping
from ..tasks.run import TaskRun
from . import spec
from .session import Session, end_left, session
from .url import parse

_PLACING = "placing"  # the clone is complete; only its name is left to change
_MAX_NAME_BYTES = 200  # of the 255 most file systems allow, with what the hidden name adds
_REMOVE_SECONDS = 10.0


def clone(run: TaskRun) -> dict[str, Any]:
    """Carry out a clone task; answers its result (``{directory, branch, commit, bytes}``)."""
    return _Clone(run).carry_out()


class _Clone:
    def __init__(self, run: TaskRun) -> None:
        self._run = run
        self._shown = run.services.root.clean(run.spec["directory"])
        parent, _, name = self._shown.rpartition("/")
        self._target = run.services.root.confine(parent) / name
        short = name.encode("utf-8", "surrogateescape")[:_MAX_NAME_BYTES].decode("utf-8", "ignore")
        self._hidden = self._target.with_name(f".{short}.{run.task.id}.clone")

    def carry_out(self) -> dict[str, Any]:
        run = self._run
        if run.record.step == "undo":  # an earlier server was removing it
            end_left(run)
            self._remove()
            raise Ended
        try:
            with session(run, parse(run.spec["url"])) as git:
                if run.record.step != _PLACING:
                    self._remove()  # what a killed server left
                    run.check()
                    spec.check_target(run.services.root, self._shown)
                    self._fetch(git)
                return self._place(git)
        except ServerStopping:
            raise
        except Exception as error:
            run.keep_ending(error)
            self._remove()
            raise

    def _fetch(self, git: Session) -> None:
        """The whole clone, submodules included, in the hidden folder."""
        wanted, options = self._run.spec, []
        if "reference" in wanted:
            options += ["--branch", wanted["reference"]]
        if "depth" in wanted:
            options += ["--depth", str(wanted["depth"])]
        git.git(
            ["clone", "--progress", *options, "--", wanted["url"], str(self._hidden)],
            phase="Connecting",
            default="CloneFailed",
        )
        if wanted["submodules"] and (self._hidden / ".gitmodules").is_file():
            # Forced, because a run that could not sign in to one may leave another without files.
            git.git(
                ["submodule", "update", "--init", "--recursive", "--progress", "--force"],
                phase="Cloning submodules",
                default="SubmoduleFailed",
                submodules_below=str(self._hidden),
                cwd=str(self._hidden),
            )

    def _place(self, git: Session) -> dict[str, Any]:
        """Give the clone its name."""
        run = self._run
        if run.record.step != _PLACING:
            run.check()  # the last moment for a cancel
            run.record.step = _PLACING
            run.save(durable=True)
        if self._hidden.exists():
            spec.check_target(run.services.root, self._shown)
            os.rename(self._hidden, self._target)
        folder = str(self._target)
        branch = git.local(["symbolic-ref", "--short", "-q", "HEAD"], folder).output.strip()
        commit = git.local(["rev-parse", "--verify", "-q", "HEAD"], folder).output.strip()
        return {
            "directory": self._shown,
            "branch": branch or None,
            "commit": commit or None,
            "bytes": _packed(self._target / ".git"),
        }

    def _remove(self) -> None:
        """Remove the hidden folder; for a moment a dying git may still write into it."""
        until = time.monotonic() + _REMOVE_SECONDS
        while os.path.lexists(self._hidden):
            shutil.rmtree(self._hidden, ignore_errors=True)
            if time.monotonic() > until:
                self._run.leftovers = f"“{self._hidden}” could not be removed."
                return
            time.sleep(0.05)


def _packed(folder: Path) -> int:
    """Bytes of what was received, submodules included: git keeps the packs as they come."""
    return sum(pack.stat().st_size for pack in folder.rglob("*.pack"))
