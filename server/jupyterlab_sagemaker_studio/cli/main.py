"""The command line: ``deploy`` and ``lifecycle-config``."""

from __future__ import annotations

import argparse
import sys

from .. import __version__, deploy
from . import job_policy, lifecycle_config, state_machine
from .aws import Refused, words_of

_WHERE = "the SageMaker domain (default: that of this space, or the only one of the region)"


def main(argv: list[str] | None = None) -> int:
    """Run a command. Answers the exit code: 1 when AWS refused, 2 for what the caller must change.

    Nothing secret is ever an argument or printed; AWS credentials are found as boto3 finds them.
    """
    options = _parser().parse_args(argv)
    try:
        options.run(options)
        return 0
    except (Refused, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except Exception as error:
        words = words_of(error)
        if words is None:
            raise
        print(words, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jupyter sagemaker-studio",
        description="Install jupyterlab-sagemaker-studio for a SageMaker Studio domain.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_deploy(commands.add_parser("deploy", help="what spaces need outside of themselves"))
    _add_lifecycle(
        commands.add_parser("lifecycle-config", help="the extension in every space of a domain")
    )
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--domain-id", default="", help=_WHERE)
    parser.add_argument("--region", default="", help="the AWS region (default: boto3's)")


def _add_deploy(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(metavar="WHAT", required=True)
    machine = commands.add_parser(
        "state-machine",
        help="lets a space change its instance type and come back by itself",
        description="Create or update the state machine that changes spaces, and its role.",
    )
    _add_common(machine)
    machine.add_argument(
        "--name",
        default=deploy.STATE_MACHINE,
        help="of the state machine; for a second domain of a region (default %(default)s)",
    )
    machine.add_argument(
        "--with-scheduler-role",
        action="store_true",
        help="also make the role for one-shot EventBridge Scheduler entries",
    )
    machine.add_argument(
        "--print",
        dest="template",
        action="store_true",
        help="print a CloudFormation template instead and call nothing",
    )
    machine.set_defaults(run=state_machine.run)
    job_policy.add(
        commands.add_parser(
            "job-policy",
            help="print the IAM policy for people who run notebook jobs",
            description="Print the IAM policy for people who run and schedule notebook jobs: for"
            " the execution role of their spaces. Nothing is called.",
        )
    )


def _add_lifecycle(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(metavar="WHAT", required=True)
    printing = commands.add_parser("print", help="print the script")
    printing.add_argument("--region", default="", help="the AWS region (default: boto3's)")
    _add_source(printing)
    printing.set_defaults(run=lifecycle_config.run_print)

    creating = commands.add_parser(
        "create",
        help="create the lifecycle configuration, and attach it if told where",
        description="Create the lifecycle configuration and attach it where the options say:"
        " --attach domain, or a --user-profile, or a --space.",
    )
    _add_common(creating)
    _add_source(creating)
    creating.add_argument(
        "--upload-to",
        metavar="S3-URI",
        default="",
        help="folder for a local wheel, readable by the spaces (default: the account's SageMaker"
        " bucket)",
    )
    creating.add_argument(
        "--name", default="", help="of the configuration (default: with version and hash in it)"
    )
    creating.set_defaults(run=lifecycle_config.run_create)
    _add_target(creating)
    _add_only_offer(creating)

    attaching = commands.add_parser("attach", help="attach a configuration that exists")
    _add_common(attaching)
    attaching.add_argument("arn", help="ARN of the lifecycle configuration")
    attaching.set_defaults(run=lifecycle_config.run_attach)
    _add_target(attaching)
    _add_only_offer(attaching)

    detaching = commands.add_parser("detach", help="detach every configuration of ours")
    _add_common(detaching)
    detaching.set_defaults(run=lifecycle_config.run_detach)
    _add_target(detaching)


def _add_source(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_mutually_exclusive_group(required=True)
    kinds.add_argument("--wheel", default="", help="s3://…, https://… or a file")
    kinds.add_argument(
        "--index", nargs="?", const="pypi", default="", help="a package index (default: PyPI)"
    )
    kinds.add_argument(
        "--wheelhouse",
        default="",
        help="a folder of wheels the spaces can read, or s3://…/ ; needs no internet",
    )
    parser.add_argument(
        "--wheel-version", default="", help="with an index or a wheelhouse (default: this version)"
    )
    parser.add_argument(
        "--sha256", default="", help="of the wheel (default: computed from the wheel itself)"
    )


def _add_target(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--attach", choices=["domain"], default="", help="to all users of the domain"
    )
    where.add_argument("--user-profile", default="", help="to all spaces of this user profile")
    where.add_argument("--space", default="", help="to this space, which must be stopped")


def _add_only_offer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only-offer",
        action="store_true",
        help="let people choose it, but do not make it the default",
    )
