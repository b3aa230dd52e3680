"""The control API, which offers the methods of `Simulator` over HTTP.

See docs/simulator-reference.md.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import ConfigDict, ValidationError, validate_call
from werkzeug import Request, Response

from .clock import graph_time
from .field_types import Id
from .request_log import find
from .sentences import sentence
from .state import State
from .switches import describe


def respond(state: State, request: Request, path: str) -> Response:
    path = path.strip("/")
    operation = OPERATIONS.get((request.method, path))
    if operation is None:
        known = [method for method, each in OPERATIONS if each == path]
        return _json({"error": f"no {request.method} of {path!r} here"}, 405 if known else 404)
    try:
        return _json(_call(operation, state, _values(request)))
    except (ValueError, LookupError, RecursionError) as error:
        return _json({"error": str(error)}, 400)


def _json(value: object, status: int = 200) -> Response:
    text = json.dumps(value, indent=2, default=str) + "\n"
    return Response(text, status, content_type="application/json; charset=utf-8")


def _values(request: Request) -> dict[str, object]:
    text = request.get_data(as_text=True)
    if not text.strip():
        return {name: _json_or_text(value) for name, value in request.args.items()}
    try:
        body = json.loads(text)
    except ValueError as error:
        raise ValueError(f"the body is not JSON: {error}") from None
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def _json_or_text(value: str) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _call(operation: Callable[..., object], state: State, values: dict[str, object]) -> object:
    """Call an operation with the values of a request, which must have the types of its parameters.

    Raises ValueError, with the name of the wrong value.
    """
    checked = validate_call(config=ConfigDict(strict=True, arbitrary_types_allowed=True))(operation)
    try:
        result = checked(state, **values)
    except ValidationError as error:
        _, *names = inspect.signature(operation).parameters
        raise ValueError(sentence(error, lambda *_: names)) from None
    return {"success": result is not False} if result in (None, True, False) else result


def _index(state: State, /) -> object:
    return {"operations": [f"{method} /_control/{path}".rstrip("/") for method, path in OPERATIONS]}


def _state(state: State, /) -> object:
    with state.moment() as world:
        return {"now": graph_time(state.clock.now()), "world": world.as_dict()}


def _requests(state: State, /, **wanted: Any) -> object:
    entries = find(state.requests, **wanted)
    return {"requests": [each.as_json() for each in entries], "raw_urls": state.raw_urls}


def _switches(state: State, /) -> object:
    return {"switches": dict(state.switches), "description": describe()}


def _set_switches(state: State, /, **values: Any) -> object:
    state.set(**values)
    return {"switches": dict(state.switches)}


def _faults(state: State, /) -> object:
    with state.lock:
        return {"faults": list(map(asdict, state.faults))}


def _add_fault(state: State, /, **fields: Any) -> object:
    return asdict(state.fault(**fields))


def _ask(state: State, /, pixel: Id, agency: Id, permitted_tasks: Sequence[str]) -> object:
    return {"pending_request_id": state.ask(pixel, agency, permitted_tasks)}


def _approve(state: State, /, approve: bool) -> object:
    return {"changed": state.approve(reject=not approve)}


OPERATIONS: dict[tuple[str, str], Callable[..., object]] = {
    ("GET", ""): _index,
    ("GET", "state"): _state,
    ("GET", "requests"): _requests,
    ("DELETE", "requests"): State.clear_requests,
    ("GET", "switches"): _switches,
    ("PUT", "switches"): _set_switches,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): State.clear_faults,
    ("POST", "clock"): State.advance,
    ("POST", "date"): State.shift_date,
    ("POST", "agreements"): _ask,
    ("POST", "answers"): State.answer,
    ("POST", "approvals"): _approve,
    ("POST", "shares"): State.share,
    ("DELETE", "shares"): State.unshare,
    ("POST", "permissions"): State.permit,
    ("DELETE", "permissions"): State.withdraw,
    ("POST", "reset"): State.reset,
}
