"""The rules of an access file that compare several of its values.

A value with a mistake is empty, and the rules skip it. So they also check a file with other
mistakes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING

from metapixel_provider.access_file.errors import did_you_mean
from metapixel_provider.access_file.tree import start
from metapixel_provider.errors import one_line
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS

if TYPE_CHECKING:
    from metapixel_provider.access_file.errors import Mistake
    from metapixel_provider.access_file.forms import Value


def mistakes(file: Value) -> Iterator[Mistake]:
    """Yield the mistakes that only a comparison of several values finds."""
    pixels, agencies = file.get("pixels"), file.get("agencies")
    yield from _pixels(pixels)
    yield from _agencies(agencies, file.get("owner").text)
    for section, word in ((pixels, "pixel"), (agencies, "agency")):
        yield from _former_labels(section, word)
    for agency in agencies.fields.values():
        yield from _access(agency, pixels)
    yield from _resource_names(agencies, pixels)
    yield from _accepted(file, pixels)


def _repeated(values: Iterable[tuple[object, Value]]) -> Iterator[tuple[Value, Value]]:
    """Yield each value whose key an earlier value has, with the first value that has this key."""
    first: dict[object, Value] = {}
    for key, value in values:
        if key and first.setdefault(key, value) is not value:
            yield value, first[key]


def _pixels(pixels: Value) -> Iterator[Mistake]:
    found = ((each.get("id").text, each) for each in pixels.fields.values())
    for pixel, first in _repeated(found):
        yield pixel.get("id").mistake(
            f"pixel {pixel.get('id').text} already has the label '{first.label}'; keep one of the "
            "labels"
        )


def _agencies(agencies: Value, owner: str) -> Iterator[Mistake]:
    found = [(each.get("business"), each) for each in agencies.fields.values()]
    for business, _ in found:
        if business.text and business.text == owner:
            yield business.mistake(
                f"business {owner} is the owner of the pixels; write the agency's business id"
            )
    for agency, first in _repeated((business.text, each) for business, each in found):
        business = agency.get("business")
        yield business.mistake(
            f"business {business.text} is already the agency '{first.label}'; declare all of its "
            "access there"
        )


def _former_labels(section: Value, word: str) -> Iterator[Mistake]:
    claimed: dict[str, str] = {}
    for label, value in section.fields.items():
        for former in value.get("previously").items:
            if former.text in section.fields:
                yield former.mistake(
                    f"'{former.text}' is a label in this file, so it is not a former label; remove "
                    "it from `previously`"
                )
            elif former.text in claimed:
                yield former.mistake(
                    f"'{former.text}' is already a former label of {word} "
                    f"'{claimed[former.text]}'; keep it in one `previously`"
                )
            elif former.text:
                claimed[former.text] = label


def _access(agency: Value, pixels: Value) -> Iterator[Mistake]:
    now = {
        former: current
        for current, pixel in pixels.fields.items()
        for former in pixel.get("previously").texts()
    }
    of_agency = agency.get("ad_accounts")
    yield from _listed_twice(of_agency)
    for pixel, grant in agency.get("access").fields.items():
        if pixel not in pixels.fields:
            yield grant.mistake_of_label(_unknown_pixel(pixel, now, pixels))
        tasks, own = grant.get("tasks"), grant.get("ad_accounts")
        yield from _listed_twice(tasks)
        yield from _listed_twice(own)
        given = tasks.texts()
        if not given or len(given) < len(tasks.items) or ALLOW_AD_ACCOUNTS.intersection(given):
            continue
        if own.items:
            yield own.mistake(
                f"an ad account needs the task ADVERTISE or ANALYZE; add one to the tasks of "
                f"'{one_line(pixel, 64)}', or remove the ad accounts"
            )
        elif of_agency.items and "ad_accounts" not in grant.fields:
            yield tasks.mistake(
                f"the ad accounts of agency '{one_line(agency.label, 64)}' need the task ADVERTISE "
                f"or ANALYZE; add one here, or write `ad_accounts: []` for this pixel"
            )


def _unknown_pixel(label: str, former: dict[str, str], pixels: Value) -> str:
    shown = one_line(label, 64)
    if label in former:
        return f"'{shown}' is a former label; write '{former[label]}'"
    return (
        f"there is no pixel '{shown}'; {did_you_mean(label, pixels.fields, 'add it to `pixels`')}"
    )


def _listed_twice(values: Value) -> Iterator[Mistake]:
    """Yield a mistake for each task or ad account that a list contains again."""
    for each, _ in _repeated((each.text, each) for each in values.items):
        yield each.mistake(f"'{each.text}' is listed twice; remove one of them")


def _resource_names(agencies: Value, pixels: Value) -> Iterator[Mistake]:
    """Yield a mistake for each grant with a current or former resource name of another grant.

    For example, agency `a-b` with pixel `c` and agency `a` with pixel `b-c` have the same name.
    """
    former = {label: each.get("previously").texts() for label, each in pixels.fields.items()}
    taken: dict[str, str] = {}
    for agency, value in agencies.fields.items():
        labels = (agency, *value.get("previously").texts())
        for pixel, access in value.get("access").fields.items():
            grant = f"'{agency}' on '{pixel}'"
            for label, name in product(labels, (pixel, *former.get(pixel, ()))):
                other = taken.setdefault(f"{label}-{name}", grant)
                if other != grant:
                    yield access.mistake_of_label(
                        f"the resource of {one_line(grant)} and the resource of {one_line(other)} "
                        f"have the same name '{one_line(f'{label}-{name}')}'; choose another label",
                    )
                    break


def _accepted(file: Value, pixels: Value) -> Iterator[Mistake]:
    found: list[tuple[object, Value]] = []
    for entry in file.get("accepted").items:
        pixel = entry.get("pixel")
        known = pixels.fields.get(pixel.text)
        if pixel.text and known is None and not pixel.text.isdecimal():
            hint = did_you_mean(pixel.text, pixels.fields, "write a label or the pixel's id")
            yield pixel.mistake(f"there is no pixel '{pixel.text}'; {hint}")
        names = [entry.get(name).text for name in ("finding", "business", "subject")]
        key = (*names, known.get("id").text if known else pixel.text)
        found.append((key if names[0] else None, entry))
    for entry, first in _repeated(found):
        line = start(first.place).line + 1
        yield entry.mistake(f"the same finding is accepted in line {line}; keep one of the entries")
