"""The review for a terminal or a log, with every fact on a line of its own."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.escape import in_log, visible
from metapixel_cli.review.judging.access import Access
from metapixel_cli.review.judging.change import Acceptance, Change
from metapixel_cli.review.judging.review import Review
from metapixel_cli.review.rendering.drift import beginning, happened
from metapixel_cli.review.rendering.headline import LONGEST_VERDICT, verdict
from metapixel_cli.review.rendering.notices import LONGEST, LONGEST_NOTICE, notices, sentences
from metapixel_cli.review.rendering.words import (
    DONE,
    answer_sentence,
    effect,
    end_date,
    hidden,
    moves,
    others,
    outcome,
    request_phrase,
    without_access,
)
from metapixel_cli.words import count


def plain_text(review: Review) -> str:
    return in_log("\n".join(_lines(review)) + "\n")


def _lines(review: Review) -> Iterator[str]:
    project, stack = visible(review.preview.project), visible(review.preview.stack)
    place = f"{project or 'unknown project'}/{stack or 'unknown stack'}"
    yield f"{visible(verdict(review), LONGEST_VERDICT)} ({place})"
    yield from (visible(notice, LONGEST_NOTICE) for notice in notices(review))
    for error in review.errors:
        yield "error: " + visible(error, 2000, newline="\n  ")
    for change in review.drift:
        what = visible(happened(change, _asset(change)), 600)
        tasks = f", tasks {_task_change(change)}" if change.has_share else ""
        names = ", ".join(map(visible, change.resources))
        yield f"{beginning(change)}: {_who(change)} {what}{tasks}, in the program: {names}"
    for change in review.changes:
        yield _change(change)
    for change in review.requests:
        passed = f", {visible(end_date(change))}" if change.overdue else ""
        phrase = visible(request_phrase(change))
        yield f"request: {_who(change)} {phrase}, {_asset(change)}{passed}"
    for answer in review.answers:
        sentence = answer_sentence(answer, visible, visible)
        yield f"answer: {visible(answer.resource)}: {sentence}"
    for removal in review.removals:
        name, type_ = visible(removal.resource), visible(removal.type)
        yield f"other resource {DONE[removal.operation]}: {name} ({type_})"
    for change in review.overdue:
        tasks = f"tasks {_tasks(change.after)}"
        share = f"{_who(change)}, {_asset(change)}, {tasks}"
        yield f"past its end date: {share}, {visible(end_date(change))}"
    for rule in review.rules:
        how = "blocks" if rule.blocks else visible(rule.violations[0].level)
        if rule.violations[0].exceptions:
            reasons = [f"{each.id}: {each.reason}" for each in rule.violations[0].exceptions]
            how = f"exempt: {visible('; '.join(reasons))}"
        for message, resources in rule.resources.items():
            names = ", ".join(map(visible, filter(None, [rule.name, *resources])))
            yield f"policy ({how}): {names}: {visible(message, 600)}"
    for change in review.moved:
        for moved in moves(change, "->"):
            where = f"{_who(change)}, {_asset(change)}"
            yield f"moved, no change of access: {visible(moved, 600)}: {where}"
    for gap in review.gaps:
        yield f"missing information: {visible(gap, 300)}"
    for warning in review.preview.warnings:
        yield f"warning: {visible(warning, 600)}"
    if others(review):
        yield visible(others(review), LONGEST)
    yield count(review.unchanged, "grant") + " unchanged"
    if review.unconfirmed:
        yield without_access(review)
    for sentence in sentences(review):
        yield visible(sentence, LONGEST)


def _change(change: Change) -> str:
    parts = [f"{visible(effect(change))}: {_who(change)}, {_asset(change)}"]
    if change.refusal:
        parts.append(f"tasks {_tasks(change.before)}, declared {_tasks(change.after)}")
    elif change.has_share:
        parts.append(f"tasks {_task_change(change)}")
    parts += [f"+ ad account {visible(account)}" for account in change.gained_accounts]
    parts += [f"- ad account {visible(account)}" for account in change.lost_accounts]
    parts += [f"- waiting ad account {visible(account)}" for account in change.withdrawn_accounts]
    if change.unknown_accounts_lost:
        parts.append(f"- {count(change.unknown_accounts_lost, 'unknown ad account')}")
    parts += [f"ad account {visible(account)} unchanged" for account in change.kept_accounts]
    parts += [
        f"ad account {visible(account)} waits for the share"
        for account in change.after.waiting_ad_accounts
    ]
    if change.after.ad_accounts_unknown:
        parts.append(f"+ {count(change.after.ad_accounts_unknown, 'unknown ad account')}")
    parts += filter(None, [visible(end_date(change))])
    if change.acceptance is not Acceptance.NOT_NEEDED:
        parts.append(f"acceptance {change.acceptance.value}")
    if change.withdrawn:
        request = _or_unknown(change.request_id)
        parts.append(f"the agency had not accepted sharing request {request} at the last read")
    parts += map(visible, change.notes)
    parts += [f"moved: {visible(moved, 600)}" for moved in moves(change, "->")]
    if change.reason != "":
        reason = "unknown" if change.reason is None else f"“{visible(change.reason)}”"
        reason += hidden(change.reason or "")
        parts.append(f"reason: {reason}")
    return ", ".join([*parts, f"in the program: {', '.join(map(visible, change.resources))}"])


def _task_change(change: Change) -> str:
    return f"{_tasks(change.before)} -> {_tasks(change.after)}"


def _who(change: Change) -> str:
    return _named(change.agency_name, change.agency_id)


def _asset(change: Change) -> str:
    return f"{change.asset} {_named(change.asset_name, change.asset_id)}"


def _named(name: str, value: str | None) -> str:
    found = _or_unknown(value)
    return f"{visible(name, 80)} ({found})" if name else found


def _tasks(access: Access) -> str:
    found = "+".join([*map(visible, access.named), *([] if access.tasks_known else ["unknown"])])
    result = visible(outcome(access))
    return f"{found or 'nothing'} ({result})" if result else found or "nothing"


def _or_unknown(value: str | None) -> str:
    return visible(value) if value else "unknown"
