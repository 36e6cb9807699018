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
    if not isinstance(name, str) or not name.startswith(_SCHEDULES):
        return f"the schedule's name must begin with {_SCHEDULES}"
    return None


def _schedule_target(params: Params, domain_id: str | None) -> str | None:
    target = params.get("Target")
    arn = target.get("Arn") if isinstance(target, dict) else None
    if not isinstance(arn, str) or not _CREATE_APP.fullmatch(arn):
        return "its Target must be sagemaker:createApp"
    given = _nested(target, "Input")
    if given is None:
        return "its Target.Input must be the JSON of one object, with no member twice"
    why = _own_domain(given, domain_id) or _app_type(given, domain_id)
    return f"in its Target.Input, {why}" if why else None


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
    "schedule": _schedule,
    "schedule-target": _schedule_target,
}
