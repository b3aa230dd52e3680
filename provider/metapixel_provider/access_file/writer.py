"""The writer of access files: a new file, or additions to a file that a person edits.

Additions are inserted into the text. All other characters of the file are unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from metapixel_provider.access_file import nodes
from metapixel_provider.access_file.nodes import Fields, Items, Node
from metapixel_provider.access_file.reader import loads
from metapixel_provider.errors import one_line

if TYPE_CHECKING:
    from metapixel_provider.access_file.model import (
        Accepted,
        AccessFile,
        AgencyGrants,
        Grant,
        Pixel,
    )

_HEADER = """\
# yaml-language-server: $schema=./access.schema.json
# The access of agencies to our pixels. Access that this file leaves out is not managed.
"""

#: Text that needs no quotes in any place. Words such as `no` are in `_WORDS`.
_PLAIN = re.compile(r"[^\W\d_][\w@./+-]*( [\w@./+-]+)*")
_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"( *)#[^\r\n]*(\r\n|\n|\r)")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))

_Value = TypeVar("_Value")


def written(file: AccessFile, names: Mapping[str, str] | None = None) -> str:
    """Return the text of a new access file. `names` are comments, as in `add`."""
    head = f"{_HEADER}version: 1\nowner: {_quoted(file.owner_business_id)}\n"
    accepted = accepted_list((each, "") for each in file.accepted) if file.accepted else ""
    return add(head, file, names) + accepted


def add(text: str, found: AccessFile, names: Mapping[str, str] | None = None) -> str:
    """Return the text of an access file, with the pixels, agencies and grants of `found` added.

    Pixels and agencies are compared by their ids. Pixels, agencies and grants in the file stay as
    they are, except that grants get missing ad accounts. A grant that is added to an agency of the
    file cannot last longer than the agency's own last day. If this grant has no reason, it gets the
    agency's reason. The accepted findings of `found` are ignored.

    `names` maps the ids of pixels and agencies to their names at Meta. The name of an added pixel
    or agency becomes a comment, unless the file lists it in braces.

    Raises AccessFileError if the text is not an access file, or if the result would not be one. For
    example, a label of `found` can belong to another pixel of the file.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    edits = _Edits(text.removeprefix(mark))
    names = names or {}
    file = loads(edits.text)
    root = _fields(nodes.parse(edits.text)[0])

    known = {pixel.id: pixel for pixel in file.pixels.values()}
    used = (grant.pixel for _, grant in found.grants())
    all_pixels = {pixel.id: pixel for pixel in (*found.pixels.values(), *used)}
    new_pixels = [pixel for pixel in all_pixels.values() if pixel.id not in known]
    known |= {pixel.id: pixel for pixel in new_pixels}
    agencies = {agency.business_id: agency for agency in file.agencies}
    new_agencies = []
    for agency in found.agencies:
        grants = tuple(replace(each, pixel=known[each.pixel.id]) for each in agency.grants)
        existing = agencies.get(agency.business_id)
        if existing is None:
            new_agencies.append(
                _agency(replace(agency, grants=grants), names.get(agency.business_id, ""))
            )
        else:
            node = _fields(_fields(root.values["agencies"]).values[existing.label])
            _extend(edits, node, existing, grants)
    edits.section(root, "pixels", [_pixel(pixel, names.get(pixel.id, "")) for pixel in new_pixels])
    edits.section(root, "agencies", new_agencies)
    result = edits.result()
    loads(result)
    return mark + result


def accepted_list(entries: Iterable[tuple[Accepted, str]]) -> str:
    """Return the text of the section `accepted` with these entries.

    Each entry has a comment, which may be empty.

    The reader refuses an entry without a reason, so a person has to write the reason.
    """
    lines = []
    for each, comment in entries:
        values = {
            "finding": str(each.finding),
            "business": each.business_id and _quoted(each.business_id),
            "pixel": each.pixel_id and _quoted(each.pixel_id),
            "subject": each.subject_id and _quoted(each.subject_id),
            "reason": _text(each.reason),
            "expires_on": _quoted(each.expires_on.isoformat()),
        }
        if comment:
            lines.append(f"  # {one_line(comment)}")
        given = [f"{key}: {value}" for key, value in values.items() if value]
        lines += [f"  - {given[0]}", *(f"    {line}" for line in given[1:])]
    return "\n".join(["accepted:", *lines]) + "\n" if lines else "accepted: []\n"


