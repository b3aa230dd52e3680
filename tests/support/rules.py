"""The rules for every lifecycle method, whichever test calls it.

A rule yields a sentence for each time that it is broken. `watched.py` applies the rules.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import UnknownAnswerError
from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing.contract import Lifecycle, OlderRecord, Outcome, Properties
from metapixel_provider.sharing.days import has_passed
from metapixel_provider.sharing.edges import RECEIVED
from metapixel_provider.sharing.nodes import WriteResult
from metapixel_provider.sharing.possible import NOTHING, Act, Possible, PossibleWrite
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ENDED, ShareStatus
from metapixel_provider.sharing.tasks import settable

if TYPE_CHECKING:
    from metapixel_simulator import Simulator

#: The time at which this process began its last write to each id (see `Written.changes`).
LAST_WRITES: dict[str, float] = {}
#: The simulator of the running test, if it is in this process.
WORLDS: list[Simulator] = []
_GIVE = (Act.SHARE, Act.PERMIT, Act.APPROVE)


@dataclass
class Written:
    """A write, with the time at which it began. `answer` is Meta's answer, or an error."""

    call: Call
    began: float
    answer: object = None

    @property
    def act(self) -> Act:
        gives = self.call.method == "POST"
        match self.call.path.partition("/")[2]:
            case "agencies":
                return Act.SHARE if gives else Act.END_SHARE
            case "shared_accounts":
                return Act.PERMIT if gives else Act.WITHDRAW
        approves = self.call.params["request_status"].upper() == "APPROVE"
        return Act.APPROVE if approves else Act.DECLINE

    @property
    def id(self) -> str:
        params = self.call.params
        parts = (self.call.path.partition("/")[0], params.get("business"), params.get("account_id"))
        return "/".join(filter(None, parts))

    def changes(self, declared: Properties) -> tuple[str, ...]:
        """The ids of what the write changes. Only the declaration has the agency that answers."""
        if self.act in (Act.APPROVE, Act.DECLINE):
            return self.id, f"answers of {declared.get('agency_business_id')}"
        is_share = self.act in (Act.SHARE, Act.END_SHARE)
        return (self.id, self.call.params["business"]) if is_share else (self.id,)

    @property
    def tasks(self) -> frozenset[str]:
        return frozenset(settable(json.loads(self.call.params.get("permitted_tasks", "[]"))))

    @property
    def is_answered(self) -> bool:
        return isinstance(self.answer, WriteResult | UnknownAnswerError)

    @property
    def shared_at_once(self) -> bool:
        accepted = isinstance(self.answer, WriteResult) and self.answer
        return bool(accepted and not (accepted.request_id or accepted.needs_approval))


