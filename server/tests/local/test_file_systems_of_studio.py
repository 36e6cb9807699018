"""The local Studio's file systems: in the account, on disk and in an app."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from jupyterlab_sagemaker_studio.filesystems.local import FileSystems
from local_apps import error_of, update
from sagemaker_studio_local import seed
from sagemaker_studio_local.file_systems import (
    ACCESS_POINT_ID,
    ALL,
    ARCHIVE,
    ATTACHED,
    CLOSED_GROUP_ID,
    INBOUND_GROUP_ID,
    OLD_NFS,
    OUTBOUND_GROUP_ID,
    REFERENCE_DATA,
    SCRATCH_LUSTRE,
    SHARED_DATASETS,
    TEAM_MODELS,
    disk,
    documents,
)
from sagemaker_studio_local.network import SUBNET_IDS
from sagemaker_studio_local.supervisor.environment import Image
from sagemaker_studio_local.testing import LocalStudio, app_surroundings

EFS = [one for one in ALL if one.kind == "efs"]


def efs(identifier: str) -> dict[str, dict[str, str]]:
    return {"EFSFileSystem": {"FileSystemId": identifier}}


def lustre(identifier: str) -> dict[str, dict[str, str]]:
    return {"FSxLustreFileSystem": {"FileSystemId": identifier}}


# --- the account ---


def test_efs(local_studio: LocalStudio) -> None:
    client = local_studio.client("efs")
    found = {row["FileSystemId"]: row for row in client.describe_file_systems()["FileSystems"]}
    assert set(found) == {one.id for one in EFS}
    for one in EFS:
        row = found[one.id]
        assert (row["Name"], row["LifeCycleState"]) == (one.name, "available")
        assert row["SizeInBytes"]["Value"] == one.used
        assert row["ThroughputMode"] == one.throughput_mode
        assert ("ProvisionedThroughputInMibps" in row) == (one.throughput_mode == "provisioned")
        targets = client.describe_mount_targets(FileSystemId=one.id)["MountTargets"]
        assert [row["SubnetId"] for row in targets] == [SUBNET_IDS[n] for n in one.subnets]
        for target in targets:
            groups = client.describe_mount_target_security_groups(
                MountTargetId=target["MountTargetId"]
            )["SecurityGroups"]
            assert groups == [CLOSED_GROUP_ID if one is ARCHIVE else INBOUND_GROUP_ID]
    (point,) = client.describe_access_points(FileSystemId=SHARED_DATASETS.id)["AccessPoints"]
    assert (point["AccessPointId"], point["PosixUser"]["Uid"]) == (ACCESS_POINT_ID, 10001)
    with pytest.raises(ClientError) as raised:
        client.describe_file_systems(FileSystemId="fs-0fedcba9876543210")
    assert error_of(raised)[0] == "FileSystemNotFound"


def test_fsx(local_studio: LocalStudio) -> None:
    (row,) = local_studio.client("fsx").describe_file_systems()["FileSystems"]
    assert row["FileSystemId"] == SCRATCH_LUSTRE.id
    assert (row["FileSystemType"], row["Lifecycle"]) == ("LUSTRE", "AVAILABLE")
    assert row["StorageCapacity"] << 30 == SCRATCH_LUSTRE.capacity
    assert row["DNSName"].startswith(f"{SCRATCH_LUSTRE.id}.fsx.")
    assert {"Key": "Name", "Value": "scratch-lustre"} in row["Tags"]


def test_security_groups(local_studio: LocalStudio) -> None:
    groups = local_studio.client("ec2").describe_security_groups(
        GroupIds=[INBOUND_GROUP_ID, OUTBOUND_GROUP_ID, CLOSED_GROUP_ID]
    )["SecurityGroups"]
    found = {group["GroupId"]: group for group in groups}
    inbound, outbound = found[INBOUND_GROUP_ID], found[OUTBOUND_GROUP_ID]
    assert inbound["GroupName"] == f"security-group-for-inbound-nfs-{seed.DOMAIN_ID}"
    assert outbound["GroupName"] == f"security-group-for-outbound-nfs-{seed.DOMAIN_ID}"
    (rule,) = inbound["IpPermissions"]
    assert (rule["FromPort"], rule["ToPort"]) == (2049, 2049)
    assert rule["UserIdGroupPairs"][0]["GroupId"] == OUTBOUND_GROUP_ID
    (rule,) = outbound["IpPermissionsEgress"]
    assert rule["FromPort"] == 2049
    assert rule["UserIdGroupPairs"][0]["GroupId"] == INBOUND_GROUP_ID
    assert [rule["FromPort"] for rule in found[CLOSED_GROUP_ID]["IpPermissions"]] == [22]


def test_what_may_be_attached(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")
    domain = sagemaker.describe_domain(DomainId=seed.DOMAIN_ID)
    for settings in (domain["DefaultUserSettings"], domain["DefaultSpaceSettings"]):
        assert [c for config in settings["CustomFileSystemConfigs"] for c in config.values()] == [
            {"FileSystemId": one.id, "FileSystemPath": "/"} for one in documents.OF_DOMAIN
        ]
    profile = sagemaker.describe_user_profile(
        DomainId=seed.DOMAIN_ID, UserProfileName=seed.USER_PROFILES[0]
    )
    configs = profile["UserSettings"]["CustomFileSystemConfigs"]
    assert [config["EFSFileSystemConfig"]["FileSystemId"] for config in configs] == [
        one.id for one in (REFERENCE_DATA, ARCHIVE, OLD_NFS)
    ]
    space = sagemaker.describe_space(DomainId=seed.DOMAIN_ID, SpaceName=seed.SPACE_NAME)
    assert space["SpaceSettings"]["CustomFileSystems"] == [efs(one.id) for one in ATTACHED]


@pytest.mark.parametrize(
    "wanted,problem",
    [
        ([efs(TEAM_MODELS.id)], TEAM_MODELS.id),
        ([efs("fs-0fedcba9876543210")], "fs-0fedcba9876543210"),
        ([efs(SCRATCH_LUSTRE.id)], SCRATCH_LUSTRE.id),
        ([lustre(SHARED_DATASETS.id)], SHARED_DATASETS.id),
        ([efs(SHARED_DATASETS.id)] * 2, "only once"),
        ([efs(SHARED_DATASETS.id)] * 6, "5"),
        ([{"S3FileSystem": {"S3Uri": "s3://bucket/prefix"}}], "s3://bucket/prefix"),
    ],
)
def test_what_may_not(local_studio: LocalStudio, wanted: Any, problem: str) -> None:
    with pytest.raises(ClientError) as raised:
        update(local_studio, "second-space", CustomFileSystems=wanted)
    code, message = error_of(raised)
    assert code == "ValidationException" and problem in message


@pytest.mark.parametrize(
    "settings,problem",
    [
        (
            {
                "CustomFileSystemConfigs": [
                    {"EFSFileSystemConfig": {"FileSystemId": "fs-0fedcba9876543210"}}
                ]
            },
            "fs-0fedcba9876543210 does not exist",
        ),
        (
            {
                "CustomFileSystemConfigs": [
                    {"EFSFileSystemConfig": {"FileSystemId": TEAM_MODELS.id}},
                    {"EFSFileSystemConfig": {"FileSystemId": TEAM_MODELS.id}},
                ]
            },
            "more than once",
        ),
        ({"CustomPosixUserConfig": {"Uid": 10001, "Gid": 1001}}, "existing user profile"),
    ],
)
def test_what_an_administrator_cannot_allow(
    local_studio: LocalStudio, settings: Any, problem: str
) -> None:
    sagemaker = local_studio.client("sagemaker")
    for update_it in (
        lambda: sagemaker.update_domain(DomainId=seed.DOMAIN_ID, DefaultUserSettings=settings),
        lambda: sagemaker.update_user_profile(
            DomainId=seed.DOMAIN_ID, UserProfileName="ml-engineer", UserSettings=settings
        ),
    ):
        with pytest.raises(ClientError) as raised:
            update_it()
        code, message = error_of(raised)
        assert code == "ValidationException" and problem in message


def test_one_more_is_allowed_and_attached(local_studio: LocalStudio) -> None:
    """What the command for the administrator does."""
    sagemaker = local_studio.client("sagemaker")
    profile = {"DomainId": seed.DOMAIN_ID, "UserProfileName": "data-scientist"}
    former = sagemaker.describe_user_profile(**profile)["UserSettings"]["CustomFileSystemConfigs"]
    more = {"EFSFileSystemConfig": {"FileSystemId": TEAM_MODELS.id, "FileSystemPath": "/"}}
    sagemaker.update_user_profile(
        **profile, UserSettings={"CustomFileSystemConfigs": [*former, more]}
    )
    update(local_studio, "second-space", CustomFileSystems=[efs(TEAM_MODELS.id)])
    update(local_studio, "second-space", CustomFileSystems=[])
    wait_for_profile(local_studio)
    sagemaker.update_user_profile(**profile, UserSettings={"CustomFileSystemConfigs": former})


def wait_for_profile(studio: LocalStudio) -> None:
    until = time.monotonic() + 30
    profile = {"DomainId": seed.DOMAIN_ID, "UserProfileName": "data-scientist"}
    while studio.client("sagemaker").describe_user_profile(**profile)["Status"] != "InService":
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_shared_space_gets_what_the_domain_allows_only(local_studio: LocalStudio) -> None:
    update(local_studio, "team-space", CustomFileSystems=[lustre(SCRATCH_LUSTRE.id)])
    with pytest.raises(ClientError) as raised:
        update(local_studio, "team-space", CustomFileSystems=[efs(REFERENCE_DATA.id)])
    assert REFERENCE_DATA.id in error_of(raised)[1]
    update(local_studio, "team-space", CustomFileSystems=[])


# --- on disk, and in an app ---


@pytest.fixture
def space(tmp_path: Path) -> Path:
    """A state folder with the file systems in it, and the own space's home."""
    (tmp_path / "home").mkdir()
    disk.prepare(tmp_path)
    return tmp_path


