"""The import, which writes the program, then the state, and then proves both with a preview.

If a step fails or is interrupted, all earlier steps are undone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from metapixel_cli import files
from metapixel_cli.exits import uninterrupted
from metapixel_cli.grants.listed import ListedAccess
from metapixel_cli.importing.entries import (
    Entry,
    ProgramAccess,
    declared,
    new_entries,
    urns_in,
    with_entries,
)
from metapixel_cli.importing.selection import NotImported, Selection
from metapixel_cli.importing.targets import Draft, Drafting
from metapixel_cli.stacks import pulumi
from metapixel_cli.stacks.engine import name_of
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.plan import Plan

_NOT_DECLARED = "the program does not declare it"
_BLOCKED = "it depends on a resource that does not exist yet"


@dataclass(frozen=True)
class ImportResult:
    """The result of an import into a stack.

    `urns` maps the ids of imported resources to the URNs in the state. A dry run has no URN for
    access that no program declares yet. `reasons` are those why other resources are not imported,
    by their ids. `draft` is the file that was written, or that would be written.
    """

    stack: str
    dry_run: bool
    selection: Selection
    urns: Mapping[str, str]
    reasons: Mapping[str, str]
    draft: Draft | None = None

    @property
    def is_complete(self) -> bool:
        """True if everything was read, and all selected access is imported or managed."""
        gaps = self.selection.unread or any(each.is_gap for each in self.not_imported)
        return not (self.drafted or gaps)

    @property
    def not_imported(self) -> list[NotImported]:
        access, reasons = self.selection.access, self.reasons.items()
        others = [NotImported(access[id_].title, reason) for id_, reason in reasons]
        return [*self.selection.left_out, *others]

    @property
    def imported(self) -> list[ListedAccess]:
        return [self.selection.access[id_] for id_ in self.urns]

    @property
    def drafted(self) -> list[ListedAccess]:
        """The access that is not imported, because only the file declares it."""
        known = {*self.urns, *self.reasons}
        return [each for each in self.selection.access.values() if each.id not in known]


@dataclass(frozen=True)
class Import:
    """An import into a stack, whose project is in the folder `cwd`.

    `draft` makes the content of the `file`, if there is one. `progress` gets sentences about the
    present step. `undone` gets a sentence about each step that was undone after an error or an
    interruption.
    """

    stack: str
    cwd: Path
    file: Path | None
    draft: Drafting | None
    progress: Callable[[str], None]
    undone: list[str]
    dry_run: bool = False

    def run(self, selection: Selection, before: bytes) -> ImportResult:
        """Import the selection, or raise MetaPixelError. `before` is the exported state so far."""
        if not selection.access:
            return ImportResult(self.stack, self.dry_run, selection, {}, {})
        plan = self._present_plan()
        declared_now = declared(plan, selection)
        undeclared = selection.only(declared_now.undeclared)
        draft, left_out = self._new_file(undeclared, {*plan, *urns_in(before)})
        drafted = sorted(declared_now.undeclared.difference(left_out))
        if self.dry_run:
            urns = {outcome.id: urn for urn, outcome in declared_now.access.items()}
            # The import would have the drafted access too, whose URNs are not known yet.
            urns |= dict.fromkeys(drafted, "")
            reasons = _reasons(declared_now, urns, left_out, drafted)
            return ImportResult(self.stack, self.dry_run, selection, urns, reasons, draft)
        # With the new file, the program may declare more.
        declared_then, urns = self._write(draft, plan, selection, before)
        reasons = _reasons(declared_then, urns, left_out, drafted)
        return ImportResult(self.stack, self.dry_run, selection, urns, reasons, draft)

    def _new_file(
        self, undeclared: Selection, urns: Collection[str]
    ) -> tuple[Draft | None, Mapping[str, str]]:
        """Return the draft of a file, or None, and the reasons why it does not declare access."""
        ids = undeclared.access.keys()
        if self.draft is None or not ids:
            return None, dict.fromkeys(ids, _NOT_DECLARED)
        draft = self.draft(undeclared, urns)
        declares_nothing = ids <= draft.left_out.keys()
        return None if declares_nothing else draft, draft.left_out

    def _write(
        self, draft: Draft | None, plan: Plan, selection: Selection, before: bytes
    ) -> tuple[ProgramAccess, dict[str, str]]:
        """Write the file and the state, and prove them with a preview, or undo all of this.

        Return what the program declares, and the URNs of what is imported, by resource id.
        """
        with ExitStack() as undo:
            if draft is not None and draft.text:
                plan = self._plan_with_file(draft, undo)
            found = declared(plan, selection)
            new = new_entries(plan, urns_in(before), found.access)
            # The other new entries are of components and providers.
            urns = {found.access[urn].id: urn for urn in new if urn in found.access}
            if urns:
                self._record(new, before, undo)
            # The import is complete: an interruption up to here undoes all of it, a later one none.
            with uninterrupted():
                undo.pop_all()
                self.undone.append("The import was already complete, so nothing was undone.")
        return found, urns

    def _plan_with_file(self, draft: Draft, undo: ExitStack) -> Plan:
        """Write the file, and return the plan of the program with it."""
        undo.callback(self._remove_file, draft)
        files.write({draft.path: draft.text}, force=False)
        return self._preview("Previewing the new program")

    def _present_plan(self) -> Plan:
        try:
            return self._preview("Previewing the present program")
        except StackError:
            # The program may already use the module or the file, which does not exist yet.
            if self.file is None or self.file.exists():
                raise
            return {}

    def _preview(self, title: str) -> Plan:
        self.progress(f"{title} of stack {self.stack}")
        return pulumi.preview(self.stack, self.cwd)

    def _record(self, new: Mapping[str, Entry], before: bytes, undo: ExitStack) -> None:
        """Write the new entries into the state, and prove that a preview plans no change."""
        self.progress(f"Writing the state of stack {self.stack}")
        with uninterrupted():
            if pulumi.export(self.stack, self.cwd) != before:
                raise StackError(
                    f"Another command has changed the state of stack {self.stack} meanwhile; run "
                    f"the import again"
                )
            # It has no item until the import has written the state.
            written: list[bytes] = []
            undo.callback(self._restore_state, before, written)
            after = with_entries(before, new.values())
            pulumi.write_state(self.stack, after, self.cwd)
            written.append(pulumi.export(self.stack, self.cwd))
        plan = self._preview("Proving that a preview plans no change")
        steps = {urn: plan[urn].steps if urn in plan else ("none",) for urn in new}
        # The engine's step for a resource without a change is `same`.
        changed = [urn for urn in new if steps[urn] != ("same",)]
        if changed:
            first = changed[0]
            raise StackError(
                f"After the import, a preview plans to change {len(changed)} of {len(new)} "
                f"imported resources, for example '{name_of(first)}' ({', '.join(steps[first])})"
            )

    def _restore_state(self, before: bytes, written: Collection[bytes]) -> None:
        """Restore the state, unless another command may have changed it meanwhile.

        `written` has the state after the import. It is empty if Pulumi failed before it was read.
        """
        with uninterrupted():
            self.progress(f"Restoring the former state of stack {self.stack}")
            try:
                present = pulumi.export(self.stack, self.cwd)
                if present == before:
                    return
                if present in written:
                    pulumi.write_state(self.stack, before, self.cwd)
                    self.undone.append(f"The former state of stack {self.stack} was restored.")
                    return
                why = "another command may have changed it meanwhile"
            except StackError as error:
                why = f"Pulumi failed: {error}"
            self.undone.append(
                f"The state of stack {self.stack} was not restored, because {why}. It may contain "
                f"the imported resources, so compare it with an older version."
            )

    def _remove_file(self, draft: Draft) -> None:
        """Remove the new file, unless somebody has changed it meanwhile."""
        with uninterrupted():
            try:
                if draft.path.exists() and draft.path.read_bytes() == draft.text.encode():
                    draft.path.unlink()
                    self.undone.append(f"The new file {draft.path} was removed.")
            except OSError as error:
                self.undone.append(f"The new file {draft.path} was not removed: {error}.")


def _reasons(
    found: ProgramAccess,
    imported: Collection[str],
    left_out: Mapping[str, str],
    drafted: Collection[str],
) -> dict[str, str]:
    """Return the reasons why access is neither imported nor in the new file, by resource id."""
    reasons = dict(found.differing)
    for id_ in sorted(found.undeclared.difference(drafted)):
        reasons[id_] = left_out.get(id_, _NOT_DECLARED)
    for outcome in found.access.values():
        if outcome.id not in imported:
            reasons[outcome.id] = _BLOCKED
    return reasons
