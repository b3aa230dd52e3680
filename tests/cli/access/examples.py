"""Reports for the tests of the formats, and for docs/access.png."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from metapixel_cli.access.evaluation.report import Report
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.model import Accepted
from metapixel_provider.sharing.estate.estate import PixelAccess, SentRequest
from tests.cli.access.estates import (
    ACCOUNT,
    REQUEST,
    estate,
    permission,
    pixel,
    report,
    request,
    share,
    stack,
    user,
)
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_2, PIXEL_3

_CONTRACT = {"expires_on": "2027-03-31", "reason": "Spring campaign, contract 4711"}
_TASKS = (["ANALYZE"], ["ANALYZE", "ADVERTISE"], ["UPLOAD"], ["ANALYZE", "UPLOAD", "EDIT"])


def example(*more: PixelAccess, requests: Sequence[SentRequest] = ()) -> Report:
    """Return a report with every route, and with open and accepted findings."""
    erin = user("122100000000002", OWNER, "ANALYZE", "EDIT", name="Erin Employee")
    program = user("122100000000003", NORTHLIGHT, "UPLOAD", system=True)
    shop = pixel(
        PIXEL,
        {NORTHLIGHT: ["ANALYZE", "ADVERTISE"]},
        {NORTHLIGHT: [ACCOUNT]},
        [erin, program],
        name="Acme web shop",
    )
    app = pixel(PIXEL_2, {NORTHLIGHT: ["ANALYZE", "UPLOAD"]}, name="Acme app")
    outlet = pixel(PIXEL_3, {NORTHLIGHT: ["ANALYZE"]}, last_fired=None, name="Acme outlet")
    declared = stack(
        share("ANALYZE", pixel=PIXEL_2, inputs=_CONTRACT),
        share("ANALYZE", "ADVERTISE", inputs=_CONTRACT),
        permission(),
        share(
            "UPLOAD",
            agency=HARBOUR,
            status="PENDING",
            inputs={"reason": "Events of the server"},
            pending_request_id=REQUEST,
            requested_on="2026-10-21",
        ),
    )
    return report(
        estate(app, outlet, shop, *more, requests=[request(), *requests]),
        stacks=[declared],
        accepted=[
            Accepted(FindingName.SILENT_PIXEL, "Opens in spring", date(2027, 3, 31)),
            Accepted(FindingName.UNMANAGED, "Trial", date(2026, 6, 30), pixel_id=PIXEL_3),
        ],
        contacts={NORTHLIGHT: "anna@shop.example"},
    )


def large(agencies: int, pixels: int, one_in: int = 1) -> Report:
    """Return a report of agencies and pixels. Of every `one_in` pairs of them, one has access.

    No stack declares every 11th share.
    """
    shares: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    declared = []
    for number in range(agencies * pixels):
        place, agency = divmod(number, agencies)
        if (number * 7 + place) % one_in:
            continue
        tasks = _TASKS[(agency + place // 9) % len(_TASKS)]
        ids = str(2000000000000000 + place), str(3000000000000000 + agency)
        shares[ids[0]][ids[1]] = tasks
        if number % 11:
            inputs = {"expires_on": f"2027-{1 + agency % 12:02}-28", "reason": f"Contract {agency}"}
            declared.append(share(*tasks, pixel=ids[0], agency=ids[1], inputs=inputs))
    listed = [
        pixel(id_, shares[id_], name=f"Pixel number {place}")
        for place, id_ in enumerate(str(2000000000000000 + place) for place in range(pixels))
    ]
    return report(estate(*listed), stacks=[stack(*declared)])
