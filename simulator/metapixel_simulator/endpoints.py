"""The checks, the effect and the answer of each endpoint in docs/simulator-reference.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from . import errors
from .auth import Caller, ending
from .calls import Call
from .graph_nodes import Nodes
from .nodes import Writer
from .sharing import Sharing
from .things import TASKS, AdAccount

Json = dict[str, object]
SUCCESS: Json = {"success": True}
NEEDS_APPROVAL: Json = {**SUCCESS, "requires_admin_approval": True}


def _unix_time(time: datetime | None) -> int:
    """Return the Unix time. Meta returns 0 for a time that never comes."""
    return int(time.timestamp()) if time else 0


@dataclass(frozen=True)
class Context:
    """A call by a caller. Each public method answers endpoints of the table in routes.py.

    `kind` is the kind of the call's node, and `edge` is the edge or an empty text.
    """

    call: Call
    caller: Caller
    sharing: Sharing
    kind: str
    edge: str

    @property
    def nodes(self) -> Nodes:
        return Nodes(self.sharing, self.caller)

    @property
    def write(self) -> Writer:
        return Writer(self.call, self.sharing.switches)

    # Every node and every edge

    def read(self, node: str) -> Json:
        return self.write.node(self.nodes.of(self.kind, node))

    def read_edge(self, node: str) -> Json:
        nodes = self.nodes.of(self.kind, node).edges[self.edge](self.call.params)
        return self.write.edge(nodes, plain=self.edge == "shared_accounts")

    # /{pixel}/agencies

    def share(self, pixel: str) -> Json:
        self._owner_admin(pixel)
        business = self._business()
        tasks = self._tasks()
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

    def unshare(self, pixel: str) -> Json:
        self._owner_admin(pixel)
        business = self._business()
        exists = (pixel, business) in self.sharing.world.shares
        if exists and self.sharing.needs_approval("removals"):
            return self._wait(lambda: self.sharing.unshare(pixel, business), pixel, business)
        if not self.sharing.unshare(pixel, business):
            self._absent("This pixel is not shared with this business")
        return SUCCESS

    # /{pixel}/shared_accounts

    def permit(self, pixel: str) -> Json:
        business, account = self._business_and_account(pixel)
        if not {"ADVERTISE", "ANALYZE"} & set(self.sharing.tasks_of(pixel, business)):
            raise errors.bad_parameter(
                f"The business {business} may not advertise with the pixel {pixel}"
            )
        found = self.sharing.world.ad_accounts[account]
        if business not in (found.owner, *found.client_of):
            raise errors.bad_parameter(
                f"The business {business} has no access to the ad account {account}"
            )
        key = (pixel, business, account)
        if self.sharing.needs_approval("grants") and key not in self.sharing.world.permissions:
            return self._wait(lambda: self.sharing.permit(*key), *key)
        self.sharing.permit(*key)
        return SUCCESS

    def withdraw(self, pixel: str) -> Json:
        business, account = self._business_and_account(pixel)
        key = (pixel, business, account)
        if self.sharing.needs_approval("removals") and key in self.sharing.world.permissions:
            return self._wait(lambda: self.sharing.withdraw(*key), *key)
        if not self.sharing.withdraw(*key):
            self._absent("This ad account is not permitted on this pixel")
        return SUCCESS

    # /{ad_account}/agencies and /{ad_account}/assigned_users

    def unshare_account(self, account: str) -> Json:
        found = self._owned_account(account)
        business = self._business()
        if business not in found.client_of:
            self._absent("This ad account is not shared with this business")
        found.client_of = tuple(each for each in found.client_of if each != business)
        return SUCCESS

    def unassign(self, account: str) -> Json:
        self._owned_account(account)
        key = (account, self.call.id("user"))
        if self.sharing.world.account_assignments.pop(key, None) is None:
            self._absent("This user is not assigned to this ad account")
        return SUCCESS

    def _owned_account(self, account: str) -> AdAccount:
        found = self.sharing.world.ad_accounts[account]
        self.caller.needs_admin(found.owner)
        return found

    # /{request}

    def answer(self, request_id: str) -> Json:
        request = self.sharing.world.requests[request_id]
        if self.sharing.is_purged(request):
            raise errors.unknown_object("POST", request_id)
        self.caller.needs_admin(request.agency)
        name = "request_status" if self.call.params.get("request_status") else "request_response"
        if not self.call.params.get(name):
            raise errors.missing_parameter("request_status")
        wanted = self.call.text(name).upper()
        if wanted not in ("APPROVE", "DECLINE"):
            raise errors.bad_parameter(f"Param {name} must be one of {{APPROVE, DECLINE}}")
        self.sharing.answer(request_id, approve=wanted == "APPROVE")
        return SUCCESS

    # The token itself

    def my_permissions(self, _: str) -> Json:
        scopes = self.caller.token.scopes
        return {"data": [{"permission": each, "status": "granted"} for each in scopes]}

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
        self.caller.needs_admin(self.sharing.world.pixels[pixel].owner)

    def _business(self) -> str:
        business = self.call.id("business")
        if business not in self.sharing.world.businesses:
            raise errors.bad_parameter(
                f"Param business must be the id of a business - got {business}"
            )
        return business

    def _tasks(self) -> tuple[str, ...]:
        tasks = self.call.list("permitted_tasks")
        if not tasks:
            raise errors.bad_parameter("Param permitted_tasks must not be empty")
        for place, task in enumerate(tasks):
            if task not in TASKS:
                raise errors.bad_parameter(
                    f"Param permitted_tasks[{place}] must be one of "
                    f'{{{", ".join(sorted(TASKS))}}} - got "{task}".'
                )
        return tuple(dict.fromkeys(map(str, tasks)))

    def _business_and_account(self, pixel: str) -> tuple[str, str]:
        self.caller.needs_sharing_scopes()
        business = self._business()
        self.caller.needs_admin(business)
        return business, self._account()

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
        name, account = next(iter(sent.items()))
        if set(sent.values()) != {account}:
            raise errors.bad_parameter(
                "Params account_id and ad_account must be the same ad account"
            )
        if account not in self.sharing.world.ad_accounts:
            raise errors.bad_parameter(f"Param {name} must be an ad account - got {account}")
        return account

    def _absent(self, message: str) -> None:
        if self.sharing.switches.delete_absent == "error":
            raise errors.bad_parameter(message)
