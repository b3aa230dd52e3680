"""The verdict on one command, and on the end of a history.

It compares the simulator's world with the text of the programs. Of the engine's state it knows the
names alone, and of the provider nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from metapixel_simulator.request_log import Entry
from tests.histories.declarations import Program
from tests.histories.estate import TOKENS, Key, named
from tests.histories.ledger import Ledger
from tests.histories.meta import Meta
from tests.histories.seen import Seen
from tests.support import tracebacks


def judge(seen: Seen, ledger: Ledger) -> list[str]:
    """What is wrong after a command, in words."""
    return [wrong for rule in _RULES for wrong in rule(seen, ledger)]


def what_is_removed_is_removed(seen: Seen, ledger: Ledger) -> Iterator[str]:
    if not seen.ended_well:
        return
    held = set().union(*ledger.held.values())
    for name, keys in seen.held_before.items():
        for key in keys - held - ledger.excused:
            if found := seen.after.access(key):
                yield f"{found}: still exists, and the state does not hold it any more (was {name})"


def state_holds_what_is_declared(seen: Seen, _: Ledger) -> Iterator[str]:
    if seen.whole:
        names = seen.program.names if seen.command.verb == "up" else set()
        if seen.names != names:
            yield f"the state holds {sorted(seen.names)}, the program declares {sorted(names)}"


def what_is_declared_keeps_its_access(seen: Seen, _: Ledger) -> Iterator[str]:
    if seen.command.verb != "up" or seen.command.targets:
        return
    for key in seen.program.keys.values():
        share = seen.program.share(key)
        if share is not None and share.option("allow_reshare"):
            continue
        if (found := seen.before.access(key)) and not seen.after.access(key):
            yield f"{found}: was lost, although it is declared"
        elif any(_deletes(entry, key) for entry in seen.writes):
            yield f"a DELETE was sent for the {named(key)}, which is declared"


def what_is_no_target_keeps_its_access(seen: Seen, ledger: Ledger) -> Iterator[str]:
    """On a rename a target deletes the old name and creates nothing.

    The permissions of a target depend on it.
    """
    targeted = set().union(*(seen.held_before.get(name, set()) for name in seen.command.targets))
    for name, keys in ledger.held.items():
        if not seen.command.covers(name) and len(keys) == 1:
            for key in keys - targeted:
                if key[:2] in targeted:
                    continue
                if (found := seen.before.access(key)) and not seen.after.access(key):
                    yield f"{found}: was lost, although {name} is not a target"


def refresh_writes_nothing(seen: Seen, _: Ledger) -> Iterator[str]:
    if seen.command.verb == "refresh":
        for entry in seen.writes:
            yield f"a refresh sent {entry.method} {entry.path} {entry.params}"


def foreign_access_stays(seen: Seen, ledger: Ledger) -> Iterator[str]:
    for key in (seen.before.keys() | seen.after.keys()) - ledger.declared:
        before, after = seen.before.access(key), seen.after.access(key)
        if len(key) == 3 and seen.before.active(key) and not seen.after.active(key):
            continue  # Meta ends the permissions of a share with it.
        if before != after and not _accepted_by_the_program(seen, key, ledger):
            yield f"access that nobody declared: before {before or None!r}, after {after or None!r}"


def nobody_is_invited_again(seen: Seen, _: Ledger) -> Iterator[str]:
    for key in seen.known_refusals:
        if any(_posts(entry, key) for entry in seen.writes):
            yield f"{named(key)}: asked again although the request was declined or canceled"


def nothing_secret_is_printed(seen: Seen, _: Ledger) -> Iterator[str]:
    for token in TOKENS:
        if token in seen.run.output:
            yield "the output contains a token"
        if token in seen.state:
            yield "the state contains a token"
    if tracebacks.is_shown(seen.run.output) and not seen.killed:
        yield "the output contains a traceback"


def meta_has_what_is_declared(seen: Seen, ledger: Ledger) -> Iterator[str]:
    """Unless something went wrong, or people changed it and the command did not look."""
    if seen.applied:
        unknown = set() if seen.looked else ledger.touched
        yield from differences(seen.before, seen.after, seen.program, ledger, unknown)


def differences(
    before: Meta, after: Meta, program: Program, ledger: Ledger, unknown: set[Key]
) -> Iterator[str]:
    """The differences between Meta and a program that was applied, except in what is `unknown`.

    A permission that found no share `before` may still wait for it.
    """
    for share in program.shares:
        if share.key in unknown:
            continue
        request = after.waiting(share.key)
        waiting = frozenset(request.pixels[share.pixel]) if request else None
        found = after.active(share.key) or waiting
        if found is None and ledger.refusals.forgiven(program, share.key):
            continue
        if waiting and share.key in ledger.tasks_unknown:
            continue
        if found is not None:
            found -= ledger.may_be_metas_own[share.key] - set(share.tasks)
        if found != frozenset(share.tasks):
            there = after.access(share.key) or f"{named(share.key)}: does not exist"
            yield f"{there}; {share.name} declares {', '.join(sorted(share.tasks))}"
    declared = program.keys
    for permission in program.permissions:
        key = declared[permission.name]
        shared = before.active(key) and after.active(key)
        if shared and key not in unknown | ledger.ended_unseen and not after.access(key):
            yield f"{named(key)}: does not exist; {permission.name} declares it"
    for key in ledger.declared - set(declared.values()) - ledger.excused - unknown:
        if left := after.access(key):
            yield f"{left}: exists, and the program does not declare it"


def _deletes(entry: Entry, key: Key) -> bool:
    return entry.method == "DELETE" and _key(entry) == key


def _posts(entry: Entry, key: Key) -> bool:
    return entry.endpoint == "POST agencies" and _key(entry) == key


def _key(entry: Entry) -> Key:
    account = entry.params.get("account_id") or entry.params.get("ad_account")
    return tuple(filter(None, (entry.pixel, entry.business, account)))


def _accepted_by_the_program(seen: Seen, key: Key, ledger: Ledger) -> bool:
    """Whether a response of the program accepted the request that held this share too."""
    request = seen.before.waiting(key)
    if request is None or seen.after.requests[request.id].status != "APPROVE":
        return False
    answered = {response.share for response in seen.program.responses}
    shares = {share.key for share in seen.program.shares if share.name in answered}
    return bool(shares & ledger.asked[request.id])


_RULES: tuple[Callable[[Seen, Ledger], Iterator[str]], ...] = (
    what_is_removed_is_removed,
    state_holds_what_is_declared,
    what_is_declared_keeps_its_access,
    what_is_no_target_keeps_its_access,
    refresh_writes_nothing,
    foreign_access_stays,
    nobody_is_invited_again,
    nothing_secret_is_printed,
    meta_has_what_is_declared,
)
