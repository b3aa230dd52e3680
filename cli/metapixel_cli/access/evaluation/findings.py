"""The findings of a report. No finding depends on a part that was not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from metapixel_cli.access.evaluation.declarations import added_by_meta, stacks_of
from metapixel_cli.access.evaluation.report import Drift, End, Finding, Managed, Route, Row
from metapixel_cli.access.evaluation.rows import Join
from metapixel_cli.grants.grant import Key
from metapixel_cli.stacks.export import StackResource
from metapixel_cli.words import with_id
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.status import PermissionStatus
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS, Task, unknown

#: The smallest number for the finding `all-pixels`: access to all of fewer pixels is usual.
MANY_PIXELS = 3
#: The age in days at which an open request becomes a finding, and a pixel without events.
REQUEST_DAYS, SILENT_DAYS = 14, 30

#: The names of findings, and their sentences without the client, which may begin in lower case.
Found = Iterator[tuple[FindingName, str]]


@dataclass(frozen=True)
class Findings:
    """The rules, with the rows and parts that they compare."""

    join: Join
    request_days: int

    @property
    def _is_for_agency(self) -> bool:
        return bool(self.join.sources.agency_business_id)

    @cached_property
    def _shares(self) -> dict[tuple[str, str], Managed]:
        """Whether a stack manages each share, by pixel and business."""
        shares = [row for row in self.join.rows if row.route is Route.SHARE]
        return {(row.pixel_id, row.business_id): row.managed for row in shares}

    def of_row(self, row: Row) -> Iterator[Finding]:
        beginning = self._beginning(row.owner_name, row.owner_id)
        for name, text in self._found_in(row):
            sentence = f"{beginning}{text[0].upper()}{text[1:]}"
            yield Finding(name, sentence, row.pixel_id, row.business_id, row.subject_id)

    def of_estates(self) -> Iterator[Finding]:
        """Yield the findings about a pixel or about an agency as a whole."""
        for estate in self.join.sources.estates:
            yield from self._of_silent_pixels(estate)
            if not self._is_for_agency:
                yield from self._of_agencies_with_all_pixels(estate)

    def _beginning(self, name: str, id_: str) -> str:
        """Return how a sentence for an agency begins: with the owner of the pixel, its client."""
        if not self._is_for_agency:
            return ""
        return f"Client {with_id(name, id_)}: " if id_ else "Unknown client: "

    def _found_in(self, row: Row) -> Found:
        if row.route in (Route.PERSON, Route.SYSTEM_USER):
            yield from self._of_user(row)
            return
        yield from self._of_declarations(row)
        if row.end is End.OVERDUE:
            sentence = f"{_access(row)} still exists after its declared last day, {row.expires_on}."
            yield FindingName.OVERDUE, sentence
        if row.is_open_request and self._is_for_agency:
            yield from self._of_received_request(row)
        elif row.is_open_request:
            yield from self._of_sent_request(row)
        elif row.route is Route.SHARE and self._is_for_agency:
            yield from self._of_received_share(row)
        elif row.route is Route.SHARE:
            yield from self._of_sent_share(row)
        unknown_tasks = ", ".join(unknown(row.tasks))
        if unknown_tasks:
            listed = f"Meta lists {unknown_tasks} for {_business(row)} on {_pixel(row)}"
            yield FindingName.UNKNOWN_TASK, f"{listed}, which this version does not know."

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
        elif difference := _difference(row):
            yield FindingName.DRIFTED, difference
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
        if row.managed is not Managed.NO or row.business_id == row.owner_id:
            return
        # All stacks were read, or it would be unknown whether this row is managed.
        management_of_share = self._shares.get((row.pixel_id, row.business_id))
        if management_of_share is Managed.YES:
            return
        reason = "no stack declares the share of this business"
        if management_of_share is None:
            reason = "this business has no share"
        yield FindingName.UNMANAGED, f"{_holder(row)} can use {_pixel(row)}, but {reason}."

    def _of_received_request(self, row: Row) -> Found:
        """Yield a finding, also if a standing response will accept the request."""
        responses = self.join.declarations.responses(row.owner_id, row.business_id, self.join.today)
        answer = "no stack accepts it"
        if responses:
            answer = f"the standing response of stack {stacks_of(responses)} accepts it"
        waits = f"waits since {row.open_since}" if row.open_since else "waits"
        request = f"sharing request {with_id(row.subject_name, row.subject_id)}"
        yield FindingName.OPEN_REQUEST, f"{request} {waits} for an answer: {answer}."

    def _of_sent_request(self, row: Row) -> Found:
        if row.open_since is None:
            return
        age = (self.join.today - row.open_since).days
        if age > self.request_days:
            sentence = f"{_access(row)} has been open since {row.open_since}, for {age:,} days."
            yield FindingName.OPEN_REQUEST, sentence

    def _of_sent_share(self, row: Row) -> Found:
        business, pixel = _business(row), _pixel(row)
        lacks_account = Task.ADVERTISE in row.tasks and self._has_no_account(row)
        if lacks_account and not self._may_meta_have_added_advertise(row):
            task = f"{business} has the task {Task.ADVERTISE} on {pixel}"
            sentence = f"{task}, but none of its ad accounts may use the pixel."
            yield FindingName.WITHOUT_AD_ACCOUNT, sentence
        if Task.EDIT in row.tasks:
            sentence = f"{business} can change the settings of {pixel} (task {Task.EDIT})."
            yield FindingName.EDIT, sentence

    def _of_received_share(self, row: Row) -> Found:
        """Yield a finding if an agency's ad accounts do not use a pixel, or if none may."""
        pixel, tasks = _pixel(row), ", ".join(row.tasks)
        if not ALLOW_AD_ACCOUNTS.isdisjoint(row.tasks):
            if self._has_no_account(row):
                sentence = f"none of the agency's ad accounts may use {pixel}."
                yield FindingName.WITHOUT_AD_ACCOUNT, sentence
        elif tasks and not unknown(row.tasks):
            # A task that this version does not know could allow ad accounts too.
            sentence = f"{pixel} is shared only for {tasks}, so no ad account may use it."
            yield FindingName.WITHOUT_AD_ACCOUNT, sentence

    def _may_meta_have_added_advertise(self, row: Row) -> bool:
        """Return whether Meta may have added the task ADVERTISE to a share by itself.

        Only the stack of the share shows what Meta added. It may be one that was not read.
        """
        declared = self.join.declarations.access.get(_key(row), ())
        if declared:
            return any(Task.ADVERTISE in added_by_meta(each) for each in declared)
        return not self.join.declarations.is_complete

    def _has_no_account(self, row: Row) -> bool:
        accounts = self.join.sources.pixels[row.pixel_id].ad_accounts
        return accounts.is_complete and not accounts.value.get(row.business_id)

    def _left_by_a_killed_run(self, row: Row) -> str:
        found: list[StackResource] = []
        for key, created in self.join.declarations.half_created.items():
            if self._may_have_made(key, row):
                found += created
        if not found:
            return ""
        return (
            f"; a killed run may have left it: declare {_resources(found)} again, and run "
            f"`pulumi up`, which adopts the access; to end it, then remove the declaration, and "
            f"run `pulumi up` again; finally, run `pulumi refresh --clear-pending-creates` to "
            f"remove the record of the killed run"
        )

    def _may_have_made(self, key: Key, row: Row) -> bool:
        """Return whether a killed run that created `key` may have given the access in a row."""
        if row.route is not Route.REQUEST:
            return key == _key(row)
        if key.business_id != row.business_id or key.ad_account_id:
            return False
        # Meta does not return the pixels of a request, only its owner.
        if key.pixel_id not in self.join.pixels:
            return True
        return self.join.pixels[key.pixel_id].owner_id == row.owner_id

    def _of_silent_pixels(self, estate: Estate) -> Iterator[Finding]:
        client = self._beginning(estate.business_name, estate.business_id)
        # A missing time may be among the parts that were not read, or that only the owner reads.
        has_all_times = estate.pixels.is_complete and not self._is_for_agency
        for pixel in estate.pixels.value:
            if pixel.last_fired is not None:
                last = pixel.last_fired.date()
                is_silent = (self.join.today - last).days > SILENT_DAYS
                silence = f"has received no event since {last}"
            else:
                is_silent, silence = has_all_times, "has never received an event"
            if is_silent:
                name = f"pixel {with_id(pixel.name, pixel.id)}"
                sentence = f"{client}According to Meta, {name} {silence}."
                yield Finding(FindingName.SILENT_PIXEL, sentence, pixel_id=pixel.id)

    def _of_agencies_with_all_pixels(self, estate: Estate) -> Iterator[Finding]:
        pixels = estate.pixels.value
        are_complete = all(pixel.agencies.is_complete for pixel in pixels)
        was_read = estate.pixels.is_complete and are_complete
        if not was_read or len(pixels) < MANY_PIXELS:
            return
        for agency in pixels[0].agencies.value.values():
            if all(agency.id in pixel.agencies.value for pixel in pixels):
                who = with_id(agency.name, agency.id)
                owner = with_id(estate.business_name, estate.business_id)
                sentence = f"The agency {who} has all {len(pixels):,} pixels of business {owner}."
                yield Finding(FindingName.ALL_PIXELS, sentence, business_id=agency.id)


