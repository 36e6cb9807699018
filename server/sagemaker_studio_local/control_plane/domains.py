"""Domains."""

from __future__ import annotations

from ..errors import ResourceInUse, ResourceNotFound, ValidationError
from ..store import Document
from .filters import pick
from .paging import list_answer
from .plane import Answer, Call, Plane, Request, operation

KIND = "domain"
_SUMMARY = ("DomainArn", "DomainId", "DomainName", "Status", "CreationTime", "LastModifiedTime")


def find(plane: Plane, domain_id: str) -> Document:
    """The domain; ``ResourceNotFound`` when there is none."""
    domain = plane.store.get(KIND, domain_id)
    if domain is None:
        raise ResourceNotFound(f"Domain [{domain_id}] does not exist.")
    return domain


@operation("DescribeDomain")
def describe_domain(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribeDomain."""
    return find(plane, request["DomainId"])


@operation("ListDomains")
def list_domains(plane: Plane, request: Request, call: Call) -> Answer:
    """ListDomains."""
    rows = [pick(domain, *_SUMMARY, "Url") for domain in plane.store.all(KIND)]
    return list_answer(
        "ListDomains", request, "Domains", rows, sort_by="CreationTime", identity="DomainId"
    )


@operation("UpdateDomain")
def update_domain(plane: Plane, request: Request, call: Call) -> Answer:
    """UpdateDomain: the default settings of users and of shared spaces."""
    from . import settings_checks

    members = ("DefaultUserSettings", "DefaultSpaceSettings")
    others = sorted(set(request) - {"DomainId", *members})
    if others:
        raise ValidationError(f"The local Studio does not update {', '.join(others)} of a domain.")
    with plane.store.lock:
        domain = find(plane, request["DomainId"])
        if domain["Status"] == "Updating":
            raise ResourceInUse(f"Domain [{domain['DomainArn']}] is being updated.")
        changed = {
            name: settings_checks.replaced(plane, domain.get(name, {}), request[name])
            for name in members
            if name in request
        }
        now = plane.clock.now()
        document = {**domain, **changed, "Status": "Updating", "LastModifiedTime": now}
        plane.store.put(KIND, domain["DomainId"], document)
    plane.apps.in_service_later(KIND, domain["DomainId"])
    return {"DomainArn": domain["DomainArn"]}
