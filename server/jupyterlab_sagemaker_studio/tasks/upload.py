"""Sending files to S3, several at a time: small ones in one request, large ones in parts.

Written for this instead of s3transfer because a task must know each object's version and each
multipart upload's id, to remove them after a kill, and because one thread reading, sending and
noting a small file takes half the processor time.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ..errors import AwsError
from .model import TaskError
from .paths import PlannedFile, reading_error
from .run import TaskRun
from .s3 import S3, WORKERS

MIB = 1024 * 1024
IN_MEMORY = 256 * 1024  # up to here a file is read whole, which saves the 100-continue round trip
SINGLE_REQUEST = 16 * MIB  # larger files go in parts
PART_SIZE = 16 * MIB
MAX_PARTS = 10_000  # Amazon S3 user guide, "Multipart upload limits"
MAX_SIZE = 5 * 1024**4
_BLOCK = 256 * 1024

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class Slice:
    """Part of an open file as a request body; several may read one file at a time.

    botocore reads a body once to sign it and once to send it; only the latter counts as progress.
    """

    def __init__(self, source: Source, start: int, length: int) -> None:
        self._source = source
        self._start = start
        self._length = length
        self._at = 0
        self._signed = False
        self._counted = 0

    def __len__(self) -> int:
        return self._length

    def tell(self) -> int:
        """Position within the slice."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to another position, as botocore does before it sends (again)."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._signed = self._signed or self._at == self._length
        self._at = max(0, min(self._length, base + offset))
        self._count(min(self._at, self._counted))
        return self._at

    def read(self, _size: int | None = None) -> bytes:
        """The next block. Larger than asked for: http.client asks for 16 KiB at a time."""
        self._source.run.check()
        data = self._source.read(self._start + self._at, min(_BLOCK, self._length - self._at))
        self._at += len(data)
        if self._signed:
            self._count(self._at)
        return data

    def settle(self) -> None:
        """The request succeeded: all of it counts."""
        self._count(self._length)

    def _count(self, position: int) -> None:
        if position != self._counted:
            self._source.run.advance(size=position - self._counted)
            self._counted = position


class Source:
    """An open file that must stay as it was when it was counted."""

    def __init__(self, run: TaskRun, file: PlannedFile) -> None:
        self.run = run
        self.file = file
        try:
            self._descriptor = os.open(file.real, os.O_RDONLY | _NO_FOLLOW)
        except OSError as error:
            raise reading_error(error, file.path) from error
        self._position = threading.Lock()
        try:
            self.unchanged()
        except BaseException:
            self.close()
            raise

    def unchanged(self) -> None:
        """Raise ``FileChanged`` when the file is no longer the one that was counted."""
        info = os.fstat(self._descriptor)
        if (info.st_size, info.st_mtime_ns) != (self.file.size, self.file.mtime_ns):
            raise changed(self.file)

    def read(self, offset: int, length: int) -> bytes:
        """Exactly so many bytes."""
        if length <= 0:
            return b""
        try:
            if hasattr(os, "pread"):
                data = os.pread(self._descriptor, length, offset)
            else:
                with self._position:
                    os.lseek(self._descriptor, offset, os.SEEK_SET)
                    data = os.read(self._descriptor, length)
        except OSError as error:
            raise reading_error(error, self.file.path) from error
        if not data:
            raise changed(self.file)
        return data

    def whole(self) -> bytes:
        """All of a small file."""
        data = b""
        while len(data) < self.file.size:
            data += self.read(len(data), self.file.size - len(data))
        return data

    def close(self) -> None:
        os.close(self._descriptor)


def changed(file: PlannedFile) -> TaskError:
    """The error for a file that somebody wrote to in the meantime."""
    return TaskError(
        "FileChanged",
        f"“{file.path}” changed while it was being uploaded. Save it and try again.",
    )


@dataclass(eq=False)
class _Large:
    """A file under way in parts."""

    row: int
    source: Source
    upload_id: str
    parts: int
    part_size: int
    etags: dict[int, str] = field(default_factory=dict)

    def extent(self, number: int) -> tuple[int, int]:
        """Start and length of a part, counted from 1."""
        start = (number - 1) * self.part_size
        return start, min(self.part_size, self.source.file.size - start)


