"""Domains."""

from __future__ import annotations

from ..errors import ResourceNotFound
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
