"""The WSGI application: the Graph API at the root, the control API and the page beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug import Request, Response

from .answers import Answer, Dropped, json_answer
from .calls import from_http
from .errors import GraphError
from .graph import Graph

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# Where the application tells the HTTP handler to cut a connection with a TCP RST.
RESET = "metapixel_simulator.reset"


class Application:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        try:
            return self._respond(Request(environ))(environ, start)
        except Dropped as dropped:
            environ[RESET] = dropped.reset
            raise

    def _respond(self, request: Request) -> Response:
        return _response(self._graph(request))

    def _graph(self, request: Request) -> Answer:
        self.graph.log.raw_urls.append(request.environ["RAW_URI"])
        latency = self.graph.world.switches.latency
        if latency:
            self.graph.pause(latency)
        try:
            call = from_http(request)
        except GraphError as error:
            return json_answer(error.body("A" + "0" * 22), error.status)
        return self.graph.perform(call)


def _response(answer: Answer) -> Response:
    response = Response(answer.body, answer.status, content_type=answer.content_type)
    response.headers.extend(answer.headers)
    return response