def _difference(row: Row) -> str:
    """Return a sentence about the drift of a row, or an empty string without drift."""
    if row.drift is Drift.ABSENT:
        return f"Stack {row.stack} declares {_access(row)}, but Meta does not list it."
    more = ", ".join(task for task in row.tasks if task not in row.declared_tasks)
    fewer = ", ".join(task for task in row.declared_tasks if task not in row.tasks)
    subject = f"The access of {_business(row)} to {_pixel(row)} differs from stack {row.stack}"
    if row.drift is Drift.MORE:
        return f"{subject}: Meta also lists {more}."
    if row.drift is Drift.FEWER:
        return f"{subject}: Meta does not list {fewer}."
    if row.drift is Drift.OTHER:
        return f"{subject}: Meta also lists {more}, and does not list {fewer}."
    return ""


def _key(row: Row) -> Key:
    if row.route is Route.AD_ACCOUNT:
        return Key(row.business_id, row.pixel_id, row.subject_id)
    return Key(row.business_id, row.pixel_id)


def _access(row: Row) -> str:
    if row.route is Route.AD_ACCOUNT:
        return f"the permission of {_holder(row)} on {_pixel(row)}"
    if row.route is Route.REQUEST:
        return f"sharing request {with_id(row.subject_name, row.subject_id)} to {_business(row)}"
    return f"the share of {_pixel(row)} with {_business(row)}"


def _holder(row: Row) -> str:
    return f"{row.route} {with_id(row.subject_name, row.subject_id)} of {_business(row)}"


def _pixel(row: Row) -> str:
    return f"pixel {with_id(row.pixel_name, row.pixel_id)}"


def _business(row: Row) -> str:
    return f"business {with_id(row.business_name, row.business_id)}"


def _resources(found: Iterable[StackResource]) -> str:
    return " and ".join(f"'{each.name}' in stack {each.stack}" for each in found)
