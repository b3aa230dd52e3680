"""Whether state, Meta and program agree, each with each, once nothing disturbs them."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_simulator import SharingRequest, Simulator
from tests.model.programs import Program
from tests.model.state import Held, State


def disagreements(
    sim: Simulator, state: State, program: Program, ever_asked: set[tuple[str, str]]
) -> list[str]:
    """Return in words everything that the program declares and that Meta or the state lack.

    `ever_asked` are the requests with all pixels that they were for at any time.
    """
    declared = {resource.name for resource in program}
    held = {each.name: each for each in state.resources if not each.mark}
    found = [f"{name} is not in state" for name in declared if name not in held]
    found += [f"{name} is in state" for name in held if name not in declared]
    found += [f"{each.name} {each.id} is {each.mark}" for each in state.resources if each.mark]
    for name in sorted(declared & set(held)):
        match held[name].declared.kind:
            case "PixelAgencyShare":
                texts = _share(sim, held[name], ever_asked)
            case "PixelAdAccountPermission":
                texts = _permission(sim, held[name])
            case _:
                texts = _response(sim, held[name])
        found += [f"{name}: {text}" for text in texts]
    return found


def requests_to(sim: Simulator, agency: str) -> list[SharingRequest]:
    """Return the requests that an agency can accept."""
    return [request for request in sim.open_requests() if request.agency == agency]


def _share(sim: Simulator, held: Held, ever_asked: set[tuple[str, str]]) -> Iterator[str]:
    outputs = held.outputs
    pixel, agency = held.id.split("/")
    declared = set(map(str, as_list(held.inputs["permitted_tasks"])))
    status, request_id = outputs["status"], str(outputs.get("pending_request_id"))
    active = sim.shares().get((pixel, agency))
    requests = requests_to(sim, agency)
    waiting = [request for request in requests if pixel in request.pixels]
    listed = active is not None or sim.switches.pending_in_agencies == "present"
    if requests and listed and status == "UNCONFIRMED":
        # Meta does not tell whether an open request is for a share that it lists.
        return
    if active is not None:
        if active != declared:
            yield f"declared {sorted(declared)}, Meta has {sorted(active)}"
        if status != "ACTIVE":
            yield f"is {status}, Meta has it"
        if set(map(str, as_list(outputs.get("granted_tasks")))) - {"AA_ANALYZE"} != active:
            yield f"granted {outputs.get('granted_tasks')}, Meta has {sorted(active)}"
    elif (
        status == "PENDING"
        and request_id in {each.id for each in requests}
        and (
            (request_id, pixel) in ever_asked and not any(each.id == request_id for each in waiting)
        )
    ):
        # Somebody took the pixel off that request, and Meta does not tell what it is for.
        return
    elif waiting:
        (request,) = waiting
        if (status, request_id) != ("PENDING", request.id):
            yield f"is {status} by '{request_id}', Meta waits for {request.id}"
        if set(request.pixels[pixel]) != declared:
            yield f"declared {sorted(declared)}, Meta asks for {request.pixels[pixel]}"
    else:
        if status not in ("DECLINED", "CANCELED"):
            yield f"is {status} by '{request_id}', Meta has nothing"
        if outputs.get("granted_tasks"):
            yield f"granted {outputs['granted_tasks']}, Meta has nothing"


def _permission(sim: Simulator, held: Held) -> Iterator[str]:
    pixel, business, account = held.id.split("/")
    tasks = sim.shares().get((pixel, business), frozenset())
    # Without the pixel nothing can be done with it, and Meta does not return it.
    exists = bool(tasks) and (pixel, business, account) in sim.permissions()
    status = held.outputs["status"]
    if exists != (status == "ACTIVE"):
        yield f"is {status}, Meta has {'it' if exists else 'none'}"
    if not exists and tasks & {"ADVERTISE", "ANALYZE"}:
        yield "waits, although the business has the pixel"


def _response(sim: Simulator, held: Held) -> Iterator[str]:
    if held.id == "no-request":
        return
    status = sim.request(held.id).status
    if status != held.outputs["status"]:
        yield f"is {held.outputs['status']}, Meta has {status}"


def as_list(value: object) -> list[object]:
    """Return a list that is in state, empty where there is none."""
    return list(value) if isinstance(value, list) else []
