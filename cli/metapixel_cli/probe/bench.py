"""The pixel of a probe: its reads, its writes, and the states that experiments begin in.

Only this module of the probe knows paths and fields of the Graph API.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from metapixel_cli.escape import visible
from metapixel_cli.probe.calls import Calls
from metapixel_cli.probe.errors import (
    AwaitsApprovalError,
    DisturbedError,
    InconclusiveError,
    NotRestoredError,
    NotRunError,
)
from metapixel_cli.probe.journal import Journal, Target
from metapixel_provider.errors import (
    GraphError,
    InvalidParameterError,
    NotVisibleError,
    PermissionMissingError,
)
from metapixel_provider.graph.calls import Node
from metapixel_provider.graph.paging import nodes
from metapixel_provider.sharing.nodes import SharingRequest, ad_account_in, id_in
from metapixel_provider.sharing.status import NEEDS_APPROVAL

#: The number of reads after which a write counts as never returned.
MOST_READS = 12
#: The number of attempts to restore the pixel. During an outage, each takes some seconds.
ROUNDS = 5
TASKS = ("UPLOAD", "ANALYZE")

Value = TypeVar("Value")


@dataclass(frozen=True)
class Delay:
    """The reads and the seconds after a write until Meta returned its effect."""

    reads: int
    seconds: float


@dataclass
class Known:
    """The state of the share that settled reads have confirmed, or the state `unknown`."""

    state: str = "unknown"
    request: str = ""


@dataclass
class Bench:
    """A pixel, the calls of its owner and, if its token is given, the calls of the agency.

    `related` is True if the agency already works with the owner. `pause` is the time in seconds
    between two reads of the same thing. `unseen` is the number of writes whose effect Meta never
    returned. `ended` contains the requests of the journal that have ended. `awaits_approval` is
    True if a write of this run waits for the approval of another admin. `approved` is True if the
    agency's approval of a request was sent.
    """

    target: Target
    owner: Calls
    agency: Calls | None
    journal: Journal
    related: bool = False
    approved: bool = False
    pause: float = 0.0
    known: Known = field(default_factory=Known)
    delays: list[Delay] = field(default_factory=list)
    unseen: int = 0
    ended: set[str] = field(default_factory=set)
    awaits_approval: bool = False

    @property
    def may_wait(self) -> bool:
        """True if a write may wait for the approval of another admin. No read returns it."""
        writes = (self._sharing, self._permitting)
        return self.journal.awaits_approval or any(map(self.journal.may_wait, writes))

    @property
    def may_be_permitted(self) -> bool:
        """True if the probe may have left a permission, which Meta may not list."""
        return self.journal.may_remain(self._permitting)

    @property
    def disturbances(self) -> int:
        """The number of calls so far that Meta limited or did not answer."""
        return self.owner.disturbances + (self.agency.disturbances if self.agency else 0)

    @property
    def usage(self) -> float:
        """The highest usage of a limit in percent that the headers have reported."""
        return max(self.owner.usage, self.agency.usage if self.agency else 0.0)

    # Reads

    def pixel(self, calls: Calls, fields: str) -> Node:
        """Read fields of the pixel."""
        return calls.read(self.target.pixel, fields=fields)

    def names(self) -> dict[str, str]:
        """Return names with ids of the pixel, its owner and the agency, by id, where readable."""
        node = self.pixel(self.owner, "id,name,owner_business{id,name}")
        found = [node, node.get("owner_business")]
        if self.agency:
            found.append(self.agency.read(self.target.agency, fields="id,name"))
        ids = (self.target.pixel, self.target.owner, self.target.agency)
        return {each: each for each in ids} | {
            id_in(each, "id"): f"{visible(str(each['name']))} ({each['id']})"
            for each in found
            if isinstance(each, dict) and each.get("name")
        }

    def listed(self, calls: Calls | None = None) -> dict[str, list[str]]:
        """Return the agencies of the pixel and their tasks, in Meta's order."""
        found = (calls or self.owner).nodes(
            f"{self.target.pixel}/agencies", fields="id,permitted_tasks"
        )
        return {id_in(node, "id"): _words(node.get("permitted_tasks")) for node in found}

    def tasks(self) -> list[str] | None:
        """Return the tasks of the agency on the pixel, or None if Meta does not list it."""
        return self.listed().get(self.target.agency)

    def accounts(self) -> frozenset[str]:
        """Return the ad accounts of the agency on the pixel."""
        page = self.owner.read(
            f"{self.target.pixel}/shared_accounts", business=self.target.agency, fields="account_id"
        )
        return frozenset(map(ad_account_in, nodes(page)))

    def status(self, request_id: str) -> str | None:
        """Return the status of a request, or None if Meta does not return the request."""
        try:
            return str(self.request_node(request_id, "id,request_status").get("request_status"))
        except NotVisibleError:
            return None

    def request_node(self, request_id: str, fields: str) -> Node:
        """Read fields of a request."""
        return self.owner.read(request_id, fields=fields)

    def open_requests(self) -> frozenset[str]:
        """Return the open requests from the owner to the agency, for any pixels."""
        found = self.owner.nodes(
            f"{self.target.owner}/initiated_sharing_agreements",
            fields="id,request_status",
            receiving_business_id=self.target.agency,
        )
        return frozenset(
            id_in(node, "id") for node in found if is_open(str(node.get("request_status")))
        )

    def is_related(self) -> bool:
        """Return whether the agency already works with the owner."""
        found = self.owner.nodes(f"{self.target.owner}/agencies", fields="id")
        return self.target.agency in {id_in(node, "id") for node in found}

    def has_account(self) -> bool:
        """Return whether the agency owns the ad account, or works on it as an agency."""
        if self.agency is None:
            return False
        wanted, calls = self.target.ad_account, self.agency
        edges = ("owned_ad_accounts", "client_ad_accounts")
        return any(
            wanted == ad_account_in(node)
            for edge in edges
            for node in calls.nodes(f"{self.target.agency}/{edge}", fields="account_id")
        )

    def scopes(self) -> frozenset[str]:
        """Return the scopes of the owner's token."""
        return frozenset(
            str(node.get("permission"))
            for node in self.owner.nodes("me/permissions")
            if node.get("status") == "granted"
        )

    # Reads after a write

    def until(self, read: Callable[[], Value], wanted: Callable[[Value], bool]) -> Value:
        """Read until Meta returns the effect of the last write, and record the delay.

        Call this method only if a read before the write did not return this effect. Raises
        InconclusiveError if Meta does not return the effect.
        """
        before, began = self.disturbances, time.monotonic()
        for count in range(MOST_READS + 1):
            value = read()
            if wanted(value):
                if self.disturbances == before:
                    self.delays.append(Delay(count, time.monotonic() - began))
                return value
            time.sleep(self.pause)
        self.unseen += 1
        raise InconclusiveError(
            f"Meta did not return the effect of a write within {MOST_READS + 1} reads"
        )

    def settled(self, read: Callable[[], Value]) -> Value:
        """Read until no result can be from before the last write, and return the last result.

        The number of reads and the time depend on the delays so far. Raises InconclusiveError if
        the last two reads differ.
        """
        reads = 2 + max((delay.reads for delay in self.delays), default=MOST_READS)
        seconds = 2 * max((delay.seconds for delay in self.delays if delay.reads), default=0.0)
        began = time.monotonic()
        count, before, value = 1, None, read()
        while count < reads or time.monotonic() - began < seconds:
            time.sleep(self.pause)
            count, before, value = count + 1, value, read()
        if value != before:
            raise InconclusiveError("two reads in a row returned different results")
        return value

    # Writes. After each of them, the state is unknown until reads have confirmed it. Each write
    # raises AwaitsApprovalError if another admin has to approve it.

    def share(self, tasks: Sequence[str]) -> str:
        """Share the pixel. Return the id of the request that the agency must accept, or "".

        Raises NotRunError if this could open a request that nobody can withdraw.
        """
        # The end of a share can have ended the relationship.
        if self.agency is None and not (self.related and self.is_related()):
            raise NotRunError(
                "the share would open a request to the agency, and without the agency's token "
                "the request might stay open"
            )
        node = self._write(self.owner, "POST", "agencies", permitted_tasks=json.dumps(list(tasks)))
        return str(node.get("pending_request_id") or "")

    def unshare(self) -> None:
        """Delete the share of the agency."""
        self._write(self.owner, "DELETE", "agencies")

    def permit(self, *names: str) -> None:
        """Permit the ad account, which the call sends under these names."""
        self._account("POST", names)

    def withdraw(self) -> None:
        """Withdraw the permission of the ad account."""
        self._account("DELETE", ("account_id", "ad_account"))

    def answer(self, request_id: str, request_status: str) -> None:
        """Answer a request as the agency."""
        calls = self.agency
        if calls is None:
            raise NotRunError("the experiment needs the agency's token")
        self.approved = self.approved or request_status == "approve"
        self._sent(calls, "POST", request_id, request_status=request_status)

    def _account(self, method: str, names: Sequence[str]) -> None:
        if self.agency is None or not self.target.ad_account:
            raise NotRunError("the experiment needs the agency's token and an ad account")
        params = dict.fromkeys(names, self.target.ad_account)
        self._write(self.agency, method, "shared_accounts", **params)

    @property
    def _sharing(self) -> str:
        """The write of a share, as the journal lists it."""
        return f"POST {self.target.pixel}/agencies"

    @property
    def _permitting(self) -> str:
        """The write of a permission, as the journal lists it."""
        return f"POST {self.target.pixel}/shared_accounts"

    def _write(self, calls: Calls, method: str, edge: str, **params: str) -> Node:
        path = f"{self.target.pixel}/{edge}"
        return self._sent(calls, method, path, business=self.target.agency, **params)

    def _sent(self, calls: Calls, method: str, path: str, **params: str) -> Node:
        self.known = Known()
        write = f"{method} {path}"
        self.journal.write(write)
        try:
            node = calls.write(method, path, **params)
        except GraphError:
            self.journal.refused(write)
            raise
        if request_id := node.get("pending_request_id"):
            self.journal.request(str(request_id))
        if node.get(NEEDS_APPROVAL):
            self.awaits_approval = True
            self.journal.approval()
            raise AwaitsApprovalError
        self.journal.accepted(write)
        return node

    # States

    def absent(self) -> None:
        """Make the agency have neither a share nor an open request."""
        if self.known.state != "absent":
            self.restore()

    def pending(self) -> str:
        """Make a request for the pixel be open. Return the id of the request."""
        if self.known.state == "pending":
            return self.known.request
        self.absent()
        if self.related:
            raise NotRunError("the agency already works with the owner, so no request is opened")
        request_id = self.share(TASKS)
        if not request_id:
            self.related = True
            raise NotRunError("the agency already works with the owner, so no request is opened")
        self.now_pending(request_id)
        return request_id

    def now_pending(self, request_id: str) -> None:
        """Confirm that a request, which a write has just opened, is open."""
        self.until(lambda: self.status(request_id), lambda status: status is not None)
        self.known = Known("pending", request_id)

    def active(self, tasks: Sequence[str] = TASKS) -> None:
        """Make the share active with these tasks."""
        if self.known.state == "active" and tasks == TASKS:
            return
        self.absent()
        request_id = self.share(tasks)
        if request_id:
            self.now_pending(request_id)
            self.approve(request_id)
            if self.settled(self.tasks) is None:
                raise InconclusiveError("Meta does not list the share after the approval")
        else:
            self.until(self.tasks, lambda found: found is not None)
        self.known = Known("active" if tasks == TASKS else "unknown")

    def approve(self, request_id: str) -> None:
        """Approve an open request as the agency, and confirm the answer."""
        self.answer(request_id, "approve")
        self.until(
            lambda: self.status(request_id), lambda status: status is None or not is_open(status)
        )
        self.related = True

    def permitted(self, *names: str) -> None:
        """Permit the ad account, which is not permitted, and confirm it."""
        self.permit(*names or ("account_id", "ad_account"))
        self.until(self.accounts, lambda found: self.target.ad_account in found)

    def withdrawn(self) -> None:
        """Withdraw the permission of the ad account, and confirm it while the share is active."""
        self.withdraw()
        self.until(self.accounts, lambda found: self.target.ad_account not in found)
        self.journal.undone(self._permitting)

    def restore(self, report: Callable[[str], None] = lambda _: None) -> None:
        """Remove everything that the probe created, and confirm it.

        Reports the beginning of each round. Raises NotRestoredError if something is left, or if
        Meta does not answer, and AwaitsApprovalError if another admin has to approve a write of
        this run.
        """
        left = ""
        for attempt in range(ROUNDS):
            because = f", because {left}" if left else ""
            report(f"Restoring the pixel: round {attempt + 1} of at most {ROUNDS}{because}")
            try:
                left = self._restore_once()
            except (DisturbedError, GraphError, InconclusiveError) as error:
                left = str(error)
            else:
                if self.awaits_approval:
                    raise AwaitsApprovalError(left)
                if not left:
                    self.known = Known("absent")
                    return
            time.sleep(self.pause * attempt)
        raise NotRestoredError(left)

    def _restore_once(self) -> str:
        """Remove what reads return. Return a clause about the rest, or an empty string."""
        account = self.target.ad_account
        is_permitted = bool(account) and account in self.settled(self.accounts)
        is_listed = self.settled(self.tasks) is not None
        opened = self._open()
        if is_listed or opened:
            self._executed(self._sharing)
        if is_permitted:
            self._executed(self._permitting)
        # If an admin has to approve removals, also the removal of a new share would wait.
        can_prove = is_listed or not self.journal.awaits_approval
        may_be_permitted = is_permitted or (self.may_be_permitted and can_prove)
        waits = self.may_wait
        if may_be_permitted and not opened:
            self._end_permission(is_listed)
        if waits and self.agency and account and not is_permitted:
            # Meta lists no write that waits for approval, but the opposite write can withdraw it.
            # Meta may refuse this, because the agency may not have the pixel.
            with suppress(PermissionMissingError):
                self._attempt(self.withdraw)
        if may_be_permitted or is_listed or opened or waits:
            self._attempt(self.unshare)
        for request_id in sorted(opened and self._open()):
            if self.agency:
                self._attempt(partial(self.answer, request_id, "decline"))
        left = {
            "the permission of the ad account": may_be_permitted,
            "the share": is_listed,
            "an open request": bool(opened) and not is_listed,
        }
        named = " and ".join(name for name, is_left in left.items() if is_left)
        lacks = not self.agency and (may_be_permitted or opened)
        advice = ", and --agency-credentials is missing to end this" if lacks else ""
        return f"{named} may remain{advice}" if named else ""

    def _executed(self, write: str) -> None:
        """Record that reads return the effect of a write, so it waits for no approval."""
        if self.journal.may_wait(write):
            self.journal.accepted(write)

    def _end_permission(self, is_shared: bool) -> None:
        """Withdraw the permission if it exists.

        Only a business with access to the pixel can withdraw it. Without access, Meta may keep the
        permission and not list it.
        """
        if self.agency is None:
            return
        if not is_shared:
            self._attempt(self._share_again)
        if self.target.ad_account in self.settled(self.accounts):
            self._attempt(self.withdraw)
        is_shared = self.settled(self.tasks) is not None
        if is_shared and self.target.ad_account not in self.settled(self.accounts):
            self.journal.undone(self._permitting)

    def _share_again(self) -> None:
        """Share the pixel, and approve the request if the relationship has ended."""
        request_id = self.share(TASKS)
        if request_id:
            self.answer(request_id, "approve")

    def _attempt(self, write: Callable[[], object]) -> None:
        """Send a write of the restoration.

        Meta refuses a write whose effect exists already, for example after another attempt.
        """
        with suppress(InvalidParameterError, NotVisibleError, AwaitsApprovalError):
            write()

    def _open(self) -> frozenset[str]:
        """Return the open requests that Meta lists, and those that the journal lists."""
        found = set(self.settled(self.open_requests))
        for request_id in set(self.journal.requests) - found - self.ended:
            status = self.settled(partial(self.status, request_id))
            if status is not None and is_open(status):
                found.add(request_id)
            elif status is not None:
                self.ended.add(request_id)
        return frozenset(found)


def is_open(status: str) -> bool:
    """Return whether the agency can still answer a request with this status."""
    return SharingRequest("", status).is_open


def refusal(send: Callable[[], object], kind: type[GraphError]) -> GraphError | None:
    """Send a call, and return Meta's refusal, or None if Meta accepted the call.

    A refusal counts only if Meta repeats it. Raises InconclusiveError otherwise.
    """
    try:
        send()
    except kind:
        pass
    else:
        return None
    try:
        send()
    except kind as error:
        return error
    raise InconclusiveError("Meta refused a call once, and accepted the same call after that")


def _words(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
