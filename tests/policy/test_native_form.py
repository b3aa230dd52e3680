"""Resources of the native plugin break the same rules as those of the dynamic provider."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_policy import Policy
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from metapixel_policy import RULES
from tests.policy.conftest import Build, Judge, Resource
from tests.policy.test_messages import BROKEN, DIFFERENT
from tests.policy.test_undecidable import UNKNOWN
from tests.support.native_form import native_properties, native_token

UNDECIDABLE = [
    (rule, kind, {**changes, field: UNKNOWN_STRING_VALUE}, config)
    for rule, kind, field, config, changes in UNKNOWN
]


@pytest.mark.parametrize(("rule", "kind", "changes", "config"), [*BROKEN, *UNDECIDABLE])
def test_a_rule_reports_the_same(
    request: pytest.FixtureRequest,
    violations: Judge,
    rule: Policy,
    kind: str,
    changes: dict[str, Any],
    config: dict[str, Any],
) -> None:
    build: Build = request.getfixturevalue(kind)

    def resources(stack: str) -> list[Resource]:
        inputs = (each | changes for each in DIFFERENT[kind])
        return [build(f"r{number}", stack, **each) for number, each in enumerate(inputs)]

    found = violations(rule, *resources("dynamic"), config=config)

    assert found
    assert violations(rule, *map(_native, resources("native")), config=config) == found


def _native(each: Resource) -> Resource:
    return Resource(native_token(each.kind), native_token(each.urn), native_properties(each.inputs))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_reads_a_provider_whose_state_has_a_token(violations: Judge, rule: Policy) -> None:
    # Reading an unknown value is an error.
    token, type_ = {"accessToken": UNKNOWN_STRING_VALUE}, "pulumi:providers:metapixel"
    provider = Resource(type_, f"urn:pulumi:prod::shop::{type_}::owner", token)

    (message,) = violations(rule, provider)

    assert message.startswith("not applicable: ")
