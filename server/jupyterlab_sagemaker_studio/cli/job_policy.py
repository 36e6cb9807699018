"""``deploy job-policy``: prints the policies notebook jobs need; calls nothing."""

from __future__ import annotations

import argparse
import json
import re

from ..deploy.job_policy import Place, job_policy, job_role_policy
from .aws import Refused

_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--partition", choices=_PARTITIONS, default="aws")
    parser.add_argument("--region", default="*", help="the AWS region (default: any)")
    parser.add_argument("--account", default="*", help="the account's number (default: any)")
    parser.add_argument(
        "--bucket",
        action="append",
        default=[],
        help="for inputs and outputs; may be repeated, may have wildcards (default sagemaker-*)",
    )
    parser.add_argument(
        "--role",
        action="append",
        default=[],
        metavar="ARN",
        help="that jobs and schedules may have; may be repeated (default: any of the account)",
    )
    parser.add_argument(
        "--of-jobs",
        action="store_true",
        help="print the policy of the jobs' own role instead, where that is another one",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print the policy."""
    if not re.fullmatch(r"\*|\d{12}", options.account):
        raise Refused(f"The account is a number of twelve digits, not {options.account!r}.")
    for role in options.role:
        if not re.fullmatch(r"arn:[a-z-]+:iam::(\d{12}|\*):role/.+", role):
            raise Refused(f"{role!r} is not the ARN of a role.")
    place = Place(
        options.partition,
        options.region,
        options.account,
        tuple(options.bucket) or Place.buckets,
        tuple(options.role),
    )
    print(json.dumps((job_role_policy if options.of_jobs else job_policy)(place), indent=2))
