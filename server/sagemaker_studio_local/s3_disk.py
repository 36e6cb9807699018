"""moto's S3 with its objects on disk, so that they outlive the process and need no memory.

moto's key and multipart classes are replaced by ones whose content is a file; what else moto
knows of an object (versions, metadata, tags, encryption) goes to an index next to the files after
each call that changes it. Bucket settings are kept as the requests that made them and are sent to
moto again at the next start.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
import os
import shutil
import threading
import uuid
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

# Loaded before its FakeKey is replaced, or it would take the replacement for moto's own for good.
import moto.s3.responses  # noqa: F401
from moto.s3 import models as s3
from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML

from .messages import Request, Response
from .store import Store

OBJECT = "object"
BUCKET = "bucket"
_CHUNK = 1 << 20
_OBJECT_CHANGES = (
    "PutObject",
    "CopyObject",
    "CompleteMultipartUpload",
    "DeleteObject",
    "PutObjectTagging",
    "DeleteObjectTagging",
)
_COPIED = (
    "encryption",
    "kms_key_id",
    "bucket_key_enabled",
    "lock_mode",
    "lock_legal_status",
    "lock_until",
    "checksum_value",
    "checksum_type",
    "checksum_parts",
    "checksum_algorithm",
)

#: What moto itself uses, put back when a local Studio of this process ends.
_MOTO_CLASSES = (s3.FakeKey, s3.FakeMultipart)

log = logging.getLogger(__name__)


class _Folder:
    """Where the files of objects are; None while no local Studio runs in this process."""

    path: Path | None = None

    @classmethod
    def new_file(cls) -> Path:
        if cls.path is None:
            raise RuntimeError("S3 of the local Studio is not started")
        name = uuid.uuid4().hex
        folder = cls.path / name[:2]
        folder.mkdir(exist_ok=True)
        return folder / name


class StoredKey(s3.FakeKey):
    """An object, or a part of one, whose content is a file."""

    _path: Path | None = None

    @property  # type: ignore[override]
    def value(self) -> bytes:
        """The content, all of it."""
        return self._path.read_bytes() if self._path is not None else b""

    @value.setter
    def value(self, new: bytes | str | Path) -> None:
        old = self._path
        if isinstance(new, Path):
            self._path = new
        else:
            self._path = _Folder.new_file()
            self._path.write_bytes(new.encode() if isinstance(new, str) else new)
        self.contentsize = self._path.stat().st_size
        if old is not None and old != self._path:
            old.unlink(missing_ok=True)

    @property
    def path(self) -> Path:
        """The file with the content."""
        assert self._path is not None
        return self._path

    @property
    def etag(self) -> str:
        """The MD5 of the content, or what the upload said."""
        if self._etag is None:
            digest = hashlib.md5(usedforsecurity=False)
            for block in _blocks(self.path):
                digest.update(block)
            self._etag = digest.hexdigest()
        return f'"{self._etag}"'

    def __deepcopy__(self, memo: dict[int, Any]) -> StoredKey:
        """A view for moto's listings, which copy every key; it never removes the file."""
        view: StoredKey = object.__new__(StoredKey)
        view.__dict__.update(self.__dict__)
        view.disposed = True
        return view

    def dispose(self, garbage: bool = False) -> None:
        """Remove the file of an object that was deleted, not of one moto merely forgets."""
        if self.disposed:
            return
        self.disposed = True
        self._value_buffer.close()
        if not garbage and _Folder.path is not None and self._path is not None:
            self._path.unlink(missing_ok=True)


