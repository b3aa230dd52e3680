"""The report of an import, which every format renders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from metapixel_cli.importing.run import TakenOver
from metapixel_cli.importing.selection import NotImported, NotRead, Permission, Selection, Share


@dataclass(frozen=True)
class Imported:
    """A resource that was imported, or that a dry run would import.

    `urn` is empty in a dry run if no program declares the resource yet.
    """

    access: Share | Permission
    urn: str


@dataclass(frozen=True)
class File:
    """The file with the new declarations. `written` is False if it did not have to be written."""

    path: Path
    text: str
    written: bool


@dataclass(frozen=True)
class Report:
    """The result of an import.

    `next_lines` are statements that the user has to add to the program before the next import.
    `managed` are the ids of access that a stack managed before.
    """

    business_id: str
    business_name: str
    stack: str
    dry_run: bool
    imported: tuple[Imported, ...]
    managed: tuple[str, ...]
    not_imported: tuple[NotImported, ...]
    not_read: tuple[NotRead, ...]
    file: File | None
    next_lines: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """True if everything was read, and all selected access is imported or managed."""
        return not self.not_read and not any(each.is_gap for each in self.not_imported)


def report(
    business: tuple[str, str], stack: str, dry_run: bool, selection: Selection, result: TakenOver
) -> Report:
    """Return the report of an import. `business` is its id and name."""
    access = {each.id: each for each in selection.all()}
    draft = result.draft
    file = None
    if draft is not None and (draft.is_new or result.lines):
        file = File(draft.path, draft.text, written=draft.is_new and not dry_run)
    return Report(
        *business,
        stack,
        dry_run,
        tuple(Imported(access[id_], urn) for id_, urn in result.imported.items()),
        selection.managed,
        result.not_imported,
        selection.not_read,
        file,
        result.lines,
    )


def counted(imported: tuple[Imported, ...]) -> Mapping[str, int]:
    shares = sum(isinstance(each.access, Share) for each in imported)
    return {"shares": shares, "permissions": len(imported) - shares}