class Uploader:
    """Uploads the planned files whose rows are given; notes each step in the journal.

    :param counts_files: whether a file that is complete is the task's progress.
    """

    def __init__(
        self, run: TaskRun, s3: S3, plan: list[PlannedFile], *, counts_files: bool = True
    ) -> None:
        self._run = run
        self._s3 = s3
        self._bucket = run.spec["bucket"]
        self._plan = plan
        self._counts_files = counts_files
        key = run.spec.get("kmsKeyId")
        self._encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
        self._journal = run.journal()
        self._jobs: deque[int | tuple[_Large, int]] = deque()
        self._open: set[_Large] = set()
        self._pending = 0  # jobs that are not done yet, queued or under way
        self._failure: BaseException | None = None
        self._state = threading.Condition()

    def upload(self, rows: list[int]) -> None:
        """Send them all. Raises the first failure after every request has ended."""
        self._jobs.extend(rows)
        self._pending = len(rows)
        parts = sum(self._plan[row].size // PART_SIZE + 1 for row in rows)
        threads = [
            threading.Thread(target=self._work, name="sagemaker-studio-upload", daemon=True)
            for _ in range(min(WORKERS, parts))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(0.1)
                if self._failure is not None or self._run.stopped:
                    self._fail(None)
        for large in self._open:
            large.source.close()
        self._run.check()
        if self._failure is not None:
            raise self._failure

    def _fail(self, error: BaseException | None) -> None:
        """Let the threads stop: no new jobs, and requests under way end soon."""
        with self._state:
            if self._failure is None and error is not None:
                self._failure = error
            self._jobs.clear()
            self._pending = 0
            self._state.notify_all()
        self._s3.abandon()

    def _next(self) -> int | tuple[_Large, int] | None:
        with self._state:
            while not self._jobs and self._pending:
                self._state.wait(0.2)  # a large file may still be cut into parts
            return self._jobs.popleft() if self._jobs else None

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                if isinstance(job, int):
                    self._begin(job)
                else:
                    self._part(*job)
            except BaseException as error:  # the thread must not die silently
                self._fail(error)
                return
            with self._state:
                self._pending = max(0, self._pending - 1)
                if not self._pending:
                    self._state.notify_all()

    def _begin(self, row: int) -> None:
        file = self._plan[row]
        if file.size > MAX_SIZE:
            raise TaskError("FileTooLarge", f"“{file.path}” is larger than 5 TB, S3's limit.")
        if file.size > SINGLE_REQUEST:
            self._cut_up(row)
            return
        if file.number is not None:
            text = self._run.spec["files"][file.number]["content"].encode()
            self._journal.write("s", row)
            answer = self._put("PutObject", Key=file.key, Body=text, **self._encryption)
            self._run.advance(size=len(text))
            self._done(row, answer)
            return
        source = Source(self._run, file)
        try:
            if file.size <= IN_MEMORY:
                body: bytes | Slice = source.whole()
            else:
                body = Slice(source, 0, file.size)
            self._journal.write("s", row)
            answer = self._put("PutObject", Key=file.key, Body=body, **self._encryption)
            source.unchanged()
        finally:
            source.close()
        if isinstance(body, Slice):
            body.settle()
        else:
            self._run.advance(size=len(body))
        self._done(row, answer)

    def _cut_up(self, row: int) -> None:
        """Open a multipart upload and queue its parts in front."""
        file = self._plan[row]
        source = Source(self._run, file)
        try:
            opened = self._put("CreateMultipartUpload", Key=file.key, **self._encryption)
            upload_id = str(opened["UploadId"])
            self._journal.write("m", row, upload_id)
        except BaseException:
            source.close()
            raise
        part_size = max(PART_SIZE, -(-file.size // (MAX_PARTS * MIB)) * MIB)
        large = _Large(row, source, upload_id, -(-file.size // part_size), part_size)
        with self._state:
            self._open.add(large)
            if self._pending:  # not failed meanwhile
                self._pending += large.parts
                self._jobs.extendleft((large, number) for number in range(large.parts, 0, -1))
                self._state.notify_all()

    def _part(self, large: _Large, number: int) -> None:
        file = large.source.file
        start, length = large.extent(number)
        body = Slice(large.source, start, length)
        answer = self._put(
            "UploadPart",
            Key=file.key,
            UploadId=large.upload_id,
            PartNumber=number,
            Body=body,
        )
        body.settle()
        with self._state:
            large.etags[number] = str(answer["ETag"])
            complete = len(large.etags) == large.parts
        if complete:
            self._complete(large)

    def _complete(self, large: _Large) -> None:
        file = large.source.file
        large.source.unchanged()
        self._journal.write("s", large.row)
        parts = [{"PartNumber": n, "ETag": etag} for n, etag in sorted(large.etags.items())]
        try:
            answer = self._put(
                "CompleteMultipartUpload",
                Key=file.key,
                UploadId=large.upload_id,
                MultipartUpload={"Parts": parts},
            )
        except AwsError as error:
            # A second attempt finds no upload when the first was carried out after all.
            if error.code != "NoSuchUpload":
                raise
            answer = self._put("HeadObject", Key=file.key)
            if answer.get("ContentLength") != file.size:
                raise
        with self._state:
            self._open.discard(large)
        large.source.close()
        self._done(large.row, answer)

    def _done(self, row: int, answer: dict[str, Any]) -> None:
        self._journal.write("d", row, answer.get("VersionId") or "")
        self._run.advance(files=int(self._counts_files))

    def _put(self, operation: str, **params: Any) -> dict[str, Any]:
        return self._s3.call(operation, Bucket=self._bucket, **params)
