"""What an administrator installs once, so that a space can be changed from inside: documents.

``change-space.asl.json`` is the only source of the state machine's definition; the CloudFormation
template and the command ``jupyter sagemaker-studio deploy state-machine`` are made from it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

#: Found by this name when no ARN is configured. AWS's managed SageMaker policies let a role start
#: state machines whose name contains "sagemaker".
STATE_MACHINE = "sagemaker-studio-change-space"
SCHEDULER_ROLE = "sagemaker-studio-start-app"
_HERE = Path(__file__).parent
_MARK = "__DEFINITION__"

#: Every action of the state machine, by the kind of resource it may touch.
ACTIONS = {
    "app": ["sagemaker:CreateApp", "sagemaker:DeleteApp", "sagemaker:DescribeApp"],
    "space": ["sagemaker:DescribeSpace", "sagemaker:UpdateSpace"],
}

Document = dict[str, Any]


def definition(partition: str) -> str:
    """The state machine in the Amazon States Language, for a partition such as ``aws``."""
    text = (_HERE / "change-space.asl.json").read_text(encoding="utf-8")
    return text.replace("${Partition}", partition)


def trust(service: str, account: str) -> Document:
    """A trust policy: one service, acting for this account only."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            }
        ],
    }


def state_machine_policy(partition: str, region: str, account: str, domain_id: str) -> Document:
    """What the state machine's role may do: its five actions, in one domain."""
    prefix = f"arn:{partition}:sagemaker:{region}:{account}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": actions, "Resource": f"{prefix}:{kind}/{domain_id}/*"}
            for kind, actions in ACTIONS.items()
        ],
    }


def scheduler_policy(partition: str, region: str, account: str, domain_id: str) -> Document:
    """What the role of one-shot schedules may do: start apps in one domain."""
    resource = f"arn:{partition}:sagemaker:{region}:{account}:app/{domain_id}/*"
    statement = {"Effect": "Allow", "Action": ["sagemaker:CreateApp"], "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def template() -> str:
    """The CloudFormation template (YAML) with the definition in it, a state a line."""
    machine = json.loads(definition("${Partition}"))
    states = machine.pop("States")
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}," for name, value in machine.items()]
    rows = [f"    {json.dumps(name)}: {json.dumps(state)}" for name, state in states.items()]
    # Below the 51,200 bytes that CloudFormation takes without a bucket.
    text = "\n        ".join(["{", *lines, '  "States": {', ",\n        ".join(rows), "  }", "}"])
    skeleton = (_HERE / "change-space.template.yaml").read_text(encoding="utf-8")
    return skeleton.replace(_MARK, text)
