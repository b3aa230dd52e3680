"""Our resources in the state of a stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from metapixel_cli.stacks.engine import name_of
from metapixel_provider.sharing.resource_types import ResourceType


@dataclass(frozen=True)
class StackResource:
    """One of our resources in a state.

    `key` contains its ids: pixel and business, and the ad account of a permission. The key of a
    response is the id of its request. `inputs` and `outputs` have the names of the state. A value
    that is secret in the state is missing. `secret_inputs` has the names of secret inputs.
    """

    urn: str
    type: ResourceType
    key: tuple[str, ...]
    inputs: Mapping[str, object]
    outputs: Mapping[str, object]
    secret_inputs: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return name_of(self.urn)


@dataclass(frozen=True)
class PendingOperation:
    """The record of an operation that a killed command did not complete.

    `kind` is the word of the engine, such as `creating`. `created` is the resource if the operation
    creates one of ours. It has no outputs, and its key is empty if an id is secret.
    """

    urn: str
    kind: str
    created: StackResource | None = None


@dataclass(frozen=True)
class StackState:
    """The state of a stack. `made_at` is the time of its last change, or None if it is unknown.

    `pending` are the operations of all providers that a killed command did not complete.
    """

    project: str
    stack: str
    made_at: datetime | None
    resources: tuple[StackResource, ...]
    pending: tuple[PendingOperation, ...] = ()

    @property
    def title(self) -> str:
        """The name of the project and of the stack, for people."""
        return f"{self.project}/{self.stack}"
