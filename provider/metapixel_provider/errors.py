"""The errors of the project, sorted by what the reader can do about them.

MetaPixelError                 one sentence a person can act on
  ConfigurationError           no token, an unknown credential set: set it
  RefusedError                 the declaration conflicts with what stands: decide
  GraphError                   Meta said no, or nothing that can be understood
    TokenError                 the access token is expired or invalid: renew it
    PermissionMissingError     the token may not do this: grant it
    NotVisibleError            no such asset, or the token cannot see it
    InvalidParameterError      Meta rejects a parameter
    BlockedError               Meta blocks the app or user for policy reasons
    TooMuchDataError           Meta wants a smaller page
    RateLimitedError           too many calls: wait
    OutcomeUnknownError        temporary, cut off or unreadable: whether it took effect is unknown
"""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST = 300
#: Longest trace id that is repeated; Meta's have some 27 characters.
_LONGEST_TRACE = 64

#: The advice after a write without a usable answer.
MAY_HAVE_TAKEN_EFFECT = (
    "it may have taken effect, so run the same command again, or `pulumi up --refresh`: neither "
    "does it twice"
)


def one_line(text: object, longest: int = _LONGEST) -> str:
    """Text that came from outside, as one printable line of at most `longest` characters."""
    # Not printable are also the marks that turn text around and half of a cut-off emoji, which
    # no UTF-8 can hold. Of a huge text only the beginning is looked at.
    beginning = str(text)[: 20 * longest]
    printable = (character if character.isprintable() else " " for character in beginning)
    line = " ".join("".join(printable).split())
    return line if len(line) <= longest else line[: longest - 3] + "..."


class MetaPixelError(Exception):
    """One sentence a person can act on."""


class ConfigurationError(MetaPixelError):
    """Something the user configures is missing or wrong."""


class RefusedError(MetaPixelError):
    """What is declared conflicts with what stands at Meta, and guessing would change access."""


@dataclass(frozen=True)
class Fault:
    """What Meta's answer said, or that there was none.

    `code`, `subcode` and `trace` are Meta's own (`error.code`, `error.error_subcode`,
    `error.fbtrace_id`); `status` is the HTTP status, 0 where no answer came. Its texts become
    one printable line each, whoever wrote them.
    """

    said: str
    code: int = 0
    subcode: int = 0
    status: int = 0
    trace: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "said", one_line(self.said))
        object.__setattr__(self, "trace", one_line(self.trace, _LONGEST_TRACE))

    def reference(self) -> str:
        """Code and trace id, as Meta's support asks for them."""
        parts = []
        if self.code:
            parts.append(f"code {self.code}" + (f"/{self.subcode}" if self.subcode else ""))
        elif self.status and self.status != 200:
            parts.append(f"HTTP {self.status}")
        if self.trace:
            parts.append(f"trace id {self.trace}")
        return ", ".join(parts)


class GraphError(MetaPixelError):
    """Meta refused a call, or its answer cannot be understood.

    `action` says what was tried on which asset, `advice` what to do next.
    """

    default_advice = "see Meta's message"
    #: How the sentence begins, with an action and without one.
    phrases = ("Meta refused to {action}", "Meta refused the call")

    def __init__(self, fault: Fault, action: str = "", advice: str = "") -> None:
        self.fault = fault
        self.action = action
        self.advice = advice or self.default_advice
        super().__init__(fault, action, self.advice)

    def during(self, action: str, advice: str = "") -> GraphError:
        """The same error, saying what was tried; what is said first stays."""
        return type(self)(self.fault, self.action or action, advice or self.advice)

    def __str__(self) -> str:
        with_action, without = self.phrases
        refused = with_action.format(action=self.action) if self.action else without
        reference = self.fault.reference()
        said = self.fault.said.rstrip(".")
        return f"{refused}: {said}; {self.advice}" + (f" ({reference})" if reference else "")


class TokenError(GraphError):
    """The access token, or its proof by the app secret, is invalid (codes 102, 104, 190, 100)."""

    default_advice = "renew the access token and configure the new one"


class PermissionMissingError(GraphError):
    """The token lacks a permission, a role or a capability (codes 3, 10, 200-299)."""

    default_advice = (
        "use a token of an admin of the business with business_management and ads_management"
    )


class NotVisibleError(GraphError):
    """The object does not exist or the token cannot see it (code 100 subcode 33, code 803)."""

    default_advice = (
        "check the id, and that the token belongs to an admin of the business owning it"
    )


class InvalidParameterError(GraphError):
    """Meta rejects a parameter (code 100 and what is not known better)."""

    default_advice = "correct what Meta names"


class BlockedError(GraphError):
    """Meta blocks the app or the user for policy reasons (code 368)."""

    default_advice = "resolve the block in Business Settings or with Meta's support, then try again"


class TooMuchDataError(GraphError):
    """Meta asks for a smaller page (code 1, "reduce the amount of data")."""

    default_advice = "ask for fewer items at once"


class RateLimitedError(GraphError):
    """Too many calls (codes 4, 17, 32, 341, 613, 80000-80014); `wait` is in seconds."""

    default_advice = "run it again later; calling on now lengthens the block"

    def __init__(self, fault: Fault, action: str = "", advice: str = "", wait: float = 0.0) -> None:
        super().__init__(fault, action, advice)
        self.wait = wait

    def during(self, action: str, advice: str = "") -> RateLimitedError:
        """The same error, saying what was tried."""
        return RateLimitedError(
            self.fault, self.action or action, advice or self.advice, wait=self.wait
        )


class OutcomeUnknownError(GraphError):
    """No answer, or one that cannot be read: whether the call took effect is unknown.

    The default advice is for a read; a write is raised with `MAY_HAVE_TAKEN_EFFECT`.
    """

    default_advice = "this was a read and changed nothing, so run the command again"
    phrases = ("No usable answer from Meta to: {action}", "No usable answer from Meta")
