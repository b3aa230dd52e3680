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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from metapixel_provider.errors import RefusedError
from metapixel_provider.sharing.contract import Declarations, Notice

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties


class Claim(Enum):
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
    """The claims of one run, by the name of the resource and its id."""

    def __init__(self) -> None:
        self._claims: defaultdict[tuple[str, str], Claim] = defaultdict(lambda: Claim.NONE)
        self._declared: dict[tuple[str, str], Properties] = {}
        self._locks: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)
        #: The records that this run deleted. The state may have two records of a resource.
        self._deleted: set[tuple[str, str, str]] = set()
        self._lock = threading.Lock()
        self._any_failed = False

    def declare(self, kind: str, key: str | None, inputs: Properties) -> None:
        """Record that the program declares a resource with these inputs."""
        if key is not None:
            with self._holding(kind, key):
                self._declared[kind, key] = inputs
                if self._claims[kind, key] is Claim.NONE:
                    self._claims[kind, key] = Claim.DECLARED

    def declared(self, resource: str, key: str) -> Properties | None:
        return self._declared.get((resource, key))

    def every(self, resource: str) -> Sequence[Properties]:
        found = list(self._declared.items())
        return [inputs for (name, _), inputs in found if name == resource]

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
                self._claims[kind, key] = Claim.FAILED
                self._any_failed = True
                raise
            self._claims[kind, key] = Claim.DONE

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
                self._claims[kind, key] = Claim.INHERITED
            unwritten = claim in (Claim.DECLARED, Claim.INHERITED)
            declared = self._declared.get((kind, key)) if unwritten else None
            record = (kind, key, request_id)
            deleted = claim is Claim.NONE and record in self._deleted
            delete = claim is Claim.NONE and not deleted
            yield None if delete else Kept(declared, deleted)
            if delete:
                self._deleted.add(record)

    @contextmanager
    def _holding(self, kind: str, key: str) -> Iterator[None]:
        with self._lock:
            lock = self._locks[kind, key]
        with lock:
            yield


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
