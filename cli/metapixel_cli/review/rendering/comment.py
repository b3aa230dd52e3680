"""The comment for a pull request: the order of its sections, with the template for their rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from metapixel_cli.escape import identifier, in_markdown
from metapixel_cli.grants.words import named, outcome, result
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.review import Review, Status
from metapixel_cli.review.evaluation.words import Acceptance
from metapixel_cli.review.rendering import words
from metapixel_cli.review.rendering.budget import Section, fit
from metapixel_cli.review.rendering.headline import asked, drift_line, mark, tally, verdict
from metapixel_cli.review.rendering.markdown import Markdown, template
from metapixel_cli.review.rendering.notices import notices, rule_names, sentences
from metapixel_cli.words import count

#: From this number of changes on, a list of the agencies precedes the table.
_MANY = 30
#: With more changes, the reader has to unfold the table.
_MOST_OPEN = 50
_URL = re.compile(r"https://[A-Za-z0-9._~:/?#@!$&*+,;=%-]{1,500}")
_FILTERS: Mapping[str, Callable[..., object]] = {
    "drift_notes": words.drift_notes,
    "effect": words.effect,
    "end_date": words.end_date,
    "marker": words.marker,
    "note": words.note,
    "notes": words.notes,
    "request_phrase": words.request_phrase,
    "terms": words.terms,
    "without_access": words.without_access,
    "asked": asked,
    "drift_line": drift_line,
    "mark": mark,
    "notices": notices,
    "outcome": outcome,
    "result": result,
    "sentences": sentences,
    "tally": tally,
    "verdict": verdict,
    "all_tasks": lambda grant: tuple(dict.fromkeys((*grant.tasks, *grant.requested_tasks))),
    "blocking": lambda violations: rule_names(each.rule for each in violations if each.blocks),
    "business": lambda id_, name: Markdown(
        named(in_markdown(name or ""), id_, "business", identifier)
    ),
    "by_message": words.by_message,
    "exemptions": lambda each: "; ".join(f"{it.id}: {it.reason}" for it in each.exceptions),
    "tasks_of": words.tasks_of,
}


@cache
def _parts() -> Any:
    return template("comment.md.j2", _FILTERS)


def comment(review: Review, limit: int, commit: str = "", run_url: str = "") -> str:
    """Return the review as Markdown of at most `limit` characters.

    It links to the CI run if its address is one that a link can have.
    """
    part = _parts()
    link = Markdown(run_url if _URL.fullmatch(run_url) else "")
    shown = list(filter(attrgetter("rows"), _sections(review, part)))
    # The foot has no rows, so that it is never omitted.
    shown.append(Section(str(part.basis(review))))
    return fit(str(part.top(review, commit, link)), shown, limit)


def _sections(review: Review, part: Any) -> Iterator[Section]:
    place = in_markdown(asked(review))
    changed, noun = f"Changed at {place} since the last update", f"changes at {place}"
    agencies = _agencies(review)
    is_blocked = review.status is Status.BLOCKED
    yield Section("", list(map(part.error, review.errors)), "errors")
    if is_blocked:
        yield _policy(review, part.rule)
    if not review.own:
        yield _titled(changed, part.drift, review.drift, noun)
    title = count(len(agencies), "agency", "agencies")
    yield _titled(title, part.changed_agency, agencies, "agencies")
    yield _access(review, part.row)
    yield _titled("Other resources", part.removal, review.other_removals, "resources")
    if not is_blocked:
        yield _policy(review, part.rule)
    if review.own:
        yield _folded(changed, part.drift, review.drift, noun)
    yield _titled("Sharing requests", part.request, _requests(review), "sharing requests")
    yield _titled("Access that should have ended", part.overdue, review.overdue, "shares")
    yield _titled("Answers to sharing requests", part.answer, review.answers, "answers")
    yield _titled("Missing information", partial(part.sentence, most=300), review.gaps, "entries")
    yield _titled("Moved, no change of access", part.moved, review.moved, "moves")
    warning, warnings = partial(part.sentence, most=400), dict.fromkeys(review.warnings)
    yield _folded("Warnings of the preview", warning, warnings, "warnings")


def _titled(title: str, macro: Callable[..., str], entries: Iterable[object], noun: str) -> Section:
    return Section(f"#### {title}\n", list(map(macro, entries)), noun)


def _folded(title: str, macro: Callable[..., str], entries: Iterable[object], noun: str) -> Section:
    head = f"<details><summary>{title}</summary>\n"
    return Section(head, list(map(macro, entries)), noun, "\n\n</details>")


def _access(review: Review, row: Callable[[Change], str]) -> Section:
    head, foot = "", ""
    if review.status is Status.FAILED:
        head = "Changes before the failure (others may be missing):\n\n"
    columns = "| Access, resource | Agency | Pixel | Tasks |\n|---|---|---|---|"
    rows = list(map(row, review.changes))
    if len(rows) > _MOST_OPEN:
        head += f"<details><summary>{count(len(rows), 'change')}</summary>\n\n"
        foot = "\n\n</details>"
    return Section(head + columns, rows, "changes", foot)


def _agencies(review: Review) -> list[list[Change]]:
    """Return the changes of each agency, if there are many changes of several agencies."""
    agencies = [list(changes) for _, changes in groupby(review.changes, attrgetter("agency"))]
    return agencies if len(review.changes) >= _MANY and len(agencies) > 1 else []


def _requests(review: Review) -> list[list[Change]]:
    """Return the changes of each request. The row of a new share says that it may need one."""
    grouped: defaultdict[tuple[object, ...], list[Change]] = defaultdict(list)
    for change in (*review.changes, *review.waiting):
        if change.acceptance not in (Acceptance.NOT_NEEDED, Acceptance.MAY_BE_NEEDED):
            request = change.request.request_id, change.request.requested_on
            needs_approval = change.before.requires_admin_approval
            grouped[change.agency, change.acceptance, request, needs_approval].append(change)
    return list(grouped.values())


def _policy(review: Review, row: Callable[[object], str]) -> Section:
    title = f"#### Policy: {count(len(review.policy.violations), 'violation')}"
    head = f"{title}\n\n| | Rule | Violations |\n|---|---|---|"
    return Section(head, list(map(row, review.policy.by_rule)), "rules")
