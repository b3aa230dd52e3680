"""The configuration of a rule: the engine checks its values, and the rule its names."""

from typing import Any

import jsonschema
import pytest
from pulumi_policy import Policy

from metapixel_policy import rules
from tests.policy.judging import share, violations


def test_an_unknown_setting_is_a_violation_that_names_it() -> None:
    (message,) = violations(rules.approved_agencies, share(), config={"agencys": ["2001"]})

    wrong = "The configuration of approved-agencies is wrong: there is no setting 'agencys'"
    assert message.startswith(wrong)


@pytest.mark.parametrize(
    ("rule", "config"),
    [
        (rules.approved_agencies, {"agencies": ["acme"]}),
        (rules.tasks_per_agency, {"agencies": {"2001": ["READ"]}}),
        (rules.tasks_per_agency, {"agencies": {"acme": ["EDIT"]}}),
        (rules.share_expires, {"max_days": 0}),
        (rules.share_expires, {"max_days": 1.5}),
        (rules.max_agencies_per_pixel, {"pixels": {"1001": 0}}),
    ],
)
def test_the_schema_refuses_a_wrong_value(rule: Policy, config: dict[str, Any]) -> None:
    assert rule.config_schema is not None
    schema = {"type": "object", "properties": rule.config_schema.properties}

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(config, schema)


@pytest.mark.parametrize(
    "rule", [rule for rule in rules.RULES if rule.config_schema], ids=lambda r: r.name
)
def test_every_default_satisfies_its_schema(rule: Policy) -> None:
    assert rule.config_schema is not None
    for name, setting in rule.config_schema.properties.items():
        assert setting["description"], name
        if "default" in setting:
            jsonschema.validate(setting["default"], setting)
