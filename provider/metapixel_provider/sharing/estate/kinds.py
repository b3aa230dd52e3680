"""The kinds of lists of a pixel, and the lists of one kind while they are read.

The kinds are its agencies, and the ad accounts and users of one business at a time. An ad account
has lists of agencies and users too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.graph.paging import next_page, nodes
from metapixel_provider.sharing.edges import AGENCY_FIELDS
from metapixel_provider.sharing.estate.estate import AdAccount, AssignedUser
from metapixel_provider.sharing.nodes import (
    Agency,
    ad_account_in,
    agency_of,
    business_of,
    id_in,
    optional_id_in,
    tasks_in,
    text,
)

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError
    from metapixel_provider.graph.calls import Node


@dataclass(frozen=True)
class ListKind:
    """An edge of a pixel or ad account, with the parameter `business` unless it lists agencies.

    `convert` returns the agency, the ad account or the user of a node.
    """

    name: str
    edge: str
    fields: str
    convert: Callable[[Node], Agency | AdAccount | AssignedUser]

    def expansion(self, business_id: str) -> str:
        """Return the field expansion for a business, with the largest page that Meta accepts."""
        of_business = f".business({business_id})" if business_id else ""
        return f"{self.edge}{of_business}.limit(100){{{self.fields}}}"


def _ad_account(node: Node) -> AdAccount:
    business = node.get("business")
    owner_id = optional_id_in(business, "id") if isinstance(business, dict) else ""
    return AdAccount(ad_account_in(node), text(node, "name"), owner_id)


def _user(node: Node) -> AssignedUser:
    return AssignedUser(
        id=id_in(node, "id"),
        name=text(node, "name"),
        is_system_user="SYSTEM" in text(node, "user_type").upper(),
        tasks=tasks_in(node, "tasks"),
    )


@dataclass
class Lists:
    """The lists of one kind on one pixel, one for each business.

    Meta omits an empty list from a page of pixels, but also a list that the token may not read.
    Only an admin of the pixel's owner may read the owner's list. This admin may read all lists of
    this kind on this pixel, so if the owner's list was read, the omitted ones are empty.

    `read` maps businesses to the items of their lists, and `totals` to the numbers of items that
    Meta reported. `omitted` contains the businesses whose list was requested, but is missing on a
    page of pixels. Without `errors`, each list in `read` is complete.
    """

    kind: ListKind
    read: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    omitted: set[str] = field(default_factory=set)
    totals: dict[str, int] = field(default_factory=dict)
    failures: dict[str, list[GraphError]] = field(default_factory=dict)

    @property
    def errors(self) -> list[GraphError]:
        """The errors of the lists of all businesses."""
        return [error for errors in self.failures.values() for error in errors]

    def fail(self, business_id: str, *errors: GraphError) -> None:
        self.failures.setdefault(business_id, []).extend(errors)

    def take(self, business_id: str, node: Node) -> None:
        """Take the list of a business from the node of the pixel on a page of pixels.

        An incomplete or unreadable list counts neither as read nor as omitted.
        """
        if self.kind.edge not in node:
            self.omitted.add(business_id)
            return
        page = node[self.kind.edge]
        with suppress(OutcomeUnknownError):
            if isinstance(page, dict) and next_page(page) is None:
                self.read[business_id] = tuple(map(self.kind.convert, nodes(page)))

    def missing(self, businesses: Collection[str]) -> list[str]:
        """Return the businesses whose list has to be read alone.

        If there are errors, they also explain why an omitted list is unknown.
        """
        known = self.read.keys() | (self.omitted if self.errors else ())
        return [each for each in businesses if each not in known]

    def infer(self, owner_id: str) -> None:
        """Treat the omitted lists as empty if the list of the pixel's owner was read."""
        if owner_id in self.read:
            self.read |= dict.fromkeys(self.omitted - self.read.keys(), ())


AGENCIES = ListKind("agencies", "agencies", AGENCY_FIELDS, agency_of)
AD_ACCOUNTS = ListKind("ad accounts", "shared_accounts", "account_id,name", _ad_account)
#: The ad accounts with the businesses that own them.
OWNED_AD_ACCOUNTS = replace(AD_ACCOUNTS, fields="account_id,name,business{id}")
USERS = ListKind("assigned users", "assigned_users", "id,name,user_type,tasks", _user)
#: The lists that Meta returns for one business at a time.
OF_BUSINESSES = (AD_ACCOUNTS, USERS)
#: The businesses that an ad account is shared with.
CLIENTS = ListKind("agencies", "agencies", "id,name", business_of)
