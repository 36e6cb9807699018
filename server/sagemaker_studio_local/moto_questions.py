"""What the control plane asks of moto's services, whose state it shares.

Imported by ``moto_side`` alone, which has told moto how to behave.
"""

from __future__ import annotations

import json
from typing import Any

from moto.backends import get_backend

from .s3_disk import S3Disk


class MotoQuestions:
    """Questions about one account and region."""

    _account: str
    _region: str
    _partition: str
    s3_disk: S3Disk

    def make_network(self) -> None:
        """Create the domain's network and file systems unless they are there."""
        raise NotImplementedError

    def make_account(self) -> None:
        """Create the account's keys and images unless they are there."""
        raise NotImplementedError

    def bucket_region(self, bucket: str) -> str | None:
        """The region of a bucket, None when there is no such bucket."""
        found = get_backend("s3")[self._account][self._partition].buckets.get(bucket)
        return found.region_name if found is not None else None

    def has_objects(self, bucket: str, prefix: str) -> bool:
        """Whether a bucket of our region holds an object below a prefix."""
        if self.bucket_region(bucket) != self._region:
            return False
        keys = get_backend("s3")[self._account][self._partition].buckets[bucket].keys
        return any(
            name.startswith(prefix) and hasattr(versions[-1], "contentsize")
            for name, versions in keys.lists()
        )

    def object_content(self, bucket: str, name: str, version: str | None) -> bytes | None:
        """The content of an object of our region, None when there is none."""
        if self.bucket_region(bucket) != self._region:
            return None
        key = self.s3_disk.find(bucket, name, version)
        return None if key is None else bytes(key.value)

    def role_trusts(self, role_arn: str, service: str) -> bool:
        """Whether a role exists and lets a service principal assume it."""
        try:
            role = get_backend("iam")[self._account][self._partition].get_role_by_arn(role_arn)
            policy = json.loads(role.assume_role_policy_document)
        except Exception:
            # moto's own exceptions for "no such role", or a policy that is not JSON.
            return False
        statements = policy.get("Statement", [])
        for statement in statements if isinstance(statements, list) else [statements]:
            principal = statement.get("Principal", {})
            services = principal.get("Service", []) if isinstance(principal, dict) else principal
            listed = [services] if isinstance(services, str) else services
            if statement.get("Effect") == "Allow" and (service in listed or "*" in listed):
                return True
        return False

    def missing_network(self, subnets: list[str], groups: list[str]) -> list[str]:
        """Those of the subnets and security groups that do not exist."""
        self.make_network()
        ec2 = get_backend("ec2")[self._account][self._region]
        known_subnets = {s for zone in ec2.subnets.values() for s in zone}
        known_groups = {g for vpc in ec2.groups.values() for g in vpc}
        return [s for s in subnets if s not in known_subnets] + [
            g for g in groups if g not in known_groups
        ]

    def has_file_system(self, file_system_id: str) -> bool:
        """Whether EFS or FSx of our region has a file system."""
        self.make_network()
        efs = get_backend("efs")[self._account][self._region].file_systems_by_id
        fsx = get_backend("fsx")[self._account][self._region].file_systems
        return file_system_id in efs or file_system_id in fsx

    def tags_of_rule(self, arn: str) -> dict[str, str]:
        """The tags of an EventBridge rule."""
        tagger = get_backend("events")[self._account][self._region].tagger
        return dict(tagger.get_tag_dict_for_resource(arn))

    def key_state(self, key: str) -> str | None:
        """The state of a KMS key (id, alias or ARN of either), None when it does not exist."""
        found = self._key(key)
        return None if found is None else str(found.key_state)

    def key_arn(self, key: str) -> str | None:
        """The ARN of a KMS key, None when it does not exist."""
        found = self._key(key)
        return None if found is None else str(found.arn)

    def _key(self, key: str) -> Any:
        self.make_account()
        try:
            return get_backend("kms")[self._account][self._region].describe_key(key)
        except Exception:
            # moto's own exceptions for "no such key", and KeyError.
            return None

    def has_image(
        self, registry: str, region: str, repository: str, tag: str | None, digest: str | None
    ) -> bool | None:
        """Whether a repository holds an image; None when there is no such repository."""
        self.make_account()
        known = get_backend("ecr")[self._account][self._region].repositories.get(repository)
        if known is None or (registry, region) != (self._account, self._region):
            return None
        return any(
            tag in (None, *image.image_tags) and digest in (None, image.image_digest)
            for image in known.images
        )

    def secret_of(self, access_key: str) -> str | None:
        """The secret of an access key that STS or IAM gave out."""
        for role in get_backend("sts")[self._account][self._partition].assumed_roles:
            if role.access_key_id == access_key:
                return role.secret_access_key
        for user in get_backend("iam")[self._account][self._partition].users.values():
            for key in user.access_keys:
                if key.access_key_id == access_key:
                    return key.secret_access_key
        return None
