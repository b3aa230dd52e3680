"""What each rule reports: the configuration, the resources, and the sentence or nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pulumi_policy import Policy
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from metapixel_policy import rules
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

#: The sentence, or an empty text if the resources comply; the configuration; the resources.
Row = tuple[str, dict[str, Any] | None, *tuple[Resource, ...]]

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

NO_EDIT = "The agency would have EDIT"
NO_AD_ACCOUNT = "The share permits ADVERTISE, but this stack permits none of its ad accounts"
NO_SHARE = (
    "This stack has no share that permits ADVERTISE or ANALYZE to the business of the ad account"
)
LEFT_OUT = "not applicable: the resource is not part of this run"
NO_RESOURCE = "not applicable: there is no resource that {} evaluates"
NOT_APPROVED = "The agency is not approved"
MAY_NOT = "The agency may not have ADVERTISE"
TOO_MANY = "The pixel would have more agencies than its limit of 1"
NO_LAST_DAY = "The share has no `expires_on`"
NO_END = "The share has EDIT but no `expires_on`"
NO_REASON = "The share states no reason"
NOT_KNOWN = "A request is approved, but it does not come from a known owner"
NO_OWNER = "A request is approved, but `owner_business_id` does not state who sent it"
OVERWRITES = (
    "`on_existing='overwrite'` may change an existing share; add {} to the reason of this share"
)
LISTED = {"agencies": ["2001"]}
AT_MOST_ONE = {"max_agencies": 1}
TWO_FOR_ONE = {"max_agencies": 1, "pixels": {"1001": 2}}
ELSEWHERE = {"elsewhere": ["2001"]}
OWNERS = {"owners": ["3001"]}


def overwrites(reason: object) -> Resource:
    return share(on_existing="overwrite", reason=reason)


ROWS: dict[Policy, dict[str, Row]] = {
    rules.approved_agencies: {
        "an agency on the list passes": ("", LISTED, share()),
        "another agency is refused": (NOT_APPROVED, LISTED, OTHER),
        "an empty list approves nobody": (NOT_APPROVED, {"agencies": []}, share()),
    },
    rules.pixels_never_shared: {
        "an ordinary pixel passes": ("", {"pixels": ["1009"]}, share()),
        "a pixel on the list is refused": (
            "The pixel may not be shared",
            {"pixels": ["1001"]},
            share(),
        ),
    },
    rules.max_agencies_per_pixel: {
        "as many agencies as allowed pass": ("", {"max_agencies": 2}, share(), OTHER),
        "one agency more is refused before it is granted": (TOO_MANY, AT_MOST_ONE, share(), OTHER),
        "a pixel can have its own number": ("", TWO_FOR_ONE, share(), OTHER),
        "agencies of other pixels do not count": ("", AT_MOST_ONE, share(), OTHERS_AGENCY),
        "agencies of other stacks do not count": ("", AT_MOST_ONE, share("a", "dev"), OTHER),
        "agencies of other projects do not count": ("", AT_MOST_ONE, share(), OF_ANOTHER_PROJECT),
        "an agency under two names counts once": ("", AT_MOST_ONE, share("a"), share("b")),
        "a share judged again counts once": ("", AT_MOST_ONE, share("b"), OTHER, OTHER),
    },
    rules.no_edit: {
        "a share without EDIT passes": ("", None, share()),
        "EDIT is refused": (NO_EDIT, None, EVERYTHING),
        "EDIT is refused in small letters": (NO_EDIT, None, share(permitted_tasks=["edit"])),
        "a named agency may have EDIT": ("", LISTED, EDIT),
        "other resources are not judged": (
            NO_RESOURCE.format("no-edit"),
            {"nonsense": 1},
            permission(),
            response(),
        ),
    },
    rules.edit_expires_soon: {
        "a share without EDIT may last": ("", None, share(expires_on=in_days(300))),
        "EDIT without a last day is refused": (NO_END, None, FOR_EVER),
    },
    rules.tasks_per_agency: {
        "an agency may have its own tasks": (
            "",
            {"agencies": {"2001": ["ANALYZE", "ADVERTISE"]}, "others": []},
            share(),
        ),
        "another task is refused by name": (MAY_NOT, {"agencies": {"2001": ["ANALYZE"]}}, share()),
        "an agency that is not named has what others may": (
            MAY_NOT,
            {"agencies": {"2009": ["ADVERTISE"]}, "others": ["ANALYZE"]},
            share(),
        ),
        "without others, an agency that is not named may have every task": (
            "",
            {"agencies": {"2009": []}},
            EVERYTHING,
        ),
    },
    rules.advertise_with_ad_account: {
        "a share and its ad account pass": ("", None, permission(), share()),
        "ADVERTISE without an ad account is refused": (NO_AD_ACCOUNT, None, share()),
        "the ad account of another pixel does not count": (
            NO_AD_ACCOUNT,
            None,
            share(),
            OTHERS_PIXEL,
            ON_OTHERS_PIXEL,
        ),
        "without ADVERTISE no ad account is needed": ("", None, OTHERS_PIXEL),
        "an ad account with ANALYZE passes": ("", None, OTHERS_PIXEL, ON_OTHERS_PIXEL),
        "an ad account with UPLOAD alone is refused": (NO_SHARE, None, UPLOAD, permission()),
        "an ad account without a share is refused": (NO_SHARE, None, permission()),
        "an ad account elsewhere is not asked for": ("", ELSEWHERE, share()),
        "a share elsewhere is not asked for": ("", ELSEWHERE, permission()),
        "elsewhere excuses no share that is here": (
            NO_SHARE,
            ELSEWHERE,
            UPLOAD,
            permission(),
        ),
        "a stack without shares and ad accounts is not judged": (
            NO_RESOURCE.format("advertise-with-ad-account"),
            None,
            response(),
        ),
        "an ad account that is left out is not missed": (LEFT_OUT, None, share(), NO_ACCOUNT_HERE),
        "a share that is left out is not missed": (LEFT_OUT, None, NO_SHARE_HERE, permission()),
    },
    rules.approved_ad_accounts: {
        "an ad account passes however it is written": (
            "",
            {"ad_accounts": ["4001"]},
            permission(),
            PREFIXED,
        ),
        "a list may have prefixes": (
            "",
            {"ad_accounts": ["act_4001"]},
            permission(),
            PREFIXED,
        ),
        "another ad account is refused": (
            "The ad account is not approved",
            {"ad_accounts": []},
            permission(),
        ),
    },
    rules.share_expires: {
        "a share that ends in time passes": ("", None, share()),
        "no last day is refused": (NO_LAST_DAY, None, share(expires_on=...)),
        "null is no last day": (NO_LAST_DAY, None, share(expires_on=None)),
    },
    rules.share_has_reason: {
        "a reason passes": ("", None, share()),
        "no reason is noted": (NO_REASON, None, share(reason=...)),
        "blanks are no reason": (NO_REASON, None, share(reason="  ")),
    },
    rules.overwrite_states_reason: {
        "a reason that names each task passes": ("", None, overwrites("Advertise; ANALYZE, too")),
        "no reason is refused": (OVERWRITES.format("ANALYZE, ADVERTISE"), None, overwrites(...)),
        "a reason that lacks a task is refused": (
            OVERWRITES.format("ANALYZE"),
            None,
            overwrites("advertise in spring"),
        ),
        "a part of a word names no task": (
            OVERWRITES.format("ANALYZE, ADVERTISE"),
            None,
            overwrites("ANALYZED"),
        ),
        "a share that overwrites nothing needs no names": ("", None, share(reason=...)),
    },
    rules.approve_known_owners: {
        "a known owner passes": ("", OWNERS, response(), standing_response()),
        "a stranger is refused": (NOT_KNOWN, OWNERS, STRANGER),
        "a stranger is refused in small letters": (NOT_KNOWN, OWNERS, STRANGER_IN_SMALL_LETTERS),
        "a standing response to a stranger is refused": (
            NOT_KNOWN,
            OWNERS,
            standing_response(owner_business_id="3009"),
        ),
        "an approval without an owner is refused": (NO_OWNER, OWNERS, NOBODY),
        "any request may be declined": ("", OWNERS, NOBODY_DECLINED),
    },
}


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        pytest.param(rule, row, id=f"{rule.name}: {behaviour}")
        for rule, rows in ROWS.items()
        for behaviour, row in rows.items()
    ],
)
def test_a_rule(rule: Policy, row: Row) -> None:
    sentence, config, *resources = row
    expected = [f"{sentence}. {rule.remediation_steps}"] if sentence else []
    if sentence.startswith("not applicable: "):
        expected = [sentence]

    assert violations(rule, *resources, config=config) == expected
    natively = violations(rule, *map(native, resources), config=config)
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
