"""The names of agencies and assets, as far as a preview contains them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from metapixel_cli.review.judging.access import is_ours
from metapixel_cli.review.reading.preview import Step
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.resource_types import SHARES


@dataclass(frozen=True)
class Names:
    """Names by id. Each resource of the preview contributes the names that its state has."""

    agencies: dict[str, str] = field(default_factory=dict)
    assets: dict[tuple[str, str], str] = field(default_factory=dict)
    """By the word for the kind of the asset, and the id."""

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Names:
        """Return the names in the steps. A newer state overrides an older one."""
        names = cls()
        for step in steps:
            if not is_ours(step.type):
                continue
            for snapshot in filter(None, (step.old, step.new)):
                found = {**snapshot.outputs, **snapshot.inputs}
                agency, name = shown(found.get("agency_business_id")), found.get("agency_name")
                if agency and shown(name):
                    names.agencies[agency] = shown(name) or ""
                for kind in SHARES.values():
                    asset, name = shown(found.get(kind.input)), found.get(kind.name_output)
                    if asset and shown(name):
                        names.assets[kind.name, asset] = shown(name) or ""
        return names
