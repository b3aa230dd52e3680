"""The errors of the project, ordered by how the user can resolve them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Self

from metapixel_provider.texts import from_outside, one_line

#: The codes of a refusal that is about the token, its rights, or a block of the user.
_TOKENS_AND_RIGHTS = frozenset({10, 190, 368, *range(200, 300)})

#: Meta's trace ids have about 27 characters.
_LONGEST_TRACE = 64
_LONGEST_RETURNED = 120

MAY_HAVE_TAKEN_EFFECT = (
    "the write may have taken effect, so run the same command again, or `pulumi up --refresh`: "
    "neither command repeats a write that took effect"
)

#: The advice for an answer from Meta that this version does not know.
REPORT = "report this message in the issue tracker of pulumi-metapixel"


class MetaPixelError(Exception):
    """An error whose message is one sentence that tells the user what to do."""

    #: True if the error remains until there is another token or right, or until a block ends.
    needs_token = False
    #: True if the operation has not sent a write that may have taken effect.
    had_no_effect = False


class ConfigurationError(MetaPixelError):
    """A configured value is missing or wrong."""


class NoTokenError(ConfigurationError):
    needs_token = had_no_effect = True


class AppSecretError(ConfigurationError):
    """The app secret of a credential set is malformed or cannot be read."""


class RefusedError(MetaPixelError):
    """The declaration conflicts with existing access at Meta, so the user has to decide."""


class NotFilteredError(RefusedError):
    """Meta did not limit its list of requests to one owner, so no request can be answered."""


class WrongClockError(MetaPixelError):
    """The clock of this machine differs from Meta's by more than a day, so nothing is written."""


