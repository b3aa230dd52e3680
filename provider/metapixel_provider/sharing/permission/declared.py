"""The declaration of a permission."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.common_notices import Subject, remove_from_state
from metapixel_provider.sharing.records import Record


@dataclass(frozen=True)
class PermissionInputs(Record):
    """The validated inputs. All of them are known."""

    pixel_id: str
    business_id: str
    ad_account_id: str
    credentials: str | None = None

    @property
    def id(self) -> str:
        return ids.permission_id(self.pixel_id, self.business_id, self.ad_account_id)

    @property
    def share_id(self) -> str:
        """The resource id of the share that lets the business permit its ad accounts."""
        return ids.share_id(self.pixel_id, self.business_id)

    @property
    def subject(self) -> Subject:
        send_again = (
            f"{remove_from_state('permission')}, so that the next `pulumi up` sends it again"
        )
        return Subject("permission", f"permission of {self}", self.id, send_again)

    def __str__(self) -> str:
        return f"ad account {self.ad_account_id} on pixel {self.pixel_id}"
