"""The sentences of a comment, for readers who know neither Pulumi nor Meta."""

from __future__ import annotations

import pytest

from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import comment
from tests.cli.review.streams import (
    BOTH,
    LATER,
    PERMISSION,
    SECRET,
    UNKNOWN,
    Event,
    account,
    active,
    in_agency_access,
    kept,
    moved,
    pending,
    permission,
    placed,
    renamed,
    reviewed,
    said,
    share,
    step,
    urn,
    violation,
)
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL, PIXEL_2

DECLINED = share(status="DECLINED", granted=[])
DECLINED_SECRETLY = share(status="DECLINED", granted=[], resend=SECRET)


def written(*events: Event) -> str:
    return comment(reviewed(*events), GITHUB_LIMIT)


AGENCY = f"agency {NORTHLIGHT}"
KEPT = kept(active())
UNAPPROVED = share(status="UNCONFIRMED", granted=[])
UNAPPROVED["outputs"]["requires_admin_approval"] = True  # type: ignore[index]
HALF = share(BOTH, status="UNCONFIRMED", granted=["ANALYZE"])
ENDED, PAST, FUTURE = "2026-11-23", "2020-01-31", "2999-01-31"
MAY = "may be asked again, because the value of resend is not known"
NO_RULE = "⚠️ **No policy rule has checked the access that this update grants**"
CREATED = step("create", new=share())


def ends(old: str, new: str, tasks: tuple[str, ...] = ("ANALYZE",)) -> Event:
    """An update of a share from one end date to another."""
    return step("update", active(tasks, expires_on=old), share(expires_on=new))


def today(day: str) -> Event:
    """The event of a stack that configures this date."""
    return {"preludeEvent": {"config": {"metapixel:today": day}}}


def exempt() -> Event:
    found = violation()
    found["policyEvent"]["exceptions"] = [{"id": "e1", "reason": "until May"}]  # type: ignore[index]
    return found


def of_no_resource() -> Event:
    found = violation(message="Demand.\nThe stack has no share.\n")
    found["policyEvent"]["resourceUrn"] = ""  # type: ignore[index]
    return found


def between_components() -> Event:
    """A share that moves to a component of the same name and another type."""
    name = urn("PixelAgencyShare", "campaigns", component="spring")
    old = placed(active(), name.replace("shop:index:", "shop:index:Site$shop:index:"), "spring")
    return step("same", old, placed(share(), name, "spring"), component="spring")


