"""Creations that `pulumi up` will refuse, because their share exists under another name.

The engine creates before it deletes, and passes no older record to a creation. So the provider
finds the share at Meta, and decides by `on_existing`.
"""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_cli.review.reading.preview import Step
from metapixel_provider.sharing.tasks import OnExisting

_ALIAS = "give the new name an alias, or "


@dataclass(frozen=True)
class Refusal:
    """The cause because of which `pulumi up` will refuse a change, and what to do instead."""

    cause: str
    remedy: str


def refusal(old: Step, name: str, on_existing: object, keeps_tasks: bool) -> Refusal | None:
    """Return the refusal of a creation, or None if the provider will not refuse it.

    `old` is the step that deletes the existing share. The other arguments are the name of the new
    resource, its `on_existing`, and whether it declares the tasks that exist.
    """
    fails = on_existing == OnExisting.FAIL
    if not fails and (keeps_tasks or on_existing == OnExisting.OVERWRITE):
        return None
    if old.op != "delete-replaced":
        how, noun, alias = f"{old.name} is renamed to {name}", "a renamed share", _ALIAS
    elif old.name == name:
        how, noun, alias = f"{name} is replaced", "a replaced share", ""
    else:
        how, noun, alias = f"{name} gets the ids of {old.name}", "a share under another name", ""
    if fails:
        return Refusal(
            f"{how}, and its on_existing is fail",
            f"{noun} exists already: {alias}set on_existing to adopt for one update",
        )
    return Refusal(
        f"{how} and its tasks change in the same update",
        f"{noun} must keep its tasks: change the tasks in another update, {alias or 'or '}set "
        f"on_existing to overwrite",
    )
