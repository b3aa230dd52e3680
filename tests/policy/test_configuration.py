"""What a rule says about its own configuration when no engine has checked it."""

from typing import Any

import jsonschema
import pytest
from pulumi_policy import Policy

from metapixel_policy import (
    RULES,
    approved_agencies,
    max_agencies_per_pixel,
    share_expires,
    tasks_per_agency,
)
from tests.policy.judging import share, violations

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
    rule: Policy, config: dict[str, Any], why: str
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
