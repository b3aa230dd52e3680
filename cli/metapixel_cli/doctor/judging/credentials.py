"""The checks of a credential set: its token, its app secret, its limits and its roles."""

from __future__ import annotations

from datetime import datetime, timedelta

from metapixel_cli.doctor.judging import obstacles
from metapixel_cli.doctor.judging.assets import business_of
from metapixel_cli.doctor.judging.names import Names
from metapixel_cli.doctor.judging.verdict import (
    Verdict,
    failed,
    not_run,
    success,
    unknown,
    warned,
)
from metapixel_cli.doctor.reading.observed import Named, Observed, SetRead, TokenData
from metapixel_provider.errors import (
    AppSecretError,
    GraphError,
    OutcomeUnknownError,
    RateLimitedError,
)
from metapixel_provider.graph.limits import NEARLY_LIMITED

_SOON = timedelta(days=14)
_RIGHT_APP = (
    "configure the app secret of the app that created the token (Meta's Access Token Debugger "
    "names this app)"
)
_NEW_TOKEN = "create a new token, and configure it"  # noqa: S105 - advice


def token(observed: Observed, found: SetRead, names: Names) -> Verdict:
    if reason := obstacles.of_run(observed):
        return not_run(reason)
    if isinstance(found.problem, AppSecretError):
        return not_run(obstacles.of_set(observed, found))
    if found.problem is not None:
        return failed(names.error(found.problem), _correction(observed, found))
    source = f"from {found.token_source}"
    error = found.refusal
    if error is not None:
        if obstacles.responsible(error) != "token":
            return not_run(obstacles.of_set(observed, found))
        return failed(names.error(error), error.advice, source)
    if found.user is None:
        return not_run(obstacles.of_set(observed, found))
    app = found.token.app if isinstance(found.token, TokenData) else None
    return success(
        source,
        f"of {names.of('app', app)}" if app and app.id else "",
    )


def token_user(observed: Observed, found: SetRead, names: Names) -> Verdict:
    user = names.of("user", found.user) if isinstance(found.user, Named) else "a user"
    if not isinstance(found.token, TokenData):
        return _not_described(found.token, names)
    match found.token.kind:
        case "SYSTEM_USER":
            return success(f"the token belongs to the system {user}")
        case "USER":
            return warned(
                f"The token belongs to a person: {user}. The token becomes invalid when the person "
                f"changes the password, leaves the business or removes the app",
                "create a system user in the business, and use a token of this system user",
            )
        case _:
            return failed(
                "The token belongs neither to a system user nor to a person",
                "use the token of a system user",
            )


def token_expiry(observed: Observed, found: SetRead, names: Names) -> Verdict:
    if not isinstance(found.token, TokenData):
        return _not_described(found.token, names)
    ends = found.token.expires_at
    if ends is None:
        return success("the token never expires")
    advice = f"{_NEW_TOKEN}; for a system user, you can create a token that never expires"
    return _ends(ends, observed.now, "The token expires", "The token expired", advice)


def data_access(observed: Observed, found: SetRead, names: Names) -> Verdict:
    if not isinstance(found.token, TokenData):
        return _not_described(found.token, names)
    if not found.token.states_data_access:
        return unknown("Meta did not state when the app's access to the user's data ends")
    ends = found.token.data_access_expires_at
    if ends is None:
        return success("the app's access to the user's data does not end")
    advice = "ask the user to log in to the app again, and configure the new token"
    access = "The app's access to the user's data"
    return _ends(ends, observed.now, f"{access} ends", f"{access} ended", advice)


def app_secret_proof(observed: Observed, found: SetRead, names: Names) -> Verdict:
    source = found.app_secret_source
    error = found.refusal
    if isinstance(found.problem, AppSecretError) and not obstacles.of_run(observed):
        return failed(names.error(found.problem), "correct the app secret")
    if error is not None and obstacles.is_about_proof(error) and not found.problem:
        if found.sends_proof:
            return failed(
                f"Meta refuses the proof that was made with the app secret from {source}",
                _RIGHT_APP,
            )
        return failed(
            "The app requires a proof, and no app secret is configured",
            f"{_RIGHT_APP}, or turn off *Require App Secret* in the settings of the app",
        )
    if reason := obstacles.of_set(observed, found):
        return not_run(reason)
    if found.sends_proof:
        return success(f"Meta accepts the proof that was made with the app secret from {source}")
    return success("no app secret is configured, and the app does not require a proof")


