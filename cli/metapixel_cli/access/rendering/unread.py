"""The parts that were not read, with one entry for each cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metapixel_cli.access.judging.report import PartRead
from metapixel_cli.failed_reads import cause
from metapixel_provider.sharing.estate.estate import ReadOutcome

_PLURALS = {"pixel": "pixels", "business": "businesses", "stack": "stacks"}


@dataclass(frozen=True)
class Unread:
    """Parts that were not read for the same cause. `reason` is that of the first of them."""

    subject: str
    parts: str
    outcome: ReadOutcome
    reason: str


def causes(parts: Iterable[PartRead]) -> list[Unread]:
    """Return an entry for each cause, in the order of the parts."""
    groups: dict[tuple[str, ...], list[PartRead]] = {}
    for part in parts:
        groups.setdefault(_cause(part), []).append(part)
    return [_joined(group) for group in groups.values()]


def _cause(part: PartRead) -> tuple[str, ...]:
    return (_kind(part), part.outcome, cause(part.reason, part.subject_id))


def _kind(part: PartRead) -> str:
    return part.subject.partition(" ")[0]


def _joined(group: list[PartRead]) -> Unread:
    first = group[0]
    number = len({part.subject_id for part in group})
    subject = first.subject
    if number > 1:
        subject = f"{number:,} {_PLURALS.get(_kind(first), 'others')}, for example {subject}"
    listed = " and ".join(dict.fromkeys(part.part for part in group))
    return Unread(subject, listed, first.outcome, first.reason)
