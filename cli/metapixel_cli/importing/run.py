"""The import, which writes the program, then the state, and then proves both with a preview.

If a step fails or is interrupted, all earlier steps are undone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from metapixel_cli import files
from metapixel_cli.grants.listed import ListedAccess
from metapixel_cli.importing.entries import Entries, ProgramAccess, declared, urns_in, with_entries
from metapixel_cli.importing.selection import NotImported, Selection
from metapixel_cli.importing.targets import Draft, Drafting
from metapixel_cli.interrupts import uninterrupted
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
        found = [*self.selection.left_out]
        for id_, reason in self.reasons.items():
            found.append(NotImported(self.selection.access[id_].title, reason))
        return found

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
    interruption. After a complete import, `undone` gets a sentence that nothing was undone, in case
    of a later interruption.
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
        result = partial(ImportResult, self.stack, self.dry_run, selection)
        if not selection.access:
            return result({}, {})
        plan = self._present_plan()
        present = declared(plan, selection)
        draft = None
        left_out: Mapping[str, str] = dict.fromkeys(present.undeclared, _NOT_DECLARED)
        if self.draft is not None and present.undeclared:
            draft = self.draft(selection.only(present.undeclared), {*plan, *urns_in(before)})
            left_out = draft.left_out
        drafted = present.undeclared.difference(left_out)
        if self.dry_run:
            if not drafted:
                draft = None
            urns = {outcome.id: urn for urn, outcome in present.access.items()}
            urns |= dict.fromkeys(sorted(drafted), "")
            return result(urns, _reasons(present, left_out, drafted), draft)
        found, made = self._write(draft, plan, selection, before)
        urns = {found.access[urn].id: urn for urn in made.imported}
        reasons = _reasons(found, left_out, drafted)
        for urn in made.blocked:
            reasons[found.access[urn].id] = _BLOCKED
        return result(urns, reasons, draft)

    def _write(
        self, draft: Draft | None, plan: Plan, selection: Selection, before: bytes
    ) -> tuple[ProgramAccess, Entries]:
        """Write the file and the state, and prove them with a preview, or undo all of this."""
        with ExitStack() as undo:
            if draft is not None and draft.text:
                undo.callback(self._remove_file, draft)
                files.write({draft.path: draft.text}, force=False)
                plan = self._preview("Previewing the new program")
            found = declared(plan, selection)
            made = Entries(plan, urns_in(before), found.access)
            self._record(made, before, undo)
            with uninterrupted():
                undo.pop_all()
                self.undone.append("The import was already complete, so nothing was undone.")
        return found, made

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

    def _record(self, made: Entries, before: bytes, undo: ExitStack) -> None:
        """Write the new entries into the state, and prove that a preview plans no change."""
        if not made.imported:
            return
        self.progress(f"Writing the state of stack {self.stack}")
        with uninterrupted():
            if pulumi.export(self.stack, self.cwd) != before:
                raise StackError(
                    f"Another command has changed the state of stack {self.stack} meanwhile; run "
                    f"the import again"
                )
            written: list[bytes] = []
            undo.callback(self._restore_state, before, written)
            after = with_entries(before, made.new.values())
            pulumi.write_state(self.stack, after, self.cwd)
            written.append(pulumi.export(self.stack, self.cwd))
        plan = self._preview("Proving that a preview plans no change")
        changed = [urn for urn in made.new if urn not in plan or plan[urn].steps != ("same",)]
        if changed:
            first = changed[0]
            steps = plan[first].steps if first in plan else ("none",)
            raise StackError(
                f"After the import, a preview plans to change {len(changed)} of {len(made.new)} "
                f"imported resources, for example '{name_of(first)}' ({', '.join(steps)})"
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
    found: ProgramAccess, left_out: Mapping[str, str], drafted: Collection[str]
) -> dict[str, str]:
    """Return the reasons why access is not imported, unless the file declares it."""
    reasons = dict(found.differing)
    for id_ in sorted(found.undeclared.difference(drafted)):
        reasons[id_] = left_out.get(id_, _NOT_DECLARED)
    return reasons
