"""Declarations of access in the states of stacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from metapixel_cli.access.judging.report import Managed
from metapixel_cli.access.reading import StackRead
from metapixel_cli.grants.grant import Key
from metapixel_cli.stacks.export import StackResource
from metapixel_provider.sharing.days import day
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ENDED, ShareStatus
from metapixel_provider.sharing.tasks import Task, implied_by, in_order, settable, texts


@dataclass(frozen=True)
class Declaration:
    """A share or permission in the state of a stack.

    `stack` names every stack that declares it, and `resources` has the declaration of each
    resource. `tasks` is None if the state keeps the tasks secret. `added` are tasks that Meta added
    by itself. `request_id` and `requested_on` belong to the request that asked the agency.
    `owner_id` is the owner of a standing response on which a permission depends.
    """

    key: Key
    stack: str
    urn: str
    status: str
    tasks: tuple[str, ...] | None = ()
    added: frozenset[str] = frozenset()
    expires_on: date | None = None
    has_secret_end: bool = False
    reason: str = ""
    request_id: str = ""
    requested_on: date | None = None
    agency_name: str = ""
    pixel_name: str = ""
    owner_id: str = ""
    resources: tuple[Declaration, ...] = ()

    @property
    def has_no_access(self) -> bool:
        """True if the agency has not accepted the share, or its request has ended."""
        return self.status in (ShareStatus.PENDING, *ENDED)


@dataclass(frozen=True)
class Declared:
    """The declarations of all stacks.

    `killed` are the shares and permissions whose creation a killed run did not complete, and that
    no stack declares. `standing` are the standing responses, by owner and agency.
    """

    access: Mapping[Key, Declaration]
    killed: Mapping[Key, Declaration]
    standing: Mapping[tuple[str, ...], Declaration]
    is_complete: bool
    """False if a stack was not read completely."""

    @property
    def businesses(self) -> frozenset[str]:
        """The businesses that have, or may have, a declared share or permission."""
        keys = (*self.access, *self.killed)
        return frozenset(key.business_id for key in keys if key.business_id)

    @property
    def shares(self) -> list[Declaration]:
        return [each for key, each in self.access.items() if not key.ad_account_id]

    @property
    def undeclared(self) -> Managed:
        """The verdict on access that no stack declares, as far as the stacks were read."""
        return Managed.NO if self.is_complete else Managed.UNKNOWN

    def of_agency(self, agency_id: str, own_pixels: Collection[str]) -> Declared:
        """Return what concerns the pixels that an agency received from others."""

        def kept(all_: Mapping[Key, Declaration]) -> dict[Key, Declaration]:
            return {
                key: each
                for key, each in all_.items()
                if key.business_id == agency_id and key.pixel_id not in own_pixels
            }

        return replace(self, access=kept(self.access), killed=kept(self.killed))

    def answer(self, owner_id: str, agency_id: str, today: date) -> Declaration | None:
        """Return the standing response of an agency to an owner, unless its last day has passed."""
        found = self.standing.get((owner_id, agency_id))
        has_ended = found and found.expires_on and found.expires_on < today
        return None if has_ended else found

    def resources(self, key: Key | None) -> tuple[Declaration, ...]:
        """Return the declaration of each resource that declares the access of a key."""
        found = self.access.get(key) if key else None
        return found.resources if found else ()


def declared(stacks: Sequence[StackRead]) -> Declared:
    """Return the declarations of the stacks.

    If several stacks declare the same access, all of them are named, and the earliest end counts.
    A resource that was read twice, from a stack and from its exported state, counts once.
    """
    access: defaultdict[Key, list[Declaration]] = defaultdict(list)
    killed: defaultdict[Key, list[Declaration]] = defaultdict(list)
    standing: defaultdict[tuple[str, ...], list[Declaration]] = defaultdict(list)
    for stack in stacks:
        owners = {
            resource.urn: resource.key[0]
            for resource in stack.resources
            if resource.type is ResourceType.STANDING_RESPONSE
        }
        for resource in stack.resources:
            if resource.urn in owners:
                standing[resource.key].append(_declaration(stack.name, resource, owners))
        for resources, found in ((stack.resources, access), (stack.killed, killed)):
            for resource in filter(lambda each: each.type.is_access, resources):
                each = _declaration(stack.name, resource, owners)
                found[each.key].append(each)
    return Declared(
        {key: _joined(each) for key, each in access.items()},
        {key: _joined(each) for key, each in killed.items() if key not in access},
        {key: _joined(each) for key, each in standing.items()},
        is_complete=not any(stack.reason for stack in stacks),
    )


def _joined(read: list[Declaration]) -> Declaration:
    by_urn: dict[str, Declaration] = {}
    for each in read:
        by_urn.setdefault(each.urn, each)
    found = tuple(by_urn.values())
    stacks = dict.fromkeys(each.stack for each in found)
    return replace(
        found[0],
        stack=", ".join(stacks),
        expires_on=min((each.expires_on for each in found if each.expires_on), default=None),
        has_secret_end=any(each.has_secret_end for each in found),
        resources=found,
    )


def _declaration(stack: str, resource: StackResource, owners: Mapping[str, str]) -> Declaration:
    """Return the declaration of a resource.

    `owners` has the owner of each standing response of the stack, by its URN.
    """
    inputs, outputs = resource.inputs, resource.outputs
    tasks = inputs.get("permitted_tasks")
    is_share = resource.type == ResourceType.SHARE
    pixel_id, business_id, *account = resource.key
    return Declaration(
        key=Key(business_id, pixel_id, *account),
        stack=stack,
        urn=resource.urn,
        status=_text(outputs.get("status")),
        tasks=None if is_share and tasks is None else in_order(texts(tasks)),
        added=_added(outputs, settable(tasks)),
        expires_on=_day(inputs.get("expires_on")),
        has_secret_end="expires_on" in resource.secret_inputs,
        reason=_text(inputs.get("reason")),
        request_id=_text(outputs.get("pending_request_id")),
        requested_on=_day(outputs.get("requested_on")),
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


def _day(value: object) -> date | None:
    try:
        return day(_text(value))
    except ValueError:
        return None
