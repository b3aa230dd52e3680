"""The resources that the program declares in this run, so that a rename deletes none of them.

After a rename, the engine creates the resource with the new name before it deletes the resource
with the old name. Both resources are the same share at Meta. In a replacement that deletes first,
the order is reversed.

Only `check` records a declaration, because the engine calls it only for resources that the program
registers. During a refresh, the engine also calls `diff` for resources that are no longer declared.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace

from metapixel_provider.errors import RefusedError
from metapixel_provider.process.journal import ABSENT, DECLARED, READ, Journal
from metapixel_provider.sharing.contract import Declarations, Known, Notice, OlderRecord, Properties
from metapixel_provider.texts import digest, one_line

_TASKS = "permitted_tasks"
#: A resource was created, adopted or updated, or this failed.
DONE, FAILED = "done", "failed"


@dataclass
class Claimed(Known):
    """What is known about a resource in this run. `id` is a digest."""

    id: str = ""
    #: DONE or FAILED, or empty before its creation or update ends.
    last_write: str = ""
    #: The digest of the URN that declares the resource, and the declared tasks.
    urn_digest: str = ""
    tasks: Sequence[str] = ()
    #: The record that this run dropped, or refreshed and kept.
    older: OlderRecord | None = None
    #: A refresh of this run did not find the resource, which the state contains.
    is_absent: bool = False
    #: The records that this run deleted. The state may have two records of a resource.
    deleted: set[str] = field(default_factory=set)

    # What only this process knows. One process checks and creates a resource.
    lock: threading.Lock = field(default_factory=threading.Lock)
    kind: str = ""
    inputs: Properties | None = None
    declared_by: str = ""

    def has_deleted(self, request_id: str) -> bool:
        """Return whether this run has deleted a record with this sharing request."""
        return digest(request_id) in self.deleted

    def declared_inputs(self, recorded: Properties) -> Properties:
        """Return the declared inputs. Of another process, only the declared tasks are known."""
        if self.inputs is not None:
            return self.inputs
        if not self.tasks:
            return recorded
        return {**recorded, _TASKS: list(self.tasks)}


class Claims(Declarations):
    """The claims of one run.

    All plugin processes of the run share the claims through a journal. Of inputs and outputs, it
    contains only declared tasks. Without a journal, the run has only this process. `others_wrote`
    is called with the digests of the keys of data that another process has written.
    """

    def __init__(
        self,
        journal: Journal | None = None,
        others_wrote: Callable[[Sequence[str]], None] = lambda _: None,
    ) -> None:
        self._journal = journal
        self._others_wrote = others_wrote
        self._resources: dict[str, Claimed] = {}
        self._any_failed = False

    def of(self, resource: str, key: str) -> Claimed:
        self._catch_up()
        id_ = digest(f"{resource} {key}")
        return self._resources.setdefault(id_, Claimed(id=id_))

    def every(self, resource: str) -> Sequence[Properties]:
        claimed = [each for each in list(self._resources.values()) if each.kind == resource]
        return [each.inputs for each in claimed if each.inputs is not None]

    def declare(
        self, kind: str, key: str, inputs: Properties, urn: str = "", is_recorded: bool = False
    ) -> str:
        """Declare a resource. Return why this is refused if another URN declares it, or else ""."""
        urn_digest = digest(urn)
        # Other processes get only the tasks, which `declared_inputs` needs there. The tasks are no
        # secret, because a check accepts only Meta's words.
        tasks = inputs.get(_TASKS)
        if not isinstance(tasks, list):
            tasks = []
        with self._locking(kind, key) as known:
            is_declared_elsewhere = known.is_declared and known.urn_digest != urn_digest
            if is_declared_elsewhere:
                return _declared_twice(key, known.declared_by)
            self._record(DECLARED, known, urn_digest, *map(str, tasks))
            known.kind, known.inputs, known.declared_by = kind, inputs, urn  # For this process.
            known.is_recorded |= is_recorded
        return ""

    def record_read(self, kind: str, key: str, outputs: Properties) -> bool:
        """Record the outputs of a refresh. Return whether this run already read the resource."""
        with self._locking(kind, key) as known:
            is_second = known.older is not None
            known.older = replace(known.older or OlderRecord({}), outputs=outputs)
            self._record(READ, known)
        return is_second

    def record_absence(self, kind: str, key: str) -> None:
        """Record that a refresh did not find a resource which the state contains."""
        with self._locking(kind, key) as known:
            self._record(ABSENT, known)

    @contextmanager
    def writing(self, kind: str, key: str) -> Iterator[Claimed]:
        """Block deletions of a resource while it is created or updated. Yield it as it was."""
        with self._locking(kind, key) as known:
            try:
                yield known
            except BaseException:
                self._record(FAILED, known)
                raise
            self._record(DONE, known)

    @contextmanager
    def deleting(self, kind: str, key: str, request_id: str = "") -> Iterator[Claimed]:
        """Block creations and updates of a resource while one of its records is deleted.

        Raises RefusedError if it is not known whether the program declares the resource. Yields the
        resource otherwise. If the program declares it, only this record is dropped. If not, the
        caller ends the access, unless this run `has_deleted` a record with the same sharing
        request, whose id is `request_id`. Each other request has to be withdrawn.
        """
        with self._locking(kind, key) as known:
            self._refuse_if_unclear(known, key)
            if known.is_declared and known.last_write != DONE:
                # The access stays for the declaration with the other name, which inherits it.
                self._record("inherited", known)
            yield known
            if not known.is_declared:
                self._record("ended", known, digest(request_id))

    def _refuse_if_unclear(self, known: Claimed, key: str) -> None:
        """Refuse a deletion if a declaration of the resource may be unknown, or has failed."""
        if self._journal is not None and self._journal.has_losses():
            raise RefusedError(
                f"{key} was not deleted, because a process of the plugin ended early and it is "
                f"not known whether the program declares {key}; run `pulumi up` again"
            )
        # With `--continue-on-error`, the engine deletes resources although another resource failed.
        # It does not pass resources that depend on the failed resource to the provider.
        is_kept = known.is_declared and known.last_write != FAILED
        if self._any_failed and not is_kept:
            raise RefusedError(
                f"{key} was not deleted, because another resource failed and the program may "
                f"declare {key} under another name; resolve the other error and run "
                f"`pulumi up` again"
            )

    @contextmanager
    def _locking(self, kind: str, key: str) -> Iterator[Claimed]:
        """Hold a resource, so that no other thread and no other process can."""
        known = self.of(kind, key)
        among_processes = self._journal.locking(known.id) if self._journal else nullcontext()
        with known.lock, among_processes:
            self._catch_up()
            yield known

    def _catch_up(self) -> None:
        """Apply the words that other processes have written."""
        if self._journal is None:
            return
        for word, digests in self._journal.new_words():
            if word == "wrote":
                self._others_wrote(digests)
                continue
            # The first digest is the resource's, and a declaration also has one of its URN.
            least = 2 if word == DECLARED else 1
            if len(digests) >= least:  # On a full disk, a process can omit digests.
                id_, *others = digests
                self._apply(word, self._resources.setdefault(id_, Claimed(id=id_)), others)

    def _record(self, word: str, known: Claimed, *digests: str) -> None:
        """Apply a word about a resource, and tell the other processes."""
        self._apply(word, known, digests)
        if self._journal is not None:
            self._journal.append(word, [known.id, *digests])

    def _apply(self, word: str, known: Claimed, digests: Sequence[str]) -> None:
        """Record the effect of a word on what is known about a resource."""
        match word:
            case "declared":
                known.is_declared = True
                known.urn_digest, *known.tasks = digests
            case "inherited":
                # The state drops the record. Its outputs are known if this process refreshed it.
                known.older = replace(known.older or OlderRecord({}), is_dropped=True)
            case "done":
                known.last_write, known.older = DONE, None
            case "failed":
                known.last_write, self._any_failed = FAILED, True
            case "read":
                known.was_refreshed = True
                # A process that did not read the record itself does not know its outputs.
                known.older = known.older or OlderRecord({})
            case "absent":
                known.is_absent = known.was_refreshed = True
            case "ended":
                known.has_ended, known.older = True, None
                known.deleted.update(digests)


def _declared_twice(key: str, declared_by: str) -> str:
    """Refuse a second declaration. The URN of the first is empty if another process declares it."""
    name = one_line(declared_by.rpartition("::")[2], 80)
    first = f"'{name}'" if name else "another resource"
    return (
        f"{first} also declares {key}: keep only one of the two, because each would undo the "
        f"changes of the other"
    )


def created_again(kind: str, key: str) -> Notice:
    return Notice(
        f"Meta no longer has {kind} {key}, although the state contained it: somebody may have "
        f"removed it by hand, and `pulumi up` creates it again unless you remove it from the "
        f"program"
    )


def two_records_read(key: str) -> Notice:
    return Notice(
        f"The state has two records of {key}, for example after a rename. A run with --target or "
        f"--exclude that removes one of them ends the access, and the other record does not show "
        f"this; run `pulumi up` without these options, which drops the record that the program no "
        f"longer declares."
    )


def two_records_deleted(key: str) -> Notice:
    text = f"The state had two records of {key}. Both were removed, and their access has ended."
    return Notice(text)
