"""Where this server runs: space, domain, region, role. Facts from files and environment only.

Sources: the app metadata file and the environment variables that Amazon SageMaker Studio gives
an app (Developer Guide, "SageMaker Studio spaces" and "Environment variables"), else the AWS
configuration files as the AWS SDKs read them. What only an app has can be set for a server
elsewhere, so that it works in the same domain. Nothing here touches the network.
"""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from . import __version__

METADATA_FILE = "/opt/ml/metadata/resource-metadata.json"

_ROLE = re.compile(r"^arn:[^:]+:iam::\d{12}:role/.+$")
_ARN = re.compile(r"^arn:(?P<partition>[^:]+):[^:]*:(?P<region>[^:]*):(?P<account>[^:]*):")

# Region names tell their partition (AWS General Reference, "Partitions").
_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
)

_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-eusc": "console.amazonaws-eusc.eu",
}

# Any of these means that botocore will find credentials without asking the instance.
_CREDENTIAL_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
_CREDENTIAL_KEYS = (
    "aws_access_key_id",
    "credential_process",
    "role_arn",
    "sso_session",
    "sso_start_url",
    "web_identity_token_file",
    "login_session",
)

Field = dict[str, Any]
_NEIGHBOURS = ("jupyter_scheduler", "amazon_sagemaker_jupyter_scheduler", "jupyterlab_git")


