"""What a new local Studio holds: the facts of a small, ordinary account.

Documents are put into an empty state folder once; what moto keeps only in memory (the role) is
made at every start.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

from .control_plane import apps, domains, images, lifecycle_configs, spaces, tags, user_profiles
from .control_plane.plane import ACCOUNT, PARTITION, REGION, Call, Plane
from .file_systems.documents import seed_file_systems
from .git import seeds as git_seeds
from .network import SECURITY_GROUP_ID, SUBNET_IDS, VPC_ID
from .runner.logs import LOG_GROUP
from .seed_images import (
    DISTRIBUTION_VERSIONS,
    IMAGE_URI,
    put,
    seed_app_image_config,
    seed_distribution,
    seed_image,
)

DOMAIN_ID = "d-localstudio01"
SPACE_NAME = "my-space"
SHARED_SPACE_NAME = "team-space"
SECOND_SPACE_NAME = "second-space"
USER_PROFILES = ("data-scientist", "ml-engineer")
APP_NAME = "default"
ROLE_NAME = "SageMakerStudioLocalRole"
ROLE_ARN = f"arn:{PARTITION}:iam::{ACCOUNT}:role/{ROLE_NAME}"
DEFAULT_BUCKET = f"sagemaker-{REGION}-{ACCOUNT}"
ACCESS_KEY = "local-studio"
SECRET_KEY = "local-studio-secret"
#: Attached to the domain: spaces may choose it.
ATTACHED_SCRIPT = (
    "show-environment",
    """#!/bin/bash
# Says where the app runs; changes nothing.
set -eu
echo "Space: $SAGEMAKER_SPACE_NAME"
echo "Home: $HOME"
python --version
""",
)
#: An administrator has yet to attach it.
OTHER_SCRIPT = (
    "pin-pip-index",
    """#!/bin/bash
set -eu
mkdir -p "$HOME/.config/pip"
echo "[global]" > "$HOME/.config/pip/pip.conf"
echo "index-url = https://pypi.org/simple" >> "$HOME/.config/pip/pip.conf"
""",
)
#: Grows when a new seed has more than a state folder made before.
_VERSION = 3
_TRUSTED = ["sagemaker.amazonaws.com", "events.amazonaws.com", "scheduler.amazonaws.com"]

APP_KEY = apps.key(DOMAIN_ID, SPACE_NAME, "JupyterLab", APP_NAME)


def training_quotas() -> dict[str, int]:
    """Instances of each type that may train at the same time; types not listed have none."""
    path = Path(__file__).parent / "data" / "training-quotas.json"
    return json.loads(path.read_text(encoding="utf-8"))


def app_quotas() -> dict[str, int]:
    """JupyterLab apps of each type that may run at once; types not listed have none."""
    path = Path(__file__).parent / "data" / "app-quotas.json"
    return json.loads(path.read_text(encoding="utf-8"))


def access_key_of(space_name: str) -> str:
    """The access key of a space's app; the secret is the same for all."""
    return ACCESS_KEY if space_name == SPACE_NAME else f"{ACCESS_KEY}.{space_name}"


def is_app(access_key: str) -> bool:
    """Whether an access key is that of an app."""
    return access_key.partition(".")[0] == ACCESS_KEY


def caller_of_app(plane: Plane, access_key: str = ACCESS_KEY) -> Call:
    """The identity of the app with an access key: the own space's, unless it is another's."""
    name = access_key.partition(".")[2] or SPACE_NAME
    space = plane.store.get(spaces.KIND, spaces.key(DOMAIN_ID, name))
    profile_arn = ""
    if space is not None and space["SpaceSharingSettings"]["SharingType"] == "Private":
        owner = space["OwnershipSettings"]["OwnerUserProfileName"]
        profile_arn = plane.arn(f"user-profile/{DOMAIN_ID}/{owner}")
    return Call(
        domain_arn=plane.arn(f"domain/{DOMAIN_ID}"),
        space_arn=plane.arn(f"space/{DOMAIN_ID}/{name}"),
        user_profile_arn=profile_arn,
    )


