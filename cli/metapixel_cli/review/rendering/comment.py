"""The comment for a pull request: the order of its sections, with the template for their rows."""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from metapixel_cli.escape import in_markdown
from metapixel_cli.grants import words as grants
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.review import Review, Status
from metapixel_cli.review.evaluation.words import Acceptance
from metapixel_cli.review.rendering import headline, words
from metapixel_cli.review.rendering.markdown import Markdown, template
from metapixel_cli.words import count

#: The maximum length of a comment on GitHub, in characters.
GITHUB_LIMIT = 65_536
#: From this number of changes on, a list of the agencies precedes the table.
_MANY = 30
#: With more changes, the reader has to unfold the table.
_MOST_OPEN = 50
_URL = re.compile(r"https://[A-Za-z0-9._~:/?#@!$&*+,;=%-]{1,500}")


@dataclass(frozen=True)
class Section:
    """Rows between a head and a foot. Rows can be omitted, beginning with the last row."""

    head: str
    rows: Sequence[str]
    noun: str
    """The noun that counts omitted rows."""
    foot: str = ""

    def text(self, kept: int) -> str:
        """Return the section with its first rows, and the number of those that are left out."""
        shown = "\n".join([self.head, *self.rows[:kept]])
        left_out = len(self.rows) - kept
        if left_out == 0:
            return f"{shown}{self.foot}".strip("\n")
        sentence = f"_{left_out:,} of {len(self.rows):,} {self.noun} left out here._"
        if kept == 0:
            return sentence
        return f"{shown}\n\n{sentence}\n{self.foot}".strip("\n")

    def shortened(self, limit: int) -> str:
        """Return the section without its last rows, so that it fits if its sentence does."""
        # Each row makes the text longer, so a bisection finds the first number that is too many.
        too_many = bisect(range(len(self.rows)), limit, key=lambda kept: length(self.text(kept)))
        return self.text(kept=max(too_many - 1, 0))


def length(text: str) -> int:
    """Return the length in UTF-16 units, which is never shorter than GitHub's own count."""
    return len(text) + sum(character > "\uffff" for character in text)


def comment(review: Review, limit: int, commit: str = "", run_url: str = "") -> str:
    """Return the review as Markdown of at most `limit` characters. Its last rows may be left out.

    It links to the CI run if its address is one that a link can have.
    """
    macros = template(grants=grants, headline=headline, words=words)  # Those of comment.md.j2.
    link = Markdown(run_url if _URL.fullmatch(run_url) else "")
    top, basis = macros.top(review, commit, link), macros.basis(review)
    sections = list(filter(attrgetter("rows"), _sections(review, macros)))
    texts = [section.text(kept=len(section.rows)) for section in sections]
    # The last sections lose their rows first.
    for place in reversed(range(len(sections))):
        whole = length(_joined(top, texts, basis))
        if whole > limit:
            of_others = whole - length(texts[place])
            texts[place] = sections[place].shortened(limit - of_others)
    return _joined(top, texts, basis)


def _joined(top: str, texts: Iterable[str], basis: str) -> str:
    return "\n\n".join([top, *texts, basis.strip("\n")]) + "\n"


def _sections(review: Review, macros: Any) -> Iterator[Section]:
    place = in_markdown(headline.destination(review))
    drift_title, drift_noun = f"Changed at {place} since the last update", f"changes at {place}"
    agencies = _many_agencies(review)
    is_blocked = review.status is Status.BLOCKED
    yield Section("", list(map(macros.error, review.errors)), "errors")
    if is_blocked:
        yield _policy(review, macros.rule)
    # If the update does no more than undo drift, the drift is the news.
    if not review.intended_changes:
        yield _titled(drift_title, macros.drift, review.drift, drift_noun)
    title = count(len(agencies), "agency", "agencies")
    yield _titled(title, macros.changed_agency, agencies, "agencies")
    yield _access(review, macros.row)
    yield _titled("Other resources", macros.removal, review.other_removals, "resources")
    if not is_blocked:
        yield _policy(review, macros.rule)
    if review.intended_changes:
        yield _folded(drift_title, macros.drift, review.drift, drift_noun)
    yield _titled("Sharing requests", macros.request, _requests(review), "sharing requests")
    yield _titled("Access that should have ended", macros.overdue, review.overdue, "shares")
    yield _titled("Answers to sharing requests", macros.answer, review.answers, "answers")
    yield _titled("Missing information", partial(macros.sentence, most=300), review.gaps, "entries")
    yield _titled("Moved, no change of access", macros.moved, review.moved, "moves")
    warning, warnings = partial(macros.sentence, most=400), dict.fromkeys(review.warnings)
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


def _many_agencies(review: Review) -> list[list[Change]]:
    """Return the changes of each agency, if there are many changes of several agencies."""
    agencies = [list(changes) for _, changes in groupby(review.changes, attrgetter("agency"))]
    return agencies if len(review.changes) >= _MANY and len(agencies) > 1 else []


def _requests(review: Review) -> list[list[Change]]:
    """Return the changes of each request. The row of a new share says that it may need one."""
    grouped: defaultdict[tuple[object, ...], list[Change]] = defaultdict(list)
    for change in (*review.changes, *review.waiting):
        if change.acceptance not in (Acceptance.NOT_NEEDED, Acceptance.MAY_BE_NEEDED):
            # One request can be for several pixels, which are then one entry.
            request = change.request.request_id, change.request.requested_on
            needs_approval = change.before.requires_admin_approval
            grouped[change.agency, change.acceptance, request, needs_approval].append(change)
    return list(grouped.values())


def _policy(review: Review, row: Callable[[object], str]) -> Section:
    title = f"#### Policy: {count(len(review.policy.violations), 'violation')}"
    head = f"{title}\n\n| | Rule | Violations |\n|---|---|---|"
    return Section(head, list(map(row, review.policy.by_rule)), "rules")
