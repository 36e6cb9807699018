"""S3 calls of a task: retried where that can help, cut by a cancel, errors as AWS worded them.

For worker threads.
"""

from __future__ import annotations

import io
import random
import re
import threading
import time
from typing import Any

from ..errors import AwsError
from ..transport import translate
from .model import ServerStopping, TaskCancelled, TaskError
from .run import GRACE_SECONDS, TaskRun

ATTEMPTS = 3
PAUSE = 0.5  # seconds before the second attempt, doubled for each further one
WORKERS = 16  # requests under way at one time; the AWS CLI makes 10

# Amazon S3 API reference, "Error responses", and botocore's standard retry mode.
_PASSING = re.compile(
    r"Throttl|SlowDown|TooManyRequests|RequestLimitExceeded|RequestTimeout|InternalError"
    r"|ServiceUnavailable|PriorRequestNotComplete|OperationAborted"
)
_STALE = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken"}

# Our own loop retries, so that a cancel can end the waiting; checksums cost more than they give,
# the signature covers the body already (or TLS does).
_SETTINGS: dict[str, Any] = {
    "retries": {"mode": "standard", "total_max_attempts": 1},
    "max_pool_connections": 4 * WORKERS,
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}


class S3:
    """S3 as one task sees it.

    :param owner: account the buckets must belong to; None lets AWS decide.
    :param shielded: go on after a cancel, for removing what was made.
    """

    def __init__(self, run: TaskRun, *, owner: str | None = None, shielded: bool = False) -> None:
        self.run = run
        self.owner = owner
        self.shielded = shielded
        self._lock = threading.Lock()
        self._abandoned = 0.0
        self._prepared: Any = None

    @property
    def region(self) -> str:
        """The region the calls go to."""
        return self.run.services.upstream.region()

    def abandon(self) -> None:
        """Something else failed: calls under way end soon, further ones are refused."""
        if not self._abandoned:
            self._abandoned = time.monotonic()
        elif time.monotonic() - self._abandoned > GRACE_SECONDS:
            self.run.cut()

    def _client(self) -> Any:
        try:
            client = self.run.services.upstream.client("s3", **_SETTINGS)
        except AwsError:
            raise
        except Exception as error:
            raise translate(error, "s3", None) from error
        if client is not self._prepared:
            events, name = client.meta.events, "request-created.s3.PutObject"
            events.register(name, _send_at_once, unique_id="sagemaker-studio-send-at-once")
            self._prepared = client
        return client

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        """One call, for example ``call("PutObject", Bucket=…)``; up to three attempts.

        A ``Body`` with ``seek`` is rewound between attempts. Raises :class:`AwsError`,
        :class:`TaskCancelled` and :class:`ServerStopping`.
        """
        if self.owner:
            params["ExpectedBucketOwner"] = self.owner
        attempt, refreshed = 1, False
        while True:
            self._check()
            client = self._client()
            try:
                return self._once(client, operation, params)
            except AwsError as error:
                self._check()
                if error.code in _STALE and not refreshed:
                    refreshed = True
                    self._refresh(client)
                elif attempt < ATTEMPTS and _passing(error):
                    attempt += 1
                    pause = random.uniform(PAUSE / 2, PAUSE) * 2 ** (attempt - 1)
                    self.run.wait(pause, shielded=self.shielded)
                else:
                    if self.owner and error.status == 403 and not error.hint:
                        error.hint = (
                            f"Also refused if the bucket does not belong to account {self.owner}."
                        )
                    raise
                rewind = getattr(params.get("Body"), "seek", None)
                if rewind is not None:
                    rewind(0)

    def _refresh(self, refused: Any) -> None:
        """Read the credentials anew, once for all threads whose call was refused."""
        with self._lock:
            if self._client() is refused:
                self.run.services.upstream.forget_credentials()

    def _once(self, client: Any, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        method = getattr(client, _METHODS[operation])
        try:
            if self.shielded:
                answer: dict[str, Any] = method(**params)
            else:
                with self.run.calling():
                    answer = method(**params)
        except (AwsError, TaskError, TaskCancelled, ServerStopping):
            raise
        except Exception as error:
            raise _own(error) or translate(error, "s3", operation) from error
        return answer

    def _check(self) -> None:
        if not self.shielded:
            self.run.check()
            if self._abandoned:
                raise TaskCancelled
        elif self.run.server_stopping:
            raise ServerStopping

    def remove(self, bucket: str, objects: list[tuple[str, str]]) -> None:
        """Delete objects, given as key and version id (empty: the key); 1,000 a request.

        Raises the first error after having tried all.
        """
        failure: AwsError | None = None
        for start in range(0, len(objects), 1000):
            batch = objects[start : start + 1000]
            try:
                self._remove_batch(bucket, batch)
            except AwsError as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def _remove_batch(self, bucket: str, batch: list[tuple[str, str]]) -> None:
        named = [
            {"Key": key, "VersionId": version} if version else {"Key": key}
            for key, version in batch
        ]
        failed = self._delete(bucket, named)
        if any("VersionId" in item for item in failed):
            # Many roles may delete objects but not versions; a delete marker then has to do.
            failed = self._delete(bucket, [{"Key": item["Key"]} for item in failed])
        if failed:
            first = failed[0]
            raise AwsError(
                str(first.get("Code", "InternalError")),
                f"{first['Key']}: {first.get('Message', 'could not be deleted')}",
                service="s3",
                operation="DeleteObjects",
            )

    def _delete(self, bucket: str, objects: list[dict[str, str]]) -> list[dict[str, Any]]:
        request = {"Objects": objects, "Quiet": True}
        answer = self.call("DeleteObjects", Bucket=bucket, Delete=request)
        errors: list[dict[str, Any]] = answer.get("Errors", [])
        return [error for error in errors if error.get("Code") != "NoSuchKey"]

    def abort_uploads(self, bucket: str, uploads: list[tuple[str, str]]) -> None:
        """Give up multipart uploads, given as key and upload id."""
        for key, upload_id in uploads:
            try:
                self.call("AbortMultipartUpload", Bucket=bucket, Key=key, UploadId=upload_id)
            except AwsError as error:
                if error.code not in ("NoSuchUpload", "NotFound"):
                    raise


_METHODS = {
    "AbortMultipartUpload": "abort_multipart_upload",
    "CompleteMultipartUpload": "complete_multipart_upload",
    "CreateBucket": "create_bucket",
    "CreateMultipartUpload": "create_multipart_upload",
    "DeleteObjects": "delete_objects",
    "GetBucketLocation": "get_bucket_location",
    "GetObject": "get_object",
    "HeadBucket": "head_bucket",
    "HeadObject": "head_object",
    "PutBucketEncryption": "put_bucket_encryption",
    "PutBucketVersioning": "put_bucket_versioning",
    "PutObject": "put_object",
    "UploadPart": "upload_part",
}


def _send_at_once(request: Any, **_: Any) -> None:
    """Small bodies, given as bytes, go without asking first; that would be a round trip more."""
    if isinstance(request.data, io.BytesIO):
        del request.headers["Expect"]


def _own(error: BaseException) -> Exception | None:
    """Our own reason, when reading the body failed and botocore wrapped that.

    Only the exception it wrapped: further down the chain is whatever was being handled before.
    """
    from botocore.exceptions import HTTPClientError

    inner = error.__context__ if isinstance(error, HTTPClientError) else error
    own = (TaskError, TaskCancelled, ServerStopping)
    return inner if isinstance(inner, own) else None


def _passing(error: AwsError) -> bool:
    """Whether another attempt may succeed: throttled, 5xx, cut or not answered in time."""
    return error.status >= 500 or error.status == 429 or bool(_PASSING.search(error.code))
