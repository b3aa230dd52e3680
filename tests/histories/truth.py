"""The records of shares, compared with Meta after a command that ended well."""

from __future__ import annotations

from collections.abc import Iterator

from tests.histories.ledger import Ledger
from tests.histories.moment import SHARE, Record
from tests.histories.seen import Seen


def the_state_is_true(seen: Seen, ledger: Ledger) -> Iterator[str]:
    """Unless the reads lagged, each share that the command wrote or read is recorded as it is."""
    if not seen.ended_well or seen.step.is_hasty or seen.command.verb == "preview":
        return
    for record in seen.after.records:
        # The engine does not read a record that waits for its replacement or its deletion.
        if record.kind != SHARE or record.mark or not seen.is_fresh(record):
            continue
        # The same command may have answered the request after it had read the share.
        if record.key not in seen.changed_along:
            yield from (f"{record.name}: {text}" for text in _untrue(record, seen, ledger))


def _untrue(record: Record, seen: Seen, ledger: Ledger) -> Iterator[str]:
    active, granted = seen.after.meta.active(record.key), record.tasks("granted_tasks")
    if record.status == "PENDING":
        yield from _not_pending(record, seen, ledger)
    elif record.status != "UNCONFIRMED":
        is_right = (record.status == "ACTIVE") is (active is not None)
        if not is_right or granted != (active or frozenset()):
            there = "nothing" if active is None else sorted(active)
            yield f"is {record.status} and granted {sorted(granted)}, Meta has {there}"


def _not_pending(record: Record, seen: Seen, ledger: Ledger) -> Iterator[str]:
    request_id, meta = record.request_id, seen.after.meta
    if record.key not in ledger.asked[request_id]:
        yield f"is PENDING by '{request_id}', which never was for this pixel and agency"
        return
    request, before = meta.requests.get(request_id), seen.before.meta.requests.get(request_id)
    # One that was open before may have been ended by another share of the same command.
    was_open = before is not None and before.is_open
    if request is not None and not request.is_open and not was_open:
        yield f"is PENDING by {request_id}, which has ended"
