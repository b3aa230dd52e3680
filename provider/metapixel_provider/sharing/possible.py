"""The writes that one operation may send to Meta, as far as a preview can know them.

The result is a superset: a run that starts from the same records sends no other write, whatever
Meta returns. So a write that is missing here is a write that nobody reviews.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from metapixel_provider.errors import ConfigurationError
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.tasks import Task  # noqa: TC001 - read by pydantic at run time

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties
    from metapixel_provider.sharing.records import State

S = TypeVar("S", bound="State")


class Certainty(StrEnum):
    """The reason why an operation may send a write, the most certain first."""

    AS_RECORDED = "as-recorded"
    """The decision about the last observation in the record sends the write."""

    MAY = "may"
    """A value is unknown or secret, or the record does not show whether the write is needed."""

    IF_META_CHANGED = "only-if-meta-changed"
    """The write is sent only if Meta changed after the record was read."""


class Act(StrEnum):
    SHARE = "share"
    END_SHARE = "end-share"
    PERMIT = "permit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    DECLINE = "decline"
    APPROVE_ALL = "approve-all"


@dataclass(frozen=True)
class PossibleWrite:
    """A write that may be sent.

    `id` is the id of the resource: `PIXEL/AGENCY`, `PIXEL/BUSINESS/ACCOUNT`, the id of a sharing
    request, or `OWNER/AGENCY` for every open request of an owner. It is None if the preview hides a
    part of it. `tasks` are the tasks of a share, or None if they are unknown.
    """

    act: Act
    id: str | None
    certainty: Certainty
    tasks: frozenset[Task] | None = None


class Refusal(StrEnum):
    """The reason why an operation fails if Meta did not change."""

    OTHER_TASKS = "other-tasks"
    """The share exists with other tasks, and `on_existing` does not allow a change."""

    EXISTS = "exists"
    """The share exists, and `on_existing` does not allow its adoption."""

    NOT_REVOKED = "not-revoked"
    """Meta still returns a task that an earlier update revoked."""

    AWAITS_APPROVAL = "awaits-approval"
    """Another admin may still approve the access, so it cannot be removed."""


@dataclass(frozen=True)
class Possible:
    """Everything that an operation may write, and the refusal that its record predicts.

    It `may_be_refused` if a hidden value decides.
    """

    writes: tuple[PossibleWrite, ...] = ()
    refusal: Refusal | None = None
    may_be_refused: bool = False

    @classmethod
    def of(
        cls, act: Act, id_: str | None, certainty: Certainty = Certainty.AS_RECORDED
    ) -> Possible:
        return cls((PossibleWrite(act, id_, certainty),))

    @classmethod
    def removal(cls, act: Act, id_: str | None, is_refused: bool) -> Possible:
        refusal = Refusal.AWAITS_APPROVAL if is_refused else None
        return replace(cls.of(act, id_), refusal=refusal)

    @property
    def certainty(self) -> Certainty | None:
        """The certainty of the most certain write, or None if nothing is written."""
        found = [write.certainty for write in self.writes]
        return min(found, key=list(Certainty).index, default=None)

    @property
    def may_write(self) -> bool:
        """True if a write may be sent even if nobody changes anything at Meta."""
        return self.certainty in (Certainty.AS_RECORDED, Certainty.MAY)


#: An operation that calls Meta only to read, or not at all.
NOTHING = Possible()


def is_hidden(value: object) -> bool:
    """Return whether a preview hides a value, or a part of a list."""
    return value is UNKNOWN or (isinstance(value, list) and UNKNOWN in value)


def readable_state(state: type[S], outputs: Properties) -> S | None:
    """Return a recorded state, or None if this version cannot read it or a preview hides a part."""
    if any(map(is_hidden, outputs.values())):
        return None
    try:
        return state.of(outputs)
    except ConfigurationError:
        return None
