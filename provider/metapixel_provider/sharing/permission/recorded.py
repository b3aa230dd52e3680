"""The recorded state of a permission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.sharing.contract import Notice, Outcome
from metapixel_provider.sharing.permission.declared import PermissionInputs
from metapixel_provider.sharing.status import NEEDS_APPROVAL, PermissionStatus, in_state

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties


@dataclass(frozen=True)
class PermissionState:
    """The inputs, and the result of the last write or read.

    `awaits_approval` is True if another admin has to approve the permission, and no read has
    confirmed it.
    """

    inputs: PermissionInputs
    status: PermissionStatus
    awaits_approval: bool = False

    @classmethod
    def of(cls, recorded: Mapping[str, object]) -> PermissionState:
        """Return the state from the outputs of a resource.

        Raises ConfigurationError for a status of a newer version.
        """
        return cls(
            PermissionInputs.of(recorded),
            in_state(PermissionStatus, recorded.get("status")),
            recorded.get(NEEDS_APPROVAL) is True,
        )

    def outputs(self) -> Properties:
        found = self.inputs.properties() | {"status": self.status.value}
        return found | {NEEDS_APPROVAL: True} if self.awaits_approval else found

    def outcome(self, *notices: Notice, existed: tuple[Notice, ...] = ()) -> Outcome:
        return Outcome(self.inputs.id, self.outputs(), notices, existed=existed)
