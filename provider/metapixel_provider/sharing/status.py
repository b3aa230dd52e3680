"""Status of a share, of an ad account permission, and of a sharing request."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NoReturn

from metapixel_provider.errors import ConfigurationError
from metapixel_provider.texts import one_line

#: The output that is true while another admin has to approve the last write. Its name is Meta's.
NEEDS_APPROVAL = "requires_admin_approval"


class _Status(StrEnum):
    """A status in the state. An unknown one raises ConfigurationError."""

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise ConfigurationError(
            f"The state holds the status '{one_line(value, 40)}', which this version of "
            f"pulumi-metapixel does not know; use the version that wrote it, or a newer one"
        )


class ShareStatus(_Status):
    """The status of a share."""

    ACTIVE = "ACTIVE"
    """The agency has access. A read from Meta confirmed it."""

    PENDING = "PENDING"
    """The agency has to accept the sharing request and has no access yet."""

    UNCONFIRMED = "UNCONFIRMED"
    """No read has confirmed the last write yet. Another admin may have to approve it first."""

    DECLINED = "DECLINED"
    """The agency declined. A new request is sent only if `resend` changes."""

    EXPIRED = "EXPIRED"
    """The agency did not answer in time. The next `pulumi up` sends a new request."""

    CANCELED = "CANCELED"
    """The request was withdrawn. A new request is sent only if `resend` changes."""


#: The statuses of a share whose request ended without access.
ENDED = frozenset({ShareStatus.DECLINED, ShareStatus.EXPIRED, ShareStatus.CANCELED})


class PermissionStatus(_Status):
    """The status of an ad account's permission on a pixel."""

    ACTIVE = "ACTIVE"
    """The ad account may use the pixel. A read from Meta confirmed it."""

    UNCONFIRMED = "UNCONFIRMED"
    """No read has confirmed the last write yet. Another admin may have to approve it first."""

    WAITING_FOR_SHARE = "WAITING_FOR_SHARE"
    """The business does not have the pixel yet. A later `pulumi up` sends the permission."""

    ENDED_BY_OWNER = "ENDED_BY_OWNER"
    """The owner took the pixel away. If a read finds it again, the permission waits to be sent."""


class StandingStatus(_Status):
    """The status of a standing response."""

    WAITING = "WAITING"
    """No sharing request of the owner is open, and none has been accepted."""

    OPEN = "OPEN"
    """A read found an open sharing request. The next `pulumi up` accepts it."""

    ANSWERED = "ANSWERED"
    """Every sharing request that was found is accepted. A read from Meta confirmed it."""

    UNCONFIRMED = "UNCONFIRMED"
    """An answer was sent, but a read from Meta has not confirmed it yet.

    Also the status while Meta does not limit its list of requests to the owner.
    """


class RequestStatus(StrEnum):
    """The `request_status` of a sharing request, as the Graph API spells it."""

    APPROVE = "APPROVE"
    DECLINE = "DECLINE"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    IN_PROGRESS = "IN_PROGRESS"
    PENDING = "PENDING"
    PENDING_EMAIL_VERIFICATION = "PENDING_EMAIL_VERIFICATION"
    PENDING_INTEGRITY_REVIEW = "PENDING_INTEGRITY_REVIEW"
    MMA_DIRECT_ASSETS_APPROVED = "MMA_DIRECT_ASSETS_APPROVED"
    MMA_DIRECT_ASSETS_DECLINED = "MMA_DIRECT_ASSETS_DECLINED"
    MMA_DIRECT_ASSETS_EXPIRED = "MMA_DIRECT_ASSETS_EXPIRED"
    MMA_DIRECT_ASSETS_PENDING = "MMA_DIRECT_ASSETS_PENDING"


class RequestResponse(StrEnum):
    """The possible answers to a sharing request."""

    APPROVE = "APPROVE"
    DECLINE = "DECLINE"


#: The texts that a program can pass in place of `RequestResponse`, for type checkers.
RequestResponseName = Literal["APPROVE", "DECLINE"]

_SHARE_STATUS: dict[str, ShareStatus] = {
    RequestStatus.APPROVE: ShareStatus.ACTIVE,
    RequestStatus.MMA_DIRECT_ASSETS_APPROVED: ShareStatus.ACTIVE,
    RequestStatus.DECLINE: ShareStatus.DECLINED,
    RequestStatus.MMA_DIRECT_ASSETS_DECLINED: ShareStatus.DECLINED,
    RequestStatus.EXPIRED: ShareStatus.EXPIRED,
    RequestStatus.MMA_DIRECT_ASSETS_EXPIRED: ShareStatus.EXPIRED,
    RequestStatus.CANCELED: ShareStatus.CANCELED,
}


def unknown_request(request_status: str) -> str:
    """Return the status of a request if this version does not know it, or an empty string."""
    return "" if request_status.upper() in RequestStatus.__members__ else request_status


def of_request(request_status: str) -> ShareStatus:
    """Return the status of a share whose request has this status.

    An unknown status counts as pending, because it does not prove that the request ended.
    """
    return _SHARE_STATUS.get(request_status.upper(), ShareStatus.PENDING)