def rate_limits(observed: Observed, found: SetRead, names: Names) -> Verdict:
    limited = next((each for each in found.errors() if isinstance(each, RateLimitedError)), None)
    if limited is not None:
        return failed(names.error(limited), limited.advice)
    if reason := obstacles.of_set(observed, found):
        return not_run(reason)
    percent = found.usage.percent
    if percent >= NEARLY_LIMITED:
        return warned(
            f"{percent:.0f} % of a limit of the app is used, so the provider slows down its calls",
            "run the next update later, or use an app of your own for this project",
        )
    if percent <= 0:
        return unknown("Meta's answers did not say how much of a rate limit is used")
    return success(f"at most {percent:.0f} % of each limit is used")


def business_role(observed: Observed, found: SetRead, names: Names) -> Verdict:
    listed = found.businesses if isinstance(found.businesses, tuple) else ()
    ids = {each.id for each in listed}
    # Meta might not list a business that an option names, for example that of a system user.
    others = [key for key, role in found.is_admin.items() if role is True and key not in ids]
    if not others and not isinstance(found.businesses, tuple):
        reason = obstacles.of_read(found.businesses, names)
        return not_run(f"the businesses of the token were not read: {reason}")
    known = [*listed, *(business_of(observed, key) for key in others)]
    if not known:
        return failed(
            "The user of the token has no role in any business",
            "add the user to the business in Business Settings, with the admin role",
        )
    read = [(names.of("business", each), found.is_admin.get(each.id)) for each in known]
    admin = [name for name, role in read if role is True]
    other = [name for name, role in read if role is False]
    unread = [
        f"the role in {name} was not read ({obstacles.of_read(role, names)})"
        for name, role in read
        if isinstance(role, GraphError)
    ]
    left = sum(role is None for _, role in read)
    facts = (
        *(f"admin of {name}" for name in admin),
        *(f"not an admin of {name}" for name in other),
        *unread,
        *([f"{left} roles were not read"] if left else []),
    )
    if admin:
        return success(*facts)
    if left and not unread:
        return not_run(
            f"the user is not an admin of {len(other)} of the {len(listed)} businesses, and "
            f"the other roles were not read; name a business with --business"
        )
    if unread or not other:
        errors = (role for _, role in read if isinstance(role, GraphError))
        return not_run("; ".join(facts), next((each.advice for each in errors), ""))
    return failed(
        f"The user of the token is not an admin of {', '.join(other)}",
        "give the user the admin role in Business Settings, or use the token of an admin",
    )


def _ends(ends: datetime, now: datetime, future: str, past: str, advice: str) -> Verdict:
    time = f"on {ends:%Y-%m-%d at %H:%M} UTC"
    if ends <= now:
        return failed(f"{past} {time}", advice)
    if ends - now < _SOON:
        return warned(f"{future} {time}", advice)
    return success(f"{future[0].lower()}{future[1:]} {time}")


def _correction(observed: Observed, found: SetRead) -> str:
    """Return the advice for a set without a usable token."""
    if found.token_source:
        return "correct the token"
    advice = "configure the token as the error states"
    if observed.settings.stack:
        return advice
    return f"{advice}, or add --stack to check the tokens of a stack"


def _not_described(error: GraphError | None, names: Names) -> Verdict:
    """Return the verdict if Meta refused `debug_token`. Source: Meta, "Debug-Token"."""
    reason = f"Meta's description of the token was not read: {obstacles.of_read(error, names)}"
    if isinstance(error, (OutcomeUnknownError, RateLimitedError)):
        return not_run(reason, error.advice)
    return not_run(
        reason,
        "only developers of the app can read the description: make the user a developer, or leave "
        "out these checks with --skip token-user --skip token-expiry --skip data-access",
    )
