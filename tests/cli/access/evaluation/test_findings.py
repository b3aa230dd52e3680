"""Findings, accepted findings, and no finding without a read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from metapixel_cli.access.evaluation.report import Report
from metapixel_cli.access.rendering.csv_table import as_csv
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.model import Accepted
from metapixel_provider.sharing.estate.estate import Estate
from tests.cli.access.estates import (
    ACCOUNT,
    NOW,
    asked,
    estate,
    permission,
    pixel,
    report,
    request,
    share,
    stack,
    user,
)
from tests.conftest import Approve
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL, PIXEL_2, PIXEL_3

SHARED = pixel(shares={NORTHLIGHT: ["ANALYZE"]}, accounts={NORTHLIGHT: [ACCOUNT]})


DECLARED = stack(share(), permission())
UNREAD = stack(failed="no such stack")
ADVERTISE = {NORTHLIGHT: ["ADVERTISE", "ANALYZE"]}
EVERY_ROUTE = pixel(
    shares={NORTHLIGHT: ["ANALYZE"]},
    accounts={NORTHLIGHT: [ACCOUNT]},
    users=[user("11", NORTHLIGHT)],
)


def three() -> Estate:
    """Return three pixels, of which Northlight has all and Harbour two."""
    northlight, both = {NORTHLIGHT: ["UPLOAD"]}, {NORTHLIGHT: ["UPLOAD"], HARBOUR: ["UPLOAD"]}
    return estate(pixel(PIXEL, both), pixel(PIXEL_2, both), pixel(PIXEL_3, northlight))


HARBOURS = share(agency=HARBOUR)
ASKING = estate(requests=[request()], business="1009")
SHARED_WITH_HARBOUR = estate(pixel(shares={HARBOUR: ["ANALYZE"]}), requests=[request()])
FINDINGS: dict[str, Report] = {
    "access as declared": report(estate(SHARED), stacks=[DECLARED]),
    "every route without a stack": report(
        estate(EVERY_ROUTE, requests=[request()]), stacks=[stack()]
    ),
    "a stack and its exported state": report(
        estate(SHARED), stacks=[DECLARED, stack(share("UPLOAD"), permission())]
    ),
    "a user of a business without a share": report(
        estate(pixel(users=[user("11", NORTHLIGHT)])), stacks=[stack()]
    ),
    "access after its last day": report(
        estate(SHARED), stacks=[stack(share(inputs={"expires_on": "2026-11-25"}), permission())]
    ),
    "a request of 15 days": report(
        estate(pixel(), requests=[request()]), stacks=[stack(asked(on="2026-11-11"))]
    ),
    "a request of 15 days to an agency that has the pixel": report(
        SHARED_WITH_HARBOUR, stacks=[stack(asked(on="2026-11-11"))]
    ),
    "ADVERTISE without an ad account": report(
        estate(pixel(shares=ADVERTISE)), stacks=[stack(share("ADVERTISE", "ANALYZE"))]
    ),
    "ADVERTISE of a declared share beside an unread stack": report(
        estate(pixel(shares=ADVERTISE)), stacks=[stack(share("ADVERTISE", "ANALYZE")), UNREAD]
    ),
    "ADVERTISE that Meta added": report(
        estate(pixel(shares=ADVERTISE)),
        stacks=[stack(share("ANALYZE", tasks_added_by_meta=["ADVERTISE"]))],
    ),
    "a last event 30 days ago": report(estate(pixel(last_fired=NOW - timedelta(days=30)))),
    "a last event 31 days ago": report(estate(pixel(last_fired=NOW - timedelta(days=31)))),
    "no event": report(estate(pixel(last_fired=None))),
    "EDIT as declared": report(
        estate(pixel(shares={NORTHLIGHT: ["EDIT"]})), stacks=[stack(share("EDIT"))]
    ),
    "an agency with both of two pixels": report(
        estate(pixel(shares=ADVERTISE), pixel(PIXEL_2, ADVERTISE)), stacks=[UNREAD]
    ),
    "an agency with all of three pixels": report(three(), stacks=[UNREAD]),
    "other tasks": report(
        estate(pixel(shares={NORTHLIGHT: ["ANALYZE", "UPLOAD"]})),
        stacks=[stack(share("ANALYZE", "EDIT"))],
    ),
    **{
        f"a share declared twice, in stacks shop/prod and {name}": report(
            estate(SHARED),
            stacks=[stack(share(name="one"), permission()), stack(share(name="two"), name=name)],
        )
        for name in ("shop/other", "shop/prod")
    },
    "a permission declared twice": report(
        estate(SHARED), stacks=[DECLARED, stack(permission(), name="shop/other")]
    ),
    # A killed run may have left what its creations name.
    "killed creations with access": report(
        estate(SHARED), stacks=[stack(killed=[share(name="one"), permission()])]
    ),
    "a killed creation with a request, and another request": report(
        estate(pixel(), requests=[request(), request("24", NORTHLIGHT)]),
        stacks=[stack(killed=[HARBOURS, permission()])],
    ),
    # The pixel belongs to another owner, or may do so if no pixels were read.
    "a killed creation, and the request of another owner": report(
        estate(pixel()), ASKING, stacks=[stack(killed=[HARBOURS])]
    ),
    "a killed creation, perhaps with the request of another owner": report(
        estate(refused=["pixels"]), ASKING, stacks=[stack(killed=[HARBOURS])]
    ),
    "a killed creation that the stack has recorded since": report(
        SHARED_WITH_HARBOUR, stacks=[stack(HARBOURS, killed=[HARBOURS])]
    ),
}


def test_the_findings_of_estates_and_stacks_are_approved(approve: Approve) -> None:
    lines = []
    for case, found in FINDINGS.items():
        lines.append(f"{case}:" if found.findings else f"{case}: none")
        for each in found.findings:
            named = f"{each.name} {each.subject_id}".strip()
            lines.append(f"  {named}: {each.sentence}")

    approve("access-findings.txt", "\n".join(lines) + "\n")


def accepted(day: date, **ids: str) -> Accepted:
    return Accepted(FindingName.UNMANAGED, "Sister company", day, **ids)


LAPSED, COMING = date(2026, 11, 25), date(2026, 12, 25)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([accepted(date(2026, 11, 26), pixel_id=PIXEL, business_id=NORTHLIGHT)], "accepted"),
        ([accepted(LAPSED, business_id=NORTHLIGHT)], "lapsed"),
        ([accepted(LAPSED), accepted(COMING)], "accepted"),
        ([accepted(COMING, pixel_id=PIXEL_2)], "open"),
        ([accepted(COMING, business_id=HARBOUR)], "open"),
        ([accepted(COMING, subject_id=ACCOUNT)], "open"),
    ],
)
def test_a_finding_is_accepted_by_a_matching_entry_until_its_last_day(
    entries: list[Accepted], expected: str
) -> None:
    whole = report(estate(SHARED), accepted=entries)

    found, of_account = whole.findings
    assert found.is_open is (expected != "accepted")
    assert (found.acceptance is None) is (expected == "open")
    # An entry for a share does not accept the ad accounts of its agency.
    assert of_account.is_open is (entries[0].subject_id != ACCOUNT)
    assert as_csv(whole).count(",unmanaged,") == found.is_open + of_account.is_open


def test_a_pixel_is_not_silent_if_the_time_of_its_last_event_may_not_have_been_read() -> None:
    fired = pixel(PIXEL, last_fired=NOW - timedelta(days=31))
    unknown = pixel(PIXEL_2, last_fired=None)

    found = report(estate(fired, unknown, refused=["pixels"]))

    assert [each.pixel_id for each in found.findings] == [PIXEL]
