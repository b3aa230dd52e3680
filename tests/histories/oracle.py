"""The verdict on one command, and on the end of a history.

It compares the simulator's world with the text of the programs. Of the engine's state it knows the
names alone, and of the provider nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from metapixel_simulator.request_log import Entry
from tests.histories.declarations import Program
from tests.histories.estate import TOKENS, Key, named
from tests.histories.history import Command
from tests.histories.ledger import Held, Ledger
from tests.histories.meta import Meta


@dataclass(frozen=True)
class Seen:
    """What one command did. `held` is by names of the state, before and after it."""

    command: Command
    program: Program
    before: Meta
    after: Meta
    writes: list[Entry]
    names: set[str]
    held_before: Held
    known_refusals: set[Key]
    output: str
    state: str
    ended_well: bool
    killed: bool

    @property
    def whole(self) -> bool:
        """Whether the program was applied, or everything destroyed, and that ended well."""
        return self.ended_well and not self.command.targets and self.command.verb != "refresh"


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


def what_is_declared_keeps_its_access(seen: Seen, ledger: Ledger) -> Iterator[str]:
    declared = set(seen.program.keys.values())
    if seen.command.targets:
        # On a rename a target deletes the old name and creates nothing.
        kept = [keys for keys in ledger.held.values() if len(keys) == 1]
        declared = set().union(*kept) if seen.ended_well else set()
    if seen.command.verb != "up":
        return
    for key in declared:
        share = seen.program.share(key)
        if share is not None and share.option("allow_reshare"):
            continue
        if (found := seen.before.access(key)) and not seen.after.access(key):
            yield f"{found}: was lost, although it is declared"
        elif any(_deletes(entry, key) for entry in seen.writes):
            yield f"a DELETE was sent for the {named(key)}, which is declared"


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
        if token in seen.output:
            yield "the output contains a token"
        if token in seen.state:
            yield "the state contains a token"
    if "Traceback" in seen.output and not seen.killed:
        yield "the output contains a traceback"


_RULES: tuple[Callable[[Seen, Ledger], Iterator[str]], ...] = (
    what_is_removed_is_removed,
    state_holds_what_is_declared,
    what_is_declared_keeps_its_access,
    refresh_writes_nothing,
    foreign_access_stays,
    nobody_is_invited_again,
    nothing_secret_is_printed,
)


def differs_from_the_program(meta: Meta, program: Program, ledger: Ledger) -> list[str]:
    """What differs once nothing goes wrong any more and an `up --refresh` ended well."""
    wrong = []
    for share in program.shares:
        request = meta.waiting(share.key)
        waiting = frozenset(request.pixels[share.pixel]) if request else None
        found = meta.active(share.key) or waiting
        if found is None and ledger.refusals.forgiven(program, share.key):
            continue
        if found != frozenset(share.tasks):
            there = meta.access(share.key) or f"{named(share.key)}: does not exist"
            wrong.append(f"{there}; {share.name} declares {', '.join(sorted(share.tasks))}")
    declared = program.keys
    for permission in program.permissions:
        key = declared[permission.name]
        if meta.active(key) is not None and not meta.access(key):
            wrong.append(f"{named(key)}: missing, {permission.name} declares it")
    for key in ledger.declared - set(declared.values()) - ledger.excused:
        if left := meta.access(key):
            wrong.append(f"{left}: exists, and the program does not declare it")
    return wrong


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
