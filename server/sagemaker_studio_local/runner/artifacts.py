"""What the SageMaker agent does around an algorithm: input channels, packing, upload.

Layout as in the developer guide ("How Amazon SageMaker provides training information"):
channels below ``/opt/ml/input/data/<channel>``, results from ``/opt/ml/output/data`` and
``/opt/ml/model`` to ``<S3OutputPath>/<job>/output/{output,model}.tar.gz``.
"""

from __future__ import annotations

import errno
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from .errors import InfrastructureError, JobFailed, JobStopped

_CHUNK = 1 << 20
_THROTTLED = {"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded"}

Stopped = Callable[[], bool]


def split_s3_uri(uri: str) -> tuple[str, str]:
    """``s3://bucket/key`` as (bucket, key without its leading slash)."""
    parts = urlsplit(uri, allow_fragments=False)
    if parts.scheme != "s3" or not parts.netloc:
        raise JobFailed(f"ClientError: {uri} is not a valid S3 URI.")
    key = parts.path.lstrip("/")
    return parts.netloc, f"{key}?{parts.query}" if parts.query else key


@contextmanager
def _blame(action: str) -> Iterator[None]:
    """Turn S3 and disk errors into a failed job or an infrastructure error."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        if status >= 500 or code in _THROTTLED:
            raise InfrastructureError(f"{action} failed: {error}") from error
        raise JobFailed(f"ClientError: {action} failed: {error}") from error
    except BotoCoreError as error:
        raise InfrastructureError(f"{action} failed: {error}") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise JobFailed(
                f"ClientError: {action} failed: no space is left on the volume of the job."
            ) from error
        raise InfrastructureError(f"{action} failed: {error}") from error


class Artifacts:
    """S3 side of one job.

    :param s3: a boto3 ``s3`` client.
    :param stopped: asked between chunks; a true answer raises :class:`JobStopped`.
    """

    def __init__(self, s3: Any, stopped: Stopped) -> None:
        self._s3 = s3
        self._stopped = stopped

    def download(self, channel: dict[str, Any], folder: Path) -> None:
        """Fetch one ``InputDataConfig`` channel into ``folder``.

        ``FastFile`` mode is given as files too; ``Pipe`` mode, augmented manifests and file
        systems are not emulated and fail the job with that reason.
        """
        name = channel["ChannelName"]
        source = channel.get("DataSource", {}).get("S3DataSource")
        if source is None:
            raise JobFailed(
                f"ClientError: Channel {name}: the local Studio reads channels from S3 only."
            )
        if channel.get("InputMode") == "Pipe" or source["S3DataType"] == "AugmentedManifestFile":
            raise JobFailed(
                f"ClientError: Channel {name}: the local Studio offers File and FastFile mode "
                "with S3Prefix or ManifestFile, not Pipe mode or AugmentedManifestFile."
            )
        folder.mkdir(parents=True, exist_ok=True)
        with _blame("Data download"):
            if source["S3DataType"] == "ManifestFile":
                objects = self._manifest(source["S3Uri"])
            else:
                objects = self._prefix(source["S3Uri"])
            for bucket, key, relative in objects:
                self._fetch(bucket, key, _below(folder, relative, key))

    def _prefix(self, uri: str) -> Iterator[tuple[str, str, str]]:
        bucket, prefix = split_s3_uri(uri)
        found = False
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            for item in page.get("Contents", []):
                key = item["Key"]
                found = True
                if prefix.endswith("/") or key.startswith(f"{prefix}/") or not prefix:
                    relative = key[len(prefix) :].lstrip("/")
                else:  # The object itself, or a name that only begins like the prefix.
                    relative = key[prefix.rfind("/") + 1 :]
                if relative:
                    yield bucket, key, relative
        if not found:
            raise JobFailed(
                f"ClientError: Data download failed: no object was found under {uri}. Check that "
                "it exists and that the job's role has s3:ListBucket on the bucket."
            )

    def _manifest(self, uri: str) -> Iterator[tuple[str, str, str]]:
        bucket, key = split_s3_uri(uri)
        body = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        try:
            head, *names = json.loads(body)
            bucket, prefix = split_s3_uri(head["prefix"])
            paths = [str(name) for name in names]
        except (ValueError, TypeError, KeyError) as error:
            raise JobFailed(
                f"ClientError: {uri} is not a manifest: a JSON list of a prefix and names."
            ) from error
        for path in paths:
            yield bucket, prefix + path, path

    def _fetch(self, bucket: str, key: str, target: Path) -> None:
        if key.endswith("/"):
            target.mkdir(parents=True, exist_ok=True)
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            body = self._s3.get_object(Bucket=bucket, Key=key)["Body"]
            with target.open("wb") as file:
                for chunk in body.iter_chunks(_CHUNK):
                    self._check()
                    file.write(chunk)
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            raise JobFailed(
                f"ClientError: Data download failed: s3://{bucket}/{key} is both a file and a "
                "folder."
            ) from error
        self._check()

    def _check(self) -> None:
        if self._stopped():
            raise JobStopped

    def upload(self, name: str, ml: Path, output: dict[str, Any], scratch: Path) -> str:
        """Upload what the algorithm left in ``/opt/ml``.

        :param ml: the job's ``/opt/ml``; :param output: its ``OutputDataConfig``.
        :param scratch: where the archives are built, outside ``ml``.
        :returns: the S3 URI of the model artifacts (SageMaker names it even if there are none).
        """
        bucket, prefix = split_s3_uri(output["S3OutputPath"])
        base = str(PurePosixPath(prefix, name, "output"))
        extra = {}
        if output.get("KmsKeyId"):
            extra = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": output["KmsKeyId"]}
        plain_model = output.get("CompressionType") == "NONE"
        with _blame("Artifact upload"):
            for folder, archive in (("output/data", "output.tar.gz"), ("model", "model.tar.gz")):
                source = _real_folder(ml, folder)
                if source is None or not any(source.iterdir()):
                    continue
                if folder == "model" and plain_model:
                    for path in _files(source):
                        key = f"{base}/model/{path.relative_to(source).as_posix()}"
                        self._put(path, bucket, key, extra)
                else:
                    packed = scratch / archive
                    _pack(source, packed)
                    self._put(packed, bucket, f"{base}/{archive}", extra)
                    packed.unlink()
        return f"s3://{bucket}/{base}/" + ("model/" if plain_model else "model.tar.gz")

    def _put(self, path: Path, bucket: str, key: str, extra: dict[str, str]) -> None:
        with path.open("rb") as file:
            self._s3.upload_fileobj(file, bucket, key, ExtraArgs=extra)


def read_failure(ml: Path) -> str | None:
    """The text the algorithm left in ``/opt/ml/output/failure``, at most 1,024 characters."""
    folder = _real_folder(ml, "output")
    if folder is None:
        return None
    path = folder / "failure"
    # A link could lead out of the job's folder, where this process may read but the job not.
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("r", encoding="utf-8", errors="replace") as file:
        return file.read(1024)


def _below(folder: Path, relative: str, key: str) -> Path:
    """The path of an object inside its channel; keys that lead elsewhere fail the job."""
    parts = relative.split("/")
    if ".." in parts or "\0" in relative or relative.startswith("/"):
        raise JobFailed(f"ClientError: Data download failed: {key!r} is no file name.")
    return folder.joinpath(*[part for part in parts if part not in ("", ".")])


def _real_folder(ml: Path, relative: str) -> Path | None:
    """A folder below ``ml``, or None if it is missing or reached through a symbolic link."""
    path = ml
    for part in relative.split("/"):
        path = path / part
        if path.is_symlink() or not path.is_dir():
            return None
    return path


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _pack(folder: Path, archive: Path) -> None:
    """Pack a folder's children; links stay links, devices and pipes are left out."""

    def plain(item: tarfile.TarInfo) -> tarfile.TarInfo | None:
        return item if item.isfile() or item.isdir() or item.issym() or item.islnk() else None

    with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
        for child in sorted(folder.iterdir()):
            tar.add(child, arcname=child.name, filter=plain)
