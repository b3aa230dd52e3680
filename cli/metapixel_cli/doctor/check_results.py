"""The result of a check, and the words for objects and errors in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from metapixel_cli.words import with_id
from metapixel_provider.errors import GraphError


class ResultKind(StrEnum):
    """The result of a check. `UNKNOWN` means that no read can decide it."""

    ERROR = "error"
    NOT_RUN = "not_run"
    WARNING = "warning"
    UNKNOWN = "unknown"
    SUCCESS = "success"


@dataclass(frozen=True)
class CheckResult:
    """The result of a check. `credentials` is empty if it is not about one credential set."""

    check: str
    result: ResultKind
    text: str
    advice: str = ""
    credentials: str = ""


def success(check: str, text: str) -> CheckResult:
    return CheckResult(check, ResultKind.SUCCESS, text)


def warned(check: str, text: str, advice: str) -> CheckResult:
    return CheckResult(check, ResultKind.WARNING, text, advice)


def failed(check: str, text: str, advice: str) -> CheckResult:
    return CheckResult(check, ResultKind.ERROR, text, advice)


def not_run(check: str, reason: str, advice: str = "") -> CheckResult:
    """Return the finding of a check that could not run."""
    return CheckResult(check, ResultKind.NOT_RUN, reason, advice)


def unknown(check: str, reason: str, advice: str = "") -> CheckResult:
    """Return the finding of a question that no read decides."""
    return CheckResult(check, ResultKind.UNKNOWN, reason, advice)


def named(kind: str, id_: str, names: Mapping[str, str]) -> str:
    return f"{kind} {with_id(names.get(id_), id_)}"


def reason(error: GraphError) -> str:
    """Return the words for an error, without its advice."""
    reference = error.fault.reference()
    found = f"{error.refused()}: {error.fault.message.rstrip('.')}"
    return f"{found} ({reference})" if reference else found
