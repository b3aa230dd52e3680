"""What a report says about random estates and stacks stays as it is, also in combinations.

The other tests say what is right, and this one only notices a change.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest

from metapixel_cli.access.rendering.csv_table import as_csv
from metapixel_cli.access.rendering.json_document import as_json
from metapixel_cli.access.rendering.table import as_table
from metapixel_cli.stacks.export import StackResource, StackState
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.model import Accepted
from metapixel_provider.sharing.estate.estate import PixelAccess
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from tests.cli.access import estates
from tests.cli.access.estates import ACCOUNT, NOW, REQUEST
from tests.support.digests import digests
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_2

PIXELS, AGENCIES = (PIXEL, PIXEL_2), (NORTHLIGHT, HARBOUR)
TASKS = (["ANALYZE"], ["UPLOAD"], ["ANALYZE", "ADVERTISE"], ["ANALYZE", "EDIT"], ["NEW_TASK"])
ENDS = (None, "2026-11-25", "2026-11-26", "2027-06-01")
MARKS: tuple[dict[str, Any], ...] = (
    {},
    {"tasks_added_by_meta": ["ADVERTISE"]},
    {"granted_tasks": []},
)


def any_pixel(random: Random, id_: str) -> PixelAccess:
    shares = {each: random.choice(TASKS) for each in random.sample(AGENCIES, random.randint(0, 2))}
    permitted = random.sample([*AGENCIES, OWNER], random.randint(0, 2))
    business, system = random.choice([OWNER, *AGENCIES]), random.choice([True, False])
    user = estates.user("11", business, *random.choice(TASKS), system=system)
    refused = random.sample(["shares", "ad accounts", "users"], random.choice([0, 0, 0, 1, 2]))
    return estates.pixel(
        id_,
        shares,
        {each: [ACCOUNT] for each in permitted},
        [user] * random.randint(0, 1),
        random.choice([NOW, None]),
        refused=refused,
    )


def any_resource(random: Random) -> StackResource:
    pixel, agency = random.choice(PIXELS), random.choice(AGENCIES)
    kind = random.choice(["share", "share", "permission", "share", "standing", "share"])
    if kind == "permission":
        return estates.permission(ACCOUNT, pixel, agency, random.choice(list(PermissionStatus)))
    if kind == "standing":
        return estates.standing(random.choice(ENDS) or "")
    ends: list[dict[str, object]] = [{"expires_on": each} for each in ENDS]
    inputs = random.choice([{}, {}, *ends]) | random.choice([{}, {"reason": "x"}])
    request = random.choice(["", "", REQUEST])
    return estates.share(
        *random.choice(TASKS),
        pixel=pixel,
        agency=agency,
        status=random.choice(["ACTIVE", "ACTIVE", *ShareStatus]),
        inputs=inputs,
        pending_request_id=request,
        **random.choice(MARKS),
    )


def any_stack(random: Random, name: str) -> StackState:
    found = [any_resource(random) for _ in range(random.randint(0, 4))]
    killed, failed = random.choice([0, 0, 0, 1]), random.choice(["", "", "", "It is locked"])
    return estates.stack(*found[killed:], name=name, failed=failed, killed=found[:killed])


@pytest.mark.parametrize("reader", ["owner", "agency"])
def test_any_report_stays_as_it_is(reader: str, approve: Callable[[str, str], None]) -> None:
    read = estates.received if reader == "agency" else estates.estate

    def said(random: Random) -> str:
        requests = []
        for id_ in ("2400000000000000", REQUEST)[: random.randint(0, 2)]:
            status = random.choice(["PENDING", "APPROVE", "DECLINE", "NEW_STATUS"])
            requests.append(estates.request(id_, random.choice([*AGENCIES, ""]), status))
        pixels = [any_pixel(random, id_) for id_ in PIXELS[: random.randint(1, 2)]]
        refused = random.sample(["pixels", "requests"], random.choice([0, 0, 0, 1]))
        stacks = [any_stack(random, name) for name in ("a/prod", "b/prod")[: random.randint(0, 2)]]
        finding, last = random.choice(list(FindingName)), date(2026, 11, random.choice([25, 30]))
        accepted = Accepted(finding, "Agreed", last, random.choice(["", PIXEL]))
        found = estates.report(
            read(*pixels, requests=requests, refused=refused),
            stacks=stacks,
            accepted=[accepted],
            contacts={NORTHLIGHT: "anna@example.com"},
        )
        return as_json(found) + as_table(found) + as_csv(found)

    approve(f"access-any-{reader}.txt", digests(said, groups=30))
