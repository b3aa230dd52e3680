"""The report of an import, and its two formats: JSON, and text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from metapixel_cli.importing.run import Result
from metapixel_cli.importing.selection import Access, NotRead, Selection
from metapixel_cli.importing.targets import Draft
from metapixel_cli.stacks.engine import name_of
from metapixel_cli.words import and_, at_most, cause, count, with_id

#: The version of the format. Fields can be added without a new version.
_VERSION = 1
#: The number of imported resources that the text lists. The JSON lists all.
_MOST = 20


@dataclass(frozen=True)
class Report:
    """The result of an import. `business` is the id and the name of the business that was read."""

    business: tuple[str, str]
    stack: str
    dry_run: bool
    selection: Selection
    result: Result

    @property
    def is_complete(self) -> bool:
        """True if everything was read, and all selected access is imported or managed."""
        is_gap = any(each.is_gap for each in self.result.not_imported)
        return not self.selection.not_read and not is_gap

    @property
    def imported(self) -> list[Access]:
        return [self.selection.access[id_] for id_ in self.result.imported]

    @property
    def drafted(self) -> list[Access]:
        """The access that is not imported, because only the file declares it."""
        access = self.selection.access.values()
        return [each for each in access if each.id in self.result.drafted]

    @property
    def file(self) -> Draft | None:
        """The file, if it has to be written, or if the user has to do something with it."""
        draft = self.result.draft
        if draft is None or not (draft.is_new or draft.is_by_hand or self.next_lines):
            return None
        return draft

    @property
    def writes_file(self) -> bool:
        return self.file is not None and self.file.is_new and not self.dry_run

    @property
    def next_lines(self) -> tuple[str, ...]:
        """The lines to add to the program, or to run, before the next import."""
        draft = self.result.draft
        return draft.lines if draft and self.result.drafted else ()


def as_json(report: Report) -> str:
    id_, name = report.business
    file = report.file
    document = {
        "version": _VERSION,
        "business": {"id": id_, "name": name},
        "stack": report.stack,
        "dry_run": report.dry_run,
        "complete": report.is_complete,
        "imported": [_as_data(each, report.result.imported[each.id]) for each in report.imported],
        "managed": list(report.selection.managed),
        "not_imported": [
            {"id": each.id, "title": each.title, "reason": each.reason, "gap": each.is_gap}
            for each in report.result.not_imported
        ],
        "not_read": [
            {"title": each.title, "outcome": each.outcome.value, "reason": each.reason}
            for each in report.selection.not_read
        ],
        "file": file and {"path": str(file.path), "written": report.writes_file, "text": file.text},
        "next_lines": list(report.next_lines),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _as_data(access: Access, urn: str) -> dict[str, object]:
    account = access.account
    own = {"ad_account": {"id": account.id, "name": account.name}} if account else {}
    return {
        "kind": "permission" if account else "share",
        "id": access.id,
        "urn": urn,
        "pixel": {"id": access.pixel.id, "name": access.pixel.name},
        "business": {"id": access.business_id, "name": access.business_name},
        **(own or {"tasks": list(access.tasks)}),
    }


def plain_text(report: Report) -> str:
    return "\n".join(_lines(report)).rstrip("\n") + "\n"


def _lines(report: Report) -> Iterator[str]:
    selection, result = report.selection, report.result
    yield _headline(report)
    yield from _bullets(at_most([*_imported(report)], _MOST))
    yield from _agencies_accounts(report)
    if selection.managed:
        yield f"A stack already manages {len(selection.managed):,} of the selected resources."
    left = [each for each in result.not_imported if each.id not in result.drafted]
    if left:
        yield f"Not imported ({len(left):,}):"
        yield from _bullets(f"{each.title}: {each.reason}" for each in left)
    if selection.not_read:
        yield f"Not read completely ({len(selection.not_read):,}):"
        yield from _bullets(_not_read(selection.not_read))
    if report.file is not None:
        yield from _file(report, report.file)
    if report.imported and not report.dry_run and not report.next_lines:
        yield from _next(report)


def _headline(report: Report) -> str:
    id_, name = report.business
    where = f"business {with_id(name, id_)} into stack {report.stack}"
    verb = "Would import" if report.dry_run else "Imported"
    if not report.imported and report.file is None:
        verb = "There is nothing to import" if report.is_complete else f"{verb} nothing"
        return f"{verb} from {where}."
    return f"{verb} {_counted(report.imported) or 'nothing'} of {where}."


def _counted(access: Collection[Access]) -> str:
    shares = sum(each.account is None for each in access)
    counted = {"share": shares, "ad account permission": len(access) - shares}
    words = [count(number, noun) for noun, number in counted.items() if number]
    return and_(words) if words else ""


def _imported(report: Report) -> Iterator[str]:
    for each in report.imported:
        urn = report.result.imported[each.id]
        name = f"{name_of(urn)}: " if urn else ""
        tasks = f" for {', '.join(each.tasks)}" if each.account is None else ""
        yield f"{name}{each.title}{tasks}"


def _agencies_accounts(report: Report) -> Iterator[str]:
    reader, _ = report.business
    access = (*report.imported, *report.drafted)
    number = sum(each.account is not None and each.business_id != reader for each in access)
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


def _file(report: Report, file: Draft) -> Iterator[str]:
    content = f", with {_counted(report.drafted)}" if report.drafted else ""
    if file.is_by_hand or report.dry_run:
        yield file.next_step if file.is_by_hand else f"Would write {file.path}:"
        yield f"\n{file.text}"
    elif report.writes_file:
        yield f"Wrote {file.path}{content}."
    elif content:
        yield f"The file {file.path} already exists{content}."
    if report.next_lines:
        yield file.next_step
        yield from (f"    {line}" for line in report.next_lines)
    if not report.dry_run and (file.is_by_hand or report.next_lines):
        yield "Then run the same command again."


def _next(report: Report) -> Iterator[str]:
    yield (
        "A preview of the program plans no change of these resources. They are protected until "
        "the next `pulumi up` of this program, which writes nothing to Meta."
    )
    if report.file and any(each.account is None for each in report.imported):
        name = report.file.path.name
        yield f"The shares have no reason and no end date yet: add both to {name}."


def _bullets(lines: Iterable[str]) -> Iterator[str]:
    return (f"  - {line}" for line in lines)
