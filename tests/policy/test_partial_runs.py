"""Runs with `--target`: the engine passes a new resource that is left out with no inputs."""

import pytest
from pulumi_policy import Policy

from metapixel_policy import RULES, advertise_with_ad_account
from tests.policy.conftest import Build, Judge, Resource


def _left_out(resource: Resource) -> Resource:
    return resource._replace(inputs={})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("kind", ["share", "permission", "response"])
def test_no_rule_judges_a_resource_that_is_left_out(
    request: pytest.FixtureRequest, violations: Judge, rule: Policy, kind: str
) -> None:
    build: Build = request.getfixturevalue(kind)

    (message,) = violations(rule, _left_out(build()), config={})

    assert message.startswith("not applicable: ")


def test_an_ad_account_that_is_left_out_is_not_missed(
    violations: Judge, share: Build, permission: Build
) -> None:
    (message,) = violations(advertise_with_ad_account, share(), _left_out(permission()))

    assert message == "not applicable: the resource is not part of this run"


def test_a_share_that_is_left_out_is_not_missed(
    violations: Judge, share: Build, permission: Build
) -> None:
    (message,) = violations(advertise_with_ad_account, _left_out(share()), permission())

    assert message == "not applicable: the resource is not part of this run"