@dataclass(frozen=True)
class _Entry:
    """A key with a value: text in flow style, or entries. In braces, comments are left out."""

    key: str
    value: str | tuple[_Entry, ...]
    comment: str = ""

    def flow(self) -> str:
        if isinstance(self.value, str):
            return f"{self.key}: {self.value}"
        return f"{self.key}: {{{', '.join(each.flow() for each in self.value)}}}"

    def block(self, indent: int) -> Iterator[str]:
        if isinstance(self.value, str):
            # The name of a business is not trusted, and a line break would end the comment.
            comment = one_line(self.comment)
            end = f"  # {comment}" if comment else ""
            yield f"{' ' * indent}{self.key}: {self.value}{end}"
            return
        yield f"{' ' * indent}{self.key}:"
        for each in self.value:
            yield from each.block(indent + 2)


class _Edits:
    """Insertions into a text. The text gets a line break at its end if it has none."""

    def __init__(self, text: str) -> None:
        found = _LINE_BREAK.search(text)
        self._break = found[0] if found else "\n"
        self.text = text if text.endswith(("\n", "\r")) else text + self._break
        # Each edit: the place, the order at this place, the number of removed characters, the text.
        self._edits: list[tuple[int, int, int, str]] = []

    def result(self) -> str:
        parts, done = [], 0
        for start, _, removed, inserted in sorted(self._edits, key=lambda edit: edit[:2]):
            parts += [self.text[done:start], inserted]
            done = start + removed
        return "".join([*parts, self.text[done:]])

    def section(self, parent: Fields, name: str, entries: list[_Entry]) -> None:
        """Add entries to the mapping `name` in `parent`. Create this mapping if it is missing."""
        if not entries:
            return
        value = parent.values.get(name)
        if value is None:
            self.fields(parent, [_Entry(name, tuple(entries))])
        elif isinstance(value, Fields) and value.keys:
            self.fields(value, entries)
        elif parent.is_flow:
            flow = ", ".join(each.flow() for each in entries)
            self._edit(value.start, f" {{{flow}}}", removed=value.end - value.start)
        else:
            self._edit(value.start, "", removed=value.end - value.start)
            indent = parent.keys[name].column + 1
            self._lines(
                value.end, indent, (line for each in entries for line in each.block(indent))
            )

    def fields(self, fields: Fields, entries: list[_Entry]) -> None:
        """Add entries to a mapping that already has at least one entry."""
        if fields.is_flow:
            last = list(fields.values.values())[-1]
            self._edit(last.end, "".join(f", {each.flow()}" for each in entries))
        else:
            indent = next(iter(fields.keys.values())).column - 1
            lines = (line for each in entries for line in each.block(indent))
            self._lines(fields.end, indent, lines)

    def items(self, items: Items, texts: list[str]) -> None:
        if items.is_flow and items.items:
            self._edit(items.items[-1].end, "".join(f", {text}" for text in texts))
        elif items.is_flow:
            self._edit(items.start + 1, ", ".join(texts))
        else:
            indent = items.column - 1
            self._lines(items.end, indent, (f"{' ' * indent}- {text}" for text in texts))

    def into_mapping(self, items: Items, key: Node, name: str, entry: _Entry) -> None:
        """Replace a list under `key` by a mapping with the list under `name`, and with `entry`."""
        if items.is_flow:
            self._edit(items.start, f"{{{name}: ")
            self._edit(items.end, f", {entry.flow()}}}")
            return
        indent = items.column - 1
        first = items.start - indent
        if items.column == key.column:
            # A list may have the indentation of its key, but a mapping may not.
            indent += 2
            starts = [first, *(each.end() for each in _LINE_BREAK.finditer(self.text, first))]
            for start in starts:
                if start < items.end:
                    self._edit(start, "  ", order=1)
        self._edit(first, f"{' ' * indent}{name}:{self._break}")
        self._lines(items.end, indent, entry.block(indent))

    def _lines(self, after: int, indent: int, lines: Iterable[str]) -> None:
        """Insert lines after the line of a place, and after comments of the same mapping.

        If several insertions have the same place, the lines with the deepest indentation come
        first.
        """
        is_below = self.text[after - 1 : after] in ("\n", "\r")
        found = None if is_below else _LINE_BREAK.search(self.text, after)
        place = found.end() if found else after
        while (comment := _COMMENT.match(self.text, place)) and len(comment[1]) >= indent:
            place = comment.end()
        self._edit(place, "".join(f"{line}{self._break}" for line in lines), order=-indent)

    def _edit(self, place: int, inserted: str, removed: int = 0, order: int = 0) -> None:
        self._edits.append((place, order, removed, inserted))


