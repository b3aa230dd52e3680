"""The simulated Graph API, which logs each call and applies rate limits and faults to it."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from . import errors
from .answers import Answer, Dropped, json_answer
from .auth import Caller, identify
from .batch import read_entries, write_entries
from .calls import Call, from_batch_entry
from .errors import GraphError
from .faults import KINDS, EntryLost, Fault, Strike, strike
from .request_log import Entry
from .routes import dispatch, locate
from .state import State
from .switches import version_key


class Graph:
    """The Graph API for one `State`. It is thread-safe, and the effect of each call is atomic."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.stopping = threading.Event()

    def perform(self, call: Call) -> Answer:
        """Answer a call. Raise Dropped if the connection must end without an answer."""
        if not call.segments and call.method == "POST" and "batch" in call.params:
            return self._with_faults(call, partial(self._batch, call))
        return self._with_faults(call, partial(self._single, call))

    def _with_faults(self, call: Call, effect: Callable[[Entry], Answer]) -> Answer:
        began = time.monotonic()
        with self.state.moment():
            entry = self._log(call)
            faults = strike(self.state.faults, call, entry.endpoint)
        try:
            self._call_hook(entry, "before")
            answer = self._strike(faults, "before", None, entry)
            if answer is None:
                answer = effect(entry)
                self._call_hook(entry, "after")
                answer = self._strike(faults, "after", answer, entry) or answer
            entry.status = answer.status
            return answer
        finally:
            entry.seconds = time.monotonic() - began

    def _call_hook(self, entry: Entry, phase: str) -> None:
        if self.state.on_request is not None:
            self.state.on_request(entry, phase)

    def _strike(
        self, faults: list[Fault], when: str, answer: Answer | None, entry: Entry
    ) -> Answer | None:
        for fault in faults:
            if fault.when == when:
                entry.fault = fault.kind
                business = entry.business or next(iter(self.state.world.businesses), None)
                effect = KINDS[fault.kind]
                answer = effect(Strike(fault, answer, self.pause, self._trace_id(), business))
        return answer

    def _single(self, call: Call, entry: Entry) -> Answer:
        with self.state.lock:
            headers: dict[str, str] = {}
            try:
                self._check_version(call)
                caller = identify(call, self.state.world, self.state.clock)
                over = self.state.limiter.count(caller.app.id, self.state.clock.now())
                headers = self._usage(caller, entry)
                if over:
                    raise errors.rate_limited()
                return json_answer(dispatch(call, caller, self.state.sharing), 200, headers)
            except GraphError as error:
                entry.error_code = error.code
                return json_answer(error.body(self._trace_id()), error.status, headers)

    def _usage(self, caller: Caller, entry: Entry) -> dict[str, str]:
        business = entry.business or next(iter(caller.user.roles), None)
        return self.state.limiter.headers(caller.app.id, business, self.state.clock.now())

    def _batch(self, call: Call, entry: Entry) -> Answer:
        try:
            if not call.token:
                raise errors.no_token()
            with self.state.lock:
                caller = identify(call, self.state.world, self.state.clock)
            if self.state.switches.batches == "refused":
                raise errors.bad_parameter("Batch requests are not available to this app")
            entries = read_entries(call)
        except GraphError as error:
            entry.error_code = error.code
            return json_answer(error.body(self._trace_id()), error.status)
        answers: list[Answer | None] = []
        for each in entries:
            if self.state.switches.batch_order == "one_after_another":
                self.pause(self.state.switches.latency)
            answer = None
            with suppress(EntryLost):
                inner = from_batch_entry(each, call)
                answer = self._with_faults(inner, partial(self._single, inner))
            answers.append(answer)
        with self.state.lock:
            usage = self._usage(caller, entry)
        return json_answer(write_entries(answers), 200, usage)

    def _check_version(self, call: Call) -> None:
        oldest, newest = self.state.switches.oldest_version, self.state.switches.newest_version
        version = call.version or newest
        key, first, last = (version_key(each) or (0, 0) for each in (version, oldest, newest))
        if key < first:
            raise errors.bad_version("You are calling a deprecated version", newest)
        if key > last:
            raise errors.bad_version(f"There is no version {version}", newest)

    def _log(self, call: Call) -> Entry:
        place = locate(call, self.state.sharing)
        business = call.params.get("business")
        if place.kind == "business":
            business = place.node
        token = self.state.world.tokens.get(call.token or "")
        entry = Entry(
            endpoint=place.name(call.method),
            method=call.method,
            path="/" + call.path,
            version=call.version,
            node=place.node,
            params=call.redacted(),
            pixel=place.node if place.kind == "pixel" else None,
            business=business,
            user=token.user if token else None,
            batch=call.batch,
            time=self.state.clock.now(),
        )
        self.state.log.append(entry)
        return entry

    def _trace_id(self) -> str:
        with self.state.lock:
            self.state.traces += 1
            digest = hashlib.sha256(str(self.state.traces).encode())
            return "A" + digest.hexdigest()[:22]

    def pause_until(self, due: float) -> None:
        """Sleep until `due`, a time of `time.monotonic`. Raise Dropped as `pause` does."""
        left = due - time.monotonic()
        if left > 0:
            self.pause(left)

    def pause(self, seconds: float) -> None:
        """Sleep for `seconds`. Raise Dropped if the simulator stops in the meantime."""
        if self.stopping.wait(seconds):
            raise Dropped(reset=False)
