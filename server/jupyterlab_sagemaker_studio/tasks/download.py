"""Bring an S3 object below the server's root, and unpack it there if asked.

Everything is written to a hidden folder beside its final place first and moved there in the end,
so that an error, a cancel or a full disk leaves the person's files as they were.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from ..errors import AwsError
from ..transport import translate
from .model import ServerStopping, TaskCancelled, TaskError
from .paths import Root
from .run import TaskRun
from .s3 import ATTEMPTS, S3
from .unpack import unpack

_CHUNK = 1024 * 1024
RESERVE = 64 * 1024 * 1024  # bytes of the disk that a download never fills


def download(run: TaskRun) -> dict[str, Any]:
    """Carry out a download task; answers its result."""
    spec, root = run.spec, run.services.root
    run.phase("Checking")
    target = _target(root, spec["directory"])
    made = _make(target, spec["directory"])
    work = target / f".sagemaker-studio-{run.task.id[:12]}"
    try:
        run.check()
        shutil.rmtree(work, ignore_errors=True)  # an earlier server may have left it
        work.mkdir(mode=0o700)
        fetched = work / "object"
        _fetch(run, S3(run), fetched)
        skipped: list[str] = []
        tree = work / "files"
        if spec["unpack"]:
            run.phase("Unpacking")
            skipped = unpack(run, fetched, tree, _object_name(spec["key"]))
        else:
            tree.mkdir()
            os.replace(fetched, tree / _object_name(spec["key"]))
        if spec["readOnly"]:
            _protect(tree)
        run.check()
        names = _place(run, tree, target, work / "replaced")
    except BaseException as error:
        shutil.rmtree(work, ignore_errors=True)
        _remove(made)
        if isinstance(error, OSError):
            raise _writing_error(error, spec["directory"]) from error
        raise
    shutil.rmtree(work, ignore_errors=True)
    result: dict[str, Any] = {"files": names}
    if skipped:
        result["skipped"] = skipped
    return result


def _target(root: Root, directory: str) -> Path:
    target = root.confine(root.clean(directory))
    if target.exists() and not target.is_dir():
        raise TaskError("NotAFolder", f"“{directory}” is a file, not a folder.")
    return target


def _protect(tree: Path) -> None:
    """Make files that are a record, such as a job's input, ones nobody changes by mistake."""
    for folder, _, names in os.walk(tree):
        for name in names:
            (Path(folder) / name).chmod(0o444)


def _object_name(key: str) -> str:
    """File name for an object: the last part of its key."""
    name = key.rstrip("/").rpartition("/")[2]
    if name in ("", ".", "..") or "\0" in name or (os.name == "nt" and "\\" in name):
        raise TaskError("InvalidFileName", f"The key “{key}” does not end in a file name.")
    return name


def _make(target: Path, shown: str) -> list[Path]:
    """Make the folder and its parents; answers those that were missing, the deepest first."""
    missing: list[Path] = []
    place = target
    while not place.exists():
        missing.append(place)
        place = place.parent
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _remove(missing)
        raise _writing_error(error, shown) from error
    return missing


def _remove(folders: list[Path]) -> None:
    """Remove folders we made, as far as they are empty."""
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _fetch(run: TaskRun, s3: S3, place: Path) -> None:
    """Stream the object to a file; a cut connection goes on where it broke off."""
    spec = run.spec
    params: dict[str, Any] = {"Bucket": spec["bucket"], "Key": spec["key"]}
    run.phase(f"Downloading {_object_name(spec['key'])}")
    answer = s3.call("GetObject", **params)
    size = int(answer["ContentLength"])
    run.totals(1, size)
    if size > shutil.disk_usage(place.parent).free - RESERVE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with open(place, "xb") as file:
        for chunk in stream(run, s3, params, answer):
            file.write(chunk)
            run.advance(size=len(chunk))


