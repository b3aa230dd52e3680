"""The declaration of a permission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.resources import PERMISSION

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties


@dataclass(frozen=True)
class PermissionInputs:
    """The checked inputs of a permission, all of which are known."""

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

    @classmethod
    def by_id(cls, resource_id: str, recorded: Mapping[str, object]) -> PermissionInputs:
        """Return the permission with a resource id.

        Raise ConfigurationError if the id is malformed.
        """
        parts = zip(PERMISSION.key, ids.parts(resource_id, 3), strict=True)
        return cls.of({**recorded, **dict(parts)})

    @property
    def id(self) -> str:
        return ids.permission_id(self.pixel_id, self.business_id, self.ad_account_id)

    @property
    def share_id(self) -> str:
        """The resource id of the share that lets the business permit its ad accounts."""
        return ids.share_id(self.pixel_id, self.business_id)

    def properties(self) -> Properties:
        found: Properties = {
            "pixel_id": self.pixel_id,
            "business_id": self.business_id,
            "ad_account_id": self.ad_account_id,
        }
        return found if self.credentials is None else found | {"credentials": self.credentials}

    def __str__(self) -> str:
        return f"ad account {self.ad_account_id} on pixel {self.pixel_id}"