@pytest.mark.parametrize(
    ("events", "present", "absent"),
    [
        # Who has to act.
        (
            [step("same", pending(name="Northlight"), share())],
            [
                "had not accepted sharing request 77 (sent on 2026-11-20) at the last read: ",
                " · 1 grant without confirmed access (not accepted: 1)\n",
            ],
            [],
        ),
        (
            [step("same", pending(requested_on=""), share())],
            ["sharing request 77 (sent on an unknown date) at the last read: pixel"],
            [],
        ),
        (
            [
                step(
                    "same", share(status="PENDING", granted=[], request="7\x1b[31m\u202e7"), share()
                )
            ],
            ["had not accepted sharing request 7\ufffd\\[31m\ufffd7 (sent on"],
            [],
        ),
        (
            [step("update", pending(), share(BOTH))],
            [
                "must accept sharing request 77 (sent on 2026-11-20), to which Meta adds the",
                "| nothing yet; asked for ANALYZE on 2026-11-20, not accepted → ANALYZE, ",
            ],
            [],
        ),
        (
            [step("delete", pending())],
            ["request withdrawn<br>", "the agency had not accepted sharing request 77 at the last"],
            [],
        ),
        (
            [step("update", DECLINED, share(BOTH, expires_on="2099-01-31"))],
            ["not asked again<br>", "it is asked again only if `resend` changes"],
            ["2099"],
        ),
        (
            [
                step(
                    "update",
                    share(status="DECLINED", granted=[], resend=SECRET),
                    share(resend=SECRET),
                )
            ],
            [f" {MAY}: pixel"],
            [],
        ),
        (
            [step("update", pending(resend=SECRET), share(resend=SECRET))],
            [f"(sent on 2026-11-20) at the last read, and {MAY}: pixel"],
            [],
        ),
        (
            [step("same", UNAPPROVED, share())],
            [
                "waits until another admin of the business approves the share in Business Settings",
                "(waits for the approval of another admin: 1)",
            ],
            ["accept a sharing request"],
        ),
        ([step("delete", UNAPPROVED)], ["waits for the approval of another admin"], []),
        (
            [step("update", UNAPPROVED, share(("UPLOAD",)))],
            ["the agency waits until another admin of the business approves the share in"],
            [],
        ),
        # What changes.
        (
            [step("update", active(name="Northlight", pixel_name="Shop"), share(BOTH))],
            [
                f"**Northlight**<br><sub>`{NORTHLIGHT}`</sub> | **Shop**<br><sub>`{PIXEL}`</sub> |",
                "| Access, resource |",
                "| 🔺&nbsp;**more access**<br>campaigns |",
            ],
            [],
        ),
        (
            [step("same", active(), share()), account("delete", "ACTIVE", "11")],
            [f"| `{NORTHLIGHT}`<br>ad account `act_11` | `{PIXEL}` | ~~ADVERTISE~~ → nothing |"],
            [],
        ),
        ([step("create", new=share(UNKNOWN))], ["nothing → **unknown**"], [UNKNOWN]),
        (
            [step("delete", KEPT)],
            ["**no longer managed**", "remove it by hand in Meta's Business Settings"],
            [],
        ),
        (
            [step("delete", kept(pending()))],
            ["its sharing request stays open, and is no longer declared"],
            [],
        ),
        (
            renamed(HALF, share(BOTH)),
            ["_old is renamed to new and its tasks change in the same update_"],
            ["~~"],
        ),
        (
            [moved("update", active(), share(("ANALYZE", "EDIT")), old_name="old")],
            ["_moved: old → campaigns_ |"],
            ["#### Moved"],
        ),
        (
            [moved("same", active(), share(), old_name="old")],
            [
                "### ✅ Access unchanged\n",
                "#### Moved, no change of access\n\n"
                f"- old → campaigns: `{NORTHLIGHT}`, pixel `{PIXEL}`",
            ],
            [],
        ),
        (
            [moved("same", active(), share(), component="spring")],
            ["- campaigns → campaigns in the component spring: "],
            [],
        ),
        (
            [between_components()],
            ["- campaigns in the component spring (", "Site / ", " → campaigns in the component "],
            [],
        ),
        (
            [
                step("same", pending(), share()),
                account("same", "WAITING_FOR_SHARE", "11"),
                step(
                    "same",
                    permission(business=HARBOUR, status="UNCONFIRMED"),
                    permission(business=HARBOUR),
                    kind=PERMISSION,
                ),
            ],
            ["· 3 grants without confirmed access (not accepted: 1, waits for the share: 1, not "],
            [],
        ),
        (
            [
                step("same", active(expires_on=ENDED), active(expires_on=ENDED)),
                step("same", pending(pixel=PIXEL_2), pending(pixel=PIXEL_2), name="app"),
                step("same", active(pixel="7"), share(pixel="7"), name="chosen"),
            ],
            [
                "### ❔ The preview lacks information, so access may change",
                "1 grant unchanged",
                "preview was only of chosen resources: campaigns, app\n",
            ],
            ["without confirmed access"],
        ),
        # Reasons.
        ([step("create", new=share(reason="Spring"))], ["_reason: “Spring”_"], []),
        ([step("create", new=share(reason=UNKNOWN))], ["<br>_reason: unknown_ |"], []),
        (
            [step("create", new=share(reason="a\u200bb"))],
            ["“a�b” (contains hidden characters)_"],
            [],
        ),
        ([step("create", new=share(reason="a\nb\tc"))], [], ["hidden"]),
        # End dates.
        (
            [step("create", new=share(expires_on=FUTURE))],
            [f"the end date is {FUTURE}, but nothing ends the access automatically"],
            [],
        ),
        (
            [in_agency_access(step("create", new=share(expires_on=FUTURE)))],
            [f"<br>the end date is {FUTURE}; the first update after that day ends"],
            ["nothing ends"],
        ),
        (
            [in_agency_access(ends(LATER, FUTURE))],
            [f"<br>the end date changes from {LATER} to {FUTURE} (later); the first update after"],
            ["nothing ends"],
        ),
        ([ends("", FUTURE)], [f"from no end date to {FUTURE} (earlier), but nothing"], []),
        ([ends(LATER, FUTURE)], [f"from {LATER} to {FUTURE} (later), but nothing"], []),
        ([ends(FUTURE, "")], [f"changes from {FUTURE} to no end date (later)"], []),
        ([ends(FUTURE, PAST, BOTH)], [f"from {FUTURE} to {PAST}, which has passed**"], []),
        ([ends(PAST, PAST, BOTH)], [f"**the end date is {PAST}, which has passed**"], []),
        (
            [ends(ENDED, LATER)],
            [
                "⚠️ **The update extends 1 share that should have ended**",
                "| 🔺&nbsp;**later end date**<br>campaigns |",
            ],
            [],
        ),
        (
            [step("delete", active(expires_on=PAST))],
            [f"| 🔻&nbsp;**removed after its end date {PAST}**<br>campaigns |"],
            [],
        ),
        *[
            (
                [event],
                [
                    "not asked again<br>",
                    f"the last day {PAST} has passed, so the update grants nothing",
                    f"Access unchanged: {AGENCY} (not asked again: 1)",
                ],
                [],
            )
            for event in (
                step("create", new=share(expires_on=PAST)),
                step("update", share(status="EXPIRED", request="77"), share(expires_on=PAST)),
            )
        ],
        (
            [step("same", active(expires_on=PAST), share(expires_on=PAST))],
            [
                "⚠️ **The update does not end 1 share that should have ended**",
                f"#### Access that should have ended\n\n- `{NORTHLIGHT}` has ANALYZE on pixel "
                f"`{PIXEL}`: the end date is {PAST}, which has passed",
            ],
            [],
        ),
        (
            [step("same", pending(expires_on=ENDED), share(expires_on=ENDED)), account("create")],
            [f"(the end date is {ENDED}, which has passed)"],
            ["should have ended"],
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
            [],
        ),
        # The rest.
        ([CREATED], [NO_RULE], ["left out"]),
        ([CREATED, violation("advisory")], [], [NO_RULE, "left out"]),
        ([step("delete", active())], [], [NO_RULE]),
        ([exempt()], ["| exempt: e1: until May | `no-edit`<br>critical | campaigns: "], []),
        ([of_no_resource()], ["| The stack has no share. |"], []),
        # The name and the text after it are no emoji.
        ([violation(resource="x :tada")], ["x :&#8203;tada: What is wrong."], []),
        ([said("Not confirmed", "warning")], ["- Not confirmed"], []),
    ],
)
def test_a_comment_states_each_fact_in_plain_words(
    events: list[Event], present: list[str], absent: list[str]
) -> None:
    text = written(*events)

    assert [part for part in present if part not in text] == []
    assert [part for part in absent if part in text] == []
