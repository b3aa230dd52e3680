"""What a message tells to run when something went wrong puts it right.

One stack has many troubles at once, each on a pixel of its own, so that few commands are run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from metapixel_simulator import AdAccount, Pixel, Relationship, SharingRequest, Simulator, World
from metapixel_simulator.request_log import Entry
from tests.support.programs import permission, program, share, standing_response
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows
from tests.support.worlds import owner_and_agencies

pytestmark = pytest.mark.engine

OWNER, PARTNER, ACCOUNT = "1", "2", "700"
#: Agencies without a relationship to the owner.
STRANGERS = ("31", "32", "33", "34")
STRANGERS_ACCOUNT = "701"
PIXELS = tuple(str(100 + number) for number in range(10))
BOTH = ("ANALYZE", "UPLOAD")
NO_EFFECT = {"kind": "status", "status": 200, "body": '{"success": true}'}
REFUSED = {"kind": "graph_error", "code": 100, "message": "no"}
NOT_ALLOWED = {"kind": "graph_error", "code": 200, "message": "no longer"}


def _world() -> World:
    agencies = (PARTNER, *STRANGERS)
    made = owner_and_agencies(OWNER, agencies)
    made.add(
        *(Pixel(pixel, "Web", owner=OWNER) for pixel in PIXELS),
        AdAccount(ACCOUNT, "Ads", owner=PARTNER),
        AdAccount(STRANGERS_ACCOUNT, "Ads", owner=STRANGERS[0]),
        Relationship(OWNER, PARTNER),
    )
    return made


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """An owner with many pixels, a partner and strangers, instead of the example's."""
    with Simulator(_world()) as simulator:
        yield simulator


class Estate:
    """A stack of these tests."""

    def __init__(self, stack: Callable[..., Stack], sim: Simulator) -> None:
        self.stack = stack(program(), environment={"META_ACCESS_TOKEN_AGENCIES": "agencies-token"})
        self.terminal = Terminal.of(self.stack)
        self.sim = sim

    def fault(self, endpoint: str, pixel: str = "", /, **options: object) -> None:
        self.sim.fault(endpoint, path=f"/{pixel}", **options)

    def request_to(self, agency: str) -> str:
        (request,) = (each for each in self.sim.open_requests() if each.agency == agency)
        return request.id


@pytest.fixture
def estate(stack: Callable[..., Stack], sim: Simulator) -> Estate:
    return Estate(stack, sim)


@follows("pulumi up --refresh", after=["because the share of business {} ended; if the pixel"])
def test_an_ad_account_whose_share_ended_gets_the_pixel_back_with_the_next_share(
    estate: Estate, sim: Simulator
) -> None:
    key, agencies = (PIXELS[0], PARTNER, ACCOUNT), {"credentials": "agencies"}
    both = program(
        share("shared", PIXELS[0], PARTNER),
        permission("allowed", *key, "depends_on=[shared]", **agencies),
    )
    estate.stack.write(both)
    estate.stack.up()
    estate.stack.write(program(permission("allowed", *key, **agencies)))
    ended = estate.terminal.type("pulumi up").output
    assert f"Ad account {ACCOUNT} lost pixel {PIXELS[0]}" in ended
    assert sim.permissions() == set()

    estate.stack.write(both)
    estate.terminal.type("pulumi up --refresh")

    assert estate.stack.statuses() == {"shared": "ACTIVE", "allowed": "ACTIVE"}
    assert sim.permissions() == {key}


