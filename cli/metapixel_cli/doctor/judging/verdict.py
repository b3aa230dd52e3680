"""The result of a check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """The result of a check. `UNKNOWN` means that no read can answer the question."""

    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"
    UNKNOWN = "unknown"
    NOT_RUN = "not_run"


@dataclass(frozen=True)
class Verdict:
    """The result of a check, with facts. Unless it is a success, it has an error and advice."""

    result: Result
    facts: tuple[str, ...] = ()
    error: str = ""
    advice: str = ""


@dataclass(frozen=True)
class Outcome:
    """A verdict, and the credential set and the object that it is about, in words for people."""

    verdict: Verdict
    credentials: str = ""
    subject: str = ""


def success(*facts: str) -> Verdict:
    """Return a success with these facts. Empty facts are left out."""
    return Verdict(Result.SUCCESS, tuple(filter(None, facts)))


def not_run(reason: str, advice: str = "") -> Verdict:
    """Return the verdict of a check that could not run."""
    return Verdict(Result.NOT_RUN, error=reason, advice=advice)


def failed(error: str, advice: str, *facts: str) -> Verdict:
    return Verdict(Result.ERROR, facts, error, advice)


def warned(error: str, advice: str, *facts: str) -> Verdict:
    return Verdict(Result.WARNING, facts, error, advice)


def unknown(reason: str, advice: str = "") -> Verdict:
    """Return the verdict of a question that no read answers."""
    return Verdict(Result.UNKNOWN, error=reason, advice=advice)
