"""What an allowed operation may be used for: rules on its input, beside the allow-list.

``operations.json`` names the rules of each operation (``"guard"``). They hold for what the browser
sends and for what tasks do. The execution role may be able to do more, in other domains as well;
this server is for the domain it works in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from .operations import Operation, not_allowed

_APP_TYPES = ("JupyterLab", "CodeEditor")

# AWS's managed policy AmazonSageMakerFullAccess lets roles start what is named like this.
_MACHINE = re.compile(r"arn:[^:]+:states:[^:]+:\d{12}:(stateMachine|execution):[^:]*sagemaker[^:]*")
_CREATE_APP = re.compile(r"arn:[^:]+:scheduler:::aws-sdk:sagemaker:createApp")
_SCHEDULES = "sagemaker-studio-"
# What runs notebooks on a schedule has the form of a job's name, as AWS's scheduler makes it:
# job, notebook, eight hexadecimal digits, date and time. Other rules, schedules and pipelines of
# the account are not to be written from here.
_DEFINITION = re.compile(r"[a-zA-Z0-9-]+-[0-9a-f]{8}-\d{4}(-\d\d){5}")
_PIPELINE = re.compile(r"arn:[^:]+:sagemaker:[^:]+:\d{12}:pipeline/[a-zA-Z0-9-]{1,256}")
_RULE_ARN = re.compile(r"arn:[^:]+:events:[^:]+:\d{12}:rule/")
_TARGET_MEMBERS = {"Arn", "RoleArn", "DeadLetterConfig", "RetryPolicy"}
_TARGET_MEMBERS |= {"Id", "SageMakerPipelineParameters"}

# Where a profile and a domain keep what is suggested to JupyterLab spaces, and what that is.
_LAB_HOLDERS = ("UserSettings", "DefaultUserSettings", "DefaultSpaceSettings")
_LAB_SETTINGS = {"JupyterLabAppSettings", "CustomFileSystemConfigs"}

Params = Mapping[str, Any]


def check(operation: Operation, params: Params, domain_id: str | None) -> None:
    """Raise ``OperationNotAllowed`` (403) naming the first rule of the operation that is broken.

    :param params: the operation's input, by the names of the service's API.
    :param domain_id: the domain this server works in, None when it is not known.
    """
    for rule in operation.guards:
        why = GUARDS[rule](params, domain_id)
        if why:
            raise not_allowed(operation.service, operation.name, f"{why} (rule “{rule}”)")


def read_json(text: bytes | str) -> dict[str, Any] | None:
    """A JSON object whose members mean the same to every reader; None for anything else.

    A member that comes twice, or again in other letters, might be read by AWS and by us in two
    ways, so such an object is refused.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unambiguous)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name.casefold() for name, _ in pairs}) != len(pairs):
        raise ValueError("a member is repeated")
    return dict(pairs)


def _own_domain(params: Params, domain_id: str | None, member: str = "DomainId") -> str | None:
    if not domain_id:
        return "this server does not know which SageMaker domain it works in"
    if params.get(member) != domain_id:
        return f"its {member} must be {domain_id}, the domain of this server"
    return None


def _domain_filter(params: Params, domain_id: str | None) -> str | None:
    return _own_domain(params, domain_id, "DomainIdEquals")


def _app_type(params: Params, _: str | None) -> str | None:
    if params.get("AppType") not in _APP_TYPES:
        return f"its AppType must be {' or '.join(_APP_TYPES)}"
    return None


def _lab_settings(params: Params, _: str | None) -> str | None:
    for member, value in params.items():
        if member in ("DomainId", "UserProfileName"):
            continue
        if member not in _LAB_HOLDERS:
            return f"it must not change {member}"
        others = set(value) - _LAB_SETTINGS if isinstance(value, dict) else {"anything else"}
        if others:
            return f"it must not change {sorted(others)[0]} in {member}"
    return None


