"""The verdict on an agency, which is also the evidence. Every format renders nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from metapixel_cli.grants.unread import UnreadPart
from metapixel_provider.sharing.estate.offboarding import Edge, ListRead, Named

NOT_COVERED = (
    "system users of the owner and their tokens",
    "apps that act on behalf of the owner",
    "asset groups",
    "audiences",
    "custom conversions",
    "pages",
    "catalogs",
    "apps",
    "tag managers",
    "exported data",
    "other businesses of the agency",
    "ad accounts permitted through a business that nothing names any more",
    "the relationship of the two businesses (the next share may need no acceptance)",
    "pixels that no business owns",
)


class Outcome(StrEnum):
    """The verdict. Of several agencies, the first one in this order decides the exit code."""

    NOT_OUT = "NOT OUT"
    NOT_KNOWN = "NOT KNOWN"
    OUT = "OUT"


@dataclass(frozen=True)
class Remaining:
    """A remaining access of the agency, or an open request.

    `route` is the edge that lists it, and `subject` the id of the user, ad account or request.
    `ending` is the change of a stack, a call that Meta documents, or a place in Business Settings.
    `by` is who may end the access.
    """

    route: Edge
    asset: Named
    subject: str
    tasks: tuple[str, ...]
    sentence: str
    ending: str
    by: str


@dataclass(frozen=True)
class Before:
    """An earlier verdict: the SHA-256 of its file, its time, and the number of its findings."""

    digest: str
    time: datetime
    findings: int


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether an agency is out of the pixels and ad accounts of an owner, at one time in UTC.

    The document is not signed. It has no tokens, and no email address except its domain. Texts are
    not escaped: escape them before you display them. Readers must ignore unknown properties.

    `named_by` is the source that knows the agency's id. `proof` is the proof that the token sees
    lists of other businesses. `unread` contains incomplete lists, and other reasons against OUT.
    `to_review` counts members of the owner for a look by hand; null means not read.
    """

    as_of: datetime
    address: str
    api_version: str
    tool_version: str
    commit: str
    run_url: str
    domain: str
    version: Literal[1] = 1
    verdict: Outcome
    headline: str
    owner: Named
    agency: Named
    named_by: str
    proof: str
    remaining: tuple[Remaining, ...]
    unread: tuple[UnreadPart, ...]
    lists: tuple[ListRead, ...]
    to_review: dict[Edge, int | None]
    other_partners: tuple[Named, ...]
    before: Before | None
    not_covered: tuple[str, ...] = NOT_COVERED

    @property
    def sees_others(self) -> bool:
        """True if NOT OUT is based on lists of ad accounts and users of other businesses."""
        others = {it.edge for it in self.lists if it.items and it.business != self.owner.id}
        sees_accounts = Edge.PIXEL_ACCOUNTS in others
        sees_users = Edge.PIXEL_USERS in others or Edge.ACCOUNT_USERS in others
        return self.verdict is Outcome.NOT_OUT and sees_accounts and sees_users
