"""The states a resource can be in when it is removed, each on a pixel and an agency of its own.

So one stack holds a resource in every state, and one command meets them all.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum

from metapixel_simulator import Simulator
from tests.support.programs import permission, response, share

# What Meta holds of a resource.
NOTHING, REQUEST, ACCESS = "nothing", "an open request", "access"

Event = Callable[[Simulator, "State"], object]

_numbers = itertools.count(1)


class Missed(Enum):
    """What the second `pulumi up` missed of its own write."""

    LATE = "its reads returned only what was there before the write"
    UNREAD = "Meta refused all reads after the write"
    LOST = "Meta refused all reads after the write, whose answer never arrived"


@dataclass(frozen=True)
class State:
    """A resource in one state, and how it comes there.

    `recorded`: its status in the stack's state. `meta`: what Meta holds of it.
    `partner`: the agency has a relationship with the owner, so a share is active at once.
    `given`, `asked`: somebody shared the pixel by hand, or sent a sharing request, before us.

    `before` happens at Meta after the first `pulumi up`, and a refresh records it.
    `since` happens after every command, so that the stack's state does not know it.
    `missed`: its last write was made by a second `pulumi up`, which missed this of it.
    `behind` happens at Meta before a refresh whose reads do not return it yet.
    """

    name: str
    recorded: str
    meta: str
    _: KW_ONLY
    partner: bool = False
    given: bool = False
    asked: bool = False
    before: Event | None = None
    since: Event | None = None
    behind: Event | None = None
    missed: Missed | None = None
    number: int = field(default_factory=_numbers.__next__)

    def __str__(self) -> str:
        return self.name

    @property
    def pixel(self) -> str:
        """The pixel of this state alone."""
        return f"1290034567{self.number:06}"

    @property
    def agency(self) -> str:
        """The agency of this state alone."""
        return f"3003456789{self.number:06}"

    @property
    def account(self) -> str:
        """The agency's ad account."""
        return f"607700000{self.number:06}"

    @property
    def request(self) -> str:
        """The sharing request that somebody sent by hand."""
        return f"2400000000{self.number:06}"

    @property
    def key(self) -> str:
        """The id that every call and every message about it has."""
        return self.pixel

    @property
    def other_pixel(self) -> str:
        """A pixel for the same agency that nothing is shared of."""
        return f"1290034568{self.number:06}"

    def declared(self, suffix: str = "", opts: str = "") -> str:
        """The resource in a program, its name with a suffix."""
        raise NotImplementedError

    def moved(self, opts: str = "") -> str:
        """The resource for another pixel, which replaces it."""
        return self.declared(opts=opts).replace(self.pixel, self.other_pixel)

    def first_declared(self) -> str:
        """The resource in the first program."""
        return self.declared()

    def held(self, sim: Simulator) -> tuple[str, frozenset[str]]:
        """What Meta holds of it, and for which tasks."""
        return self._share_held(sim)

    def beside(self, sim: Simulator) -> object:
        """Everything that Meta holds on the pixel and that is not this resource."""
        return {each for each in sim.permissions() if each[0] == self.pixel}

    def _share_held(self, sim: Simulator) -> tuple[str, frozenset[str]]:
        tasks = sim.shares().get((self.pixel, self.agency))
        if tasks is not None:
            return ACCESS, tasks
        asked = any(self.pixel in request.pixels for request in sim.open_requests())
        return (REQUEST if asked else NOTHING), frozenset()


@dataclass(frozen=True)
class Shared(State):
    """A share; `first` are the tasks that the first program declares."""

    _: KW_ONLY
    first: tuple[str, ...] = ("ANALYZE",)
    on_existing: str = "adopt"

    def declared(self, suffix: str = "", opts: str = "") -> str:
        return self._share(self.name + suffix, opts, "ANALYZE")

    def first_declared(self) -> str:
        return self._share(self.name, "", *self.first)

    def _share(self, name: str, opts: str, *tasks: str) -> str:
        return share(name, self.pixel, self.agency, *tasks, opts=opts, on_existing=self.on_existing)


@dataclass(frozen=True)
class Permitted(State):
    """An ad account permission."""

    def declared(self, suffix: str = "", opts: str = "") -> str:
        name = self.name + suffix
        return permission(name, self.pixel, self.agency, self.account, opts, credentials="agency")

    def held(self, sim: Simulator) -> tuple[str, frozenset[str]]:
        permitted = (self.pixel, self.agency, self.account) in sim.permissions()
        return (ACCESS if permitted else NOTHING), frozenset()

    def beside(self, sim: Simulator) -> object:
        return self._share_held(sim)


