"""Labels for pixels and agencies, made from their names at Meta.

Labels depend only on the names and ids of all pixels and agencies, and not on the order of reads.
So each import of the same estate creates the same labels.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from metapixel_provider.access_file.model import AccessFile, share_name

#: The maximum length of a label in characters, without the digits of the id.
_LONGEST = 50


@dataclass(frozen=True)
class Labels:
    pixels: Mapping[str, str]
    agencies: Mapping[str, str]


def labels(
    pixels: Mapping[str, str], agencies: Mapping[str, str], existing: AccessFile | None = None
) -> Labels:
    """Return labels for pixels and agencies. `pixels` and `agencies` map ids to names.

    Labels from equal names end with the id. Labels of agencies also end with the id if two shares
    would otherwise have the same resource name `AGENCY-PIXEL`. An `existing` file keeps its labels.
    """
    made_pixels = _made(pixels, "pixel")
    made = Labels(made_pixels, _without_clashes(_made(agencies, "agency"), made_pixels))
    if existing is None:
        return made
    return _joined_with(existing, made)


def _joined_with(existing: AccessFile, made: Labels) -> Labels:
    kept_pixels = {pixel.id: pixel.label for pixel in existing.pixels.values()}
    kept_agencies = {agency.business_id: agency.label for agency in existing.agencies}
    previously = [each.previously for each in existing.pixels.values()]
    previously += [each.previously for each in existing.agencies]
    former = frozenset().union(*previously)
    pixels = _joined(made.pixels, kept_pixels, former)
    agencies = _joined(made.agencies, kept_agencies, former)
    # The kept labels can cause clashes that the made labels did not have.
    return Labels(pixels, _without_clashes(agencies, pixels, kept_agencies))


def slug(name: str) -> str:
    """Return a name as ASCII letters in lower case, digits and hyphens, or an empty text."""
    # The normal form separates an accent from its letter. An accent is no ASCII character.
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore")
    words = re.findall(r"[a-z0-9]+", letters.decode().lower())
    return "-".join(words)[:_LONGEST].strip("-")


def _made(names: Mapping[str, str], word: str) -> dict[str, str]:
    slugs = {each: slug(name) for each, name in names.items()}
    counts = Counter(slugs.values())
    for each, own in slugs.items():
        if not own or counts[own] > 1:
            slugs[each] = f"{own or word}-{each}"
    return slugs


def _joined(
    made: Mapping[str, str], kept: Mapping[str, str], former: Collection[str]
) -> dict[str, str]:
    """Return the kept labels and the new ones, by id. A new label that is taken gets its id too."""
    taken = {*kept.values(), *former}
    found = {**made, **kept}
    for id_, label in made.items():
        if id_ not in kept and label in taken:
            found[id_] = f"{label}-{id_}"
    return found


def _without_clashes(
    agencies: Mapping[str, str], pixels: Mapping[str, str], kept: Collection[str] = ()
) -> dict[str, str]:
    """Return labels with the id for agencies outside of `kept` whose shares have equal names."""
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for id_, label in agencies.items():
        for pixel_label in pixels.values():
            by_name[share_name(label, pixel_label)].add(id_)
    found = dict(agencies)
    for with_same_name in by_name.values():
        if len(with_same_name) > 1:
            for id_ in with_same_name.difference(kept):
                found[id_] = f"{agencies[id_]}-{id_}"
    return found
