"""The control API, which offers the methods of `Simulator` over HTTP.

See docs/simulator-reference.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields

from werkzeug import Request, Response

from .clock import graph_time
from .faults import Fault
from .request_log import find
from .state import State
from .switches import describe

Values = Mapping[str, object]
Operation = Callable[[State, Values], object]


class ControlError(ValueError):
    """A request that the control API cannot carry out. The message states the reason."""


def respond(state: State, request: Request, path: str) -> Response:
    path = path.strip("/")
    operation = OPERATIONS.get((request.method, path))
    if operation is None:
        known = [method for method, each in OPERATIONS if each == path]
        return _json({"error": f"no {request.method} of {path!r} here"}, 405 if known else 404)
    try:
        return _json(operation(state, _values(request)) or {"success": True})
    except (ValueError, LookupError) as error:
        return _json({"error": str(error)}, 400)


def _json(value: object, status: int = 200) -> Response:
    text = json.dumps(value, indent=2, default=str) + "\n"
    return Response(text, status, content_type="application/json; charset=utf-8")


def _values(request: Request) -> Values:
    text = request.get_data(as_text=True)
    if not text.strip():
        return {name: _json_or_text(value) for name, value in request.args.items()}
    try:
        body = json.loads(text)
    except ValueError as error:
        raise ControlError(f"the body is not JSON: {error}") from None
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    return body


def _json_or_text(value: str) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _text(values: Values, name: str) -> str:
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise ControlError(f"{name} is required")
    return str(value)


def _index(state: State, _: Values) -> object:
    return {"operations": [f"{method} /_control/{path}".rstrip("/") for method, path in OPERATIONS]}


def _state(state: State, _: Values) -> object:
    with state.moment() as world:
        return {"now": graph_time(state.clock.now()), "world": world.as_dict()}


def _requests(state: State, values: Values) -> object:
    entries = find(state.requests, **values)
    return {"requests": [each.as_json() for each in entries], "raw_urls": state.raw_urls}


def _switches(state: State, _: Values) -> object:
    return {"switches": state.switches.as_dict(), "description": describe()}


def _set_switches(state: State, values: Values) -> object:
    state.set(**values)
    return {"switches": state.switches.as_dict()}


def _faults(state: State, _: Values) -> object:
    with state.lock:
        return {"faults": [each.as_json() for each in state.faults.faults]}


def _add_fault(state: State, values: Values) -> object:
    allowed = {each.name for each in fields(Fault)} - {"id", "struck"}
    for name in values:
        if name not in allowed:
            known = ", ".join(sorted(allowed))
            raise ControlError(f"a fault has no field {name!r}; its fields are {known}")
    _text(values, "kind")
    return state.fault(**values).as_json()  # type: ignore[arg-type]


def _duration(values: Values) -> dict[str, float]:
    units = ("days", "hours", "minutes", "seconds")
    by: dict[str, float] = {}
    for name, value in values.items():
        if name not in units or isinstance(value, bool) or not isinstance(value, int | float):
            raise ControlError(f"the body may contain {', '.join(units)}, each with a number")
        by[name] = value
    return by


def _clock(state: State, values: Values) -> object:
    state.advance(**_duration(values))
    return {"now": graph_time(state.clock.now())}


def _date(state: State, values: Values) -> None:
    state.shift_date(**_duration(values))


def _answer(state: State, values: Values) -> object:
    state.answer(_text(values, "request"), _text(values, "status"))
    return {"status": state.request(_text(values, "request")).status}


def _approve(state: State, values: Values) -> object:
    approve = values.get("approve")
    if not isinstance(approve, bool):
        raise ControlError("approve must be true or false")
    return {"changed": state.approve(reject=not approve)}


def _tasks(values: Values, name: str) -> list[str]:
    tasks = values.get(name)
    if not isinstance(tasks, list):
        raise ControlError(f"{name} must be a list of tasks")
    return [str(each) for each in tasks]


def _ask(state: State, values: Values) -> object:
    asset, agency = _text(values, "pixel"), _text(values, "agency")
    return {"pending_request_id": state.ask(asset, agency, _tasks(values, "permitted_tasks"))}


def _calls(method: Callable[..., bool | None], *names: str, tasks: str = "") -> Operation:
    """Return an operation that calls a method of the state. `names` are its arguments, in order."""

    def operation(state: State, values: Values) -> object:
        arguments: list[object] = [_text(values, name) for name in names]
        if tasks:
            arguments.append(_tasks(values, tasks))
        done = method(state, *arguments)
        return None if done is None else {"success": done}

    return operation


_ACCOUNT = ("pixel", "business", "ad_account")

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", ""): _index,
    ("GET", "state"): _state,
    ("GET", "requests"): _requests,
    ("DELETE", "requests"): _calls(State.clear_requests),
    ("GET", "switches"): _switches,
    ("PUT", "switches"): _set_switches,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _calls(State.clear_faults),
    ("POST", "clock"): _clock,
    ("POST", "date"): _date,
    ("POST", "agreements"): _ask,
    ("POST", "answers"): _answer,
    ("POST", "approvals"): _approve,
    ("POST", "shares"): _calls(State.share, "pixel", "agency", tasks="permitted_tasks"),
    ("DELETE", "shares"): _calls(State.unshare, "pixel", "agency"),
    ("POST", "permissions"): _calls(State.permit, *_ACCOUNT),
    ("DELETE", "permissions"): _calls(State.withdraw, *_ACCOUNT),
    ("POST", "reset"): _calls(State.reset),
}
