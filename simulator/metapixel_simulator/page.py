"""The simulator's web page, with the open requests, the existing access and the last calls.

The page is plain HTML with forms. It contains no script and loads nothing from other servers.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug import Request, Response
from werkzeug.utils import redirect

from .state import State
from .things import SharingRequest
from .world import World

PATH = "/_page"
_OUTCOMES = {
    "APPROVE": "Accepted",
    "DECLINE": "Declined",
    "CANCELED": "Cancelled by the owner",
    "EXPIRED": "Expired unanswered",
}
_TEMPLATE = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
).get_template("page.html")


def respond(state: State, request: Request, path: str) -> Response:
    business = request.values.get("business", "")
    if request.method == "POST":
        problem = _act(state, path.strip("/"), request.form)
        if problem is None:
            query = f"?{urlencode({'business': business})}" if business else ""
            return redirect(PATH + query, code=303)
        return _html(state, business, problem, 409)
    if path.strip("/"):
        return _html(state, business, "There is no such page.", 404)
    return _html(state, business, None, 200)


def _act(state: State, action: str, form: dict[str, str]) -> str | None:
    """Carry out the action of a button. Return a message if the action is impossible, else None."""
    with state.lock:
        if action == "answer":
            try:
                request = state.request(form.get("request", ""))
            except LookupError:
                return "There is no such request."
            if not request.is_open:
                return f"Request {request.id} has already ended."
            state.answer(request.id, "approve" if form.get("answer") == "accept" else "decline")
            return None
        if action == "unshare":
            if state.unshare(form.get("pixel", ""), form.get("agency", "")):
                return None
            return "This pixel is not shared with this business any more."
    return "There is no such action."


def _html(state: State, business: str, problem: str | None, status: int) -> Response:
    with state.moment() as world:
        seen_by = business if business in world.businesses else ""
        text = _TEMPLATE.render(
            path=PATH,
            world=world,
            name=lambda key: world.businesses[key].name,
            now=state.clock.now(),
            business=seen_by,
            problem=problem,
            waiting=_requests(world, seen_by, is_open=True),
            ended=_requests(world, seen_by, is_open=False),
            outcomes=_OUTCOMES,
            shares=_shares(world, seen_by),
            assigned=_assigned(world, seen_by),
            calls=state.requests,
        )
    return Response(text, status, content_type="text/html; charset=utf-8")


def _requests(world: World, business: str, *, is_open: bool) -> list[SharingRequest]:
    return [
        each
        for each in world.requests.values()
        if each.is_open == is_open and business in ("", each.owner, each.agency)
    ]


def _shares(world: World, business: str) -> list[dict[str, object]]:
    return [
        {
            "pixel": pixel,
            "agency": agency,
            "tasks": tasks,
            "accounts": [
                world.ad_accounts[account]
                for _, _, account in world.permissions.of((pixel, agency))
            ],
        }
        for (pixel, agency), tasks in sorted(world.shares.items())
        if business in ("", agency, world.pixels[pixel].owner)
    ]


def _assigned(world: World, business: str) -> list[dict[str, object]]:
    rows = []
    for (pixel, key), tasks in sorted(world.assignments.items()):
        user = world.users[key]
        if business in ("", world.pixels[pixel].owner, *user.roles):
            rows.append({"pixel": pixel, "user": user, "tasks": tasks})
    return rows