def seed(plane: Plane) -> None:
    """Make what is made at every start, and what only an empty state folder lacks."""
    plane.moto.make_role(ROLE_NAME, _TRUSTED, ACCESS_KEY)
    plane.moto.make_log_group(LOG_GROUP)
    plane.moto.secrets_disk.seeds = git_seeds.secrets(plane)
    if plane.store.get(domains.KIND, DOMAIN_ID) is None:
        _seed_account(plane)
    version = (plane.store.get("seed", "version") or {"version": 1})["version"]
    if version < 2:
        _add_spaces_and_scripts(plane)
    if version < 3:
        git_seeds.seed_git(plane, DOMAIN_ID, USER_PROFILES[0], SPACE_NAME)
        seed_file_systems(plane, DOMAIN_ID, USER_PROFILES[0], SPACE_NAME)
    plane.store.put("seed", "version", {"version": _VERSION})


def _seed_account(plane: Plane) -> None:
    _seed_domain(plane)
    for index, name in enumerate(USER_PROFILES):
        _seed_profile(plane, name, 200000 + index)
    _seed_space(plane, SPACE_NAME, USER_PROFILES[0], "Private")
    _seed_space(plane, SHARED_SPACE_NAME, USER_PROFILES[1], "Shared")
    seed_image(plane, ROLE_ARN, "sagemaker-distribution", "SageMaker Distribution CPU", [IMAGE_URI])
    seed_image(
        plane,
        ROLE_ARN,
        "forecasting-team",
        "Forecasting team image",
        [
            f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/forecasting-team:1.0",
            f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/forecasting-team:1.1",
        ],
    )
    seed_app_image_config(plane, "forecasting-team-jupyterlab")
    _seed_app(plane, SPACE_NAME)


def _add_spaces_and_scripts(plane: Plane) -> None:
    """What version 2 has more: AWS's images, lifecycle scripts, idle rules, a second space."""
    for processor in ("cpu", "gpu"):
        seed_distribution(plane, processor)
    attached = [_seed_script(plane, *ATTACHED_SCRIPT)]
    _seed_script(plane, *OTHER_SCRIPT)
    idle = {
        "LifecycleManagement": "ENABLED",
        "IdleTimeoutInMinutes": 120,
        "MinIdleTimeoutInMinutes": 60,
        "MaxIdleTimeoutInMinutes": 525600,
    }
    domain = dict(plane.store.get(domains.KIND, DOMAIN_ID) or {})
    for name in ("DefaultUserSettings", "DefaultSpaceSettings"):
        jupyterlab = {
            **domain[name]["JupyterLabAppSettings"],
            "LifecycleConfigArns": attached,
            "AppLifecycleManagement": {"IdleSettings": idle},
        }
        domain[name] = {**domain[name], "JupyterLabAppSettings": jupyterlab}
    plane.store.put(domains.KIND, DOMAIN_ID, domain)
    for key, space in plane.store.items(spaces.KIND):
        # Spaces run AWS's image; the account's own one of that name is for jobs.
        jupyterlab = {"DefaultResourceSpec": _resource_spec(plane)}
        settings = {**space["SpaceSettings"], "JupyterLabAppSettings": jupyterlab}
        plane.store.put(spaces.KIND, key, {**space, "SpaceSettings": settings})
    _seed_space(plane, SECOND_SPACE_NAME, USER_PROFILES[0], "Private")
    _seed_app(plane, SECOND_SPACE_NAME)


def make_default_bucket(plane: Plane) -> None:
    """Create the account's SageMaker bucket, as the SageMaker SDK does on first use."""
    if plane.moto.bucket_region(DEFAULT_BUCKET) is None:
        plane.moto.create_bucket(DEFAULT_BUCKET)


def _resource_spec(plane: Plane) -> dict[str, str]:
    return {
        "SageMakerImageArn": images.distribution_arn(plane, "cpu"),
        "SageMakerImageVersionAlias": DISTRIBUTION_VERSIONS[-1],
        "InstanceType": "ml.t3.medium",
    }


