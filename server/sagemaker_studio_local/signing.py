"""Signature Version 4 as the service checks it: header-signed and presigned requests."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from calendar import timegm
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from .errors import AwsError
from .messages import Request

ALGORITHM = "AWS4-HMAC-SHA256"
_MAX_SKEW = 15 * 60
_MAX_EXPIRY = 7 * 24 * 3600


@dataclass(frozen=True)
class Scope:
    """Who signed a request, and for which day, region and service."""

    access_key: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...] = ()
    signature: str = ""
    presigned: bool = False


def scope_of(request: Request) -> Scope | None:
    """The credential scope of a signed request; None when it is unsigned or not SigV4."""
    authorization = request.header("authorization")
    if authorization.startswith(ALGORITHM):
        fields = dict(
            part.strip().split("=", 1)
            for part in authorization[len(ALGORITHM) :].split(",")
            if "=" in part
        )
        return _scope(
            fields.get("Credential", ""),
            fields.get("SignedHeaders", ""),
            fields.get("Signature", ""),
            False,
        )
    if request.query.get("X-Amz-Algorithm") == ALGORITHM:
        query = request.query
        return _scope(
            query.get("X-Amz-Credential", ""),
            query.get("X-Amz-SignedHeaders", ""),
            query.get("X-Amz-Signature", ""),
            True,
        )
    return None


def _scope(credential: str, signed: str, signature: str, presigned: bool) -> Scope | None:
    parts = credential.rsplit("/", 4)
    if len(parts) != 5 or parts[4] != "aws4_request":
        return None
    headers = tuple(signed.lower().split(";"))
    return Scope(parts[0], parts[1], parts[2], parts[3], headers, signature, presigned)


def verify(request: Request, scope: Scope, secret_of: Callable[[str], str | None]) -> None:
    """Raise the AWS error of a request whose key, time, body or signature is wrong.

    ``secret_of`` answers the secret of an access key, None for an unknown one.
    """
    s3 = scope.service == "s3"
    secret = secret_of(scope.access_key)
    if secret is None:
        if s3:
            raise AwsError(
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )
        raise AwsError(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    amz_date = (
        request.query.get("X-Amz-Date", "") if scope.presigned else request.header("x-amz-date")
    )
    _check_time(request, scope, amz_date)
    payload = _payload_hash(request, scope)
    canonical = "\n".join(
        [
            request.method,
            (request.raw_path or "/") if s3 else quote(request.raw_path or "/", safe="/~"),
            _canonical_query(request.query_string),
            "".join(f"{name}:{_trim(request.header(name))}\n" for name in scope.signed_headers),
            ";".join(scope.signed_headers),
            payload,
        ]
    )
    to_sign = "\n".join(
        [
            ALGORITHM,
            amz_date,
            f"{scope.date}/{scope.region}/{scope.service}/aws4_request",
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = f"AWS4{secret}".encode()
    for part in (scope.date, scope.region, scope.service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    expected = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, scope.signature):
        _mismatch(s3)


def _mismatch(s3: bool) -> None:
    if s3:
        raise AwsError(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided."
            " Check your key and signing method.",
        )
    raise AwsError(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check"
        " your AWS Secret Access Key and signing method.",
    )


def _check_time(request: Request, scope: Scope, amz_date: str) -> None:
    try:
        signed_at = timegm(time.strptime(amz_date, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        signed_at = -1
    s3 = scope.service == "s3"
    if signed_at < 0 or not amz_date.startswith(scope.date):
        _mismatch(s3)
    now = time.time()
    if scope.presigned:
        expiry = request.query.get("X-Amz-Expires", "")
        if not expiry.isdigit() or int(expiry) > _MAX_EXPIRY:
            raise AwsError(
                "AuthorizationQueryParametersError",
                "X-Amz-Expires must be a number of seconds of at most one week.",
            )
        if now > signed_at + int(expiry):
            raise AwsError("AccessDenied", "Request has expired")
    elif abs(now - signed_at) > _MAX_SKEW:
        if s3:
            raise AwsError(
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            )
        raise AwsError("InvalidSignatureException", f"Signature expired: {amz_date} is too old.")


def _payload_hash(request: Request, scope: Scope) -> str:
    if scope.presigned:
        return "UNSIGNED-PAYLOAD"
    declared = request.header("x-amz-content-sha256")
    if declared.startswith("STREAMING-") or declared == "UNSIGNED-PAYLOAD":
        return declared
    actual = request.body.sha256
    if declared and declared != actual:
        if scope.service == "s3":
            raise AwsError(
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
            )
        _mismatch(False)
    return actual


def _canonical_query(query_string: str) -> str:
    pairs = []
    for part in query_string.split("&"):
        name, _, value = part.partition("=")
        if not part or name == "X-Amz-Signature":
            continue
        pairs.append((quote(unquote(name), safe="-_.~"), quote(unquote(value), safe="-_.~")))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _trim(value: str) -> str:
    return re.sub(r" +", " ", value.strip())
