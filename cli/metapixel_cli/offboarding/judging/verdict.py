"""The verdict on an agency. Every format renders this data and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from metapixel_cli.grants.unread import UnreadPart
from metapixel_cli.offboarding.reading import Before
from metapixel_provider.sharing.estate.offboarding import Named

NOT_COVERED = (
    "system users of the owner, and their tokens",
    "apps that act on behalf of the owner",
    "asset groups",
    "custom audiences and custom conversions",
    "pages, catalogs and apps",
    "tag managers",
    "exported data",
    "other businesses of the agency",
    "ad accounts permitted through a business that nothing names any more",
    "the relationship of the two businesses: the next share may need no acceptance",
    "pixels that no business owns",
)


class Outcome(StrEnum):
    """The verdict."""

    OUT = "OUT"
    NOT_OUT = "NOT OUT"
    NOT_KNOWN = "NOT KNOWN"


@dataclass(frozen=True)
class Ending:
    """The way to end an access: the change of a stack, a call that Meta documents, or a place in
    Business Settings. `by` names who may do it."""

    how: Literal["stack", "call", "by hand"]
    what: str
    by: str


@dataclass(frozen=True)
class Remaining:
    """A remaining access of the agency, or an open request.

    `route` is the edge that lists it, and `subject` the id of the user, ad account or request.
    """

    route: str
    asset: Named
    subject: str
    tasks: tuple[str, ...]
    sentence: str
    ending: Ending


@dataclass(frozen=True)
class ListRead:
    """A list that was read: the number of items that arrived, and the total that Meta reported.

    `business` is empty for a list of all items. The verdict depends on the list if it `decides`.
    """

    edge: str
    asset: Named
    business: str
    items: int
    total: int | None
    complete: bool
    reason: str
    decides: bool


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether an agency is out of the pixels and ad accounts of an owner, at one time in UTC.

    The document is not signed. It has no tokens, and no email address except its domain. Texts are
    not escaped: escape them before you display them. Readers must ignore unknown properties.

    `named_by` is the source that knows the agency's id. `proof` is the proof that the token sees
    lists of other businesses. `unread` contains incomplete lists, and other reasons against OUT.
    `to_review` counts members of the owner for a look by hand; null means not read.
    """

    version: Literal[1] = 1
    verdict: Outcome
    headline: str
    as_of: datetime
    address: str
    api_version: str
    tool_version: str
    commit: str
    run_url: str
    owner: Named
    agency: Named
    named_by: str
    domain: str
    proof: str
    remaining: tuple[Remaining, ...]
    unread: tuple[UnreadPart, ...]
    lists: tuple[ListRead, ...]
    to_review: dict[str, int | None]
    other_partners: tuple[Named, ...]
    before: Before | None
    not_covered: tuple[str, ...] = NOT_COVERED


@dataclass(frozen=True)
class About:
    """The context of a verdict."""

    as_of: datetime
    tool_version: str
    domain: str
    commit: str
    run_url: str
