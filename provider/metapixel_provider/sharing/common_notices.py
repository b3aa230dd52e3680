"""Messages that shares, permissions and answers have in common."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from metapixel_provider.errors import RefusedError
from metapixel_provider.sharing.contract import Notice

if TYPE_CHECKING:
    from metapixel_provider.sharing.records import Inputs

#: This notice is shown once in a run, even if several creations find existing access.
_EXPLANATION = Notice(
    "Access that already existed is expected after a rename without an alias (the new name takes "
    "the access over before the old name is deleted), after `--replace` and after a killed run; "
    "otherwise look for a second stack that declares it, which `metapixel access --business "
    "BUSINESS --stack STACK --stack OTHER` reports as declared-twice"
)


def existed(access: Inputs, fact: str) -> tuple[Notice, ...]:
    """Return the notices about access that this stack did not create.

    `fact` is the sentence with which the first notice begins, such as "The share existed".
    """
    text = (
        f"{fact}: this stack manages the {access.noun} from now on, and destroying this stack ends "
        f"the {access.noun}"
    )
    return (Notice(text, topic=f"{access.id} existed"), _EXPLANATION)


def not_confirmed(access: Inputs, why: Exception | str) -> Notice:
    return Notice(
        f"The {access.name} was sent, but it could not be confirmed: {why}; run `pulumi up` "
        f"again, which first reads the {access.noun}"
    )


def not_changed(access: Inputs, error: Exception) -> Notice:
    return Notice(
        f"The {access.name} exists, but it could not be changed: {error}; run `pulumi up` "
        f"again, which first reads the {access.noun}"
    )


def must_approve(access: Inputs, first_advice: str = "") -> Notice:
    """Report that another admin has to approve a write. `first_advice` begins with a semicolon."""
    return Notice(
        f"The {access.name} is not confirmed, because another admin of the business must approve "
        f"it in Business Settings, under Requests{first_advice}; then run `pulumi up --refresh`, "
        f"or, if the admin declined it, {access.send_again}",
        topic=f"{access.id} unconfirmed",
    )


def approval_may_follow(access: Inputs) -> RefusedError:
    return RefusedError(
        f"Meta had no {access.name} to remove, but another admin may still approve the "
        f"{access.noun}; decline it in Business Settings, under Requests, and then "
        f"{remove_from_state(access.noun)}"
    )


def removed_unapproved(access: Inputs) -> Notice:
    """Warn after a removal that an approval may still be open. No read shows open approvals."""
    return Notice(
        f"The {access.name} was removed while it waited for the approval of another admin; check "
        f"in Business Settings, under Requests, that nobody can still approve it"
    )


def removal_needs_approval(access: Inputs) -> RefusedError:
    return RefusedError(
        f"Meta accepted the request to remove the {access.name}, but the access exists until "
        f"another admin of the business approves the removal in Business Settings, under Requests; "
        f"run the same command again after that"
    )


def not_removed(access: Inputs, requests: Collection[str] | None) -> RefusedError:
    remedy = f"remove the {access.noun} in Business Settings"
    if requests:
        remedy = f"{advice_to_cancel(requests)}, or {remedy}"
    return RefusedError(
        f"Meta reported that the {access.name} was removed, but still lists the {access.noun}; run "
        f"the command again, and if that does not help, {remedy}"
    )


def advice_to_cancel(requests: Collection[str] | None) -> str:
    """Return the advice to cancel open requests. It is empty if there are none or if unread."""
    if not requests:
        return ""
    listed = ", ".join(requests)
    return f"cancel sharing request {listed} in Business Settings if it is for this pixel"


def remove_from_state(noun: str) -> str:
    """Return the advice for access that cannot be confirmed or removed."""
    return (
        f"remove the {noun} from the state with `pulumi state delete URN` (`pulumi stack "
        f"--show-urns` lists the URNs)"
    )
