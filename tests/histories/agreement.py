"""What Meta, the state and the program must have in common once nothing disturbs them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.histories.estate import AD_TASKS, Key, named
from tests.histories.ledger import Ledger
from tests.histories.moment import RESPONSE, SHARE, STANDING, Meta, Moment, Record
from tests.histories.program import Program

_REFUSED = ("DECLINED", "CANCELED")


def differences(
    before: Meta, after: Moment, program: Program, ledger: Ledger, unknown: set[Key]
) -> Iterator[str]:
    """The differences between Meta and a program that was applied, except in shares `unknown`.

    A permission that found no share `before` may still wait for it.
    """
    meta, declared = after.meta, program.keys
    # The command may have ended a request after it had read it.
    refused = {
        each.key
        for each in after.records
        if any(_need_not_be_asked(each, read, ledger) for read in (before, meta))
    }
    for share in program.shares:
        request, key = meta.waiting(share.key), share.key
        found = meta.active(key)
        if found is None and request is not None:
            if key in ledger.tasks_unknown:
                continue
            found = frozenset(ledger.with_implied(request.pixels[share.pixel]))
        if key in unknown or (found is None and key in refused):
            continue
        if found is None or not ledger.is_declared(found, share.tasks, key):
            there = meta.access(key) or f"{named(key)}: does not exist"
            yield f"{there}; {share.name} declares {', '.join(sorted(share.tasks))}"
    for permission in program.permissions:
        key = permission.key
        shared = (before.active(key) or frozenset()) & (meta.active(key) or frozenset()) & AD_TASKS
        excused = key[:2] in unknown or key in ledger.ended_unseen
        if shared and not excused and not meta.access(key):
            yield f"{named(key)}: does not exist; {permission.name} declares it"
    for key in ledger.declared - set(declared.values()) - ledger.unmanaged:
        if key[:2] not in unknown and (left := meta.access(key)):
            yield f"{left}: exists, and the program does not declare it"


def disagreements(now: Moment, ledger: Ledger) -> Iterator[str]:
    """Everything in the state that Meta lacks or that is not final."""
    for record in now.records:
        if record.kind == SHARE:
            found = _share(record, now.meta, ledger)
        elif record.kind == RESPONSE:
            found = _response(record, now.meta)
        elif record.kind == STANDING:
            found = _standing(record, now.meta)
        else:
            found = _permission(record, now.meta)
        yield from (f"{record.name}: {text}" for text in found)


def _share(record: Record, meta: Meta, ledger: Ledger) -> Iterator[str]:
    """What is wrong beside what `truth` finds after each command."""
    agency, declared, status = record.key[1], record.tasks("permitted_tasks"), record.status
    active, waiting = meta.active(record.key), meta.waiting(record.key)
    requests = [each for each in meta.requests.values() if each.is_open and each.agency == agency]
    is_listed = active is not None or ledger.lists_pending
    is_hidden = is_listed or ledger.hides_ends or record.awaits_approval
    if requests and status == "UNCONFIRMED" and is_hidden:
        # Meta does not tell whether an open request is for a share that it lists.
        return
    waits = status == "PENDING" and record.request_id in [each.id for each in requests]
    if waits and active is not None and ledger.is_declared(active, declared, record.key):
        # Meta may list a pending share, so a list cannot show that somebody gave the same tasks.
        active = None
    if active is not None:
        if status != "ACTIVE" or not ledger.is_declared(active, declared, record.key):
            yield f"is {status} for {sorted(declared)}, Meta has {sorted(active)}"
    elif waiting is not None and waiting.id == record.request_id:
        if status != "PENDING":
            yield f"is {status}, Meta waits for {waiting.id}"
    elif not _need_not_be_asked(record, meta, ledger):
        # Otherwise, what waits may be the request of another admin.
        found = f"waits for {waiting.id}" if waiting else "has nothing"
        yield f"is {status} by '{record.request_id}', Meta {found}"


def _need_not_be_asked(record: Record, meta: Meta, ledger: Ledger) -> bool:
    """Whether the agency, or somebody who took the pixel off the request, said no."""
    if record.status == "UNCONFIRMED":
        return record.key in ledger.ended_unseen
    if record.status in _REFUSED:
        return ledger.was_refused(record.key, meta)
    # Meta does not tell what an open request is for.
    request = meta.requests.get(record.request_id)
    is_open = request is not None and request.is_open
    return record.status == "PENDING" and is_open and record.key in ledger.asked[record.request_id]


def _permission(record: Record, meta: Meta) -> Iterator[str]:
    exists = bool(meta.access(record.key))
    is_active = record.status == "ACTIVE"
    if is_active != exists and not (is_active and _is_kept(record.key, meta)):
        yield f"is {record.status}, Meta has {'it' if exists else 'none'}"
    if not exists and (meta.active(record.key) or frozenset()) & AD_TASKS:
        yield "waits, although the business has the pixel"


def _is_kept(permission: Key, meta: Meta) -> bool:
    """Whether Meta keeps a permission without its share, and lists it.

    The token of the agencies can read a pixel that any of them has.
    """
    pixel = permission[0]
    return permission in meta.permissions and any(pixel == each for each, _ in meta.shares)


def _response(record: Record, meta: Meta) -> Iterator[str]:
    request = meta.requests.get(record.id)
    if request is not None and request.status != record.status:
        yield f"is {record.status}, Meta has {request.status}"


def _standing(record: Record, meta: Meta) -> Iterator[str]:
    owner, agency = record.id.split("/")
    requests = [
        each for each in meta.requests.values() if (each.owner, each.agency) == (owner, agency)
    ]
    answered = record.outputs.get("answered") if record.status == "ANSWERED" else None
    for each in requests:
        if each.is_open:
            yield f"is {record.status}, and request {each.id} is open"
        if isinstance(answered, list) and each.id in answered and each.status != "APPROVE":
            yield f"answered {each.id}, which is {each.status}"
