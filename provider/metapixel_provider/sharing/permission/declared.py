"""The declaration of a permission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.resources import PERMISSION


@dataclass(frozen=True)
class PermissionInputs:
    """The ids that identify a permission. All of them are known."""

    pixel_id: str
    business_id: str
    ad_account_id: str

    @classmethod
    def of(cls, inputs: Mapping[str, object]) -> PermissionInputs:
        return cls(
            pixel_id=str(inputs["pixel_id"]),
            business_id=str(inputs["business_id"]),
            ad_account_id=str(inputs["ad_account_id"]),
        )

    @classmethod
    def by_id(cls, resource_id: str) -> PermissionInputs:
        """Return the permission with a resource id.

        Raise ConfigurationError if the id is malformed.
        """
        return cls(*ids.parts(resource_id, PERMISSION.identity))

    @property
    def id(self) -> str:
        return ids.permission_id(self.pixel_id, self.business_id, self.ad_account_id)

    @property
    def share_id(self) -> str:
        """The resource id of the share that lets the business permit its ad accounts."""
        return ids.share_id(self.pixel_id, self.business_id)

    def __str__(self) -> str:
        return f"ad account {self.ad_account_id} on pixel {self.pixel_id}"
