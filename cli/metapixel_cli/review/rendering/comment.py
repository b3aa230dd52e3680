"""The comment for a pull request: the verdict first, then the gains and losses of each agency."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from metapixel_cli.escape import fenced, identifier, in_markdown
from metapixel_cli.review.judging.change import Acceptance, Change
from metapixel_cli.review.judging.policy import Rule
from metapixel_cli.review.judging.review import Review, Status
from metapixel_cli.review.rendering import cells
from metapixel_cli.review.rendering.budget import Section, fit, listed
from metapixel_cli.review.rendering.headline import (
    EFFECTS,
    LONGEST_VERDICT,
    drift_line,
    mark,
    tally,
    verdict,
)
from metapixel_cli.review.rendering.notices import LONGEST, LONGEST_NOTICE, notices, sentences
from metapixel_cli.review.rendering.words import (
    DONE,
    answer_sentence,
    end_date,
    marker,
    moves,
    others,
    request_phrase,
    tasks_explained,
    without_access,
)
from metapixel_cli.words import at_most, count, noun

#: From this number of changes on, a list of the agencies precedes the table.
_MANY = 30
#: With more changes, the reader has to unfold the table.
_MOST_OPEN = 50
_MOST_SENTENCES = 3
_MOST_RESOURCES = 5
_URL = re.compile(r"https://[A-Za-z0-9._~:/?#@!$&*+,;=%-]{1,500}")


@dataclass(frozen=True)
class Origin:
    """The commit and the CI run of the preview."""

    commit: str = ""
    run_url: str = ""


def comment(review: Review, limit: int, origin: Origin | None = None) -> str:
    """Return the review as Markdown of at most `limit` characters."""
    policy = _policy(review)
    blocked = review.status is Status.BLOCKED
    sections = [_errors(review), policy if blocked else None]
    sections += [] if review.own else [_drift(review)]
    sections += [_agencies(review), _access(review), _removals(review)]
    sections += [None if blocked else policy, _drift(review) if review.own else None]
    sections += [_requests(review), _overdue(review), _answers(review)]
    sections += [_gaps(review), _moved(review), _warnings(review), _basis(review)]
    present = [section for section in sections if section is not None]
    return fit(_top(review, origin or Origin(), limit), present, limit)


def _top(review: Review, origin: Origin, limit: int) -> str:
    place = f"{in_markdown(review.project, 60) or 'unknown project'} / "
    place += in_markdown(review.stack, 60) or "unknown stack"
    lines = [
        marker(review.project, review.stack),
        f"### {mark(review)} {in_markdown(verdict(review), LONGEST_VERDICT)}",
        "",
    ]
    facts = [f"**{place}**"]
    if origin.commit:
        facts.append(f"commit {identifier(origin.commit[:12])}")
    if _URL.fullmatch(origin.run_url):
        facts.append(f"[run]({origin.run_url})")
    if review.unchanged:
        facts.append(count(review.unchanged, "grant") + " unchanged")
    if review.unconfirmed:
        facts.append(in_markdown(without_access(review)))
    if review.other_resources:
        facts.append(in_markdown(others(review)))
    lines.append(" · ".join(facts))
    if review.own and review.drift:
        lines += ["", f"⚠️ {in_markdown(drift_line(review.drift), LONGEST_VERDICT)}"]
    for notice in notices(review):
        lines += ["", f"⚠️ **{in_markdown(notice, LONGEST_NOTICE)}**"]
    return "\n".join([*lines, *_blocking(review, limit // 4)])


def _blocking(review: Review, most: int) -> list[str]:
    """Return a paragraph about the rules that block the update, in about `most` characters."""
    names = list(
        dict.fromkeys(identifier(rule.name) for rule in review.policy.by_rule if rule.blocks)
    )
    named: list[str] = []
    while names and (not named or sum(map(len, named)) + len(names[0]) < most):
        named.append(names.pop(0))
    if not named:
        return []
    rest = f" and {count(len(names), 'other rule')}" if names else ""
    return ["", f"⛔ Blocked by {', '.join(named)}{rest}"]


def _errors(review: Review) -> Section | None:
    rows = [
        (fenced(error) if "\n" in error else f"> {in_markdown(error, 2000)}") + "\n"
        for error in review.errors
    ]
    return listed("", rows, "errors")


def _access(review: Review) -> Section | None:
    changes = review.changes
    if not changes:
        return None
    failed = review.status is Status.FAILED
    title = "Changes before the failure (others may be missing):\n\n" if failed else ""

    def left_out(kept: int) -> str:
        rest = changes[kept:]
        return f"{len(rest):,} of {len(changes):,} changes left out here ({tally(rest)})."

    head, rows = cells.table(changes)
    if len(rows) <= _MOST_OPEN:
        return Section(title + head, rows, "", left_out)
    head = f"<details><summary>{count(len(rows), 'change')}</summary>\n\n{head}"
    return Section(title + head, rows, "\n\n</details>", left_out)


def _drift(review: Review) -> Section | None:
    """Return a row for each change outside of Pulumi, folded if the update changes other access."""
    rows = []
    for change in review.drift:
        names = ", ".join(at_most([in_markdown(name) for name in change.resources], 3))
        notes = [*change.notes, *(["the next update undoes this"] if change.undone else [])]
        because = f"; {in_markdown('; '.join(notes), 600)}" if notes else ""
        rows.append(
            f"- {cells.agency(change)}, pixel {cells.pixel(change)}: {EFFECTS[change.effect]} "
            f"({cells.task_change(change)}){because}: {names}"
        )
    title = "Changed at Meta since the last update"
    if not review.own:
        return listed(f"#### {title}\n", rows, "changes at Meta")
    head = f"<details><summary>{title}</summary>\n"
    return listed(head, rows, "changes at Meta", foot="\n\n</details>")


def _agencies(review: Review) -> Section | None:
    if len(review.changes) < _MANY:
        return None
    grouped: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in review.changes:
        grouped[change.agency].append(change)
    rows = [
        f"- {cells.agency(changes[0])}: {tally(changes)}{cells.gains_and_losses(changes)}"
        for changes in grouped.values()
    ]
    if len(rows) == 1:
        return None
    title = f"#### {count(len(rows), 'agency', 'agencies')}\n"
    return listed(title, rows, "agencies")


def _removals(review: Review) -> Section | None:
    rows = [
        f"- {DONE[removal.operation]}: {in_markdown(removal.resource)} ({identifier(removal.type)})"
        for removal in review.other_removals
    ]
    return listed("#### Other resources\n", rows, "resources")


def _overdue(review: Review) -> Section | None:
    rows = [
        f"- {cells.agency(change)} has {cells.tasks(change)} on pixel "
        f"{cells.pixel(change)}: {in_markdown(end_date(change))}"
        for change in review.overdue
    ]
    return listed("#### Access that should have ended\n", rows, "shares")


def _requests(review: Review) -> Section | None:
    """Return the requests that the review knows. The row of a new share says that it may be one."""
    grouped: defaultdict[tuple[object, ...], list[Change]] = defaultdict(list)
    for change in review.requests:
        if change.acceptance is not Acceptance.MAY_BE_NEEDED:
            request = change.acceptance, change.request_id, change.requested_on
            grouped[change.agency, *request, change.before.requires_admin_approval].append(change)
    rows = [_request(found) for found in grouped.values()]
    return listed("#### Sharing requests\n", rows, "sharing requests")


def _request(changes: Sequence[Change]) -> str:
    pixels = [
        cells.pixel(change) + (f" ({in_markdown(end_date(change))})" if change.overdue else "")
        for change in changes
    ]
    named = ", ".join(pixels[:5]) + (f" and {len(pixels) - 5:,} more" if len(pixels) > 5 else "")
    kind = noun(len(pixels), "pixel")
    phrase = in_markdown(request_phrase(changes[0]))
    return f"- {cells.agency(changes[0])} {phrase}: {kind} {named}"


def _answers(review: Review) -> Section | None:
    rows = [
        f"- {'🔺 ' if answer.widens else ''}{in_markdown(answer.resource)}: "
        f"{answer_sentence(answer)}"
        for answer in review.answers
    ]
    return listed("#### Answers to sharing requests\n", rows, "answers")


def _policy(review: Review) -> Section | None:
    found = review.policy.violations
    if not found:
        return None
    rules = review.policy.by_rule
    title = f"#### Policy: {count(len(found), 'violation')}"
    head = f"{title}\n\n| | Rule | Violations |\n|---|---|---|"

    def left_out(kept: int) -> str:
        rest = rules[kept:]
        blocking = sum(rule.blocks for rule in rest)
        return f"{len(rest):,} of {count(len(rules), 'rule')} left out here, {blocking:,} blocking."

    return Section(head, [_rule(rule) for rule in rules], "", left_out)


def _rule(rule: Rule) -> str:
    first = rule.violations[0]
    mark = "⛔ blocks" if rule.blocks else f"⚠️ {in_markdown(first.level)}"
    if first.exceptions:
        reasons = "; ".join(f"{each.id}: {each.reason}" for each in first.exceptions)
        mark = f"exempt: {in_markdown(reasons)}"
    name = identifier(rule.name)
    if first.severity:
        name += f"<br>{in_markdown(first.severity)}"
    if len(rule.violations) > 1:
        name += f"<br>{len(rule.violations):,} violations"
    sentences = [
        ": ".join(filter(None, [_named(resources), in_markdown(message, 600)]))
        for message, resources in rule.resources.items()
    ]
    return f"| {mark} | {name} | {'<br>'.join(at_most(sentences, _MOST_SENTENCES))} |"


def _named(resources: Sequence[str]) -> str:
    return ", ".join(at_most([in_markdown(name, 80) for name in resources], _MOST_RESOURCES))


def _gaps(review: Review) -> Section | None:
    rows = [f"- {in_markdown(gap, 300)}" for gap in review.gaps]
    return listed("#### Missing information\n", rows, "entries")


def _moved(review: Review) -> Section | None:
    rows = [
        f"- {in_markdown(moved, 600)}: {cells.agency(change)}, pixel {cells.pixel(change)}"
        for change in review.moved
        for moved in moves(change)
    ]
    return listed("#### Moved, no change of access\n", rows, "moves")


def _warnings(review: Review) -> Section | None:
    rows = [f"- {in_markdown(warning, 400)}" for warning in dict.fromkeys(review.warnings)]
    head = "<details><summary>Warnings of the preview</summary>\n"
    return listed(head, rows, "warnings", foot="\n\n</details>")


def _basis(review: Review) -> Section:
    """Return the foot of the comment. The foot has no rows, so that it is never omitted."""
    lines = [f"- {in_markdown(sentence, LONGEST)}" for sentence in sentences(review)]
    tasks = tasks_explained(review)
    foot = ["", f"<sub>{tasks}</sub>"] if tasks else []
    return Section("\n".join(["#### Basis of this review", "", *lines, *foot]), (), "", str)
