"""The report of an import, and its two formats: JSON, and text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from metapixel_cli.importing.run import TakenOver
from metapixel_cli.importing.selection import (
    Access,
    NotImported,
    NotRead,
    Permission,
    Selection,
    Share,
)
from metapixel_cli.words import cause, count

#: The version of the format. Fields can be added without a new version.
_VERSION = 1
#: The number of imported resources that the text lists. The JSON lists all.
_MOST = 20
#: The kinds of access, by their names in the JSON, with the nouns in the text.
_KINDS = {
    "shares": (Share, "share"),
    "permissions": (Permission, "ad account permission"),
}


@dataclass(frozen=True)
class Imported:
    """A resource that was imported, or that a dry run would import.

    `urn` is empty in a dry run if no program declares the resource yet.
    """

    access: Access
    urn: str


@dataclass(frozen=True)
class File:
    """The file with the new declarations. `written` is False if it did not have to be written.

    If `is_by_hand`, `text` are the entries that a person has to add to the file.
    """

    path: Path
    text: str
    written: bool
    is_by_hand: bool = False


@dataclass(frozen=True)
class Report:
    """The result of an import.

    `next_step` introduces `next_lines`, which the user has to add to the program, or to run as a
    command, before the next import.
    `managed` are the ids of access that a stack managed before. `drafted` is the part of
    `not_imported` that the file declares.
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
    next_step: str
    next_lines: tuple[str, ...]
    drafted: tuple[Access, ...] = ()

    @property
    def is_complete(self) -> bool:
        """True if everything was read, and all selected access is imported or managed."""
        return not self.not_read and not any(each.is_gap for each in self.not_imported)


def report(
    business: tuple[str, str], stack: str, dry_run: bool, selection: Selection, result: TakenOver
) -> Report:
    """Return the report of an import. `business` is its id and name."""
    draft = result.draft
    file = None
    if draft is not None and (draft.is_new or draft.is_by_hand or result.lines):
        is_written = draft.is_new and not dry_run
        file = File(draft.path, draft.text, is_written, draft.is_by_hand)
    return Report(
        *business,
        stack,
        dry_run,
        tuple(Imported(selection.access[id_], urn) for id_, urn in result.imported.items()),
        selection.managed,
        result.not_imported,
        selection.not_read,
        file,
        "" if draft is None else draft.next_step,
        result.lines,
        tuple(each for id_, each in selection.access.items() if id_ in result.drafted),
    )


def counted(access: Sequence[Access]) -> Mapping[str, int]:
    return {
        name: sum(isinstance(each, kind) for each in access) for name, (kind, _) in _KINDS.items()
    }


