"""The rules of an access file that compare several of its values.

The rules read the tree of the file and skip values of a wrong form. So they also check a file with
other mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from metapixel_provider.access_file.errors import did_you_mean
from metapixel_provider.access_file.nodes import Fields, Items, Node, Scalar
from metapixel_provider.errors import one_line
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS, Task

if TYPE_CHECKING:
    from metapixel_provider.access_file.errors import Mistake


def mistakes(root: Node) -> Iterator[Mistake]:
    """Yield the mistakes that only a comparison of several values finds."""
    file = _fields(root)
    pixels, agencies = _section(file, "pixels"), _section(file, "agencies")
    yield from _pixels(pixels)
    yield from _agencies(agencies, _id(file.values.get("owner")) if file else "")
    for section, word in ((pixels, "pixel"), (agencies, "agency")):
        yield from _former_labels(section, word)
    for label, agency in agencies.values.items():
        yield from _access(label, _fields(agency), pixels)
    yield from _resource_names(agencies, pixels)
    yield from _accepted(file, pixels)


def _pixels(pixels: Fields) -> Iterator[Mistake]:
    seen: dict[str, str] = {}
    for label, node in pixels.values.items():
        place = _fields(node).values.get("id") if isinstance(node, Fields) else node
        pixel_id = _id(place)
        if pixel_id and place and seen.setdefault(pixel_id, label) != label:
            yield place.mistake(
                f"pixel {pixel_id} already has the label '{seen[pixel_id]}'; keep one of the labels"
            )


def _agencies(agencies: Fields, owner: str) -> Iterator[Mistake]:
    seen: dict[str, str] = {}
    for label, node in agencies.values.items():
        place = _fields(node).values.get("business")
        business = _id(place)
        if not business or not place:
            continue
        if business == owner:
            yield place.mistake(
                f"business {business} is the owner of the pixels; write the agency's business id"
            )
        if seen.setdefault(business, label) != label:
            yield place.mistake(
                f"business {business} is already the agency '{seen[business]}'; declare all of its "
                "access there"
            )


def _former_labels(section: Fields, word: str) -> Iterator[Mistake]:
    claimed: dict[str, str] = {}
    for label, node in section.values.items():
        for place in _items(_fields(node).values.get("previously")):
            former = _text(place)
            if former in section.keys:
                yield place.mistake(
                    f"'{former}' is a label in this file, so it is no former label; remove it from "
                    "`previously`"
                )
            elif former and former in claimed:
                yield place.mistake(
                    f"'{one_line(former, 64)}' is already a former label of {word} "
                    f"'{claimed[former]}'; keep it in one `previously`"
                )
            elif former:
                claimed[former] = label


def _access(label: str, agency: Fields, pixels: Fields) -> Iterator[Mistake]:
    former = {
        _text(place): now
        for now, node in pixels.values.items()
        for place in _items(_fields(node).values.get("previously"))
    }
    accounts = agency.values.get("ad_accounts")
    yield from _listed_twice(accounts)
    access = _section(agency, "access")
    for pixel, grant in access.values.items():
        if pixel not in pixels.keys:
            yield access.keys[pixel].mistake(_unknown_pixel(pixel, former, pixels))
        tasks = grant if isinstance(grant, Items) else _fields(grant).values.get("tasks")
        yield from _listed_twice(tasks)
        own = _fields(grant).values.get("ad_accounts")
        yield from _listed_twice(own)
        given = {_text(task) for task in _items(tasks)}
        if not tasks or not given or given - set(Task) or given & ALLOW_AD_ACCOUNTS:
            continue
        if own is not None and _items(own):
            yield own.mistake(
                f"an ad account needs the task ADVERTISE or ANALYZE; add one to the tasks of "
                f"'{one_line(pixel, 64)}', or remove the ad accounts"
            )
        elif own is None and accounts and _items(accounts):
            yield tasks.mistake(
                f"the ad accounts of agency '{one_line(label, 64)}' need the task ADVERTISE or "
                f"ANALYZE; add one here, or write `ad_accounts: []` for this pixel"
            )


def _unknown_pixel(label: str, former: dict[str, str], pixels: Fields) -> str:
    shown = one_line(label, 64)
    if label in former:
        return f"'{shown}' is a former label; write '{former[label]}'"
    return f"there is no pixel '{shown}'; {did_you_mean(label, pixels.keys, 'add it to `pixels`')}"


def _listed_twice(node: Node | None) -> Iterator[Mistake]:
    """Yield a mistake for each task or ad account that a list contains again."""
    seen: set[str] = set()
    for place in _items(node):
        text = _text(place)
        name = text.removeprefix("act_")
        if name and name in seen:
            yield place.mistake(f"'{one_line(text, 64)}' is listed twice; remove one of them")
        seen.add(name)


def _resource_names(agencies: Fields, pixels: Fields) -> Iterator[Mistake]:
    """Yield a mistake for each grant with a current or former resource name of another grant.

    For example, agency `a-b` with pixel `c` and agency `a` with pixel `b-c` have the same name.
    """
    former = {label: _former(node) for label, node in pixels.values.items()}
    taken: dict[str, str] = {}
    for agency, node in agencies.values.items():
        access = _section(_fields(node), "access")
        labels = (agency, *_former(node))
        for pixel in access.keys:
            grant = f"'{agency}' on '{pixel}'"
            for label, name in product(labels, (pixel, *former.get(pixel, ()))):
                other = taken.setdefault(f"{label}-{name}", grant)
                if other != grant:
                    yield access.keys[pixel].mistake(
                        f"the resource of {one_line(grant)} and the resource of {one_line(other)} "
                        f"have the same name '{one_line(f'{label}-{name}')}'; choose another label"
                    )
                    break


def _accepted(file: Fields, pixels: Fields) -> Iterator[Mistake]:
    seen: dict[tuple[str, ...], int] = {}
    for item in _items(file.values.get("accepted")):
        values = _fields(item).values
        place = values.get("pixel")
        pixel = _text(place)
        if place and pixel and pixel not in pixels.keys and not _id(place):
            hint = did_you_mean(pixel, pixels.keys, "write a label or the pixel's id")
            yield place.mistake(f"there is no pixel '{one_line(pixel, 64)}'; {hint}")
        key = (
            *(_text(values.get(name)) for name in ("finding", "business")),
            _id_of(pixel, pixels),
            _text(values.get("subject")).removeprefix("act_"),
        )
        if key[0] and key in seen:
            yield item.mistake(
                f"the same finding is accepted in line {seen[key]}; keep one of the entries"
            )
        seen.setdefault(key, item.line)


def _id_of(pixel: str, pixels: Fields) -> str:
    node = pixels.values.get(pixel)
    place = _fields(node).values.get("id") if isinstance(node, Fields) else node
    return _text(place) or pixel


def _former(node: Node) -> tuple[str, ...]:
    return tuple(filter(None, map(_text, _items(_fields(node).values.get("previously")))))


def _section(fields: Fields, name: str) -> Fields:
    return _fields(fields.values.get(name))


def _fields(node: Node | None) -> Fields:
    return node if isinstance(node, Fields) else Fields(0, 0, 0, 0)


def _items(node: Node | None) -> list[Node]:
    return node.items if isinstance(node, Items) else []


def _text(node: Node | None) -> str:
    return node.text or "" if isinstance(node, Scalar) else ""


def _id(node: Node | None) -> str:
    """Return an id, or an empty string if the value is not an id."""
    try:
        return digits(_text(node))
    except ValueError:
        return ""
