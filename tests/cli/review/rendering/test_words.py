"""The sentences of a comment, for readers who know neither Pulumi nor Meta."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from metapixel_cli.review.rendering.comment import GITHUB_LIMIT, comment
from metapixel_provider.sharing.permission.permission_notices import NOT_READ
from tests.cli.review.streams import (
    ANSWER,
    BOTH,
    LATER,
    PERMISSION,
    SECRET,
    STANDING,
    UNKNOWN,
    Event,
    account,
    active,
    analysis,
    answer,
    ends,
    kept,
    moved,
    pending,
    permission,
    placed,
    renamed,
    reviewed,
    said,
    share,
    standing,
    step,
    urn,
    violation,
)
from tests.conftest import Approve
from tests.support.example import NORTHLIGHT, OWNER, PIXEL, PIXEL_2

DECLINED = share(status="DECLINED", granted=[])
DECLINED_SECRETLY = share(status="DECLINED", granted=[], resend=SECRET)
UNAPPROVED = share(status="UNCONFIRMED", granted=[], requires_admin_approval=True)
ASKED = share(status="PENDING", granted=[], requires_admin_approval=True)
HALF = share(BOTH, status="UNCONFIRMED", granted=["ANALYZE"])
ENDED, PAST, FUTURE = "2026-11-23", "2020-01-31", "2999-01-31"
SECRET_TASKS = share(SECRET, status="ACTIVE", granted=BOTH)
NO_RULE = "⚠️ **No policy rule has checked the access that this update grants**"
MAY_STAY = "_stays if the resource whose id is not known yet declares it_"
CREATED, REMOVED = step("create", new=share()), step("delete", active())
AWAITING = permission(status="UNCONFIRMED", requires_admin_approval=True)
APPROVABLE = step("same", AWAITING, permission(), kind=PERMISSION)


def today(day: str) -> Event:
    """The event of a stack that configures this date."""
    return {"preludeEvent": {"config": {"metapixel:today": day}}}


def of_no_resource() -> Event:
    found = violation("advisory", "Demand.\nThe stack has no share.\n", rule="stack-shares")
    found["policyEvent"]["resourceUrn"] = ""  # type: ignore[index]
    return found


def between_components() -> Event:
    """A share that moves to a component of the same name and another type."""
    name = urn("PixelAgencyShare", "campaigns", component="spring")
    old = placed(active(), name.replace("shop:index:", "shop:index:Site$shop:index:"), "spring")
    return step("same", old, placed(share(), name, "spring"), component="spring")


def apart(events: Mapping[str, Event]) -> list[Event]:
    """The events, each of a resource with this name and of a pixel of its own."""
    return [
        json.loads(
            json.dumps(event)
            .replace("::campaigns", f"::{name}")
            .replace(f'"pixel_id": "{PIXEL}"', f'"pixel_id": "{number}"')
        )
        for number, (name, event) in enumerate(events.items(), 10)
    ]


CHANGES = {
    "asked for more": step("update", pending(name="Northlight", pixel_name="Shop"), share(BOTH)),
    "withdrawn": step("delete", pending()),
    "declined": step("update", DECLINED, share(BOTH, expires_on="2099-01-31")),
    "declined, secret resend": step("update", DECLINED_SECRETLY, share(resend=SECRET)),
    "not approved": step("delete", UNAPPROVED),
    "not approved, other tasks": step("update", UNAPPROVED, share(("UPLOAD",))),
    "another task": step("update", active(), share(BOTH, reason="Spring")),
    "other tasks, hidden": step("update", active(), share(UNKNOWN)),
    "hidden tasks": step("create", new=share(UNKNOWN, reason=UNKNOWN)),
    "kept": step("delete", kept(active())),
    "kept request": step("delete", kept(pending())),
    "hidden characters": step("create", new=share(reason="a\u200bb")),
    "characters": step("create", new=share(reason="a\nb\tc", expires_on=FUTURE)),
    "end": ends("", FUTURE),
    "later end": ends(LATER, FUTURE),
    "no end": ends(FUTURE, ""),
    "passed end": ends(FUTURE, PAST, BOTH),
    "overdue, less": ends(PAST, PAST, BOTH),
    "overdue, extended": ends(ENDED, LATER),
    "ended": step("delete", active(expires_on=PAST)),
    "kept secret request": step("delete", kept(pending(request=SECRET))),
}
SECTIONS = {
    "open": step("same", pending(), share()),
    "open since an unknown day": step("same", pending(requested_on=""), share()),
    "hostile": step("same", pending(request="7\x1b[31m\u202e7"), share()),
    "open, secret resend": step("update", pending(resend=SECRET), share(resend=SECRET)),
    "not approved": step("same", UNAPPROVED, share()),
    "overdue": step("same", active(expires_on=PAST), share(expires_on=PAST)),
    "overdue request": step("same", pending(expires_on=ENDED), share(expires_on=ENDED)),
    "new name": moved("same", active(), share(), old_name="old"),
    "new component": moved("same", active(), share(), component="spring"),
    "other type of component": between_components(),
    "accepts": step("create", new=standing(expires_on="2027-06-30", reason="a|b"), kind=STANDING),
    "accepts now": step("update", standing("OPEN"), standing(), kind=STANDING),
    "accepts again": step(
        "update", standing("UNCONFIRMED"), standing(reason=UNKNOWN), kind=STANDING
    ),
    "accepts later": step(
        "update", standing("WAITING", expires_on=LATER), standing(expires_on=FUTURE), kind=STANDING
    ),
    "unknown owner": step("create", new=standing(owner_business_id=UNKNOWN), kind=STANDING),
    "approved": step("create", new=answer("APPROVE"), kind=ANSWER),
    "approved, unknown": step(
        "create",
        new=answer("APPROVE", UNKNOWN, owner_business_id=OWNER, agency_business_id=NORTHLIGHT),
        kind=ANSWER,
    ),
    "declined": step("create", new=answer("DECLINE", owner_business_id=OWNER), kind=ANSWER),
    "unknown answer": step("create", new=answer(UNKNOWN), kind=ANSWER),
}


#: Changes at Meta alone.
DRIFT = [
    account("refresh", "ACTIVE", "11", now="ENDED_BY_OWNER"),
    account("refresh", "ENDED_BY_OWNER", "12", now="WAITING_FOR_SHARE"),
]
#: Changes of more than one event, or with more than one name.
OTHERS = [
    *renamed(HALF, share(BOTH)),
    moved("update", active(pixel="7"), share(("ANALYZE", "EDIT"), pixel="7"), old_name="old"),
    step("same", active(pixel=PIXEL_2), share(pixel=PIXEL_2), name="stays"),
    account("delete", "ACTIVE", "11"),
    account("same", "WAITING_FOR_SHARE", "12"),
]
FINDINGS = [
    violation(exempt="until May"),
    of_no_resource(),
    # The name and the text after it are no emoji.
    violation("advisory", resource="x :tada"),
    said("Not confirmed", "warning"),
]


@pytest.mark.parametrize(
    ("file", "events"),
    [
        ("review-changes.md", [*apart(CHANGES), *OTHERS]),
        ("review-sections.md", [*apart(SECTIONS), *FINDINGS]),
        ("review-drift.md", DRIFT),
    ],
)
def test_a_comment_is_approved(file: str, events: list[Event], approve: Approve) -> None:
    approve(file, comment(reviewed(*events), GITHUB_LIMIT))


@pytest.mark.parametrize(
    ("events", "present", "absent"),
    [
        (
            [
                step("same", active(expires_on=ENDED), active(expires_on=ENDED)),
                step("same", pending(pixel=PIXEL_2), pending(pixel=PIXEL_2), name="app"),
                step("same", active(pixel="7"), share(pixel="7"), name="chosen"),
            ],
            [
                "### ❔ The preview lacks information, so access may change",
                "2 grants unchanged",
                "#### Missing information\n\n- Not previewed, because ",
                "preview was only of chosen resources: campaigns, app\n",
            ],
            [],
        ),
        (
            [
                today("2027-03-07 00:00:00 +0000 UTC"),
                step("delete", active(expires_on="2027-03-06")),
            ],
            ["⚠️ **Access ends as if today were 2027-03-07, because the stack configures "],
            ["removed after its end date"],
        ),
        (
            [today(PAST), step("create", new=share(expires_on=PAST))],
            ["⚠️ **The update grants 1 share after the end date**"],
            ["should have ended"],
        ),
        # The agency was asked before the end date.
        ([step("update", pending(), share(expires_on=ENDED))], [], ["The update grants"]),
        (
            [account("refresh", "ACTIVE", now="ACTIVE"), said(f"{NOT_READ} of", "warning")],
            ["- Meta: the preview could not read some permissions, so "],
            ["every resource"],
        ),
        ([CREATED], [NO_RULE], ["left out"]),
        ([SECTIONS["approved"]], [NO_RULE], []),
        # Two secrets can differ.
        ([step("update", SECRET_TASKS, share(SECRET, reason="new"))], [NO_RULE], []),
        ([CREATED, violation("advisory")], [], [NO_RULE, "left out"]),
        ([CREATED, analysis()], [], [NO_RULE]),
        # A record that asks hides no access of another one.
        ([step("delete", pending(), name="2"), REMOVED], ["| ~~ANALYZE~~ _(asked on "], []),
        ([REMOVED, step("create", new=share(agency=UNKNOWN), name="new")], [MAY_STAY], []),
        # A permission cannot be the share.
        ([REMOVED, account("create", number=UNKNOWN)], [NO_RULE], [MAY_STAY]),
        ([step("same", ASKED, share())], ["access (not accepted: 1)"], []),
        ([APPROVABLE], ["access (waits for the approval of another admin: 1)"], [NO_RULE]),
    ],
)
def test_a_comment_has_a_sentence_only_if_it_is_true(
    events: list[Event], present: list[str], absent: list[str]
) -> None:
    text = comment(reviewed(*events), GITHUB_LIMIT)

    assert [part for part in present if part not in text] == []
    assert [part for part in absent if part in text] == []
