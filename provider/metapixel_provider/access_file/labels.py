"""Labels for pixels and agencies, made from their names at Meta.

A label depends on names and ids and never on an order, so a second import makes the same labels.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metapixel_provider.access_file.model import AccessFile

#: In characters, without the digits of the id.
_LONGEST = 50

#: The number of last digits of an id that tell apart two equal names.
_DIGITS = 4


@dataclass(frozen=True)
class Labels:
    """The labels of pixels and agencies, by their ids."""

    pixels: Mapping[str, str]
    agencies: Mapping[str, str]


def labels(
    pixels: Mapping[str, str], agencies: Mapping[str, str], existing: AccessFile | None = None
) -> Labels:
    """Return labels for pixels and agencies, which are given as names by ids.

    A pixel or agency of the `existing` file keeps its label. Equal names get the last digits of
    the id, and so do agencies if two shares would get the same resource name `AGENCY-PIXEL`.
    """
    kept_pixels: dict[str, str] = {}
    kept_agencies: dict[str, str] = {}
    former: set[str] = set()
    if existing:
        kept_pixels = {each.id: each.label for each in existing.pixels.values()}
        kept_agencies = {each.business_id: each.label for each in existing.agencies}
        former.update(*(each.previously for each in existing.pixels.values()))
        former.update(*(each.previously for each in existing.agencies))
    of_pixels = _labels(pixels, "pixel", kept_pixels, former)
    of_agencies = _labels(agencies, "agency", kept_agencies, former)
    for clash in _clashes(of_pixels, of_agencies):
        if clash not in kept_agencies:
            of_agencies[clash] += f"-{clash[-_DIGITS:]}"
    # Rarely, the digits of an agency are the beginning of another pixel's label.
    for clash in _clashes(of_pixels, of_agencies):
        if clash not in kept_agencies:
            of_agencies[clash] = f"agency-{clash}"
    return Labels(of_pixels, of_agencies)


def slug(name: str, otherwise: str) -> str:
    """Return a name in lower case with ASCII letters, digits and hyphens.

    A name without any of them, such as one in Chinese characters, becomes `otherwise`.
    """
    # The normal form separates an accent from its letter. An accent is no ASCII character.
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore")
    words = re.findall(r"[a-z0-9]+", letters.decode().lower())
    return "-".join(words)[:_LONGEST].strip("-") or otherwise


def _labels(
    names: Mapping[str, str], word: str, kept: Mapping[str, str], former: set[str]
) -> dict[str, str]:
    """Return different labels for the ids of `names` and `kept`."""
    slugs = {each: slug(name, "") for each, name in names.items() if each not in kept}
    found = dict(kept)
    counts = Counter(slugs.values())
    taken = {*kept.values(), *former}
    short = {
        each: own
        if own and counts[own] == 1 and own not in taken
        else f"{own or word}-{each[-_DIGITS:]}"
        for each, own in slugs.items()
    }
    repeated = Counter(short.values())
    for each, label in short.items():
        is_free = repeated[label] == 1 and label not in taken
        found[each] = label if is_free else f"{slugs[each] or word}-{each}"
    return found


def _clashes(pixels: Mapping[str, str], agencies: Mapping[str, str]) -> set[str]:
    """Return the agencies with a share whose resource has the name of another agency's share."""
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for (agency, label), pixel in product(agencies.items(), pixels.values()):
        by_name[f"{label}-{pixel}"].add(agency)
    return {agency for names in by_name.values() if len(names) > 1 for agency in names}
