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
from typing import TYPE_CHECKING

from metapixel_provider.errors import RefusedError, one_line
from metapixel_provider.graph.reads import digest
from metapixel_provider.process.journal import DECLARED
from metapixel_provider.sharing.contract import Declarations, Notice

if TYPE_CHECKING:
    from metapixel_provider.process.journal import Journal
    from metapixel_provider.sharing.contract import Properties


_TASKS = "permitted_tasks"


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
    yet. Of a resource that another process declares, it contains only the tasks. `deleted` is True
    if this run deleted another record of the resource.
    """

    unwritten: Properties | None
    deleted: bool = False


class Claims(Declarations):
    """The claims of one run, by the name of the resource and its id.

    All plugin processes of the run share the claims through a journal. Of inputs and outputs, it
    contains only declared tasks. Without a journal, the run has only this process.
    """

    def __init__(self, journal: Journal | None = None) -> None:
        self._journal = journal
        # What all processes know, by the digest of the resource.
        self._claims: defaultdict[str, Claim] = defaultdict(lambda: Claim.NONE)
        #: The digests of the URNs that declare the resources, and the declared tasks.
        self._urns: dict[str, tuple[str, Sequence[str]]] = {}
        self._was_read: set[str] = set()
        self._ended: set[str] = set()
        #: The records that this run deleted. The state may have two records of a resource.
        self._deleted: set[str] = set()
        # What only this process knows.
        self._declared: dict[tuple[str, str], tuple[Properties, str]] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        #: The declared resources that the state has under the same name, so that a creation is a
        #: replacement. One process checks and creates a resource.
        self._recorded: set[tuple[str, str]] = set()
        self._read: dict[tuple[str, str], Properties] = {}
        self._due: set[tuple[str, str]] = set()
        #: The records that a refresh dropped, because Meta lacks the access.
        self._absent: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._any_failed = False
        #: Called with the digests of the keys of data that another process has written.
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
        with self._holding(kind, key) as id_:
            if self._urns.get(id_, (digest(urn),))[0] != digest(urn):
                _, other = self._declared.get((kind, key), ({}, ""))
                return another_declares(key, other)
            self._record(DECLARED, id_, digest(urn), *_tasks(inputs))
            self._declared[kind, key] = inputs, urn
            if is_recorded:
                self._recorded.add((kind, key))
        return ""

    def is_declared(self, resource: str, key: str) -> bool:
        self._catch_up()
        return _id(resource, key) in self._urns

    def every(self, resource: str) -> Sequence[Properties]:
        found = list(self._declared.items())
        return [inputs for (name, _), (inputs, _) in found if name == resource]

    def is_recorded(self, resource: str, key: str) -> bool:
        return (resource, key) in self._recorded

    def was_due(self, resource: str, key: str) -> bool:
        return (resource, key) in self._due

    def found_due(self, kind: str, key: str) -> None:
        """Record that the next update of a resource reads or writes."""
        self._due.add((kind, key))

    def ended(self, resource: str, key: str) -> bool:
        self._catch_up()
        return _id(resource, key) in self._ended

    def absent(self, kind: str, key: str) -> None:
        """Record that a refresh did not find a resource of the state."""
        self._absent.add((kind, key))

    def is_absent(self, kind: str, key: str | None) -> bool:
        """Return whether a refresh in this process did not find a resource of the state."""
        return (kind, key) in self._absent

    def read(self, kind: str, key: str, outputs: Properties) -> bool:
        """Record the outputs of a refresh. Return whether this run already read the resource."""
        with self._holding(kind, key) as id_:
            is_second = id_ in self._was_read
            self._record("read", id_)
            self._read[kind, key] = outputs
        return is_second

    def as_read(self, kind: str, key: str | None) -> Properties | None:
        """Return the outputs of the last refresh in this run, until the resource is deleted.

        They are empty if another process refreshed the resource.
        """
        self._catch_up()
        is_read = key is not None and _id(kind, key) in self._was_read
        return self._read.get((kind, key or ""), {}) if is_read else None

    def wrote(self, digests: Sequence[str]) -> None:
        """Tell the other processes that their reads of these keys are no longer valid."""
        if self._journal is not None:
            self._journal.append("wrote", *digests)

    def close(self) -> None:
        """End the use of the journal, at the end of the operation."""
        if self._journal is not None:
            self._journal.close()

    @contextmanager
    def writing(self, kind: str, key: str | None) -> Iterator[Claim]:
        """Block deletions of a resource while it is created or updated.

        Yields the resource's progress before the write. If it is `INHERITED` or `DONE`, the
        existing share or permission belongs to this program.
        """
        if key is None:
            yield Claim.NONE
            return
        with self._holding(kind, key) as id_:
            try:
                yield self._claims[id_]
            except BaseException:
                self._record(Claim.FAILED, id_)
                raise
            self._record(Claim.DONE, id_)

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
        with self._holding(kind, key) as id_:
            claim = self._claims[id_]
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
                self._record(Claim.INHERITED, id_)
            unwritten = claim in (Claim.DECLARED, Claim.INHERITED)
            record = digest(f"{id_} {request_id}")
            deleted = claim is Claim.NONE and record in self._deleted
            delete = claim is Claim.NONE and not deleted
            yield None if delete else Kept(self._inputs(kind, key) if unwritten else None, deleted)
            if delete:
                self._record("ended", id_, record)

    def _inputs(self, kind: str, key: str) -> Properties:
        """Return the declared inputs that this process knows."""
        if (kind, key) in self._declared:
            return self._declared[kind, key][0]
        _, tasks = self._urns[_id(kind, key)]
        return {_TASKS: list(tasks)} if tasks else {}

    @contextmanager
    def _holding(self, kind: str, key: str) -> Iterator[str]:
        """Hold a resource, and yield its digest."""
        id_ = _id(kind, key)
        with self._lock:
            lock = self._locks[id_]
        with lock:
            if self._journal is None:
                yield id_
                return
            with self._journal.holding(id_):
                self._catch_up()
                yield id_

    def _catch_up(self) -> None:
        for word, digests in self._journal.news() if self._journal is not None else ():
            self._apply(word, *digests)

    def _record(self, word: str, *digests: str) -> None:
        """Apply a word, and tell the other processes."""
        self._apply(word, *digests)
        if self._journal is not None:
            self._journal.append(word, *digests)

    def _apply(self, word: str, *digests: str) -> None:
        match word, digests:
            case "declared", (id_, urn, *tasks):
                self._urns[id_] = urn, tasks
                if self._claims[id_] is Claim.NONE:
                    self._claims[id_] = Claim.DECLARED
            case ((Claim.INHERITED | Claim.DONE | Claim.FAILED), (id_,)):
                self._claims[id_] = Claim(word)
                self._any_failed |= word == Claim.FAILED
            case "read", (id_,):
                self._was_read.add(id_)
            case "ended", (id_, record):
                self._ended.add(id_)
                self._deleted.add(record)
                self._was_read.discard(id_)
            case "wrote", _:
                self.others_wrote(digests)


def _id(kind: str, key: str) -> str:
    return digest(f"{kind} {key}")


def _tasks(inputs: Properties) -> Sequence[str]:
    """Return the declared tasks. They are no secret, because a check accepts only Meta's words."""
    found = inputs.get(_TASKS)
    return [str(each) for each in found] if isinstance(found, list) else []


def another_declares(key: str, urn: str) -> str:
    """Return the reason why a resource cannot be declared a second time.

    `urn` is the URN of the first declaration. It is empty for a dynamic provider, which does not
    know URNs, and if another process of the plugin knows it.
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