def _extend(edits: _Edits, node: Fields, agency: AgencyGrants, grants: tuple[Grant, ...]) -> None:
    """Add missing grants to an agency of the file, and missing ad accounts to its other grants."""
    existing = {grant.pixel.id: grant for grant in agency.grants}
    has_accounts = "ad_accounts" in node.keys
    new = [_grant(each, has_accounts) for each in grants if each.pixel.id not in existing]
    access = _fields(node.values.get("access"))
    for grant in grants:
        before = existing.get(grant.pixel.id)
        lacking = [each for each in grant.ad_accounts if before and each not in before.ad_accounts]
        if before and lacking:
            _add_accounts(edits, access, before, lacking)
    edits.section(node, "access", new)


def _add_accounts(edits: _Edits, access: Fields, grant: Grant, lacking: list[str]) -> None:
    label = grant.pixel.label
    node = access.values[label]
    own = _fields(node).values.get("ad_accounts")
    if isinstance(own, Items):
        edits.items(own, [_quoted(each) for each in lacking])
        return
    entry = _Entry("ad_accounts", _list(_quoted(each) for each in (*grant.ad_accounts, *lacking)))
    if isinstance(node, Items):
        edits.into_mapping(node, access.keys[label], "tasks", entry)
    else:
        edits.fields(_fields(node), [entry])


def _pixel(pixel: Pixel, name: str) -> _Entry:
    if not pixel.previously:
        return _Entry(_text(pixel.label), _quoted(pixel.id), name)
    values = (_Entry("id", _quoted(pixel.id)), _former(pixel.previously))
    return _Entry(_text(pixel.label), _braces(values), name)


def _agency(agency: AgencyGrants, name: str) -> _Entry:
    """Return the entry of an agency.

    If all its grants have the same value, the value is written once, for the agency.
    """
    expires_on = _shared(each.expires_on for each in agency.grants)
    reason = _shared(each.reason for each in agency.grants)
    accounts = _shared(each.ad_accounts for each in agency.grants)
    own = [
        replace(
            each,
            expires_on=None if expires_on else each.expires_on,
            reason="" if reason else each.reason,
            ad_accounts=() if accounts else each.ad_accounts,
        )
        for each in agency.grants
    ]
    values = [
        _Entry("business", _quoted(agency.business_id), name),
        _former(agency.previously),
        _Entry("contact", agency.contact and _text(agency.contact)),
        _Entry("reason", _text(reason) if reason else ""),
        _Entry("resend", agency.resend and _text(agency.resend)),
        _Entry("expires_on", _quoted(expires_on.isoformat()) if expires_on else ""),
        _Entry("access", tuple(_grant(each, agency_has_accounts=False) for each in own)),
        _Entry("ad_accounts", _list(map(_quoted, accounts)) if accounts else ""),
    ]
    return _Entry(_text(agency.label), tuple(each for each in values if each.value))


def _grant(grant: Grant, agency_has_accounts: bool) -> _Entry:
    tasks = _list(grant.tasks)
    values = [
        _Entry("tasks", tasks),
        _Entry("expires_on", _quoted(grant.expires_on.isoformat()) if grant.expires_on else ""),
        _Entry("reason", grant.reason and _text(grant.reason)),
    ]
    if grant.ad_accounts or agency_has_accounts:
        values.append(_Entry("ad_accounts", _list(map(_quoted, grant.ad_accounts))))
    given = [each for each in values if each.value]
    label = _text(grant.pixel.label)
    if len(given) > 2:
        return _Entry(label, tuple(given))
    return _Entry(label, _braces(given) if len(given) > 1 else tasks)


def _shared(values: Iterable[_Value]) -> _Value | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _former(labels: tuple[str, ...]) -> _Entry:
    return _Entry("previously", _list(map(_text, labels)) if labels else "")


def _braces(entries: Iterable[_Entry]) -> str:
    return f"{{{', '.join(each.flow() for each in entries)}}}"


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(texts)}]"


def _text(text: str) -> str:
    """Return text as a YAML scalar, with quotes if YAML would otherwise read another value."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if is_plain else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _fields(node: Node | None) -> Fields:
    return node if isinstance(node, Fields) else Fields(0, 0, 0, 0)
