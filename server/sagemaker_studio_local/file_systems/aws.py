"""The file systems in moto: EFS, FSx, and the security groups of their mount targets.

moto keeps none of this when the local Studio ends, so all of it is made again with the same ids.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from moto.backends import get_backend

from . import (
    ACCESS_POINT_ID,
    ALL,
    CLOSED_GROUP_ID,
    INBOUND_GROUP_ID,
    OUTBOUND_GROUP_ID,
    SHARED_DATASETS,
    FileSystem,
)

_NFS = "2049"
_GROUPS = {"inbound": INBOUND_GROUP_ID, "closed": CLOSED_GROUP_ID}


def make(account: str, region: str, *, vpc_id: str, subnets: tuple[str, ...], domain: str) -> None:
    """Make everything; the network exists.

    :param domain: id of the domain, after which SageMaker names its security groups.
    """
    ec2 = get_backend("ec2")[account][region]
    _make_groups(ec2, vpc_id, domain)
    efs = get_backend("efs")[account][region]
    for number, file_system in enumerate(ALL):
        if file_system.kind == "efs":
            _make_efs(efs, file_system, number, subnets)
        else:
            _make_lustre(get_backend("fsx")[account][region], file_system, vpc_id, subnets)
    with _hex(ACCESS_POINT_ID):
        efs.create_access_point(
            "data-science",
            [{"Key": "Name", "Value": "data-science"}],
            SHARED_DATASETS.id,
            {"Uid": 10001, "Gid": 1001},
            {"Path": "/data-science"},
        )


def _hex(identifier: str) -> Any:
    """Let moto's EFS take this for the random part of an id."""
    from moto.efs import models

    fixed = SimpleNamespace(get_random_hex=lambda length=17: identifier.partition("-")[2])
    return patch.object(models, "mock_random", fixed)


def _make_groups(ec2: Any, vpc_id: str, domain: str) -> None:
    """SageMaker's two groups of the domain, and one of an administrator's that is shut."""
    from moto.ec2.models import security_groups

    for group_id, name, description in (
        (
            INBOUND_GROUP_ID,
            f"security-group-for-inbound-nfs-{domain}",
            "Allows NFS traffic from apps of the domain",
        ),
        (
            OUTBOUND_GROUP_ID,
            f"security-group-for-outbound-nfs-{domain}",
            "Allows NFS traffic of apps to the domain's file systems",
        ),
        (CLOSED_GROUP_ID, "archive-backup-only", "Backup servers of the archive"),
    ):
        with patch.object(security_groups, "random_security_group_id", lambda i=group_id: i):
            ec2.create_security_group(name, description, vpc_id=vpc_id)
    ec2.revoke_security_group_egress(OUTBOUND_GROUP_ID, "-1", None, None, [{"CidrIp": "0.0.0.0/0"}])
    ec2.authorize_security_group_egress(
        OUTBOUND_GROUP_ID, "tcp", _NFS, _NFS, [], source_groups=[{"GroupId": INBOUND_GROUP_ID}]
    )
    ec2.authorize_security_group_ingress(
        INBOUND_GROUP_ID, "tcp", _NFS, _NFS, [], source_groups=[{"GroupId": OUTBOUND_GROUP_ID}]
    )
    ec2.authorize_security_group_ingress(
        CLOSED_GROUP_ID, "tcp", "22", "22", [{"CidrIp": "10.0.0.0/16"}]
    )


def _make_efs(efs: Any, file_system: FileSystem, number: int, subnets: tuple[str, ...]) -> None:
    with _hex(file_system.id):
        made = efs.create_file_system(
            creation_token=file_system.name,
            performance_mode="generalPurpose",
            encrypted=True,
            kms_key_id="",
            throughput_mode=file_system.throughput_mode,
            provisioned_throughput_in_mibps=(
                64 if file_system.throughput_mode == "provisioned" else None
            ),
            availability_zone_name="",
            backup=False,
            tags=[{"Key": "Name", "Value": file_system.name}],
        )
    made._size_value = file_system.used
    for index in file_system.subnets:
        with _hex(f"fsmt-0a1b2c3d4e5f6{number:02}{index:02}"):
            efs.create_mount_target(
                file_system.id,
                subnets[index],
                ip_address=f"10.0.{index}.{20 + number}",
                security_groups=[_GROUPS[file_system.group]],
            )


def _make_lustre(fsx: Any, file_system: FileSystem, vpc_id: str, subnets: tuple[str, ...]) -> None:
    from moto.fsx import models

    identifier = file_system.id.partition("-")[2]
    # moto takes the first 8 characters of it; ids of AWS have 17.
    fixed = SimpleNamespace(hex=_Whole(identifier))
    with patch.object(models, "uuid4", lambda: fixed):
        made = fsx.create_file_system(
            client_request_token=file_system.name,
            file_system_type="LUSTRE",
            storage_capacity=(file_system.capacity or 0) >> 30,
            storage_type="SSD",
            subnet_ids=[subnets[index] for index in file_system.subnets],
            security_group_ids=[_GROUPS[file_system.group]],
            tags=[{"Key": "Name", "Value": file_system.name}],
            kms_key_id=None,
            windows_configuration=None,
            lustre_configuration={
                "DeploymentType": "PERSISTENT_2",
                "PerUnitStorageThroughput": 125,
                "MountName": "fsxlocal",
            },
            ontap_configuration=None,
            file_system_type_version=None,
            open_zfs_configuration=None,
        )
    told = made.to_dict
    # moto leaves out what tells whether it can be used.
    made.to_dict = lambda: {**told(), "Lifecycle": "AVAILABLE", "VpcId": vpc_id}


class _Whole(str):
    """A text that is not to be cut."""

    def __getitem__(self, index: Any) -> str:
        return str(self)