@dataclass
class Read:
    """A read of the domain: a method of `Meta`, its arguments and its result.

    `began` is the time at which the oldest of its calls was sent. `last_write` is the time of the
    last write to what it shows, from before the read: another thread can write meanwhile.
    """

    name: str
    given: tuple[Any, ...]
    began: float = math.inf
    result: Any = None
    last_write: float = field(init=False)

    def __post_init__(self) -> None:
        times = (LAST_WRITES.get(each, -math.inf) for each in self.depends_on)
        self.last_write = max(times, default=-math.inf)

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The ids whose writes change the result (see `Written.changes`)."""
        match self.name:
            case "agency":
                return ("/".join(self.given[:2]),)
            case "permits":
                return "/".join(self.given[:2]), "/".join(self.given)
            case "tasks_of":
                return self.given[0], f"answers of {self.given[0]}"
            case "requests" if self.given[0] is RECEIVED:
                return (self.given[1],)
            case "request":
                return self.given
        return ()


@dataclass
class Method:
    """A method of a lifecycle, its arguments, and the reads and writes that have succeeded.

    `possible` are the writes that the domain named before the method.
    """

    name: str
    lifecycle: Lifecycle
    given: tuple[Any, ...]
    calls: list[Read | Written] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.possible = self._possible()

    def __str__(self) -> str:
        return f"{type(self.lifecycle).__name__}.{self.name}"

    def _possible(self) -> Possible:
        if self.name == "read":
            return NOTHING
        if self.name == "create":
            inputs, older = [*self.given, None][:2]
            # Another process may have dropped the older record, so that its outputs are not known.
            assert older is None or isinstance(older, OlderRecord)
            return self.lifecycle.may_create(inputs, older)
        named: Callable[..., Possible] = getattr(self.lifecycle, f"may_{self.name}")
        return named(*self.given)

    @property
    def declared(self) -> Properties:
        """The inputs of a creation or an update, or the record of another method."""
        at = 1 if self.name in ("update", "supersede") else 0
        return dict(self.given[at])

    @property
    def recorded_status(self) -> object:
        record = self.given[0] if self.name != "create" else getattr(self.given[-1], "outputs", {})
        return record.get("status")

    @property
    def writes(self) -> list[Written]:
        return [each for each in self.calls if isinstance(each, Written)]

    def read(self, name: str) -> list[Any]:
        """Return the results of the reads of one kind after the last write, the latest last."""
        found: list[Any] = []
        for each in self.calls:
            if isinstance(each, Written):
                found = []
            elif each.name == name:
                found.append(each.result)
        return found


# Before a write


def it_is_named(method: Method, write: Written) -> Iterator[str]:
    """No write without a line: the domain named it before the method."""

    def names(each: PossibleWrite) -> bool:
        if each.act is Act.APPROVE_ALL:
            return write.act is Act.APPROVE
        is_same = (each.act, each.id) == (write.act, write.id)
        return is_same and (write.act is not Act.SHARE or each.tasks in (None, write.tasks))

    if not any(map(names, method.possible.writes)):
        yield f"{method} sent {write.call}, which is not among {method.possible}"


def it_is_not_repeated_after_an_answer(method: Method, write: Written) -> Iterator[str]:
    same = [each for each in method.writes if each.id == write.id]
    if same and same[-1].call == write.call and same[-1].is_answered:
        yield f"{method} sent {write.call} again after {same[-1].answer!r}"


def it_gives_nothing_that_has_ended(method: Method, write: Written) -> Iterator[str]:
    last_day, today = method.declared.get("expires_on"), method.lifecycle._today()
    if write.act in _GIVE and has_passed(last_day, today):
        yield f"{method} sent {write.call} on {today}, after {last_day}"


# After a read


def it_is_not_older_than_a_write(method: Method, read: Read) -> Iterator[str]:
    """A list is not served from before the last write of this process to what it shows."""
    assert read.began < math.inf, "the calls of the read were not watched"
    own = [each.began for each in method.writes] if read.name in ("request", "requests") else []
    if read.began < max(read.last_write, *own, -math.inf):
        yield f"{method} got {read.name}{read.given} from before its last write"


# After a method


def active_access_was_read(method: Method, result: object) -> Iterator[str]:
    """A method that calls Meta records ACTIVE only for what it has read since its last write."""
    if not isinstance(result, Outcome) or _status(result) != "ACTIVE" or not method.calls:
        return
    listed = method.read("agency" if _is_share(method) else "permits")
    # An owner may not be able to read a recorded permission. A notice reports this.
    is_kept = method.recorded_status == "ACTIVE" and result.notices
    if not (is_kept or any(listed[-1:])):
        yield f"{method} recorded ACTIVE without reading it"


def no_request_is_open_for_active_access(method: Method, result: object) -> Iterator[str]:
    """A share becomes ACTIVE only if something shows that the agency does not have to accept it."""
    if not _is_share(method) or _status(result) != "ACTIVE" or method.recorded_status == "ACTIVE":
        return
    shared = any(each.shared_at_once for each in method.writes)
    accepted = any(each.is_accepted for each in method.read("request"))
    if not (shared or accepted or method.read("requests")):
        yield f"{method} recorded ACTIVE, and a request may be open"


def declared_inputs_are_recorded(method: Method, result: object) -> Iterator[str]:
    """A creation and an update record all inputs. Of a share, they record the tasks at Meta."""
    if method.name not in ("create", "update") or not isinstance(result, Outcome):
        return
    for name in (each.name for each in method.lifecycle.type_.inputs):
        declared, recorded = method.declared.get(name), result.outputs.get(name)
        if name != "permitted_tasks" and declared != recorded:
            yield f"{method} recorded {name}={recorded}, and the program declares {declared}"


def no_tasks_are_recorded_without_access(method: Method, result: object) -> Iterator[str]:
    granted = result.outputs.get("granted_tasks") if isinstance(result, Outcome) else None
    if granted and _status(result) in (ShareStatus.PENDING, *ENDED):
        yield f"{method} recorded {_status(result)} and {granted}"


def an_end_was_read(method: Method, result: object) -> Iterator[str]:
    """A share or permission is deleted, or its request has ended, only if a read returned this."""
    if not isinstance(result, Outcome) or not method.lifecycle.type_.is_access:
        return
    listed = method.read("agency" if _is_share(method) else "permits")
    if result.deleted and any(listed[-1:] or [True]):
        yield f"{method} recorded a deletion without reading it"
    status = _status(result)
    is_new = status in ENDED and status != method.recorded_status
    if is_new and not (method.read("request") or method.read("requests")):
        yield f"{method} recorded {status} without reading a request"


def a_removal_leaves_nothing(method: Method, result: object) -> Iterator[str]:
    """What was removed is not listed and has no open request, or a notice reports it."""
    if method.name != "delete" or result or not method.lifecycle.type_.is_access:
        return
    id_ = method.lifecycle.type_.id_of(method.given[0]) or ""
    for sim in WORLDS:
        key = tuple(id_.split("/"))
        if key in sim.shares() or key in sim.permissions():
            yield f"{method} left {id_}"
        requests = (each for each in sim.open_requests() if each.agency == key[1])
        if _is_share(method) and any(key[0] in each.pixels for each in requests):
            yield f"{method} left an open request for {id_}"


def _status(result: object) -> object:
    return result.outputs.get("status") if isinstance(result, Outcome) else None


def _is_share(method: Method) -> bool:
    return method.lifecycle.type_ is ResourceType.SHARE


BEFORE_A_WRITE = (
    it_is_named,
    it_is_not_repeated_after_an_answer,
    it_gives_nothing_that_has_ended,
)
AFTER_A_READ = (it_is_not_older_than_a_write,)
AFTER_A_METHOD = (
    active_access_was_read,
    no_request_is_open_for_active_access,
    declared_inputs_are_recorded,
    no_tasks_are_recorded_without_access,
    an_end_was_read,
    a_removal_leaves_nothing,
)
