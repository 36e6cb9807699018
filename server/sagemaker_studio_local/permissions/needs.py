"""Which permissions an API call takes: action, resource and the context conditions look at.

From AWS's Service Authorization Reference. What has no resource there is asked for ``*``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jupyterlab_sagemaker_studio import operations

from .evaluate import Need

Values = dict[str, Any]
#: The tags a resource with this ARN has.
TagsOf = Callable[[str], dict[str, str]]

#: What IAM calls services of whose requests botocore or the signature has another name.
_PREFIXES = {
    "efs": "elasticfilesystem",
    "monitoring": "cloudwatch",
    "service-quotas": "servicequotas",
    "stepfunctions": "states",
}
#: Kinds of SageMaker's resources, by the noun in the operation's name, and what names them.
_SAGEMAKER: dict[str, tuple[str, tuple[str, ...]]] = {
    "App": ("app", ("DomainId", "SpaceName|UserProfileName", "AppType", "AppName")),
    "AppImageConfig": ("app-image-config", ("AppImageConfigName",)),
    "CodeRepository": ("code-repository", ("CodeRepositoryName",)),
    "Domain": ("domain", ("DomainId",)),
    "Image": ("image", ("ImageName",)),
    "ImageVersion": ("image-version", ("ImageName", "Version")),
    "ImageVersions": ("image", ("ImageName",)),
    "Pipeline": ("pipeline", ("PipelineName",)),
    "PipelineExecution": ("pipeline", ("PipelineName",)),
    "PipelineExecutions": ("pipeline", ("PipelineName",)),
    "Space": ("space", ("DomainId", "SpaceName")),
    "StudioLifecycleConfig": ("studio-lifecycle-config", ("StudioLifecycleConfigName",)),
    "TrainingJob": ("training-job", ("TrainingJobName",)),
    "UserProfile": ("user-profile", ("DomainId", "UserProfileName")),
}
_VERB = re.compile(r"(?:Create|Delete|Describe|Start|Stop|Update|List)(\w+)")
_IN_LOWER_CASE = ("training-job", "pipeline", "image", "app-image-config")
#: Which service a role is passed to by which operation.
_PASSED_TO = {
    ("sagemaker", "CreateTrainingJob"): "sagemaker",
    ("sagemaker", "CreatePipeline"): "sagemaker",
    ("sagemaker", "UpdatePipeline"): "sagemaker",
    ("scheduler", "CreateSchedule"): "scheduler",
    ("scheduler", "UpdateSchedule"): "scheduler",
    ("events", "PutTargets"): "events",
}
_S3_ACTIONS = {"ListBuckets": "s3:ListAllMyBuckets", "ListObjects": "s3:ListBucket"}


@dataclass(frozen=True)
class Needs:
    """Finds what calls in one account and region take."""

    partition: str
    region: str
    account: str
    tags_of: TagsOf
    #: The ARN of a KMS key by any of its names, None when there is no such key.
    key_arn: Callable[[str], str | None]

    def of(self, service: str, operation: str, values: Values) -> list[Need]:
        """The permissions of a call; ``GetCallerIdentity`` takes none.

        :param service: botocore's name of the service.
        :param values: its input.
        """
        if operation == "GetCallerIdentity":
            return []
        prefix = _PREFIXES.get(service, service)
        action = self._action(prefix, operation, values)
        try:
            return self._needs(prefix, operation, action, values)
        except (AttributeError, KeyError, TypeError):
            # Members of another type than they should have: the service will say so.
            return [Need(action)]

    def _needs(self, prefix: str, operation: str, action: str, values: Values) -> list[Need]:
        resource = self._resource(prefix, operation, action, values)
        context = self._context(resource, values)
        if prefix == "sagemaker" and operation == "CreateTrainingJob":
            context.update(_of_training_job(values))
        if prefix == "events" and operation == "PutTargets":
            context["events:targetarn"] = [str(t.get("Arn")) for t in values.get("Targets", [])]
        if prefix == "cloudwatch" and values.get("Namespace"):
            context["cloudwatch:namespace"] = [str(values["Namespace"])]
        needs = [Need(action, resource, context)]
        if values.get("Tags") and operation.startswith(("Create", "Put")):
            needs += self._tagging(prefix, operation, resource, context)
        passed = _PASSED_TO.get((prefix, operation))
        for role in _roles(values) if passed else []:
            to = {"iam:passedtoservice": [f"{passed}.amazonaws.com"]}
            needs.append(Need("iam:PassRole", role, to))
        return needs

    def _action(self, prefix: str, operation: str, values: Values) -> str:
        if prefix == "s3":
            if operation in ("GetObject", "HeadObject") and values.get("versionId"):
                return "s3:GetObjectVersion"
            if operation in _S3_ACTIONS:
                return _S3_ACTIONS[operation]
        row = operations.allowed().get(prefix, {}).get(operation)
        return row.iam if row is not None else f"{prefix}:{operation}"

    def _arn(self, service: str, rest: str, *, everywhere: bool = False) -> str:
        region = "" if everywhere else self.region
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{rest}"

    def _resource(self, prefix: str, operation: str, action: str, values: Values) -> str:
        if prefix == "sagemaker":
            return self._of_sagemaker(operation, values)
        if prefix == "s3":
            bucket = values.get("Bucket")
            if not bucket:
                return "*"
            key = values.get("Key") or ("*" if action.endswith("Object") else "")
            return f"arn:{self.partition}:s3:::{bucket}" + (f"/{key}" if key else "")
        if prefix == "scheduler" and values.get("Name"):
            group = values.get("GroupName") or values.get("groupName") or "default"
            return self._arn("scheduler", f"schedule/{group}/{values['Name']}")
        if prefix == "events":
            name = values.get("Rule") or values.get("Name")
            return self._arn("events", f"rule/{name}") if name else str(values["ResourceARN"])
        if prefix == "logs" and values.get("logGroupName"):
            stream = values.get("logStreamName", "")
            return self._arn("logs", f"log-group:{values['logGroupName']}:log-stream:{stream}")
        if prefix == "ecr":
            name = values.get("repositoryName")
            return self._arn("ecr", f"repository/{name or '*'}")
        if prefix == "iam" and values.get("RoleName"):
            return self._arn("iam", f"role/{values['RoleName']}", everywhere=True)
        if prefix == "kms" and values.get("KeyId"):
            key = str(values["KeyId"])
            return self.key_arn(key) or self._arn("kms", f"key/{key}")
        if prefix == "secretsmanager" and values.get("SecretId"):
            secret = str(values["SecretId"])
            return secret if secret.startswith("arn:") else self._arn(prefix, f"secret:{secret}")
        return "*"

    def _of_sagemaker(self, operation: str, values: Values) -> str:
        for member in ("ResourceArn", "PipelineExecutionArn"):
            if values.get(member):
                return str(values[member])
        match = _VERB.fullmatch(operation)
        kind, members = _SAGEMAKER.get(match[1] if match else "", ("", ()))
        if not kind or not values.get(members[0]):
            return "*"
        parts = [
            next((str(values[name]) for name in member.split("|") if values.get(name)), "*")
            for member in members
        ]
        if parts[0].startswith("arn:"):
            return parts[0]
        path = f"{kind}/{'/'.join(parts)}"
        return self._arn("sagemaker", path.lower() if kind in _IN_LOWER_CASE else path)

    def _context(self, resource: str, values: Values) -> dict[str, list[str]]:
        context = {"aws:requestedregion": [self.region], "aws:resourceaccount": [self.account]}
        owner = resource.split(":")[4:5]
        if owner and owner[0]:
            context["aws:resourceaccount"] = owner
        tags = values.get("Tags")
        for tag in tags if isinstance(tags, list) else []:
            context[f"aws:requesttag/{str(tag.get('Key')).lower()}"] = [str(tag.get("Value"))]
            context.setdefault("aws:tagkeys", []).append(str(tag.get("Key")))
        for key, value in self.tags_of(resource).items():
            for name in ("aws", "sagemaker"):
                context[f"{name}:resourcetag/{key.lower()}"] = [value]
        if "prefix" in values:
            context["s3:prefix"] = [str(values["prefix"])]
        return context

    def _tagging(
        self, prefix: str, operation: str, resource: str, context: dict[str, list[str]]
    ) -> list[Need]:
        """Who creates something with tags must be allowed to tag it, too."""
        if prefix == "sagemaker":
            more = {"sagemaker:taggingaction": [operation]}
            return [Need("sagemaker:AddTags", resource, {**context, **more})]
        return [Need("events:TagResource", resource, context)] if prefix == "events" else []


def _roles(values: Values) -> list[str]:
    """The roles a call passes on."""
    target = values.get("Target")
    holders = [values, *values.get("Targets", []), *([target] if target else [])]
    return [str(holder["RoleArn"]) for holder in holders if holder.get("RoleArn")]


def _of_training_job(values: Values) -> dict[str, list[str]]:
    """SageMaker's own condition keys, of which administrators make rules for jobs."""
    resources, vpc = values.get("ResourceConfig", {}), values.get("VpcConfig") or {}
    found = {
        "sagemaker:instancetypes": [resources.get("InstanceType")],
        "sagemaker:volumekmskey": [resources.get("VolumeKmsKeyId")],
        "sagemaker:outputkmskey": [values.get("OutputDataConfig", {}).get("KmsKeyId")],
        "sagemaker:vpcsubnets": vpc.get("Subnets") or [],
        "sagemaker:vpcsecuritygroupids": vpc.get("SecurityGroupIds") or [],
        "sagemaker:networkisolation": [
            "true" if values.get("EnableNetworkIsolation") else "false",
        ],
    }
    kept = {key: [str(item) for item in items if item] for key, items in found.items()}
    return {key: items for key, items in kept.items() if items}
