"""``lifecycle-config``: the script that installs the extension, created and attached."""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from .. import __version__
from ..deploy import lifecycle
from ..deploy.lifecycle import Source
from .attachment import attach, detach
from .aws import Aws, Refused

PREFIX = "jupyterlab-sagemaker-studio"
_WHEEL = re.compile(r"jupyterlab_sagemaker_studio-([^-]+)-[^/]*\.whl")
_NAME_LENGTH = 63


def run_print(options: argparse.Namespace) -> None:
    """Print the script."""
    if options.wheel and not _is_address(options.wheel) and not options.sha256:
        print(f"# Spaces must be able to read {options.wheel}.", file=sys.stderr)
    print(lifecycle.script(_source(options, upload=False)), end="")


def run_create(options: argparse.Namespace) -> None:
    """Create the configuration, if it is not there yet, and attach it."""
    script = lifecycle.script(_source(options, upload=True))
    aws = Aws(options.region)
    digest = hashlib.sha256(script.encode()).hexdigest()[:8]
    version = re.sub(r"[^a-zA-Z0-9]+", "-", _version(options))
    name = options.name or f"{PREFIX}-{version}-{digest}"[:_NAME_LENGTH]
    arn = _ensure_config(aws, name, script)
    if options.attach or options.user_profile or options.space:
        attach(aws, aws.domain(options.domain_id), arn, options)
    else:
        print("It is attached nowhere yet; see the command lifecycle-config attach.")


def run_attach(options: argparse.Namespace) -> None:
    """Attach a configuration that exists."""
    aws = Aws(options.region)
    attach(aws, aws.domain(options.domain_id), options.arn, options)


def run_detach(options: argparse.Namespace) -> None:
    """Detach what this command has attached."""
    aws = Aws(options.region)
    detach(aws, aws.domain(options.domain_id), options)


def _ensure_config(aws: Aws, name: str, script: str) -> str:
    """The ARN of the configuration with this name; its content never changes."""
    sagemaker = aws.client("sagemaker")
    content = base64.b64encode(script.encode()).decode()
    try:
        found = sagemaker.describe_studio_lifecycle_config(StudioLifecycleConfigName=name)
    except sagemaker.exceptions.ResourceNotFound:
        arn = sagemaker.create_studio_lifecycle_config(
            StudioLifecycleConfigName=name,
            StudioLifecycleConfigContent=content,
            StudioLifecycleConfigAppType="JupyterLab",
        )["StudioLifecycleConfigArn"]
        print(f"Created the lifecycle configuration {arn}")
        return str(arn)
    if found["StudioLifecycleConfigContent"] != content:
        raise Refused(
            f"The lifecycle configuration {name} exists with another content, which cannot be"
            " changed; leave out --name or name another one."
        )
    print(f"The lifecycle configuration {found['StudioLifecycleConfigArn']} is there already.")
    return str(found["StudioLifecycleConfigArn"])


def _is_address(text: str) -> bool:
    return text.startswith(("s3://", "https://", "http://"))


def _version(options: argparse.Namespace) -> str:
    if not options.wheel:
        return options.wheel_version or __version__
    match = _WHEEL.fullmatch(urlsplit(options.wheel).path.rpartition("/")[2])
    if match is None:
        raise Refused(f"{options.wheel} is not a wheel of jupyterlab_sagemaker_studio.")
    return match[1]


def _source(options: argparse.Namespace, upload: bool) -> Source:
    """Where the spaces will find the wheel; a local one is uploaded if ``upload``."""
    for address in (options.wheel, options.index, options.wheelhouse):
        lifecycle.check_public(address)
    version = _version(options)
    sha256 = options.sha256 or _hash_of(options, version)
    wheel = options.wheel
    if wheel and not _is_address(wheel) and upload:
        wheel = _upload(Aws(options.region), Path(wheel), options.upload_to)
    index = "" if options.index == "pypi" else options.index
    return Source(version, sha256, wheel, index, options.wheelhouse)


def _hash_of(options: argparse.Namespace, version: str) -> str:
    """The SHA-256 of the wheel, fetched from where the spaces will fetch it."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = _fetch(options, version, Path(folder))
        return hashlib.sha256(wheel.read_bytes()).hexdigest()


def _fetch(options: argparse.Namespace, version: str, folder: Path) -> Path:
    place = options.wheel or options.wheelhouse
    if place.startswith("s3://"):
        return _from_s3(Aws(options.region), place, version, folder)
    if place and not _is_address(place):
        local = Path(place)
        if local.is_dir():
            return _one_wheel(local, version)
        if not local.is_file():
            raise Refused(f"There is no file {place}; if spaces have it, give its --sha256.")
        return local
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(folder)]
    if options.index not in ("", "pypi"):
        command += ["--index-url", options.index]
    command += [place or f"{PREFIX}=={version}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Refused(f"The wheel could not be fetched: {done.stderr.strip()[-1000:]}")
    return _one_wheel(folder, version)


def _from_s3(aws: Aws, uri: str, version: str, folder: Path) -> Path:
    bucket, _, key = uri[len("s3://") :].partition("/")
    s3 = aws.client("s3")
    if not key or key.endswith("/"):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
        names = [item["Key"] for page in pages for item in page.get("Contents", [])]
        keys = [name for name in names if _is_ours(name.rpartition("/")[2], version)]
        if not keys:
            raise Refused(f"There is no wheel of version {version} below {uri}.")
        key = keys[0]
    target = folder / key.rpartition("/")[2]
    s3.download_file(bucket, key, str(target))
    return target


def _one_wheel(folder: Path, version: str) -> Path:
    found = [path for path in sorted(folder.glob("*.whl")) if _is_ours(path.name, version)]
    if not found:
        raise Refused(f"There is no wheel of version {version} in {folder}.")
    return found[0]


def _is_ours(file_name: str, version: str) -> bool:
    match = _WHEEL.fullmatch(file_name)
    return match is not None and match[1] == version


def _upload(aws: Aws, wheel: Path, folder: str) -> str:
    """Put a local wheel where spaces can read it; answers its address."""
    if not wheel.is_file():
        raise Refused(f"There is no file {wheel}.")
    if not folder:
        account, _ = aws.account()
        folder = f"s3://sagemaker-{aws.region}-{account}/{PREFIX}/"
    if not folder.startswith("s3://"):
        raise Refused("--upload-to is an address s3://bucket/folder.")
    bucket, _, prefix = folder[len("s3://") :].partition("/")
    key = f"{prefix.rstrip('/')}/{wheel.name}".lstrip("/")
    with wheel.open("rb") as content:
        aws.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
    print(f"Uploaded {wheel.name} to s3://{bucket}/{key}")
    return f"s3://{bucket}/{key}"