class Context:
    """Answers ``GET context``; also the region chain of the signing endpoint.

    :param region: a region set in Jupyter's configuration; wins over all else.
    :param environ: the environment, ``os.environ`` unless given.
    :param settings: what else Jupyter's configuration says, by the names of the traits
        (``domain_id``, ``execution_role_arn``, …); wins over the environment, the metadata over it.
    """

    def __init__(
        self,
        region: str = "",
        environ: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._configured_region = region
        self._settings = settings or {}
        self._environ = os.environ if environ is None else environ
        self._boot_id = uuid.uuid4().hex
        self._files: dict[Path, tuple[tuple[int, int], Any]] = {}

    def region(self) -> str | None:
        """The region calls go to, None when nothing names one."""
        value: str | None = self._region(self._metadata()[0])["value"]
        return value

    @property
    def boot_id(self) -> str:
        """Tells this server from the one before and the next."""
        return self._boot_id

    def value(self, field: str) -> str | None:
        """One of the fields of :meth:`describe`, None when it is not known."""
        value: str | None = self._fields(*self._metadata())[field]["value"]
        return value

    def describe(self, extensions: Collection[str] = ()) -> dict[str, Any]:
        """The body of ``GET context``.

        :param extensions: names of the server extensions that are enabled.
        """
        metadata, problem = self._metadata()
        fields = self._fields(metadata, problem)
        mode, reason = self._mode(metadata, problem, fields)
        return {
            "version": __version__,
            "mode": mode,
            "modeReason": reason,
            "bootId": self._boot_id,
            "fields": fields,
            # Studio's way to start an app whose home volume or set-up keeps it from starting.
            "isRecoveryMode": self._environ.get("SAGEMAKER_RECOVERY_MODE") == "true",
            "neighbours": {name: name in extensions for name in _NEIGHBOURS},
        }

    @property
    def metadata_path(self) -> Path:
        """The app metadata file in use."""
        return Path(self._environ.get("RESOURCE_METADATA_FILE") or METADATA_FILE)

    def _metadata(self) -> tuple[dict[str, Any], str]:
        """The metadata and, when there is none, why."""
        path = self.metadata_path
        try:
            data = self._read(path, json.loads)
        except FileNotFoundError:
            return {}, f"there is no {path}"
        except (OSError, ValueError) as error:
            return {}, f"{path} cannot be read: {error}"
        return (data, "") if isinstance(data, dict) else ({}, f"{path} holds no JSON object")

    def _read(self, path: Path, parse: Any) -> Any:
        """A parsed file, read again when it changed."""
        found = path.stat()
        stamp = (found.st_mtime_ns, found.st_size)
        if path not in self._files or self._files[path][0] != stamp:
            self._files[path] = (stamp, parse(path.read_text("utf-8")))
        return self._files[path][1]

    def _mode(self, metadata: dict[str, Any], problem: str, fields: dict[str, Field]) -> Any:
        local = self._environ.get("SAGEMAKER_STUDIO_LOCAL")
        if local:
            return "local", f"SAGEMAKER_STUDIO_LOCAL is set: the local Studio at {local}"
        if metadata:
            return "studio", f"{self.metadata_path} describes this SageMaker Studio app"
        if fields["region"]["value"] is None:
            return "none", f"Not in SageMaker Studio ({problem}) and {fields['region']['reason']}"
        source = self._credential_source()
        if source:
            return "account", f"Not in SageMaker Studio ({problem}); credentials from {source}"
        return "none", f"Not in SageMaker Studio ({problem}) and no AWS credentials are configured"

    def _fields(self, metadata: dict[str, Any], problem: str) -> dict[str, Field]:
        def meta(key: str) -> Field:
            value = metadata.get(key)
            if isinstance(value, str) and value:
                return _known(value, f"{self.metadata_path}: {key}")
            return _unknown(problem or f"{self.metadata_path} has no {key}")

        role = self._set(meta("ExecutionRoleArn"), "execution_role_arn", "SAGEMAKER_ROLE_ARN")
        if role["value"] and not _ROLE.match(role["value"]):
            role = _unknown(f"{role['source']} is “{role['value']}”, not the ARN of an IAM role")
        arn = meta("ResourceArn")
        region = self._region(metadata)
        partition = self._partition(region, arn, role)
        fields = {
            "region": region,
            "partition": partition,
            "accountId": self._account(arn, role),
            "domainId": self._set(meta("DomainId"), "domain_id", "SAGEMAKER_DOMAIN_ID"),
            "spaceName": self._set(meta("SpaceName"), "space_name", "SAGEMAKER_SPACE_NAME"),
            "appName": meta("ResourceName"),
            "appType": _first(meta("AppType"), self._env("SAGEMAKER_APP_TYPE")),
            "spaceType": self._env("SAGEMAKER_SPACE_TYPE_LOWERCASE"),
            "userProfileName": self._set(
                meta("UserProfileName"), "user_profile_name", "SAGEMAKER_USER_PROFILE_NAME"
            ),
            "executionRoleArn": role,
            "imageUri": self._image_uri(),
            "imageArn": meta("ImageArn"),
        }
        # Ours: the local Studio writes it. In Studio only DescribeApp tells.
        fields["instanceType"] = meta("InstanceType")
        fields["consoleUrl"] = self._console(region, partition)
        return fields

    def _env(self, name: str) -> Field:
        value = self._environ.get(name)
        return _known(value, name) if value else _unknown(f"{name} is not set")

    def _set(self, field: Field, setting: str, variable: str) -> Field:
        """The field as it is known, else as our setting or the environment gives it."""
        if field["value"] is not None:
            return field
        for source, value in (
            (f"SageMakerStudioApp.{setting}", self._settings.get(setting)),
            (variable, self._environ.get(variable)),
        ):
            if value:
                return _known(value, source)
        return _unknown(
            f"{field['reason']}; set SageMakerStudioApp.{setting} in Jupyter's configuration or "
            f"{variable} in its environment"
        )

    def _image_uri(self) -> Field:
        unset = _unknown("the image of this server is not known")
        field = self._set(unset, "image_uri", "SAGEMAKER_INTERNAL_IMAGE_URI")
        if field.get("source") != "SAGEMAKER_INTERNAL_IMAGE_URI":
            return field
        version = self._environ.get("IMAGE_VERSION")
        uri = field["value"] or ""
        # AWS's own images carry their tag in a second variable.
        if uri and version and not re.search(r"[:@][^/]*$", uri):
            return _known(f"{uri}:{version}", "SAGEMAKER_INTERNAL_IMAGE_URI and IMAGE_VERSION")
        return field

    def _region(self, metadata: dict[str, Any]) -> Field:
        if self._configured_region:
            return _known(self._configured_region, "SageMakerStudioApp.region")
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            if self._environ.get(name):
                return _known(self._environ[name], name)
        match = _ARN.match(str(metadata.get("ResourceArn", "")))
        if match and match["region"]:
            return _known(match["region"], f"{self.metadata_path}: ResourceArn")
        profile = self._profile()
        value = self._profile_settings().get("region")
        if value:
            return _known(value, f"AWS profile {profile}")
        return _unknown(
            "no region is set: neither AWS_REGION nor AWS_DEFAULT_REGION, no ARN in the app "
            f"metadata, and none for the AWS profile {profile}"
        )

    def _partition(self, region: Field, *arns: Field) -> Field:
        for arn in arns:
            match = _ARN.match(arn["value"] or "")
            if match:
                return _known(match["partition"], arn["source"])
        if region["value"] is None:
            return _unknown("the region is not known")
        name = region["value"]
        found = next((value for start, value in _PARTITIONS if name.startswith(start)), "aws")
        return _known(found, f"the region {name}")

    def _account(self, *arns: Field) -> Field:
        for arn in arns:
            match = _ARN.match(arn["value"] or "")
            if match and match["account"]:
                return _known(match["account"], arn["source"])
        fallback = self._env("AWS_ACCOUNT_ID")
        if fallback["value"]:
            return fallback
        return _unknown(
            "neither an ARN in the app metadata nor an execution role names it; set "
            "SageMakerStudioApp.execution_role_arn or SAGEMAKER_ROLE_ARN"
        )

    def _console(self, region: Field, partition: Field) -> Field:
        host = _CONSOLES.get(partition["value"] or "")
        if not host or not region["value"]:
            return _unknown("the region or its console address is not known")
        name = region["value"]
        # Only the commercial and sovereign partitions have a host for each region.
        prefix = f"{name}." if partition["value"] in ("aws", "aws-eusc") else ""
        url = f"https://{prefix}{host}/sagemaker/home?region={name}"
        return _known(url, "region and partition")

    def _credential_source(self) -> str:
        """Where credentials are configured, "" when nowhere."""
        for name in _CREDENTIAL_VARIABLES:
            if self._environ.get(name):
                return name
        settings = self._profile_settings()
        if any(settings.get(key) for key in _CREDENTIAL_KEYS):
            return f"AWS profile {self._profile()}"
        return ""

    def _profile(self) -> str:
        environ = self._environ
        return environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE") or "default"

    def _profile_settings(self) -> dict[str, str]:
        """The profile's settings from the shared configuration and credentials files."""
        profile = self._profile()
        home = Path(self._environ.get("HOME") or self._environ.get("USERPROFILE") or "~")
        section = "default" if profile == "default" else f"profile {profile}"
        found: dict[str, str] = {}
        for variable, name, wanted in (
            ("AWS_CONFIG_FILE", "config", section),
            ("AWS_SHARED_CREDENTIALS_FILE", "credentials", profile),
        ):
            chosen = self._environ.get(variable)
            path = Path(chosen) if chosen else home / ".aws" / name
            try:
                sections = self._read(path.expanduser(), _parse_ini)
            except (OSError, ValueError, RuntimeError):
                continue
            found.update(sections.get(wanted, {}))
        return found


def _parse_ini(text: str) -> dict[str, dict[str, str]]:
    import configparser  # most servers have no such files

    # AWS treats [default] as a section like any other.
    parser = configparser.RawConfigParser(default_section="\0", strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ValueError(str(error)) from error
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _known(value: str, source: str) -> Field:
    return {"value": value, "source": source}


def _unknown(reason: str) -> Field:
    return {"value": None, "reason": reason}


def _first(*fields: Field) -> Field:
    """The first known field, else one with all the reasons."""
    for field in fields:
        if field["value"] is not None:
            return field
    return _unknown("; ".join(field["reason"] for field in fields))
