"""``POST presign``: a short-lived S3 address for one download or upload, signed by botocore."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from tornado import web

from . import operations, s3path
from .errors import AwsError
from .handlers import StudioHandler
from .transport import translate

#: Seconds. The address works for whoever has it, so it lives no longer than a click needs.
DEFAULT_EXPIRY = 300
MAX_EXPIRY = 900

_METHODS = {"GetObject": "GET", "PutObject": "PUT"}


class PresignHandler(StudioHandler):
    """``{"bucket","key","operation","expiresIn"?}`` -> ``{"url","expiresAt"}``; never logged."""

    @web.authenticated
    async def post(self) -> None:
        body = self.json_body()
        operation, seconds = body.get("operation"), body.get("expiresIn", DEFAULT_EXPIRY)
        if operation not in _METHODS:
            raise AwsError("BadRequest", "operation must be GetObject or PutObject.")
        row = operations.require("s3", operation)
        await self.authorize(row.access)
        if isinstance(seconds, bool) or not isinstance(seconds, int):
            raise AwsError("BadRequest", "expiresIn must be a whole number of seconds.")
        if not 1 <= seconds <= MAX_EXPIRY:
            raise AwsError("BadRequest", f"expiresIn must be between 1 and {MAX_EXPIRY} seconds.")
        path, query = self._address(body, operation)
        upstream = self.studio.upstream

        def sign() -> dict[str, Any]:
            now = datetime.now(timezone.utc)
            try:
                url, end = upstream.sign_url(path, query, _METHODS[operation], seconds)
            except Exception as error:
                raise translate(error, "s3", operation) from error
            # An address dies with the credentials that signed it.
            expires = min(filter(None, [now + timedelta(seconds=seconds), end]))
            return {"url": url, "expiresAt": expires.isoformat(timespec="seconds")}

        self.reply(await upstream.run(sign))

    def _address(self, body: dict[str, Any], operation: str) -> tuple[str, str]:
        bucket, key = body.get("bucket"), body.get("key")
        if not isinstance(bucket, str) or not isinstance(key, str) or not key:
            raise AwsError("BadRequest", "bucket and key must be texts, and neither empty.")
        s3path.check_bucket(bucket)
        s3path.check_permitted(bucket, self.studio.allowed_buckets)
        try:
            path = s3path.write(bucket, s3path.check_key(key.encode("utf-8")))
        except UnicodeEncodeError:
            raise AwsError("InvalidKey", "The object's key is not UTF-8.") from None
        if operation != "GetObject":
            return path, ""
        # The browser saves the file under the key's last part instead of showing it.
        name = quote(key.rstrip("/").rpartition("/")[2], safe="")
        disposition = f"attachment; filename*=UTF-8''{name}"
        return path, s3path.write_query([("response-content-disposition", disposition)])
