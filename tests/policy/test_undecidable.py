"""What a rule cannot judge it does not pass."""

from typing import Any

import pytest
from pulumi_policy import Policy
from pulumi_policy.proxy import UNKNOWN_ARRAY_VALUE, UNKNOWN_STRING_VALUE

from metapixel_policy import rules
from tests.conftest import Approve
from tests.policy.judging import Build, native, permission, response, share, violations
from tests.support.native_form import camel

#: Every input a rule reads, made unknown, and what makes the rule read it.
UNKNOWN: list[tuple[Policy, Build, str, dict[str, Any], dict[str, Any]]] = [
    (rules.approved_agencies, share, "agency_business_id", {"agencies": ["2001"]}, {}),
    (rules.pixels_never_shared, share, "pixel_id", {"pixels": []}, {}),
    (rules.max_agencies_per_pixel, share, "pixel_id", {}, {}),
    (rules.max_agencies_per_pixel, share, "agency_business_id", {}, {}),
    (rules.no_edit, share, "permitted_tasks", {}, {}),
    (rules.no_edit, share, "agency_business_id", {}, {"permitted_tasks": ["EDIT"]}),
    (rules.edit_expires_soon, share, "permitted_tasks", {}, {}),
    (rules.edit_expires_soon, share, "expires_on", {}, {"permitted_tasks": ["EDIT"]}),
    (rules.tasks_per_agency, share, "agency_business_id", {"others": []}, {}),
    (rules.tasks_per_agency, share, "permitted_tasks", {"others": []}, {}),
    (rules.advertise_with_ad_account, share, "pixel_id", {}, {}),
    (rules.advertise_with_ad_account, permission, "business_id", {}, {}),
    (rules.approved_ad_accounts, permission, "ad_account_id", {"ad_accounts": []}, {}),
    (rules.share_expires, share, "expires_on", {}, {}),
    (rules.share_has_reason, share, "reason", {}, {}),
    (rules.overwrite_states_reason, share, "on_existing", {}, {}),
    (rules.overwrite_states_reason, share, "reason", {}, {"on_existing": "overwrite"}),
    (rules.approve_known_owners, response, "request_status", {"owners": []}, {}),
    (rules.approve_known_owners, response, "owner_business_id", {"owners": []}, {}),
]


@pytest.mark.parametrize(
    ("rule", "build", "field", "config", "changes"),
    UNKNOWN,
    ids=[f"{case[0].name}-{case[2]}" for case in UNKNOWN],
)
def test_an_input_unknown_in_preview_is_a_violation_that_names_it(
    rule: Policy, build: Build, field: str, config: dict[str, Any], changes: dict[str, Any]
) -> None:
    resource = build(**changes, **{field: UNKNOWN_STRING_VALUE})

    (message,) = violations(rule, resource, config=config)
    (natively,) = violations(rule, native(resource), config=config)

    assert message.startswith(f"This cannot be decided: `{field}` is not known before the update. ")
    assert natively == message.replace(field, camel(field))


def test_every_rule_is_tried_with_what_it_reads_unknown() -> None:
    assert {case[0].name for case in UNKNOWN} == {rule.name for rule in rules.RULES}


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
def test_an_unknown_input_that_no_rule_reads_is_no_violation(rule: Policy) -> None:
    resource = share(credentials=UNKNOWN_STRING_VALUE, resend=UNKNOWN_STRING_VALUE)

    found = violations(rule, resource, permission())

    assert all(message.startswith("not applicable") for message in found)


#: Inputs of a wrong shape, and tasks of which not all are known.
UNREADABLE: list[tuple[Policy, dict[str, Any]]] = [
    (rules.share_expires, {"expires_on": "soon"}),
    (rules.share_expires, {"expires_on": 20270131.0}),
    (rules.no_edit, {"permitted_tasks": ["WRITE"]}),
    (rules.no_edit, {"permitted_tasks": "EDIT"}),
    (rules.no_edit, {"permitted_tasks": ...}),
    (rules.no_edit, {"permitted_tasks": ["EDIT"], "agency_business_id": "acme"}),
    (rules.no_edit, {"permitted_tasks": UNKNOWN_ARRAY_VALUE}),
    (rules.no_edit, {"permitted_tasks": ["ANALYZE", UNKNOWN_STRING_VALUE]}),
]


def test_an_input_of_the_wrong_shape_or_known_in_part_is_a_violation(approve: Approve) -> None:
    lines = []
    for rule, changes in UNREADABLE:
        (message,) = violations(rule, share(**changes))
        lines.append(f"{rule.name}, {changes}: {message}\n")

    approve("policy-undecidable.txt", "".join(lines))
