"""The domain's network in moto, with the ids it has had from the start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

VPC_ID = "vpc-0a1b2c3d4e5f60718"
SUBNET_IDS = ("subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002")
SECURITY_GROUP_ID = "sg-0a1b2c3d4e5f60718"


def make(account: str, region: str, domain_id: str) -> None:
    """Create the VPC, its subnets and security groups, and the file systems in it."""
    # Not before ``moto_side`` has told moto how to behave.
    from moto.backends import get_backend

    from .file_systems import aws as file_systems

    ec2 = get_backend("ec2")[account][region]
    with _fixed_ids():
        vpc = ec2.create_vpc("10.0.0.0/16")
        for index, zone in enumerate("ab"):
            ec2.create_subnet(vpc.id, f"10.0.{index}.0/24", availability_zone=f"{region}{zone}")
        ec2.create_security_group(
            "sagemaker-studio", "Apps and jobs of the local Studio", vpc_id=vpc.id
        )
    file_systems.make(account, region, vpc_id=VPC_ID, subnets=SUBNET_IDS, domain=domain_id)


@contextmanager
def _fixed_ids() -> Iterator[None]:
    """Let moto give the domain's network the same ids at every start."""
    from moto.ec2.models import security_groups, subnets, vpcs

    # The VPC makes a default security group of its own first.
    group_ids = iter(("sg-0a1b2c3d4e5f60000", SECURITY_GROUP_ID))
    subnet_ids = iter(SUBNET_IDS)
    with ExitStack() as stack:
        stack.enter_context(patch.object(vpcs, "random_vpc_id", lambda: VPC_ID))
        stack.enter_context(patch.object(subnets, "random_subnet_id", lambda: next(subnet_ids)))
        stack.enter_context(
            patch.object(security_groups, "random_security_group_id", lambda: next(group_ids))
        )
        yield
