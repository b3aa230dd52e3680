"""The checks of a credential set whose token Meta accepts: its token, app, scopes and role.

Source of the scopes: the guide, "Permissions", and docs/simulator-reference.md, "Scopes".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from metapixel_cli.doctor.check_results import (
    CheckResult,
    failed,
    named,
    not_run,
    reason,
    success,
    unknown,
    warned,
)
from metapixel_cli.doctor.sets import CredentialSet, TokenData
from metapixel_provider.errors import GraphError, OutcomeUnknownError, RateLimitedError

_SOON = timedelta(days=14)
#: Meta's code for an app with limited access, and the names of the tiers in Meta's responses, which
#: are older than the names in the App Dashboard. Source: Meta, changelog of the Marketing API,
#: 2026-05-04.
_DEVELOPMENT, _LIMITED, _FULL = 270, "development_access", "standard_access"
#: The operations of Meta's guide.
OPERATIONS = ("share", "answer", "permit", "delete")
_ANSWER = "answer"
#: The token needs at least one scope of each group to answer, and for all other operations.
_ANSWERING = ("business_management", "ads_management")
_WRITING = (("business_management",), ("ads_management", "ads_read"))
#: The scopes that the current edition of the guide requires instead of `manage_pages`.
_PAGES = ("pages_read_engagement", "pages_show_list")
#: The name of the checks of Meta's description of a token.
DESCRIPTION = "token-description"


def description(found: CredentialSet, now: datetime) -> Iterator[CheckResult]:
    """Check Meta's description of the token at Meta's time. Source: Meta, "Debug-Token"."""
    about = found.token
    if not isinstance(about, TokenData):
        advice = (
            "only developers of the app can read the description: make the user a developer, or "
            f"leave it out with --skip {DESCRIPTION}"
        )
        if isinstance(about, (OutcomeUnknownError, RateLimitedError)):
            advice = about.advice
        text = f"Meta's description of the token was not read: {reason(about)}"
        yield not_run(DESCRIPTION, text, advice)
        return
    yield _user(about, found)
    yield _end(
        "token-expiry",
        "The validity of the token",
        about.expires_at,
        now,
        "create a new token, and configure it; for a system user, you can create a token that "
        "never expires",
    )
    if not about.states_data_access:
        text = "Meta did not state when the app's access to the user's data ends"
        yield unknown("data-access", text)
        return
    yield _end(
        "data-access",
        "The app's access to the user's data",
        about.data_access_expires_at,
        now,
        "ask the user to log in to the app again, and configure the new token",
    )


def _user(about: TokenData, found: CredentialSet) -> CheckResult:
    user = named("user", found.user, found.names) if isinstance(found.user, str) else "a user"
    match about.kind:
        case "SYSTEM_USER":
            return success("token-user", f"the token belongs to the system {user}")
        case "USER":
            return warned(
                "token-user",
                f"The token belongs to a person: {user}. The token becomes invalid when the person "
                f"changes the password, leaves the business or removes the app",
                "create a system user in the business, and use a token of this system user",
            )
        case _:
            return failed(
                "token-user",
                "The token belongs neither to a system user nor to a person",
                "use the token of a system user",
            )


def _end(check: str, subject: str, end: datetime | None, now: datetime, advice: str) -> CheckResult:
    if end is None:
        return success(check, "there is no end")
    date = f"{end:%Y-%m-%d at %H:%M} UTC"
    if end <= now:
        return failed(check, f"{subject} ended on {date}", advice)
    text = f"{subject} ends on {date}"
    return warned(check, text, advice) if end - now < _SOON else success(check, text)


def app_access(found: CredentialSet) -> Iterator[CheckResult]:
    check = "share-app-access"
    refused = next((each for each in found.errors if each.fault.code == _DEVELOPMENT), None)
    if refused is not None or found.tier == _LIMITED:
        detail = f": {reason(refused)}" if refused is not None else ""
        yield failed(
            check,
            f"The app has only limited access{detail}",
            "request full access for the app in Meta's App Dashboard: App Review, Marketing API "
            "Access Tier (formerly Ads Management Standard Access); the app first needs 500 calls "
            "of the Marketing API in 15 days, with errors in less than 15 % of the last 500",
        )
    elif found.tier == _FULL:
        yield success(check, "the app has full access")
    else:
        yield unknown(
            check,
            "Meta's responses did not state the Marketing API Access Tier of the app",
            "check in Meta's App Dashboard that the app has full access",
        )


def scopes(found: CredentialSet, operations: Collection[str]) -> Iterator[CheckResult]:
    """Check the scopes for the operations at once. A missing scope for pages is only a warning."""
    held = found.scopes
    if not operations:
        return
    if isinstance(held, GraphError):
        yield not_run("scopes", f"the scopes of the token were not read: {reason(held)}")
        return
    groups = (_ANSWERING,) if {*operations} == {_ANSWER} else _WRITING
    missing = [" or ".join(group) for group in groups if held.isdisjoint(group)]
    of_pages = _PAGES if "share" in operations else ()
    missing_of_pages = [each for each in of_pages if each not in held]
    if missing:
        prevented = [*operations]
        if _ANSWER in prevented and not held.isdisjoint(_ANSWERING):
            prevented.remove(_ANSWER)
        yield failed(
            "scopes",
            f"The token lacks {' and '.join(missing)}, so it cannot {', '.join(prevented)}",
            f"create a token with these scopes, and configure it: "
            f"{', '.join([*map(' or '.join, groups), *of_pages])}",
        )
    elif missing_of_pages:
        yield warned(
            "scopes",
            f"The token lacks {' and '.join(missing_of_pages)}, which the current edition of "
            f"Meta's guide requires",
            "create a token with these scopes too if Meta refuses a share with code 200",
        )
    else:
        yield success("scopes", f"the token has {', '.join(sorted(held))}")


def business_role(found: CredentialSet) -> CheckResult:
    check, listed = "business-role", found.businesses
    if found.administered:
        return success(check, f"admin of {_named(found.administered, found)}")
    if isinstance(listed, GraphError):
        return not_run(check, f"the businesses of the token were not read: {reason(listed)}")
    if not listed:
        return failed(
            check,
            "The user of the token has no role in any business",
            "add the user to the business in Business Settings, with the admin role",
        )
    roles = [found.is_admin.get(each) for each in listed]
    unread = [role for role in roles if not isinstance(role, bool)]
    if not unread:
        return failed(
            check,
            f"The user of the token is not an admin of {_named(listed, found)}",
            "give the user the admin role in Business Settings, or use the token of an admin",
        )
    text = f"the role of the user was not read in {len(unread)} of {len(listed)} businesses"
    # Only the first businesses of a token are read.
    error = next(filter(None, unread), None)
    if error is None:
        return not_run(check, text, "name a business with --business")
    return not_run(check, f"{text}: {reason(error)}", error.advice)


def _named(businesses: Iterable[str], found: CredentialSet) -> str:
    return ", ".join(named("business", each, found.names) for each in businesses)
