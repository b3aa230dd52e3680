"""Writes whose outcome is unknown: none is lost, none is doubled, whatever Meta's habits are.

Every write meets every way in which its answer can fail, before and after its effect. Then
`pulumi up` runs again, and state, Meta and declaration have to agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from metapixel_provider.graph.client import Patience
from metapixel_provider.sharing.lifecycle import Properties
from metapixel_simulator import Simulator
from tests.model.agreement import disagreements
from tests.model.engine import Declared, Engine, Program
from tests.unit.conftest import Ids
from tests.unit.sharing.support import Writes

KINDS: Mapping[str, Mapping[str, object]] = {
    "timeout": {"kind": "timeout", "seconds": 0.5},
    "reset": {"kind": "reset"},
    "500": {"kind": "graph_error", "code": 2, "status": 500},
    "502 HTML": {"kind": "status", "status": 502},
    "truncated": {"kind": "truncated"},
    "empty": {"kind": "empty"},
    "success false": {"kind": "success_false"},
}
TOKENS = {"": "owner-token", "northlight": "northlight-token", "harbour": "harbour-token"}


def share(agency: str, *tasks: str, **inputs: object) -> Declared:
    declared: Properties = {
        "pixel_id": Ids.pixel,
        "agency_business_id": agency,
        "permitted_tasks": list(tasks),
    }
    return Declared("share", declared | inputs)


def permission() -> Declared:
    return Declared(
        "permission",
        {
            "pixel_id": Ids.pixel,
            "business_id": Ids.northlight,
            "ad_account_id": Ids.northlight_account,
            "credentials": "northlight",
        },
    )


def response(answer: str) -> Declared:
    return Declared(
        "response",
        lambda outputs: {
            "request_id": outputs["share"]["pending_request_id"],
            "request_status": answer,
            "credentials": "harbour",
        },
    )


STANDS = {"share": share(Ids.northlight, "ANALYZE", "UPLOAD")}
WAITS = {"share": share(Ids.harbour, "ANALYZE", "UPLOAD")}


@dataclass(frozen=True)
class Case:
    """From what stands to what is declared; `effects` by Meta's habit with a repeated share."""

    endpoint: str
    before: Program
    after: Program
    effects: list[str] = field(default_factory=list)
    union_effects: list[str] | None = None


CASES = {
    "share": Case("POST agencies", {}, STANDS, ["POST agencies"]),
    "ask": Case("POST agencies", {}, WAITS, ["POST agencies"]),
    "widen": Case(
        "POST agencies",
        STANDS,
        {"share": share(Ids.northlight, "ANALYZE", "UPLOAD", "ADVERTISE")},
        ["POST agencies"],
    ),
    "narrow": Case(
        "POST agencies",
        STANDS,
        {"share": share(Ids.northlight, "ANALYZE", allow_reshare=True)},
        ["POST agencies"],
        ["DELETE agencies", "POST agencies"],
    ),
    "swap": Case(
        "POST agencies",
        STANDS,
        {"share": share(Ids.northlight, "ANALYZE", "ADVERTISE", allow_reshare=True)},
        ["POST agencies"],
        ["POST agencies", "DELETE agencies", "POST agencies"],
    ),
    "ask for other tasks": Case(
        "POST agencies", WAITS, {"share": share(Ids.harbour, "UPLOAD")}, ["POST agencies"]
    ),
    "unshare": Case("DELETE agencies", STANDS, {}, ["DELETE agencies"]),
    "withdraw the request": Case("DELETE agencies", WAITS, {}, ["DELETE agencies"]),
    "permit": Case(
        "POST shared_accounts",
        STANDS,
        {**STANDS, "permission": permission()},
        ["POST shared_accounts"],
    ),
    "withdraw": Case(
        "DELETE shared_accounts",
        {**STANDS, "permission": permission()},
        STANDS,
        ["DELETE shared_accounts"],
    ),
    "approve": Case(
        "POST request", WAITS, {**WAITS, "response": response("APPROVE")}, ["POST request"]
    ),
    "decline": Case(
        "POST request", WAITS, {**WAITS, "response": response("DECLINE")}, ["POST request"]
    ),
}


def converge(engine: Engine, program: Program) -> list[object]:
    """Refreshes and brings about until nothing is left to do; what was done in each round."""
    rounds: list[object] = []
    for _ in range(3):
        refreshed, brought = engine.refresh(), engine.up(program)
        rounds += [refreshed, brought]
        if brought.idle and refreshed.error is None:
            return rounds
    pytest.fail(f"does not converge: {rounds}")


@pytest.mark.parametrize("stale", [0, 1, 2, 3])
@pytest.mark.parametrize("habit", ["overwrite", "union"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_write_of_unknown_outcome_is_neither_lost_nor_doubled(
    sim: Simulator, case: Case, kind: str, when: str, habit: str, stale: int
) -> None:
    patience = Patience(
        timeout=0.2 if kind == "timeout" else 5.0, first_pause=0.001, first_look=0.001, lag=0.001
    )
    engine = Engine(sim.url, TOKENS, patience)
    sim.set(repeat_share=habit)
    assert engine.up(case.before).error is None
    sim.set(stale_reads=stale)
    writes = Writes(sim)
    sim.fault(case.endpoint, when=when, **KINDS[kind])  # type: ignore[arg-type]

    first = engine.up(case.after)
    converge(engine, case.after)

    wanted = case.union_effects if habit == "union" and case.union_effects else case.effects
    assert first.error is None
    assert disagreements(sim, engine, case.after) == []
    assert writes.effective == wanted
    declared = {resource.id for resource in engine.state.resources.values()}
    assert {"/".join(key) for key in sim.shares()} <= declared
    assert len(sim.open_requests()) <= 1
