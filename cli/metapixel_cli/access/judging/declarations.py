"""Declarations of access in the states of stacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from metapixel_cli.access.judging.report import Managed
from metapixel_cli.grants.grant import Key
from metapixel_cli.stacks.export import StackResource, StackState
from metapixel_provider.sharing.days import has_passed
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ENDED, ShareStatus
from metapixel_provider.sharing.tasks import implied_by, settable, texts

#: The declarations of each share and permission.
ByKey = Mapping[Key, tuple[StackResource, ...]]


@dataclass(frozen=True)
class Declared:
    """The declarations of all stacks.

    `killed` are the shares and permissions whose creation a killed run did not complete, and that
    no stack declares. `standing` are the standing responses. Their keys have the owner instead of a
    pixel.
    """

    access: ByKey
    killed: ByKey
    standing: ByKey
    is_complete: bool
    """False if a stack was not read completely."""

    @property
    def businesses(self) -> frozenset[str]:
        """The businesses that have, or may have, a declared share or permission."""
        keys = (*self.access, *self.killed)
        return frozenset(key.business_id for key in keys if key.business_id)

    @property
    def shares(self) -> list[StackResource]:
        """The first declaration of each share."""
        return [found[0] for key, found in self.access.items() if not key.ad_account_id]

    @property
    def undeclared(self) -> Managed:
        """The verdict on access that no stack declares, as far as the stacks were read."""
        return Managed.NO if self.is_complete else Managed.UNKNOWN

    def of_agency(self, agency_id: str, own_pixels: Collection[str]) -> Declared:
        """Return what concerns the pixels that an agency received from others."""

        def kept(all_: ByKey) -> ByKey:
            return {
                key: each
                for key, each in all_.items()
                if key.business_id == agency_id and key.pixel_id not in own_pixels
            }

        return replace(self, access=kept(self.access), killed=kept(self.killed))

    def answered(self, agency_id: str) -> frozenset[str]:
        """Return the owners to whom an agency has a standing response."""
        keys = (key for key in self.standing if key.business_id == agency_id)
        return frozenset(key.pixel_id for key in keys if key.pixel_id)

    def owner_of(self, permission: StackResource) -> str:
        """Return the owner of a standing response on which a permission depends, or no text."""
        answers = (each for found in self.standing.values() for each in found)
        depended = (each for each in answers if each.urn in permission.dependencies)
        return next((each.key[0] for each in depended), "")

    def answers(self, owner_id: str, agency_id: str, today: date) -> tuple[StackResource, ...]:
        """Return the standing responses of an agency to an owner, unless one of them has ended."""
        found = self.standing.get(Key(agency_id, owner_id), ())
        return () if any(has_passed(each.grant.expires_on, today) for each in found) else found


def declared(stacks: Sequence[StackState]) -> Declared:
    """Return the declarations of the stacks.

    A resource that was read twice, from a stack and from its exported state, counts once.
    """
    recorded = [each for stack in stacks for each in stack.resources]
    access = _by_key(each for each in recorded if each.type.is_access)
    killed = _by_key(each for stack in stacks for each in stack.killed if each.type.is_access)
    return Declared(
        access,
        {key: each for key, each in killed.items() if key not in access},
        _by_key(each for each in recorded if each.type is ResourceType.STANDING_RESPONSE),
        is_complete=not any(stack.reason for stack in stacks),
    )


def _by_key(found: Iterable[StackResource]) -> dict[Key, tuple[StackResource, ...]]:
    by_key: defaultdict[Key, dict[str, StackResource]] = defaultdict(dict)
    for each in found:
        by_key[each.access].setdefault(each.urn, each)
    return {key: tuple(each.values()) for key, each in by_key.items()}


def stacks_of(found: Iterable[StackResource]) -> str:
    """Return the names of all stacks with these declarations."""
    return ", ".join(dict.fromkeys(each.stack for each in found))


def added(share: StackResource) -> frozenset[str]:
    """Return the tasks that Meta added. Implied tasks count too until a read confirms the share."""
    found = frozenset(texts(share.outputs.get("tasks_added_by_meta")))
    is_read = share.grant.status in (ShareStatus.ACTIVE, *ENDED)
    return (
        found if is_read else found.union(implied_by(settable(share.inputs.get("permitted_tasks"))))
    )
