"""A pull task: fetch, then fast-forward or nothing."""

from __future__ import annotations

from typing import Any

from ..tasks.model import TaskError
from ..tasks.run import TaskRun
from . import problems, spec
from .session import Session, session
from .url import RepositoryUrl, parse

_HINT = (
    "Nothing was changed. Merge, rebase or set your changes aside in the Git panel or a terminal."
)


def pull(run: TaskRun) -> dict[str, Any]:
    """Carry out a pull task; answers its result (``{directory, from, to, commits}``)."""
    root = run.services.root
    shown = root.clean(run.spec["directory"])
    folder = str(spec.check_clone(root, shown))
    with session(run, None) as git:
        git.stay_in(folder)
        elsewhere = _ask(git, folder, ["rev-parse", "--show-cdup"])  # "" in the uppermost folder
        if elsewhere:
            raise _elsewhere(shown, elsewhere)
        branch = _ask(git, folder, ["symbolic-ref", "--short", "-q", "HEAD"])
        remote = _ask(git, folder, ["config", f"branch.{branch}.remote"]) if branch else ""
        if not remote:
            raise _not_forward(
                "The clone follows no branch of a remote repository."
                if branch
                else "No branch is checked out."
            )
        address = _ask(git, folder, ["config", f"remote.{remote}.url"])
        # The browser knows the clone, and so its secret, by the URL of “origin”.
        origin = _ask(git, folder, ["config", "remote.origin.url"])
        git.use(_url(address), has_secret=address == origin)
        git.git(
            ["fetch", "--progress", "--no-recurse-submodules", "--", remote],
            phase="Connecting",
            default="PullFailed",
            cwd=folder,
        )
        run.phase("Fast-forwarding")
        run.check()  # the last moment for a cancel
        before = _ask(git, folder, ["rev-parse", "--verify", "-q", "HEAD"])
        merged = git.local(
            ["merge", "--ff-only", "--no-autostash", "--no-stat", "--quiet", "@{upstream}"], folder
        )
        if merged.status:
            said = merged.words or merged.output
            if problems.code_of(said, "") == "DiskFull":
                raise problems.failure(said, "PullFailed")
            raise _not_forward(said)
        after = _ask(git, folder, ["rev-parse", "HEAD"])
        commits = _ask(
            git, folder, ["rev-list", "--count", f"{before}..{after}" if before else after]
        )
    return {"directory": shown, "from": before or None, "to": after, "commits": int(commits)}


def _ask(git: Session, folder: str, arguments: list[str]) -> str:
    """The answer of a quick command; "" when it has none. Raises when git refuses the folder."""
    outcome = git.local(arguments, folder)
    if outcome.status > 1:
        raise problems.failure(outcome.words, "PullFailed")
    return outcome.output.strip()


def _url(text: str) -> RepositoryUrl | None:
    """A remote somebody set up in another way is git's to judge."""
    try:
        return parse(text)
    except TaskError:
        return None


def _elsewhere(shown: str, place: str) -> TaskError:
    return TaskError(
        "NotARepository", f"The files of the repository in “{shown or '/'}” are in {place}."
    )


def _not_forward(words: str) -> TaskError:
    return TaskError("NotFastForward", words.strip(), hint=_HINT)
