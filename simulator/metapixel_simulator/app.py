"""The WSGI application: the Graph API, the control API and the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug import Request, Response

from . import control, page
from .answers import json_answer
from .calls import from_http
from .errors import GraphError
from .graph import Graph

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Application:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return self.respond(Request(environ))(environ, start)

    def respond(self, request: Request) -> Response:
        """Answer a request. Raise Dropped if the connection must end without an answer."""
        place, _, rest = request.path.strip("/").partition("/")
        if place == "_control":
            return control.respond(self.graph.state, request, rest)
        if place == "_page":
            return page.respond(self.graph.state, request, rest)
        return self._graph(request)

    def _graph(self, request: Request) -> Response:
        state = self.graph.state
        state.urls.append(request.environ["RAW_URI"])
        if state.switches.latency:
            self.graph.pause(state.switches.latency)
        try:
            answer = self.graph.perform(from_http(request))
        except GraphError as error:
            # The request cannot be read as a call.
            answer = json_answer(error.body("A" + "0" * 22), error.status)
        response = Response(answer.body, answer.status, content_type=answer.content_type)
        response.headers.extend(answer.headers)
        return response