def mounted(space: Path) -> list[str]:
    below = space / "mnt" / "custom-file-systems"
    return sorted(str(path.relative_to(below)) for path in below.glob("*/*"))


def linked(space: Path) -> list[str]:
    below = space / "home" / "custom-file-systems"
    return sorted(str(path.relative_to(below)) for path in below.glob("*/*"))


def test_mounts_and_links_come_and_go(space: Path) -> None:
    home = space / "home"
    disk.mount(space, space, home, [SHARED_DATASETS.place, SCRATCH_LUSTRE.place])
    assert mounted(space) == linked(space) == [SHARED_DATASETS.place, SCRATCH_LUSTRE.place]
    file = home / "custom-file-systems" / SHARED_DATASETS.place / "README.md"
    file.write_text("changed")
    disk.mount(space, space, home, [SHARED_DATASETS.place])
    assert mounted(space) == linked(space) == [SHARED_DATASETS.place]
    assert file.read_text() == "changed"
    disk.mount(space, space, home, [])
    assert list(home.iterdir()) == [] and mounted(space) == []
    # The files are the file system's, not the mount's; another space sees them too.
    disk.prepare(space)
    other = space / "spaces" / "second-space"
    disk.mount(space, other, other / "home", [SHARED_DATASETS.place])
    seen = other / "home" / "custom-file-systems" / SHARED_DATASETS.place / "README.md"
    assert seen.read_text() == "changed"


