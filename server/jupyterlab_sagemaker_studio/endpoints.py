"""Where a service lives: region, endpoint and signing name, from botocore and never from a request.

For worker threads: reads botocore's data files and the user's configuration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .errors import AwsError
from .operations import SERVICES, botocore_name


@dataclass(frozen=True)
class Endpoint:
    """One service in one region."""

    url: str  # without a trailing slash
    region: str  # the region the signature names
    signing_name: str


def resolve(session: Any, service: str, region: str, override: str | None = None) -> Endpoint:
    """The endpoint botocore would use.

    Order: ``override`` (our setting), ``AWS_ENDPOINT_URL_<SERVICE>``, ``AWS_ENDPOINT_URL``, the
    profile's ``services`` section and ``endpoint_url``, then the service's rule set with the
    configured dual-stack and FIPS choices (AWS SDKs and Tools guide, "Service-specific endpoints").
    """
    from botocore.utils import validate_region_name

    validate_region_name(region)
    signing_name = SERVICES[service].signing_name
    if SERVICES[service].in_few_regions:
        region = _speaking_region(session, service, region)
    url = override or _configured(session, service)
    if url:
        return Endpoint(url.rstrip("/"), region, signing_name)
    try:
        return _from_rules(session, service, region)
    except (ImportError, AttributeError, TypeError):
        # The rule-set classes are botocore's own affair and may move; a client, slower to make
        # and larger, knows its endpoint in every version.
        client = session.create_client(botocore_name(service), region_name=region)
        return Endpoint(client.meta.endpoint_url.rstrip("/"), region, signing_name)


def _speaking_region(session: Any, service: str, region: str) -> str:
    """The region whose endpoint speaks for this one: itself, one near it, or the first.

    From botocore's list of the regions that have an endpoint of the service.
    """
    from botocore.exceptions import BotoCoreError

    try:
        partition = session.get_partition_for_region(region)
    except BotoCoreError:  # newer than this botocore
        partition = "aws"
    regions: list[str] = session.get_available_regions(botocore_name(service), partition)
    if not regions:
        raise AwsError(
            "EndpointUnavailable",
            f"There is no {service} endpoint in the partition {partition}.",
            service=service,
        )
    area = region.partition("-")[0] + "-"
    near = [name for name in regions if name.startswith(area)]
    fallback = "us-east-1" if "us-east-1" in regions else regions[0]
    return region if region in regions else (near or [fallback])[0]


def _configured(session: Any, service: str) -> str | None:
    from botocore.configprovider import ConfiguredEndpointProvider
    from botocore.utils import ensure_boolean

    if ensure_boolean(session.get_config_variable("ignore_configured_endpoint_urls") or False):
        return None
    provider = ConfiguredEndpointProvider(
        full_config=session.full_config,
        scoped_config=session.get_scoped_config(),
        client_name=botocore_name(service),
    )
    return provider.provide()


def _from_rules(session: Any, service: str, region: str) -> Endpoint:
    from botocore.endpoint_provider import EndpointProvider
    from botocore.exceptions import BotoCoreError

    loader = session.get_component("data_loader")
    rules = loader.load_service_model(botocore_name(service), "endpoint-rule-set-1")
    provider = EndpointProvider(rules, loader.load_data("partitions"))
    try:
        found = provider.resolve_endpoint(
            Region=region,
            UseDualStack=_flag(session, service, "use_dualstack_endpoint"),
            UseFIPS=_flag(session, service, "use_fips_endpoint"),
        )
    except BotoCoreError as error:
        raise AwsError(
            "EndpointUnavailable",
            f"There is no {service} endpoint for region {region}: {error}",
            service=service,
            hint="Check AWS_REGION and the dual-stack and FIPS settings.",
        ) from error
    scheme = (found.properties.get("authSchemes") or [{}])[0]
    return Endpoint(
        found.url.rstrip("/"),
        scheme.get("signingRegion") or region,
        scheme.get("signingName") or SERVICES[service].signing_name,
    )


def _flag(session: Any, service: str, name: str) -> bool:
    from botocore.utils import ensure_boolean

    if service == "s3":  # S3 has a section of its own in the configuration file
        section = session.get_config_variable("s3")
        if isinstance(section, dict) and name in section:
            return ensure_boolean(section[name])
    return ensure_boolean(session.get_config_variable(name) or False)