def _seed_domain(plane: Plane) -> None:
    arn = plane.arn(f"domain/{DOMAIN_ID}")
    jupyterlab = {
        "DefaultResourceSpec": {"InstanceType": "ml.t3.medium"},
        "CustomImages": [
            {
                "ImageName": "forecasting-team",
                "AppImageConfigName": "forecasting-team-jupyterlab",
            }
        ],
        "LifecycleConfigArns": [],
    }
    storage = {
        "DefaultEbsStorageSettings": {
            "DefaultEbsVolumeSizeInGb": 5,
            "MaximumEbsVolumeSizeInGb": 100,
        }
    }
    settings = {
        "ExecutionRole": ROLE_ARN,
        "SecurityGroups": [SECURITY_GROUP_ID],
        "JupyterLabAppSettings": jupyterlab,
        "SpaceStorageSettings": storage,
        "DefaultLandingUri": "studio::",
        "StudioWebPortal": "ENABLED",
    }
    put(
        plane,
        domains.KIND,
        DOMAIN_ID,
        arn,
        {
            "DomainArn": arn,
            "DomainId": DOMAIN_ID,
            "DomainName": "local-studio",
            "Status": "InService",
            "AuthMode": "IAM",
            "AppNetworkAccessType": "PublicInternetOnly",
            "VpcId": VPC_ID,
            "SubnetIds": list(SUBNET_IDS),
            "DefaultUserSettings": settings,
            "DefaultSpaceSettings": {
                "ExecutionRole": ROLE_ARN,
                "SecurityGroups": [SECURITY_GROUP_ID],
                "JupyterLabAppSettings": jupyterlab,
                "SpaceStorageSettings": storage,
            },
            "Url": f"https://{DOMAIN_ID}.studio.{REGION}.sagemaker.aws",
        },
    )


def _seed_profile(plane: Plane, name: str, uid: int) -> None:
    arn = plane.arn(f"user-profile/{DOMAIN_ID}/{name}")
    put(
        plane,
        user_profiles.KIND,
        user_profiles.key(DOMAIN_ID, name),
        arn,
        {
            "DomainId": DOMAIN_ID,
            "UserProfileArn": arn,
            "UserProfileName": name,
            "HomeEfsFileSystemUid": str(uid),
            "Status": "InService",
            "UserSettings": {"ExecutionRole": ROLE_ARN},
        },
    )


def _seed_space(plane: Plane, name: str, owner: str, sharing: str) -> None:
    arn = plane.arn(f"space/{DOMAIN_ID}/{name}")
    put(
        plane,
        spaces.KIND,
        spaces.key(DOMAIN_ID, name),
        arn,
        {
            "DomainId": DOMAIN_ID,
            "SpaceArn": arn,
            "SpaceName": name,
            "SpaceDisplayName": name,
            "Status": "InService",
            "OwnershipSettings": {"OwnerUserProfileName": owner},
            "SpaceSharingSettings": {"SharingType": sharing},
            "SpaceSettings": {
                "AppType": "JupyterLab",
                "JupyterLabAppSettings": {"DefaultResourceSpec": _resource_spec(plane)},
                "SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 5}},
                "RemoteAccess": "DISABLED",
            },
            "Url": f"https://{DOMAIN_ID}.studio.{REGION}.sagemaker.aws/jupyterlab/default",
        },
    )


def _seed_script(plane: Plane, name: str, script: str) -> str:
    """A lifecycle configuration; answers its ARN."""
    arn = plane.arn(f"studio-lifecycle-config/{name}")
    document = {
        "StudioLifecycleConfigArn": arn,
        "StudioLifecycleConfigName": name,
        "StudioLifecycleConfigContent": base64.b64encode(script.encode()).decode(),
        "StudioLifecycleConfigAppType": "JupyterLab",
    }
    put(plane, lifecycle_configs.KIND, name, arn, document)
    return arn


def _seed_app(plane: Plane, space_name: str) -> None:
    """The app of a space that was stopped a moment ago."""
    app_key = apps.key(DOMAIN_ID, space_name, "JupyterLab", APP_NAME)
    apps.put_default(plane, app_key)
    apps.set_status(plane, app_key, "Deleted")
    tags.set_tags(plane, plane.arn(f"app/{app_key}"), {})
