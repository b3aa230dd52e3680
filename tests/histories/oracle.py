"""The verdict on one command: what has to be true after it, whatever went wrong before.

It compares the simulator's world with the programs and with the engine's state. Of the provider it
knows nothing but the review of the preview.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from metapixel_simulator.request_log import Entry
from tests.histories import reviewed
from tests.histories.agreement import differences
from tests.histories.estate import TOKENS, Key, included, named
from tests.histories.ledger import Ledger, written
from tests.histories.moment import SHARE, STANDING, Record
from tests.histories.program import Share
from tests.histories.resources import name_of
from tests.histories.seen import Seen
from tests.histories.truth import the_state_is_true
from tests.support import tracebacks, watched

_REFUSED = ("DECLINED", "CANCELED")


def judge(seen: Seen, ledger: Ledger) -> list[str]:
    """What is wrong after a command, in words."""
    return [wrong for rule in _RULES for wrong in rule(seen, ledger)]


def nothing_is_forgotten(seen: Seen, ledger: Ledger) -> Iterator[str]:
    """What is at Meta is in the state, also after a command that failed."""
    for key in sorted(seen.after.unknown - ledger.unmanaged):
        yield f"{seen.after.meta.access(key)}: exists, and the state does not hold it"


def state_holds_what_is_declared(seen: Seen, _: Ledger) -> Iterator[str]:
    if seen.whole:
        declared = seen.program.resources() if seen.command.verb == "up" else ()
        urns, held = sorted(each.urn for each in declared), seen.after.records
        if sorted(each.urn for each in held) != urns or any(each.mark for each in held):
            found = [f"{each.name} {each.mark}".strip() for each in held]
            names = [each.name for each in declared]
            yield f"the state holds {found}, the program declares {names}"


def what_is_declared_keeps_its_access(seen: Seen, _: Ledger) -> Iterator[str]:
    if seen.command.verb != "up":
        return
    early = set(_deleted_before_the_program_is_known(seen))
    for name, key in seen.program.keys.items():
        if not seen.command.covers(name) or key[:2] in seen.changed_along | early:
            continue
        if len(key) == 3 and seen.after.meta.active(key) is None:
            continue  # It ended with its share, which is judged by itself.
        if (found := seen.before.meta.access(key)) and not seen.after.meta.access(key):
            yield f"{found}: was lost, although it is declared"
        elif any(entry.method == "DELETE" and written(entry) == key for entry in seen.writes):
            yield f"a DELETE was sent for the {named(key)}, which is declared"


def what_is_no_target_keeps_its_access(seen: Seen, ledger: Ledger) -> Iterator[str]:
    """On a rename a target deletes the old name and creates nothing.

    The permissions of a target depend on it, also on a response to the share's request.
    """
    before, covers = seen.before, seen.command.covers
    targets = [record for record in before.records if covers(record.name)]
    targeted = {record.key[:2] for record in targets}
    targeted |= {key for record in targets for key in _answered_by(record, ledger)}
    for record in before.records:
        key = record.key
        if not key or covers(record.name) or key[:2] in targeted | seen.changed_along:
            continue
        if (found := before.meta.access(key)) and not seen.after.meta.access(key):
            yield f"{found}: was lost, although {record.name} is not a target"


def nothing_is_given_after_its_last_day(seen: Seen, _: Ledger) -> Iterator[str]:
    for share in seen.ended:
        if seen.program.share(share.key) is None and any(
            _posts(entry, share.key) for entry in seen.writes
        ):
            yield f"{named(share.key)}: was given after its last day"


def looking_writes_nothing(seen: Seen, _: Ledger) -> Iterator[str]:
    if seen.command.verb in ("refresh", "preview"):
        for entry in seen.writes:
            yield f"a {seen.command.verb} sent {entry.method} {entry.path} {entry.params}"


def foreign_access_stays(seen: Seen, ledger: Ledger) -> Iterator[str]:
    old, new = seen.before.meta, seen.after.meta
    ended = {written(entry) for entry in seen.writes if entry.method == "DELETE"}
    for key in (old.keys() | new.keys()) - ledger.declared:
        is_other_share = (old.active(key) is None) != (new.active(key) is None) or key[:2] in ended
        if len(key) == 3 and is_other_share:
            continue  # Meta ends the permissions of a share with it, or keeps them for the next.
        before, after = old.access(key), new.access(key)
        if before != after and key[:2] not in seen.changed_along:
            yield f"access that nobody declared: before {before or None!r}, after {after or None!r}"


def nobody_is_invited_again(seen: Seen, ledger: Ledger) -> Iterator[str]:
    if ledger.hides_ends:
        return
    for share, record in _updated(seen):
        request = seen.before.meta.requests.get(record.request_id)
        refused = request is not None and request.status in ("DECLINE", "CANCELED")
        if record.status not in _REFUSED and not (record.status == "PENDING" and refused):
            continue
        changed = record.outputs.get("resend") != share.inputs.get("resend")
        if changed or seen.before.meta.access(share.key):
            continue
        if any(_posts(entry, share.key) for entry in seen.writes):
            yield f"{named(share.key)}: asked again although the request was declined or canceled"


def a_changed_resend_asks_again(seen: Seen, _: Ledger) -> Iterator[str]:
    for share, record in _updated(seen):
        changed = record.outputs.get("resend") != share.inputs.get("resend")
        due = seen.applied and changed and record.status in _REFUSED
        if due and not any(_posts(entry, share.key) for entry in seen.writes):
            yield f"{named(share.key)}: was not asked again, although resend changed"


def nothing_secret_is_printed(seen: Seen, _: Ledger) -> Iterator[str]:
    for token in TOKENS:
        if token in seen.run.output:
            yield "the output contains a token"
        if token in seen.state:
            yield "the state contains a token"
    if "this is a bug" in seen.run.output:
        yield "the output reports a bug"
    if tracebacks.is_shown(seen.run.output) and not seen.killed:
        yield "the output contains a traceback"


def each_method_keeps_its_rules(_: Seen, __: Ledger) -> Iterator[str]:
    yield from watched.broken()


def meta_has_what_is_declared(seen: Seen, ledger: Ledger) -> Iterator[str]:
    """Unless something went wrong, or people changed it and the command did not look."""
    if seen.applied:
        unknown = seen.changed_along | (set() if seen.looked else ledger.touched) | _adopted(seen)
        yield from differences(seen.before.meta, seen.after, seen.program, ledger, unknown)


def _answered_by(record: Record, ledger: Ledger) -> Iterable[Key]:
    """The shares whose requests a response answers."""
    if record.kind != STANDING:
        return ledger.asked[record.id]
    agency = record.id.rpartition("/")[2]
    return [key[:2] for key in ledger.declared if key[1] == agency]


def _adopted(seen: Seen) -> set[Key]:
    """The shares whose creation found them with tasks that the declared ones include.

    The next command sends the declared tasks.
    """
    known, found = {(record.urn, record.key) for record in seen.before.records}, set()
    for record in seen.after.records:
        share = seen.program.share(record.key) if record.kind == SHARE else None
        if share is not None and (record.urn, record.key) not in known:
            added = record.tasks("tasks_added_by_meta")
            more = record.tasks("granted_tasks") - added - set(share.tasks)
            if more and more <= included(share.tasks):
                found.add(record.key)
    return found


def _deleted_before_the_program_is_known(seen: Seen) -> Iterator[Key]:
    """The shares that a replacement deletes first: another name may come to declare them."""
    first = {share.name: share.key for share in seen.program.shares if share.delete_first}
    for record in seen.before.records:
        if record.kind == SHARE and record.key != first.get(record.name, record.key):
            yield record.key


def _updated(seen: Seen) -> Iterator[tuple[Share, Record]]:
    """The shares that the command updates, with their records before it."""
    if seen.command.verb != "up":
        return
    for share in seen.program.shares:
        record = seen.before.live(share.resource().urns)
        is_forced = share.name in map(name_of, seen.command.replaces)
        if not seen.command.covers(share.name) or is_forced:
            continue
        if record is not None and record.key == share.key and not record.mark:
            yield share, record


def _posts(entry: Entry, key: Key) -> bool:
    return entry.endpoint == "POST agencies" and written(entry) == key


_RULES: tuple[Callable[[Seen, Ledger], Iterator[str]], ...] = (
    nothing_is_forgotten,
    state_holds_what_is_declared,
    what_is_declared_keeps_its_access,
    what_is_no_target_keeps_its_access,
    nothing_is_given_after_its_last_day,
    looking_writes_nothing,
    foreign_access_stays,
    nobody_is_invited_again,
    a_changed_resend_asks_again,
    nothing_secret_is_printed,
    the_state_is_true,
    each_method_keeps_its_rules,
    meta_has_what_is_declared,
    reviewed.each_write_has_a_line,
    reviewed.each_record_that_leaves_has_a_row,
    reviewed.what_a_review_promises_is_at_meta,
)
