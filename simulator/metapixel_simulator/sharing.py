"""Changes of a world: shares, requests and permissions.

The Graph API's endpoints, the control API and the page use this module, after their own checks. The
module knows neither tokens nor HTTP.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from .clock import Clock
from .errors import GraphError, bad_parameter
from .stale import Staleness
from .things import ACCEPTED_STATUSES, REQUEST_STATUSES, SharingRequest
from .world import World

# Meta documents the limit but not the error, so this subcode is an assumption.
TOO_MANY_SHARES = 1752150

Tasks = tuple[str, ...]
View = TypeVar("View")


class Sharing:
    """Changes and reads of a world, according to its switches and its clock.

    Callers must hold the simulator's lock.
    """

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self.switches = world.switches
        #: The effects of the writes that wait for another admin, by pixel, business and ad account.
        self.approvals: dict[tuple[str, ...], Callable[[], object]] = {}
        self._stale = Staleness()
        for request in world.requests.values():
            request.created_at = request.created_at or clock.now()
            if not request.is_open:
                request.ended_at = request.ended_at or clock.now()

    # Shares

    def share(self, pixel: str, agency: str, tasks: Tasks) -> str | None:
        """Share a pixel, or ask the agency to accept it.

        Returns the id of the pending request, or None if the share is active.
        """
        owner = self.world.pixels[pixel].owner
        if agency == owner:
            raise bad_parameter("This pixel cannot be shared with the business that owns it")
        if (pixel, agency) in self.world.shares:
            self._repeat(pixel, agency, tasks)
            return None
        request = self.pending(pixel, agency)
        if request is None:
            self._count_one_more(pixel)
        if (owner, agency) in self.world.relationships:
            self.set_share(pixel, agency, tasks)
            return None
        return self._ask(pixel, agency, tasks, request)

    def _repeat(self, pixel: str, agency: str, tasks: Tasks) -> None:
        if self.switches.repeat_share == "error":
            raise bad_parameter("This pixel is already shared with this business")
        if self.switches.repeat_share == "union":
            tasks = tuple(dict.fromkeys(self.world.shares[pixel, agency] + tasks))
        self.set_share(pixel, agency, tasks)

    def _count_one_more(self, pixel: str) -> None:
        active = len(self.world.shares.of(pixel))
        asked = sum(pixel in request.pixels for request in self.world.open_requests())
        if active + asked >= self.switches.max_shares_per_pixel:
            raise bad_parameter(
                f"This pixel is shared with {active + asked} businesses, which is the maximum",
                subcode=TOO_MANY_SHARES,
            )

    def _ask(self, pixel: str, agency: str, tasks: Tasks, request: SharingRequest | None) -> str:
        owner = self.world.pixels[pixel].owner
        if request is not None and self.switches.repeat_pending == "new_request":
            self._remove_from(request, pixel)
            request = None
        elif request is None:
            same = [each for each in self.world.open_requests() if each.is_between(owner, agency)]
            request = next(iter(same), None)
        if request is None:
            new_id, now = self.world.new_request_id(), self.clock.now()
            request = SharingRequest(new_id, owner, agency, created_at=now)
        self._changes_request(request)
        self._changes(self.agencies, pixel)
        request.pixels[pixel] = tasks
        self.world.add(request)
        return request.id

    def set_share(self, pixel: str, agency: str, tasks: Tasks) -> None:
        """Create or change an active share, and remove the pixel from an open request."""
        self._changes_share(pixel, agency)
        request = self.pending(pixel, agency)
        if request is not None:
            self._remove_from(request, pixel)
        self.world.shares[pixel, agency] = tasks

    def unshare(self, pixel: str, agency: str) -> bool:
        """End a share or withdraw a pending share. Return False if there was no such share."""
        waited = self._withdraw_approval(pixel, agency)
        if (pixel, agency) in self.world.shares:
            self._changes_share(pixel, agency)
            del self.world.shares[pixel, agency]
            if self.switches.unshare_drops_permissions:
                for account in self.accounts(pixel, agency):
                    self.withdraw(pixel, agency, account)
            if self.switches.last_share == "ends_relationship":
                self._end_relationship(self.world.pixels[pixel].owner, agency)
            return True
        request = self.pending(pixel, agency)
        if request is None or self.switches.delete_while_pending == "no_effect":
            return waited
        self._changes(self.agencies, pixel)
        self._remove_from(request, pixel)
        return True

    def _end_relationship(self, owner: str, agency: str) -> None:
        """End a relationship if the agency has no other share from the owner."""
        owners = {self.world.pixels[pixel].owner for pixel, of in self.world.shares if of == agency}
        if owner not in owners:
            self.world.relationships.discard((owner, agency))

    def partners(self, owner: str) -> set[str]:
        """Return the businesses that have access to a pixel or an ad account of the owner.

        Those that only have a relationship are partners too (switch `former_partner`).
        """
        world = self.world
        found = {of for pixel, of in world.shares if world.pixels[pixel].owner == owner}
        for account in world.ad_accounts.values():
            found.update(account.client_of if account.owner == owner else ())
        if self.switches.former_partner == "listed":
            found.update(agency for of, agency in world.relationships if of == owner)
        return found

    # Approvals by another admin

    def needs_approval(self, kind: str) -> bool:
        """Return whether another admin has to approve writes of this kind (grants or removals)."""
        return self.switches.admin_approval in (kind, "always")

    def approve(self, *, reject: bool = False) -> int:
        """Approve, or reject, all writes that wait for another admin. Return their number.

        An approved write has no effect if it would be refused without an approval.
        """
        effects = list(self.approvals.values())
        self.approvals.clear()
        if not reject:
            for effect in effects:
                with suppress(GraphError):
                    effect()
        return len(effects)

    def _withdraw_approval(self, *key: str) -> bool:
        """Withdraw a write that waits for another admin. Return False if there was none."""
        if self.switches.delete_while_pending == "no_effect":
            return False
        return self.approvals.pop(key, None) is not None

    # Requests

    def answer(self, request_id: str, *, approve: bool) -> None:
        """Accept or decline a request as the agency. Raise GraphError if the request has ended."""
        request = self.world.requests[request_id]
        if not request.is_open:
            raise bad_parameter(
                f"The request {request_id} has already ended with the status {request.status}"
            )
        self.set_status(request_id, "APPROVE" if approve else "DECLINE")

    def set_status(self, request_id: str, status: str) -> None:
        """Set the status of a request, with all effects. Raise ValueError for an unknown status."""
        if status not in REQUEST_STATUSES:
            raise ValueError(f"{status!r} is none of {', '.join(REQUEST_STATUSES)}")
        request = self.world.requests[request_id]
        self._changes_request(request)
        for pixel in request.pixels:
            self._changes(self.agencies, pixel)
        request.status = status
        request.ended_at = None if request.is_open else self.clock.now()
        if status in ACCEPTED_STATUSES:
            self.world.relationships.add((request.owner, request.agency))
            for pixel, tasks in request.pixels.items():
                self.set_share(pixel, request.agency, tasks)

    def pending(self, pixel: str, agency: str) -> SharingRequest | None:
        """Return the open request that asks this agency to accept this pixel, or None."""
        for request in self.world.open_requests():
            if request.agency == agency and pixel in request.pixels:
                return request
        return None

    def expire(self) -> None:
        """Expire the overdue requests. Call this method before each read of the world."""
        days = self.switches.request_expiry
        if days == "never":
            return
        for request in self.world.open_requests():
            request.created_at = request.created_at or self.clock.now()
            end = request.created_at + timedelta(days=float(days))
            if end <= self.clock.now():
                request.status = "EXPIRED"
                request.ended_at = end

    def is_purged(self, request: SharingRequest) -> bool:
        days = self.switches.request_purged_after
        if days == "never" or request.ended_at is None:
            return False
        return request.ended_at + timedelta(days=float(days)) <= self.clock.now()

    def _remove_from(self, request: SharingRequest, pixel: str) -> None:
        self._changes_request(request)
        del request.pixels[pixel]
        if not request.pixels:
            request.status = "CANCELED"
            request.ended_at = self.clock.now()

    # Permissions

    def permit(self, pixel: str, business: str, account: str) -> None:
        self._changes(self.accounts, pixel, business)
        self.world.permissions[pixel, business, account] = None

    def withdraw(self, pixel: str, business: str, account: str) -> bool:
        """End a permission. Return False if there was no such permission."""
        waited = self._withdraw_approval(pixel, business, account)
        if (pixel, business, account) not in self.world.permissions:
            return waited
        self._changes(self.accounts, pixel, business)
        del self.world.permissions[pixel, business, account]
        return True

    # Reads

    def read(self, view: Callable[..., View], *key: str) -> View:
        """Return the result of one of the next methods, or its result before the last write."""
        return self._stale.read(view, *key)

    def agencies(self, pixel: str) -> tuple[tuple[str, Tasks], ...]:
        rows = [(agency, tasks) for (_, agency), tasks in self.world.shares.of(pixel).items()]
        if self.switches.pending_in_agencies == "present":
            rows += [
                (request.agency, request.pixels[pixel])
                for request in self.world.open_requests()
                if pixel in request.pixels
            ]
        return tuple(rows)

    def client_pixels(self, agency: str) -> tuple[tuple[str, Tasks], ...]:
        """Return the pixels that are shared with an agency, and the agency's tasks."""
        shares = self.world.shares.items()
        return tuple((pixel, tasks) for (pixel, each), tasks in shares if each == agency)

    def accounts(self, pixel: str, business: str) -> tuple[str, ...]:
        return tuple(account for _, _, account in self.world.permissions.of((pixel, business)))

    def assigned(self, pixel: str, business: str) -> list[tuple[str, Tasks]]:
        """Return the users of a business who are assigned to a pixel, and their tasks."""
        return [
            (user, tasks)
            for (_, user), tasks in self.world.assignments.of(pixel).items()
            if business in self.world.users[user].roles
        ]

    def request(self, request_id: str) -> SharingRequest | None:
        found = self.world.requests.get(request_id)
        if found is None or self.is_purged(found):
            return None
        return replace(found, pixels=dict(found.pixels))

    def received(self, agency: str) -> tuple[SharingRequest, ...]:
        return tuple(each for each in self._requests() if each.agency == agency)

    def initiated(self, owner: str) -> tuple[SharingRequest, ...]:
        return tuple(each for each in self._requests() if each.owner == owner)

    def _requests(self) -> Iterator[SharingRequest]:
        """Yield the requests that are not deleted yet, the oldest first."""
        return filter(None, map(self.request, self.world.requests))

    def tasks_of(self, pixel: str, business: str) -> Tasks:
        """Return the tasks of a business on a pixel, including implied tasks."""
        return self.switches.with_implied(self.world.tasks_of(pixel, business))

    def shown_tasks(self, pixel: str, agency: str, tasks: Tasks) -> list[str]:
        """Return the tasks of a share as a read returns them.

        Their order differs from the order in which they were sent, and ANALYZE brings AA_ANALYZE.
        """
        tasks = self.switches.with_implied(tasks)
        shown = [*tasks, "AA_ANALYZE"] if "ANALYZE" in tasks else list(tasks)
        # The order is the same in each run, so that a failing test can be repeated.
        random.Random(f"{pixel}/{agency}").shuffle(shown)  # noqa: S311
        if len(shown) > 1 and shown[: len(tasks)] == list(tasks):
            shown.append(shown.pop(0))
        return shown

    def _changes_share(self, pixel: str, agency: str) -> None:
        self._changes(self.agencies, pixel)
        self._changes(self.client_pixels, agency)

    def _changes_request(self, request: SharingRequest) -> None:
        self._changes(self.request, request.id)
        self._changes(self.received, request.agency)

    def _changes(self, view: Callable[..., object], *key: str) -> None:
        """Keep a result for the next reads. Call this method before a write that changes it."""
        self._stale.remember(self.switches.stale_reads, view, *key)
