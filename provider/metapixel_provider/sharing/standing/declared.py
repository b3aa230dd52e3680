"""The declaration of a standing response, and its recorded outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.contract import Problem
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.status import StandingStatus, in_state

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties

_SHAPE = ("OWNER", "AGENCY")


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

    @classmethod
    def by_id(cls, resource_id: str, recorded: Mapping[str, object]) -> StandingInputs:
        """Return the declaration with a resource id. Raise ConfigurationError if it is malformed.

        `recorded` is empty if the resource is not in the state.
        """
        owner, agency = ids.parts(resource_id, 2, _SHAPE)
        pair = {"owner_business_id": owner, "agency_business_id": agency}
        return cls.of({**recorded, **pair})

    @property
    def pair(self) -> tuple[str, str]:
        """The two businesses, in the order of the key."""
        return self.owner_business_id, self.agency_business_id

    @property
    def id(self) -> str:
        return "/".join(self.pair)

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


def same_business(inputs: Mapping[str, object]) -> tuple[Problem, ...]:
    """Return a problem if the agency and the owner are the same business."""
    owner, agency = inputs.get("owner_business_id"), inputs.get("agency_business_id")
    if owner in (None, UNKNOWN) or owner != agency:
        return ()
    reason = "is also the owner, but a business does not send sharing requests to itself"
    return (Problem("agency_business_id", reason),)
