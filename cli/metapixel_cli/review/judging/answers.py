"""Answers to sharing requests that an update would give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metapixel_cli.review.judging.entry import CREATES, KNOWN_OPS
from metapixel_cli.review.reading.preview import Step
from metapixel_cli.review.reading.values import shown
from metapixel_cli.stacks.engine import UNKNOWN
from metapixel_provider.sharing.resource_types import ResourceType


@dataclass(frozen=True)
class Answer:
    """The answer that the update would give to a sharing request."""

    request_id: str | None
    """Empty if there is no request, null if the preview does not contain it."""
    answer: str | None
    """APPROVE or DECLINE; null if the preview does not contain it."""
    resource: str
    widens: bool
    """True if the answer approves a request, or may approve one, and so grants the recipient
    access."""

    @property
    def is_unknown(self) -> bool:
        """True if the request or the answer is unknown before the update."""
        return self.request_id is None or self.answer is None


def answers(steps: Iterable[Step]) -> list[Answer]:
    """Return the answers that the update would give. Earlier answers are left out."""
    given = (*CREATES, "replace")
    found: dict[str, Answer] = {}
    for step in steps:
        if step.type != ResourceType.RESPONSE or (step.op in KNOWN_OPS and step.op not in given):
            continue
        inputs = step.new.inputs if step.new else {}
        request_id, answer = (
            shown(inputs.get(name, UNKNOWN)) for name in ResourceType.RESPONSE.key
        )
        widens = answer != "DECLINE" and request_id != ""
        found[step.urn] = Answer(request_id, answer, step.name, widens)
    return list(found.values())