def as_json(report: Report) -> str:
    file = report.file
    document = {
        "version": _VERSION,
        "business": {"id": report.business_id, "name": report.business_name},
        "stack": report.stack,
        "dry_run": report.dry_run,
        "complete": report.is_complete,
        "counts": counted([each.access for each in report.imported]),
        "imported": [_as_data(each) for each in report.imported],
        "managed": list(report.managed),
        "not_imported": [
            {"id": each.id, "title": each.title, "reason": each.reason, "gap": each.is_gap}
            for each in report.not_imported
        ],
        "not_read": [
            {"title": each.title, "outcome": each.outcome.value, "reason": each.reason}
            for each in report.not_read
        ],
        "file": file and {"path": str(file.path), "written": file.written, "text": file.text},
        "next_lines": list(report.next_lines),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _as_data(imported: Imported) -> dict[str, object]:
    access = imported.access
    found = {
        "kind": "share" if isinstance(access, Share) else "permission",
        "id": access.id,
        "urn": imported.urn,
        "pixel": {"id": access.pixel.id, "name": access.pixel.name},
        "business": {"id": access.business_id, "name": access.business_name},
    }
    if isinstance(access, Share):
        return {**found, "tasks": list(access.agency.tasks)}
    return {**found, "ad_account": {"id": access.account.id, "name": access.account.name}}


def plain_text(report: Report) -> str:
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield _headline(report)
    yield from _listed(_imported(report))
    yield from _agencies_accounts(report)
    if report.managed:
        yield f"A stack already manages {len(report.managed):,} of the selected resources."
    drafted = {each.id for each in report.drafted}
    left = [each for each in report.not_imported if each.id not in drafted]
    if left:
        yield f"Not imported ({len(left):,}):"
        yield from _bullets(f"{each.title}: {each.reason}" for each in left)
    if report.not_read:
        yield f"Not read completely ({len(report.not_read):,}):"
        yield from _bullets(_not_read(report.not_read))
    yield from _file(report)
    yield from _next(report)


def _headline(report: Report) -> str:
    name, id_ = report.business_name, report.business_id
    where = f"business {f'{name} ({id_})' if name else id_} into stack {report.stack}"
    verb = "Would import" if report.dry_run else "Imported"
    if not report.imported and report.file is None:
        verb = "There is nothing to import" if report.is_complete else f"{verb} nothing"
        return f"{verb} from {where}."
    found = _in_words([each.access for each in report.imported]) or "nothing"
    return f"{verb} {found} of {where}."


def _in_words(access: Sequence[Access]) -> str:
    numbers = counted(access).items()
    return " and ".join(count(number, _KINDS[kind][1]) for kind, number in numbers if number)


def _imported(report: Report) -> Iterator[str]:
    for each in report.imported:
        access = each.access
        name = f"{each.urn.rpartition('::')[2]}: " if each.urn else ""
        tasks = f" for {', '.join(access.agency.tasks)}" if isinstance(access, Share) else ""
        yield f"{name}{access.title}{tasks}"


def _agencies_accounts(report: Report) -> Iterator[str]:
    access = (*(each.access for each in report.imported), *report.drafted)
    number = sum(
        isinstance(each, Permission) and each.business_id != report.business_id for each in access
    )
    if number:
        yield (
            f"Without the agencies' tokens, a program cannot withdraw "
            f"{count(number, 'ad account permission')} or end their shares. Declare these "
            f"permissions with the agencies' tokens, or import with --without-ad-accounts."
        )


def _not_read(parts: Iterable[NotRead]) -> Iterator[str]:
    """Yield a line for each cause of unread parts."""
    groups: dict[tuple[str, str], list[NotRead]] = {}
    for each in parts:
        groups.setdefault((each.outcome, cause(each.reason)), []).append(each)
    for first, *others in groups.values():
        more = f", and {count(len(others), 'other part')}" if others else ""
        yield f"{first.title}{more} ({first.outcome}): {first.reason}"


def _file(report: Report) -> Iterator[str]:
    if report.file is None:
        return
    if report.file.is_by_hand or report.dry_run:
        yield report.next_step if report.file.is_by_hand else f"Would write {report.file.path}:"
        yield ""
        yield report.file.text.rstrip("\n")
        if report.file.is_by_hand and not report.dry_run:
            yield ""
            yield "Then run the same command again."
        return
    content = f", with {_in_words(report.drafted)}" if report.drafted else ""
    if report.file.written:
        yield f"Wrote {report.file.path}{content}."
    elif content:
        yield f"The file {report.file.path} already exists{content}."


def _next(report: Report) -> Iterator[str]:
    if report.next_lines:
        yield report.next_step
        yield from (f"    {line}" for line in report.next_lines)
        yield "Then run the same command again."
    elif report.imported and not report.dry_run:
        yield (
            "A preview of the program plans no change of these resources. They are protected "
            "until the next `pulumi up` of this program, which writes nothing to Meta."
        )
        if report.file and any(isinstance(each.access, Share) for each in report.imported):
            yield (
                f"The shares have no reason and no end date yet: add both to "
                f"{report.file.path.name}."
            )


def _listed(lines: Iterable[str]) -> Iterator[str]:
    every = list(lines)
    yield from _bullets(every[:_MOST])
    if len(every) > _MOST:
        yield f"  … and {len(every) - _MOST:,} more (--json lists all of them)"


def _bullets(lines: Iterable[str]) -> Iterator[str]:
    return (f"  - {line}" for line in lines)
