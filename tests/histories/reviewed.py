"""Compares the review of a preview with the update that followed it: no write without a line."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.review.evaluation.answers import Answer
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.review import Review
from metapixel_provider.sharing.possible import Certainty
from metapixel_simulator.request_log import Entry
from tests.histories.estate import Key
from tests.histories.ledger import Ledger, written
from tests.histories.moment import Meta
from tests.histories.seen import Seen

#: The certainty of a write that can be sent although nobody changed Meta.
_DUE = (Certainty.AS_RECORDED, Certainty.MAY)


def each_write_has_a_line(seen: Seen, _: Ledger) -> Iterator[str]:
    """Each write has a row, or is of a grant that is counted as written only if Meta changed.

    If the preview and the update have read Meta, nothing changed between them. Only with
    `--run-program`, a refresh can read what people changed after the first write.
    """
    review = seen.reviewed
    reads_along = "--run-program" in seen.command.flags
    changed = {key[:2] for key in seen.acted} if reads_along else set()
    for entry in seen.writes if review else ():
        if written(entry)[:2] in changed:
            continue
        if review and not _has_line(entry, review, seen):
            write = f"{entry.method} {entry.path} {entry.params}"
            yield f"the review ({review.status}) has no line for {write}"


def each_record_that_leaves_has_a_row(seen: Seen, _: Ledger) -> Iterator[str]:
    """Access that stays at Meta, and that the state no longer has, is in the review."""
    if seen.reviewed is None or not seen.applied:
        return
    for key in seen.before.keys & seen.after.unknown:
        if not any(_is_of(key, change) for change in seen.reviewed.changes):
            yield f"the review ({seen.reviewed.status}) has no row for {key}, which is left at Meta"


def what_a_review_promises_is_at_meta(seen: Seen, ledger: Ledger) -> Iterator[str]:
    """Each row that gains or loses access as recorded is true after an `up` that ended well.

    The record has to be true: people did not change the share, and no request of it was answered.
    """
    if seen.reviewed is None or not seen.applied:
        return
    for change in seen.reviewed.changes:
        is_touched = _key(change)[:2] in ledger.touched
        certainty = change.possible.certainty
        is_certain = certainty is Certainty.AS_RECORDED and not change.pair.key.is_hidden
        if is_certain and not is_touched:
            yield from _broken(change, seen.after.meta, ledger)


def _has_line(entry: Entry, review: Review, seen: Seen) -> bool:
    if entry.endpoint == "POST request":
        return any(_answers(answer, entry, seen) for answer in review.answers)
    changes = [*review.changes, *review.only_if_meta_changed]
    if seen.looked:
        changes = [each for each in changes if each.possible.certainty in _DUE]
    return any(_is_of(written(entry), change) for change in changes)


def _answers(answer: Answer, entry: Entry, seen: Seen) -> bool:
    """Whether a row can be of this answer. The preview may hide a part of the row."""
    meta = seen.after.meta if entry.node in seen.after.meta.requests else seen.before.meta
    request = meta.requests[entry.node]
    sends = answer.answer in (None, entry.params["request_status"].upper())
    parts = (answer.request_id, answer.owner_id, answer.agency_id)
    found = (request.id, request.owner, request.agency)
    return sends and all(part in (None, "", each) for part, each in zip(parts, found, strict=True))


def _is_of(key: Key, change: Change) -> bool:
    """Whether a change can be of this access. The preview may hide a part of its ids."""
    if change.pair.is_share is not (len(key) == 2):
        return False
    parts = (change.pixel_id, change.agency_id, change.ad_account_id)
    return all(part in (None, found) for part, found in zip(parts, key, strict=False))


def _broken(change: Change, meta: Meta, ledger: Ledger) -> Iterator[str]:
    key = _key(change)
    has, asked = meta.active(key), meta.waiting(key)
    if change.pair.is_share:
        offered = {*(has or ()), *(asked.pixels[key[0]] if asked else ())}
    else:
        # A permission of a business that lost its share at Meta waits for the share.
        is_permitted = key in meta.permissions or has is None
        offered = set(change.gains) if is_permitted else set()
    kept: str | set[str] = meta.access(key)
    if change.pair.is_share:
        implied = ledger.with_implied(change.after.tasks)
        kept = set(change.loses) & {*(has or ())} - {*implied}
    if not set(change.gains) <= offered:
        yield f"the review promised {change.gains} to {key}, and Meta has {sorted(offered)}"
    # The model's events do not say that `--replace` demands a replacement, which adopts the share.
    adopts = change.pair.is_created and not change.pair.is_removed
    if change.loses and kept and not adopts:
        yield f"the review promised that {key} loses {change.loses}, and Meta has {kept}"


def _key(change: Change) -> Key:
    parts = (change.pixel_id, change.agency_id, change.ad_account_id)
    return tuple(part for part in parts if part)