def stream(
    run: TaskRun, s3: S3, params: dict[str, Any], answer: dict[str, Any]
) -> Generator[bytes, None, None]:
    """The whole body of an ``answer`` to GetObject; a cut connection goes on where it broke off."""
    size, params = int(answer["ContentLength"]), {**params, "IfMatch": answer["ETag"]}
    got, failures = 0, 0
    while True:
        before = got
        try:
            for chunk in _chunks(run, answer["Body"]):
                got += len(chunk)
                yield chunk
            if got >= size:
                return
            raise AwsError(
                "UpstreamUnavailable",
                "The connection was cut before the object was complete.",
                status=502,
                service="s3",
                operation="GetObject",
            )
        except AwsError:
            run.check()
            failures = 1 if got > before else failures + 1
            if failures >= ATTEMPTS:
                raise
        run.wait(0.3 * failures)
        answer = s3.call("GetObject", Range=f"bytes={got}-", **params)


def _chunks(run: TaskRun, body: Any) -> Iterator[bytes]:
    from botocore.exceptions import IncompleteReadError

    try:
        # Private to urllib3; without it a hanging read ends at its time-out, not by the cancel.
        with run.calling(getattr(body._raw_stream, "_connection", None)):
            while True:
                run.check()
                chunk = body.read(_CHUNK)
                if not chunk:
                    return
                yield chunk
    except IncompleteReadError:
        return  # cut off; the caller sees that bytes are missing
    except (TaskCancelled, ServerStopping):
        raise
    except Exception as error:
        raise translate(error, "s3", "GetObject") from error
    finally:
        body.close()


def _place(run: TaskRun, tree: Path, target: Path, replaced: Path) -> list[str]:
    """Move the files to where they belong, all or none; answers their paths below the root."""
    root, ours = run.services.root, set(run.record.placing)
    moves: list[tuple[Path, Path]] = []
    for folder, _, names in os.walk(tree):
        for name in names:
            source = Path(folder) / name
            moves.append((source, target / source.relative_to(tree)))
    moves.sort()
    for _, place in moves:
        shown = root.relative(target) + "/" + place.relative_to(target).as_posix()
        shown = shown.removeprefix("./")
        # A link inside the folder must not lead what we unpack out of the root.
        root.confine(shown)
        if place.is_dir():
            raise TaskError(
                "FileExists", f"“{shown}” is a folder, and would be replaced by a file."
            )
        if os.path.lexists(place) and not run.spec["overwrite"] and shown not in ours:
            raise TaskError(
                "FileExists",
                f"“{shown}” exists already. Nothing was changed.",
                status=409,
                hint="Choose another folder, or allow existing files to be replaced.",
            )
    names = [root.relative(place) for _, place in moves]
    run.record.step, run.record.placing = "placing", names
    run.save(durable=True)
    undo: list[tuple[Path, Path | None]] = []
    made: list[Path] = []
    try:
        for number, (source, place) in enumerate(moves):
            made[:0] = _make(place.parent, root.relative(place.parent))
            backup = None
            if os.path.lexists(place):
                replaced.mkdir(exist_ok=True)
                backup = replaced / str(number)
                os.replace(place, backup)
            undo.append((place, backup))
            os.replace(source, place)
    except BaseException:
        for place, backup in reversed(undo):
            with contextlib.suppress(OSError):
                place.unlink(missing_ok=True)
                if backup is not None:
                    os.replace(backup, place)
        _remove(made)
        raise
    run.advance(files=run.task.progress.files_total)
    return names


def _writing_error(error: OSError, shown: str) -> TaskError:
    """A folder or disk that does not take the files, in words."""
    where = f"“{shown}”" if shown else "the top folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return TaskError(
            "DiskFull",
            f"There is not enough space left on the disk for {where}. Nothing was changed.",
            status=507,
            hint="Delete what you no longer need, or enlarge the space's volume.",
        )
    if isinstance(error, PermissionError):
        return TaskError("NotWritable", f"{where} cannot be written to: permission denied.")
    return TaskError("NotWritable", f"{where} cannot be written to: {error.strerror or error}.")
