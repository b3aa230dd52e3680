"""The handshake: every status of a request, through every step, for shares and what waits on them.

One stack holds an agency for each of Meta's twelve statuses, so that each step is one command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from metapixel_simulator import Simulator
from tests.support import crowd
from tests.support.crowd import CROWD, SHARE_STATUS
from tests.support.example import PIXEL
from tests.support.stack import Run, Stack

pytestmark = pytest.mark.engine


@pytest.fixture
def many() -> Iterator[Simulator]:
    """A world with an agency for each status."""
    with Simulator(crowd.world()) as simulator:
        yield simulator


def statuses(stack: Stack) -> dict[str, object]:
    return {name: outputs["status"] for name, outputs in stack.resources().items()}


def shares_expected(**instead: str) -> dict[str, str]:
    """By name: the status of each share that its request's status stands for."""
    told = SHARE_STATUS | instead
    return {agency.share: told[agency.status] for agency in CROWD}


def permissions_expected(*active: str) -> dict[str, str]:
    """By name: the permissions of these statuses are active, the others wait."""
    return {
        agency.permission: "ACTIVE" if agency.status in active else "WAITING_FOR_SHARE"
        for agency in CROWD
    }


def told(run: Run, *words: str) -> bool:
    return any(all(word in line for word in words) for line in run.output.splitlines())


def test_each_share_becomes_what_its_agency_answered_and_the_messages_name_what_to_do(
    many: Simulator, stack: Callable[..., Stack]
) -> None:
    asked = stack(
        crowd.declared(),
        config={"metapixel:graphUrl": many.url},
        environment={"META_ACCESS_TOKEN_AGENCIES": "agencies-token"},
    )
    asked.up()
    expected = {agency.share: "PENDING" for agency in CROWD} | permissions_expected()
    assert statuses(asked) == expected
    open_requests = {request.agency: request.id for request in many.open_requests()}
    waiting = asked.preview()
    for agency in CROWD:
        recorded = asked.resources()[agency.share]
        assert recorded["pending_request_id"] == open_requests[agency.id]
        assert told(waiting, "warning", agency.id, open_requests[agency.id], "accept")

    requests = crowd.answer_all(many)
    refreshed = asked.refresh()
    assert statuses(asked) == shares_expected() | permissions_expected()
    for agency in CROWD:
        if SHARE_STATUS[agency.status] == "PENDING":
            request = requests[agency.status]
            assert told(refreshed, "warning", agency.id, request, "Business Settings")
        granted = asked.resources()[agency.share]["granted_tasks"]
        assert granted == (["ANALYZE"] if agency.status in crowd.ACCEPTED else [])

    preview = asked.preview()
    for agency in CROWD:
        if SHARE_STATUS[agency.status] in ("DECLINED", "CANCELED"):
            assert told(preview, "warning", agency.id, requests[agency.status], "`resend`")

    many.clear_requests()
    asked.up()
    renewed = dict.fromkeys(crowd.EXPIRED, "PENDING")
    assert statuses(asked) == shares_expected(**renewed) | permissions_expected(*crowd.ACCEPTED)
    assert many.count("POST agencies") == len(crowd.EXPIRED)
    assert many.permissions() == {
        (PIXEL, agency.id, agency.account) for agency in CROWD if agency.status in crowd.ACCEPTED
    }