@follows(
    "pulumi up --refresh",
    after=[
        "must accept sharing request",
        "At the last read, pixel {} still waited for {} to accept",
        "The last read did not confirm all shares of {}; `pulumi up --refresh` reads them again",
        "after the request has ended",
        "but Meta does not return exactly the accepted tasks yet; run",
        "but still returns it; run",
        "is still missing, check in Business Settings",
    ],
)
def test_up_with_refresh_goes_on_from_everything_that_was_late(
    estate: Estate, sim: Simulator
) -> None:
    accepted_late, listed_early, ended_by_hand, answered = STRANGERS
    estate.stack.write(program(share("narrowed", PIXELS[0], PARTNER, *BOTH)))
    estate.stack.up()
    estate.fault("POST agencies", PIXELS[0], **NO_EFFECT)
    # Meta grants less than it was asked for, at first.
    sim.share(PIXELS[1], PARTNER, ["ANALYZE"])
    estate.fault("POST agencies", PIXELS[1], **NO_EFFECT)
    sim.share(PIXELS[2], listed_early, ["ANALYZE"])
    sim.world.add(SharingRequest("2000", OWNER, listed_early, {PIXELS[3]: ("ANALYZE",)}))
    estate.fault("POST request", **NO_EFFECT)
    estate.stack.write(
        program(
            share("narrowed", PIXELS[0], PARTNER, "UPLOAD"),
            share("granted", PIXELS[1], PARTNER, *BOTH, on_existing="overwrite"),
            share("listed", PIXELS[2], listed_early),
            share("accepted", PIXELS[4], accepted_late),
            share("ended", PIXELS[5], ended_by_hand),
            share("answered", PIXELS[6], answered),
            standing_response(
                "answer", OWNER, answered, opts="depends_on=[answered]", credentials="agencies"
            ),
        )
    )
    terminal = estate.terminal
    terminal.type("pulumi up")
    assert "ACTIVE" not in estate.stack.statuses().values()

    sim.share(PIXELS[0], PARTNER, ["UPLOAD"])
    sim.share(PIXELS[1], PARTNER, BOTH)
    sim.answer("2000", "DECLINE")
    sim.answer(estate.request_to(accepted_late), "APPROVE")
    sim.answer(estate.request_to(ended_by_hand), "APPROVE")
    sim.unshare(PIXELS[5], ended_by_hand)
    terminal.type("pulumi preview")
    terminal.type("pulumi up --refresh")
    terminal.type("pulumi up --refresh")

    assert estate.stack.statuses() == {
        "narrowed": "ACTIVE",
        "granted": "ACTIVE",
        "listed": "ACTIVE",
        "accepted": "ACTIVE",
        "ended": "ACTIVE",
        "answered": "ACTIVE",
        "answer": "ANSWERED",
    }
    assert sim.shares()[PIXELS[0], PARTNER] == {"UPLOAD"}


@follows(
    "pulumi up",
    after=[
        "The {} was sent, but it could not be confirmed",
        "the next `pulumi up` permits the ad account",
        "At the last read, ad account {} still waited for pixel {}; `pulumi up` tries again",
    ],
)
def test_up_goes_on_from_what_was_sent_and_from_what_waits(estate: Estate, sim: Simulator) -> None:
    agencies = {"credentials": "agencies"}
    for endpoint, pixel in (("POST agencies", PIXELS[0]), ("POST shared_accounts", PIXELS[1])):
        when = "after" if endpoint == "POST agencies" else "before"
        estate.fault(endpoint, pixel, kind="reset", when=when)
        estate.fault(endpoint, pixel, after_n=1, **NOT_ALLOWED)
    estate.stack.write(
        program(
            share("unanswered", PIXELS[0], STRANGERS[1]),
            share("partners", PIXELS[1], PARTNER),
            permission("unsure", PIXELS[1], PARTNER, ACCOUNT, "depends_on=[partners]", **agencies),
            share("waiting", PIXELS[2], STRANGERS[0]),
            permission("later", PIXELS[2], STRANGERS[0], STRANGERS_ACCOUNT, **agencies),
        )
    )
    terminal = estate.terminal
    terminal.type("pulumi up")
    terminal.type("pulumi preview")
    sim.answer(estate.request_to(STRANGERS[0]), "APPROVE")
    sim.answer(estate.request_to(STRANGERS[1]), "APPROVE")

    terminal.type("pulumi up")

    found = estate.stack.statuses()
    assert {name: found[name] for name in ("unanswered", "unsure", "later")} == {
        "unanswered": "ACTIVE",
        "unsure": "ACTIVE",
        "later": "ACTIVE",
    }


@follows("--continue-on-error")
@follows("pulumi up", after=["another resource failed and the program may declare"])
def test_up_ends_what_was_not_deleted_once_the_other_error_is_resolved(
    estate: Estate, sim: Simulator
) -> None:
    old, extra = share("old", PIXELS[0], PARTNER), share("extra", PIXELS[1], PARTNER)
    estate.stack.write(program(old, extra))
    estate.stack.up()

    estate.stack.write(program(share("new", PIXELS[0], PARTNER, *BOTH)))
    estate.terminal.type("pulumi up", options=["--continue-on-error"], ok=False)
    assert set(estate.stack.statuses()) == {"old", "extra"}

    estate.stack.write(program(share("new", PIXELS[0], PARTNER, *BOTH, on_existing="overwrite")))
    estate.terminal.type("pulumi up")
    assert set(estate.stack.statuses()) == {"new"}
    assert sim.shares() == {(PIXELS[0], PARTNER): frozenset(BOTH)}


