"""The declaration of an answer to a sharing request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties

_NO_REQUEST = "no-request"


@dataclass(frozen=True)
class ResponseInputs:
    """The validated inputs. All of them are known. `request_id` is empty if there is no request."""

    request_id: str
    answer: str
    owner_business_id: str | None = None
    credentials: str | None = None

    @classmethod
    def of(cls, inputs: Mapping[str, object]) -> ResponseInputs:
        owner, credentials = inputs.get("owner_business_id"), inputs.get("credentials")
        return cls(
            request_id=str(inputs.get("request_id") or ""),
            answer=str(inputs.get("request_status") or ""),
            owner_business_id=None if owner is None else str(owner),
            credentials=None if credentials is None else str(credentials),
        )

    @property
    def id(self) -> str:
        """The resource id: the id of the request, or `no-request`."""
        return key(self.request_id)

    def properties(self) -> Properties:
        given = {
            "owner_business_id": self.owner_business_id,
            "credentials": self.credentials,
        }
        return {
            "request_id": self.request_id,
            "request_status": self.answer,
            **{name: value for name, value in given.items() if value is not None},
        }


def key(request_id: str) -> str:
    return request_id or _NO_REQUEST
