"""Conversion of Meta's error responses to our errors.

Meta's code decides, then its subcode, then the HTTP status. Source: Meta, "Handle Errors" and the
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
from metapixel_provider.texts import one_line

#: The errors of codes that have one meaning.
_KINDS: dict[int, type[GraphError]] = {
    **dict.fromkeys((1, 2), OutcomeUnknownError),
    **dict.fromkeys((4, 17, 32, 341, 613, *range(80000, 80015)), RateLimitedError),
    **dict.fromkeys((101, 102, 104, 190, 415), TokenError),
    **dict.fromkeys((3, 10, *range(200, 300)), PermissionMissingError),
    368: BlockedError,
    803: NotVisibleError,
}
INVALID_PARAMETER = 100
NO_SUCH_OBJECT = 33

#: The HTTP status of a rate limit that has no code from Meta.
TOO_MANY_REQUESTS = 429

#: The advice for a wrong token, by the subcode of codes 102 and 190.
TOKEN_ADVICE = {
    458: "the user removed the app: authorize the app again and configure the new token",
    459: "the user must log in to Facebook and pass a checkpoint before the token works again",
    460: "the user changed the password: create a new token and configure it",
    463: "the token expired: create one (a system user's may never expire) and configure it",
    464: "the user's account is not confirmed: ask the user to confirm it at Facebook",
    467: "the token was revoked or is invalid: create a new one and configure it",
}

#: The advice for codes that have a reason of their own. Source: Meta, "Handle Errors" and "Error
#: Codes" of the Marketing API.
CODE_ADVICE = {
    3: "the app lacks a capability: request full access for it in Meta's App Dashboard (Marketing "
    "API Access Tier)",
    101: "check in Meta's App Dashboard that the app of the token exists and is active, and create "
    "the token with such an app",
    294: "create a token with the scope ads_management, with an app that has full access in the "
    "Marketing API Access Tier",
    415: "the user must complete the two-factor authentication at Facebook, or use the token of a "
    "system user",
}

#: The advice for a wrong `appsecret_proof`. Meta's error for a wrong proof has a code that Meta
#: also uses for other errors.
PROOF_ADVICE = "configure the app secret of the app that created the token"

#: Meta's codes are smaller than this number. A larger number is not a code.
_LARGEST_CODE = 2**31
_LONGEST_TEXT = 4096


def classify(error: Mapping[str, object], status: int) -> GraphError:
    """Return the error for Meta's `error` object, which has no secrets, and an HTTP status."""
    message = _message(error)
    code = _code(error.get("code"))
    subcode = _code(error.get("error_subcode"))
    fault = Fault(message, code, subcode, status, _text(error, "fbtrace_id"))
    kind = _KINDS.get(code)
    # Code 1 alone is an unknown error.
    if code == 1 and "reduce the amount of data" in message.lower():
        return TooMuchDataError(fault)
    # A rate limit is transient too, but its code also says that the call had no effect.
    if error.get("is_transient") is True and kind is not RateLimitedError:
        return OutcomeUnknownError(fault)
    if kind is not None:
        advice = CODE_ADVICE.get(code, "")
        if kind is TokenError:
            advice = TOKEN_ADVICE.get(subcode, advice)
        return kind(fault, advice=advice)
    if code == INVALID_PARAMETER:
        return _invalid_parameter(fault)
    return _by_status(fault)


def _invalid_parameter(fault: Fault) -> GraphError:
    if "appsecret_proof" in fault.message:
        return TokenError(fault, advice=PROOF_ADVICE)
    if fault.subcode == NO_SUCH_OBJECT:
        return NotVisibleError(fault)
    return InvalidParameterError(fault)


def _message(error: Mapping[str, object]) -> str:
    """Return Meta's message, with the one for people if it says more."""
    message = _text(error, "message") or "no message"
    for_people = _text(error, "error_user_msg")
    if for_people and for_people not in message:
        return f"{message.rstrip('.')} - {for_people}"
    return message


def _text(error: Mapping[str, object], key: str) -> str:
    value = error.get(key)
    return one_line(value, _LONGEST_TEXT) if isinstance(value, str) else ""


def _by_status(fault: Fault) -> GraphError:
    has_code = fault.code != 0
    if fault.status == TOO_MANY_REQUESTS and not has_code:
        return RateLimitedError(fault)
    if fault.status >= 500:
        return OutcomeUnknownError(fault)
    # Otherwise, a code, also an unknown one, or a status from 400 is a refusal.
    if has_code or fault.status >= 400:
        return InvalidParameterError(fault)
    return OutcomeUnknownError(fault)


def _code(value: object) -> int:
    """Return a code of Meta as a number, or 0 if the value is not a code."""
    try:
        number = int(str(value))
    except ValueError:
        return 0
    return number if abs(number) < _LARGEST_CODE else 0
