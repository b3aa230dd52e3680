"""What each rule reports of resources, and that it passes them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pulumi_policy import Policy
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from metapixel_policy import rules
from tests.conftest import Approve
from tests.policy.judging import (
    Resource,
    in_days,
    native,
    permission,
    response,
    share,
    standing_response,
    violations,
)

#: The configuration and the resources.
Row = tuple[dict[str, Any] | None, *tuple[Resource, ...]]

OTHER = share("b", agency_business_id="2002")
OF_ANOTHER_PROJECT = OTHER._replace(urn=OTHER.urn.replace("::shop::", "::market::"))
OTHERS_PIXEL = share("b", pixel_id="1002", permitted_tasks=["ANALYZE"])
OTHERS_AGENCY = share("b", pixel_id="1002", agency_business_id="2002")
EVERYTHING = share(permitted_tasks=["ANALYZE", "UPLOAD", "ADVERTISE", "EDIT"])
UPLOAD = share(permitted_tasks=["UPLOAD"])
EDIT = share(permitted_tasks=["EDIT"])
FOR_EVER = share(permitted_tasks=["EDIT"], expires_on=...)
ON_OTHERS_PIXEL = permission(pixel_id="1002")
PREFIXED = permission(ad_account_id="act_4001")
STRANGER = response(owner_business_id="3009")
STRANGER_IN_SMALL_LETTERS = response(owner_business_id="3009", request_status="approve")
NOBODY = response(owner_business_id=...)
NOBODY_DECLINED = response(owner_business_id=..., request_status="DECLINE")
#: The engine passes a new resource that a run with targets leaves out without its inputs.
NO_SHARE_HERE, NO_ACCOUNT_HERE = (each._replace(inputs={}) for each in (share(), permission()))

LISTED = {"agencies": ["2001"]}
AT_MOST_ONE = {"max_agencies": 1}
TWO_FOR_ONE = {"max_agencies": 1, "pixels": {"1001": 2}}
ELSEWHERE = {"elsewhere": ["2001"]}
OWNERS = {"owners": ["3001"]}


def overwrites(reason: object) -> Resource:
    return share(on_existing="overwrite", reason=reason)


ROWS: dict[Policy, dict[str, Row]] = {
    rules.approved_agencies: {
        "an agency on the list": (LISTED, share()),
        "another agency": (LISTED, OTHER),
        "an empty list": ({"agencies": []}, share()),
    },
    rules.pixels_never_shared: {
        "an ordinary pixel": ({"pixels": ["1009"]}, share()),
        "a pixel on the list": ({"pixels": ["1001"]}, share()),
    },
    rules.max_agencies_per_pixel: {
        "as many agencies as allowed": ({"max_agencies": 2}, share(), OTHER),
        "one agency more": (AT_MOST_ONE, share(), OTHER),
        "a pixel with its own number": (TWO_FOR_ONE, share(), OTHER),
        "agencies of other pixels": (AT_MOST_ONE, share(), OTHERS_AGENCY),
        "agencies of other stacks": (AT_MOST_ONE, share("a", "dev"), OTHER),
        "agencies of other projects": (AT_MOST_ONE, share(), OF_ANOTHER_PROJECT),
        "an agency under two names": (AT_MOST_ONE, share("a"), share("b")),
        "a share judged again": (AT_MOST_ONE, share("b"), OTHER, OTHER),
    },
    rules.no_edit: {
        "a share without EDIT": (None, share()),
        "EDIT": (None, EVERYTHING),
        "EDIT in small letters": (None, share(permitted_tasks=["edit"])),
        "a named agency with EDIT": (LISTED, EDIT),
        "other resources": ({"nonsense": 1}, permission(), response()),
    },
    rules.edit_expires_soon: {
        "a share without EDIT": (None, share(expires_on=in_days(300))),
        "EDIT without a last day": (None, FOR_EVER),
    },
    rules.tasks_per_agency: {
        "an agency with its own tasks": (
            {"agencies": {"2001": ["ANALYZE", "ADVERTISE"]}, "others": []},
            share(),
        ),
        "another task": ({"agencies": {"2001": ["ANALYZE"]}}, share()),
        "an agency that is not named": (
            {"agencies": {"2009": ["ADVERTISE"]}, "others": ["ANALYZE"]},
            share(),
        ),
        "an agency that is not named, without others": ({"agencies": {"2009": []}}, EVERYTHING),
    },
    rules.advertise_with_ad_account: {
        "a share and its ad account": (None, permission(), share()),
        "ADVERTISE without an ad account": (None, share()),
        "the ad account of another pixel": (None, share(), OTHERS_PIXEL, ON_OTHERS_PIXEL),
        "no ADVERTISE and no ad account": (None, OTHERS_PIXEL),
        "an ad account with ANALYZE": (None, OTHERS_PIXEL, ON_OTHERS_PIXEL),
        "an ad account with UPLOAD alone": (None, UPLOAD, permission()),
        "an ad account without a share": (None, permission()),
        "an ad account elsewhere": (ELSEWHERE, share()),
        "a share elsewhere": (ELSEWHERE, permission()),
        "a share that is here, although others are elsewhere": (ELSEWHERE, UPLOAD, permission()),
        "neither shares nor ad accounts": (None, response()),
        "an ad account that is left out": (None, share(), NO_ACCOUNT_HERE),
        "a share that is left out": (None, NO_SHARE_HERE, permission()),
    },
    rules.approved_ad_accounts: {
        "an ad account, however it is written": (
            {"ad_accounts": ["4001"]},
            permission(),
            PREFIXED,
        ),
        "a list with prefixes": ({"ad_accounts": ["act_4001"]}, permission(), PREFIXED),
        "another ad account": ({"ad_accounts": []}, permission()),
    },
    rules.share_expires: {
        "a share that ends in time": (None, share()),
        "no last day": (None, share(expires_on=...)),
        "null as the last day": (None, share(expires_on=None)),
    },
    rules.share_has_reason: {
        "a reason": (None, share()),
        "no reason": (None, share(reason=...)),
        "blanks": (None, share(reason="  ")),
    },
    rules.overwrite_states_reason: {
        "a reason that names each task": (None, overwrites("Advertise; ANALYZE, too")),
        "no reason": (None, overwrites(...)),
        "a reason that lacks a task": (None, overwrites("advertise in spring")),
        "a part of a word": (None, overwrites("ANALYZED")),
        "no reason, and nothing is overwritten": (None, share(reason=...)),
    },
    rules.approve_known_owners: {
        "a known owner": (OWNERS, response(), standing_response()),
        "a stranger": (OWNERS, STRANGER),
        "a stranger in small letters": (OWNERS, STRANGER_IN_SMALL_LETTERS),
        "a standing response to a stranger": (OWNERS, standing_response(owner_business_id="3009")),
        "an approval without an owner": (OWNERS, NOBODY),
        "a request that is declined": (OWNERS, NOBODY_DECLINED),
    },
}


def test_what_a_rule_reports_is_approved(approve: Approve) -> None:
    lines = []
    for rule, rows in ROWS.items():
        for behaviour, (config, *resources) in rows.items():
            found = violations(rule, *resources, config=config)
            lines.append(f"{rule.name}, {behaviour}: {' | '.join(found) or 'passes'}\n")

    approve("policy-rules.txt", "".join(lines))


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        pytest.param(rule, row, id=f"{rule.name}: {behaviour}")
        for rule, rows in ROWS.items()
        for behaviour, row in rows.items()
    ],
)
def test_a_rule_reports_the_same_of_the_native_plugin_in_its_spelling(
    rule: Policy, row: Row
) -> None:
    config, *resources = row

    natively = violations(rule, *map(native, resources), config=config)

    expected = violations(rule, *resources, config=config)
    assert [*map(without_spelling, natively)] == [*map(without_spelling, expected)]
    assert not re.search("`[a-z]+_", "".join(natively))


@pytest.mark.parametrize(
    ("rule", "resource", "settings"),
    [
        (rules.approved_agencies, share(), "'agencies'"),
        (rules.pixels_never_shared, share(), "'pixels'"),
        (rules.tasks_per_agency, share(), "'agencies' or 'others'"),
        (rules.approved_ad_accounts, permission(), "'ad_accounts'"),
        (rules.approve_known_owners, response(), "'owners'"),
    ],
)
def test_without_its_list_a_rule_does_not_apply(
    rule: Policy, resource: Resource, settings: str
) -> None:
    needs = f"not applicable: {rule.name} needs the setting {settings}"
    assert violations(rule, resource) == [needs]


@pytest.mark.parametrize(
    ("rule", "config", "days", "sentence"),
    [
        (rules.edit_expires_soon, None, 30, ""),
        (rules.edit_expires_soon, None, 31, "The share has EDIT until after {}"),
        (rules.share_expires, None, -1, "The share is past its last day"),
        (rules.share_expires, None, 0, ""),
        # Numbers arrive from the engine as floats.
        (rules.share_expires, {"max_days": 30.0}, 30, ""),
        (rules.share_expires, {"max_days": 30.0}, 31, "The share lasts until after {}"),
    ],
)
def test_a_last_day(rule: Policy, config: dict[str, Any] | None, days: int, sentence: str) -> None:
    resource = share(permitted_tasks=["EDIT"], expires_on=in_days(days))
    expected = f"{sentence}. {rule.remediation_steps}".format(in_days(30))

    assert violations(rule, resource, config=config) == [expected] * bool(sentence)


def without_spelling(message: str) -> str:
    return re.sub(r"[\W_]", "", message).lower()


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
def test_no_rule_judges_a_resource_that_is_left_out_or_a_provider(rule: Policy) -> None:
    # Reading the unknown token of the provider would be an error.
    token, type_ = {"accessToken": UNKNOWN_STRING_VALUE}, "pulumi:providers:metapixel"
    provider = Resource(type_, f"urn:pulumi:prod::shop::{type_}::owner", token)

    for resource in (NO_SHARE_HERE, NO_ACCOUNT_HERE, response()._replace(inputs={}), provider):
        (message,) = violations(rule, resource, config={})

        assert message.startswith("not applicable: ")
