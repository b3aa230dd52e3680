"""The checks, the effect and the answer of each endpoint in docs/simulator-reference.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from . import errors
from .auth import READ_SCOPES, Caller, ending
from .calls import Call
from .graph_nodes import Nodes
from .nodes import Node, Writer
from .sharing import Sharing
from .things import REQUEST_STATUSES

Json = dict[str, object]
SUCCESS: Json = {"success": True}
NEEDS_APPROVAL: Json = {**SUCCESS, "requires_admin_approval": True}


def _unix_time(time: datetime | None) -> int:
    """Return the Unix time. Meta returns 0 for a time that never comes."""
    return int(time.timestamp()) if time else 0


@dataclass(frozen=True)
class Context:
    """A call by a caller. Each public method answers one endpoint of the table in routes.py."""

    call: Call
    caller: Caller
    sharing: Sharing

    @property
    def nodes(self) -> Nodes:
        return Nodes(self.sharing, self.caller)

    @property
    def write(self) -> Writer:
        return Writer(self.call, self.sharing.switches)

    # /{pixel}/agencies

    def share(self, pixel: str) -> Json:
        self._owner_admin(pixel)
        business = self._business()
        tasks = self._tasks("permitted_tasks", self.sharing.world.assets[pixel].tasks)
        if "EDIT" in tasks and not self.caller.app.allow_edit:
            raise errors.GraphError(
                "(#200) The task EDIT is restricted: Meta has not allowlisted this app for it",
                code=200,
                status=403,
            )
        if self.sharing.needs_approval("grants"):
            return self._wait(lambda: self.sharing.share(pixel, business, tasks), pixel, business)
        request_id = self.sharing.share(pixel, business, tasks)
        return {**SUCCESS, "pending_request_id": request_id} if request_id else SUCCESS

    def agencies(self, pixel: str) -> Json:
        self.caller.needs(*READ_SCOPES)
        return self.write.edge(self.nodes.agencies(pixel), summary=True)

    def shared_agencies(self, pixel: str) -> Json:
        self.caller.needs(*READ_SCOPES)
        return self.write.edge(self.nodes.shared_agencies(pixel))

    def unshare(self, pixel: str) -> Json:
        self._owner_admin(pixel)
        business = self._business()
        exists = (pixel, business) in self.sharing.world.shares
        if exists and self.sharing.needs_approval("removals"):
            return self._wait(lambda: self.sharing.unshare(pixel, business), pixel, business)
        if not self.sharing.unshare(pixel, business):
            noun = self.sharing.world.assets[pixel].noun
            self._absent(f"This {noun} is not shared with this business")
        return SUCCESS

    # /{pixel}/shared_accounts

    def permit(self, pixel: str) -> Json:
        business, account = self._business_and_account(pixel)
        if not {"ADVERTISE", "ANALYZE"} & set(self.sharing.tasks_of(pixel, business)):
            raise errors.bad_parameter(
                f"The business {business} may not advertise with the pixel {pixel}"
            )
        owner = self.sharing.world.ad_accounts[account].owner
        if business not in (owner, *self.sharing.world.clients_of(account)):
            raise errors.bad_parameter(
                f"The business {business} has no access to the ad account {account}"
            )
        key = (pixel, business, account)
        if self.sharing.needs_approval("grants") and key not in self.sharing.world.permissions:
            return self._wait(lambda: self.sharing.permit(*key), *key)
        self.sharing.permit(*key)
        return SUCCESS

    def accounts(self, pixel: str) -> Json:
        self.caller.needs(*READ_SCOPES)
        business = self._business()
        return self.write.edge(self.nodes.shared_accounts(pixel, business), paged=False)

    def withdraw(self, pixel: str) -> Json:
        business, account = self._business_and_account(pixel)
        key = (pixel, business, account)
        if self.sharing.needs_approval("removals") and key in self.sharing.world.permissions:
            return self._wait(lambda: self.sharing.withdraw(*key), *key)
        if not self.sharing.withdraw(*key):
            self._absent("This ad account is not permitted on this pixel")
        return SUCCESS

    # /{pixel}/assigned_users

    def assign(self, pixel: str) -> Json:
        user = self._user()
        tasks = self._tasks("tasks", self.sharing.world.pixels[pixel].tasks)
        businesses = self._businesses_of(user, pixel)
        held = {each for it in businesses for each in self.sharing.tasks_of(pixel, it)}
        if not held:
            raise errors.bad_parameter("The business of this user has no access to this pixel")
        if not held.issuperset(tasks):
            raise errors.bad_parameter("A user cannot have tasks that the user's business lacks")
        self.sharing.assign(pixel, user, tasks)
        return SUCCESS

    def assigned_users(self, pixel: str) -> Json:
        self.caller.needs(*READ_SCOPES)
        nodes = self.nodes.assigned_users(pixel, self._business())
        return self.write.edge(nodes, summary=True)

    def unassign(self, pixel: str) -> Json:
        user = self._user()
        self._businesses_of(user, pixel)
        if not self.sharing.unassign(pixel, user):
            self._absent("This user is not assigned to this pixel")
        return SUCCESS

    def _user(self) -> str:
        self.caller.needs("business_management")
        user = self.call.id("user")
        if user not in self.sharing.world.users:
            raise errors.bad_parameter(f"Param user must be the id of a user - got {user}")
        return user

    def _businesses_of(self, user: str, pixel: str) -> list[str]:
        """Return all businesses of a user if the caller administers the owner of the pixel.

        Otherwise, return the businesses that the caller administers. Raises GraphError if there are
        none.
        """
        roles = self.sharing.world.users[user].roles
        owner = self.sharing.world.pixels[pixel].owner
        if self.caller.administers(owner):
            return list(roles)
        found = [each for each in roles if self.caller.administers(each)]
        if not found:
            self.caller.needs_admin(owner)
        return found

    # /{request}

    def answer(self, request_id: str) -> Json:
        request = self.sharing.world.requests[request_id]
        self.caller.needs("business_management", "ads_management")
        self.caller.needs_admin(request.agency)
        name = "request_status" if self.call.params.get("request_status") else "request_response"
        if not self.call.params.get(name):
            raise errors.missing_parameter("request_status")
        wanted = self.call.text(name).upper()
        if wanted not in ("APPROVE", "DECLINE"):
            raise errors.bad_parameter(f"Param {name} must be one of {{APPROVE, DECLINE}}")
        asset = self.call.optional("asset_id")
        if asset is not None and asset not in request.pixels:
            raise errors.bad_parameter(f"The asset {asset} is not part of this request")
        self.sharing.answer(request_id, approve=wanted == "APPROVE", asset=asset)
        return SUCCESS

    def request(self, request_id: str) -> Json:
        self.caller.needs("business_management", "ads_management")
        request = self.sharing.read_request(request_id)
        if request is None:
            raise errors.unknown_object(self.call.method, request_id)
        return self.write.node(self.nodes.request(request))

    # Nodes

    def pixel(self, pixel: str) -> Json:
        self.caller.needs(*READ_SCOPES)
        return self.write.node(self.nodes.pixel(pixel))

    def business(self, business: str) -> Json:
        self.caller.needs(*READ_SCOPES)
        return self.write.node(self.nodes.business(business))

    def ad_account(self, account: str) -> Json:
        self.caller.needs("ads_management", "ads_read")
        return self.write.node(self.nodes.ad_account(account))

    # Edges of a business

    def business_agencies(self, business: str) -> Json:
        return self.business_edge(self.nodes.partners(business, clients=False))

    def business_clients(self, business: str) -> Json:
        return self.business_edge(self.nodes.partners(business, clients=True))

    def remove_client(self, business: str) -> Json:
        if self.sharing.switches.delete_clients == "unsupported":
            raise errors.unknown_object(self.call.method, business)
        self.caller.needs("business_management")
        self.caller.needs_admin(business)
        if not self.sharing.remove_client(self._business(), business):
            self._absent("This business is not a client")
        return SUCCESS

    def pending_pixels(self, business: str) -> Json:
        if self.sharing.switches.pending_shared_pixels == "unknown_path":
            raise errors.unknown_path("pending_shared_pixels")
        return self.business_edge(self.nodes.pending_pixels(business))

    def initiated(self, business: str) -> Json:
        self.caller.needs("business_management")
        agency = self.call.optional("receiving_business_id")
        return self.write.edge(self.nodes.initiated(business, agency, self._status()))

    def received(self, business: str) -> Json:
        self.caller.needs("business_management")
        owner = self.call.optional("requesting_business_id")
        return self.write.edge(self.nodes.received(business, owner, self._status()))

    # The token itself

    def me(self, _: str) -> Json:
        return self.write.node(self.nodes.user())

    def my_permissions(self, _: str) -> Json:
        scopes = self.caller.token.scopes
        return {"data": [{"permission": each, "status": "granted"} for each in scopes]}

    def my_businesses(self, _: str) -> Json:
        self.caller.needs("business_management")
        return self.write.edge([self.nodes.business(each) for each in self.caller.user.roles])

    def debug_token(self, _: str) -> Json:
        token = self.sharing.world.tokens.get(self.call.text("input_token"))
        if token is None:
            error = {"code": 190, "message": "Invalid OAuth access token."}
            return {"data": {"error": error, "is_valid": False, "scopes": []}}
        app = self.sharing.world.apps[token.app]
        data: Json = {
            "app_id": app.id,
            "application": app.name,
            "type": "SYSTEM_USER" if self.sharing.world.users[token.user].system else "USER",
            "expires_at": _unix_time(token.expires_at),
            "data_access_expires_at": _unix_time(token.data_access_expires_at),
            "is_valid": True,
            "scopes": list(token.scopes),
            "user_id": token.user,
        }
        ended = ending(token, self.sharing.clock)
        if ended is not None:
            data["is_valid"] = False
            data["error"] = {"code": 190, "message": ended.message, "subcode": ended.subcode}
        return {"data": data}

    # Parts of several endpoints

    def _wait(self, effect: Callable[[], object], *key: str) -> Json:
        """Keep a write until another admin approves it.

        A later write to the same key replaces this write.
        """
        self.sharing.approvals[key] = effect
        return NEEDS_APPROVAL

    def _owner_admin(self, pixel: str) -> None:
        self.caller.needs_sharing_scopes()
        self.caller.needs_admin(self.sharing.world.assets[pixel].owner)

    def _business(self) -> str:
        business = self.call.id("business")
        if business not in self.sharing.world.businesses:
            raise errors.bad_parameter(
                f"Param business must be the id of a business - got {business}"
            )
        return business

    def _tasks(self, name: str, known: Sequence[str]) -> tuple[str, ...]:
        tasks = self.call.list(name)
        if not tasks:
            raise errors.bad_parameter(f"Param {name} must not be empty")
        for place, task in enumerate(tasks):
            if task not in known:
                allowed = ", ".join(sorted(known))
                raise errors.bad_parameter(
                    f'Param {name}[{place}] must be one of {{{allowed}}} - got "{task}".'
                )
        return tuple(dict.fromkeys(map(str, tasks)))

    def _business_and_account(self, pixel: str) -> tuple[str, str]:
        self.caller.needs_sharing_scopes()
        business = self._business()
        self.caller.needs_admin(business)
        account = self._account()
        if account not in self.sharing.world.ad_accounts:
            raise errors.bad_parameter(f"Param account_id must be an ad account - got {account}")
        return business, account

    def _account(self) -> str:
        """Return the id of the call's ad account.

        The guide calls the parameter `ad_account`; the specification and the reference call it
        `account_id`.
        """
        read = self.sharing.switches.ad_account_parameter
        names = ("account_id", "ad_account") if read == "either" else (read,)
        sent = {
            name: self.call.text(name).removeprefix("act_")
            for name in names
            if self.call.params.get(name)
        }
        if not sent:
            raise errors.missing_parameter(names[0])
        if len(set(sent.values())) > 1:
            raise errors.bad_parameter(
                "Params account_id and ad_account must be the same ad account"
            )
        account = next(iter(sent.values()))
        if not (account.isascii() and account.isdigit()):
            raise errors.bad_parameter(f"Param {next(iter(sent))} must be an ad account id")
        return account

    def _absent(self, message: str) -> None:
        if self.sharing.switches.delete_absent == "error":
            raise errors.bad_parameter(message)

    def business_edge(self, nodes: Sequence[Node]) -> Json:
        self.caller.needs("business_management", "ads_management", "ads_read")
        return self.write.edge(nodes, summary=True)

    def _status(self) -> str | None:
        """Return the status of the requests that a list contains, or None for every status."""
        status = (self.call.optional("request_status") or "").upper() or None
        if status is not None and status not in REQUEST_STATUSES:
            allowed = ", ".join(sorted(REQUEST_STATUSES))
            raise errors.bad_parameter(f"Param request_status must be one of {{{allowed}}}")
        return status
