"""Whether state, Meta and declaration agree, each with each."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_simulator import Simulator
from tests.model.engine import Engine, Program, Resource


def disagreements(sim: Simulator, engine: Engine, program: Program) -> list[str]:
    """What of a program does not stand as state says and the program declares."""
    found = [f"{name} is not in state" for name in program if name not in engine.state.resources]
    found += [f"{name} is in state" for name in engine.state.resources if name not in program]
    found += [f"{each.id} is condemned" for each in engine.state.condemned]
    for name, declared in program.items():
        resource = engine.state.resources.get(name)
        if resource is not None:
            check = {"share": _share, "permission": _permission, "response": _response}
            found += [f"{name}: {text}" for text in check[declared.kind](sim, resource)]
    return found


def _share(sim: Simulator, resource: Resource) -> Iterator[str]:
    outputs = resource.outputs
    pixel, agency = resource.id.split("/")
    declared = set(map(str, _list(resource.inputs["permitted_tasks"])))
    status, request_id = outputs["status"], str(outputs["pending_request_id"])
    standing = sim.shares().get((pixel, agency))
    waiting = [
        request
        for request in sim.open_requests()
        if request.agency == agency and pixel in request.pixels
    ]
    if standing is not None:
        if standing != declared:
            yield f"declared {sorted(declared)}, Meta has {sorted(standing)}"
        if status != "ACTIVE":
            yield f"is {status}, Meta has it"
        if set(map(str, _list(outputs["granted_tasks"]))) != standing:
            yield f"granted {outputs['granted_tasks']}, Meta has {sorted(standing)}"
    elif waiting:
        (request,) = waiting
        if (status, request_id) != ("PENDING", request.id):
            yield f"is {status} by '{request_id}', Meta waits for {request.id}"
        if set(request.pixels[pixel]) != declared:
            yield f"declared {sorted(declared)}, Meta asks for {request.pixels[pixel]}"
    else:
        if status not in ("DECLINED", "CANCELED"):
            yield f"is {status} by '{request_id}', Meta has nothing"
        if outputs["granted_tasks"]:
            yield f"granted {outputs['granted_tasks']}, Meta has nothing"


def _permission(sim: Simulator, resource: Resource) -> Iterator[str]:
    pixel, business, account = resource.id.split("/")
    tasks = sim.shares().get((pixel, business), frozenset())
    # Without the pixel nothing can be done with it, nor seen, whatever Meta still keeps.
    stands = bool(tasks) and (pixel, business, account) in sim.permissions()
    status = resource.outputs["status"]
    if stands != (status == "ACTIVE"):
        yield f"is {status}, Meta {'has it' if stands else 'has it not'}"
    if not stands and tasks & {"ADVERTISE", "ANALYZE"}:
        yield "waits, although the business has the pixel"


def _response(sim: Simulator, resource: Resource) -> Iterator[str]:
    if resource.id == "no-request":
        return
    status = sim.request(resource.id).status
    if status != resource.outputs["status"]:
        yield f"is {resource.outputs['status']}, Meta has {status}"


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
