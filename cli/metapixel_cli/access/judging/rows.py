"""The rows of a report: the access that Meta lists, joined with the declarations of stacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from metapixel_cli.access.judging.declarations import Declared, added, stacks_of
from metapixel_cli.access.judging.parts import pixels_of
from metapixel_cli.access.judging.report import (
    ABSENT,
    UNKNOWN,
    Drift,
    End,
    Managed,
    PixelRead,
    Route,
    Row,
)
from metapixel_cli.grants.grant import WITHOUT_ACCESS, Grant, Key
from metapixel_cli.grants.listed import Listed, listed_in
from metapixel_cli.stacks.export import StackResource
from metapixel_provider.sharing.estate.estate import AssignedUser, Estate, PixelAccess, SentRequest
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import in_order

#: The statuses of access that does not exist at Meta.
_ENDED = WITHOUT_ACCESS | {ABSENT}


def rows_of(
    estates: Sequence[Estate],
    declared: Declared,
    today: date,
    contacts: Mapping[str, str] | None = None,
) -> list[Row]:
    """Return the rows of all estates.

    `contacts` maps businesses to the persons in the owner who answer for their access.
    """
    found = _Join(estates, declared, today, contacts or {})
    rows = [*found.grants(), *found.users(), *found.requests()]
    return sorted(rows, key=_order)


def _order(row: Row) -> tuple[object, ...]:
    return (
        row.owner_name,
        row.owner_id,
        not row.pixel_id,
        row.pixel_name.casefold(),
        row.pixel_id,
        row.business_name.casefold(),
        row.business_id,
        list(Route).index(row.route),
        row.subject_name.casefold(),
        row.subject_id,
    )


class _Join:
    def __init__(
        self,
        estates: Sequence[Estate],
        declared: Declared,
        today: date,
        contacts: Mapping[str, str],
    ) -> None:
        self._estates = estates
        self._declared = declared
        self._shares = declared.shares
        self._today = today
        self._contacts = contacts
        self._of_agency = any(each.agency_business_id for each in estates)
        self._names = _names(estates, declared)
        self._places = {pixel.id: pixel for pixel in pixels_of(estates)}
        self._pixels = {pixel.id: pixel for each in estates for pixel in each.pixels.value}
        self._at_meta = {each.key: each for each in listed_in(estates)}
        self._open = {sent.id for estate in estates for sent in estate.requests.value}
        #: The owners whose open requests all have a known recipient.
        self._knows_requests = {
            estate.business_id
            for estate in estates
            if estate.requests.is_complete
            and all(sent.agency_business_id for sent in estate.requests.value)
        }

    def _was_read(self, key: Key) -> bool:
        pixel = self._pixels.get(key.pixel_id or "")
        if pixel is None:
            # The complete list of an agency proves that it has no other pixel.
            return all(
                each.agency_business_id and each.pixels.is_complete for each in self._estates
            )
        return (pixel.ad_accounts if key.ad_account_id else pixel.agencies).is_complete

    def grants(self) -> Iterator[Row]:
        """Yield the shares and permissions of the stacks and of Meta."""
        for key in dict.fromkeys((*self._declared.access, *self._at_meta)):
            found, declared = self._at_meta.get(key), self._declared.access.get(key, ())
            yield self._listed(key, found, declared) if found else self._unlisted(key, declared)

    def _listed(self, key: Key, found: Listed, declared: Sequence[StackResource]) -> Row:
        place, business = self._places[found.pixel.id], found.business_id
        if found.account is None:
            status = self._status(found, declared)
            return self._row(place, business, Route.SHARE, status, declared, tasks=found.tasks)
        active, subject = PermissionStatus.ACTIVE.value, (found.account.id, found.account.name)
        return self._row(place, business, Route.AD_ACCOUNT, active, declared, subject)

    def _status(self, found: Listed, declared: Sequence[StackResource]) -> str:
        """Return the status of a share that Meta lists.

        Meta may list a share that the agency has not accepted yet, except in the agency's own list.
        So without a confirmed record, it is active only if it has an ad account, which only a
        business with the pixel can permit, or if no request to the agency is open.
        """
        is_confirmed = declared and declared[0].grant.status == ShareStatus.ACTIVE
        accounts, requests = found.pixel.ad_accounts, found.estate.requests
        if is_confirmed or self._of_agency or accounts.value.get(found.business_id):
            return ShareStatus.ACTIVE.value
        possible = [each for each in requests.value if each.may_be_for(found.business_id)]
        if any(each.agency_business_id for each in possible):
            is_unread = not (accounts.is_complete and (declared or self._declared.is_complete))
            return UNKNOWN if is_unread else ShareStatus.UNCONFIRMED.value
        return UNKNOWN if possible or not requests.is_complete else ShareStatus.ACTIVE.value

    def _unlisted(self, key: Key, declared: Sequence[StackResource]) -> Row:
        """Return the row of declared access that Meta does not list."""
        first, was_read = declared[0], self._was_read(key)
        owner = self._declared.owner_of(first)
        place = self._places.get(key.pixel_id or "") or PixelRead(
            key.pixel_id or "", first.output("pixel_name"), owner, self._names.get(owner, "")
        )
        route, subject, status = Route.SHARE, "", ABSENT
        if key.ad_account_id:
            route, subject = Route.AD_ACCOUNT, key.ad_account_id
            status = self._lost_permission(key, first.grant)
        elif _has_no_access(first.grant):
            route, subject, status = Route.REQUEST, first.grant.request_id, first.grant.status or ""
        if route is Route.REQUEST and subject in self._open:
            # If the shares were not read, the agency may already have this pixel.
            status = ShareStatus.PENDING.value
        else:
            if status == ShareStatus.PENDING:
                was_read &= place.owner_id in self._knows_requests
                status = ABSENT
            status = status if was_read else UNKNOWN
        business = key.business_id or ""
        return self._row(place, business, route, status, declared, (subject, ""), was_read=was_read)

    def _lost_permission(self, key: Key, permission: Grant) -> str:
        """Return the status of a permission that a list of Meta lacks."""
        has_pixel = key.pixel_id in self._pixels
        is_back = has_pixel and permission.status == PermissionStatus.ENDED_BY_OWNER
        if is_back or permission.status == PermissionStatus.WAITING_FOR_SHARE:
            return PermissionStatus.WAITING_FOR_SHARE.value
        return ABSENT if has_pixel else PermissionStatus.ENDED_BY_OWNER.value

    def requests(self) -> Iterator[Row]:
        """Yield the open requests whose pixels are unknown, because Meta does not list them."""
        for estate in self._estates:
            for sent in estate.requests.value:
                waiting = [each for each in self._shares if each.grant.request_id == sent.id]
                if not any(
                    _has_no_access(each.grant) and each.access not in self._at_meta
                    for each in waiting
                ):
                    yield self._request(estate, sent, waiting)

    def _request(self, estate: Estate, sent: SentRequest, waiting: Sequence[StackResource]) -> Row:
        agency = sent.agency_business_id
        answers = self._declared.answers(estate.business_id, agency, self._today)
        place = PixelRead("", "", estate.business_id, estate.business_name)
        status, subject = sent.request.share_status.value, (sent.id, "")
        declared = answers if self._of_agency else ()
        row = self._row(place, agency, Route.REQUEST, status, declared, subject)
        if waiting:
            return replace(
                row, managed=Managed.YES, open_since=_date(waiting[0].grant.requested_on)
            )
        # If the id of a share's request is unknown, the share may wait for this request.
        may_be_ours = any(
            each.grant.status == ShareStatus.UNCONFIRMED and each.access.business_id == agency
            for each in self._shares
        )
        return replace(row, managed=Managed.UNKNOWN) if may_be_ours else row

    def users(self) -> Iterator[Row]:
        active = ShareStatus.ACTIVE.value
        for pixel in self._pixels.values():
            place = self._places[pixel.id]
            was_read = pixel.agencies.is_complete and pixel.users.is_complete
            found: dict[str, tuple[str, AssignedUser]] = {}
            for business in sorted(pixel.users.value, key=partial(self._explains, pixel)):
                for user in pixel.users.value[business]:
                    first, known = found.get(user.id, (business, user))
                    tasks = tuple(dict.fromkeys(known.tasks + user.tasks))
                    found[user.id] = first, replace(known, tasks=tasks)
            for business, user in found.values():
                route = Route.SYSTEM_USER if user.is_system_user else Route.PERSON
                subject = user.id, user.name
                row = self._row(place, business, route, active, (), subject, user.tasks)
                # A list that was not read, such as the owner's, may contain the same user.
                is_known = business == place.owner_id or (was_read and self._declared.is_complete)
                managed = Managed.NO if is_known else Managed.UNKNOWN
                yield replace(row, managed=managed, drift=Drift.NONE, end=End.NONE)

    def _explains(self, pixel: PixelAccess, business: str) -> tuple[bool, bool, bool, str]:
        """Return a key that sorts a business first if it best explains the access of its users."""
        return (
            business != self._places[pixel.id].owner_id,
            Key(business, pixel.id) not in self._declared.access,
            business not in pixel.agencies.value,
            business,
        )

    def _row(
        self,
        place: PixelRead,
        business_id: str,
        route: Route,
        status: str,
        declared: Sequence[StackResource] = (),
        subject: tuple[str, str] = ("", ""),
        tasks: tuple[str, ...] = (),
        was_read: bool = True,
    ) -> Row:
        """Return a row. `was_read` is False if an unread list may contain the access."""
        managed = Managed.YES if declared else self._declared.undeclared
        if not declared and self._of_agency and route in (Route.SHARE, Route.REQUEST):
            managed = Managed.BY_OWNER
        is_known = was_read and managed is not Managed.UNKNOWN
        compared = _compared(tasks, declared)
        # A permission has no end of its own: it ends with its share.
        is_account = declared and route is Route.AD_ACCOUNT
        ending = self._declared.access.get(declared[0].access.share, ()) if is_account else declared
        ends = [each.grant.expires_on for each in ending]
        # Of several declarations, the earliest end counts.
        expires_on = _date(min(filter(None, ends), default=""))
        is_open = bool(declared) and status == ShareStatus.PENDING
        return Row(
            route=route,
            owner_id=place.owner_id,
            owner_name=place.owner_name,
            pixel_id=place.id,
            pixel_name=place.name,
            business_id=business_id,
            business_name=self._names.get(business_id, ""),
            subject_id=subject[0],
            subject_name=subject[1],
            tasks=tasks,
            declared_tasks=compared.grant.tasks if compared else (),
            managed=managed,
            status=status,
            drift=_drift(route, status, tasks, compared) if is_known else Drift.UNKNOWN,
            end=self._end(status, expires_on, None in ends) if is_known else End.UNKNOWN,
            expires_on=expires_on,
            reason=(ending[0].grant.reason or "") if ending else "",
            contact=self._contacts.get(business_id, ""),
            stack=stacks_of(declared),
            urn=declared[0].urn if declared else "",
            open_since=_date(declared[0].grant.requested_on) if is_open else None,
            findings=(),
        )

    def _end(self, status: str, expires_on: date | None, is_hidden: bool) -> End:
        if is_hidden:
            return End.UNKNOWN
        if expires_on is None:
            return End.NONE
        if expires_on >= self._today:
            return End.EXPIRING
        # Access that has ended cannot be overdue.
        return End.NONE if status in _ENDED else End.OVERDUE


def _has_no_access(share: Grant) -> bool:
    """Return True if the agency has not accepted a share, or its request has ended."""
    return share.status == ShareStatus.PENDING or share.has_ended


def _compared(tasks: Iterable[str], declared: Sequence[StackResource]) -> StackResource | None:
    """Return the first declaration that differs from the tasks at Meta, or the first of all."""
    same = Drift.NONE, Drift.UNKNOWN
    differing = (each for each in declared if _difference(tasks, each) not in same)
    return next(iter((*differing, *declared)), None)


def _difference(tasks: Iterable[str], declared: StackResource) -> Drift:
    """Return the difference between the tasks at Meta and the declared tasks.

    Tasks that Meta added by itself are not a difference. Tasks that a program cannot declare are
    not a difference either.
    """
    if not declared.grant.tasks_known:
        return Drift.UNKNOWN
    at_meta = {task.value for task in in_order(tasks)} - added(declared)
    in_stack = set(declared.grant.tasks) - added(declared)
    if at_meta - in_stack:
        return Drift.OTHER if in_stack - at_meta else Drift.MORE
    return Drift.FEWER if in_stack - at_meta else Drift.NONE


def _drift(
    route: Route, status: str, tasks: Iterable[str], compared: StackResource | None
) -> Drift:
    if status in (ABSENT, PermissionStatus.ENDED_BY_OWNER):
        return Drift.ABSENT
    if compared is None or route is not Route.SHARE:
        return Drift.NONE
    return _difference(tasks, compared)


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _names(estates: Iterable[Estate], declared: Declared) -> dict[str, str]:
    """Return the names of businesses. Meta's answers take precedence over states."""
    names: dict[str, str] = {}
    for share in declared.shares:
        names[share.access.business_id or ""] = share.output("agency_name")
    for estate in estates:
        names |= estate.business_names
    return names
