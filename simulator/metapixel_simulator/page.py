"""The page for people: what waits for an answer, who has access to what, what was called.

Plain HTML and forms: no script, nothing loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from werkzeug import Request, Response
from werkzeug.utils import redirect

from .request_log import Entry
from .things import SharingRequest
from .world import World

if TYPE_CHECKING:
    from .simulator import Simulator

PATH = "/_page"
_STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
_MEANINGS = {
    "APPROVE": "Accepted",
    "DECLINE": "Declined",
    "CANCELED": "Cancelled by the owner",
    "EXPIRED": "Expired unanswered",
}


def respond(simulator: Simulator, request: Request, path: str) -> Response:
    business = request.values.get("business", "")
    if request.method == "POST":
        problem = _act(simulator, path.strip("/"), request.form)
        if problem is None:
            query = f"?{urlencode({'business': business})}" if business else ""
            return redirect(PATH + query, code=303)
        return _html(simulator, business, problem, 409)
    if path.strip("/"):
        return _html(simulator, business, "There is no such page.", 404)
    return _html(simulator, business, None, 200)


def _act(simulator: Simulator, action: str, form: dict[str, str]) -> str | None:
    """Do what a button asks; a sentence where it cannot be done."""
    with simulator.lock:
        if action == "answer":
            try:
                request = simulator.request(form.get("request", ""))
            except LookupError:
                return "There is no such request."
            if not request.is_open:
                return f"Request {request.id} has ended already."
            simulator.answer(request.id, "approve" if form.get("answer") == "accept" else "decline")
            return None
        if action == "unshare":
            if simulator.unshare(form.get("pixel", ""), form.get("agency", "")):
                return None
            return "This pixel is not shared with this business any more."
    return "There is no such action."


def _html(simulator: Simulator, business: str, problem: str | None, status: int) -> Response:
    with simulator.lock:
        simulator.graph.sharing.expire()
        body = _Page(simulator.world, business).body(problem, simulator.requests)
        now = simulator.graph.clock.now()
    text = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Pixel sharing - simulator</title><style>{_STYLE}</style></head><body>"
        "<header><h1>Pixel sharing</h1>"
        f"<p>A simulated Meta. Its clock says {now:%d %B %Y, %H:%M} UTC.</p></header>"
        f"{body}</body></html>"
    )
    return Response(text, status, content_type="text/html; charset=utf-8")


class _Page:
    """The page as everybody's overview, or with `business` as that business sees it."""

    def __init__(self, world: World, business: str) -> None:
        self.world = world
        self.business = business if business in world.businesses else ""

    def body(self, problem: str | None, calls: list[Entry]) -> str:
        notice = f'<p class="notice" role="alert">{escape(problem)}</p>' if problem else ""
        return (
            f"{self._navigation()}<main>{notice}{self._waiting()}{self._access()}{self._ended()}"
            f"{self._calls(calls)}</main>"
        )

    def _navigation(self) -> str:
        links = [self._link("", "Everybody")]
        links += [self._link(each.id, each.name) for each in self.world.businesses.values()]
        return f'<nav aria-label="Businesses"><span>See as</span>{"".join(links)}</nav>'

    def _link(self, business: str, name: str) -> str:
        here = ' aria-current="page"' if business == self.business else ""
        query = f"?{urlencode({'business': business})}" if business else ""
        return f'<a href="{PATH}{query}"{here}>{escape(name)}</a>'

    def _waiting(self) -> str:
        cards = [
            self._card(each)
            for each in self.world.open_requests()
            if self.business in ("", each.owner, each.agency)
        ]
        content = "".join(cards) or '<p class="empty">No request waits for an answer.</p>'
        return f"<section><h2>Waiting for an answer</h2>{content}</section>"

    def _card(self, request: SharingRequest) -> str:
        pixels = _list(
            f"{self._pixel(pixel)} {_tasks(tasks)}" for pixel, tasks in request.pixels.items()
        )
        agency = escape(self._name(request.agency))
        if self.business == request.owner:
            answer = f'<p class="hint">{agency} has to accept.</p>'
        else:
            answer = (
                f'<form method="post" action="{PATH}/answer">{self._hidden(request=request.id)}'
                '<button name="answer" value="accept" class="main">Accept</button> '
                '<button name="answer" value="decline">Decline</button></form>'
            )
        asked = f"{request.created_at:%d %B %Y}" if request.created_at else ""
        status = "" if request.status == "PENDING" else f" &middot; {escape(request.status)}"
        return (
            f"<article><h3>{escape(self._name(request.owner))} wants to share with {agency}</h3>"
            f"{pixels}{answer}"
            f'<p class="hint">Request {request.id} &middot; asked {asked}{status}</p></article>'
        )

    def _access(self) -> str:
        rows = [
            f"<tr><td>{self._pixel(pixel)}<small>of {escape(self._owner(pixel))}</small></td>"
            f"<td>{escape(self._name(agency))}<small>{agency}</small></td><td>{_tasks(tasks)}</td>"
            f"<td>{self._accounts(pixel, agency)}</td><td>{self._remove(pixel, agency)}</td></tr>"
            for (pixel, agency), tasks in sorted(self.world.shares.items())
            if self.business in ("", agency, self.world.pixels[pixel].owner)
        ]
        heads = ("Pixel", "Business", "Tasks", "Ad accounts", "")
        return (
            "<section><h2>Who has access</h2>"
            f"{_table(heads, rows, 'No pixel is shared.')}</section>"
        )

    def _accounts(self, pixel: str, agency: str) -> str:
        names = [
            f"{escape(self.world.ad_accounts[account].name)}<small>{account}</small>"
            for shared, business, account in self.world.permissions
            if (shared, business) == (pixel, agency)
        ]
        return _list(names) if names else '<span class="empty">no ad account</span>'

    def _remove(self, pixel: str, agency: str) -> str:
        if self.business == agency:
            return ""
        label = f"Remove {self._name(agency)} from {self.world.pixels[pixel].name}"
        share = self._hidden(pixel=pixel, agency=agency)
        return (
            f'<form method="post" action="{PATH}/unshare">{share}'
            f'<button aria-label="{escape(label)}">Remove</button></form>'
        )

    def _ended(self) -> str:
        rows = [
            f"<tr><td>{request.id}</td><td>{escape(self._name(request.owner))}</td>"
            f"<td>{escape(self._name(request.agency))}</td>"
            f"<td>{_list(map(self._pixel, request.pixels))}</td>"
            f"<td>{escape(_MEANINGS.get(request.status, request.status))}</td></tr>"
            for request in self.world.requests.values()
            if not request.is_open and self.business in ("", request.owner, request.agency)
        ]
        if not rows:
            return ""
        heads = ("Request", "From", "To", "Pixels", "Outcome")
        return f"<section><h2>Answered and ended</h2>{_table(heads, rows, '')}</section>"

    def _calls(self, calls: list[Entry]) -> str:
        rows = [
            f"<tr><td>{each.time:%H:%M:%S}</td><td>{escape(each.endpoint)}</td>"
            f"<td><code>{escape(each.path)}</code></td><td>{_outcome(each)}</td></tr>"
            for each in reversed(calls[-20:])
        ]
        heads = ("Time", "Endpoint", "Path", "Answer")
        table = _table(heads, rows, "No call yet.")
        count = f"{len(calls)} calls" if len(calls) != 1 else "1 call"
        return f"<section><details><summary>{count} to the API</summary>{table}</details></section>"

    def _hidden(self, **values: str) -> str:
        shown = {**values, "business": self.business}
        return "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in shown.items()
        )

    def _pixel(self, pixel: str) -> str:
        return f"{escape(self.world.pixels[pixel].name)} <small>{pixel}</small>"

    def _owner(self, pixel: str) -> str:
        return self._name(self.world.pixels[pixel].owner)

    def _name(self, business: str) -> str:
        return self.world.businesses[business].name


def _tasks(tasks: Iterable[str]) -> str:
    return " ".join(f'<span class="task">{escape(each)}</span>' for each in tasks)


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{each}</li>' for each in items)}</ul>"


def _table(heads: Iterable[str], rows: list[str], empty: str) -> str:
    if not rows:
        return f'<p class="empty">{empty}</p>'
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _outcome(entry: Entry) -> str:
    if entry.fault:
        return f"fault: {escape(entry.fault)}"
    if entry.error_code is not None:
        return f"error {entry.error_code}"
    return str(entry.status or "under way")
