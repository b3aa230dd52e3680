"""An owner with one agency for each status that a sharing request can have at Meta."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_simulator import AdAccount, Business, Pixel, Simulator, World
from tests.support.example import PIXEL
from tests.support.programs import permission, program, share
from tests.support.worlds import owner_and_agencies

OPEN = (
    "PENDING",
    "IN_PROGRESS",
    "PENDING_EMAIL_VERIFICATION",
    "PENDING_INTEGRITY_REVIEW",
    "MMA_DIRECT_ASSETS_PENDING",
)
ACCEPTED = ("APPROVE", "MMA_DIRECT_ASSETS_APPROVED")
DECLINED = ("DECLINE", "MMA_DIRECT_ASSETS_DECLINED")
EXPIRED = ("EXPIRED", "MMA_DIRECT_ASSETS_EXPIRED")
CANCELED = ("CANCELED",)
STATUSES = (*OPEN, *ACCEPTED, *DECLINED, *EXPIRED, *CANCELED)

#: The status of a share, by the status of its request.
SHARE_STATUS = (
    dict.fromkeys(OPEN, "PENDING")
    | dict.fromkeys(ACCEPTED, "ACTIVE")
    | dict.fromkeys(DECLINED, "DECLINED")
    | dict.fromkeys(EXPIRED, "EXPIRED")
    | dict.fromkeys(CANCELED, "CANCELED")
)


@dataclass(frozen=True)
class Agency:
    """The agency whose request has the status `status`."""

    status: str

    @property
    def number(self) -> int:
        return STATUSES.index(self.status)

    @property
    def id(self) -> str:
        return f"{5000000000000000 + self.number}"

    @property
    def account(self) -> str:
        return f"{600000000000000 + self.number}"

    @property
    def share(self) -> str:
        """The share's name in the program."""
        return f"s-{self.status}"

    @property
    def permission(self) -> str:
        """The permission's name in the program."""
        return f"p-{self.status}"


CROWD = tuple(Agency(status) for status in STATUSES)


def world() -> World:
    """Return a world with one pixel and no relationship. `agencies-token` acts for all agencies."""
    made = owner_and_agencies("1", [agency.id for agency in CROWD])
    made.add(Pixel(PIXEL, "Web", owner="1"))
    for agency in CROWD:
        made.add(Business(agency.id, f"Agency {agency.status}"))
        made.add(AdAccount(agency.account, agency.status, owner=agency.id))
    return made


def declared() -> str:
    """Return a program that declares a share and a dependent permission for every agency."""
    statements = []
    for agency in CROWD:
        after = f"depends_on=[{agency.share.replace('-', '_')}]"
        statements += [
            share(agency.share, PIXEL, agency.id),
            permission(
                agency.permission,
                PIXEL,
                agency.id,
                agency.account,
                credentials="agencies",
                opts=after,
            ),
        ]
    return program(*statements)


def answer_all(sim: Simulator) -> dict[str, str]:
    """Set the status of each agency's request. Return the ids of the requests by status."""
    requests = {request.agency: request.id for request in sim.open_requests()}
    for agency in CROWD:
        if agency.status != "PENDING":
            sim.answer(requests[agency.id], agency.status)
    return {agency.status: requests[agency.id] for agency in CROWD}
