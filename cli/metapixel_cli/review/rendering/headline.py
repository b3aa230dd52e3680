"""The status line of a review."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from metapixel_cli.review.judging.answers import Answer
from metapixel_cli.review.judging.change import Acceptance, Change, Effect
from metapixel_cli.review.judging.review import Review, Status
from metapixel_cli.review.rendering import drift
from metapixel_cli.review.rendering.words import business, short
from metapixel_cli.words import and_, count
from metapixel_provider.sharing.status import ShareStatus

#: The maximum number of changes of access, or of agencies, that the status line names one by one.
_MOST_NAMED = 2
#: The maximum number of kinds of change that the status line names.
_MOST_KINDS = 3
#: The kinds of gains and losses. Each has the words about several agencies, and the words about one
#: agency with its asset.
_KINDS = {
    "gains access": ("gain access", "gains access to {asset} ({gained})"),
    "gains more tasks": ("gain more tasks", "gains {gained} on {asset}"),
    "gains ad accounts": ("gain ad accounts", "gains {new_accounts} on {asset}"),
    "may gain access": ("may gain access", "may gain access to {asset}"),
    "is asked to accept more access": (
        "are asked to accept more access",
        "is asked to accept {gained} on {asset}",
    ),
    "loses access": ("lose access", "loses access to {asset}"),
    "loses tasks": ("lose tasks", "loses {lost} on {asset}"),
    "loses ad accounts": ("lose ad accounts", "loses {lost_accounts} on {asset}"),
}
#: The limit of the status line, in characters.
LONGEST_VERDICT = 400


def verdict(review: Review) -> str:
    """Return the status line without its mark, project and stack. Names are not escaped."""
    text, facts = _text(review), _facts(review)
    if review.status is Status.FAILED:
        return text
    is_unchanged = review.headline is Status.UNCHANGED
    if is_unchanged and any(change.unmanaged for change in review.changes):
        text, facts = facts[0][:1].upper() + facts[0][1:], facts[1:]
    drifted = drift.line(review.drift, who, _asset)
    if is_unchanged and drifted:
        return ", ".join([drifted, *facts])
    line = f"{text}: {', '.join(facts)}" if facts else text
    if review.status in (Status.BLOCKED, Status.REFUSED):
        return ". ".join(filter(None, [line, drifted]))
    return ". ".join(filter(None, [drifted, line]))


def _text(review: Review) -> str:
    """Return the first words of the status line about the update."""
    if review.status is Status.BLOCKED:
        would = review.intent.would
        if review.intent is Status.UNCHANGED and review.access is not Status.UNCHANGED:
            would = "the update would only undo changes that were made at Meta"
        return f"{Status.BLOCKED.words} ({_blocking(review)}); {would}"
    if review.status is Status.UNKNOWN and review.gaps:
        if review.skipped and len(review.gaps) == 1:
            were, their = ("was", "its") if len(review.skipped) == 1 else ("were", "their")
            skipped = f"{len(review.skipped):,} of {count(review.total, 'resource')} {were} not "
            return f"{skipped}previewed; {their} access may change"
        return "The preview lacks information, so access may change"
    return review.headline.words


def _blocking(review: Review) -> str:
    blocking, total = sum(each.blocks for each in review.violations), len(review.violations)
    if blocking == total:
        return count(blocking, "violation")
    return f"{count(blocking, 'blocking violation')} of {total:,}"


def _facts(review: Review) -> list[str]:
    """Return clauses about the most important kinds of change, and the number of the others."""
    found = [*_refusals(review), *_unmanaged(review), *_changes(review)]
    rest = len(found) - _MOST_KINDS
    more = [f"and {count(rest, 'more kind')} of change"] if rest > 0 else []
    return [*found[:_MOST_KINDS], *more]


def _refusals(review: Review) -> list[str]:
    found = [change.refusal for change in review.changes if change.refusal]
    if len(found) < 2:
        return found
    return [
        f"{len(found):,} shares have a new name or are replaced, and cannot take the access over"
    ]


def _changes(review: Review) -> Iterator[str]:
    possible = [change for change in review.own if not change.refusal]
    yield from _gains_and_losses(possible)
    ended = sum(change.effect is Effect.ENDED for change in possible)
    if ended:
        dates = "its end date" if ended == 1 else "their end dates"
        yield f"{count(ended, 'share is', 'shares are')} removed after {dates}"
    yield from _approvals([answer for answer in review.answers if answer.approves])
    withdrawn = [change for change in possible if change.withdrawn]
    yield from _requests(withdrawn, "is withdrawn", "are withdrawn")
    terms = [(each.term, each.before.expires_on, each.after.expires_on) for each in possible]
    terms += [(each.term or "", each.expires_on_before, each.expires_on) for each in review.answers]
    yield from _end_dates(terms)
    if review.access is Status.UNCHANGED:
        yield from _not_asked(possible)
        moved = sum(len(change.moves) for change in review.moved)
        if moved:
            yield count(moved, "resource has moved", "resources have moved")


def _gains_and_losses(changes: Sequence[Change]) -> list[str]:
    found = [change for change in changes if _kinds(change)]
    groups: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in found:
        groups[change.agency].append(change)
    if len(found) <= _MOST_NAMED:
        return [f"{who(of[0])} {and_(map(_gain_and_loss, of))}" for of in groups.values()]
    are_named = all(change.agency_name for change in found) and len(groups) <= _MOST_NAMED
    if are_named or len(groups) == 1:
        return [f"{who(of[0])} {and_(_counted(of))}" for of in groups.values()]
    return list(_counted(found, of_agencies=True))


def _counted(changes: Sequence[Change], of_agencies: bool = False) -> Iterator[str]:
    for one, (many, _) in _KINDS.items():
        found = [change for change in changes if one in _kinds(change)]
        agencies = _agencies(found)
        if not found:
            continue
        subject = f"{count(agencies, 'agency', 'agencies')} " if of_agencies else ""
        shares = f" ({count(len(found), 'share')})" if len(found) > agencies else ""
        yield f"{subject}{one if agencies == 1 else many}{shares}"


def _kinds(change: Change) -> list[str]:
    """Return the kinds of a change, at most one gain and one loss."""
    kinds = []
    ends = change.after.offers_nothing and not change.after.ad_accounts_unknown
    for_certain = change.acceptance is not Acceptance.MAY_BE_ASKED_AGAIN and (
        change.gained_tasks or change.gained_accounts
    )
    must_accept = change.acceptance in (Acceptance.NEEDED, Acceptance.WAITS_ALREADY)
    if change.gains and not for_certain:
        kinds += [] if ends and change.loses else ["may gain access"]
    elif change.gained_tasks and must_accept:
        kinds.append("is asked to accept more access")
    elif change.gained_tasks:
        new = change.before.offers_nothing
        kinds.append("gains access" if new else "gains more tasks")
    elif change.gained_accounts:
        kinds.append("gains ad accounts")
    if not change.loses or change.effect is Effect.ENDED:
        return kinds
    if change.lost_tasks:
        all_lost = change.after.is_nothing
        return [*kinds, "loses access" if all_lost else "loses tasks"]
    return [*kinds, "loses ad accounts"]


def _gain_and_loss(change: Change) -> str:
    """Return a clause such as `gains UPLOAD and loses ADVERTISE on Acme web shop`."""
    lost_accounts = len(change.lost_accounts) + change.unknown_accounts_lost
    found = {
        "asset": _asset(change),
        "gained": and_(change.gained_tasks or [""]),
        "lost": and_(change.lost_tasks or [""]),
        "new_accounts": count(len(change.gained_accounts), "ad account"),
        "lost_accounts": count(lost_accounts, "ad account"),
    }
    clauses = [_KINDS[kind][1] for kind in _kinds(change)]
    end = " on {asset}"
    if len(clauses) > 1 and all(clause.endswith(end) for clause in clauses):
        clauses[0] = clauses[0].removesuffix(end)
    return " and ".join(clauses).format_map(found)


def who(change: Change) -> str:
    """Return the name of the agency, or its id."""
    return _name(change.agency_name, change.agency_id, "agency")


def _asset(change: Change) -> str:
    return _name(change.pixel_name, change.pixel_id, "pixel")


def _name(name: str, value: str | None, kind: str) -> str:
    return short(name) or (f"{kind} {short(value)}" if value else f"an unknown {kind}")


def _unmanaged(review: Review) -> Iterator[str]:
    """Yield clauses about access and requests that stay at Meta and are no longer declared."""
    found = [change for change in review.changes if change.unmanaged]
    requests = [change for change in found if change.leaves_request]
    for confirmed, verbs in ((True, ("keeps", "keep")), (False, ("may keep", "may keep"))):
        kept = [each for each in found if each.is_access is confirmed and each not in requests]
        if kept:
            agencies = _agencies(kept)
            subject = who(kept[0]) if agencies == 1 else count(agencies, "agency", "agencies")
            yield f"{subject} {verbs[agencies > 1]} access that this program no longer declares"
    open_ = "stays open and is no longer declared", "stay open and are no longer declared"
    yield from _requests(requests, *open_)


def _requests(changes: Sequence[Change], one: str, many: str) -> Iterator[str]:
    if len(changes) == 1:
        yield f"the sharing request to {who(changes[0])} {one}"
    elif changes:
        yield f"{len(changes):,} sharing requests {many}"


def _approvals(answers: Sequence[Answer]) -> Iterator[str]:
    """Yield clauses about requests that are approved, by their ids and by standing responses."""
    standing = [answer for answer in answers if answer.is_standing]
    by_id = len(answers) - len(standing)
    if len(standing) == 1:
        agency = business(standing[0].agency_id, short(standing[0].agency_name or ""))
        yield f"{agency} accepts requests of {business(standing[0].owner_id, '')}"
    elif standing:
        yield f"{len(standing):,} standing responses accept requests"
    if by_id:
        yield f"{count(by_id, 'sharing request is', 'sharing requests are')} approved"


def _end_dates(terms: Iterable[tuple[str, str | None, str | None]]) -> Iterator[str]:
    """Yield clauses with the numbers of earlier, added, later and removed end dates.

    A term is the change of an end date, with the date before and after it.
    """
    found = Counter(
        {
            "shorter": "earlier" if before else "added",
            "longer": "later" if after else "removed",
        }.get(how, "")
        for how, before, after in terms
    )
    for how in ("earlier", "added", "later", "removed"):
        if found[how]:
            yield f"{count(found[how], 'end date is', 'end dates are')} {how}"


def _not_asked(changes: Iterable[Change]) -> Iterator[str]:
    """Yield clauses with the numbers of agencies that the update does not ask again."""
    found = [change for change in changes if change.effect is Effect.NOT_ASKED]
    declined = [change for change in found if change.before.status == ShareStatus.DECLINED]
    others = [change for change in found if change.before.status != ShareStatus.DECLINED]
    if declined:
        number = _agencies(declined)
        verb = "is" if number == 1 else "are"
        yield f"{count(number, 'agency', 'agencies')} declined and {verb} not asked again"
    if others:
        yield f"{count(_agencies(others), 'agency is', 'agencies are')} not asked again"


def _agencies(found: Iterable[Change]) -> int:
    return len({change.agency for change in found})
