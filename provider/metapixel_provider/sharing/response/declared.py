"""The declarations of an answer to one request, and of a standing response to one owner."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from metapixel_provider.sharing.records import Record, stored
from metapixel_provider.sharing.status import StandingStatus, in_state
from metapixel_provider.sharing.tasks import texts


@dataclass(frozen=True)
class ResponseInputs(Record):
    """The validated inputs of an answer by id. All of them are known."""

    request_id: str
    answer: str = stored("request_status", str)
    owner_business_id: str = ""
    agency_business_id: str = ""


@dataclass(frozen=True)
class StandingInputs(Record):
    """The validated inputs that decide which requests are accepted. All of them are known."""

    owner_business_id: str
    agency_business_id: str
    expires_on: str = ""

    @property
    def id(self) -> str:
        return f"{self.owner_business_id}/{self.agency_business_id}"

    def __str__(self) -> str:
        return f"business {self.owner_business_id}"


@dataclass(frozen=True)
class StandingState(Record):
    """The recorded outputs. `answered_on` is empty if this resource has not sent an answer.

    Without a recorded status, nothing has been read or answered yet.
    """

    status: StandingStatus = stored(
        "status", partial(in_state, StandingStatus), StandingStatus.WAITING
    )
    answered: tuple[str, ...] = stored("answered", texts, ())
    answered_on: str = ""
