"""The answers to HTTP requests: of the Graph API, the control API and the page."""

from __future__ import annotations

import time

from werkzeug import Request, Response

from . import control, page
from .calls import from_http
from .graph import Graph


def respond(graph: Graph, request: Request) -> Response:
    """Answer a request. Raise Dropped if the connection must end without an answer."""
    state = graph.state
    place, _, rest = request.path.strip("/").partition("/")
    if place == "_control":
        return control.respond(state, request, rest)
    if place == "_page":
        return page.respond(state, request, rest)
    state.urls.append(request.environ["RAW_URI"])
    due = time.monotonic() + state.switches.latency
    answer = graph.perform(from_http(request))
    # The latency includes the time that the simulator needs.
    graph.pause_until(due)
    return Response(answer.body, answer.status, answer.headers, content_type=answer.content_type)
