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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metapixel_provider.access_file.model import AccessFile

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
    of_pixels, of_agencies = _labels(pixels, "pixel"), _labels(agencies, "agency")
    _tell_apart(of_pixels, of_agencies, kept={})
    if existing:
        kept_pixels = {pixel.id: pixel.label for pixel in existing.pixels.values()}
        kept_agencies = {agency.business_id: agency.label for agency in existing.agencies}
        former = {label for pixel in existing.pixels.values() for label in pixel.previously}
        former.update(label for agency in existing.agencies for label in agency.previously)
        of_pixels = _with_kept(of_pixels, kept_pixels, former)
        of_agencies = _with_kept(of_agencies, kept_agencies, former)
        # A label of the file may be that of a new agency too.
        _tell_apart(of_pixels, of_agencies, kept=kept_agencies)
    return Labels(of_pixels, of_agencies)


def slug(name: str) -> str:
    """Return a name as ASCII letters in lower case, digits and hyphens, or an empty text."""
    # The normal form separates an accent from its letter. An accent is no ASCII character.
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore")
    words = re.findall(r"[a-z0-9]+", letters.decode().lower())
    return "-".join(words)[:_LONGEST].strip("-")


def _labels(names: Mapping[str, str], word: str) -> dict[str, str]:
    slugs = {each: slug(name) for each, name in names.items()}
    counts = Counter(slugs.values())
    for each, own in slugs.items():
        if not own or counts[own] > 1:
            slugs[each] = f"{own or word}-{each}"
    return slugs


def _with_kept(
    labels: Mapping[str, str], kept: Mapping[str, str], former: Collection[str]
) -> dict[str, str]:
    """Return the kept labels and the new ones, by id. A new label that is taken gets its id too."""
    taken = {*kept.values(), *former}
    found = {**labels, **kept}
    for id_, label in labels.items():
        if id_ not in kept and label in taken:
            found[id_] = f"{label}-{id_}"
    return found


def _tell_apart(
    pixels: Mapping[str, str], agencies: dict[str, str], kept: Mapping[str, str]
) -> None:
    """Add the id to the labels of agencies outside of `kept` whose shares have equal names."""
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for agency, label in agencies.items():
        for pixel in pixels.values():
            by_name[f"{label}-{pixel}"].add(agency)
    clashing: set[str] = set()
    for with_this_name in by_name.values():
        if len(with_this_name) > 1:
            clashing |= with_this_name
    for agency in clashing - kept.keys():
        agencies[agency] += f"-{agency}"
