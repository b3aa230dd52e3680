"""The records of a permission: its inputs and its state."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.common_notices import remove_from_state
from metapixel_provider.sharing.records import Inputs, State, stored
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import NEEDS_APPROVAL, PermissionStatus


@dataclass(frozen=True)
class PermissionInputs(Inputs):
    type_ = ResourceType.PERMISSION
    noun = "permission"
    send_again = f"{remove_from_state('permission')}, so that the next `pulumi up` sends it again"

    pixel_id: str
    business_id: str
    ad_account_id: str
    credentials: str | None = None

    @property
    def share_id(self) -> str:
        """The resource id of the share that lets the business permit its ad accounts."""
        return ids.share_id(self.pixel_id, self.business_id)

    def __str__(self) -> str:
        return f"ad account {self.ad_account_id} on pixel {self.pixel_id}"


@dataclass(frozen=True)
class PermissionState(State):
    """The inputs, and the result of the last write or read.

    `awaits_approval` is True if another admin has to approve the permission, and no read has
    confirmed it.
    """

    inputs: PermissionInputs = stored("", PermissionInputs.of)
    status: PermissionStatus = stored("status", PermissionStatus)
    awaits_approval: bool = stored(NEEDS_APPROVAL, bool, False)
