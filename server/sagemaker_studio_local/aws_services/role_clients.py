"""Clients with which services call this local Studio, signed with a session of a role."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from botocore.session import Session as BotocoreSession

#: (access key, secret key, session token) of a session of a role.
SessionOf = Callable[[str, str], tuple[str, str, str]]


class RoleClients:
    """botocore clients by service, role and session name; made on first use, kept for reuse.

    Calls are made once: whoever makes them has retry rules of its own.
    """

    def __init__(self, endpoint_url: str, region: str, session_of: SessionOf) -> None:
        self._endpoint_url, self._region = endpoint_url, region
        self._session_of = session_of
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str, role_arn: str, session_name: str, principal: str) -> Any:
        """A client of ``service`` that acts as the role.

        :param session_name: the last part of the caller's ARN.
        :param principal: the service that assumes the role, such as ``events.amazonaws.com``.
        """
        with self._lock:
            key = (service, role_arn, session_name)
            if key not in self._clients:
                self._clients[key] = self._new(service, role_arn, session_name, principal)
            return self._clients[key]

    def _new(self, service: str, role_arn: str, session_name: str, principal: str) -> Any:
        from botocore.config import Config

        access_key, secret_key, token = self._session_of(role_arn, session_name)
        return BotocoreSession().create_client(
            service,
            region_name=self._region,
            endpoint_url=self._endpoint_url,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            aws_session_token=token,
            # The endpoint is this machine; no proxy reaches it.
            config=Config(retries={"total_max_attempts": 1}, user_agent=principal, proxies={}),
        )
