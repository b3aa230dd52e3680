"""The report of an import as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from metapixel_cli.importing.report import Report, counted
from metapixel_cli.importing.selection import NotRead, Permission, Share
from metapixel_cli.words import cause, count

#: The number of imported resources that the text lists. The JSON lists all.
_MOST = 20


def plain_text(report: Report) -> str:
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield _headline(report)
    yield from _listed(_imported(report))
    yield from _agencies_accounts(report)
    if report.managed:
        yield f"A stack already manages {len(report.managed):,} of the selected resources."
    if report.not_imported:
        yield f"Not imported ({len(report.not_imported):,}):"
        yield from _bullets(f"{each.title}: {each.reason}" for each in report.not_imported)
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
    shares, permissions = counted(report.imported).values()
    found = f"{count(shares, 'share')} and {count(permissions, 'ad account permission')}"
    return f"{verb} {found} of {where}."


def _imported(report: Report) -> Iterator[str]:
    for each in report.imported:
        access = each.access
        name = f"{each.urn.rpartition('::')[2]}: " if each.urn else ""
        tasks = f" for {', '.join(access.agency.tasks)}" if isinstance(access, Share) else ""
        yield f"{name}{access.title}{tasks}"


def _agencies_accounts(report: Report) -> Iterator[str]:
    number = sum(
        isinstance(each.access, Permission) and each.access.business_id != report.business_id
        for each in report.imported
    )
    if number:
        yield (
            f"Without the agencies' tokens, a program cannot withdraw "
            f"{count(number, 'ad account permission')} or end their shares. Declare the credential "
            f"sets of the agencies, or import with --without-ad-accounts."
        )


def _not_read(parts: Iterable[NotRead]) -> Iterator[str]:
    """Yield a line for each cause."""
    groups: dict[tuple[str, str], list[NotRead]] = {}
    for each in parts:
        groups.setdefault((each.outcome, cause(each.reason)), []).append(each)
    for first, *others in groups.values():
        more = f", and {count(len(others), 'other part')}" if others else ""
        yield f"{first.title}{more} ({first.outcome}): {first.reason}"


def _file(report: Report) -> Iterator[str]:
    if report.file is None:
        return
    if report.dry_run:
        yield f"Would write {report.file.path}:"
        yield ""
        yield report.file.text.rstrip("\n")
    elif report.file.written:
        yield f"Wrote {report.file.path}."


def _next(report: Report) -> Iterator[str]:
    if report.next_lines:
        yield "The program does not declare the content of this file yet. Add this code:"
        yield from (f"    {line}" for line in report.next_lines)
        yield "Then run the same command again."
    elif report.imported and not report.dry_run:
        yield (
            "A preview of the program plans no change of these resources. They are protected "
            "until the next `pulumi up` of this program, which writes nothing to Meta."
        )
        if report.file:
            yield f"They have no reason and no end date yet: add both to {report.file.path.name}."


def _listed(lines: Iterable[str]) -> Iterator[str]:
    every = list(lines)
    yield from _bullets(every[:_MOST])
    if len(every) > _MOST:
        yield f"  … and {len(every) - _MOST:,} more (--json lists all of them)"


def _bullets(lines: Iterable[str]) -> Iterator[str]:
    return (f"  - {line}" for line in lines)
