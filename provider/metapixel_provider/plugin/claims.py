"""The resources that the program declares in this run, so that a rename deletes none of them.

After a rename, the engine creates the resource with the new name before it deletes the resource
with the old name. Both resources are the same share at Meta. In a replacement that deletes first,
the order is reversed.

Only `check` records a declaration, because the engine calls it only for resources that the program
registers. During a refresh, the engine also calls `diff` for resources that the program no longer
declares.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import RefusedError, one_line
from metapixel_provider.sharing.contract import Declarations, Notice

if TYPE_CHECKING:
    from metapixel_provider.plugin.journal import Journal
    from metapixel_provider.sharing.contract import Properties


class Claim(StrEnum):
    """The progress of a declared resource in this run."""

    NONE = "none"

    DECLARED = "declared"
    """The resource is declared, but this run has not created or updated it yet."""

    INHERITED = "inherited"
    """The resource is declared, and its deletion under an older name was skipped."""

    DONE = "done"
    """The resource was created, adopted or updated."""

    FAILED = "failed"
    """The resource is declared, but its creation or update failed."""


@dataclass(frozen=True)
class Kept:
    """A resource that must not be deleted: it is declared, or it was already deleted in this run.

    `unwritten` contains the declared inputs if this run has not created or updated the resource
    yet. `deleted` is True if this run deleted another record of the resource.
    """

    unwritten: Properties | None
    deleted: bool = False


class Claims(Declarations):
    """The claims of one run, by the name of the resource and its id.

    All plugin processes of the run share the claims through a journal. Without a journal, the run
    has only this process.
    """

    def __init__(self, journal: Journal | None = None) -> None:
        self._journal = journal
        self._claims: defaultdict[tuple[str, str], Claim] = defaultdict(lambda: Claim.NONE)
        self._declared: dict[tuple[str, str], tuple[Properties, str]] = {}
        self._locks: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)
        #: The records that this run deleted. The state may have two records of a resource.
        self._deleted: set[tuple[str, str, str]] = set()
        #: The declared resources that the state has under the same name, so that a creation is a
        #: replacement.
        self._recorded: set[tuple[str, str]] = set()
        self._read: dict[tuple[str, str], Properties] = {}
        self._due: set[tuple[str, str]] = set()
        #: The records that a refresh in this process dropped, because Meta lacks the access.
        self._absent: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._any_failed = False
        #: Called with the keys of data that another process has written.
        self.others_wrote: Callable[[Sequence[str]], None] = lambda _: None

    def declare(
        self,
        kind: str,
        key: str | None,
        inputs: Properties,
        urn: str = "",
        is_recorded: bool = False,
    ) -> str:
        """Record that the program declares a resource with these inputs.

        `is_recorded` is True if the state has the same resource under the same name.
        If another URN declares the same resource, return the reason for a refusal. Otherwise return
        an empty string.
        """
        if key is None:
            return ""
        if self._journal is not None:
            self._journal.serve()
        with self._holding(kind, key):
            _, other = self._declared.get((kind, key), ({}, urn))
            if other != urn:
                return another_declares(key, other)
            self._record("declared", kind, key, inputs, urn, is_recorded)
        return ""

    def declared(self, resource: str, key: str) -> Properties | None:
        self._catch_up()
        found = self._declared.get((resource, key))
        return found[0] if found else None

    def every(self, resource: str) -> Sequence[Properties]:
        self._catch_up()
        found = list(self._declared.items())
        return [inputs for (name, _), (inputs, _) in found if name == resource]

    def is_recorded(self, resource: str, key: str) -> bool:
        self._catch_up()
        return (resource, key) in self._recorded

    def was_due(self, resource: str, key: str) -> bool:
        self._catch_up()
        return (resource, key) in self._due

    def found_due(self, kind: str, key: str) -> None:
        """Record that the next update of a resource reads or writes."""
        if (kind, key) not in self._due:
            self._record("due", kind, key)

    def ended(self, resource: str, key: str) -> bool:
        self._catch_up()
        return any((kind, id_) == (resource, key) for kind, id_, _ in self._deleted)

    def absent(self, kind: str, key: str) -> None:
        """Record that a refresh did not find a resource of the state."""
        self._absent.add((kind, key))

    def is_absent(self, kind: str, key: str | None) -> bool:
        """Return whether a refresh in this process did not find a resource of the state."""
        return (kind, key) in self._absent

    def read(self, kind: str, key: str, outputs: Properties) -> bool:
        """Record the outputs of a refresh. Return whether this run already read the resource."""
        with self._holding(kind, key):
            is_second = (kind, key) in self._read
            self._record("read", kind, key, outputs)
        return is_second

    def as_read(self, kind: str, key: str | None) -> Properties | None:
        """Return the outputs of the last refresh in this run, until the resource is deleted."""
        self._catch_up()
        return self._read.get((kind, key)) if key else None

    def wrote(self, keys: Sequence[str]) -> None:
        """Tell the other processes that their reads of these keys are no longer valid."""
        if self._journal is not None:
            self._journal.append(["wrote", *keys])

    @contextmanager
    def writing(self, kind: str, key: str | None) -> Iterator[Claim]:
        """Block deletions of a resource while it is created or updated.

        Yields the resource's progress before the write. If it is `INHERITED` or `DONE`, the
        existing share or permission belongs to this program.
        """
        if key is None:
            yield Claim.NONE
            return
        with self._holding(kind, key):
            try:
                yield self._claims[kind, key]
            except BaseException:
                self._record("claim", kind, key, Claim.FAILED)
                raise
            self._record("claim", kind, key, Claim.DONE)

    @contextmanager
    def deleting(self, kind: str, key: str, request_id: str = "") -> Iterator[Kept | None]:
        """Block creations and updates of a resource while it is deleted.

        `request_id` is the id of the sharing request in the record. If two records of a share
        contain different requests, both records are deleted, because both requests have to be
        withdrawn.

        Yields None if the resource has to be deleted. Otherwise yields a `Kept`. Raises
        RefusedError if it is not known whether the resource has to be deleted. In this case, a
        deletion could end declared access, and a removal from the state alone would leave access
        that nobody manages.
        """
        with self._holding(kind, key):
            claim = self._claims[kind, key]
            if self._journal is not None and self._journal.has_losses():
                raise RefusedError(
                    f"{key} was not deleted, because a process of the plugin ended early and it is "
                    f"not known whether the program declares {key}; run `pulumi up` again"
                )
            if claim is Claim.FAILED:
                raise RefusedError(
                    f"{key} was not deleted, because the program declares it under another name "
                    f"and the write under that name failed; resolve the other error and run "
                    f"`pulumi up` again"
                )
            if claim is Claim.NONE and self._any_failed:
                # With `--continue-on-error`, the engine deletes resources although another resource
                # failed. The engine does not pass resources that depend on the failed resource to
                # the provider.
                raise RefusedError(
                    f"{key} was not deleted, because another resource failed and the program may "
                    f"declare {key} under another name; resolve the other error and run "
                    f"`pulumi up` again"
                )
            if claim is Claim.DECLARED:
                self._record("claim", kind, key, Claim.INHERITED)
            unwritten = claim in (Claim.DECLARED, Claim.INHERITED)
            declared = self._declared[kind, key][0] if unwritten else None
            record = (kind, key, request_id)
            deleted = claim is Claim.NONE and record in self._deleted
            delete = claim is Claim.NONE and not deleted
            yield None if delete else Kept(declared, deleted)
            if delete:
                self._record("deleted", kind, key, request_id)

    @contextmanager
    def _holding(self, kind: str, key: str) -> Iterator[None]:
        with self._lock:
            lock = self._locks[kind, key]
        with lock:
            if self._journal is None:
                yield
                return
            with self._journal.holding(f"{kind} {key}"):
                self._catch_up()
                yield

    def _catch_up(self) -> None:
        for entry in self._journal.news() if self._journal is not None else ():
            self._apply(*entry)

    def _record(self, event: str, kind: str, key: str, *details: object) -> None:
        """Apply an event, and tell the other processes."""
        self._apply(event, kind, key, *details)
        if self._journal is not None:
            self._journal.append([event, kind, key, *details])

    def _apply(self, event: object, *details: Any) -> None:
        match event, details:
            case "declared", (kind, key, inputs, urn, is_recorded):
                self._declared[kind, key] = inputs, urn
                if is_recorded:
                    self._recorded.add((kind, key))
                if self._claims[kind, key] is Claim.NONE:
                    self._claims[kind, key] = Claim.DECLARED
            case "claim", (kind, key, claim):
                self._claims[kind, key] = Claim(claim)
                self._any_failed |= self._claims[kind, key] is Claim.FAILED
            case "read", (kind, key, outputs):
                self._read[kind, key] = outputs
            case "due", (kind, key):
                self._due.add((kind, key))
            case "deleted", (kind, key, request_id):
                self._deleted.add((kind, key, request_id))
                self._read.pop((kind, key), None)
            case "wrote", keys:
                self.others_wrote(keys)


def another_declares(key: str, urn: str) -> str:
    """Return the reason why a resource cannot be declared a second time.

    `urn` is the URN of the first declaration. It is empty for a dynamic provider, which does not
    know URNs.
    """
    name = one_line(urn.rpartition("::")[2], 80)
    declaring = f"'{name}'" if name else "another resource"
    return (
        f"{declaring} also declares {key}: keep only one of the two, because each would undo the "
        f"changes of the other"
    )


def created_again(kind: str, key: str) -> Notice:
    """Return the notice for a declared resource that a refresh in this run did not find."""
    return Notice(
        f"Meta no longer has {kind} {key}, although the state contained it: somebody may have "
        f"removed it by hand, and `pulumi up` creates it again unless you remove it from the "
        f"program"
    )


def two_records_read(key: str) -> Notice:
    """Return the notice for a refresh in which the state has two records of the same resource."""
    return Notice(
        f"The state has two records of {key}, for example after a rename. A run with --target or "
        f"--exclude that removes one of them ends the access, and the other record does not show "
        f"this; run `pulumi up` without these options, which drops the record that the program no "
        f"longer declares."
    )


def two_records_deleted(key: str) -> Notice:
    return Notice(
        f"The state had two records of {key}. Both were removed, and their access has ended."
    )
