"""Messages that shares, permissions and answers have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metapixel_provider.errors import RefusedError
from metapixel_provider.sharing.contract import Notice

#: This notice is shown once in a run, even if several creations find existing access.
_EXPLANATION = Notice(
    "Access that already existed is expected after a rename without an alias (the new name takes "
    "the access over before the old name is deleted), after `--replace` and after a killed run; "
    "otherwise look for a second stack that declares it, which `metapixel access --business "
    "BUSINESS --stack STACK --stack OTHER` reports as declared-twice"
)


@dataclass(frozen=True)
class Subject:
    """The access or the answer that a message is about.

    `noun` is the word for it, such as `share`, and `name` names it as a whole, such as `share of
    pixel 1 with agency 2`. `id` is the resource id. `send_again` is the advice if another admin
    declined it.
    """

    noun: str
    name: str
    id: str
    send_again: str

    def __str__(self) -> str:
        return self.name


def existed(subject: Subject, was: str) -> tuple[Notice, ...]:
    """Return the notices about access that this stack did not create. `was` begins the first."""
    text = (
        f"{was}: this stack manages the {subject.noun} from now on, and destroying this stack ends "
        f"the {subject.noun}"
    )
    return (Notice(text, topic=f"{subject.id} existed"), _EXPLANATION)


def not_confirmed(subject: Subject, why: Exception | str) -> Notice:
    return Notice(
        f"The {subject} was sent, but it could not be confirmed: {why}; run `pulumi up` again, "
        f"which first reads the {subject.noun}"
    )


def not_changed(subject: Subject, error: Exception) -> Notice:
    return Notice(
        f"The {subject} exists, but it could not be changed: {error}; run `pulumi up` again, which "
        f"first reads the {subject.noun}"
    )


def must_approve(subject: Subject, also: str = "") -> Notice:
    """Report that another admin has to approve a write. `also` begins with a semicolon."""
    return Notice(
        f"The {subject} is not confirmed, because another admin of the business must approve it in "
        f"Business Settings, under Requests{also}; then run `pulumi up --refresh`, or, if the "
        f"admin declined it, {subject.send_again}",
        topic=f"{subject.id} unconfirmed",
    )


def may_be_approved(subject: Subject) -> RefusedError:
    """Return the error for a removal that found nothing, because an approval may be open."""
    return RefusedError(
        f"Meta had no {subject} to remove, but another admin may still approve the "
        f"{subject.noun}; decline it in Business Settings, under Requests, and then "
        f"{remove_from_state(subject.noun)}"
    )


def removed_unapproved(subject: Subject) -> Notice:
    """Warn after a removal that an approval may still be open. No read shows open approvals."""
    return Notice(
        f"The {subject} was removed while it waited for the approval of another admin; check in "
        f"Business Settings, under Requests, that nobody can still approve it"
    )


def removal_needs_approval(subject: Subject) -> RefusedError:
    """Return the error for a removal that takes effect only when another admin approves it."""
    return RefusedError(
        f"Meta accepted the request to remove the {subject}, but the access exists until another "
        f"admin of the business approves the removal in Business Settings, under Requests; run the "
        f"same command again after that"
    )


def not_removed(subject: Subject, requests: Iterable[str] | None) -> RefusedError:
    """Return the error for access that Meta reported as removed, but still lists."""
    remedies = (cancel(requests), f"remove the {subject.noun} in Business Settings")
    return RefusedError(
        f"Meta reported that the {subject} was removed, but still lists the {subject.noun}; run "
        f"the command again, and if that does not help, {', or '.join(filter(None, remedies))}"
    )


def cancel(requests: Iterable[str] | None) -> str:
    """Return the advice to cancel open requests that may give the access, or an empty text."""
    named = f"sharing request {', '.join(requests)}" if requests else ""
    return f"cancel {named} in Business Settings if it is for this pixel" if named else ""


def remove_from_state(noun: str) -> str:
    """Return the advice for access that cannot be confirmed or removed."""
    return (
        f"remove the {noun} from the state with `pulumi state delete URN` (`pulumi stack "
        f"--show-urns` lists the URNs)"
    )