def test_what_cannot_be_mounted_leaves_a_link_to_nothing(space: Path) -> None:
    disk.mount(space, space, space / "home", [ARCHIVE.place])
    link = space / "home" / "custom-file-systems" / ARCHIVE.place
    assert link.is_symlink() and not link.exists() and mounted(space) == []


def test_what_a_person_put_there_stays(space: Path) -> None:
    home = space / "home"
    mine = home / "custom-file-systems" / "efs"
    mine.mkdir(parents=True)
    (mine / "notes.txt").write_text("mine")
    (home / "custom-file-systems" / SCRATCH_LUSTRE.place).mkdir(parents=True)
    disk.mount(space, space, home, [SHARED_DATASETS.place, SCRATCH_LUSTRE.place])
    disk.mount(space, space, home, [])
    assert (mine / "notes.txt").read_text() == "mine"
    assert not (mine / SHARED_DATASETS.id).exists()


@pytest.fixture
def surroundings(local_studio: LocalStudio, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """State folder and home of the own space, in the environment of its app."""
    state = local_studio.studio.state
    home, environment = app_surroundings(state, local_studio.endpoint_url)
    for name in ("SAGEMAKER_STUDIO_FILE_SYSTEMS_ROOT", "SAGEMAKER_STUDIO_FILE_SYSTEM_PROBE"):
        monkeypatch.setenv(name, environment[name])
    return state, home


async def look(home: Path, seconds: float = 0.0) -> dict[str, dict[str, Any]]:
    systems = FileSystems(str(home), logging.getLogger())
    await systems.describe()
    await asyncio.sleep(seconds)
    rows = (await systems.describe())["mounts"]
    await systems.close()
    return {row["id"] or row["kind"]: row for row in rows}


async def test_a_newcomer_sees_files(surroundings: tuple[Path, Path]) -> None:
    _, home = surroundings
    found = await look(home)
    assert set(found) == {"home", *(one.id for one in ATTACHED)}
    row = found[SHARED_DATASETS.id]
    assert (home / row["browserPath"] / "demand" / "daily.csv").is_file()
    assert row["browserPath"] == f"custom-file-systems/efs/{SHARED_DATASETS.id}"


async def test_every_file_system_behaves_as_it_should(surroundings: tuple[Path, Path]) -> None:
    state, home = surroundings
    disk.mount(state, state, home, [one.place for one in ALL])
    found = await look(home, 2.2)
    states = {one.name: found[one.id]["state"] for one in ALL}
    assert states == {
        "shared-datasets": "mounted",
        "reference-data": "mounted",
        "archive": "not-mounted",
        "old-nfs": "not-answering",
        "scratch-lustre": "mounted",
        "team-models": "mounted",
    }
    good, closed = found[SHARED_DATASETS.id], found[REFERENCE_DATA.id]
    assert (good["access"], good["type"], good["totalBytes"]) == ("read-write", "nfs4", None)
    assert good["usedBytes"] == SHARED_DATASETS.used
    # For everybody, root included.
    assert closed["access"] == "read-only" and "Permission denied" in closed["reason"]
    fast = found[SCRATCH_LUSTRE.id]
    assert (fast["type"], fast["totalBytes"]) == ("lustre", SCRATCH_LUSTRE.capacity)
    assert fast["usedBytes"] / fast["totalBytes"] >= 0.9
    assert "2 seconds" in found[OLD_NFS.id]["reason"]
    disk.mount(state, state, home, [one.place for one in ATTACHED])


def test_read_only_files_are_not_for_writing(space: Path) -> None:
    for path in [folder := space / "file-systems" / REFERENCE_DATA.id, *folder.rglob("*")]:
        assert path.stat().st_mode & 0o222 == 0
    # Until the local Studio has stopped: then the state folder can be removed, and used again.
    disk.release(space)
    assert all(path.stat().st_mode & 0o200 for path in [folder, *folder.rglob("*")])
    disk.prepare(space)
    assert folder.stat().st_mode & 0o222 == 0


def test_the_app_knows_where_to_look(tmp_path: Path) -> None:
    image = Image(tmp_path)
    image.prepare()
    assert os.access(image.probe, os.X_OK)
    told = json.loads((tmp_path / "file-systems" / "behaviour.json").read_text())
    assert told[OLD_NFS.id]["behaviour"] == "hanging"
