"""Declarations of access in the states of stacks, and their comparison with Meta."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from metapixel_cli.access.evaluation.report import ABSENT, Drift, Managed, Route, Row
from metapixel_cli.grants.grant import Key
from metapixel_cli.stacks.export import StackResource, StackState
from metapixel_provider.sharing.days import has_passed
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ENDED, PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import implied_by, in_order, texts

#: The declarations of each share and permission.
ByKey = Mapping[Key, Sequence[StackResource]]


@dataclass(frozen=True)
class StackDeclarations:
    """The declarations of all stacks.

    `half_created` are the shares and permissions whose creation a killed run did not complete, and
    that no stack declares. `standing` are the standing responses of agencies, by owner and agency.
    """

    access: ByKey
    half_created: ByKey
    standing: Mapping[tuple[str, ...], Sequence[StackResource]]
    is_complete: bool
    """False if a stack was not read completely."""

    @property
    def shares(self) -> list[StackResource]:
        shares = [found for key, found in self.access.items() if not key.ad_account_id]
        return list(chain.from_iterable(shares))

    @property
    def undeclared(self) -> Managed:
        """The verdict on access that no stack declares, as far as the stacks were read."""
        return Managed.NO if self.is_complete else Managed.UNKNOWN

    def owner_of(self, permission: StackResource) -> str:
        """Return the owner of a standing response on which a permission depends, or no text."""
        for (owner_id, _), responses in self.standing.items():
            if any(each.urn in permission.dependencies for each in responses):
                return owner_id
        return ""

    def responses(self, owner_id: str, agency_id: str, today: date) -> Sequence[StackResource]:
        """Return the standing responses of an agency to an owner, unless one of them has ended.

        An ended one answers nothing more, so the others are not known to answer everything.
        """
        found = self.standing.get((owner_id, agency_id), ())
        # Of several declarations, the earliest end counts.
        has_ended = any(has_passed(each.grant.expires_on, today) for each in found)
        return () if has_ended else found


def declarations_in(
    stacks: Collection[StackState], agency_id: str = "", own_pixels: Collection[str] = ()
) -> StackDeclarations:
    """Return the declarations, for an agency only those about pixels that it received."""
    access: defaultdict[Key, list[StackResource]] = defaultdict(list)
    half_created: defaultdict[Key, list[StackResource]] = defaultdict(list)
    standing: defaultdict[tuple[str, ...], list[StackResource]] = defaultdict(list)
    for stack in stacks:
        for each in stack.resources:
            if each.type is ResourceType.STANDING_RESPONSE:
                _add(each, standing[each.key])
            elif _is_in_report(each, agency_id, own_pixels):
                _add(each, access[each.access])
        for each in stack.half_created:
            if _is_in_report(each, agency_id, own_pixels):
                _add(each, half_created[each.access])
    for key, found in access.items():
        found.sort(key=_recency, reverse=True)
        # A later run may have recorded what a killed run created.
        half_created.pop(key, None)
    is_complete = not any(stack.reason for stack in stacks)
    return StackDeclarations(access, half_created, standing, is_complete)


def _is_in_report(each: StackResource, agency_id: str, own_pixels: Collection[str]) -> bool:
    """Return whether a report is about a resource. A report of owners has no `agency_id`."""
    if not each.type.is_access:
        return False
    is_received = each.access.business_id == agency_id and each.access.pixel_id not in own_pixels
    return is_received or agency_id == ""


def _add(resource: StackResource, found: list[StackResource]) -> None:
    """Add a resource once, even if it was read from a stack and from its exported state."""
    if all(each.urn != resource.urn for each in found):
        found.append(resource)


def _recency(declared: StackResource) -> tuple[bool, bool, str]:
    """Return the sort key of a declaration among others of the same access.

    The latest open request is the highest, and a record without access the lowest. So the order
    of the stacks does not matter.
    """
    grant = declared.grant
    return grant.status == ShareStatus.PENDING, not grant.has_ended, grant.requested_on


def stacks_of(found: Iterable[StackResource]) -> str:
    return ", ".join(dict.fromkeys(each.stack for each in found))


def surest_drift(row: Row, declared: Iterable[StackResource]) -> tuple[Drift, StackResource]:
    """Return how access differs most certainly from one of its declarations, and from which one."""
    certain_first = (Drift.OTHER, Drift.MORE, Drift.FEWER, Drift.UNKNOWN, Drift.NONE)
    found = [(_difference(row.tasks, each), each) for each in declared]
    drift, differing = min(found, key=lambda each: certain_first.index(each[0]))
    if row.status in (ABSENT, PermissionStatus.ENDED_BY_OWNER):
        drift = Drift.ABSENT
    elif row.route is not Route.SHARE:
        # Only the tasks of a share can differ.
        drift = Drift.NONE
    return drift, differing


def _difference(tasks: Iterable[str], declared: StackResource) -> Drift:
    """Return the difference between the tasks at Meta and the declared tasks.

    It has no tasks that Meta added by itself, and none that a program cannot declare.
    """
    if not declared.grant.tasks_known:
        return Drift.UNKNOWN
    by_meta = added_by_meta(declared)
    at_meta = set(map(str, in_order(tasks))) - by_meta
    in_stack = set(declared.grant.tasks) - by_meta
    if in_stack == at_meta:
        return Drift.NONE
    if in_stack < at_meta:
        return Drift.MORE
    if in_stack > at_meta:
        return Drift.FEWER
    return Drift.OTHER


def added_by_meta(share: StackResource) -> frozenset[str]:
    """Return the tasks that Meta added, or may add, by itself to the declared ones."""
    added = frozenset(texts(share.outputs.get("tasks_added_by_meta")))
    is_final = share.grant.status in (ShareStatus.ACTIVE, *ENDED)
    if not is_final:
        # Only a read that confirms the share records what Meta added: perhaps each implied task.
        added = added.union(implied_by(in_order(share.grant.tasks)))
    return added
