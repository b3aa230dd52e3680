"""The report of an import, as text or as JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator

from metapixel_cli.escape import in_log
from metapixel_cli.grants.listed import ListedAccess
from metapixel_cli.grants.unread import by_cause
from metapixel_cli.importing.run import ImportResult
from metapixel_cli.importing.targets import Draft
from metapixel_cli.stacks.engine import name_of
from metapixel_cli.words import at_most, count, with_id

#: The number of imported resources that the text lists. The JSON lists all.
_MOST = 20


def as_json(result: ImportResult) -> str:
    """Return the result as a JSON document, which is ASCII and so needs no other escapes."""
    imported = []
    for each in result.imported:
        imported.append({"id": each.id, "urn": result.urns[each.id] or None, "tasks": each.tasks})
    document = {
        "stack": result.stack,
        "dry_run": result.dry_run,
        "complete": result.is_complete,
        "imported": imported,
        "managed": result.selection.managed,
        "not_imported": list(map(vars, result.not_imported)),
        "unread": list(map(vars, result.selection.unread)),
        "file": str(result.draft.path) if result.draft else None,
    }
    return json.dumps(document, indent=2) + "\n"


def plain_text(result: ImportResult) -> str:
    return in_log("\n".join(_lines(result)).rstrip("\n") + "\n")


def _lines(result: ImportResult) -> Iterator[str]:
    selection = result.selection
    yield _headline(result)
    yield from _bullets(at_most([_title(result, each) for each in result.imported], _MOST))
    yield from _agencies_accounts(result)
    if selection.managed:
        yield f"A stack already manages {len(selection.managed):,} of the selected resources."
    if result.not_imported:
        yield f"Not imported ({len(result.not_imported):,}):"
        yield from _bullets(f"{each.title}: {each.reason}" for each in result.not_imported)
    if selection.unread:
        yield f"Not read ({len(selection.unread):,}):"
        yield from _bullets(by_cause(selection.unread))
    if result.draft is not None:
        yield from _about_file(result, result.draft)
    yield from _next_steps(result)


def _headline(result: ImportResult) -> str:
    id_, name = result.selection.business
    where = f"business {with_id(name, id_)} into stack {result.stack}"
    if not result.imported and result.is_complete:
        return f"There is nothing to import from {where}."
    verb = "Would import" if result.dry_run else "Imported"
    return f"{verb} {_counted(result.imported) or 'nothing'} of {where}."


def _counted(access: Collection[ListedAccess]) -> str:
    permissions = sum(each.account is not None for each in access)
    numbers = {"share": len(access) - permissions, "ad account permission": permissions}
    return " and ".join(count(number, noun) for noun, number in numbers.items() if number)


def _agencies_accounts(result: ImportResult) -> Iterator[str]:
    reader, _ = result.selection.business
    access = (*result.imported, *result.drafted)
    of_agencies = [each for each in access if each.account and each.business_id != reader]
    if of_agencies:
        yield (
            f"Without the agencies' tokens, a program cannot withdraw "
            f"{_counted(of_agencies)} or end their shares. Declare these "
            f"permissions with the agencies' tokens, or import with --without-ad-accounts."
        )


def _title(result: ImportResult, imported: ListedAccess) -> str:
    title = imported.title
    if imported.account is None:
        title = f"{title} for {', '.join(imported.tasks)}"
    if urn := result.urns[imported.id]:
        title = f"{name_of(urn)}: {title}"
    return title


def _about_file(result: ImportResult, draft: Draft) -> Iterator[str]:
    if result.dry_run:
        # A draft without a text needs no new file, but the program has to declare the access.
        yield f"Would write {draft.path}:\n\n{draft.text}" if draft.text else draft.advice
        return
    contents = f", with {_counted(result.drafted)}" if result.drafted else ""
    if draft.text:
        yield f"Wrote {draft.path}{contents}."
    if result.drafted:
        yield f"{draft.advice}\nThen run the same command again."


def _next_steps(result: ImportResult) -> Iterator[str]:
    if result.dry_run or result.drafted or not result.imported:
        return
    yield (
        "A preview of the program plans no change of these resources. They are protected until "
        "the next `pulumi up` of this program, which writes nothing to Meta."
    )
    if result.draft and result.draft.text and any(each.account is None for each in result.imported):
        name = result.draft.path.name
        yield f"The shares have no reason and no end date yet: add both to {name}."


def _bullets(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"  - {line}"
