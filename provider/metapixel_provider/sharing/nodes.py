"""Conversion of Meta's nodes to the domain's data.

Only this module accepts ids, words (tasks, statuses) and names from Meta. Words are accepted
unchanged or refused. If a requested value of a node is missing or has another form, the functions
raise UnknownAnswerError. Such a node is never a deleted share, or a share without tasks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from metapixel_provider.errors import UnknownAnswerError, unknown_answer
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.status import NEEDS_APPROVAL, RequestStatus, ShareStatus, of_request
from metapixel_provider.sharing.tasks import Task, settable, without_added
from metapixel_provider.texts import from_outside

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node

#: The form of Meta's words, including unknown ones. Other text is refused and not cleaned, because
#: `EDIT` with a zero-width character is not `EDIT`.
_WORD = re.compile(r"[!-~]{1,64}")
_MOST_TASKS = 100
#: The field of a pixel with the business that owns it.
OWNER = "owner_business"


@dataclass(frozen=True)
class Agency:
    """A business that a pixel is shared with, and the tasks that Meta lists for it."""

    id: str
    name: str
    tasks: tuple[str, ...]

    @cached_property
    def settable(self) -> frozenset[Task]:
        return settable(self.tasks)


@dataclass(frozen=True)
class Pixel:
    """A pixel. The name and the owner are empty if the token may not read them."""

    id: str
    name: str
    owner_id: str


@dataclass(frozen=True)
class WriteResult:
    """Meta's answer to a write that it accepted.

    `request_id` is the request that the agency must accept, or empty. `needs_approval` is True if
    the write takes effect only after another admin of the business has approved it. Source: Meta,
    `requires_admin_approval` in answers about ad accounts.
    """

    request_id: str = ""
    needs_approval: bool = False


@dataclass(frozen=True)
class SharingRequest:
    """A sharing request and its status."""

    id: str
    request_status: str

    @property
    def share_status(self) -> ShareStatus:
        return of_request(self.request_status)

    @property
    def is_open(self) -> bool:
        """True if the agency can still answer the request."""
        return self.share_status is ShareStatus.PENDING

    @property
    def is_answerable(self) -> bool:
        """True if an answer takes effect now. Other open requests wait for a check by Meta."""
        return self.request_status.upper() in (RequestStatus.PENDING, RequestStatus.IN_PROGRESS)

    @property
    def is_accepted(self) -> bool:
        return self.share_status is ShareStatus.ACTIVE


def agency_of(node: Node) -> Agency:
    return Agency(id_in(node, "id"), text(node, "name"), tasks_in(node))


def business_of(node: Node) -> Agency:
    """Return a business without tasks."""
    return Agency(id_in(node, "id"), text(node, "name"), ())


def pixel_of(node: Node) -> Pixel:
    owner = node.get(OWNER) or {}
    if not isinstance(owner, dict):
        raise _unreadable(node, OWNER)
    return Pixel(id_in(node, "id"), text(node, "name"), optional_id_in(owner, "id"))


def request_of(node: Node) -> SharingRequest:
    status = _word(node, "request_status", node.get("request_status"))
    return SharingRequest(id_in(node, "id"), status)


def accepted_of(node: Node, may_open_request: bool = True) -> WriteResult:
    """Return the answer to a write. Raise UnknownAnswerError if it does not report success.

    If the write `may_open_request`, the id of a sharing request in the answer is a success too.
    """
    request_id = optional_id_in(node, "pending_request_id") if may_open_request else ""
    needs_approval = node.get(NEEDS_APPROVAL)
    if not isinstance(needs_approval, bool | None):
        raise _unreadable(node, NEEDS_APPROVAL)
    if node.get("success") is not True and not request_id:
        raise unknown_answer("an answer that does not report success", node)
    return WriteResult(request_id, needs_approval is True)


def tasks_in(node: Node, key: str = "permitted_tasks") -> tuple[str, ...]:
    listed = node.get(key)
    if not isinstance(listed, list) or len(listed) > _MOST_TASKS:
        raise _unreadable(node, key)
    # Meta adds some tasks by itself, which nobody can set.
    return without_added([_word(node, key, task) for task in listed])


def time_in(node: Node, key: str) -> datetime | None:
    """Return the UTC time under a key, or None if there is none."""
    value = node.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _unreadable(node, key)
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise _unreadable(node, key) from None


def ad_account_in(node: Node) -> str:
    """Return the id of an ad account node, as digits."""
    value = node.get("account_id") or node.get("id")
    try:
        return ids.ad_account(_exact(value))
    except ValueError:
        raise unknown_answer("an ad account without an id", node, "id") from None


def id_in(node: Node, key: str) -> str:
    """Return the id under a key, as digits. Raise UnknownAnswerError if the key has no id."""
    found = optional_id_in(node, key)
    if not found:
        raise _unreadable(node, key)
    return found


def optional_id_in(node: Node, key: str) -> str:
    """Return the id under a key, as digits, or an empty string if there is none."""
    value = node.get(key)
    if value is None or value == "":
        return ""
    try:
        return ids.digits(_exact(value))
    except ValueError:
        raise _unreadable(node, key) from None


def _exact(value: object) -> object:
    """Return a value that can be an id. Raise ValueError for a float, which may be rounded."""
    if isinstance(value, float):
        raise ValueError("a float")
    return value


def text(node: Node, key: str) -> str:
    """Return the name under a key as one printable line, or an empty string."""
    value = node.get(key)
    return from_outside(value) if isinstance(value, str) else ""


def _word(node: Node, key: str, value: object) -> str:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise _unreadable(node, key)
    return value


def _unreadable(node: Node, key: str) -> UnknownAnswerError:
    return unknown_answer(f"an answer without the requested {key}", node, key)
