"""The result of a check, and the words for errors in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metapixel_provider.errors import GraphError


class ResultKind(StrEnum):
    """The result of a check. `UNKNOWN` means that no read can decide it."""

    ERROR = "error"
    NOT_RUN = "not_run"
    WARNING = "warning"
    UNKNOWN = "unknown"
    SUCCESS = "success"

    def __call__(self, check: str, text: str, advice: str = "") -> CheckResult:
        return CheckResult(check, self, text, advice)


@dataclass(frozen=True)
class CheckResult:
    """The result of a check. `credentials` is empty if it is not about one credential set."""

    check: str
    result: ResultKind
    text: str
    advice: str = ""
    credentials: str = ""


failed, not_run, warned = ResultKind.ERROR, ResultKind.NOT_RUN, ResultKind.WARNING
unknown, success = ResultKind.UNKNOWN, ResultKind.SUCCESS


def reason(error: GraphError) -> str:
    """Return the words for an error, without its advice."""
    reference = error.fault.reference()
    found = f"{error.refusal()}: {error.fault.message.rstrip('.')}"
    return f"{found} ({reference})" if reference else found
