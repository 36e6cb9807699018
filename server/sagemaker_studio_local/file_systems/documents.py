"""What SageMaker knows of the file systems: who may attach them, and what has them attached."""

from __future__ import annotations

from typing import Any

from ..control_plane import domains, spaces, user_profiles
from ..control_plane.plane import Plane
from . import ATTACHED, OF_DOMAIN, OF_PROFILE, FileSystem

_CONFIGS = "CustomFileSystemConfigs"


def seed_file_systems(plane: Plane, domain_id: str, profile_name: str, space_name: str) -> None:
    """Allow and attach them, in a state folder that knows nothing of them yet."""
    domain = dict(plane.store.get(domains.KIND, domain_id) or {})
    for name in ("DefaultUserSettings", "DefaultSpaceSettings"):
        domain[name] = _allowing(domain[name], OF_DOMAIN)
    plane.store.put(domains.KIND, domain_id, domain)
    profile_key = user_profiles.key(domain_id, profile_name)
    profile = plane.store.get(user_profiles.KIND, profile_key)
    if profile is not None:
        settings = _allowing(profile.get("UserSettings", {}), OF_PROFILE)
        plane.store.put(user_profiles.KIND, profile_key, {**profile, "UserSettings": settings})
    space_key = spaces.key(domain_id, space_name)
    space = plane.store.get(spaces.KIND, space_key)
    if space is not None and "CustomFileSystems" not in space["SpaceSettings"]:
        attached = [_member(one, "") for one in ATTACHED]
        settings = {**space["SpaceSettings"], "CustomFileSystems": attached}
        plane.store.put(spaces.KIND, space_key, {**space, "SpaceSettings": settings})


def _allowing(settings: dict[str, Any], more: tuple[FileSystem, ...]) -> dict[str, Any]:
    """Settings that also allow these file systems, after what they allow already."""
    former = settings.get(_CONFIGS, [])
    known = {members.get("FileSystemId") for config in former for members in config.values()}
    added = [_member(one, "Config", FileSystemPath="/") for one in more if one.id not in known]
    return {**settings, _CONFIGS: [*former, *added]}


def _member(file_system: FileSystem, ending: str, **more: str) -> dict[str, dict[str, str]]:
    name = "EFSFileSystem" if file_system.kind == "efs" else "FSxLustreFileSystem"
    return {name + ending: {"FileSystemId": file_system.id, **more}}