@follows("pulumi up", after=["exists, but it could not be changed"])
def test_up_changes_a_share_whose_replacement_could_not_be_changed(
    estate: Estate, sim: Simulator
) -> None:
    first = {"opts": "delete_before_replace=True"}
    estate.stack.write(program(share("one", PIXELS[0], PARTNER, **first)))
    estate.stack.up()
    estate.stack.write(program(share("one", PIXELS[0], PARTNER, *BOTH, **first)))

    def watch(entry: Entry, phase: str) -> None:
        # The older record of the share is superseded; what comes after that write is refused.
        if (entry.endpoint, phase) == ("POST agencies", "after"):
            estate.fault("GET agencies", PIXELS[0], times=-1, **NOT_ALLOWED)

    sim.on_request = watch
    estate.terminal.type("pulumi up --replace URN", URN=f"'{estate.stack.urn('one')}'")
    assert estate.stack.statuses() == {"one": "UNCONFIRMED"}

    sim.on_request = None
    sim.clear_faults()
    estate.terminal.type("pulumi up")

    assert estate.stack.statuses() == {"one": "ACTIVE"}
    assert sim.shares() == {(PIXELS[0], PARTNER): frozenset(BOTH)}


@follows("pulumi up --refresh", after=["the write may have taken effect"])
def test_up_with_refresh_ends_a_share_whose_deletion_was_not_answered(
    estate: Estate, sim: Simulator
) -> None:
    estate.stack.write(program(share("one", PIXELS[0], PARTNER)))
    estate.stack.up()
    estate.stack.write(program())
    estate.fault("DELETE agencies", PIXELS[0], kind="reset", times=-1)
    estate.terminal.type("pulumi up", ok=False)
    assert set(estate.stack.statuses()) == {"one"}

    sim.clear_faults()
    estate.terminal.type("pulumi up --refresh")

    assert (sim.shares(), estate.stack.statuses()) == ({}, {})


@follows("pulumi up --refresh", after=["; use the token of an admin of the owner, and run"])
def test_up_with_refresh_reads_a_request_that_another_token_could_not_read(
    estate: Estate, sim: Simulator
) -> None:
    estate.stack.write(program(share("one", PIXELS[0], STRANGERS[0])))
    estate.stack.up()
    for endpoint in ("GET request", "GET initiated_sharing_agreements"):
        estate.sim.fault(endpoint, kind="graph_error", code=100, subcode=33, times=-1)
    estate.terminal.type("pulumi up", options=["--refresh"])
    assert estate.stack.statuses() == {"one": "UNCONFIRMED"}
    sim.set(delete_while_pending="no_effect")
    kept = estate.stack.destroy(ok=False).output
    assert f"may still accept sharing request {estate.request_to(STRANGERS[0])}" in kept

    sim.clear_faults()
    estate.terminal.type("pulumi up --refresh")

    assert estate.stack.statuses() == {"one": "PENDING"}
    assert sim.count("POST agencies") == 1


@follows("pulumi up", after=["although it was revoked before; declare the task"])
def test_tasks_that_meta_keeps_are_an_error_until_the_share_is_declared_anew(
    estate: Estate, sim: Simulator
) -> None:
    narrow, made = program(share("one", PIXELS[0], PARTNER)), estate.stack
    made.write(program(share("one", PIXELS[0], PARTNER, *BOTH)))
    made.up()
    sim.set(repeat_share="union")
    made.write(narrow)
    assert "Meta accepted the revocation of UPLOAD" in made.up().output
    assert made.statuses() == {"one": "UNCONFIRMED"}

    refused = estate.terminal.type("pulumi up", options=["--refresh"], ok=False)
    assert "Meta still returns UPLOAD" in refused.text
    assert sim.count(method="DELETE") == 0
    for text in (program(), narrow):
        made.write(text)
        estate.terminal.type("pulumi up")

    assert sim.shares() == {(PIXELS[0], PARTNER): frozenset({"ANALYZE"})}
    assert made.statuses() == {"one": "ACTIVE"}
