"""The findings of a report. No finding depends on a part that was not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from metapixel_cli.access.evaluation.declarations import added, stacks_of
from metapixel_cli.access.evaluation.report import (
    Drift,
    End,
    Finding,
    FindingName,
    Managed,
    Route,
    Row,
)
from metapixel_cli.access.evaluation.rows import Join
from metapixel_cli.grants.grant import Key
from metapixel_cli.stacks.export import StackResource
from metapixel_cli.words import with_id
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.status import PermissionStatus
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS, Task, unknown

#: The smallest number for the finding `all-pixels`: access to all of fewer pixels is usual.
MANY_PIXELS = 3
#: The age in days at which an open request becomes a finding, and a pixel without events.
REQUEST_DAYS, SILENT_DAYS = 14, 30
_NO_SHARE = "this business has no share"

#: Names and sentences of findings.
Found = Iterator[tuple[FindingName, str]]


@dataclass(frozen=True)
class Findings:
    """The rules, with the rows and parts that they compare."""

    join: Join
    rows: Sequence[Row]
    request_days: int

    @property
    def _of_agency(self) -> bool:
        return bool(self.join.sources.agency_business_id)

    @cached_property
    def _shares(self) -> dict[tuple[str, str], Managed]:
        shares = {}
        for row in self.rows:
            if row.route is Route.SHARE:
                shares[row.pixel_id, row.business_id] = row.managed
        return shares

    def of_row(self, row: Row) -> tuple[Finding, ...]:
        ids = row.pixel_id, row.business_id, row.subject_id
        client = self._client(row.owner_name, row.owner_id)
        return tuple(
            Finding(name, client + sentence[0].upper() + sentence[1:], *ids)
            for name, sentence in self._of_row(row)
        )

    def of_estates(self) -> Iterator[Finding]:
        """Yield the findings about a pixel or about an agency as a whole."""
        for estate in self.join.sources.estates:
            yield from self._silent(estate)
            if not self._of_agency:
                yield from self._all_pixels(estate)

    def _client(self, name: str, id_: str) -> str:
        """Return the beginning of a sentence for an agency: the owner of the pixel."""
        if not self._of_agency:
            return ""
        return f"Client {with_id(name, id_)}: " if id_ else "Unknown client: "

    def _of_row(self, row: Row) -> Found:
        if row.route in (Route.PERSON, Route.SYSTEM_USER):
            yield from self._of_user(row)
            return
        yield from self._of_declarations(row)
        if row.end is End.OVERDUE:
            sentence = f"{_access(row)} still exists after its declared last day, {row.expires_on}."
            yield FindingName.OVERDUE, sentence
        if row.is_open_request:
            yield from self._of_request(row)
        elif row.route is Route.SHARE:
            yield from self._of_share(row)

    def _of_declarations(self, row: Row) -> Found:
        """Yield the findings of a comparison with the stacks."""
        if row.managed is Managed.NO:
            verb = "records" if row.route is Route.REQUEST else "declares"
            sentence = f"No stack {verb} {_access(row)}{self._left_by_a_killed_run(row)}."
            yield FindingName.UNMANAGED, sentence
        if row.status == PermissionStatus.ENDED_BY_OWNER:
            yield (
                FindingName.ENDED_BY_OWNER,
                f"{_pixel(row)} is no longer shared with the agency, so {_access(row)}, which "
                f"stack {row.stack} declares, has ended.",
            )
        elif drifted := _drifted(row):
            yield FindingName.DRIFTED, drifted
        declared = self.join.declarations.access.get(_key(row), ())
        if len(declared) > 1:
            yield (
                FindingName.DECLARED_TWICE,
                f"{_access(row)} is declared more than once, by {_resources(declared)}, so the "
                f"access can end for all if one of them is removed: keep one, and take each other "
                f"one out of its state with `pulumi state delete URN`, and out of its program "
                f"before the next update.",
            )

    def _of_user(self, row: Row) -> Found:
        """Yield a finding for a user of another business, without a managed share."""
        share = self._shares.get((row.pixel_id, row.business_id))
        is_allowed = row.business_id == row.owner_id or share is Managed.YES
        if row.managed is not Managed.NO or is_allowed:
            return
        reason = "no stack declares the share of this business" if share else _NO_SHARE
        yield FindingName.UNMANAGED, f"{_holder(row)} can use {_pixel(row)}, but {reason}."

    def _of_request(self, row: Row) -> Found:
        if self._of_agency:
            answers = self.join.declarations.answers(row.owner_id, row.business_id, self.join.today)
            answer = "no stack accepts it"
            if answers:
                answer = f"the standing response of stack {stacks_of(answers)} accepts it"
            since = f"since {row.open_since} " if row.open_since else ""
            request = f"sharing request {with_id('', row.subject_id)}"
            yield FindingName.OPEN_REQUEST, f"{request} waits {since}for an answer: {answer}."
        elif row.open_since:
            age = (self.join.today - row.open_since).days
            if age > self.request_days:
                sentence = f"{_access(row)} has been open since {row.open_since}, for {age:,} days."
                yield FindingName.OPEN_REQUEST, sentence

    def _of_share(self, row: Row) -> Found:
        business, pixel, strange = _business(row), _pixel(row), ", ".join(unknown(row.tasks))
        if sentence := self._without_account(row):
            yield FindingName.WITHOUT_AD_ACCOUNT, sentence
        if Task.EDIT in row.tasks and not self._of_agency:
            sentence = f"{business} can change the settings of {pixel} (task {Task.EDIT})."
            yield FindingName.EDIT, sentence
        if strange:
            listed = f"Meta lists {strange} for {business} on {pixel}"
            yield FindingName.UNKNOWN_TASK, f"{listed}, which this version does not know."

    def _without_account(self, row: Row) -> str:
        """Return a sentence if a share lacks an ad account, or an empty string."""
        business, pixel, tasks = _business(row), _pixel(row), ", ".join(row.tasks)
        if not self._of_agency:
            if self._lacks_account(row):
                task = f"{business} has the task {Task.ADVERTISE} on {pixel}"
                return f"{task}, but none of its ad accounts may use the pixel."
        elif ALLOW_AD_ACCOUNTS.intersection(row.tasks):
            if self._has_no_account(row):
                return f"none of the agency's ad accounts may use {pixel}."
        elif tasks and not unknown(row.tasks):
            return f"{pixel} is shared only for {tasks}, so no ad account may use it."
        return ""

    def _lacks_account(self, row: Row) -> bool:
        """Return True if an agency has ADVERTISE without an ad account.

        Only the stack of the share shows that Meta added the task by itself.
        """
        declared = self.join.declarations.access.get(_key(row), ())
        may_be_added = any(Task.ADVERTISE in added(each) for each in declared)
        if may_be_added or not (declared or self.join.declarations.is_complete):
            return False
        return Task.ADVERTISE in row.tasks and self._has_no_account(row)

    def _has_no_account(self, row: Row) -> bool:
        accounts = self.join.sources.pixels[row.pixel_id].ad_accounts
        return accounts.is_complete and not accounts.value.get(row.business_id)

    def _left_by_a_killed_run(self, row: Row) -> str:
        found: list[StackResource] = []
        for key, killed in self.join.declarations.killed.items():
            if self._may_have_made(key, row):
                found += killed
        if not found:
            return ""
        return (
            f"; a killed run may have left it: declare {_resources(found)} again, and run "
            f"`pulumi up`, which adopts the access; to end it, then remove the declaration, and "
            f"run `pulumi up` again; finally, run `pulumi refresh --clear-pending-creates` to "
            f"remove the record of the killed run"
        )

    def _may_have_made(self, key: Key, row: Row) -> bool:
        """Return whether the killed creation of a key may have made the access of a row."""
        if row.route is not Route.REQUEST:
            return key == _key(row)
        # Meta does not return the pixels of a request.
        pixel = self.join.pixels.get(key.pixel_id or "")
        is_of_other = pixel is not None and pixel.owner_id != row.owner_id
        return not is_of_other and (key.business_id, key.ad_account_id) == (row.business_id, "")

    def _silent(self, estate: Estate) -> Iterator[Finding]:
        client = self._client(estate.business_name, estate.business_id)
        # A missing time may be among the parts that were not read, or that only the owner reads.
        knows_times = estate.pixels.is_complete and not self._of_agency
        for pixel in estate.pixels.value:
            last = pixel.last_fired.date() if pixel.last_fired else None
            if last is None and knows_times:
                fact = "has never received an event"
            elif last and (self.join.today - last).days > SILENT_DAYS:
                fact = f"has received no event since {last}"
            else:
                continue
            name = f"pixel {with_id(pixel.name, pixel.id)}"
            sentence = f"{client}According to Meta, {name} {fact}."
            yield Finding(FindingName.SILENT_PIXEL, sentence, pixel_id=pixel.id)

    def _all_pixels(self, estate: Estate) -> Iterator[Finding]:
        pixels = estate.pixels.value
        is_known = estate.pixels.is_complete and all(pixel.agencies.is_complete for pixel in pixels)
        if not is_known or len(pixels) < MANY_PIXELS:
            return
        for agency in pixels[0].agencies.value.values():
            if all(agency.id in pixel.agencies.value for pixel in pixels):
                who = with_id(agency.name, agency.id)
                owner = with_id(estate.business_name, estate.business_id)
                sentence = f"The agency {who} has all {len(pixels):,} pixels of business {owner}."
                yield Finding(FindingName.ALL_PIXELS, sentence, business_id=agency.id)


def _drifted(row: Row) -> str:
    if row.drift is Drift.ABSENT:
        return f"Stack {row.stack} declares {_access(row)}, but Meta does not list it."
    more = ", ".join(task for task in row.tasks if task not in row.declared_tasks)
    fewer = ", ".join(task for task in row.declared_tasks if task not in row.tasks)
    subject = f"The access of {_business(row)} to {_pixel(row)} differs from stack {row.stack}"
    return {
        Drift.MORE: f"{subject}: Meta also lists {more}.",
        Drift.FEWER: f"{subject}: Meta does not list {fewer}.",
        Drift.OTHER: f"{subject}: Meta also lists {more}, and does not list {fewer}.",
    }.get(row.drift, "")


def _key(row: Row) -> Key:
    account = row.subject_id if row.route is Route.AD_ACCOUNT else ""
    return Key(row.business_id, row.pixel_id, account)


def _access(row: Row) -> str:
    if row.route is Route.AD_ACCOUNT:
        return f"the permission of {_holder(row)} on {_pixel(row)}"
    if row.route is Route.REQUEST:
        return f"sharing request {with_id('', row.subject_id)} to {_business(row)}"
    return f"the share of {_pixel(row)} with {_business(row)}"


def _holder(row: Row) -> str:
    return f"{row.route} {with_id(row.subject_name, row.subject_id)} of {_business(row)}"


def _pixel(row: Row) -> str:
    return f"pixel {with_id(row.pixel_name, row.pixel_id)}"


def _business(row: Row) -> str:
    return f"business {with_id(row.business_name, row.business_id)}"


def _resources(found: Iterable[StackResource]) -> str:
    return " and ".join(f"'{each.name}' in stack {each.stack}" for each in found)
