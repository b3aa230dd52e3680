"""The edges with a pixel's ad accounts and users, which Meta lists for one business at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.sharing.estate.estate import AdAccount, AssignedUser
from metapixel_provider.sharing.nodes import ad_account_in, id_in, tasks_in, text

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node


@dataclass(frozen=True)
class Route:
    """An edge of a pixel with the parameter `business`.

    `convert` returns the ad account or the user of a node. Its first argument is the business.
    """

    name: str
    edge: str
    fields: str
    convert: Callable[[str, Node], AdAccount | AssignedUser]

    def expansion(self, business_id: str) -> str:
        """Return the field expansion for a business, with the largest page that Meta accepts."""
        return f"{self.edge}.business({business_id}).limit(100){{{self.fields}}}"


def _ad_account(_: str, node: Node) -> AdAccount:
    return AdAccount(ad_account_in(node), text(node, "name"))


def _user(business_id: str, node: Node) -> AssignedUser:
    return AssignedUser(
        id=id_in(node, "id"),
        name=text(node, "name"),
        business_ids=(business_id,),
        is_system_user="SYSTEM" in text(node, "user_type").upper(),
        tasks=tasks_in(node, "tasks"),
    )


AD_ACCOUNTS = Route("ad accounts", "shared_accounts", "account_id,name", _ad_account)
USERS = Route("assigned users", "assigned_users", "id,name,user_type,tasks", _user)
ROUTES = (AD_ACCOUNTS, USERS)
