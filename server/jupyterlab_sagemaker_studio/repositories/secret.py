"""What a repository is signed in with by AWS: its secret, and CodeCommit by the role."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timezone
from typing import Any

from ..errors import AwsError
from ..tasks.model import TaskError
from ..tasks.run import TaskRun


def read_secret(run: TaskRun, arn: str) -> tuple[str, str]:
    """User name and password in a secret, as SageMaker wants it: ``{"username", "password"}``
    (Amazon SageMaker API reference, ``GitConfig``). Raises ``SecretUnavailable``."""
    try:
        answer = run.on_loop(
            run.services.upstream.call(
                "secretsmanager", "GetSecretValue", {"SecretId": arn}, internal=True
            )
        )
    except AwsError as error:
        raise TaskError(
            "SecretUnavailable",
            f"The secret {arn} could not be read: {error.code}: {error.message} "
            f"(request id {error.request_id})",
            operation=error.operation,
            request_id=error.request_id,
            status=error.status,
            hint=error.hint or _hint(error.code),
            aws=True,
        ) from error
    try:
        value = json.loads(answer.get("SecretString") or "")
    except ValueError:
        value = None
    pair = (value.get("username"), value.get("password")) if isinstance(value, dict) else ()
    if not pair or not all(isinstance(text, str) and text.isprintable() for text in pair):
        raise TaskError(
            "SecretUnavailable",
            f"The secret {arn} is not the JSON of a user name and a password.",
            hint='Store it as {"username": "…", "password": "…"}, the password being a token.',
        )
    return str(pair[0]), str(pair[1])


def _hint(code: str) -> str | None:
    if code.startswith("AccessDenied"):
        return "The execution role needs secretsmanager:GetSecretValue for it."
    if code == "ResourceNotFoundException":
        return "It may have been deleted, or be in another region."
    return None


def sign_codecommit(credentials: Any, host: str, path: str) -> tuple[str, str]:
    """User name and password CodeCommit takes for a quarter of an hour.

    As the AWS CLI's ``codecommit credential-helper`` makes them: Signature Version 4 over
    ``GIT``, the path and the host (AWS CLI command reference).
    """
    region = host.split(".")[1]
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S")
    canonical = f"GIT\n/{path.lstrip('/')}\n\nhost:{host}\n\nhost\n"
    scope = f"{stamp[:8]}/{region}/codecommit/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{credentials.secret_key}".encode()
    for part in (*scope.split("/"), f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    user = credentials.access_key
    if credentials.token:
        user = f"{user}%{credentials.token}"
    return user, f"{stamp}Z{key.hex()}"
