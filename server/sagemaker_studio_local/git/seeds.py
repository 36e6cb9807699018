"""What a new account knows of the Git host: suggested repositories, registered ones, secrets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..control_plane import code_repositories, domains, spaces, tags, user_profiles
from .access import TOKEN, USER
from .server import url_of

if TYPE_CHECKING:
    from ..control_plane import Plane

_MOST = 10
_OF_DOMAIN = ("analytics/machine-readings", "research/image-archive")
_OF_PROFILE = ("platform/feature-store",)
#: The domain suggests it too.
_OF_SPACE = ("analytics/machine-readings",)
_FORECAST = "AmazonSageMaker-git-demand-forecast"
_UNREADABLE = "AmazonSageMaker-git-unreadable"
#: AWS ends the ARN of a secret with six characters of its own choice.
_SECRETS = {
    _FORECAST: ("Lst0Gd", json.dumps({"username": USER, "password": TOKEN})),
    _UNREADABLE: ("Lst0Gu", "this is not JSON"),
}
#: name: (repository, branch, secret)
_REGISTERED = {
    "demand-forecast": ("analytics/demand-forecast", "main", _FORECAST),
    "password-only": ("platform/password-only", "", ""),
    "unreadable-secret": ("analytics/demand-forecast", "", _UNREADABLE),
}


def secrets(plane: Plane) -> dict[str, tuple[str, str]]:
    """ARN and value of the account's first secrets, by name."""
    return {name: (_secret_arn(plane, name), value) for name, (_, value) in _SECRETS.items()}


def _secret_arn(plane: Plane, name: str) -> str:
    where = f"arn:{plane.partition}:secretsmanager:{plane.region}:{plane.account}"
    return f"{where}:secret:{name}-{_SECRETS[name][0]}"


def seed_git(plane: Plane, domain_id: str, profile_name: str, space_name: str) -> None:
    """Suggest repositories in a domain, a profile and a space, and register some."""
    _suggest(
        plane,
        domains.KIND,
        domain_id,
        ("DefaultUserSettings", "DefaultSpaceSettings"),
        _OF_DOMAIN,
    )
    profile = user_profiles.key(domain_id, profile_name)
    _suggest(plane, user_profiles.KIND, profile, ("UserSettings",), _OF_PROFILE)
    space = spaces.key(domain_id, space_name)
    _suggest(plane, spaces.KIND, space, ("SpaceSettings",), _OF_SPACE)
    for name, (repository, branch, secret) in _REGISTERED.items():
        if plane.store.get(code_repositories.KIND, name) is None:
            _register(plane, name, repository, branch, secret)


def _suggest(
    plane: Plane, kind: str, key: str, members: tuple[str, ...], repositories: tuple[str, ...]
) -> None:
    document = plane.store.get(kind, key)
    if document is None:
        # The person has deleted it.
        return
    changed = dict(document)
    for member in members:
        settings: dict[str, Any] = document.get(member, {})
        jupyterlab = settings.get("JupyterLabAppSettings", {})
        known = jupyterlab.get("CodeRepositories", [])
        added = [{"RepositoryUrl": url_of(name)} for name in repositories]
        merged = [*known, *(item for item in added if item not in known)][:_MOST]
        changed[member] = {
            **settings,
            "JupyterLabAppSettings": {**jupyterlab, "CodeRepositories": merged},
        }
    plane.store.put(kind, key, changed)


def _register(plane: Plane, name: str, repository: str, branch: str, secret: str) -> None:
    arn = plane.arn(f"code-repository/{name}")
    config = {"RepositoryUrl": url_of(repository)}
    if branch:
        config["Branch"] = branch
    if secret:
        config["SecretArn"] = _secret_arn(plane, secret)
    now = plane.clock.now()
    document = {
        "CodeRepositoryName": name,
        "CodeRepositoryArn": arn,
        "GitConfig": config,
        "CreationTime": now,
        "LastModifiedTime": now,
    }
    plane.store.put(code_repositories.KIND, name, document)
    tags.set_tags(plane, arn, {})
