"""The records of an answer to one request, and of a standing response."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_provider.sharing.records import Inputs, State, stored
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import StandingStatus
from metapixel_provider.sharing.tasks import texts


@dataclass(frozen=True)
class ResponseInputs(Inputs):
    type_ = ResourceType.RESPONSE
    noun = "answer"
    send_again = "let the next update send it again"

    request_id: str
    answer: str = stored("request_status", str, "")
    owner_business_id: str | None = None
    agency_business_id: str | None = None
    credentials: str | None = None

    @property
    def name(self) -> str:
        return f"answer {self.answer} to sharing request {self.request_id}"


@dataclass(frozen=True)
class ResponseState(State):
    """The inputs, and the status of the request that Meta returned last."""

    inputs: ResponseInputs = stored("", ResponseInputs.of)
    status: str = ""


@dataclass(frozen=True)
class StandingInputs(Inputs):
    type_ = ResourceType.STANDING_RESPONSE

    owner_business_id: str
    agency_business_id: str
    reason: str | None = None
    expires_on: str | None = None
    credentials: str | None = None

    def __str__(self) -> str:
        return f"business {self.owner_business_id}"


@dataclass(frozen=True)
class StandingState(State):
    """The inputs, and the results of answers and reads.

    `answered_on` is empty if this resource has not sent an answer. Without a recorded status,
    nothing has been read or answered yet.
    """

    inputs: StandingInputs = stored("", StandingInputs.of)
    status: StandingStatus = stored("status", StandingStatus, StandingStatus.WAITING)
    answered: tuple[str, ...] = stored("answered", texts, ())
    answered_on: str = ""
