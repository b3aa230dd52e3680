"""A Graph API on this machine, which forwards each call and records the form of its answer.

The provider and Meta's SDK both call it. So a run that is killed sends nothing more, because the
recorder ends with it.
"""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

import requests
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from metapixel_cli.probe.errors import RefusedError
from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.graph.classify import classify
from metapixel_provider.sharing.status import NEEDS_APPROVAL
from metapixel_simulator.calls import Call, from_batch_entry, from_http
from tests.live.ledger import Ledger
from tests.live.outcome import Outcome, outcome

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_SECONDS = 60.0
_FORWARDED = ("authorization", "content-type", "user-agent")
_RETURNED = re.compile(r"content-type|facebook-.*|x-.*|retry-after")
_WORD = re.compile(r"[a-z]+(_[a-z]+)*")

#: The outcomes of each call. A call is a method and a path in which a name replaces each id.
Recorded = dict[str, set[Outcome]]
#: The HTTP status and the body of an answer.
Part = tuple[int, str]


class _Handler(WSGIRequestHandler):
    timeout = _SECONDS

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing, because a URL can contain a token."""


class Recorder:
    """A recorder in front of `upstream`. `names` contains a name for each id.

    It forwards one call at a time, and it has forwarded the last one when the context ends.
    """

    def __init__(self, upstream: str, names: Mapping[str, str], ledger: Ledger) -> None:
        self._upstream = upstream.rstrip("/")
        self._names = names
        self._ledger = ledger
        self._recorded: Recorded = defaultdict(set)
        self._session = requests.Session()
        # Without it, requests would replace a token by a password in ~/.netrc.
        self._session.auth = lambda request: request
        self._server = make_server("127.0.0.1", 0, self._respond, request_handler=_Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        """The address of the recorder."""
        return f"http://127.0.0.1:{self._server.port}"

    def take(self) -> Recorded:
        """Return the outcomes since the last call of this method."""
        recorded, self._recorded = self._recorded, defaultdict(set)
        return dict(recorded)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._session.close()

    def _respond(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        body = request.get_data()
        call = from_http(request)
        entries = _entries(call)
        try:
            for each in entries:
                if not _is_read(each):
                    self._ledger.write(each)
        except RefusedError as error:
            self._record(
                entries, [Outcome(0, shape="because the call was not sent")] * len(entries)
            )
            refusal = {"message": str(error), "type": "LiveSuite", "code": 10}
            return Response(json.dumps({"error": refusal}), 403, mimetype="application/json")
        sent = {name: value for name, value in request.headers if name.lower() in _FORWARDED}
        try:
            answer = self._session.request(
                request.method,
                self._upstream + request.full_path.removesuffix("?"),
                headers=sent,
                data=body,
                timeout=_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException:
            self._record(entries, [Outcome(0)] * len(entries))
            return Response(status=502)
        parts = _parts(call, answer, len(entries))
        self._record(entries, [outcome(*part) if part else Outcome(0) for part in parts])
        for each, part in zip(entries, parts, strict=True):
            if part and not _is_read(each):
                self._journal(each, *part)
        returned = {
            name: value
            for name, value in answer.headers.items()
            if _RETURNED.fullmatch(name.lower())
        }
        return Response(answer.content, answer.status_code, returned)

    def _journal(self, call: Call, status: int, body: str) -> None:
        """Record the outcome of a write, unless its answer leaves the outcome open."""
        content = _content(body)
        error = content.get("error")
        if isinstance(error, dict):
            if not isinstance(classify(error, status), OutcomeUnknownError):
                self._ledger.refused(call)
            return
        if opened := content.get("pending_request_id"):
            self._ledger.opened(call, str(opened))
        if content.get(NEEDS_APPROVAL):
            self._ledger.waits(call)
        elif content.get("success") is True:
            self._ledger.accepted(call)

    def _record(self, calls: Sequence[Call], outcomes: Sequence[Outcome]) -> None:
        for call, found in zip(calls, outcomes, strict=True):
            path = "/".join(map(self._name, call.segments))
            self._recorded[f"{call.method} {path}"].add(found)

    def _name(self, segment: str) -> str:
        """Return a segment of a path without an id."""
        if segment in self._ledger.requests:
            return "{request}"
        bare = segment.removeprefix("act_")
        return self._names.get(bare) or (segment if _WORD.fullmatch(segment) else "{other}")


def _is_read(call: Call) -> bool:
    return call.method == "GET" and "method" not in call.params


def _entries(call: Call) -> list[Call]:
    """Return the calls in a batch, or the call itself if it is no batch."""
    if call.path or "batch" not in call.params:
        return [call]
    return [from_batch_entry(entry, call) for entry in json.loads(call.params["batch"])]


def _parts(call: Call, answer: requests.Response, count: int) -> list[Part | None]:
    """Return the status and the body of the answer to each entry, or None without an answer."""
    whole: list[Part | None] = [(answer.status_code, answer.text)] * count
    if call.path or "batch" not in call.params:
        return whole
    try:
        listed = answer.json()
    except ValueError:
        return whole
    if not isinstance(listed, list) or len(listed) != count:
        return whole
    return [
        (int(each.get("code", 0)), str(each.get("body", ""))) if isinstance(each, dict) else None
        for each in listed
    ]


def _content(body: str) -> dict[str, object]:
    """Return the object in the body of an answer, or an empty one."""
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
