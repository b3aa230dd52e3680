"""The checks of a credential set whose token Meta accepts: its token, app, scopes and role.

Source of the scopes: the guide, "Permissions", and docs/simulator-reference.md, "Scopes".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from metapixel_cli.doctor.check_results import (
    CheckResult,
    failed,
    not_run,
    reason,
    success,
    unknown,
    warned,
)
from metapixel_cli.doctor.sets import CredentialSet, TokenData, named
from metapixel_provider.errors import GraphError, OutcomeUnknownError, RateLimitedError

_SOON = timedelta(days=14)
#: Meta's code for an app with limited access, and the names of the tiers in Meta's responses, which
#: are older than the names in the App Dashboard. Source: Meta, changelog of the Marketing API,
#: 2026-05-04.
_DEVELOPMENT, _LIMITED, _FULL = 270, "development_access", "standard_access"
#: The operations of Meta's guide.
OPERATIONS = ("share", "answer", "permit", "delete")
#: A token needs one of these scopes to answer, and one of each group for the other operations.
_TO_ANSWER = ("business_management", "ads_management")
_GROUPS: tuple[tuple[str, ...], ...] = (("business_management",), ("ads_management", "ads_read"))
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
    yield _expiry(about, now)


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
            text = "The token belongs neither to a system user nor to a person"
            return failed("token-user", text, "use the token of a system user")


def _expiry(about: TokenData, now: datetime) -> CheckResult:
    check, end = "token-expiry", about.expires_at
    if end is None:
        return success(check, "there is no end")
    date = f"{end:%Y-%m-%d at %H:%M} UTC"
    advice = (
        "create a new token, and configure it; for a system user, you can create a token that "
        "never expires"
    )
    if end <= now:
        return failed(check, f"The validity of the token ended on {date}", advice)
    text = f"The validity of the token ends on {date}"
    if end - now < _SOON:
        return warned(check, text, advice)
    return success(check, text)


def app_access(found: CredentialSet) -> CheckResult:
    """Check that the app has full access. Without an error or a tier, nothing shows this."""
    check = "share-app-access"
    text = "The app has only limited access"
    refusals = [error for error in found.errors if error.fault.code == _DEVELOPMENT]
    if refusals:
        text += f": {reason(refusals[0])}"
    if refusals or found.tier == _LIMITED:
        advice = (
            "request full access for the app in Meta's App Dashboard: App Review, Marketing API "
            "Access Tier (formerly Ads Management Standard Access); the app first needs 500 calls "
            "of the Marketing API in 15 days, with errors in less than 15 % of the last 500"
        )
        return failed(check, text, advice)
    if found.tier == _FULL:
        return success(check, "the app has full access")
    text = "Meta's responses did not state the Marketing API Access Tier of the app"
    return unknown(check, text, "check in Meta's App Dashboard that the app has full access")


def scopes(found: CredentialSet, operations: Sequence[str]) -> CheckResult:
    """Fail if a scope for the operations is missing, or else warn if one for pages is missing."""
    held = found.permissions
    if isinstance(found.token, TokenData) and found.token.scopes is not None:
        held = found.token.scopes
    if isinstance(held, GraphError):
        return not_run("scopes", f"the scopes of the token were not read: {reason(held)}")
    pages = _PAGES if "share" in operations else ()
    if missing := _missing_for(operations, held):
        prevented = [each for each in operations if _missing_for([each], held)]
        required = [*_missing_for(operations, frozenset()), *pages]
        text = f"The token lacks {' and '.join(missing)}, so it cannot {', '.join(prevented)}"
        advice = f"create a token with these scopes, and configure it: {', '.join(required)}"
        return failed("scopes", text, advice)
    missing_for_pages = [scope for scope in pages if scope not in held]
    if missing_for_pages:
        return warned(
            "scopes",
            f"The token lacks {' and '.join(missing_for_pages)}, which the current edition of "
            f"Meta's guide requires",
            "create a token with these scopes too if Meta refuses a share with code 200",
        )
    return success("scopes", f"the token has {', '.join(sorted(held))}")


def _missing_for(operations: Sequence[str], held: frozenset[str]) -> list[str]:
    """Return the scopes, or groups of scopes, that a token lacks for all these operations."""
    # Only an answer can do with another group, of which the others need one scope too.
    groups = (_TO_ANSWER,) if operations == ["answer"] else _GROUPS
    return [" or ".join(group) for group in groups if held.isdisjoint(group)]


def business_role(found: CredentialSet) -> CheckResult:
    check, listed = "business-role", found.businesses
    if found.administered:
        return success(check, f"admin of {_named(found.administered, found)}")
    if isinstance(listed, GraphError):
        return not_run(check, f"the businesses of the token were not read: {reason(listed)}")
    if not listed:
        text = "The user of the token has no role in any business"
        advice = "add the user to the business in Business Settings, with the admin role"
        return failed(check, text, advice)
    # An unread role is the error of its read, or None: of a long list, only the first are read.
    roles = [found.is_admin.get(business) for business in listed]
    unread = [role for role in roles if not isinstance(role, bool)]
    if not unread:
        text = f"The user of the token is not an admin of {_named(listed, found)}"
        advice = "give the user the admin role in Business Settings, or use the token of an admin"
        return failed(check, text, advice)
    text = f"the role of the user was not read in {len(unread)} of {len(listed)} businesses"
    errors = [error for error in unread if error is not None]
    if not errors:
        return not_run(check, text, "name a business with --business")
    return not_run(check, f"{text}: {reason(errors[0])}", errors[0].advice)


def _named(businesses: Iterable[str], found: CredentialSet) -> str:
    return ", ".join(named("business", each, found.names) for each in businesses)
