"""The checks of the acts of Meta's guide: share, answer, permit and delete.

Source: the guide, "Permissions", and docs/simulator-reference.md, "Scopes".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from metapixel_cli.doctor.judging import obstacles
from metapixel_cli.doctor.judging.names import Names
from metapixel_cli.doctor.judging.verdict import (
    Outcome,
    Result,
    Verdict,
    failed,
    not_run,
    success,
    unknown,
    warned,
)
from metapixel_cli.doctor.reading.observed import Observed, SetRead
from metapixel_provider.errors import GraphError

Judge = Callable[[Observed, Names], Iterator[Outcome]]
JudgeSet = Callable[[Observed, SetRead, Names], Verdict]
#: Groups of scopes.
Groups = tuple[tuple[str, ...], ...]

#: Meta's code for an app with limited access, and the names of the tiers in Meta's answers, which
#: are older than the names in the App Dashboard. Source: Meta, changelog of the Marketing API,
#: 2026-05-04.
_DEVELOPMENT, _LIMITED, _FULL = 270, "development_access", "standard_access"
#: The scopes of an act. The token needs at least one scope of each group.
WRITING: Groups = (("business_management",), ("ads_management", "ads_read"))
ANSWERING: Groups = (("business_management", "ads_management"),)
#: The scopes that the current edition of the guide requires instead of `manage_pages`.
_PAGES = ("pages_read_engagement", "pages_show_list")


def sharing_scopes(observed: Observed, found: SetRead, names: Names) -> Verdict:
    """Judge the scopes that a share needs. A missing scope for pages is only a warning."""
    verdict = scopes(WRITING, _PAGES)(observed, found, names)
    held = found.scopes
    if verdict.result is not Result.SUCCESS or not isinstance(held, frozenset):
        return verdict
    missing = [each for each in _PAGES if each not in held]
    if not missing:
        return verdict
    return warned(
        f"The token lacks {' and '.join(missing)}, which the current edition of Meta's guide "
        f"requires",
        "create a token with all scopes of this act if Meta refuses a share with code 200",
        *verdict.facts,
    )


def scopes(groups: Groups, of_guide: tuple[str, ...] = ()) -> JudgeSet:
    """Return a check of the scopes. `of_guide` are scopes that only Meta's guide requires."""

    def judge(observed: Observed, found: SetRead, names: Names) -> Verdict:
        held = found.scopes
        if not isinstance(held, frozenset):
            reason = obstacles.of_read(held, names)
            return not_run(f"the scopes of the token were not read: {reason}")
        missing = [" or ".join(group) for group in groups if not held.intersection(group)]
        if missing:
            noun = "a required scope" if len(missing) == 1 else "required scopes"
            return failed(
                f"The token lacks {noun}: {'; '.join(missing)}",
                f"create a token with these scopes, and configure it: "
                f"{', '.join([*map(' or '.join, groups), *of_guide])}",
            )
        used = sorted(held.intersection(each for group in groups for each in group))
        return success(f"the token has {', '.join(used)}")

    return judge


def app_access(observed: Observed, found: SetRead, names: Names) -> Verdict:
    refused = next((each for each in found.errors() if each.fault.code == _DEVELOPMENT), None)
    if refused is not None or found.usage.tier == _LIMITED:
        detail = f": {names.error(refused)}" if refused is not None else ""
        return failed(
            f"The app has only limited access{detail}",
            "request full access for the app in Meta's App Dashboard: App Review, Marketing API "
            "Access Tier (formerly Ads Management Standard Access)",
        )
    if found.usage.tier == _FULL:
        return success("the app has full access")
    return unknown(
        "Meta's answers did not state the Marketing API Access Tier of the app",
        "check in Meta's App Dashboard that the app has full access",
    )


def once(judge: Callable[[Observed, Names], Verdict]) -> Judge:
    """Return a check with one outcome."""

    def judge_once(observed: Observed, names: Names) -> Iterator[Outcome]:
        yield Outcome(judge(observed, names))

    return judge_once


def of_each_set(judge: JudgeSet, explains: bool = False) -> Judge:
    """Return a check that judges each credential set with a read that Meta answered.

    With `explains`, the check judges every set, to explain why Meta did not answer.
    """

    def judge_all(observed: Observed, names: Names) -> Iterator[Outcome]:
        if not observed.sets:
            yield Outcome(not_run(obstacles.of_run(observed) or "there is no credential set"))
        for found in observed.sets:
            reason = "" if explains else obstacles.of_set(observed, found)
            verdict = not_run(reason) if reason else judge(observed, found, names)
            yield Outcome(verdict, names.credentials(found.name))

    return judge_all


def reasons(
    observed: Observed, names: Names, error_of: Callable[[SetRead], GraphError | None]
) -> list[str]:
    """Return the known reasons why no credential set could read an object."""
    found = []
    for each in observed.sets:
        error = error_of(each)
        reason = obstacles.of_set(observed, each) or (names.error(error) if error else "")
        if reason:
            found.append(f"{names.credentials(each.name)}: {reason}")
    return found or list(filter(None, [obstacles.of_run(observed)]))
