"""The words about grants that the outputs share. Names are not escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from metapixel_cli.grants.grant import Grant
from metapixel_cli.words import at_most
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus

#: The outcome of a grant that does not give confirmed access, by its status.
_OUTCOMES: Mapping[str | None, str] = {
    ShareStatus.ACTIVE: "",
    ShareStatus.PENDING: "not accepted",
    ShareStatus.UNCONFIRMED: "not confirmed yet",
    ShareStatus.DECLINED: "declined",
    ShareStatus.EXPIRED: "expired without an answer",
    ShareStatus.CANCELED: "canceled",
    PermissionStatus.WAITING_FOR_SHARE: "waits for the share",
    PermissionStatus.ENDED_BY_OWNER: "ended by the owner",
}
#: The limit of a name in a sentence, in characters.
_LONGEST_NAME = 40


def short(name: str) -> str:
    """Return a name in one line and with a limited length, for a sentence."""
    name = " ".join(name.split())
    return f"{name[:_LONGEST_NAME]}…" if len(name) > _LONGEST_NAME else name


def named(
    name: str | None, id_: str | None, kind: str, identify: Callable[[str], str] = short
) -> str:
    """Return the name of an asset with its id, or its kind if it has no name: `Acme (123)`."""
    if not id_:
        return f"an unknown {kind}"
    return f"{name} ({identify(id_)})" if name else f"{kind} {identify(id_)}"


def listed(names: Iterable[str], most: int = 3) -> str:
    """Return each name once, and the number of those beyond the limit: `A, B, and 2 more`."""
    return ", ".join(at_most(list(dict.fromkeys(names)), most))


def day(expires_on: str | None) -> str:
    """Return the end date, or words if there is none or if it is not known."""
    return "an unknown date" if expires_on is None else expires_on or "no end date"


def result(grant: Grant) -> str:
    """Return the outcome of the request for a grant, empty if the access is confirmed."""
    if waits_for_approval(grant):
        return "waits for the approval of another admin"
    return _OUTCOMES.get(grant.status, grant.status) or ""


def outcome(grant: Grant) -> str:
    """Return the date and the outcome of the request, empty if the access is confirmed."""
    # Without a record (None), nobody was asked.
    if grant.status in (None, ShareStatus.ACTIVE):
        return ""
    words = result(grant)
    return f"asked on {grant.requested_on}, {words}" if grant.requested_on else words


def waits_for_approval(grant: Grant) -> bool:
    """Return True if another admin of the business has to approve the grant."""
    return grant.status == ShareStatus.UNCONFIRMED and grant.requires_admin_approval
