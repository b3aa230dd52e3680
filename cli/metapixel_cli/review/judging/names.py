"""Names of agencies and pixels, as Meta returned them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from metapixel_cli.review.reading.preview import Step
from metapixel_cli.review.reading.values import shown


@dataclass(frozen=True)
class Names:
    """Names by id, from the states of the resources in the preview."""

    agencies: dict[str, str] = field(default_factory=dict)
    pixels: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Names:
        """Return the names in the steps. A newer state overrides an older one."""
        names = cls()
        for step in steps:
            if not step.is_ours:
                continue
            for snapshot in filter(None, (step.old, step.new)):
                found = {**snapshot.outputs, **snapshot.inputs}
                agency, name = shown(found.get("agency_business_id")), found.get("agency_name")
                if agency and shown(name):
                    names.agencies[agency] = shown(name) or ""
                pixel, name = shown(found.get("pixel_id")), found.get("pixel_name")
                if pixel and shown(name):
                    names.pixels[pixel] = shown(name) or ""
        return names
