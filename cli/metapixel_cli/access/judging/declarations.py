"""Declarations of access in the states of stacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from metapixel_cli.access.judging.report import Managed
from metapixel_cli.grants.grant import Grant, Key
from metapixel_cli.stacks.export import StackResource, StackState
from metapixel_provider.sharing.days import day, has_passed
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ENDED, ShareStatus
from metapixel_provider.sharing.tasks import Task, implied_by, in_order, settable, texts


@dataclass(frozen=True)
class Declaration:
    """A share, a permission or a standing response in the state of a stack.

    `grant` has the declared tasks, and the recorded status and request. `added` are tasks that Meta
    added by itself. `owner_id` is the owner of a standing response on which a permission depends.
    """

    key: Key
    grant: Grant
    stack: str
    urn: str
    added: frozenset[str] = frozenset()
    agency_name: str = ""
    pixel_name: str = ""
    owner_id: str = ""

    @property
    def has_no_access(self) -> bool:
        """True if the agency has not accepted the share, or its request has ended."""
        return self.grant.status in (ShareStatus.PENDING, *ENDED)


#: The declarations of each share and permission.
ByKey = Mapping[Key, tuple[Declaration, ...]]


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
    def shares(self) -> list[Declaration]:
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

    def of(self, key: Key) -> tuple[Declaration, ...]:
        """Return the declarations of a share or permission."""
        return self.access.get(key, ())

    def answers(self, owner_id: str, agency_id: str, today: date) -> tuple[Declaration, ...]:
        """Return the standing responses of an agency to an owner, unless one of them has ended."""
        found = self.standing.get(Key(agency_id, owner_id), ())
        return () if any(has_passed(each.grant.expires_on, today) for each in found) else found


def declared(stacks: Sequence[StackState]) -> Declared:
    """Return the declarations of the stacks.

    A resource that was read twice, from a stack and from its exported state, counts once.
    """
    recorded = [(stack.name, each) for stack in stacks for each in stack.resources]
    created = [(stack.name, each) for stack in stacks for each in stack.killed]
    answers = [each for each in recorded if each[1].type is ResourceType.STANDING_RESPONSE]
    owners = {resource.urn: resource.key[0] for _, resource in answers}
    access = _by_key((each for each in recorded if each[1].type.is_access), owners)
    killed = _by_key((each for each in created if each[1].type.is_access), owners)
    return Declared(
        access,
        {key: each for key, each in killed.items() if key not in access},
        _by_key(answers, owners),
        is_complete=not any(stack.reason for stack in stacks),
    )


def _by_key(
    found: Iterable[tuple[str, StackResource]], owners: Mapping[str, str]
) -> dict[Key, tuple[Declaration, ...]]:
    """Return the declarations of resources, which are given with their stacks."""
    by_key: defaultdict[Key, dict[str, Declaration]] = defaultdict(dict)
    for stack, resource in found:
        each = _declaration(stack, resource, owners)
        by_key[each.key].setdefault(each.urn, each)
    return {key: tuple(each.values()) for key, each in by_key.items()}


def stacks_of(found: Iterable[Declaration]) -> str:
    """Return the names of all stacks with these declarations."""
    return ", ".join(dict.fromkeys(each.stack for each in found))


def _declaration(stack: str, resource: StackResource, owners: Mapping[str, str]) -> Declaration:
    """Return the declaration of a resource.

    `owners` has the owner of each standing response of the stacks, by its URN.
    """
    inputs, outputs = resource.inputs, resource.outputs
    tasks = inputs.get("permitted_tasks")
    pixel_id, business_id, *account = resource.key
    end = inputs.get("expires_on", "")
    return Declaration(
        key=Key(business_id, pixel_id, *account),
        grant=Grant(
            tasks=in_order(texts(tasks)),
            tasks_known=tasks is not None or resource.type is not ResourceType.SHARE,
            status=_text(outputs.get("status")),
            request_id=_text(outputs.get("pending_request_id")),
            requested_on=_day(outputs.get("requested_on")),
            expires_on=None if end is None else _day(end),
            reason=_text(inputs.get("reason")),
        ),
        stack=stack,
        urn=resource.urn,
        added=_added(outputs, settable(tasks)),
        agency_name=_text(outputs.get("agency_name")),
        pixel_name=_text(outputs.get("pixel_name")),
        owner_id=next((owners[urn] for urn in owners if urn in resource.dependencies), ""),
    )


def _added(outputs: Mapping[str, object], declared: frozenset[Task]) -> frozenset[str]:
    """Return the tasks that Meta added. Implied tasks count too until a read confirms the share."""
    added = frozenset(texts(outputs.get("tasks_added_by_meta")))
    is_read = outputs.get("status") in (ShareStatus.ACTIVE, *ENDED)
    return added if is_read else added.union(implied_by(declared))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _day(value: object) -> str:
    """Return a date as YYYY-MM-DD, or an empty string for any other value."""
    try:
        return day(_text(value)).isoformat()
    except ValueError:
        return ""
