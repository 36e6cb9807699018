"""S3 addresses in path style: checked once, written one way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from .errors import AwsError
from .operations import not_allowed

# Today's naming rules and, for buckets made before 2018 in us-east-1, the older wider ones
# (Amazon S3 User Guide, "Bucket naming rules").
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
_MAX_KEY_BYTES = 1024


def split(raw_path: str) -> tuple[str, bytes]:
    """Bucket and key of a percent-encoded ``/bucket/key``; the key is b"" for a bucket.

    Raises ``InvalidBucketName`` or ``InvalidKey`` (400).
    """
    bucket, _, key = raw_path.removeprefix("/").partition("/")
    return check_bucket(bucket), check_key(unquote_to_bytes(key))


def check_bucket(bucket: str) -> str:
    """The bucket's name if it is one."""
    if not _BUCKET.fullmatch(bucket) or ".." in bucket:
        raise AwsError("InvalidBucketName", f"“{bucket[:64]}” is not the name of an S3 bucket.")
    return bucket


def check_key(key: bytes) -> bytes:
    """The key if S3 takes it and no hop on the way would rewrite it."""
    try:
        text = key.decode("utf-8")
    except UnicodeDecodeError:
        raise AwsError("InvalidKey", "The object's key is not UTF-8.") from None
    if len(key) > _MAX_KEY_BYTES:
        raise AwsError(
            "KeyTooLongError", f"The object's key is longer than {_MAX_KEY_BYTES} bytes."
        )
    if any(part in (".", "..") for part in text.split("/")):
        raise AwsError(
            "InvalidKey",
            "A key with “.” or “..” as a folder cannot be addressed: proxies rewrite such paths.",
        )
    return key


def check_permitted(bucket: str, patterns: Iterable[str]) -> None:
    """Refuse buckets outside the administrator's list; an empty list allows all."""
    allowed = list(patterns)
    if allowed and not any(fnmatchcase(bucket, pattern) for pattern in allowed):
        why = f"this server's settings do not allow the bucket “{bucket}”"
        raise not_allowed("s3", None, why)


def write(bucket: str, key: bytes = b"") -> str:
    """The path as the signature wants it: every byte but A-Z a-z 0-9 - . _ ~ / encoded once."""
    return f"/{bucket}/{quote(key, safe='/~')}" if key else f"/{bucket}"


def read_query(query: str) -> list[tuple[str, str]]:
    """The query's parameters in their order, decoded."""
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=64)
    except ValueError:
        raise not_allowed("s3", None, "its query string is malformed") from None


def write_query(parameters: Iterable[tuple[str, str]]) -> str:
    """The parameters as the signature wants them."""
    return "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in parameters)
