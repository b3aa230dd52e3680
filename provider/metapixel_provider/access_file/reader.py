"""The reader of access files. It reports every mistake with its line and column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from metapixel_provider.access_file import nodes, rules
from metapixel_provider.access_file.errors import AccessFileError, Mistake, did_you_mean
from metapixel_provider.access_file.model import (
    Accepted,
    AccessFile,
    AgencyGrants,
    Grant,
    Pixel,
)
from metapixel_provider.access_file.nodes import Fields, Items, Node, UnreadableError
from metapixel_provider.access_file.shape import (
    AcceptedFileShape,
    AcceptedShape,
    AgencyShape,
    FileShape,
    GrantShape,
    PixelShape,
)
from metapixel_provider.errors import one_line
from metapixel_provider.sharing.tasks import Task, settable

#: The maximum size of a file in bytes. A file of this size declares about 100,000 shares.
_LARGEST = 10_000_000

#: An example of a line for each required key.
_EXAMPLES = {
    "version": "version: 1",
    "owner": 'owner: "1001204537800111"',
    "id": 'id: "1290034567800001"',
    "business": 'business: "2002345678900222"',
    "tasks": "tasks: [ANALYZE]",
    "finding": "finding: unmanaged",
    "reason": "reason: Sister company",
    "expires_on": 'expires_on: "2027-03-31"',
}


#: The keys that declare access. A file of accepted findings has none of them.
_DECLARING = {"owner", "pixels", "agencies"}

_Shape = TypeVar("_Shape", FileShape, AcceptedFileShape)


def load(path: str | Path) -> AccessFile:
    """Return the access file at `path`.

    Raises AccessFileError, which lists every mistake, or the reason why the file is unreadable.
    """
    return loads(_read(path), str(path))


def loads(text: str, path: str = "access.yaml") -> AccessFile:
    """Return the access file in this text. Errors contain `path` as its name. See `load`."""
    return _access_file(_checked(*_parsed(text.removeprefix("\ufeff"), path), path, FileShape))


def load_accepted(path: str | Path) -> tuple[Accepted, ...]:
    """Return the accepted findings of an access file, or of a file with nothing but `accepted`.

    Raises AccessFileError, as `load` does.
    """
    root, found = _parsed(_read(path), str(path))
    if isinstance(root, Fields) and _DECLARING.isdisjoint(root.keys):
        return _accepted(_checked(root, found, str(path), AcceptedFileShape).accepted, {})
    return _access_file(_checked(root, found, str(path), FileShape)).accepted


def _read(path: str | Path) -> str:
    """Return the text of a file, without a byte order mark."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        sentence = f"the file cannot be read ({one_line(reason)}); check its path"
        raise AccessFileError(str(path), [Mistake(0, 0, sentence)]) from None
    if len(data) > _LARGEST:
        sentence = "the file has more than 10 MB; divide it between several stacks"
        raise AccessFileError(str(path), [Mistake(0, 0, sentence)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        place = Mistake(
            before.count("\n") + 1,
            len(before) - before.rfind("\n"),
            "the file is not in UTF-8; save it in this encoding",
        )
        raise AccessFileError(str(path), [place]) from None


def _parsed(text: str, path: str) -> tuple[Node, list[Mistake]]:
    try:
        return nodes.parse(text)
    except UnreadableError as error:
        raise AccessFileError(path, error.mistakes) from None


def _checked(root: Node, found: list[Mistake], path: str, shape: type[_Shape]) -> _Shape:
    """Return the values of a file. Raise AccessFileError with `found` and all other mistakes."""
    checked: _Shape | None = None
    found = [*found, *rules.mistakes(root)]
    try:
        checked = shape.model_validate(root.data())
    except ValidationError as error:
        found += (_mistake(root, each) for each in error.errors(include_url=False))
    if found or checked is None:
        raise AccessFileError(path, found)
    return checked


def _mistake(root: Node, error: ErrorDetails) -> Mistake:
    location = list(error["loc"])
    kind, name = error["type"], str(location[-1]) if location else ""
    if kind in ("missing", "extra_forbidden"):
        location.pop()
    is_key = bool(location) and location[-1] == "[key]"
    node = key = root
    for part in location:
        if isinstance(node, Fields) and part in node.values:
            key, node = node.keys[str(part)], node.values[str(part)]
        elif isinstance(node, Items) and isinstance(part, int):
            key = node = node.items[part]
    if kind == "missing":
        return key.mistake(f"`{name}` is missing; write `{_EXAMPLES[name]}`")
    if kind == "extra_forbidden" and isinstance(node, Fields):
        return node.keys[name].mistake(_unknown_key(name, _shape_at(location)))
    return (key if is_key else node).mistake(_sentence(error))


def _shape_at(location: list[int | str]) -> type[BaseModel]:
    match location:
        case []:
            return FileShape
        case ["pixels", *_]:
            return PixelShape
        case ["accepted", *_]:
            return AcceptedShape
        case ["agencies", _]:
            return AgencyShape
        case _:
            return GrantShape


def _unknown_key(name: str, shape: type[BaseModel]) -> str:
    known = shape.model_fields
    hint = did_you_mean(name, known, f"the keys are {', '.join(known)}")
    return f"there is no key '{one_line(name, 64)}' here; {hint}"


def _sentence(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind in ("dict_type", "model_type"):
        if not error["loc"]:
            return "the file has to consist of keys; begin it with `version: 1`"
        return "this has to consist of keys; write each key in a line of its own below it"
    if kind == "list_type":
        return "this has to be a list; write it in brackets, such as [a, b]"
    if kind == "too_short":
        return f"list at least one of the tasks {', '.join(Task)}"
    return error["msg"].removeprefix("Value error, ")


def _access_file(shape: FileShape) -> AccessFile:
    pixels = {
        label: Pixel(label, each.id, tuple(each.previously))
        if isinstance(each, PixelShape)
        else Pixel(label, each)
        for label, each in (shape.pixels or {}).items()
    }
    agencies = tuple(_agency(label, each, pixels) for label, each in (shape.agencies or {}).items())
    return AccessFile(shape.owner, pixels, agencies, _accepted(shape.accepted, pixels))


def _agency(label: str, shape: AgencyShape, pixels: Mapping[str, Pixel]) -> AgencyGrants:
    def grant(pixel: str, entry: GrantShape | list[Task]) -> Grant:
        own = entry if isinstance(entry, GrantShape) else GrantShape(tasks=entry)
        ends = [end for end in (own.expires_on, shape.expires_on) if end is not None]
        has_accounts = "ad_accounts" in own.model_fields_set
        return Grant(
            pixel=pixels[pixel],
            tasks=settable(own.tasks),
            ad_accounts=tuple(own.ad_accounts if has_accounts else shape.ad_accounts),
            expires_on=min(ends, default=None),
            reason=own.reason or shape.reason,
        )

    return AgencyGrants(
        label=label,
        business_id=shape.business,
        grants=tuple(grant(*each) for each in (shape.access or {}).items()),
        contact=shape.contact,
        resend=shape.resend,
        previously=tuple(shape.previously),
    )


def _accepted(
    shapes: list[AcceptedShape] | None, pixels: Mapping[str, Pixel]
) -> tuple[Accepted, ...]:
    return tuple(
        Accepted(
            finding=each.finding,
            reason=each.reason,
            expires_on=each.expires_on,
            pixel_id=pixels[each.pixel].id if each.pixel in pixels else each.pixel,
            business_id=each.business,
            subject_id=each.subject,
        )
        for each in shapes or ()
    )
