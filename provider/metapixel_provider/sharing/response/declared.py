"""The declaration of an answer to a sharing request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties

_OPTIONAL = ("owner_business_id", "agency_business_id", "credentials")


@dataclass(frozen=True)
class ResponseInputs:
    """The validated inputs. All of them are known."""

    request_id: str
    answer: str
    owner_business_id: str | None = None
    agency_business_id: str | None = None
    credentials: str | None = None

    @classmethod
    def of(cls, inputs: Mapping[str, object]) -> ResponseInputs:
        given = {name: inputs.get(name) for name in _OPTIONAL}
        return cls(
            request_id=str(inputs.get("request_id") or ""),
            answer=str(inputs.get("request_status") or ""),
            **{name: None if value is None else str(value) for name, value in given.items()},
        )

    def properties(self) -> Properties:
        given = {name: getattr(self, name) for name in _OPTIONAL}
        return {
            "request_id": self.request_id,
            "request_status": self.answer,
            **{name: value for name, value in given.items() if value is not None},
        }
