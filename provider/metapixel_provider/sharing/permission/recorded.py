"""The recorded state of a permission."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from metapixel_provider.sharing.permission.declared import PermissionInputs
from metapixel_provider.sharing.records import State, is_true, stored
from metapixel_provider.sharing.status import NEEDS_APPROVAL, PermissionStatus, in_state


@dataclass(frozen=True)
class PermissionState(State):
    """The inputs, and the result of the last write or read.

    `awaits_approval` is True if another admin has to approve the permission, and no read has
    confirmed it.
    """

    inputs: PermissionInputs = stored("", PermissionInputs.of)
    status: PermissionStatus = stored("status", partial(in_state, PermissionStatus))
    awaits_approval: bool = stored(NEEDS_APPROVAL, is_true, False)
