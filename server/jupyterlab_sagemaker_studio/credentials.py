"""AWS credentials, found and refreshed by botocore; for worker threads only.

Every function may read files, run a credential process or ask the container's credential
endpoint, so none may be called on the event loop.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from .errors import AwsError

# Without credentials botocore asks the EC2 metadata address each time, which takes seconds where
# nobody answers; for this long we repeat the last failure instead.
_NEGATIVE_SECONDS = 5.0


class Credentials:
    """The server's credentials as botocore's default chain finds them.

    :param new_session: makes a botocore session; called again after a failure, because a session
        keeps the configuration files as it first read them.
    """

    def __init__(self, new_session: Callable[[], Any]) -> None:
        self._new_session = new_session
        self._session: Any = None
        self._found: Any = None
        self._failed_at = float("-inf")
        self._failure = ""
        self._lock = threading.Lock()

    def session(self) -> Any:
        """The botocore session the credentials come from."""
        with self._lock:
            return self._open_session()

    def frozen(self) -> Any:
        """Access key, secret key and token, refreshed when they are about to end.

        Raises ``CredentialsUnavailable`` (401) when there are none.
        """
        from botocore.exceptions import BotoCoreError

        try:
            found = self._found or self._load()
            return found.get_frozen_credentials()
        except BotoCoreError as error:
            with self._lock:
                self._fail(str(error))
            raise unavailable(str(error)) from error

    def at_hand(self) -> Any:
        """What :meth:`frozen` answers if that takes no file and no network, else None."""
        found = self._found
        if found is None or getattr(found, "refresh_needed", bool)():
            return None
        return found.get_frozen_credentials()

    def forget(self) -> None:
        """Read everything anew for the next request; AWS refused what we have."""
        with self._lock:
            self._found = self._session = None

    def expiry(self) -> datetime | None:
        """When the present credentials end, where botocore knows it."""
        when = getattr(self._found, "_expiry_time", None)
        return when if isinstance(when, datetime) else None

    def _open_session(self) -> Any:
        if self._session is None:
            self._session = self._new_session()
        return self._session

    def _load(self) -> Any:
        with self._lock:
            if self._found is not None:
                return self._found
            if self._failure and time.monotonic() - self._failed_at < _NEGATIVE_SECONDS:
                raise unavailable(self._failure)
            found = self._open_session().get_credentials()
            if found is None:
                self._fail("No AWS credentials were found on the JupyterLab server.")
                raise unavailable(self._failure)
            self._found, self._failure = found, ""
            return found

    def _fail(self, message: str) -> None:
        self._failed_at, self._failure = time.monotonic(), message
        self._found = self._session = None


def unavailable(message: str) -> AwsError:
    """The error for a server that cannot sign."""
    return AwsError(
        "CredentialsUnavailable",
        message,
        status=401,
        hint=(
            "In a SageMaker Studio space the execution role gives them: restart the space if this "
            "lasts. Elsewhere run 'aws configure' or 'aws sso login' and try again."
        ),
    )
