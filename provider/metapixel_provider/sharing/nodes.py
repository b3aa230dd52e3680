"""Meta's nodes as the domain's data. What lacks what was asked for is no answer: it raises
OutcomeUnknownError, so that an odd answer is never taken for "gone" or "no tasks"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metapixel_provider.errors import Fault, OutcomeUnknownError
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.status import ShareStatus, of_request
from metapixel_provider.sharing.tasks import shown_by_meta

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node


@dataclass(frozen=True)
class Agency:
    """A business that a pixel is shared with, and what Meta shows it may do."""

    id: str
    name: str
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Pixel:
    """A pixel and who has it; `paged` where they came on several pages, not all at one time."""

    id: str
    name: str
    owner_id: str
    owner_name: str
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    paged: bool = False


@dataclass(frozen=True)
class SharingRequest:
    """A sharing request and where it stands."""

    id: str
    request_status: str

    @property
    def share_status(self) -> ShareStatus:
        """What the status of the request makes of a share."""
        return of_request(self.request_status)

    @property
    def is_open(self) -> bool:
        """Whether somebody can still answer it."""
        return self.share_status is ShareStatus.PENDING


def agencies_of(nodes: Iterable[Node]) -> dict[str, Agency]:
    """The agencies that nodes show, by their ids."""
    return {agency.id: agency for agency in map(_agency_of, nodes)}


def pixel_of(node: Node, agencies: Iterable[Node], paged: bool = False) -> Pixel:
    """The pixel that a node and the nodes of its agencies show."""
    owner = node.get("owner_business")
    owner = owner if isinstance(owner, dict) else {}
    return Pixel(
        id=required(node, "id"),
        name=text(node, "name"),
        owner_id=text(owner, "id"),
        owner_name=text(owner, "name"),
        agencies=agencies_of(agencies),
        paged=paged,
    )


def request_of(node: Node) -> SharingRequest:
    """The sharing request that a node shows."""
    return SharingRequest(required(node, "id"), required(node, "request_status"))


def tasks_in(node: Node) -> tuple[str, ...]:
    """The permitted tasks that a node shows."""
    listed = node.get("permitted_tasks")
    if not isinstance(listed, list):
        raise OutcomeUnknownError(
            Fault("an answer without the permitted tasks that were asked for")
        )
    return shown_by_meta(map(str, listed))


def ad_account_in(node: Node) -> str:
    """The digits of the ad account that a node is."""
    try:
        return ids.ad_account(node.get("account_id") or node.get("id"))
    except ValueError:
        raise OutcomeUnknownError(Fault("an ad account without an id")) from None


def required(node: Node, key: str) -> str:
    """A text or id that has to be there."""
    found = text(node, key)
    if not found:
        raise OutcomeUnknownError(Fault(f"an answer without the {key} that was asked for"))
    return found


def text(node: Node, key: str) -> str:
    """A text or id, empty where there is none."""
    value = node.get(key)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _agency_of(node: Node) -> Agency:
    return Agency(required(node, "id"), text(node, "name"), tasks_in(node))
