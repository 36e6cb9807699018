"""The roles that services assume: their sessions, and what their policies let them do.

The person's own role may do everything here, as in an account just made; a role that was made for
one purpose is held to its policy, so that a right missing from a policy we ship is noticed.
"""

from __future__ import annotations

import json
import re
import threading
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from ..errors import AwsError

#: The resource an action of a role is checked against: kind and the members that name it.
_RESOURCES = {
    "App": ("app", ("DomainId", "SpaceName|UserProfileName", "AppType", "AppName")),
    "Space": ("space", ("DomainId", "SpaceName")),
}
_ACTION_KIND = re.compile(r"(?:Create|Delete|Describe|Update)(App|Space)")


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

    def check(self, caller: str, operation: str, request: dict[str, Any]) -> None:
        """Raise AccessDeniedException when a service's session may not do a SageMaker call."""
        resource = self._resource(operation, request)
        action = f"sagemaker:{operation}"
        if not self._allows(caller.split("/")[1], action, resource):
            raise AwsError(
                "AccessDeniedException",
                f"User: {caller} is not authorized to perform: {action} on resource: {resource}"
                f" because no identity-based policy allows the {action} action",
            )

    def _resource(self, operation: str, request: dict[str, Any]) -> str:
        prefix = f"arn:{self._partition}:sagemaker:{self._region}:{self._account}:"
        match = _ACTION_KIND.fullmatch(operation)
        if match is None:
            return f"{prefix}*"
        kind, members = _RESOURCES[match[1]]
        parts = [
            next((request[name] for name in member.split("|") if request.get(name)), "")
            for member in members
        ]
        return f"{prefix}{kind}/{'/'.join(parts)}"

    def _allows(self, role: str, action: str, resource: str) -> bool:
        allowed = False
        for statement in self._statements(role):
            if _matches(statement.get("Action"), action) and _matches(
                statement.get("Resource"), resource
            ):
                if statement.get("Effect") == "Deny":
                    return False
                allowed = True
        return allowed

    def _statements(self, role: str) -> list[dict[str, Any]]:
        found = []
        known = self._iam.get_role(role)
        attached = [
            version.document
            for policy in known.managed_policies.values()
            for version in policy.versions
            if version.is_default
        ]
        for document in [*known.policies.values(), *attached]:
            statements = json.loads(document).get("Statement", [])
            found += statements if isinstance(statements, list) else [statements]
        return found


def _matches(patterns: Any, value: str) -> bool:
    return any(
        fnmatchcase(value, pattern)
        for pattern in ([patterns] if isinstance(patterns, str) else patterns or [])
    )
