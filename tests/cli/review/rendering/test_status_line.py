"""The status line: the verdict, the names of the agencies, and a tally."""

from __future__ import annotations

import pytest

from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import comment
from tests.cli.review.streams import (
    BOTH,
    PERMISSION,
    SECRET,
    STANDING,
    Event,
    active,
    kept,
    pending,
    permission,
    placed,
    reviewed,
    said,
    share,
    standing,
    step,
    urn,
    violation,
)
from tests.support.example import NORTHLIGHT, OWNER

DECLINED = share(status="DECLINED", granted=[])


def written(*events: Event) -> str:
    return comment(reviewed(*events), GITHUB_LIMIT)


def headline(*events: Event) -> str:
    return written(*events).splitlines()[1].removeprefix("### ")


def drifted(component: str, was: str, now: str) -> tuple[str, str]:
    """Return the status line, and the row of a refreshed permission beside a standing response."""

    def refreshed(kind: str, *states: dict[str, object]) -> Event:
        of = urn(kind, kind, component=component)
        old, new = (placed(state, of, component) for state in states)
        return step("refresh", old, new, name=kind, kind=kind, component=component)

    response = standing("ANSWERED")
    events = (
        refreshed("PixelAdAccountPermission", permission(status=was), permission(status=now)),
        refreshed(STANDING, response, response),
    )
    (row,) = (line for line in written(*events).splitlines() if line.startswith(f"- `{NORTHLIGHT}"))
    return headline(*events), row


@pytest.mark.parametrize(("component", "owner"), [("acme", f", business {OWNER},"), ("", "")])
def test_drift_names_the_owner_that_ended_a_permission_of_its_component(
    component: str, owner: str
) -> None:
    status, row = drifted(component, "ACTIVE", "ENDED_BY_OWNER")

    assert status == f"⚠️ Changed at Meta by hand: agency {NORTHLIGHT} (access removed: 1)"
    assert f"the owner{owner} took the pixel away" in row


def test_drift_names_the_owner_that_shared_a_pixel_again() -> None:
    status, row = drifted("acme", "ENDED_BY_OWNER", "WAITING_FOR_SHARE")

    assert status == f"ℹ️ Changed at Meta: agency {NORTHLIGHT} (same access, other status: 1)"
    assert f"the owner, business {OWNER}, shared the pixel again, so the next update" in row


KEPT = kept(active())
NAMED = active(BOTH, name="Northlight", pixel_name="Shop")
EDITED = step("update", active(), share(expires_on="2027-01-01"))
AGENCY = f"agency {NORTHLIGHT}"


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([EDITED], f"📅 Only end dates change: {AGENCY} (earlier end date: 1)"),
        (
            [step("update", active(expires_on="2027-01-01"), share())],
            f"🔺 Only end dates change: {AGENCY} (later end date: 1)",
        ),
        (
            [step("create", new=standing(), kind=STANDING), step("same", NAMED, share(BOTH))],
            "🔺 More access: Northlight (requests approved: 1)",
        ),
        (
            [
                step(
                    "update",
                    standing("WAITING", expires_on="2026-12-31"),
                    standing(expires_on="2027-01-31"),
                    kind=STANDING,
                )
            ],
            f"🔺 Only end dates change: business {NORTHLIGHT} (other answers: 1)",
        ),
        ([step("delete", KEPT)], f"⚠️ Access unchanged: {AGENCY} (no longer managed: 1)"),
        (
            [EDITED, violation()],
            "⛔ Blocked by policy (1 violation). Without the block: only end dates change: "
            f"{AGENCY} (earlier end date: 1)",
        ),
        (
            [step("refresh", pending(), active()), step("same", active(), share())],
            f"ℹ️ Changed at Meta: {AGENCY} (more access: 1)",
        ),
        (
            [
                step("refresh", active(BOTH), active()),
                step("update", active(), share(("UPLOAD",))),
            ],
            f"🔺🔻 More and less access: {AGENCY} (more and less access: 1)",
        ),
        ([step("delete", kept(pending()))], f"⚠️ Access unchanged: {AGENCY} (no longer managed: 1)"),
        ([EDITED, said("no token")], "❌ Preview failed: its changes are unknown"),
        (
            [step("delete", active(agency=SECRET))],
            "❔ Access changes, and part of the change is unknown before the update: "
            "an unknown agency (unknown: 1)",
        ),
        (
            [step("update", share(status="DECLINED", granted=[]), share(BOTH))],
            f"✅ Access unchanged: {AGENCY} (not asked again: 1)",
        ),
        (
            [step("delete", permission(status="WAITING_FOR_SHARE"), kind=PERMISSION)],
            f"✅ Access unchanged: {AGENCY} (removed, had no access: 1)",
        ),
        (
            [step("update", NAMED, share(("ANALYZE", "EDIT")))],
            "🔺🔻 More and less access: Northlight (more and less access: 1)",
        ),
        (
            [
                *(step("create", new=share(pixel=str(n)), name=str(n)) for n in range(3)),
                step("delete", active(pixel="7", name="Northlight"), name="old"),
                *(step("delete", active(agency=str(n)), name=f"a{n}") for n in range(3)),
            ],
            "🔺🔻 More and less access: Northlight, agency 0, agency 1, and 1 more "
            "(more access: 3, access removed: 4)",
        ),
    ],
)
def test_the_status_line_is_the_verdict_with_names_and_a_tally(
    events: list[Event], status: str
) -> None:
    assert headline(*events) == status


def test_the_status_line_counts_exempt_violations_and_those_that_block() -> None:
    exempt = violation(rule="share-expires")
    exempt["policyEvent"]["exceptions"] = [{"id": "e1", "reason": "until May"}]  # type: ignore[index]

    blocked = headline(EDITED, exempt, violation(), violation("advisory", rule="others"))
    assert blocked.startswith("⛔ Blocked by policy (1 violation). ")
    assert blocked.endswith("; 1 policy violation exempt")
    assert headline(EDITED, exempt).endswith("; 1 policy violation exempt")
