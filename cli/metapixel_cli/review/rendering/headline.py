"""The status line of a review, and the sentences directly under it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from metapixel_cli.review.judging.change import Acceptance, Change, Effect, Fact
from metapixel_cli.review.judging.policy import blocks
from metapixel_cli.review.judging.review import Review, Status
from metapixel_cli.review.rendering import drift
from metapixel_cli.review.rendering.words import and_, at_most, count
from metapixel_provider.sharing.status import ShareStatus

#: The maximum number of changes of access, or of agencies, that the status line names one by one.
_MOST_NAMED = 2
#: The maximum number of kinds of change that the status line names.
_MOST_KINDS = 3
#: The kinds of gains and losses, in the words for one agency and for several.
_KINDS = (
    ("gains access", "gain access"),
    ("gains more tasks", "gain more tasks"),
    ("gains ad accounts", "gain ad accounts"),
    ("may gain access", "may gain access"),
    ("is asked to accept more access", "are asked to accept more access"),
    ("loses access", "lose access"),
    ("may lose access for a time", "may lose access for a time"),
    ("loses tasks", "lose tasks"),
    ("loses ad accounts", "lose ad accounts"),
)
#: The limit of the status line, in characters.
LONGEST_VERDICT = 400
#: The limit of a sentence under the status line, in characters.
LONGEST_NOTICE = 500
#: The limit of a name in the status line, in characters.
_LONGEST_NAME = 40
#: The limit of the names in a sentence about a mass removal. The rows contain every name.
_MOST_REMOVED = 5
#: The removals that a mass removal counts apart, by kind.
_APART = {
    "shares": "after the end date",
    "permissions": "with their shares",
    "shares and permissions": "after the end date or with their shares",
}
_WOULD = {
    Status.UNKNOWN: "the update may change access, and part of the change is unknown",
    Status.REFUSED: "the update would fail",
    Status.CHANGED: "the update would add some access and remove some",
    Status.WIDENED: "the update would grant more access",
    Status.NARROWED: "the update would grant less access",
    Status.UNCHANGED: "the update would change no access",
}
_VERDICTS = {
    Status.FAILED: "Preview failed: its changes are unknown",
    Status.BLOCKED: "Blocked by policy",
    Status.UNKNOWN: "Access changes, and part of the change is unknown before the update",
    Status.REFUSED: "The update will fail",
    Status.CHANGED: "More and less access",
    Status.WIDENED: "More access",
    Status.NARROWED: "Less access",
    Status.UNCHANGED: "Access unchanged",
}


def verdict(review: Review) -> str:
    """Return the status line, without mark, project and stack. Its names are not escaped."""
    text, facts = _text(review), _facts(review)
    if review.status is Status.FAILED:
        return text
    is_unchanged = direction(review) is Status.UNCHANGED
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
    dates = only_dates(review)
    if review.status is Status.BLOCKED:
        would = "the update would change only end dates" if dates else _would(review)
        return f"{_VERDICTS[Status.BLOCKED]} ({_blocking(review)}); {would}"
    if review.status is Status.UNKNOWN and review.gaps:
        if review.skipped and len(review.gaps) == 1:
            were, their = ("was", "its") if len(review.skipped) == 1 else ("were", "their")
            skipped = f"{len(review.skipped):,} of {count(review.total, 'resource')} {were} not "
            return f"{skipped}previewed; {their} access may change"
        return "The preview lacks information, so access may change"
    return "Only end dates change" if dates else _VERDICTS[direction(review)]


def _would(review: Review) -> str:
    found = _access(review)
    if found is Status.UNCHANGED and review.access is not Status.UNCHANGED:
        return "the update would only undo changes that were made at Meta"
    return _WOULD[found]


def direction(review: Review) -> Status:
    """Return the verdict, in which another end date does not count beside other changes.

    A change that only undoes drift does not count either, because the drift is reported.
    """
    return _access(review) if review.status is review.access else review.status


def _access(review: Review) -> Status:
    if review.access in (Status.UNKNOWN, Status.REFUSED):
        return review.access
    own = _own(review)
    answered = any(answer.widens for answer in review.answers)
    gains, loses = any(change.gains for change in own), any(change.loses for change in own)
    widens, narrows = gains or answered, loses
    if not (widens or narrows):
        widens, narrows = (any(each.widens for each in own), any(each.narrows for each in own))
    if widens and narrows:
        return Status.CHANGED
    if widens or narrows:
        return Status.WIDENED if widens else Status.NARROWED
    return Status.UNCHANGED


def _own(review: Review) -> list[Change]:
    """Return the changes that the program asks for."""
    return [change for change in review.changes if Fact.UNDOES_DRIFT not in change.facts]


def only_dates(review: Review) -> bool:
    """Return True if access is granted for more or less time, and nothing else changes it."""
    if _access(review) not in (Status.CHANGED, Status.WIDENED, Status.NARROWED):
        return False
    changes = any(change.gains or change.loses for change in _own(review))
    return not changes and not any(answer.widens for answer in review.answers)


def _blocking(review: Review) -> str:
    blocking, total = sum(map(blocks, review.violations)), len(review.violations)
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
    found = [change.refusal for change in review.changes if change.refused]
    if len(found) < 2:
        return found
    return [
        f"{len(found):,} shares have a new name or are replaced, and cannot take the access over"
    ]


def _changes(review: Review) -> Iterator[str]:
    possible = [change for change in _own(review) if not change.refused]
    yield from _gains_and_losses(possible)
    ended = sum(change.effect is Effect.ENDED for change in possible)
    if ended:
        dates = "its end date" if ended == 1 else "their end dates"
        yield f"{count(ended, 'share is', 'shares are')} removed after {dates}"
    widening = sum(answer.widens for answer in review.answers)
    if widening:
        yield f"{count(widening, 'sharing request is', 'sharing requests are')} approved"
    withdrawn = [change for change in possible if change.withdrawn]
    if len(withdrawn) == 1:
        yield f"the sharing request to {who(withdrawn[0])} is withdrawn"
    elif withdrawn:
        yield f"{len(withdrawn):,} sharing requests are withdrawn"
    yield from _end_dates(possible)
    if review.access is Status.UNCHANGED:
        yield from _not_asked(possible)
        moved = sum(len(change.moves) for change in review.moved)
        if moved:
            yield count(moved, "resource has moved", "resources have moved")


def _gains_and_losses(changes: Sequence[Change]) -> list[str]:
    """Return clauses about agencies that gain or lose access."""
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
    for one, many in _KINDS:
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
    if change.gains and not _gains_for_certain(change):
        kinds += [] if ends and change.loses else ["may gain access"]
    elif change.gained_tasks and _must_accept(change):
        kinds.append("is asked to accept more access")
    elif change.gained_tasks:
        new = change.before.offers_nothing
        kinds.append("gains access" if new else "gains more tasks")
    elif change.gained_accounts:
        kinds.append("gains ad accounts")
    if not change.loses or change.effect is Effect.ENDED:
        return kinds
    if change.may_reshare:
        return [*kinds, "may lose access for a time"]
    if change.lost_tasks:
        all_lost = change.after.is_nothing
        return [*kinds, "loses access" if all_lost else "loses tasks"]
    return [*kinds, "loses ad accounts"]


def _gain_and_loss(change: Change) -> str:
    """Return a clause such as `gains UPLOAD and loses ADVERTISE on Acme web shop`."""
    gained, lost = (and_(tasks or [""]) for tasks in (change.gained_tasks, change.lost_tasks))
    accounts = [
        count(number, "ad account")
        for number in (
            len(change.gained_accounts),
            len(change.lost_accounts) + change.unknown_accounts_lost,
        )
    ]
    where = _asset(change)
    words = {
        "gains access": f"gains access to {where} ({gained})",
        "may gain access": f"may gain access to {where}",
        "is asked to accept more access": f"is asked to accept {gained} on {where}",
        "gains more tasks": f"gains {gained} on {where}",
        "gains ad accounts": f"gains {accounts[0]} on {where}",
        "loses access": f"loses access to {where}",
        "may lose access for a time": f"may lose access to {where} for a time",
        "loses tasks": f"loses {lost} on {where}",
        "loses ad accounts": f"loses {accounts[1]} on {where}",
    }
    clauses = [words[kind] for kind in _kinds(change)]
    end = f" on {where}"
    if len(clauses) > 1 and all(clause.endswith(end) for clause in clauses):
        clauses[0] = clauses[0].removesuffix(end)
    return " and ".join(clauses)


def who(change: Change) -> str:
    """Return the name of the agency, or its id."""
    return _name(change.agency_name, change.agency_id, "agency")


def _asset(change: Change) -> str:
    return _name(change.asset_name, change.asset_id, change.asset)


def _name(name: str, value: str | None, kind: str) -> str:
    return _short(name) or (f"{kind} {value[:_LONGEST_NAME]}" if value else f"an unknown {kind}")


def _short(name: str) -> str:
    name = " ".join(name.split())
    return f"{name[:_LONGEST_NAME]}…" if len(name) > _LONGEST_NAME else name


def _gains_for_certain(change: Change) -> bool:
    if change.acceptance is Acceptance.MAY_BE_ASKED_AGAIN:
        return False
    return bool(change.gained_tasks or change.gained_accounts)


def _must_accept(change: Change) -> bool:
    return change.acceptance in (Acceptance.NEEDED, Acceptance.WAITS_ALREADY)


def _unmanaged(review: Review) -> Iterator[str]:
    """Yield clauses about access and requests that stay at Meta and are no longer declared."""
    found = [change for change in review.changes if change.unmanaged]
    requests = [change for change in found if change.leaves_request]
    kept = [change for change in found if change not in requests]
    doubtful = [change for change in kept if not change.is_access]
    for changes, verbs in (
        ([change for change in kept if change.is_access], ("keeps", "keep")),
        (doubtful, ("may keep", "may keep")),
    ):
        if changes:
            agencies = _agencies(changes)
            subject = who(changes[0]) if agencies == 1 else count(agencies, "agency", "agencies")
            yield f"{subject} {verbs[agencies > 1]} access that this program no longer declares"
    if len(requests) == 1:
        yield f"the sharing request to {who(requests[0])} stays open and is no longer declared"
    elif requests:
        yield f"{len(requests):,} sharing requests stay open and are no longer declared"


def _end_dates_to_notice(review: Review) -> Iterator[str]:
    overdue = [change for change in (*review.changes, *review.waiting) if change.overdue]
    late = {*review.overdue, *(change for change in overdue if not change.before.is_nothing)}
    new = [change for change in overdue if change.before.is_nothing and change.gains]
    open_ = [change for change in overdue if change.before.is_nothing and not change.gains]
    skipped = [change for change in late if Fact.SKIPPED in change.facts]
    if skipped:
        yield f"{count(len(skipped), 'share')} should have ended, and was not previewed"
    if len(late) > len(skipped):
        stay = len(late) - len(skipped)
        them = "it" if stay == 1 else "them"
        yield f"{count(stay, 'share')} should have ended, and the update does not end {them}"
    extended = sum(change.was_overdue and change.term == "longer" for change in review.changes)
    if extended:
        yield f"The update extends {count(extended, 'share')} that should have ended"
    if new:
        dates = "date has" if len(new) == 1 else "dates have"
        yield f"The update grants {count(len(new), 'share')} whose end {dates} already passed"
    if open_:
        waits = count(len(open_), "share that waits for its", "shares that wait for their")
        yield f"The end date of {waits} agency has passed"


def notices(review: Review) -> list[str]:
    """Return the sentences that belong directly under the status line."""
    sentences = [_fixed_today(review), *_mass_removals(review), *_end_dates_to_notice(review)]
    checked = review.basis.ran or review.basis.unclear or review.preview.policy_packs
    grants = any(change.widens and Fact.DECLARED_ANEW in change.facts for change in review.changes)
    grants |= any(answer.widens for answer in review.answers)
    if grants and not checked and review.status is not Status.FAILED:
        sentences.append("No policy rule has checked the access that this update grants")
    return list(filter(None, sentences))


def _fixed_today(review: Review) -> str:
    """Return a sentence about the date that the stack configures, empty if there is none."""
    fixed = review.preview.fixed_today
    if fixed is None:
        return ""
    return f"Access ends as if today were {fixed}, because the stack configures metapixel:today"


def _end_dates(changes: Iterable[Change]) -> Iterator[str]:
    """Yield the number of end dates that are earlier, added, later and removed."""
    found = Counter(
        {
            "shorter": "earlier" if change.before.expires_on else "added",
            "longer": "later" if change.after.expires_on else "removed",
        }.get(change.term, "")
        for change in changes
    )
    for how in ("earlier", "added", "later", "removed"):
        if found[how]:
            yield f"{count(found[how], 'end date is', 'end dates are')} {how}"


def _not_asked(changes: Iterable[Change]) -> Iterator[str]:
    """Yield the number of agencies without access that the update does not ask again."""
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


def _mass_removals(review: Review) -> Iterator[str]:
    """Yield a sentence about each removal of many shares or permissions, with their names."""
    for kind, found in review.mass_removals:
        how = _APART[kind]
        names = ", ".join(at_most([_short(name) for name in found.removed], _MOST_REMOVED))
        if found.leaves_none:
            apart = f", {found.apart:,} of them {how}" if found.apart else ""
            names = f"the others: {names}" if found.apart else names
            yield f"The update removes all {found.managed:,} managed {kind}{apart} ({names})"
            continue
        apart = f", and {found.apart:,} more {how}" if found.apart else ""
        yield (
            f"The update removes {len(found.removed):,} of {found.managed:,} managed {kind} "
            f"({names}), over a quarter{apart}"
        )
