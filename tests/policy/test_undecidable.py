"""What a rule cannot judge it does not pass."""

from typing import Any

import pytest
from pulumi_policy import Policy
from pulumi_policy.proxy import UNKNOWN_ARRAY_VALUE, UNKNOWN_STRING_VALUE

from metapixel_policy.rules import (
    RULES,
    advertise_with_ad_account,
    approve_known_owners,
    approved_ad_accounts,
    approved_agencies,
    edit_expires_soon,
    max_agencies_per_pixel,
    no_edit,
    overwrite_states_reason,
    pixels_never_shared,
    share_expires,
    share_has_reason,
    tasks_per_agency,
)
from tests.policy.judging import (
    Build,
    native,
    permission,
    response,
    share,
    violations,
)
from tests.support.native_form import camel

#: Every input a rule reads, made unknown, and what makes the rule read it.
UNKNOWN: list[tuple[Policy, Build, str, dict[str, Any], dict[str, Any]]] = [
    (approved_agencies, share, "agency_business_id", {"agencies": ["2001"]}, {}),
    (pixels_never_shared, share, "pixel_id", {"pixels": []}, {}),
    (max_agencies_per_pixel, share, "pixel_id", {}, {}),
    (max_agencies_per_pixel, share, "agency_business_id", {}, {}),
    (no_edit, share, "permitted_tasks", {}, {}),
    (no_edit, share, "agency_business_id", {}, {"permitted_tasks": ["EDIT"]}),
    (edit_expires_soon, share, "permitted_tasks", {}, {}),
    (edit_expires_soon, share, "expires_on", {}, {"permitted_tasks": ["EDIT"]}),
    (tasks_per_agency, share, "agency_business_id", {"others": []}, {}),
    (tasks_per_agency, share, "permitted_tasks", {"others": []}, {}),
    (advertise_with_ad_account, share, "pixel_id", {}, {}),
    (advertise_with_ad_account, permission, "business_id", {}, {}),
    (approved_ad_accounts, permission, "ad_account_id", {"ad_accounts": []}, {}),
    (share_expires, share, "expires_on", {}, {}),
    (share_has_reason, share, "reason", {}, {}),
    (overwrite_states_reason, share, "on_existing", {}, {}),
    (overwrite_states_reason, share, "reason", {}, {"on_existing": "overwrite"}),
    (approve_known_owners, response, "request_status", {"owners": []}, {}),
    (approve_known_owners, response, "owner_business_id", {"owners": []}, {}),
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
    assert {case[0].name for case in UNKNOWN} == {rule.name for rule in RULES}


@pytest.mark.parametrize("tasks", [UNKNOWN_ARRAY_VALUE, ["ANALYZE", UNKNOWN_STRING_VALUE]])
def test_tasks_known_in_part_are_not_known(tasks: object) -> None:
    (message,) = violations(no_edit, share(permitted_tasks=tasks))

    assert "`permitted_tasks` is not known before the update" in message


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_an_unknown_input_that_no_rule_reads_is_no_violation(rule: Policy) -> None:
    resource = share(credentials=UNKNOWN_STRING_VALUE, resend=UNKNOWN_STRING_VALUE)

    found = violations(rule, resource, permission())

    assert all(message.startswith("not applicable") for message in found)


@pytest.mark.parametrize(
    ("rule", "changes", "why"),
    [
        (share_expires, {"expires_on": "soon"}, "`expires_on`: 'soon' is not a date"),
        (share_expires, {"expires_on": "2027-W13"}, "`expires_on`: '2027-W13' is not a date"),
        (share_expires, {"expires_on": "20270131"}, "`expires_on`: '20270131' is not a date"),
        (share_expires, {"expires_on": 20270131.0}, "`expires_on`: '20270131.0' is not a date"),
        (no_edit, {"permitted_tasks": ["WRITE"]}, "`permitted_tasks`: 'WRITE' is not a task"),
        (no_edit, {"permitted_tasks": "EDIT"}, "`permitted_tasks`: 'EDIT' is not a list of tasks"),
        (no_edit, {"permitted_tasks": ...}, "`permitted_tasks` is missing"),
        (
            no_edit,
            {"permitted_tasks": ["EDIT"], "agency_business_id": "acme"},
            "`agency_business_id`: 'acme' is not",
        ),
    ],
)
def test_an_input_of_the_wrong_shape_is_a_violation(
    rule: Policy, changes: dict[str, Any], why: str
) -> None:
    (message,) = violations(rule, share(**changes))

    assert message.startswith(f"This cannot be decided: {why}")
