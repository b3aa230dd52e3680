"""Status of a share, of an ad account permission, and of a sharing request."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from metapixel_provider.errors import ConfigurationError, one_line

S = TypeVar("S", bound=StrEnum)


class ShareStatus(StrEnum):
    """Where a share stands."""

    ACTIVE = "ACTIVE"
    """The agency has the pixel: Meta was seen to show it."""

    PENDING = "PENDING"
    """The agency has still to accept the sharing request."""

    UNCONFIRMED = "UNCONFIRMED"
    """It was sent, accepted or narrowed, and Meta does not return it so yet."""

    DECLINED = "DECLINED"
    """The agency said no; it is asked again only when `resend` changes."""

    EXPIRED = "EXPIRED"
    """Nobody answered in time; the next `pulumi up` asks again."""

    CANCELED = "CANCELED"
    """The request was withdrawn; it is sent again only when `resend` changes."""


class PermissionStatus(StrEnum):
    """Where an ad account's permission on a pixel stands."""

    ACTIVE = "ACTIVE"
    """The ad account may use the pixel: Meta was seen to show it."""

    UNCONFIRMED = "UNCONFIRMED"
    """It was sent, and Meta does not return it yet."""

    WAITING_FOR_SHARE = "WAITING_FOR_SHARE"
    """The business has no pixel to permit yet; a later `pulumi up` goes on from there."""


class RequestStatus(StrEnum):
    """`request_status` of a sharing agreement, as the Graph API spells it."""

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


_SHARE_STATUS = {
    RequestStatus.APPROVE: ShareStatus.ACTIVE,
    RequestStatus.MMA_DIRECT_ASSETS_APPROVED: ShareStatus.ACTIVE,
    RequestStatus.DECLINE: ShareStatus.DECLINED,
    RequestStatus.MMA_DIRECT_ASSETS_DECLINED: ShareStatus.DECLINED,
    RequestStatus.EXPIRED: ShareStatus.EXPIRED,
    RequestStatus.MMA_DIRECT_ASSETS_EXPIRED: ShareStatus.EXPIRED,
    RequestStatus.CANCELED: ShareStatus.CANCELED,
}


def of_request(request_status: str) -> ShareStatus:
    """The status a share has while its request has this one.

    A status that is new to us counts as pending: it is neither an answer nor the end.
    """
    try:
        return _SHARE_STATUS.get(RequestStatus(request_status.upper()), ShareStatus.PENDING)
    except ValueError:
        return ShareStatus.PENDING


def in_state(statuses: type[S], value: object) -> S:
    """Return a status that the state holds. Raises ConfigurationError for an unknown one."""
    try:
        return statuses(str(value))
    except ValueError:
        raise ConfigurationError(
            f"The state holds the status '{one_line(value, 40)}', which this version of "
            f"pulumi-metapixel does not know; use the version that wrote it, or a newer one"
        ) from None
