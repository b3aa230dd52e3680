"""The reasons why the checks of a credential set cannot run."""

from __future__ import annotations

from metapixel_cli.doctor.judging.names import Names
from metapixel_cli.doctor.reading.observed import Observed, SetRead
from metapixel_provider.errors import (
    AppSecretError,
    GraphError,
    InvalidParameterError,
    OutcomeUnknownError,
    RateLimitedError,
    TokenError,
)

#: Meta's code for a version that is too old or does not exist.
WRONG_VERSION = 2635
_INVALID_PARAMETER = 100


def of_run(observed: Observed) -> str:
    """Return the reason why no call was possible, or an empty string."""
    settings = observed.settings
    if settings.problem is not None and settings.stack:
        return "the stack's configuration was not read (see the check `settings`)"
    if settings.problem is not None or not settings.api_version:
        return "the settings are wrong (see the check `settings`)"
    return ""


def of_set(observed: Observed, found: SetRead) -> str:
    """Return the reason why Meta did not answer any read with this set, or an empty string."""
    if reason := of_run(observed):
        return reason
    if isinstance(found.problem, AppSecretError):
        return "the app secret cannot be used (see the check `app-secret-proof`)"
    if found.problem is not None:
        return "there is no usable token (see the check `token`)"
    if found.refusal is not None:
        return _BY_CHECK[responsible(found.refusal)]
    return "" if found.user is not None else "nothing was read with this token"


def of_all(observed: Observed) -> str:
    """Return the reason why every read failed, if all credential sets have the same reason."""
    found = {of_set(observed, each) for each in observed.sets} or {of_run(observed)}
    return found.pop() if len(found) == 1 else ""


_BY_CHECK = {
    "reachable": "Meta returned no usable answer (see the check `reachable`)",
    "api-version": "Meta refuses the version of the API (see the check `api-version`)",
    "app-secret-proof": (
        "Meta refuses the proof of the app secret (see the check `app-secret-proof`)"
    ),
    "rate-limits": "Meta limits the calls of the app (see the check `rate-limits`)",
    "token": "Meta refuses the token (see the check `token`)",
}


def responsible(error: GraphError) -> str:
    """Return the name of the check that explains an error of every read."""
    if isinstance(error, OutcomeUnknownError):
        return "reachable"
    if isinstance(error, RateLimitedError):
        return "rate-limits"
    if error.fault.code == WRONG_VERSION:
        return "api-version"
    if is_about_proof(error):
        return "app-secret-proof"
    if isinstance(error, InvalidParameterError) and not error.fault.code:
        return "reachable"
    return "token"


def is_about_proof(error: GraphError) -> bool:
    """Return whether Meta refuses `appsecret_proof`, or requires it."""
    return isinstance(error, TokenError) and error.fault.code == _INVALID_PARAMETER


def of_read(error: GraphError | None, names: Names) -> str:
    """Return the reason why a check lacks the result of a read."""
    return names.error(error) if error is not None else "the command made no such read"
