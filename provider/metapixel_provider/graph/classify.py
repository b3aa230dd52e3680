"""Which error an answer of the Graph API is.

By Meta's code, then its subcode, then the HTTP status. Source: Meta, "Handle Errors" and the
rate limiting pages of the Graph and Marketing APIs.
"""

from __future__ import annotations

from collections.abc import Mapping

from metapixel_provider.errors import (
    BlockedError,
    Fault,
    GraphError,
    InvalidParameterError,
    NotVisibleError,
    OutcomeUnknownError,
    PermissionMissingError,
    RateLimitedError,
    TokenError,
    TooMuchDataError,
)

TEMPORARY = frozenset({1, 2})
RATE_LIMITS = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
TOKEN = frozenset({102, 104, 190})
PERMISSION = frozenset({3, 10, *range(200, 300)})
BLOCKED = 368
INVALID_PARAMETER = 100
NOT_VISIBLE = 803
NO_SUCH_OBJECT = 33

#: HTTP status of a limit that comes without a code of Meta's.
TOO_MANY_REQUESTS = 429

#: What is wrong with a token, by the subcode of 102 and 190.
TOKEN_ADVICE = {
    458: "the user removed the app: let an admin authorize it again and configure the new token",
    459: "the user must log in to Facebook and pass a checkpoint before the token works again",
    460: "the user changed the password: create a new token and configure it",
    463: "the token expired: create a new one (a system user's may last for ever) and configure it",
    464: "the user is not confirmed: let the user confirm the account at Facebook",
    467: "the token was revoked or is invalid: create a new one and configure it",
}

#: What is wrong with a token's proof, which Meta only says in words.
PROOF_ADVICE = "configure the app secret of the app that the token was made with"


def classify(error: Mapping[str, object], status: int) -> GraphError:
    """The error that Meta's `error` object with this HTTP status means."""
    code, subcode = _int(error.get("code")), _int(error.get("error_subcode"))
    title = str(error.get("error_user_msg") or "")
    said = str(error.get("message") or "no message")
    if title and title not in said:
        said = f"{said.rstrip('.')} - {title}"
    fault = Fault(said, code, subcode, status, str(error.get("fbtrace_id") or ""))

    if code == 1 and "reduce the amount of data" in said.lower():
        return TooMuchDataError(fault)
    if code in RATE_LIMITS:
        return RateLimitedError(fault)
    if code in TEMPORARY or error.get("is_transient") is True:
        return OutcomeUnknownError(fault)
    if code in TOKEN:
        return TokenError(fault, advice=TOKEN_ADVICE.get(subcode, ""))
    if code in PERMISSION:
        return PermissionMissingError(fault)
    if code == BLOCKED:
        return BlockedError(fault)
    if code == INVALID_PARAMETER and "appsecret_proof" in said:
        return TokenError(fault, advice=PROOF_ADVICE)
    if code == NOT_VISIBLE or (code == INVALID_PARAMETER and subcode == NO_SUCH_OBJECT):
        return NotVisibleError(fault)
    if status == TOO_MANY_REQUESTS and code == 0:
        return RateLimitedError(fault)
    if status >= 500 and code != INVALID_PARAMETER:
        return OutcomeUnknownError(fault)
    return InvalidParameterError(fault)


def _int(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
