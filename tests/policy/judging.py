"""Compliant resources, and what a rule reports about resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, NamedTuple

from pulumi_policy import (
    Policy,
    PolicyCustomTimeouts,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import unknown_checking_proxy

from tests.support.native_form import native_properties, native_token

PIXEL, AGENCY, OWNER, ACCOUNT = "1001", "2001", "3001", "4001"


class Resource(NamedTuple):
    kind: str
    urn: str
    inputs: Mapping[str, Any]


#: Builds a compliant resource with changes; `field=...` (the ellipsis) leaves a field out.
Build = Callable[..., Resource]

#: A rule remembers the resources of a stack, so each judgement is about stacks of its own.
_judgements = count()


def in_days(days: int) -> str:
    """The date that is so many days from today."""
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def share(name: str = "acme", stack: str = "prod", **changes: Any) -> Resource:
    inputs = {
        "pixel_id": PIXEL,
        "agency_business_id": AGENCY,
        "permitted_tasks": ["ANALYZE", "ADVERTISE"],
        "expires_on": in_days(20),
        "reason": "spring campaign",
    }
    return _resource("PixelAgencyShare", name, stack, inputs | changes)


def permission(name: str = "acme-ads", stack: str = "prod", **changes: Any) -> Resource:
    inputs = {"pixel_id": PIXEL, "business_id": AGENCY, "ad_account_id": ACCOUNT}
    return _resource("PixelAdAccountPermission", name, stack, inputs | changes)


def response(name: str = "answer", stack: str = "prod", **changes: Any) -> Resource:
    inputs = {"request_id": "5001", "request_status": "APPROVE", "owner_business_id": OWNER}
    return _resource("PixelSharingRequestResponse", name, stack, inputs | changes)


def standing_response(name: str = "owner", stack: str = "prod", **changes: Any) -> Resource:
    inputs = {"owner_business_id": OWNER, "agency_business_id": AGENCY}
    return _resource("PixelSharingStandingResponse", name, stack, inputs | changes)


def _resource(kind: str, name: str, stack: str, inputs: dict[str, Any]) -> Resource:
    token = f"pulumi-python:dynamic/metapixel:{kind}"
    given = {key: value for key, value in inputs.items() if value is not ...}
    return Resource(token, f"urn:pulumi:{stack}::shop::{token}::{name}", given)


def native(each: Resource) -> Resource:
    """The same resource of the native plugin."""
    return Resource(native_token(each.kind), native_token(each.urn), native_properties(each.inputs))


def violations(
    rule: Policy, *resources: Resource, config: dict[str, Any] | None = None
) -> list[str]:
    """The messages of a rule about the resources, in the order of their registration.

    If the rule applies to none of them, the only message is `not applicable: …`.
    """
    found: list[str] = []
    reasons: list[str] = []
    judgement = f"urn:pulumi:{next(_judgements)}-"
    resources = tuple(
        each._replace(urn=each.urn.replace("urn:pulumi:", judgement)) for each in resources
    )

    def report(message: str, urn: str | None = None) -> None:
        found.append(message)

    if isinstance(rule, StackValidationPolicy):
        runs = [partial(rule.validate, StackValidationArgs([*map(_in_stack, resources)], config))]
    else:
        assert isinstance(rule, ResourceValidationPolicy)
        runs = [partial(rule.validate, _alone(resource, config)) for resource in resources]
    for run in runs:
        try:
            run(report)
        except Exception as error:
            if type(error).__name__ != "_NotApplicableError":
                raise
            reasons.append(f"not applicable: {vars(error)['reason']}")
    return reasons[:1] if len(reasons) == len(runs) else found


def _in_stack(resource: Resource) -> PolicyResource:
    kind, urn, inputs = resource
    options = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
    props = unknown_checking_proxy({**inputs})
    return PolicyResource(kind, props, urn, urn.rsplit("::", 1)[-1], options, None, None, [], {})


def _alone(resource: Resource, config: dict[str, Any] | None) -> ResourceValidationArgs:
    it = _in_stack(resource)
    return ResourceValidationArgs(
        it.resource_type, it.props, it.urn, it.name, it.opts, None, config
    )
