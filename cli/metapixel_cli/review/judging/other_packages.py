"""Resources of other packages that an update removes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from metapixel_cli.review.reading.preview import Step

_PROVIDERS = "pulumi:providers:"


@dataclass(frozen=True)
class Removal:
    """A resource of another package that the update deletes or replaces."""

    operation: str
    """delete or replace."""
    type: str
    resource: str


def other_removals(steps: Sequence[Step]) -> Iterator[Removal]:
    for step in steps:
        if step.is_ours or step.type.startswith(_PROVIDERS) or step.op not in ("delete", "replace"):
            continue
        kept = step.op == "delete" and step.old is not None and step.old.kept_on_delete
        if not kept and not (step.old is not None and step.old.is_component):
            yield Removal(step.op, step.type, step.name)
