"""The status line: the verdict, the names of the agencies, and a tally."""

from __future__ import annotations

from metapixel_cli.review.rendering.comment import GITHUB_LIMIT, comment
from tests.cli.review.streams import (
    BOTH,
    SECRET,
    STANDING,
    Event,
    account,
    active,
    kept,
    pending,
    reviewed,
    said,
    share,
    standing,
    step,
    violation,
)
from tests.conftest import Approve


def headline(*events: Event) -> str:
    return comment(reviewed(*events), GITHUB_LIMIT).splitlines()[1].removeprefix("### ")


DECLINED = share(status="DECLINED", granted=[])
NAMED = active(BOTH, name="Northlight", pixel_name="Shop")
EDITED = step("update", active(), share(expires_on="2027-01-01"))
EXEMPT = violation(rule="share-expires", exempt="until May")
LINES: dict[str, list[Event]] = {
    "earlier end": [EDITED],
    "later end": [step("update", active(expires_on="2027-01-01"), share())],
    "standing response": [
        step("create", new=standing(), kind=STANDING),
        step("same", NAMED, share(BOTH)),
    ],
    "later end of a standing response": [
        step(
            "update",
            standing("WAITING", expires_on="2026-12-31"),
            standing(expires_on="2027-01-31"),
            kind=STANDING,
        )
    ],
    "kept": [step("delete", kept(active()))],
    "kept request": [step("delete", kept(pending()))],
    "blocked": [EDITED, violation()],
    "blocked and exempt": [EDITED, EXEMPT, violation(), violation("advisory", rule="others")],
    "exempt": [EDITED, EXEMPT],
    "accepted": [step("refresh", pending(), active()), step("same", active(), share())],
    "declined, then shared by hand": [
        step("refresh", DECLINED, active()),
        step("same", active(), share()),
    ],
    "drift that stays": [
        step("refresh", active(BOTH), active()),
        step("update", active(), share(("UPLOAD",))),
    ],
    "failed": [EDITED, said("no token")],
    "secret agency": [step("delete", active(agency=SECRET))],
    "declined": [step("update", DECLINED, share(BOTH))],
    "without access": [account("delete", "WAITING_FOR_SHARE")],
    "more and less": [step("update", NAMED, share(("ANALYZE", "EDIT")))],
    "many agencies": [
        *(step("create", new=share(pixel=str(n)), name=str(n)) for n in range(3)),
        step("delete", active(pixel="7", name="Northlight"), name="old"),
        *(step("delete", active(agency=str(n)), name=f"a{n}") for n in range(3)),
    ],
}


def test_the_status_line_is_the_verdict_with_names_and_a_tally(approve: Approve) -> None:
    lines = [f"{name}: {headline(*events)}\n" for name, events in LINES.items()]

    approve("review-status-lines.txt", "".join(lines))
