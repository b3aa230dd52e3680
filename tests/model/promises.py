"""What has to be true after each single command, whatever went wrong before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from metapixel_simulator import Simulator
from tests.model.agreement import as_list
from tests.model.calls import Call
from tests.model.declarations import Pair
from tests.model.engine import Result
from tests.model.state import Held, State

_SHARE, _PERMISSION = "PixelAgencyShare", "PixelAdAccountPermission"


def known(state: State) -> set[Pair]:
    """Return the shares that a state has, whatever their status."""
    return {_pair(each.id) for each in state.resources if each.declared.kind == _SHARE}


def at_meta(sim: Simulator) -> set[Pair]:
    """Return the shares that exist or that somebody can still accept."""
    asked = {(pixel, each.agency) for each in sim.open_requests() for pixel in each.pixels}
    return set(sim.shares()) | asked


def interruptions(sim: Simulator, result: Result) -> Iterator[str]:
    """Yield the shares that the program declares and that were removed nevertheless."""
    declared: dict[str, bool] = {}
    too_early: set[str] = set()
    for call in result.calls:
        if call.method == "Check" and call.answer and _kind(call) == _SHARE:
            inputs = call.answer.get("inputs")
            assert isinstance(inputs, dict)
            key = f"{inputs.get('pixel_id')}/{inputs.get('agency_business_id')}"
            declared[key] = inputs.get("allow_reshare") is True
        elif call.method == "Delete" and call.request["id"] not in declared:
            # A replacement that deletes first does so before the rest of the program is known.
            too_early.add(str(call.request["id"]))
    for entry in sim.requests:
        key = f"{entry.pixel}/{entry.business}"
        kept = key in declared and not declared[key] and key not in too_early
        if entry.endpoint == "DELETE agencies" and kept:
            yield f"{key} is declared, and DELETE was sent for it"


def still_asked(sim: Simulator, result: Result) -> set[Pair]:
    """Return the shares that can still be accepted, as a warning of the command says."""
    return {
        (pixel, request.agency)
        for request in sim.open_requests()
        for pixel in request.pixels
        if request.id in result.said
    } - set(sim.shares())


def sent(sim: Simulator) -> set[Pair]:
    """Return the shares that the command sent."""
    sent = (entry for entry in sim.requests if entry.endpoint == "POST agencies")
    return {(str(entry.pixel), str(entry.business)) for entry in sent}


def asked_of(sim: Simulator) -> set[tuple[str, str]]:
    """Return the requests and the pixels that they are for."""
    requests = sim.world.requests.values()
    return {(request.id, pixel) for request in requests for pixel in request.pixels}


@dataclass(frozen=True)
class Before:
    """How things were before a command. `asked` has all requests ever, with their pixels."""

    state: State
    open_requests: set[str]
    asked: set[tuple[str, str]]


def untruths(sim: Simulator, before: Before, after: State, result: Result) -> Iterator[str]:
    """Yield everything that Meta has otherwise than the state after a command that ended well."""
    yield from _left_behind(sim, before.state, after, result)
    # The same command may have answered the request after it had read the share.
    answered = {
        (pixel, request.agency)
        for request in sim.world.requests.values()
        for pixel in request.pixels
        if sim.count("POST request", node=request.id)
    }
    touched = {call.name for call in result.calls if call.method in ("Create", "Read", "Update")}
    for held in after.resources:
        read = held.declared.kind == _SHARE and held.name in touched and held.live
        if read and _pair(held.id) not in answered:
            found = _untrue(sim, held, before)
            yield from (f"{held.name}: {text}" for text in found)


def _left_behind(sim: Simulator, before: State, after: State, result: Result) -> Iterator[str]:
    for pair in ((known(before) - known(after)) & at_meta(sim)) - still_asked(sim, result):
        yield f"{'/'.join(pair)} was removed, and Meta has it"
    kept = {each.id for each in after.resources}
    for held in before.resources:
        if held.declared.kind == _PERMISSION and held.id not in kept:
            pixel, business, account = held.id.split("/")
            if (pixel, business) in sim.shares() and (
                (pixel, business, account) in sim.permissions()
            ):
                yield f"{held.id} was removed, and Meta has it"


def _untrue(sim: Simulator, held: Held, before: Before) -> Iterator[str]:
    pixel, agency = _pair(held.id)
    status, request_id = held.outputs["status"], str(held.outputs.get("pending_request_id"))
    active = sim.shares().get((pixel, agency))
    if status == "ACTIVE":
        if active is None:
            yield "is ACTIVE, Meta has none"
        elif set(map(str, as_list(held.outputs.get("granted_tasks")))) - {"AA_ANALYZE"} != active:
            yield f"granted {held.outputs.get('granted_tasks')}, Meta has {sorted(active)}"
    elif status == "PENDING":
        request = sim.world.requests.get(request_id)
        asked = before.asked | asked_of(sim)
        if request is None or request.agency != agency or (request_id, pixel) not in asked:
            yield f"is PENDING by '{request_id}', which never was for this pixel and agency"
        elif not request.is_open and request_id not in before.open_requests:
            # One that was open before may have been ended by another share of the same command.
            yield f"is PENDING by {request_id}, which has ended"
    elif status != "UNCONFIRMED" and active is not None:
        yield f"is {status}, Meta has {sorted(active)}"


def _kind(call: Call) -> str:
    return call.urn.split("::")[2].rpartition(":")[2]


def _pair(resource_id: str) -> Pair:
    pixel, _, agency = resource_id.partition("/")
    return pixel, agency
