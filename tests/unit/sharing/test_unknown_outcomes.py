"""Writes whose outcome is unknown: none is lost, none is doubled, whatever Meta's habits are.

Every write loses its answer, before and after its effect. Then refreshes and updates follow, and
Meta has to have what is declared. The client reports each way in which an answer can fail by the
same error (`tests/unit/graph/test_answers.py`), so the writes meet only a reset connection.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from metapixel_provider.errors import GraphError
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing.contract import Lifecycle, Outcome, Properties
from metapixel_provider.sharing.meta import Meta
from metapixel_simulator import Simulator
from tests.support.changing import changing
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.unit.conftest import IMPATIENT, QUICK, MetaMaker
from tests.unit.sharing.support import (
    PERMISSIONS,
    RESPONSES,
    SHARES,
    STANDING_RESPONSES,
    Writes,
    permission,
    response,
    share,
    standing,
    texts,
)

ACTIVE, WAITING = share(NORTHLIGHT), share(HARBOUR)
NARROW = share(NORTHLIGHT, "ANALYZE")
SWAPPED = share(NORTHLIGHT, "ANALYZE", "ADVERTISE")
WIDE = share(NORTHLIGHT, "ANALYZE", "UPLOAD", "ADVERTISE")

#: The id of the first request in the example world.
REQUEST = "2400000000000001"


@dataclass(frozen=True)
class Case:
    """A write of one lifecycle: from the share `before` it to what is `declared`.

    `before` is None if there is no share, and `declared` is None for a deletion.
    """

    endpoint: str
    lifecycle: Lifecycle
    before: Properties | None
    declared: Properties | None
    token: str = "owner-token"

    def prepared(self, meta: MetaMaker) -> Properties | None:
        """Return what the state records of the resource before the write, None if it is new."""
        made = SHARES.create(meta(), self.before).outputs if self.before else None
        if self.lifecycle is PERMISSIONS and self.declared is None:
            return PERMISSIONS.create(meta(self.token), permission()).outputs
        return made if self.lifecycle is SHARES else None

    def created(self, meta: MetaMaker, patience: Patience = QUICK) -> Outcome:
        assert self.declared is not None
        return self.lifecycle.create(meta(self.token, patience), self.declared)


POST, DELETE = "POST agencies", "DELETE agencies"
PERMIT, WITHDRAW, ANSWER = "POST shared_accounts", "DELETE shared_accounts", "POST request"
APPROVE, DECLINE = response(REQUEST), response(REQUEST, "DECLINE")
CASES = {
    "share": Case(POST, SHARES, None, ACTIVE),
    "ask": Case(POST, SHARES, None, WAITING),
    "widen": Case(POST, SHARES, ACTIVE, WIDE),
    "narrow": Case(POST, SHARES, ACTIVE, NARROW),
    "swap": Case(POST, SHARES, ACTIVE, SWAPPED),
    "ask for other tasks": Case(POST, SHARES, WAITING, share(HARBOUR, "UPLOAD")),
    "unshare": Case(DELETE, SHARES, ACTIVE, None),
    "withdraw the request": Case(DELETE, SHARES, WAITING, None),
    "permit": Case(PERMIT, PERMISSIONS, ACTIVE, permission(), "northlight-token"),
    "withdraw": Case(WITHDRAW, PERMISSIONS, ACTIVE, None, "northlight-token"),
    "approve": Case(ANSWER, RESPONSES, WAITING, APPROVE, "harbour-token"),
    "decline": Case(ANSWER, RESPONSES, WAITING, DECLINE, "harbour-token"),
}


def written(case: Case, meta: Meta, before: Properties | None) -> Properties | None:
    """The outputs after the operation that the engine asks for, None after a deletion."""
    lifecycle, declared = case.lifecycle, case.declared
    if declared is None:
        assert before is not None
        lifecycle.delete(meta, before)
        return None
    if before is None:
        return lifecycle.create(meta, declared).outputs
    difference = lifecycle.difference(before, declared)
    if difference.changed or difference.needs_update:
        return lifecycle.update(meta, before, declared).outputs
    return before


@pytest.mark.parametrize(
    "stale",
    [0, pytest.param(1, marks=pytest.mark.rest), pytest.param(2, marks=pytest.mark.rest), 3],
)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_write_of_unknown_outcome_is_neither_lost_nor_doubled(
    sim: Simulator, meta: MetaMaker, case: Case, when: str, stale: int
) -> None:
    patience = Patience(outage=0, first_pause=0.001, first_read_pause=0.001, lag=0.001)
    before = case.prepared(meta)
    sim.set(stale_reads=stale)
    writes = Writes(sim)
    sim.fault(case.endpoint, kind="reset", when=when)

    outputs = written(case, meta(case.token, patience), before)
    for _ in range(3):
        if outputs is None:
            break
        # A process of its own for each command: nothing that was read survives.
        read = case.lifecycle.read(meta(case.token, patience), outputs)
        found = None if read.deleted else read.outputs
        outputs = written(case, meta(case.token, patience), found)

    assert writes.effective == [case.endpoint]
    assert len(sim.open_requests()) <= 1
    assert_agreement(sim, case, outputs)


def assert_agreement(sim: Simulator, case: Case, outputs: Properties | None) -> None:
    declared = case.declared
    if declared is None:
        shares = set() if case.lifecycle is SHARES else {(PIXEL, NORTHLIGHT)}
        assert set(sim.shares()) == shares
        assert (sim.permissions(), sim.open_requests()) == (set(), [])
        return
    assert outputs is not None
    if case.lifecycle is PERMISSIONS:
        assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}
        assert outputs["status"] == "ACTIVE"
    elif case.lifecycle is RESPONSES:
        assert sim.request(str(outputs["request_id"])).status == declared["request_status"]
        assert outputs["status"] == declared["request_status"]
    elif declared["agency_business_id"] == NORTHLIGHT:
        tasks = declared["permitted_tasks"]
        assert isinstance(tasks, list)
        assert sim.shares() == {(PIXEL, NORTHLIGHT): set(tasks)}
        assert (outputs["status"], outputs["granted_tasks"]) == ("ACTIVE", tasks)
    else:
        (request,) = sim.open_requests()
        assert list(request.pixels[PIXEL]) == declared["permitted_tasks"]
        assert (outputs["status"], outputs["pending_request_id"]) == ("PENDING", request.id)


#: A creation of each kind, the read that confirms it, and its status if no read does.
CREATIONS = [
    ("share", "GET agencies", "UNCONFIRMED"),
    ("permit", "GET shared_accounts", "UNCONFIRMED"),
    ("approve", "GET request", "PENDING"),
]
every_creation = pytest.mark.parametrize(("name", "read", "status"), CREATIONS)


@every_creation
@pytest.mark.parametrize("lost", ["the reads", "the answer and the reads"])
def test_a_creation_that_no_read_confirms_is_recorded_and_settled_by_the_next_update(
    sim: Simulator, meta: MetaMaker, name: str, read: str, status: str, lost: str
) -> None:
    case = CASES[name]
    case.prepared(meta)
    sim.fault(read, kind="status", after_n=1, times=-1)
    if lost == "the answer and the reads":
        sim.fault(case.endpoint, kind="reset", when="after", times=-1)
    writes = Writes(sim)

    created = case.created(meta, IMPATIENT)
    assert sim.count(case.endpoint) == 1
    sim.clear_faults()
    settled = written(case, meta(case.token), created.outputs)

    assert created.outputs["status"] == status
    assert "was sent, but it could not be confirmed" in texts(created.notices)
    is_unanswered = lost == "the answer and the reads"
    assert ("may have taken effect" in texts(created.notices)) is is_unanswered
    assert writes.effective == [case.endpoint]
    assert_agreement(sim, case, settled)


@every_creation
@pytest.mark.parametrize("kind", ["reset", "status", "truncated"])
def test_an_outage_is_never_gone(
    sim: Simulator, meta: MetaMaker, name: str, read: str, status: str, kind: str
) -> None:
    case = CASES[name]
    case.prepared(meta)
    made = case.created(meta)
    sim.fault(read, kind=kind, times=-1)

    with pytest.raises(GraphError):
        case.lifecycle.read(meta(case.token, IMPATIENT), made.outputs)


@pytest.mark.parametrize(
    ("lifecycle", "declared"),
    [
        (SHARES, share()),
        (PERMISSIONS, permission()),
        (RESPONSES, response("77")),
        (STANDING_RESPONSES, standing()),
    ],
)
def test_each_input_is_a_change_and_another_id_or_answer_is_another_resource(
    lifecycle: Lifecycle, declared: Properties
) -> None:
    recorded = declared | {"status": lifecycle.type_.statuses[0]}

    for each in lifecycle.type_.inputs:
        other = declared | {each.name: ["EDIT"] if each.name == "permitted_tasks" else "9000"}
        difference = lifecycle.difference(recorded, other)
        assert difference.changed == (each.name,)
        assert difference.replaces == ((each.name,) if each.replaces else ())


@pytest.mark.parametrize("revoked", ["UPLOAD", "ADVERTISE"])
@pytest.mark.parametrize("refreshed", [False, True])
def test_a_narrowing_that_never_reached_meta_is_sent_by_the_next_update(
    sim: Simulator, meta: MetaMaker, revoked: str, refreshed: bool
) -> None:
    """Meta may imply ADVERTISE, but a write that it did not receive does not show this."""
    made = SHARES.create(meta(), share(NORTHLIGHT, "ANALYZE", revoked)).outputs
    narrow = share(NORTHLIGHT, "ANALYZE")
    sim.fault("POST agencies", kind="reset", times=-1)
    recorded = SHARES.update(meta(patience=IMPATIENT), made, narrow).outputs
    sim.clear_faults()
    if refreshed:
        recorded = SHARES.read(meta(), recorded).outputs
    assert recorded["status"] == "UNCONFIRMED"

    updated = SHARES.update(meta(), recorded, narrow).outputs

    assert sim.shares()[PIXEL, NORTHLIGHT] == {"ANALYZE"}
    assert updated["status"] == "ACTIVE"
    assert "write_unanswered" not in updated


def test_a_lost_narrowing_is_sent_again_after_somebody_else_changed_the_share(
    sim: Simulator, meta: MetaMaker
) -> None:
    """Another change of the tasks does not show that the write had an effect."""
    made = SHARES.create(meta(), WIDE).outputs
    sim.fault(POST, kind="reset")
    others = ["ANALYZE", "ADVERTISE"]

    with changing(sim, (POST, "before"), lambda: sim.share(PIXEL, NORTHLIGHT, others)):
        SHARES.update(meta(), made, NARROW)

    assert sim.shares()[PIXEL, NORTHLIGHT] == {"ANALYZE"}


def test_an_outdated_read_does_not_show_that_meta_implies_a_revoked_task(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "ADVERTISE"])
    sent = NARROW | {"status": "UNCONFIRMED", "tasks_being_revoked": ["ADVERTISE"]}
    sim.set(stale_reads=1)
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])

    read = SHARES.read(meta(), sent)

    assert read.outputs["granted_tasks"] == ["ANALYZE"]


def test_an_answered_narrowing_that_was_not_read_is_sent_once_if_meta_implies_the_task(
    sim: Simulator, meta: MetaMaker
) -> None:
    made = SHARES.create(meta(), SWAPPED).outputs
    sim.set(implied_tasks="ANALYZE:ADVERTISE")
    sim.fault("GET agencies", kind="status", after_n=1, times=-1)
    recorded = SHARES.update(meta(patience=IMPATIENT), made, NARROW).outputs
    sim.clear_faults()

    settled = SHARES.update(meta(), recorded, NARROW).outputs

    # The creation was the first write.
    assert (settled["status"], sim.count(POST)) == ("ACTIVE", 2)
