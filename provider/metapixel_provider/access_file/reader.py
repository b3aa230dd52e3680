"""The reader of access files. It reports every mistake with its line and column.

A value with a mistake is left out, and the rules that compare several values skip it. So they also
check a file with other mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import product, starmap
from pathlib import Path
from typing import TypeVar

import yaml

from metapixel_provider.access_file import scalars
from metapixel_provider.access_file.model import (
    Accepted,
    AccessFile,
    AccessFileError,
    AgencyGrants,
    LabelledPixel,
    Mistake,
    PixelGrant,
    share_name,
)
from metapixel_provider.access_file.tree import compose
from metapixel_provider.access_file.yaml_fields import Field, Fields
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS, Task, in_order
from metapixel_provider.texts import did_you_mean, one_line

T = TypeVar("T")

#: The keys of the file, and of each mapping in it.
FILE = ("version", "owner", "pixels", "agencies", "accepted")
PIXEL = ("id", "previously")
AGENCY = (
    "business",
    "previously",
    "contact",
    "reason",
    "resend",
    "expires_on",
    "access",
    "ad_accounts",
)
GRANT = ("tasks", "expires_on", "reason", "ad_accounts")
ACCEPTED = ("finding", "business", "pixel", "subject", "reason", "expires_on")
_REQUIRED = ("version", "owner")


def load(path: str | Path, required: Collection[str] = _REQUIRED) -> AccessFile:
    """Return the access file at `path`, which must have the `required` keys.

    Raises AccessFileError, which lists every mistake, or the reason why the file is unreadable.
    """
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        sentence = f"the file cannot be read ({one_line(reason)}); check its path"
        if isinstance(error, UnicodeDecodeError):
            sentence = "the file is not in UTF-8; save it in this encoding"
        raise AccessFileError(str(path), [Mistake(0, 0, sentence)]) from None
    return loads(text, str(path), required)


def loads(
    text: str, path: str = "access.yaml", required: Collection[str] = _REQUIRED
) -> AccessFile:
    """Return the access file in this text. Errors contain `path` as its name. See `load`."""
    contents = _Contents()
    file = contents.file(compose(text, path), required)
    if contents.mistakes:
        raise AccessFileError(path, contents.mistakes)
    return file


class _Contents(Fields):
    def __init__(self) -> None:
        super().__init__()
        self._pixels: dict[str, LabelledPixel] = {}
        #: The current labels of pixels, by their former labels.
        self._former_pixels: dict[str, str] = {}
        #: The grants with their agency and pixel, by the current and former names of resources.
        self._resources: dict[str, str] = {}

    def file(self, root: yaml.MappingNode, required: Collection[str]) -> AccessFile:
        """Return the access file with this root, as far as it has no mistakes."""
        keys = self.keys(Field(root, root), FILE, required)
        self.scalar(keys.get("version"), scalars.version)
        owner = self.text(keys.get("owner"), scalars.digits)
        self._read_pixels(self.labelled(keys.get("pixels")))
        agencies = self._agencies(self.labelled(keys.get("agencies")), owner)
        accepted = self._accepted_findings(self.list(keys.get("accepted")))
        return AccessFile(owner, self._pixels, agencies, accepted)

    def _read_pixels(self, pixels: Mapping[str, Field]) -> None:
        labels: dict[str, str] = {}
        for label, field in pixels.items():
            keys = self.keys_or_value(field, PIXEL, "id")
            pixel = self.text(keys.get("id"), scalars.digits)
            first = labels.setdefault(pixel, label)
            if pixel and first != label:
                problem = f"pixel {pixel} already has the label '{first}'"
                self.note(keys["id"].place, f"{problem}; keep one of the labels")
            previously = self._former_labels(keys, label, pixels, self._former_pixels, "pixel")
            self._pixels[label] = LabelledPixel(label, pixel, previously)

    def _former_labels(
        self,
        keys: Mapping[str, Field],
        label: str,
        current: Mapping[str, Field],
        former: dict[str, str],
        word: str,
    ) -> tuple[str, ...]:
        """Return the former labels of a pixel or agency, and add them to `former`."""
        found = []
        for field in self.list(keys.get("previously")):
            text = self.scalar(field, scalars.label)
            if text is None:
                continue
            if text in current:
                problem = f"'{text}' is a label in this file, so it is not a former label"
                self.note(field.place, f"{problem}; remove it from `previously`")
            elif text in former:
                problem = f"'{text}' is already a former label of {word} '{former[text]}'"
                self.note(field.place, f"{problem}; keep it in one `previously`")
            found.append(text)
            former.setdefault(text, label)
        return tuple(found)

    def _agencies(self, agencies: Mapping[str, Field], owner: str) -> tuple[AgencyGrants, ...]:
        found = []
        labels: dict[str, str] = {}
        former: dict[str, str] = {}
        for label, field in agencies.items():
            keys = self.keys(field, AGENCY, ["business"])
            business = self.text(keys.get("business"), scalars.digits)
            if business and business == owner:
                problem = f"business {owner} is the owner of the pixels"
                self.note(keys["business"].place, f"{problem}; write the agency's business id")
            first = labels.setdefault(business, label)
            if business and first != label:
                problem = f"business {business} is already the agency '{first}'"
                self.note(keys["business"].place, f"{problem}; declare all of its access there")
            previously = self._former_labels(keys, label, agencies, former, "agency")
            grants = self._grants(label, previously, keys)
            contact = self.text(keys.get("contact"))
            resend = self.text(keys.get("resend"))
            found.append(AgencyGrants(label, business, grants, contact, resend, previously))
        return tuple(found)

    def _grants(
        self, agency_label: str, former_labels: Sequence[str], agency: Mapping[str, Field]
    ) -> tuple[PixelGrant, ...]:
        agency_accounts = self._unique_items(agency.get("ad_accounts"), scalars.ad_account)
        agency_end = self.scalar(agency.get("expires_on"), scalars.day)
        agency_reason = self.text(agency.get("reason"))
        found = []
        for label, field in self.labelled(agency.get("access")).items():
            keys = self.keys_or_value(field, GRANT, "tasks")
            pixel = self._pixels.get(label)
            if pixel is None:
                self.note(field.key, self._unknown_pixel(label))
                pixel = LabelledPixel(label, "")
            accounts = agency_accounts
            if "ad_accounts" in keys:
                accounts = self._unique_items(keys["ad_accounts"], scalars.ad_account)
            tasks = self._tasks(keys.get("tasks"))
            if accounts and tasks and ALLOW_AD_ACCOUNTS.isdisjoint(tasks):
                self._refuse_ad_accounts(keys, agency_label, label)
            self._check_names(agency_label, former_labels, pixel, field)
            own_end = self.scalar(keys.get("expires_on"), scalars.day)
            last_day = min([day for day in (own_end, agency_end) if day], default=None)
            reason = self.text(keys.get("reason")) or agency_reason
            found.append(PixelGrant(pixel, in_order(tasks), accounts, last_day, reason))
        return tuple(found)

    def _unknown_pixel(self, label: str) -> str:
        if label in self._former_pixels:
            return f"'{label}' is a former label; write '{self._former_pixels[label]}'"
        hint = did_you_mean(label, self._pixels, "add it to `pixels`")
        return f"there is no pixel '{one_line(label, 64)}'; {hint}"

    def _tasks(self, field: Field | None) -> tuple[Task, ...]:
        """Return the permitted tasks, or none if one of them has a mistake."""
        if field and isinstance(field.value, yaml.SequenceNode) and not field.value.value:
            self.note(field.place, f"list at least one of the tasks {', '.join(Task)}")
        mistakes_before = len(self.mistakes)
        found = self._unique_items(field, scalars.task)
        return found if len(self.mistakes) == mistakes_before else ()

    def _unique_items(self, field: Field | None, parse: Callable[[object], T]) -> tuple[T, ...]:
        """Return the items of a list, which must not contain an item again."""
        found: dict[T, None] = {}
        for each in self.list(field):
            value = self.scalar(each, parse)
            if value in found:
                self.note(each.place, f"'{value}' is listed twice; remove one of them")
            elif value is not None:
                found[value] = None
        return tuple(found)

    def _refuse_ad_accounts(self, grant: Mapping[str, Field], agency: str, pixel: str) -> None:
        """Note that the tasks of a grant do not allow its ad accounts, or those of the agency."""
        if "ad_accounts" in grant:
            self.note(
                grant["ad_accounts"].place,
                f"an ad account needs the task ADVERTISE or ANALYZE; add one to the tasks of "
                f"'{one_line(pixel, 64)}', or remove the ad accounts",
            )
        else:
            self.note(
                grant["tasks"].place,
                f"the ad accounts of agency '{one_line(agency, 64)}' need the task ADVERTISE or "
                f"ANALYZE; add one here, or write `ad_accounts: []` for this pixel",
            )

    def _check_names(
        self, agency: str, former_agency: Sequence[str], pixel: LabelledPixel, field: Field
    ) -> None:
        """Note that another grant has a current or former name of this grant's resource.

        For example, agency `a-b` with pixel `c` and agency `a` with pixel `b-c` have the same name.
        """
        grant = f"'{agency}' on '{pixel.label}'"
        # The former labels form aliases, which have to differ from all other names too.
        labels = product((agency, *former_agency), (pixel.label, *pixel.previously))
        for name in starmap(share_name, labels):
            other = self._resources.setdefault(name, grant)
            is_of_other_grant = other != grant
            if is_of_other_grant:
                self.note(
                    field.key,
                    f"the resource of {one_line(grant)} and the resource of {one_line(other)} "
                    f"have the same name '{one_line(name)}'; choose another label",
                )
                return

    def _accepted_findings(self, entries: Sequence[Field]) -> tuple[Accepted, ...]:
        found = []
        places: dict[tuple[str, ...], yaml.Node] = {}
        for field in entries:
            keys = self.keys(field, ACCEPTED, ["finding", "reason", "expires_on"])
            finding = self.scalar(keys.get("finding"), scalars.finding)
            reason = self.scalar(keys.get("reason"), scalars.reason)
            expires_on = self.scalar(keys.get("expires_on"), scalars.day)
            pixel = self._accepted_pixel(keys.get("pixel"))
            business = self.text(keys.get("business"), scalars.digits)
            subject = self.text(keys.get("subject"), scalars.ad_account)
            if finding is None:
                continue
            accepts = (finding, pixel, business, subject)
            if accepts in places:
                line = places[accepts].start_mark.line + 1
                problem = f"the same finding is accepted in line {line}"
                self.note(field.place, f"{problem}; keep one of the entries")
            places.setdefault(accepts, field.place)
            if reason and expires_on:
                found.append(Accepted(finding, reason, expires_on, pixel, business, subject))
        return tuple(found)

    def _accepted_pixel(self, field: Field | None) -> str:
        """Return the id of a pixel, for which the file has a label or the id."""
        label = self.text(field, scalars.label)
        if label in self._pixels:
            return self._pixels[label].id
        is_id = label.isdecimal()
        if field and label and not is_id:
            hint = did_you_mean(label, self._pixels, "write a label or the pixel's id")
            self.note(field.place, f"there is no pixel '{label}'; {hint}")
        return label
