"""Who may do what: IAM policies enforced for those who sign a call.

Off by default, for everybody but the sessions of services (state machines, schedules, pipelines),
which are always held to their role when they call SageMaker. When switched on, it holds for apps
and jobs and for all services, in AWS's words. Users of IAM and the local Studio's own calls are
administrators'.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from ..errors import AwsError
from .evaluate import Need, judge
from .needs import Needs, TagsOf

__all__ = ["Need", "Permissions"]

#: EC2 and the query services have codes of their own; the others' is AccessDeniedException.
_CODES = {"ec2": "UnauthorizedOperation"}
_QUERY = ("iam", "monitoring", "s3", "sts")
#: Answer 403; the JSON services answer 400.
_REST = ("efs", "scheduler")


class Permissions:
    """The permissions of one local Studio.

    :param app_role: name of the role of apps.
    :param is_app: whether an access key is that of an app.
    """

    def __init__(
        self,
        account: str,
        region: str,
        partition: str,
        *,
        app_role: str,
        is_app: Callable[[str], bool],
        tags_of: TagsOf,
        key_arn: Callable[[str], str | None],
        enforced: bool = False,
    ) -> None:
        self._iam = iam_backends[account][partition]
        self._sts = sts_backends[account][partition]
        self._account, self._partition = account, partition
        self._app_role, self._is_app = app_role, is_app
        self._needs = Needs(partition, region, account, tags_of, key_arn)
        self._at_start = enforced
        self._policies = dict(self._iam.get_role(app_role).policies)
        self.enforced = enforced

    # --- the control route ---

    def report(self) -> dict[str, Any]:
        """``{"enforced", "role", "policies"}``; the inline policies of the app's role."""
        policies = self._iam.get_role(self._app_role).policies
        return {
            "enforced": self.enforced,
            "role": self._app_role,
            "policies": {name: json.loads(text) for name, text in policies.items()},
        }

    def change(self, body: Any) -> None:
        """Switch it on or off (``"enforced"``), give the app's role one policy (``"policy"``).

        ValueError in words for anything else.
        """
        known = {"enforced": bool, "policy": dict}
        if not isinstance(body, dict) or not body or set(body) - set(known):
            raise ValueError('permissions take {"enforced": true or false, "policy": {…}}')
        for name, value in body.items():
            if not isinstance(value, known[name]):
                raise ValueError(f"{name!r} has the wrong type")
        if "policy" in body:
            self._put({"LocalStudio": json.dumps(body["policy"])})
        self.enforced = body.get("enforced", self.enforced)

    def reset(self) -> None:
        """As at the start."""
        self.enforced = self._at_start
        self._put(self._policies)

    def _put(self, policies: dict[str, str]) -> None:
        from moto.iam.exceptions import MalformedPolicyDocument

        role = self._iam.get_role(self._app_role)
        former = dict(role.policies)
        role.policies.clear()
        try:
            for name, text in policies.items():
                self._iam.put_role_policy(self._app_role, name, text)
        except MalformedPolicyDocument as error:
            role.policies.update(former)
            raise ValueError(f"the policy is not one: {error.message}") from None

    # --- calls ---

    def check(self, access_key: str, service: str, operation: str, values: dict[str, Any]) -> None:
        """Raise AWS's error when the policies of the caller's role do not allow a call."""
        role, arn = self._caller(access_key)
        if not role:
            return
        statements = self._statements(role)
        for need in self._needs.of(service, operation, values):
            verdict = judge(statements, need)
            if verdict != "allowed":
                raise _refusal(service, arn, need, verdict == "denied")

    def _caller(self, access_key: str) -> tuple[str, str]:
        """(name of the role, ARN of the session); empty for who is not held to a role."""
        if self._is_app(access_key):
            session = f"assumed-role/{self._app_role}/SageMaker"
            return self._app_role, f"arn:{self._partition}:sts::{self._account}:{session}"
        for assumed in self._sts.assumed_roles:
            if assumed.access_key_id == access_key:
                return assumed.role_arn.rpartition("/")[2], str(assumed.arn)
        return "", ""

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


def _refusal(service: str, caller: str, need: Need, explicit: bool) -> AwsError:
    why = (
        "with an explicit deny in an identity-based policy"
        if explicit
        else f"because no identity-based policy allows the {need.action} action"
    )
    resource = f'"{need.resource}"' if service == "s3" else need.resource
    where = "" if service == "ec2" else f" on resource: {resource}"
    words = f"User: {caller} is not authorized to perform: {need.action}{where} {why}"
    if service == "ec2":
        words = f"You are not authorized to perform this operation. {words}"
    code = _CODES.get(service, "AccessDenied" if service in _QUERY else "AccessDeniedException")
    status = 403 if service in (*_QUERY, *_CODES, *_REST) else 400
    return AwsError(code, words, status)
