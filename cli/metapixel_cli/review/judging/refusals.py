"""Creations that `pulumi up` will refuse, because their share exists under another name.

The engine creates before it deletes, and passes no older record to a creation. So the provider
finds the share at Meta, and decides by `on_existing`.
"""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_cli.review.judging.decisions import creation
from metapixel_cli.review.judging.entry import Side
from metapixel_provider.sharing.share.decide import RefuseToAdopt, RefuseToOverwrite

_ALIAS = "give the new name an alias, or "


@dataclass(frozen=True)
class Refusal:
    """The cause because of which `pulumi up` will refuse a change, and what to do instead."""

    cause: str
    remedy: str


def refusal(new: Side, old: Side) -> Refusal | None:
    """Return the refusal of a creation, or None. The update deletes the `old` record later."""
    name, old_name, alias = new.step.name, old.step.name, ""
    if old.step.op != "delete-replaced":
        how, noun, alias = f"{old_name} is renamed to {name}", "a renamed share", _ALIAS
    elif old_name == name:
        how, noun = f"{name} is replaced", "a replaced share"
    else:
        how, noun = f"{name} gets the ids of {old_name}", "a share under another name"
    match creation(new.type, new.snapshot, old.snapshot):
        case RefuseToAdopt():
            return Refusal(
                f"{how}, and its on_existing is fail",
                f"{noun} exists already: {alias}set on_existing to adopt for one update",
            )
        case RefuseToOverwrite():
            return Refusal(
                f"{how} and its tasks change in the same update",
                f"{noun} must keep its tasks: change the tasks in another update, "
                f"{alias or 'or '}set on_existing to overwrite",
            )
    return None
