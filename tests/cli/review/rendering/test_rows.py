"""Rows and sentences of a comment that depend on one fact of a change or of an answer."""

from __future__ import annotations

import pytest

from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import comment
from tests.cli.review.rendering.hostile import HOSTILE
from tests.cli.review.streams import (
    ANSWER,
    SECRET,
    STANDING,
    UNKNOWN,
    Event,
    active,
    answer,
    pending,
    permission,
    placed,
    reviewed,
    said,
    share,
    standing,
    step,
    summary,
    urn,
    violation,
)
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL

BOTH = ("ANALYZE", "ADVERTISE")
PERMISSION = "PixelAdAccountPermission"


def written(*events: Event, end: Event | None = None) -> str:
    return comment(reviewed(*events, end=end), GITHUB_LIMIT)


def line(part: str, *events: Event) -> str:
    (found,) = (line for line in written(*events).splitlines() if part in line)
    return found


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            step("create", new=standing(expires_on="2027-06-30", reason="a|b"), kind=STANDING),
            f"business `{NORTHLIGHT}` accepts each sharing request of business `{OWNER}`, with all "
            "assets of the request, perhaps several pixels and other assets; from then on, this "
            "owner can share more without asking; last day 2027-06-30; reason: “a\\|b”",
        ),
        (
            step("update", standing("OPEN"), standing(), kind=STANDING),
            f"business `{NORTHLIGHT}` accepts an open sharing request of business `{OWNER}`, with "
            "all assets of the request, perhaps several pixels and other assets; from then on, "
            "this owner can share more without asking; no end date",
        ),
        (
            step("update", standing("UNCONFIRMED"), standing(reason=UNKNOWN), kind=STANDING),
            f"business `{NORTHLIGHT}` may accept a request of business `{OWNER}` again, because no "
            "read has confirmed the answer; no end date; reason: unknown",
        ),
        (
            step(
                "update",
                standing("WAITING", expires_on="2026-12-31"),
                standing(expires_on="2027-01-31"),
                kind=STANDING,
            ),
            f"business `{NORTHLIGHT}` does not accept a request of business `{OWNER}` in this "
            "update; the end date changes from 2026-12-31 to 2027-01-31 (later)",
        ),
        (
            step("create", new=standing(owner_business_id=UNKNOWN), kind=STANDING),
            f"business `{NORTHLIGHT}` accepts each sharing request of an unknown business, with "
            "all assets of the request, perhaps several pixels and other assets; from then on, "
            "this owner can share more without asking; no end date",
        ),
        (
            step("create", new=answer("APPROVE"), kind=ANSWER),
            "sharing request `77` is approved: the business that received it gains the access that "
            "the request offers",
        ),
        (
            step(
                "create",
                new=answer(
                    "APPROVE", UNKNOWN, owner_business_id=OWNER, agency_business_id=NORTHLIGHT
                ),
                kind=ANSWER,
            ),
            f"an unknown sharing request of business `{OWNER}` is approved: business "
            f"`{NORTHLIGHT}` gains the access that the request offers",
        ),
        (
            step("create", new=answer("DECLINE", owner_business_id=OWNER), kind=ANSWER),
            f"sharing request `77` of business `{OWNER}` is declined",
        ),
        (
            step("create", new=answer(UNKNOWN), kind=ANSWER),
            "sharing request `77` is answered; the answer is unknown before the update",
        ),
    ],
)
def test_an_answer_states_who_takes_on_what_from_whom(event: Event, words: str) -> None:
    found = line("campaigns: ", event).removeprefix("- ").removeprefix("🔺 ")

    assert found == f"campaigns: {words}"


def account(op: str, number: str, status: str) -> Event:
    old, new = permission(number, status=status), permission(number)
    return step(op, old, new, name=number, kind=PERMISSION)


