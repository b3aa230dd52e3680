"""The nodes of the graph that a caller can read. They are created from the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from . import errors
from .auth import Caller
from .clock import graph_time
from .nodes import Node
from .sharing import Sharing
from .things import REQUEST_STATUSES, SharingRequest


@dataclass(frozen=True)
class Nodes:
    """The nodes that a caller can read. An edge of a node is read only if the call requests it."""

    sharing: Sharing
    caller: Caller

    def of(self, kind: str, node: str) -> Node:
        """Return a node that the caller can see. Raise GraphError if it does not exist yet."""
        nodes: dict[str, Callable[[str], Node]] = {
            "pixel": self.pixel,
            "business": self.business,
            "ad_account": self.ad_account,
            "request": self.current_request,
            "me": lambda _: self.user(),
        }
        return nodes[kind](node)

    def business(self, business: str, tasks: list[str] | None = None) -> Node:
        found = self.sharing.world.businesses[business]
        values: dict[str, object] = {"name": found.name}
        if tasks is not None:
            values["permitted_tasks"] = tasks
        edges = {
            "owned_pixels": lambda _: self.owned_pixels(business),
            "client_pixels": lambda _: self.client_pixels(business),
            "owned_ad_accounts": lambda _: self.owned_ad_accounts(business),
            "agencies": lambda _: self.agencies_of(business),
            "business_users": lambda _: self.people(business, system=False),
            "pending_users": lambda _: self.invitations(business),
            "system_users": lambda _: self.people(business, system=True),
            "initiated_sharing_agreements": lambda args: self.initiated(business, args),
            "received_sharing_agreements": lambda args: self.received(business, args),
        }
        return Node("Business", business, values, edges)

    def pixel(self, pixel: str, tasks: list[str] | None = None) -> Node:
        found = self.sharing.world.pixels[pixel]
        account, fired = found.owner_ad_account, found.last_fired_time
        values: dict[str, object] = {
            "name": found.name,
            "owner_business": self.business(found.owner),
            "owner_ad_account": account and self.ad_account(account),
            "last_fired_time": fired and graph_time(fired),
        }
        if tasks is not None:
            values["permitted_tasks"] = tasks
        edges = {
            "agencies": lambda _: self.agencies(pixel),
            "shared_accounts": lambda args: self.shared_accounts(pixel, args.get("business")),
            "assigned_users": lambda args: self.assigned_users(pixel, args.get("business")),
        }
        return Node("AdsPixel", pixel, values, edges, default=("id",))

    def ad_account(self, account: str) -> Node:
        found = self.sharing.world.ad_accounts[account]
        values: dict[str, object] = {
            "account_id": account,
            "name": found.name,
            "owner": found.owner,
            "business": self.business(found.owner),
            "owner_business": self.business(found.owner),
        }
        edges = {
            "agencies": lambda _: self.clients_of_account(account),
            "assigned_users": lambda args: self.users_of_account(account, args.get("business")),
        }
        return Node("AdAccount", f"act_{account}", values, edges, default=("account_id", "id"))

    def request(self, request: SharingRequest) -> Node:
        values: dict[str, object] = {"request_status": request.status}
        kind = self.sharing.switches.request_node
        if kind == "BusinessAssetSharingAgreement":
            values["initiator"] = self.business(request.owner)
            values["recipient"] = self.business(request.agency)
        return Node(kind, request.id, values, default=("id",))

    def current_request(self, request_id: str) -> Node:
        found = self.sharing.read(self.sharing.request, request_id)
        if found is None:
            raise errors.unknown_object("GET", request_id)
        return self.request(found)

    def assigned_user(self, user: str, business: str, tasks: list[str]) -> Node:
        found = self.sharing.world.users[user]
        values: dict[str, object] = {
            "name": found.name,
            "business": self.business(business),
            "user_type": "SYSTEM_USER" if found.system else "BUSINESS_USER",
            "tasks": tasks,
        }
        return Node("AssignedUser", user, values, default=("id", "name", "tasks"))

    def user(self) -> Node:
        user = self.caller.user
        return Node("User", user.id, {"name": user.name}, {"businesses": self.businesses})

    def businesses(self, _: object) -> Sequence[Node]:
        """Return the businesses in which the caller's user has a role."""
        self.caller.needs("business_management")
        return list(map(self.business, self.caller.user.roles))

    # Edges of a pixel

    def agencies(self, pixel: str) -> Sequence[Node]:
        self._needs_role(self.sharing.world.pixels[pixel].owner)
        return [
            self.business(agency, self.sharing.shown_tasks(pixel, agency, tasks))
            for agency, tasks in self.sharing.read(self.sharing.agencies, pixel)
        ]

    def shared_accounts(self, pixel: str, business: str | None) -> Sequence[Node]:
        found = self._administered(self.sharing.world.pixels[pixel].owner, business)
        accounts = self.sharing.read(self.sharing.accounts, pixel, found)
        return [self.ad_account(each) for each in accounts if self._lists(found)]

    def assigned_users(self, pixel: str, business: str | None) -> Sequence[Node]:
        found = self._administered(self.sharing.world.pixels[pixel].owner, business)
        return [
            self.assigned_user(user, found, self.sharing.shown_tasks(pixel, user, tasks))
            for user, tasks in self.sharing.assigned(pixel, found)
            if self._lists(found)
        ]

    def _administered(self, owner: str, business: str | None) -> str:
        """Return the business. The caller must be an admin of it or of the asset's owner."""
        if business is None:
            raise errors.missing_parameter("business")
        if business not in self.sharing.world.businesses:
            raise errors.bad_parameter(f"Param business must be a business id - got {business}")
        refuses = self.sharing.switches.foreign_lists == "refused"
        self.caller.needs_admin(business, *([] if refuses else [owner]))
        return business

    def _lists(self, business: str) -> bool:
        """Return whether a list of a business shows its items to the caller."""
        is_empty = self.sharing.switches.foreign_lists == "empty"
        return not is_empty or self.caller.administers(business)

    # Edges of an ad account

    def clients_of_account(self, account: str) -> Sequence[Node]:
        """Return the businesses that an ad account is shared with."""
        found = self.sharing.world.ad_accounts[account]
        self._needs_role(found.owner)
        return list(map(self.business, found.client_of))

    def users_of_account(self, account: str, business: str | None) -> Sequence[Node]:
        world = self.sharing.world
        found = self._administered(world.ad_accounts[account].owner, business)
        return [
            self.assigned_user(user, found, list(tasks))
            for (of, user), tasks in world.account_assignments.items()
            if of == account and found in world.users[user].roles and self._lists(found)
        ]

    # Edges of a business

    def owned_pixels(self, business: str) -> Sequence[Node]:
        self._needs_role(business)
        pixels = self.sharing.world.pixels.values()
        return [self.pixel(each.id) for each in pixels if each.owner == business]

    def client_pixels(self, business: str) -> Sequence[Node]:
        self._needs_role(business)
        return [
            self.pixel(pixel, self.sharing.shown_tasks(pixel, business, tasks))
            for pixel, tasks in self.sharing.read(self.sharing.client_pixels, business)
        ]

    def _needs_role(self, business: str) -> None:
        if not self.caller.works_for(business):
            name = self.sharing.world.businesses[business].name
            raise errors.not_admin(f"the user must have a role in the business {name} ({business})")

    def agencies_of(self, business: str) -> Sequence[Node]:
        """Return the partners of a business."""
        self._needs_role(business)
        return list(map(self.business, sorted(self.sharing.partners(business))))

    def owned_ad_accounts(self, business: str) -> Sequence[Node]:
        self._needs_role(business)
        accounts = self.sharing.world.ad_accounts.values()
        return [self.ad_account(each.id) for each in accounts if each.owner == business]

    def people(self, business: str, *, system: bool) -> Sequence[Node]:
        """Return the people of a business, or its system users."""
        self._needs_admin(business)
        kind = "SystemUser" if system else "BusinessUser"
        return [
            Node(
                kind,
                user.id,
                {"name": user.name, "role": user.roles[business], "email": user.email},
            )
            for user in self.sharing.world.users.values()
            if user.system is system and business in user.roles
        ]

    def invitations(self, business: str) -> Sequence[Node]:
        self._needs_admin(business)
        found = self.sharing.world.invitations.values()
        return [
            Node("BusinessRoleRequest", each.id, {"email": each.email}, default=("id", "email"))
            for each in found
            if each.business == business
        ]

    def initiated(self, business: str, args: Mapping[str, str]) -> Sequence[Node]:
        """Return the requests that a business sent, the oldest first."""
        self._needs_admin(business)
        agency, status = args.get("receiving_business_id"), _status(args)
        return [
            self.request(each)
            for each in self.sharing.initiated(business)
            if agency in (None, each.agency) and status in ("", each.status)
        ]

    def received(self, business: str, args: Mapping[str, str]) -> Sequence[Node]:
        """Return the requests that a business received, the oldest first."""
        self._needs_admin(business)
        owner, status = args.get("requesting_business_id"), _status(args)
        if self.sharing.switches.received_filter == "ignored":
            owner = None
        return [
            self.request(each)
            for each in self.sharing.read(self.sharing.received, business)
            if owner in (None, each.owner) and status in ("", each.status)
        ]

    def _needs_admin(self, business: str) -> None:
        self.caller.needs("business_management")
        self.caller.needs_admin(business)


def _status(args: Mapping[str, str]) -> str:
    """Return the status of the requests that a list contains, or an empty text for every status."""
    status = args.get("request_status", "").upper()
    if status and status not in REQUEST_STATUSES:
        allowed = ", ".join(sorted(REQUEST_STATUSES))
        raise errors.bad_parameter(f"Param request_status must be one of {{{allowed}}}")
    return status
