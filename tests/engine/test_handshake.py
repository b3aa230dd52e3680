"""The handshake: every status of a request, through every step, for shares and what waits on them.

One stack holds an agency for each of Meta's twelve statuses, so that each step is one command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from metapixel_simulator import Simulator
from tests.support import crowd
from tests.support.crowd import CROWD, SHARE_STATUS
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, PIXEL, PIXEL_2, PIXEL_3
from tests.support.programs import permission, program, share
from tests.support.stack import Run, Stack

pytestmark = pytest.mark.engine


@pytest.fixture
def many() -> Iterator[Simulator]:
    """A world with an agency for each status."""
    with Simulator(crowd.world()) as simulator:
        yield simulator


@pytest.fixture
def asked(many: Simulator, stack: Callable[..., Stack]) -> Stack:
    """A stack whose shares were all sent, and wait."""
    made = stack(
        crowd.declared(),
        config={"metapixel:graphUrl": many.url},
        environment={"META_ACCESS_TOKEN_AGENCIES": "agencies-token"},
    )
    made.up()
    return made


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


def test_a_new_share_is_pending_and_says_who_must_accept_what(
    asked: Stack, many: Simulator
) -> None:
    expected = {agency.share: "PENDING" for agency in CROWD} | permissions_expected()
    assert statuses(asked) == expected
    requests = {request.agency: request.id for request in many.open_requests()}
    assert len(requests) == len(CROWD)

    waiting = asked.preview()

    for agency in CROWD:
        share_now = asked.resources()[agency.share]
        assert share_now["pending_request_id"] == requests[agency.id]
        assert told(waiting, "warning", agency.id, requests[agency.id], "accept")


def test_refresh_records_what_became_of_each_request(asked: Stack, many: Simulator) -> None:
    requests = crowd.answer_all(many)

    refreshed = asked.refresh()

    assert statuses(asked) == shares_expected() | permissions_expected()
    for agency in CROWD:
        request = requests[agency.status]
        if SHARE_STATUS[agency.status] == "PENDING":
            assert told(refreshed, "warning", agency.id, request, "Business Settings")
        granted = asked.resources()[agency.share]["granted_tasks"]
        assert granted == (["ANALYZE"] if agency.status in crowd.ACCEPTED else [])

    for _ in range(2):  # every preview says it, not only the first
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


def test_up_without_refresh_permits_what_was_accepted_and_asks_nobody_again(
    asked: Stack, many: Simulator
) -> None:
    crowd.answer_all(many)
    many.clear_requests()

    asked.up()

    pending = {agency.share: "PENDING" for agency in CROWD}
    assert statuses(asked) == pending | permissions_expected(*crowd.ACCEPTED)
    assert many.count("POST agencies") == 0


def test_one_acceptance_ends_the_wait_of_every_pixel_on_the_request(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(
        program(
            share("one", PIXEL, HARBOUR),
            share("two", PIXEL_2, HARBOUR),
            share("three", PIXEL_3, HARBOUR),
            permission("account", PIXEL_2, HARBOUR, HARBOUR_ACCOUNT, credentials="harbour"),
        )
    )
    made.up()
    requests = {out.get("pending_request_id") for out in made.resources().values()} - {None}
    (request,) = sim.open_requests()
    assert requests == {request.id}
    assert set(request.pixels) == {PIXEL, PIXEL_2, PIXEL_3}

    sim.answer(request.id, "APPROVE")
    made.up("--refresh")

    assert set(statuses(made).values()) == {"ACTIVE"}
    made.expect_no_changes()
    assert sim.count("POST agencies") == 3


def test_a_request_that_expires_by_itself_is_sent_again(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("one", PIXEL, HARBOUR)))
    made.up()
    sim.advance(days=31)

    assert told(made.up("--refresh"), "warning", HARBOUR, "must accept")

    (request,) = sim.open_requests()
    assert made.resources()["one"]["pending_request_id"] == request.id
    sim.advance(days=10)
    made.refresh()
    made.expect_no_changes()
    assert statuses(made) == {"one": "PENDING"}