class StoredMultipart(s3.FakeMultipart):
    """A multipart upload whose parts are files and are joined without reading them whole."""

    def complete(self, body: Iterator[tuple[int, str]]) -> Any:
        """(file with the content, ETag, checksum) as moto's own method answers."""
        parts: list[Any] = []
        for number, etag in body:
            part: Any = self.parts.get(number)
            if part is None or part.etag.strip('"') != etag.strip('"'):
                raise InvalidPart()
            if parts and parts[-1].contentsize < s3.S3_UPLOAD_PART_MIN_SIZE:
                raise EntityTooSmall()
            parts.append(part)
        if not parts:
            raise MalformedXML
        checksum = self._checksum(parts)
        target = _Folder.new_file()
        digests = b"".join(bytes.fromhex(part.etag.strip('"')) for part in parts)
        with target.open("wb") as out:
            for part in parts:
                with part.path.open("rb") as source:
                    shutil.copyfileobj(source, out, _CHUNK)
        etag = hashlib.md5(digests, usedforsecurity=False).hexdigest()
        self.dispose()
        self.parts = {}
        return target, f"{etag}-{len(parts)}", checksum

    def _checksum(self, parts: list[Any]) -> tuple[str, str, int] | None:
        algorithm = self.metadata.get("x-amz-checksum-algorithm")
        kind = self.metadata.get("x-amz-checksum-type") or "COMPOSITE"
        if algorithm and kind == "COMPOSITE":
            builder = s3.MultipartChecksumBuilder(algorithm, kind)
            for part in parts:
                builder.addPart(part.value)
            return builder.build()
        if algorithm == "CRC32":
            value = 0
            for part in parts:
                for block in _blocks(part.path):
                    value = zlib.crc32(block, value)
            return "FULL_OBJECT", b64encode(value.to_bytes(4, "big")).decode(), 1
        # The other algorithms need libraries that are not always there; none beats a wrong one.
        return None


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(_CHUNK):
            yield block


