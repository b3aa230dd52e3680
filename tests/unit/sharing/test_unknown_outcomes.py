"""Writes whose outcome is unknown: none is lost, none is doubled, whatever Meta's habits are.

Every write loses its answer, before and after its effect. Then refreshes and updates follow, and
Meta has to have what is declared. The client reports each way in which an answer can fail by the
same error (`tests/unit/graph/test_answers.py`), so most writes meet only a reset connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from metapixel_provider.errors import GraphError
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing.contract import Lifecycle, Properties
from metapixel_provider.sharing.meta import Meta
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.unit.conftest import IMPATIENT, MetaMaker
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

KINDS: Mapping[str, Mapping[str, object]] = {
    "timeout": {"kind": "timeout", "seconds": 0.5},
    "reset": {"kind": "reset"},
    "500": {"kind": "graph_error", "code": 2, "status": 500},
    "502 HTML": {"kind": "status", "status": 502},
    "truncated": {"kind": "truncated"},
    "empty": {"kind": "status", "status": 200, "body": ""},
    "success false": {"kind": "status", "status": 200, "body": '{"success":false}'},
}
ACTIVE, WAITING = share(NORTHLIGHT), share(HARBOUR)
NARROW = share(NORTHLIGHT, "ANALYZE")
SWAPPED = share(NORTHLIGHT, "ANALYZE", "ADVERTISE")
WIDE = share(NORTHLIGHT, "ANALYZE", "UPLOAD", "ADVERTISE")
OTHER_REQUEST = share(HARBOUR, "UPLOAD")

Made = Mapping[str, Properties]


def prepared(meta: Meta, *declared: Properties) -> Made:
    """The outputs of shares that were made before, by agency."""
    return {
        str(inputs["agency_business_id"]): SHARES.create(meta, inputs).outputs
        for inputs in declared
    }


def request_of(made: Made) -> str:
    return str(made[HARBOUR]["pending_request_id"])


@dataclass(frozen=True)
class Case:
    """A write of one lifecycle: from what was made `before` to what is declared.

    `declared` is None for a deletion. `effects` are the calls that change Meta.
    """

    endpoint: str
    lifecycle: Lifecycle
    before: tuple[Properties, ...]
    declared: Callable[[Made], Properties | None]
    effects: list[str]
    token: str = "owner-token"


def of_share(
    before: tuple[Properties, ...], declared: Properties | None, effects: list[str]
) -> Case:
    return Case(effects[0], SHARES, before, lambda made: declared, effects)


POST, DELETE = "POST agencies", "DELETE agencies"
CASES = {
    "share": of_share((), ACTIVE, [POST]),
    "ask": of_share((), WAITING, [POST]),
    "widen": of_share((ACTIVE,), WIDE, [POST]),
    "narrow": of_share((ACTIVE,), NARROW, [POST]),
    "swap": of_share((ACTIVE,), SWAPPED, [POST]),
    "ask for other tasks": of_share((WAITING,), OTHER_REQUEST, [POST]),
    "unshare": of_share((ACTIVE,), None, [DELETE]),
    "withdraw the request": of_share((WAITING,), None, [DELETE]),
    "permit": Case(
        "POST shared_accounts",
        PERMISSIONS,
        (ACTIVE,),
        lambda made: permission(),
        ["POST shared_accounts"],
        token="northlight-token",
    ),
    "withdraw": Case(
        "DELETE shared_accounts",
        PERMISSIONS,
        (ACTIVE,),
        lambda made: None,
        ["DELETE shared_accounts"],
        token="northlight-token",
    ),
    **{
        answer.lower(): Case(
            "POST request",
            RESPONSES,
            (WAITING,),
            lambda made, answer=answer: response(request_of(made), answer),  # type: ignore[misc]
            ["POST request"],
            token="harbour-token",
        )
        for answer in ("APPROVE", "DECLINE")
    },
}


def recorded_before(case: Case, made: Made, sim: Simulator, meta: Meta) -> Properties | None:
    """What the state records of the resource before the write, None where it is new."""
    if case.lifecycle is PERMISSIONS and case.effects[0].startswith("DELETE"):
        return PERMISSIONS.create(meta, permission()).outputs
    return next(iter(made.values())) if case.lifecycle is SHARES and made else None


def written(
    lifecycle: Lifecycle, meta: Meta, before: Properties | None, declared: Properties | None
) -> Properties | None:
    """The outputs after the operation that the engine asks for, None after a deletion."""
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


def refreshed(lifecycle: Lifecycle, meta: Meta, outputs: Properties) -> Properties | None:
    outcome = lifecycle.read(meta, outputs)
    return None if outcome.deleted else outcome.outputs


FAILURES = [
    pytest.param(case, kind, id=f"{name}-{kind}")
    for name, case in CASES.items()
    for kind in KINDS
    if kind == "reset" or name in ("share", "unshare")
]


@pytest.mark.parametrize(
    "stale",
    [0, pytest.param(1, marks=pytest.mark.rest), pytest.param(2, marks=pytest.mark.rest), 3],
)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("case", "kind"), FAILURES)
def test_a_write_of_unknown_outcome_is_neither_lost_nor_doubled(
    sim: Simulator, meta: MetaMaker, case: Case, kind: str, when: str, stale: int
) -> None:
    timeout = 0.2 if kind == "timeout" else 5.0
    patience = Patience(timeout=timeout, first_pause=0.001, first_read_pause=0.001, lag=0.001)
    made = prepared(meta(), *case.before)
    before = recorded_before(case, made, sim, meta(case.token))
    declared = case.declared(made)
    sim.set(stale_reads=stale)
    writes = Writes(sim)
    sim.fault(case.endpoint, when=when, **KINDS[kind])  # type: ignore[arg-type]

    outputs = written(case.lifecycle, meta(case.token, patience), before, declared)
    for _ in range(3):
        if outputs is None or declared is None:
            break
        # A process of its own for each command: nothing that was read survives.
        found = refreshed(case.lifecycle, meta(case.token, patience), outputs)
        outputs = written(case.lifecycle, meta(case.token, patience), found, declared)

    assert writes.effective == case.effects
    assert len(sim.open_requests()) <= 1
    assert_agreement(sim, case, declared, outputs)


def assert_agreement(
    sim: Simulator, case: Case, declared: Properties | None, outputs: Properties | None
) -> None:
    """Meta has what is declared, and the state says so."""
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
    declared = case.declared(prepared(meta(), *case.before))
    assert declared is not None
    sim.fault(read, kind="status", after_n=1, times=-1)
    if lost == "the answer and the reads":
        sim.fault(case.endpoint, kind="reset", when="after", times=-1)
    writes = Writes(sim)

    created = case.lifecycle.create(meta(case.token, IMPATIENT), declared)
    sim.clear_faults()
    settled = written(case.lifecycle, meta(case.token), created.outputs, declared)

    assert created.outputs["status"] == status
    assert "was sent, but it could not be confirmed" in texts(created.notices)
    assert writes.effective == case.effects
    assert_agreement(sim, case, declared, settled)


@every_creation
def test_what_meta_does_not_return_yet_is_not_active(
    sim: Simulator, meta: MetaMaker, name: str, read: str, status: str
) -> None:
    case = CASES[name]
    declared = case.declared(prepared(meta(), *case.before))
    assert declared is not None
    sim.set(stale_reads=50)

    created = case.lifecycle.create(meta(case.token), declared)

    assert created.outputs["status"] == status
    assert created.outputs.get("granted_tasks", []) == []


@every_creation
@pytest.mark.parametrize("kind", ["reset", "status", "truncated"])
def test_an_outage_is_never_gone(
    sim: Simulator, meta: MetaMaker, name: str, read: str, status: str, kind: str
) -> None:
    case = CASES[name]
    declared = case.declared(prepared(meta(), *case.before))
    assert declared is not None
    made = case.lifecycle.create(meta(case.token), declared)
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
    (made,) = prepared(meta(), share(NORTHLIGHT, "ANALYZE", revoked)).values()
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
