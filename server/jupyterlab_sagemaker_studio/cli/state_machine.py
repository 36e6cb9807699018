"""``deploy state-machine``: the roles and the state machine, made by API calls or a template."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from .. import deploy
from .aws import Aws, Refused

_ROLE_LENGTH = 64
#: IAM tells its neighbours of a new role within seconds.
_ROLE_SECONDS = 60.0
_PAUSE = 3.0


def run(options: argparse.Namespace) -> None:
    """Create or update the state machine, or print the template."""
    if options.template:
        print(deploy.template(), end="")
        return
    if "sagemaker" not in options.name:
        raise Refused(
            "The name must contain 'sagemaker': only such state machines may be started by roles"
            " with AWS's managed SageMaker policies."
        )
    aws = Aws(options.region)
    domain_id = aws.domain(options.domain_id)
    # Whether it exists; a mistyped domain would end in a role for nothing.
    aws.client("sagemaker").describe_domain(DomainId=domain_id)
    account, partition = aws.account()
    where = (partition, aws.region, account, domain_id)
    role = _ensure_role(
        aws,
        f"{options.name}-{domain_id}"[:_ROLE_LENGTH],
        deploy.trust("states.amazonaws.com", account),
        deploy.state_machine_policy(*where),
    )
    arn = f"arn:{partition}:states:{aws.region}:{account}:stateMachine:{options.name}"
    _ensure_machine(aws, arn, options.name, deploy.definition(partition), role)
    if options.with_scheduler_role:
        scheduler = _ensure_role(
            aws,
            f"{deploy.SCHEDULER_ROLE}-{domain_id}"[:_ROLE_LENGTH],
            deploy.trust("scheduler.amazonaws.com", account),
            deploy.scheduler_policy(*where),
        )
        print(f"Setting space.schedulerRoleArn: {scheduler}")
    if options.name != deploy.STATE_MACHINE:
        print(f"Setting space.stateMachineArn: {arn}")
    print(f"Spaces of {domain_id} in {aws.region} can now change their instance type by {arn}.")


def _ensure_role(aws: Aws, name: str, trust: dict[str, Any], policy: dict[str, Any]) -> str:
    """The ARN of a role that has exactly this trust and policy."""
    iam = aws.client("iam")
    try:
        role = iam.get_role(RoleName=name)["Role"]
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
        print(f"Updated the role {name}.")
    except iam.exceptions.NoSuchEntityException:
        role = iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(trust),
            Description="Made by jupyter sagemaker-studio deploy",
        )["Role"]
        print(f"Created the role {name}.")
    iam.put_role_policy(RoleName=name, PolicyName="Policy", PolicyDocument=json.dumps(policy))
    return str(role["Arn"])


def _ensure_machine(aws: Aws, arn: str, name: str, definition: str, role: str) -> None:
    states = aws.client("stepfunctions")
    try:
        found = states.describe_state_machine(stateMachineArn=arn)
    except states.exceptions.StateMachineDoesNotExist:
        _once_role_is_known(
            lambda: states.create_state_machine(name=name, definition=definition, roleArn=role)
        )
        print(f"Created the state machine {name}.")
        return
    same = json.loads(found["definition"]) == json.loads(definition)
    if same and found["roleArn"] == role:
        print(f"The state machine {name} is up to date.")
        return
    _once_role_is_known(
        lambda: states.update_state_machine(
            stateMachineArn=arn, definition=definition, roleArn=role
        )
    )
    print(f"Updated the state machine {name}.")


def _once_role_is_known(call: Any) -> None:
    """Repeat a call while Step Functions does not see that it may assume a new role."""
    from botocore.exceptions import ClientError

    deadline = time.monotonic() + _ROLE_SECONDS
    while True:
        try:
            call()
            return
        except ClientError as error:
            unknown = "assume" in error.response["Error"].get("Message", "")
            if not unknown or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