class S3Disk:
    """Keeps what moto's S3 holds in ``folder``. One per process, as moto's state is."""

    def __init__(self, folder: Path, account: str, partition: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._index = Store(folder / "index.sqlite3")
        self._objects = folder / "objects"
        self._objects.mkdir(exist_ok=True)
        self._backend = s3.s3_backends[account][partition]
        self._lock = threading.Lock()
        _Folder.path = self._objects
        s3.FakeKey = StoredKey  # type: ignore[misc]
        s3.FakeMultipart = StoredMultipart  # type: ignore[misc]

    def restore(self, send: Callable[[str, str, str, str, bytes], Response]) -> None:
        """Give moto back the buckets and objects. ``send(method, path, query, region, body)``."""
        for name, bucket in sorted(self._index.items(BUCKET)):
            for request in bucket["requests"].values():
                answer = send(
                    request["method"],
                    f"/{name}",
                    request["query"],
                    request["region"],
                    request["body"].encode("latin-1"),
                )
                if answer.status >= 300:
                    log.error("bucket %s: %s was not restored", name, request["query"] or "itself")
            if name in self._backend.buckets:
                created = datetime.datetime.fromtimestamp(bucket["created"], datetime.timezone.utc)
                self._backend.buckets[name].creation_date = created
        used: set[str] = set()
        for document in self._index.all(OBJECT):
            used.update(self._restore_object(document))
        for file in self._objects.glob("*/*"):
            if file.name not in used:
                # A part of an upload that never completed, or left by a crash.
                file.unlink()

    def _restore_object(self, document: dict[str, Any]) -> list[str]:
        """Put one object with its versions back; answers the names of its files."""
        bucket = self._backend.buckets.get(document["bucket"])
        files = []
        versions: list[Any] = []
        for item in document["versions"]:
            if item.get("deleted"):
                base = versions[-1] if versions else self._key(document, item)
                marker = s3.FakeDeleteMarker(key=base)
                marker.name = document["key"]
                marker._version_id = item["version"]
                marker.last_modified = datetime.datetime.fromisoformat(item["modified"])
                versions.append(marker)
                continue
            path = self._objects / item["file"][:2] / item["file"]
            if bucket is None or not path.exists():
                log.error("the object s3://%s/%s is lost", document["bucket"], document["key"])
                continue
            files.append(item["file"])
            key = self._key(document, item, path)
            versions.append(key)
            if item.get("tags"):
                self._backend.put_object_tagging(key, item["tags"])
        if bucket is not None and versions:
            dict.__setitem__(bucket.keys, document["key"], versions)
        return files

    def _key(self, document: dict[str, Any], item: dict[str, Any], path: Any = b"") -> StoredKey:
        key = StoredKey(
            name=document["key"],
            bucket_name=document["bucket"],
            value=path,
            account_id=self._backend.account_id,
            region_name=self._backend.region_name,
            storage=item.get("storage"),
            etag=item.get("etag"),
            is_versioned=item.get("versioned", False),
            version_id=item.get("version"),
        )
        for name in _COPIED:
            if name in item:
                setattr(key, name, item[name])
        key._metadata.update(item.get("metadata", {}))
        key.last_modified = datetime.datetime.fromisoformat(item["modified"])
        return key

    def note(self, operation: str, values: dict[str, Any], request: Request, region: str) -> None:
        """Keep what a successful call has changed."""
        bucket = values.get("Bucket", "")
        if operation in _OBJECT_CHANGES:
            self._save_objects(bucket, [values["Key"]])
        elif operation == "DeleteObjects":
            tree = ElementTree.fromstring(request.body.content())
            names = [e.text or "" for e in tree.iter() if e.tag.rpartition("}")[2] == "Key"]
            self._save_objects(bucket, names)
        elif operation == "CreateBucket":
            self._save_bucket(bucket, "CreateBucket", request, region)
        elif operation == "DeleteBucket":
            self._index.delete(BUCKET, bucket)
        elif operation.startswith("PutBucket"):
            self._save_bucket(bucket, operation[len("Put") :], request, region)
        elif operation.startswith("DeleteBucket"):
            self._save_bucket(bucket, operation[len("Delete") :], None, region)
        elif operation in ("PutPublicAccessBlock", "DeletePublicAccessBlock"):
            added = request if operation.startswith("Put") else None
            self._save_bucket(bucket, "PublicAccessBlock", added, region)

    def _save_bucket(self, bucket: str, setting: str, request: Request | None, region: str) -> None:
        with self._lock:
            known = self._index.get(BUCKET, bucket)
            if known is None:
                created = self._backend.buckets[bucket].creation_date.timestamp()
                known = {"created": created, "requests": {}}
            requests = dict(known["requests"])
            requests.pop(setting, None)
            if request is not None:
                requests[setting] = {
                    "method": request.method,
                    "query": request.query_string,
                    "region": region,
                    "body": request.body.content().decode("latin-1"),
                }
            self._index.put(BUCKET, bucket, {**known, "requests": requests})

    def _save_objects(self, bucket_name: str, names: list[str]) -> None:
        with self._lock:
            bucket = self._backend.buckets.get(bucket_name)
            changed = []
            for name in names:
                versions = bucket.keys.getlist(name, []) if bucket is not None else []
                index = f"{bucket_name}/{name}"
                if versions:
                    changed.append((index, self._document(bucket_name, name, versions)))
                else:
                    self._index.delete(OBJECT, index)
            if changed:
                self._index.put_many(OBJECT, changed)

    def _document(self, bucket: str, name: str, versions: list[Any]) -> dict[str, Any]:
        items = []
        for version in versions:
            item: dict[str, Any] = {"modified": version.last_modified.isoformat()}
            if isinstance(version, s3.FakeDeleteMarker):
                item.update(deleted=True, version=version.version_id)
            else:
                item.update(
                    file=version.path.name,
                    etag=version.etag.strip('"'),
                    version=version._version_id,
                    versioned=version._is_versioned,
                    storage=version.storage_class,
                    metadata=dict(version.metadata),
                    tags=self._backend.tagger.get_tag_dict_for_resource(version.arn),
                )
                item.update({n: getattr(version, n, None) for n in _COPIED})
            items.append(item)
        return {"bucket": bucket, "key": name, "versions": items}

    def find(self, bucket: str, name: str, version_id: str | None) -> StoredKey | None:
        """An object, the newest version unless one is named; None when there is none."""
        found = self._backend.buckets.get(bucket)
        for version in reversed(found.keys.getlist(name, []) if found is not None else []):
            if version_id in (None, version.version_id):
                return version if isinstance(version, StoredKey) else None
        return None

    def is_upload_over(self, bucket: str, upload_id: str) -> bool:
        """Whether a bucket that exists knows no such multipart upload, or no longer."""
        found = self._backend.buckets.get(bucket)
        return found is not None and upload_id not in found.multiparts

    def close(self) -> None:
        """Let moto forget everything without losing a file."""
        _Folder.path = None
        s3.FakeKey, s3.FakeMultipart = _MOTO_CLASSES  # type: ignore[misc]
        self._index.close()
        for folder in self._objects.iterdir():
            if not any(folder.iterdir()):
                os.rmdir(folder)