def test_a_reason_that_is_unknown_before_the_update_is_named_so() -> None:
    assert "<br>_reason: unknown_ |" in written(
        step("update", active(), share(BOTH, reason=UNKNOWN))
    )


def test_an_ad_account_has_a_row_of_its_own() -> None:
    found = line("act_11", step("same", active(), share()), account("delete", "11", "ACTIVE"))

    assert (
        f"| `{NORTHLIGHT}`<br>ad account `act_11` | `{PIXEL}` | ~~ADVERTISE~~ → nothing |" in found
    )


def test_a_withdrawn_request_has_its_id() -> None:
    found = line("request withdrawn<br>", step("delete", pending()))

    assert "the agency had not accepted sharing request 77 at the last read" in found


def test_a_share_that_is_not_asked_again_has_no_end_date() -> None:
    declined = share(status="DECLINED", granted=[])
    found = line("not asked again<br>", step("update", declined, share(expires_on="2099-01-31")))

    assert "2099" not in found


def test_the_types_of_components_distinguish_places_of_equal_names() -> None:
    name = urn("PixelAgencyShare", "campaigns", component="spring")
    old = placed(active(), name.replace("shop:index:", "shop:index:Site$shop:index:"), "spring")
    new = placed(share(), name, "spring")

    place = "campaigns in the component spring"
    places = f"{place} (shop:index:Site / shop:index:Group) → {place} (shop:index:Group)"
    found = written(step("same", old, new, component="spring")).replace("&#8203;", "")
    assert f"- {places}: " in found


def test_unchanged_permissions_are_not_counted_as_shares() -> None:
    found = written(
        step("same", pending(), share()),
        account("same", "11", "WAITING_FOR_SHARE"),
        step(
            "same",
            permission(business=HARBOUR, status="UNCONFIRMED"),
            permission(business=HARBOUR),
            kind=PERMISSION,
        ),
    )

    assert (
        "· 3 grants without confirmed access (not accepted: 1, waits for the share: 1, not "
        in found
    )


def test_a_secret_resend_may_ask_again() -> None:
    declined = share(status="DECLINED", granted=[], resend=SECRET)
    may = "may be asked again, because the value of resend is not known"

    assert f" {may}: pixel" in written(step("update", declined, share(resend=SECRET)))
    assert f"(sent on 2026-11-20) at the last read, and {may}: pixel" in written(
        step("update", pending(resend=SECRET), share(resend=SECRET))
    )


def test_other_resources_are_counted_and_named() -> None:
    bucket: Event = {
        "op": "create",
        "urn": "urn:pulumi:prod::shop::aws:s3:Bucket::logs",
        "type": "aws:s3:Bucket",
        "new": {},
    }

    assert " · other resources: created logs\n" in written(
        {"resourcePreEvent": {"metadata": bucket}}
    )


def test_an_exempt_violation_has_the_reason_of_its_exemption() -> None:
    exempt = violation()["policyEvent"]
    assert isinstance(exempt, dict)
    exempt["exceptions"] = [{"id": "e1", "reason": "until the new agency starts"}]

    assert (
        "| exempt: e1: until the new agency starts | `no-edit`<br>critical | campaigns: "
        in written({"policyEvent": exempt})
    )


def test_a_request_id_with_control_characters_is_printable() -> None:
    broken = share(status="PENDING", granted=[], request="7\x1b[31m\u202e7")

    assert "had not accepted sharing request 7\ufffd\\[31m\ufffd7 (sent on" in written(
        step("same", broken, share())
    )


@pytest.mark.parametrize("name", [*HOSTILE, "x\n::stop-commands::t\n##[error]"])
def test_no_line_is_a_command_of_a_workflow(name: str) -> None:
    found = written(
        step("update", active(), share(BOTH, reason=name), name=name),
        violation("advisory", name),
        said(name),
        end=summary("failed"),
    )

    assert not any(line.lstrip().startswith("::") for line in found.splitlines())
    assert "##[" not in found
