"""Messages that group: a rule reports the same sentence for each resource with the same problem."""

import re
from typing import Any

import pytest
from pulumi_policy import Policy

from metapixel_policy import (
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
from tests.policy.judging import Build, permission, response, share, violations

#: Each rule with inputs that break it and with its configuration.
BROKEN: list[tuple[Policy, Build, dict[str, Any], dict[str, Any]]] = [
    (approved_agencies, share, {}, {"agencies": []}),
    (pixels_never_shared, share, {}, {"pixels": ["1001", "1002"]}),
    (max_agencies_per_pixel, share, {"pixel_id": "1001"}, {"max_agencies": 1}),
    (no_edit, share, {"permitted_tasks": ["EDIT"]}, {}),
    (edit_expires_soon, share, {"permitted_tasks": ["EDIT"]}, {"max_days": 1}),
    (tasks_per_agency, share, {}, {"others": []}),
    (advertise_with_ad_account, share, {}, {}),
    (advertise_with_ad_account, permission, {}, {}),
    (approved_ad_accounts, permission, {}, {"ad_accounts": []}),
    (share_expires, share, {}, {"max_days": 1}),
    (share_expires, share, {"expires_on": ...}, {}),
    (share_has_reason, share, {"reason": ...}, {}),
    (overwrite_states_reason, share, {"on_existing": "overwrite"}, {}),
    (approve_known_owners, response, {}, {"owners": []}),
]
DIFFERENT: dict[Build, list[dict[str, Any]]] = {
    share: [
        {"pixel_id": "1001", "agency_business_id": "2001"},
        {"pixel_id": "1002", "agency_business_id": "2002"},
        {"pixel_id": "1002", "agency_business_id": "2003"},
    ],
    permission: [
        {"pixel_id": "1001", "business_id": "2001", "ad_account_id": "4001"},
        {"pixel_id": "1002", "business_id": "2002", "ad_account_id": "4002"},
    ],
    response: [{"owner_business_id": "3001"}, {"owner_business_id": "3002"}],
}


@pytest.mark.parametrize(
    ("rule", "build", "broken", "config"),
    BROKEN,
    ids=[f"{case[0].name}-{case[1].__name__}" for case in BROKEN],
)
def test_violations_of_a_rule_by_different_resources_have_the_same_message(
    rule: Policy, build: Build, broken: dict[str, Any], config: dict[str, Any]
) -> None:
    resources = [
        build(f"r{number}", **(changes | broken)) for number, changes in enumerate(DIFFERENT[build])
    ]

    found = violations(rule, *resources, config=config)

    assert len(found) > 1
    assert len(set(found)) == 1


def test_the_message_of_every_rule_is_tried() -> None:
    assert {case[0].name for case in BROKEN} == {rule.name for rule in RULES}


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule not in (approve_known_owners, overwrite_states_reason)]
)
def test_a_text_names_only_what_a_program_and_an_access_file_have(rule: Policy) -> None:
    text = rule.remediation_steps or ""
    only_in_programs = {*re.findall(r"\b(?:[a-z]+_id|permitted_tasks|Pixel\w+|program)\b", text)}

    assert not only_in_programs or "in an access file" in text