@dataclass(frozen=True)
class Answered(State):
    """A response to a request that somebody sent by hand: its share is no resource of ours."""

    _: KW_ONLY
    asked: bool = True

    @property
    def key(self) -> str:
        return self.request

    def declared(self, suffix: str = "", opts: str = "") -> str:
        return response(self.name + suffix, self.request, self.recorded, opts, credentials="agency")

    def moved(self, opts: str = "") -> str:
        return ""  # There is no other request: it is taken out.


def _answer(status: str) -> Event:
    def answer(sim: Simulator, state: State) -> None:
        (request,) = (each for each in sim.open_requests() if state.pixel in each.pixels)
        sim.answer(request.id, status)

    return answer


def _widen(sim: Simulator, state: State) -> None:
    sim.share(state.pixel, state.agency, ["ANALYZE", "UPLOAD"])


def _unshare(sim: Simulator, state: State) -> None:
    assert sim.unshare(state.pixel, state.agency)


def _withdraw(sim: Simulator, state: State) -> None:
    assert sim.withdraw(state.pixel, state.agency, state.account)


def _approve_behind(sim: Simulator, state: State) -> None:
    """The request reads as approved, and the list of agencies lags behind."""
    late = sim.switches.stale_reads
    sim.set(stale_reads=0)
    _answer("APPROVE")(sim, state)
    _unshare(sim, state)
    sim.set(stale_reads=late)
    sim.share(state.pixel, state.agency, ["ANALYZE"])


STATES: tuple[State, ...] = (
    Shared("active", "ACTIVE", ACCESS, partner=True),
    Shared("pending", "PENDING", REQUEST),
    Shared("accepted-since", "PENDING", ACCESS, since=_answer("APPROVE")),
    Shared("declined", "DECLINED", NOTHING, before=_answer("DECLINE")),
    Shared("declined-since", "PENDING", NOTHING, since=_answer("DECLINE")),
    Shared("expired", "EXPIRED", NOTHING, before=_answer("EXPIRED")),
    Shared("expired-since", "PENDING", NOTHING, since=_answer("EXPIRED")),
    Shared("canceled", "CANCELED", NOTHING, before=_answer("CANCELED")),
    Shared("canceled-since", "PENDING", NOTHING, since=_answer("CANCELED")),
    Shared("drifted", "ACTIVE", ACCESS, partner=True, since=_widen, on_existing="overwrite"),
    Shared("removed-by-hand", "ACTIVE", NOTHING, partner=True, since=_unshare),
    # Meta did it, and the command that asked for it ended before it could read it back.
    Shared("shared-late", "UNCONFIRMED", ACCESS, partner=True, missed=Missed.LATE),
    Shared("shared-unread", "UNCONFIRMED", ACCESS, partner=True, missed=Missed.UNREAD),
    Shared("shared-lost", "UNCONFIRMED", ACCESS, partner=True, missed=Missed.LOST),
    Shared("asked-lost", "UNCONFIRMED", REQUEST, missed=Missed.LOST),
    Shared("approved-late", "UNCONFIRMED", ACCESS, behind=_approve_behind),
    Shared(
        "narrowed-late",
        "UNCONFIRMED",
        ACCESS,
        partner=True,
        missed=Missed.LATE,
        first=("ANALYZE", "UPLOAD"),
    ),
    Permitted("permitted", "ACTIVE", ACCESS, given=True),
    Permitted("withdrawn-by-hand", "ACTIVE", NOTHING, given=True, since=_withdraw),
    Permitted("waiting", "WAITING_FOR_SHARE", NOTHING),
    Permitted(
        "waiting-accepted-since", "WAITING_FOR_SHARE", NOTHING, asked=True, since=_answer("APPROVE")
    ),
    Permitted("permitted-late", "UNCONFIRMED", ACCESS, given=True, missed=Missed.LATE),
    Permitted("permitted-lost", "UNCONFIRMED", ACCESS, given=True, missed=Missed.LOST),
    Answered("approval", "APPROVE", ACCESS),
    Answered("refusal", "DECLINE", NOTHING),
)

#: A share that every program declares: no command may touch it, except one that destroys it.
KEPT = Shared("kept", "ACTIVE", ACCESS, partner=True)