def _machine(params: Params, _: str | None) -> str | None:
    members = [name for name in ("stateMachineArn", "executionArn") if name in params]
    arns = [params[name] for name in members]
    # A version or an alias may follow the name of a state machine, its own name that of an
    # execution.
    if len(arns) != 1 or not isinstance(arns[0], str) or not _MACHINE.match(arns[0]):
        return "it must name a state machine with “sagemaker” in its name"
    return None


def _machine_input(params: Params, domain_id: str | None) -> str | None:
    given = _nested(params, "input")
    if given is None:
        return "its input must be the JSON of one object, with no member twice"
    why = _own_domain(given, domain_id)
    return f"in its input, {why}" if why else None


def _schedule(params: Params, _: str | None) -> str | None:
    name = params.get("Name")
    if not isinstance(name, str) or not (name.startswith(_SCHEDULES) or _is_definition(name)):
        return f"the schedule's name must begin with {_SCHEDULES} or have the form of a job's name"
    return None


def _schedule_target(params: Params, domain_id: str | None) -> str | None:
    target = params.get("Target")
    if _is_definition(params.get("Name")):
        return _pipeline_target(target)
    arn = target.get("Arn") if isinstance(target, dict) else None
    if not isinstance(arn, str) or not _CREATE_APP.fullmatch(arn):
        return "its Target must be sagemaker:createApp"
    given = _nested(target, "Input")
    if given is None:
        return "its Target.Input must be the JSON of one object, with no member twice"
    why = _own_domain(given, domain_id) or _app_type(given, domain_id)
    return f"in its Target.Input, {why}" if why else None


def _is_definition(name: object) -> bool:
    return isinstance(name, str) and bool(_DEFINITION.fullmatch(name))


def _pipeline_target(target: object) -> str | None:
    """A target that starts an execution of a pipeline and passes on nothing but parameters."""
    arn = target.get("Arn") if isinstance(target, dict) else None
    if not isinstance(target, dict) or not isinstance(arn, str) or not _PIPELINE.fullmatch(arn):
        return "its target must be a SageMaker pipeline"
    others = sorted(set(target) - _TARGET_MEMBERS)
    return f"its target must not have {others[0]}" if others else None


def _pipeline(params: Params, _: str | None) -> str | None:
    if not _is_definition(params.get("PipelineName")):
        return "its PipelineName must have the form of a job's name"
    return None


def _rule(params: Params, _: str | None) -> str | None:
    if params.get("EventBusName", "default") != "default":
        return "its EventBusName must be default"
    names = [params[member] for member in ("Name", "Rule", "ResourceARN") if member in params]
    if len(names) == 1 and "ResourceARN" in params and isinstance(names[0], str):
        names = [_RULE_ARN.sub("", names[0], count=1)]
    if len(names) != 1 or not _is_definition(names[0]):
        return "the rule's name must have the form of a job's name"
    return None


def _rule_schedule(params: Params, _: str | None) -> str | None:
    if "EventPattern" in params or not params.get("ScheduleExpression"):
        return "the rule must have a ScheduleExpression and no EventPattern"
    return None


def _rule_targets(params: Params, _: str | None) -> str | None:
    targets = params.get("Targets")
    if not isinstance(targets, list) or not targets:
        return "it must have Targets"
    return next(filter(None, map(_pipeline_target, targets)), None)


def _nested(params: Any, member: str) -> dict[str, Any] | None:
    """JSON that travels as a text within JSON."""
    text = params.get(member)
    return read_json(text) if isinstance(text, str) else None


#: Rule -> what is wrong with an input, in words; None when nothing is.
GUARDS: dict[str, Callable[[Params, str | None], str | None]] = {
    "domain": _own_domain,
    "domain-filter": _domain_filter,
    "app-type": _app_type,
    "lab-settings": _lab_settings,
    "machine": _machine,
    "machine-input": _machine_input,
    "pipeline": _pipeline,
    "rule": _rule,
    "rule-schedule": _rule_schedule,
    "rule-targets": _rule_targets,
    "schedule": _schedule,
    "schedule-target": _schedule_target,
}
