"""AWS for the command line: clients, the domain meant, and errors in words."""

from __future__ import annotations

from typing import Any

from ..context import Context


class Refused(Exception):
    """Why a command cannot be carried out, in words, before AWS was asked to change anything."""


class Aws:
    """Clients of one region, made when they are needed.

    :param region: empty for the one boto3 finds.
    """

    def __init__(self, region: str = "") -> None:
        import boto3

        self._session = boto3.session.Session(region_name=region or Context().region() or None)
        self._clients: dict[str, Any] = {}
        if not self._session.region_name:
            raise Refused("No AWS region is configured; name one with --region.")

    @property
    def region(self) -> str:
        """The region of all calls."""
        return str(self._session.region_name)

    def client(self, service: str) -> Any:
        """A boto3 client, kept for reuse."""
        if service not in self._clients:
            self._clients[service] = self._session.client(service)
        return self._clients[service]

    def account(self) -> tuple[str, str]:
        """(account id, partition) of the caller."""
        identity = self.client("sts").get_caller_identity()
        return identity["Account"], identity["Arn"].split(":")[1]

    def domain(self, given: str) -> str:
        """The id of the domain meant: given, this space's, or the only one there is."""
        own = Context().describe()["fields"]["domainId"]["value"]
        if given or own:
            return given or str(own)
        pages = self.client("sagemaker").get_paginator("list_domains").paginate()
        found = [domain for page in pages for domain in page["Domains"]]
        if len(found) == 1:
            return str(found[0]["DomainId"])
        if not found:
            raise Refused(f"There is no SageMaker domain in {self.region}.")
        names = ", ".join(f"{d['DomainId']} ({d['DomainName']})" for d in found)
        raise Refused(f"Name one of the domains with --domain-id: {names}.")


def words_of(error: Exception) -> str | None:
    """An error of AWS or boto3 with code, reason and request id; None for any other error."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, ClientError):
        detail = error.response.get("Error", {})
        meta = error.response.get("ResponseMetadata", {})
        return (
            f"AWS refused {error.operation_name}: {detail.get('Code', 'unknown')}:"
            f" {detail.get('Message', '')} (request id {meta.get('RequestId', 'none')})"
        )
    if isinstance(error, (BotoCoreError, Boto3Error)):
        return str(error)
    return None
