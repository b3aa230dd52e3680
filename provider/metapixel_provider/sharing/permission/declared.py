"""The declaration of a permission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.subjects import Subject, remove_from_state

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties


@dataclass(frozen=True)
class PermissionInputs:
    """The validated inputs. All of them are known."""

    pixel_id: str
    business_id: str
    ad_account_id: str
    credentials: str | None = None

    @classmethod
    def of(cls, inputs: Mapping[str, object]) -> PermissionInputs:
        credentials = inputs.get("credentials")
        return cls(
            pixel_id=str(inputs["pixel_id"]),
            business_id=str(inputs["business_id"]),
            ad_account_id=str(inputs["ad_account_id"]),
            credentials=None if credentials is None else str(credentials),
        )

    def properties(self) -> Properties:
        values = vars(self).items()
        return {name: value for name, value in values if value is not None}

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
