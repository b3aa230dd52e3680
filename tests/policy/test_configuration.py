"""What a rule says about its own configuration when no engine has checked it."""

from typing import Any

import jsonschema
import pytest
from pulumi_policy import Policy

from metapixel_policy import (
    RULES,
    advertise_with_ad_account,
    approved_agencies,
    max_agencies_per_pixel,
    no_edit,
    share_expires,
    tasks_per_agency,
)
from tests.policy.conftest import Build, InDays, Judge

BROKEN = [
    (approved_agencies, {"agencys": ["2001"]}, "there is no setting 'agencys'"),
    (approved_agencies, {"agencies": ["acme"]}, "agencies: 'acme' is not an id"),
    (tasks_per_agency, {"agencies": {"2001": ["READ"]}}, "agencies: 'READ' is not a task"),
    (tasks_per_agency, {"agencies": {"acme": ["EDIT"]}}, "agencies: 'acme' is not an id"),
    (share_expires, {"max_days": 0}, "max_days: 0 is not a whole number of at least 1"),
    (share_expires, {"max_days": 1.5}, "max_days: 1.5 is not a whole number"),
    (max_agencies_per_pixel, {"pixels": {"1001": 0}}, "pixels: 0 is not a whole number"),
]


@pytest.mark.parametrize(("rule", "config", "why"), BROKEN)
def test_a_wrong_setting_is_a_violation_that_names_it(
    violations: Judge, share: Build, rule: Policy, config: dict[str, Any], why: str
) -> None:
    (message,) = violations(rule, share(), config=config)

    assert message.startswith(f"The configuration of {rule.name} is wrong: {why}")


@pytest.mark.parametrize(("rule", "config", "why"), BROKEN[1:])
def test_the_schema_refuses_it_first(rule: Policy, config: dict[str, Any], why: str) -> None:
    assert rule.config_schema is not None
    schema = {"type": "object", "properties": rule.config_schema.properties}

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(config, schema)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.config_schema], ids=lambda r: r.name
)
def test_every_default_satisfies_its_schema(rule: Policy) -> None:
    assert rule.config_schema is not None
    for name, setting in rule.config_schema.properties.items():
        assert setting["description"], name
        if "default" in setting:
            jsonschema.validate(setting["default"], setting)


def test_numbers_arrive_from_the_engine_as_floats(
    violations: Judge, share: Build, in_days: InDays
) -> None:
    late = share(expires_on=in_days(91))

    assert len(violations(share_expires, late, config={"max_days": 90.0})) == 1


def test_a_rule_leaves_other_resources_alone(
    violations: Judge, permission: Build, response: Build
) -> None:
    assert violations(no_edit, permission(), response(), config={"nonsense": 1}) == [
        "not applicable: no-edit does not judge resources of this type"
    ]


def test_a_rule_about_the_stack_does_not_apply_to_a_stack_without_its_resources(
    violations: Judge, response: Build
) -> None:
    assert violations(advertise_with_ad_account, response()) == [
        "not applicable: the stack has no resource that advertise-with-ad-account judges"
    ]
