"""The roles that services assume, and their sessions. ``permissions`` holds them to policies."""

from __future__ import annotations

import json
import threading
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends


class Roles:
    """Roles of one account for services to assume."""

    def __init__(self, account: str, region: str, partition: str) -> None:
        self._account, self._region, self._partition = account, region, partition
        self._iam = iam_backends[account][partition]
        self._sts = sts_backends[account][partition]
        self._sessions: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def arn(self, name: str) -> str:
        """The ARN of a role."""
        return f"arn:{self._partition}:iam::{self._account}:role/{name}"

    def make(self, name: str, trust: dict[str, Any], policy: dict[str, Any]) -> None:
        """Create a role with one inline policy."""
        self._iam.create_role(
            role_name=name,
            assume_role_policy_document=json.dumps(trust),
            path="/",
            permissions_boundary=None,
            description="Deployed by the administrator of the local Studio",
            tags=[],
            max_session_duration="3600",
        )
        self._iam.put_role_policy(name, "Policy", json.dumps(policy))

    def session_of(self, role_arn: str, name: str) -> tuple[str, str, str]:
        """(access key, secret key, token) of a session of a role, the same for the same name."""
        with self._lock:
            session = self._sessions.get((role_arn, name))
            if session is None:
                session = self._sts.assume_role(
                    region_name=self._region,
                    role_session_name=name,
                    role_arn=role_arn,
                    policy="",
                    duration=3600,
                    external_id="",
                )
                self._sessions[role_arn, name] = session
            return session.access_key_id, session.secret_access_key, session.session_token

    def caller(self, access_key: str) -> str:
        """The ARN of the service's session with this key; empty for every other caller."""
        with self._lock:
            for session in self._sessions.values():
                if session.access_key_id == access_key:
                    return str(session.arn)
        return ""
