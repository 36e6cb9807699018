"""The account's file systems: what they are, who may attach them, and how each behaves.

Their files are real folders of this machine below ``file-systems`` in the state folder; EFS, FSx
and EC2 know them through moto; a program stands between them and whoever looks at them, because a
folder of this machine is neither slow nor somebody else's.
"""

from __future__ import annotations

from dataclasses import dataclass

_GIB = 1 << 30


@dataclass(frozen=True)
class FileSystem:
    """One file system of the account.

    :param used: bytes stored, as the service and the mount tell.
    :param capacity: bytes; None for elastic ones.
    :param subnets: of the domain's subnets, those it has a mount target in.
    :param group: the name of its mount targets' security group.
    :param behaviour: ``good``, ``read-only``, ``unmountable`` or ``hanging``.
    """

    id: str
    name: str
    kind: str  # "efs" or "fsx-lustre"
    used: int
    throughput_mode: str = "elastic"
    capacity: int | None = None
    subnets: tuple[int, ...] = (0, 1)
    group: str = "inbound"
    behaviour: str = "good"

    @property
    def type(self) -> str:
        """What the kernel calls such a mount."""
        return "nfs4" if self.kind == "efs" else "lustre"

    @property
    def place(self) -> str:
        """Where SageMaker mounts it, below ``custom-file-systems``."""
        return f"{'efs' if self.kind == 'efs' else 'fsx_lustre'}/{self.id}"


SHARED_DATASETS = FileSystem("fs-0a1b2c3d4e5f60001", "shared-datasets", "efs", 48 * _GIB)
REFERENCE_DATA = FileSystem(
    "fs-0a1b2c3d4e5f60002", "reference-data", "efs", 6 * _GIB, "bursting", behaviour="read-only"
)
#: It has no mount target in the second subnet, and the one it has lets nobody in.
ARCHIVE = FileSystem(
    "fs-0a1b2c3d4e5f60003",
    "archive",
    "efs",
    910 * _GIB,
    "bursting",
    subnets=(0,),
    group="closed",
    behaviour="unmountable",
)
OLD_NFS = FileSystem(
    "fs-0a1b2c3d4e5f60004", "old-nfs", "efs", 120 * _GIB, "provisioned", behaviour="hanging"
)
#: Nearly full: 1128 of 1200 GiB, the smallest FSx for Lustre there is.
SCRATCH_LUSTRE = FileSystem(
    "fs-0a1b2c3d4e5f60005",
    "scratch-lustre",
    "fsx-lustre",
    1128 * _GIB,
    capacity=1200 * _GIB,
    subnets=(0,),
)
#: Nobody may attach it yet, and a mount target is missing.
TEAM_MODELS = FileSystem("fs-0a1b2c3d4e5f60006", "team-models", "efs", 17 * _GIB, subnets=(0,))

ALL = (SHARED_DATASETS, REFERENCE_DATA, ARCHIVE, OLD_NFS, SCRATCH_LUSTRE, TEAM_MODELS)
#: In every space of the domain.
OF_DOMAIN = (SHARED_DATASETS, SCRATCH_LUSTRE)
#: In the private spaces of the first user profile as well.
OF_PROFILE = (REFERENCE_DATA, ARCHIVE, OLD_NFS)
#: Attached to the local Studio's own space from the start.
ATTACHED = (SHARED_DATASETS, REFERENCE_DATA)

ACCESS_POINT_ID = "fsap-0a1b2c3d4e5f60001"
INBOUND_GROUP_ID = "sg-0a1b2c3d4e5f60001"
OUTBOUND_GROUP_ID = "sg-0a1b2c3d4e5f60002"
CLOSED_GROUP_ID = "sg-0a1b2c3d4e5f60003"
