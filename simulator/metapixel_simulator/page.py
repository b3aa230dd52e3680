"""The simulator's web page, with the open requests and the existing access.

The page is plain HTML with forms. It contains no script and loads nothing from other servers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from werkzeug import Request, Response
from werkzeug.utils import redirect

from .state import State

PATH = "/_page"


@cache
def _template() -> Template:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    ).get_template("page.html")


def respond(state: State, request: Request, path: str) -> Response:
    problem, status = "", 200
    if request.method == "POST":
        try:
            _act(state, path, request.form)
            return redirect(PATH, code=303)
        except (ValueError, LookupError) as error:
            problem, status = str(error), 409
    elif path:
        problem, status = "there is no such page", 404
    with state.moment() as world:
        text = _template().render(world=world, now=state.clock.now(), problem=problem)
    return Response(text, status, content_type="text/html; charset=utf-8")


def _act(state: State, action: str, form: Mapping[str, str]) -> None:
    """Carry out the action of a button. Raise ValueError or LookupError if it is impossible."""
    with state.lock:
        if action == "answer":
            request = state.request(form.get("request", ""))
            if not request.is_open:
                raise ValueError(f"request {request.id} has already ended")
            state.answer(request.id, form.get("status", ""))
        elif action != "unshare":
            raise ValueError("there is no such action")
        elif not state.unshare(form.get("pixel", ""), form.get("agency", "")):
            raise ValueError("this pixel is not shared with this business any more")
