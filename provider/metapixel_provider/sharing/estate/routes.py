"""The lists of a pixel: its agencies, and the ad accounts and users of one business at a time.

An ad account has lists of agencies and users too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

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
    from metapixel_provider.graph.calls import Node


@dataclass(frozen=True)
class Route:
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


AGENCIES = Route("agencies", "agencies", AGENCY_FIELDS, agency_of)
AD_ACCOUNTS = Route("ad accounts", "shared_accounts", "account_id,name", _ad_account)
#: The ad accounts with the businesses that own them.
OWNED_AD_ACCOUNTS = replace(AD_ACCOUNTS, fields="account_id,name,business{id}")
USERS = Route("assigned users", "assigned_users", "id,name,user_type,tasks", _user)
#: The lists that Meta returns for one business at a time.
OF_BUSINESSES = (AD_ACCOUNTS, USERS)
#: The businesses that an ad account is shared with.
CLIENTS = Route("agencies", "agencies", "id,name", business_of)
