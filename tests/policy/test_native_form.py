"""Resources of the native plugin break the same rules as those of the dynamic provider."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pulumi_policy import Policy
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from metapixel_policy import RULES, overwrite_states_reason, share_expires
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

    natively = violations(rule, *map(_native, resources("native")), config=config)
    assert found
    assert [*map(_without_spelling, natively)] == [*map(_without_spelling, found)]


@pytest.mark.parametrize(
    ("rule", "changes", "python", "others"),
    [
        (
            share_expires,
            {"expires_on": ...},
            "no `expires_on`. Set `expires_on`",
            "no `expiresOn`. Set",
        ),
        (
            share_expires,
            {"expires_on": UNKNOWN_STRING_VALUE},
            "`expires_on` is not known",
            "`expiresOn` is not known",
        ),
        (
            overwrite_states_reason,
            {"on_existing": "overwrite"},
            "or set `on_existing='adopt'`.",
            "or set `onExisting: adopt`.",
        ),
    ],
)
def test_a_rule_writes_an_input_as_the_program_of_the_resource_does(
    violations: Judge, share: Build, rule: Policy, changes: dict[str, Any], python: str, others: str
) -> None:
    resource = share(**changes)

    assert python in violations(rule, resource)[0]
    assert others in violations(rule, _native(resource))[0]


def _without_spelling(message: str) -> str:
    return re.sub(r"[\W_]", "", message).lower()


def _native(each: Resource) -> Resource:
    return Resource(native_token(each.kind), native_token(each.urn), native_properties(each.inputs))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_reads_a_provider_whose_state_has_a_token(violations: Judge, rule: Policy) -> None:
    # Reading an unknown value is an error.
    token, type_ = {"accessToken": UNKNOWN_STRING_VALUE}, "pulumi:providers:metapixel"
    provider = Resource(type_, f"urn:pulumi:prod::shop::{type_}::owner", token)

    (message,) = violations(rule, provider)

    assert message.startswith("not applicable: ")
