"""The pixel of a probe: its reads and writes, with paths and fields of their own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from metapixel_cli.probe.calls import Delay, Traffic
from metapixel_cli.probe.errors import AwaitsApprovalError, InconclusiveError, NotRunError
from metapixel_cli.probe.journal import APPROVAL, PERMITTED, ProbeJournal, ProbeTarget
from metapixel_provider.errors import (
    GraphError,
    InvalidParameterError,
    NotVisibleError,
    OutcomeUnknownError,
    PermissionMissingError,
    RateLimitedError,
)
from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.paging import every_page
from metapixel_provider.sharing.nodes import SharingRequest, accepted_of, ad_account_in, id_in
from metapixel_provider.sharing.tasks import texts

#: The number of reads after which a write counts as never returned.
MOST_READS = 12
#: Meta's code for an app without a capability, which no scope gives.
_NO_CAPABILITY = 3

Value = TypeVar("Value")


@dataclass(eq=False)
class ProbedPixel:
    """A pixel, the calls of its owner and, if its token is given, the calls of the agency.

    `pause` is the time in seconds between two reads of the same thing. `related` is True if the
    agency already works with the owner. `confirmed_state` is the state that reads have confirmed:
    `absent`, `pending` with the `request`, `active`, or `unknown`. `unseen_effects` is the number
    of writes whose effect Meta never returned. `requests` are the requests of this run that may be
    open. `owner_sees_accounts` is False as soon as Meta did not list the agency's accounts to it.

    `may_lack_response` is True if the response to a write may be lost, here or in an earlier run:
    the write may wait for another admin, or have opened a request. `awaits_approval` is True if
    Meta responded that a write waits. `unread_reason` says why no list of open requests was read.
    """

    target: ProbeTarget
    owner: Client
    agency: Client | None
    traffic: Traffic
    journal: ProbeJournal
    pause: float = 0.0
    related: bool = False
    confirmed_state: str = "unknown"
    request: str = ""
    unseen_effects: int = 0
    requests: set[str] = field(default_factory=set)
    owner_sees_accounts: bool = True
    may_lack_response: bool = False
    awaits_approval: bool = False
    unread_reason: str = ""

    @property
    def as_agency(self) -> Client:
        """The calls of the agency. Raises NotRunError without its token."""
        if self.agency is None:
            raise NotRunError("this needs --agency-credentials")
        return self.agency

    def node(self, reader: Client, fields: str) -> Node:
        return reader.get(self.target.pixel, {"fields": fields})

    def listed_agencies(self, reader: Client | None = None) -> dict[str, list[str]]:
        """Return the agencies and their tasks, in Meta's order. By default, the owner reads."""
        edge = f"{self.target.pixel}/agencies"
        found = _nodes(reader or self.owner, edge, fields="id,permitted_tasks")
        return {id_in(node, "id"): list(texts(node.get("permitted_tasks"))) for node in found}

    def tasks(self) -> list[str] | None:
        """Return the tasks of the agency on the pixel, or None if Meta does not list it."""
        return self.listed_agencies().get(self.target.agency)

    def accounts(self) -> frozenset[str]:
        """Return the ad accounts of the agency. The agency reads them if the owner cannot."""
        if self.owner_sees_accounts:
            try:
                return self.ids_of_edge(self.owner, "shared_accounts")
            except PermissionMissingError:
                if self.agency is None:
                    raise
                self.owner_sees_accounts = False
        # Without a share, the agency cannot see the pixel, and Meta lists it no ad accounts.
        with suppress(NotVisibleError):
            return self.ids_of_edge(self.as_agency, "shared_accounts")
        return frozenset()

    def ids_of_edge(self, reader: Client, edge: str) -> frozenset[str]:
        """Return the ids of the ad accounts or users of the agency on the pixel."""
        path, business = f"{self.target.pixel}/{edge}", self.target.agency
        return frozenset(map(ad_account_in, _nodes(reader, path, business=business, fields="id")))

    def status(self, request_id: str) -> str | None:
        """Return the status of a request, or None if Meta does not return the request."""
        try:
            return str(self.request_node(request_id, "id,request_status").get("request_status"))
        except NotVisibleError:
            return None

    def request_node(self, request_id: str, fields: str) -> Node:
        return (self.agency or self.owner).get(request_id, {"fields": fields})

    def open_requests(self) -> frozenset[str]:
        """Return the open requests from the owner to the agency, for any pixels."""
        edge = f"{self.target.owner}/initiated_sharing_agreements"
        return _open_requests(self.owner, edge, receiving_business_id=self.target.agency)

    def received_requests(self) -> frozenset[str]:
        """Return the open requests that are certainly from the owner, according to the agency."""
        if self.agency is None:
            return frozenset()
        from_owner = self.received_from(self.target.owner)
        try:
            # The agency sends itself no request. So what this filter returns, Meta did not filter.
            unfiltered = self.received_from(self.target.agency)
        except InvalidParameterError:
            # Meta refuses this filter, so it does not ignore filters.
            return from_owner
        return from_owner - unfiltered

    def received_from(self, owner: str) -> frozenset[str]:
        """Return the open requests that the agency lists for an owner."""
        edge = f"{self.target.agency}/received_sharing_agreements"
        return _open_requests(self.as_agency, edge, requesting_business_id=owner)

    def is_related(self) -> bool:
        found = _nodes(self.owner, f"{self.target.owner}/agencies", fields="id")
        return self.target.agency in {id_in(node, "id") for node in found}

    def await_effect(self, read: Callable[[], Value], is_effect: Callable[[Value], bool]) -> None:
        """Read until Meta returns the effect of the last write, and record the delay.

        Call this method only if a read before the write did not return this effect. Raises
        InconclusiveError if Meta does not return the effect.
        """
        disturbances_before, began = self.traffic.disturbances, time.monotonic()
        for older_reads in range(MOST_READS + 1):
            if is_effect(read()):
                # A call that the client repeated would falsify the delay.
                if self.traffic.disturbances == disturbances_before:
                    self.traffic.delays.append(Delay(older_reads, time.monotonic() - began))
                return
            time.sleep(self.pause)
        self.unseen_effects += 1
        raise InconclusiveError(
            f"Meta accepted a write, but {MOST_READS + 1} reads after it did not return its effect"
        )

    def read_stable(self, read: Callable[..., Value], *args: object) -> Value:
        """Read until no result can be from before the last write, and return the last result.

        Drop as many reads as returned older data after any earlier write, and make the last read
        after twice the longest delay. Raises InconclusiveError if it differs from the one before.
        """
        begin_of_last_read = time.monotonic() + 2 * self.traffic.longest_delay
        # Before any delay is measured, the largest number is dropped.
        dropped_reads = self.traffic.lag if self.traffic.delays else MOST_READS
        for _ in range(dropped_reads):
            read(*args)
            time.sleep(self.pause)
        previous = read(*args)
        time.sleep(max(self.pause, begin_of_last_read - time.monotonic()))
        value = read(*args)
        if value != previous:
            raise InconclusiveError("Meta returned different results to two reads in a row")
        return value

    def is_shared(self) -> bool:
        return self.read_stable(self.tasks) is not None

    def is_permitted(self) -> bool:
        return self.target.ad_account in self.read_stable(self.accounts)

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
        return self._write(self.owner, "POST", "agencies", permitted_tasks=json.dumps(list(tasks)))

    def unshare(self) -> None:
        self._write(self.owner, "DELETE", "agencies")

    def permit(self, *names: str) -> None:
        """Permit the ad account. `names` are the parameters of the call that contain its id.

        Raises NotRunError if the journal cannot record first that the permission may exist.
        """
        self.journal.begin(self.target)
        if not self.journal.note(PERMITTED, True):
            raise NotRunError("the journal could not be written, so no permission was sent")
        account = dict.fromkeys(names, self.target.ad_account)
        self._write(self.as_agency, "POST", "shared_accounts", **account)

    def withdraw(self) -> None:
        account = dict.fromkeys(("account_id", "ad_account"), self.target.ad_account)
        self._write(self.as_agency, "DELETE", "shared_accounts", **account)

    def answer(self, request_id: str, request_status: str) -> None:
        call = Call("POST", request_id, {"request_status": request_status})
        self._send(self.as_agency, call, "POST an answer to a request")

    def _write(self, client: Client, method: str, edge: str, **params: str) -> str:
        params["business"] = self.target.agency
        call = Call(method, f"{self.target.pixel}/{edge}", params)
        return self._send(client, call, f"{method} {edge}")

    def _send(self, client: Client, call: Call, action: str) -> str:
        """Send a write, and record it and its response. Return the id of a request, or ""."""
        self.confirmed_state = "unknown"
        self.journal.begin(self.target)
        try:
            accepted = accepted_of(client.write(call))
        except KeyboardInterrupt:
            self.may_lack_response = True
            raise
        except GraphError as error:
            if isinstance(error, OutcomeUnknownError):
                self.may_lack_response = True
            raise error.during(action) from None
        finally:
            self.traffic.used["writes"] += 1
        is_new_request = accepted.request_id and accepted.request_id not in self.requests
        if is_new_request:
            self.traffic.used["requests"] += 1
            self.requests.add(accepted.request_id)
        if accepted.needs_approval:
            self.awaits_approval = True
            self.journal.note(APPROVAL, True)
            raise AwaitsApprovalError
        return accepted.request_id


