"""Makes calls go wrong while one command runs, and lets Meta come to rest afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.histories.estate import AGENCIES, AGENCIES_TOKEN, FOREIGN_PIXEL, PIXELS
from tests.histories.history import Trouble

#: The answers of HTTP 200 that tell nothing.
_BODIES = {"empty": "", "success_false": '{"success":false}'}
#: A path with an id: what a POST to the root carries are reads.
_OF_A_NODE = r"\d"


@contextmanager
def troubled(sim: Simulator, troubles: Sequence[Trouble], patience: float) -> Iterator[None]:
    """Sets up the troubles and takes them away again.

    `patience` is the time for which a call waits for an answer.
    """
    lag = sim.switches.stale_reads
    for trouble in troubles:
        match trouble.kind:
            case "haste":
                continue
            case "stale":
                sim.set(stale_reads=max(lag, trouble.times))
            case "dead token":
                _set_token(sim, "invalid")
            case "outage":
                _outage(sim, answer_is_lost=trouble.when == "after")
            case "empty" | "success_false" as kind:
                answer = {"kind": "status", "status": 200, "body": _BODIES[kind]}
                sim.fault(**{**vars(trouble), **answer})
            case kind:
                seconds = {"timeout": patience, "rate_limit": 1.0}.get(kind, 0.0)
                sim.fault(**vars(trouble), seconds=seconds)
    try:
        yield
    finally:
        sim.on_request = None
        sim.clear_faults()
        _set_token(sim, "valid")
        sim.set(stale_reads=lag)


@contextmanager
def before_the_first_write(sim: Simulator, act: Callable[[], object]) -> Iterator[None]:
    """Calls a function while a command runs, as soon as it writes."""

    def watch(entry: Entry, phase: str) -> None:
        if is_write(entry) and phase == "before":
            sim.on_request = None
            act()

    sim.on_request = watch
    yield
    sim.on_request = None


def _set_token(sim: Simulator, state: str) -> None:
    """Change the token of the agencies."""
    with sim.moment() as world:
        (token,) = (each for each in world.tokens.values() if each.token == AGENCIES_TOKEN)
        token.state = state


def _outage(sim: Simulator, answer_is_lost: bool) -> None:
    if answer_is_lost:
        for method in ("POST", "DELETE"):
            sim.fault(kind="reset", when="after", method=method, path=_OF_A_NODE)
    begun = threading.Event()

    def watch(entry: Entry, phase: str) -> None:
        if is_write(entry) and phase == "after" and not begun.is_set():
            begun.set()
            sim.fault(kind="reset", times=-1)

    sim.on_request = watch


def is_write(entry: Entry) -> bool:
    """Whether a call writes: a POST to the root carries reads."""
    return entry.method != "GET" and entry.path != "/"


def let_reads_catch_up(sim: Simulator) -> None:
    """A lag lasts moments; the simulator counts it in reads."""
    with sim.lock:
        sharing = sim.sharing
        for _ in range(3):
            for pixel in (*PIXELS, FOREIGN_PIXEL):
                sharing.read(sharing.agencies, pixel)
                for agency in AGENCIES:
                    sharing.read(sharing.accounts, pixel, agency)
            for request in sim.world.requests:
                sharing.read(sharing.request, request)
