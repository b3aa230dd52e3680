"""Names of agencies and pixels, as Meta returned them."""

from __future__ import annotations

from collections.abc import Iterable

from metapixel_cli.review.reading.preview import Step
from metapixel_cli.review.reading.values import shown

#: The properties that have the name of an id.
_NAMES = {"agency_business_id": "agency_name", "pixel_id": "pixel_name"}


def names_of(steps: Iterable[Step]) -> dict[str, str]:
    """Return the names by id, from the states in the steps. A newer state overrides an older one.

    Meta gives an id only once, so agencies and pixels have different ids.
    """
    sides = (side for step in steps if step.is_ours for side in (step.old, step.new))
    found = {}
    for side in filter(None, sides):
        for id_, name in _NAMES.items():
            properties = {**side.outputs, **side.inputs}
            if shown(properties.get(id_)) and shown(properties.get(name)):
                found[shown(properties[id_]) or ""] = shown(properties[name]) or ""
    return found