def reason(error: GraphError) -> str:
    """Return why Meta refused a call, without Meta's message, for a profile."""
    if isinstance(error, OutcomeUnknownError):
        return "Meta returned no usable response"
    if isinstance(error, RateLimitedError):
        return "Meta limited the rate of the calls of the app"
    fault = error.fault
    code = f"code {fault.code}"
    if fault.subcode:
        code += f", subcode {fault.subcode}"
    if not error.action:
        return f"Meta refused a read that the experiment needs ({code})"
    text = f"Meta refused {error.action} ({code})"
    may_lack_scope = isinstance(error, PermissionMissingError) and fault.code != _NO_CAPABILITY
    if may_lack_scope:
        # Only the current edition of Meta's guide names these scopes.
        text += "; perhaps because a token has no scope for pages, such as pages_show_list"
    return text


def is_open(status: str | None) -> bool:
    """Return whether the agency can answer a request with this status. None is no request."""
    return status is not None and SharingRequest("", status).is_open


def _nodes(client: Client, path: str, **params: str) -> list[Node]:
    # Meta refuses larger pages more often, and can count a refusal as a read after a write.
    edge = Call("GET", path, {"limit": "25", **params})
    return list(chain.from_iterable(every_page(client.get_many, edge)))


def _open_requests(client: Client, edge: str, **filters: str) -> frozenset[str]:
    requests = _nodes(client, edge, fields="id,request_status", **filters)
    still_open = [each for each in requests if is_open(str(each.get("request_status")))]
    return frozenset(id_in(each, "id") for each in still_open)
