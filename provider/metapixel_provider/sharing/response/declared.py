"""The declarations of an answer to one request, and of a standing response to one owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.sharing.status import StandingStatus, in_state

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties


@dataclass(frozen=True)
class ResponseInputs:
    """The validated inputs of an answer by id. All of them are known."""

    request_id: str
    answer: str
    owner_business_id: str = ""
    agency_business_id: str = ""

    @classmethod
    def of(cls, inputs: Mapping[str, object]) -> ResponseInputs:
        return cls(
            request_id=str(inputs["request_id"]),
            answer=str(inputs["request_status"]),
            owner_business_id=str(inputs.get("owner_business_id") or ""),
            agency_business_id=str(inputs.get("agency_business_id") or ""),
        )


@dataclass(frozen=True)
class StandingInputs:
    """The validated inputs that decide which requests are accepted. All of them are known."""

    owner_business_id: str
    agency_business_id: str
    expires_on: str = ""

    @classmethod
    def of(cls, inputs: Mapping[str, object]) -> StandingInputs:
        return cls(
            owner_business_id=str(inputs["owner_business_id"]),
            agency_business_id=str(inputs["agency_business_id"]),
            expires_on=str(inputs.get("expires_on") or ""),
        )

    @property
    def id(self) -> str:
        return f"{self.owner_business_id}/{self.agency_business_id}"

    def __str__(self) -> str:
        return f"business {self.owner_business_id}"


@dataclass(frozen=True)
class StandingState:
    """The recorded outputs. `answered_on` is empty if this resource has not sent an answer."""

    status: StandingStatus = StandingStatus.WAITING
    answered: tuple[str, ...] = ()
    answered_on: str = ""

    @classmethod
    def of(cls, outputs: Mapping[str, object]) -> StandingState:
        """Return the state. Without a recorded status, nothing has been read or answered yet."""
        status, answered = outputs.get("status"), outputs.get("answered")
        return cls(
            StandingStatus.WAITING if status is None else in_state(StandingStatus, status),
            tuple(map(str, answered)) if isinstance(answered, list) else (),
            str(outputs.get("answered_on") or ""),
        )

    def properties(self) -> Properties:
        return {
            "status": self.status.value,
            "answered": list(self.answered),
            "answered_on": self.answered_on,
        }