@dataclass(frozen=True)
class Fault:
    """Meta's error, or the reason why no usable answer arrived.

    `message` is Meta's message, or a reason that the provider found. `code`, `subcode` and `trace`
    are from Meta's answer (`error.code`, `error.error_subcode`, `error.fbtrace_id`). `status` is
    the HTTP status, or 0 if no answer arrived. Each text is converted to one printable line.
    """

    message: str
    code: int = 0
    subcode: int = 0
    status: int = 0
    trace: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", from_outside(self.message))
        object.__setattr__(self, "trace", one_line(self.trace, _LONGEST_TRACE))

    def reference(self) -> str:
        """Return the code and the trace id, which Meta's support asks for."""
        parts = []
        has_error_status = self.status not in (0, 200)
        if self.code and self.subcode:
            parts.append(f"code {self.code}/{self.subcode}")
        elif self.code:
            parts.append(f"code {self.code}")
        elif has_error_status and f"HTTP {self.status}" not in self.message:
            parts.append(f"HTTP {self.status}")
        if self.trace:
            parts.append(f"trace id {self.trace}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Origin:
    """The other side of a call, and its token, for messages.

    `host` is the host that answers in place of Meta, with the setting that contains its address. It
    is empty if Meta answers. `token` and `app_secret` are the variables or the keys that contain
    the secrets of the credential set.
    """

    host: str = ""
    token: str = ""
    app_secret: str = ""


class GraphError(MetaPixelError):
    """Meta refused a call, or its answer is unreadable.

    `action` names the attempted operation and its asset. `advice` tells the user what to do next.
    `origin` is known as soon as a client has sent the call. Each of the three keeps the first value
    that was set, because it is the most specific.
    """

    origin = Origin()
    #: True if another token can be the remedy.
    names_token = True
    default_advice = "see Meta's message"
    #: More advice, which follows any other advice.
    last_advice = ""
    phrase = "{who} refused to {action}"
    phrase_without_action = "{who} refused the call"

    def __init__(self, fault: Fault, action: str = "", advice: str = "") -> None:
        self.fault = fault
        self.needs_token = fault.code in _TOKENS_AND_RIGHTS
        self.action = action
        self._advice = advice
        super().__init__(fault, action, advice)

    @property
    def advice(self) -> str:
        return self._advice or self.default_advice

    def during(self, action: str = "", advice: str = "") -> Self:
        """Return a copy of the error. It gets `action` and `advice` if it lacks them."""
        found = copy(self)
        found.action = self.action or action
        found._advice = self._advice or advice
        return found

    def with_origin(self, origin: Origin) -> Self:
        """Return a copy of the error. It gets `origin` if it does not have one yet."""
        found = copy(self)
        if self.origin == Origin():
            found.origin = origin
        return found

    def refusal(self, action: str = "") -> str:
        """Return who refused the action, or the call if it is empty, and with which token."""
        phrase = self.phrase if action else self.phrase_without_action
        text = phrase.format(who=self.origin.host or "Meta", action=action)
        if self.names_token and self.origin.token:
            text += f", with the token from {self.origin.token}"
        return text

    def __str__(self) -> str:
        message = self.fault.message.rstrip(".")
        sentence = f"{self.refusal(self.action)}: {message}; {self.advice}{self.last_advice}"
        reference = self.fault.reference()
        return f"{sentence} ({reference})" if reference else sentence


class TokenError(GraphError):
    """The access token, its app or its proof is invalid (codes 100, 101, 102, 104, 190, 415)."""

    default_advice = "renew the access token and configure the new one"


class PermissionMissingError(GraphError):
    """The token lacks a permission, a role or a capability (codes 3, 10, 200-299)."""

    default_advice = (
        "use the token of an admin of the business, with the scopes business_management, "
        "ads_management and pages_read_engagement"
    )


class NotVisibleError(GraphError):
    """The object does not exist or the token cannot see it (code 100 subcode 33, code 803)."""

    default_advice = (
        "check the id, and check that the token belongs to an admin of the business that owns the "
        "object"
    )


class InvalidParameterError(GraphError):
    """Meta rejects a parameter (code 100 and unknown codes)."""

    default_advice = "correct the parameter in Meta's message"


#: The errors with which Meta may refuse a call about access that does not exist, or that the token
#: may not read. Meta does not document which of them it returns.
REFUSALS = (InvalidParameterError, NotVisibleError, PermissionMissingError)


class BlockedError(GraphError):
    """Meta blocks the app or the user for policy reasons (code 368)."""

    default_advice = "resolve the block in Business Settings or with Meta's support, then try again"


class TooMuchDataError(GraphError):
    """Meta asks for a smaller page (code 1, "reduce the amount of data")."""

    names_token = False
    default_advice = "ask for fewer items at once"


class RateLimitedError(GraphError):
    """Meta limits the calls (codes 4, 17, 32, 341, 613, 80000-80014). `wait` is in seconds."""

    names_token = False
    default_advice = "run the command again later; calls made now lengthen the block"

    def __init__(self, fault: Fault, action: str = "", advice: str = "", wait: float = 0.0) -> None:
        super().__init__(fault, action, advice)
        self.wait = wait


class OutcomeUnknownError(GraphError):
    """No answer arrived, or it is unreadable, so the call may have taken effect.

    The default advice is for a read. For a write, the advice is `MAY_HAVE_TAKEN_EFFECT`.
    """

    names_token = False
    default_advice = "this was a read and changed nothing, so run the command again"
    phrase = "{who} returned no usable answer to the request to {action}"
    phrase_without_action = "{who} returned no usable answer"


class UnknownAnswerError(OutcomeUnknownError):
    """Meta's answer has a form that this version does not know, so it counts as no answer."""

    last_advice = f"; if Meta's answer stays the same, {REPORT}"


def unknown_answer(reason: str, node: Mapping[str, object], key: str = "") -> UnknownAnswerError:
    """Return the error for an answer without a usable value of `key`, or of any, without `key`."""
    if not key:
        returned = str(dict(node))
    elif key in node:
        returned = f"{key}: {node[key]}"
    elif node:
        returned = f"only {', '.join(node)}"
    else:
        returned = "no field"
    fault = Fault(f"{reason} (Meta returned {from_outside(returned, _LONGEST_RETURNED)})")
    return UnknownAnswerError(fault)
