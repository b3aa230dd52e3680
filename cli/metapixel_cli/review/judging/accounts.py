"""Ad accounts whose permission waits for the share of their business."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import replace

from metapixel_cli.review.judging.access import Access, Key, recorded, returned, status_of
from metapixel_cli.review.judging.entry import Entry, key
from metapixel_cli.review.reading.preview import Step
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus


def waiting_since_refresh(steps: Iterable[Step]) -> defaultdict[Key, set[str]]:
    """Return the ad accounts whose permission waits only since the refresh of this preview.

    The refresh found the share at Meta, so the update permits them.
    """
    found: defaultdict[Key, set[str]] = defaultdict(set)
    for step in steps:
        if step.op != "refresh" or step.type != ResourceType.PERMISSION:
            continue
        if step.old is None or step.new is None:
            continue
        was, now = status_of(step.old), status_of(step.new)
        if was != now == PermissionStatus.WAITING_FOR_SHARE:
            access = recorded(ResourceType.PERMISSION, step.new)
            found[key(step, step.new)].update(access.waiting_ad_accounts)
    return found


def permits(entry: Entry, found_waiting: Set[str], sends: bool) -> frozenset[str]:
    """Return the ad accounts whose permission the update sends while their business has the pixel.

    `sends` is True if the update sends the share.
    """
    sent = {
        account
        for side in entry.news
        if not side.is_share and side.step.op != "same"
        for account in side.access.ad_accounts
    }
    has_pixel = any(
        side.access.status == ShareStatus.ACTIVE or returned(side.snapshot).tasks
        for side in entry.olds
        if side.is_share
    )
    return frozenset(sent if sends or has_pixel else sent & found_waiting)


def with_permitted(after: Access, before: Access, permitted: Set[str]) -> Access:
    """Return the access after an update that permits these ad accounts.

    The others that waited before the update still wait.
    """
    waited = {*before.waiting_ad_accounts} - {*before.ad_accounts}
    waiting = {*after.waiting_ad_accounts} | ({*after.ad_accounts} & waited)
    return replace(
        after,
        ad_accounts=tuple(sorted({*after.ad_accounts} - waited | (waiting & permitted))),
        waiting_ad_accounts=tuple(sorted(waiting - permitted)),
    )
