"""Attaching a lifecycle configuration to a domain, a user profile or a space.

Lists and settings are replaced as a whole by these calls, so they are read, changed and written
whole. A space has no list of its own: it takes one that its owner or the domain is offered.
"""

from __future__ import annotations

import argparse
import copy
from typing import Any

from .aws import Aws, Refused

_OURS = ":studio-lifecycle-config/jupyterlab-sagemaker-studio-"
_KEY = "JupyterLabAppSettings"


def attach(aws: Aws, domain_id: str, arn: str, options: argparse.Namespace) -> None:
    """Attach a configuration in the place of an older one of ours."""
    default = not options.only_offer
    if options.space:
        if options.only_offer:
            raise Refused("A space takes a configuration or does not; leave out --only-offer.")
        _attach_to_space(aws, domain_id, options.space, arn)
    elif options.user_profile:
        _change_profile(aws, domain_id, options.user_profile, arn, default)
    elif options.attach == "domain":
        _change_domain(aws, domain_id, arn, default)
    else:
        raise Refused("Say where: --attach domain, --user-profile or --space.")


def detach(aws: Aws, domain_id: str, options: argparse.Namespace) -> None:
    """Take every configuration of ours away from a domain, a profile or a space."""
    if options.space:
        space = _space(aws, domain_id, options.space)
        _update_space(aws, domain_id, options.space, space, "")
    elif options.user_profile:
        _change_profile(aws, domain_id, options.user_profile, "", False)
    elif options.attach == "domain":
        _change_domain(aws, domain_id, "", False)
    else:
        raise Refused("Say from where: --attach domain, --user-profile or --space.")


def changed(settings: dict[str, Any], arn: str, default: bool) -> dict[str, Any]:
    """JupyterLabAppSettings with a configuration in its list, without older ones of ours.

    :param arn: empty to take ours away only.
    :param default: whether apps run it unless they are told otherwise.
    """
    new = copy.deepcopy(settings)
    listed = [known for known in new.get("LifecycleConfigArns", []) if _OURS not in known]
    new["LifecycleConfigArns"] = [*(k for k in listed if k != arn), *([arn] if arn else [])]
    return _with_default(new, arn if default else "")


def _with_default(new: dict[str, Any], arn: str) -> dict[str, Any]:
    spec = new.get("DefaultResourceSpec", {})
    if arn:
        new["DefaultResourceSpec"] = {**spec, "LifecycleConfigArn": arn}
    elif _OURS in spec.get("LifecycleConfigArn", ""):
        new["DefaultResourceSpec"] = {k: v for k, v in spec.items() if k != "LifecycleConfigArn"}
    return new


def _change_domain(aws: Aws, domain_id: str, arn: str, default: bool) -> None:
    sagemaker = aws.client("sagemaker")
    domain = sagemaker.describe_domain(DomainId=domain_id)
    request: dict[str, Any] = {}
    # Shared spaces have settings of their own.
    for member in ("DefaultUserSettings", "DefaultSpaceSettings"):
        if member == "DefaultUserSettings" or domain.get(member):
            old = domain.get(member, {}).get(_KEY, {})
            new = changed(old, arn, default)
            if new != old:
                request[member] = {_KEY: new}
    where = f"the domain {domain_id}"
    if not request:
        print(f"Nothing to change in {where}.")
        return
    sagemaker.update_domain(DomainId=domain_id, **request)
    _tell(where, arn, default)


def _change_profile(aws: Aws, domain_id: str, name: str, arn: str, default: bool) -> None:
    sagemaker = aws.client("sagemaker")
    where = {"DomainId": domain_id, "UserProfileName": name}
    profile = sagemaker.describe_user_profile(**where)
    old = profile.get("UserSettings", {}).get(_KEY, {})
    new = changed(old, arn, default)
    if new == old:
        print(f"Nothing to change in the user profile {name}.")
        return
    sagemaker.update_user_profile(**where, UserSettings={_KEY: new})
    _tell(f"the user profile {name}", arn, default)


def _tell(where: str, arn: str, default: bool) -> None:
    if not arn:
        print(f"Detached ours from {where}.")
    elif default:
        print(f"Attached {arn} to {where}: apps run it from their next start on.")
    else:
        print(f"Attached {arn} to {where}: people can choose it for their spaces.")


def _space(aws: Aws, domain_id: str, name: str) -> dict[str, Any]:
    return aws.client("sagemaker").describe_space(DomainId=domain_id, SpaceName=name)


def _attach_to_space(aws: Aws, domain_id: str, name: str, arn: str) -> None:
    space = _space(aws, domain_id, name)
    owner = space.get("OwnershipSettings", {}).get("OwnerUserProfileName", "")
    if not _is_offered(aws, domain_id, owner, arn):
        if not owner:
            raise Refused(
                f"The space {name} has no owner and the domain does not offer {arn}; attach it to"
                " the domain with --only-offer first."
            )
        _change_profile(aws, domain_id, owner, arn, default=False)
    _update_space(aws, domain_id, name, space, arn)


def _is_offered(aws: Aws, domain_id: str, owner: str, arn: str) -> bool:
    sagemaker = aws.client("sagemaker")
    settings = [sagemaker.describe_domain(DomainId=domain_id)["DefaultUserSettings"]]
    if owner:
        profile = sagemaker.describe_user_profile(DomainId=domain_id, UserProfileName=owner)
        settings.append(profile.get("UserSettings", {}))
    return any(arn in s.get(_KEY, {}).get("LifecycleConfigArns", []) for s in settings)


def _update_space(aws: Aws, domain_id: str, name: str, space: dict[str, Any], arn: str) -> None:
    old = space.get("SpaceSettings", {}).get(_KEY, {})
    new = _with_default(copy.deepcopy(old), arn)
    if new == old:
        print(f"Nothing to change in the space {name}.")
        return
    aws.client("sagemaker").update_space(
        DomainId=domain_id, SpaceName=name, SpaceSettings={_KEY: new}
    )
    _tell(f"the space {name}", arn, True)
