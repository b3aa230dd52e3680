"""The rows of a report: the access that Meta lists, joined with the declarations of stacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from metapixel_cli.access.judging.declarations import Declaration, Declared
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
from metapixel_cli.grants.grant import WITHOUT_ACCESS, Key
from metapixel_provider.sharing.estate.estate import (
    AdAccount,
    AssignedUser,
    Estate,
    PixelAccess,
    SentRequest,
)
from metapixel_provider.sharing.nodes import Agency
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import in_order

#: The statuses of access that does not exist at Meta.
_ENDED = WITHOUT_ACCESS | {ABSENT}


def drift(
    listed: Iterable[str], wanted: Iterable[str], added: frozenset[str] = frozenset()
) -> Drift:
    """Return the difference between the tasks at Meta and the declared tasks.

    Tasks that Meta added by itself (`added`) are not a difference. Tasks that a program cannot
    declare are not a difference either.
    """
    at_meta = {task.value for task in in_order(listed)} - added
    in_stack = set(wanted) - added
    if at_meta - in_stack:
        return Drift.OTHER if in_stack - at_meta else Drift.MORE
    return Drift.FEWER if in_stack - at_meta else Drift.NONE


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
        self._estate_of = {pixel.id: each for each in estates for pixel in each.pixels.value}
        self._at_meta = dict(self._listed())
        self._open = {sent.request.id for estate in estates for sent in estate.requests.value}
        #: The owners whose open requests all have a known recipient.
        self._knows_requests = {
            estate.business_id
            for estate in estates
            if estate.requests.is_complete
            and all(sent.agency_business_id for sent in estate.requests.value)
        }

    def _listed(self) -> Iterator[tuple[Key, Agency | AdAccount]]:
        """Yield the shares and permissions that Meta lists."""
        for pixel in self._pixels.values():
            for agency in pixel.agencies.value.values():
                yield Key(agency.id, pixel.id), agency
            for business_id, accounts in pixel.ad_accounts.value.items():
                for account in accounts:
                    yield Key(business_id, pixel.id, account.id), account

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
        declared, undeclared = self._declared.access, self._declared.undeclared
        for key in dict.fromkeys((*declared, *self._at_meta)):
            entry, found = declared.get(key, undeclared), self._at_meta.get(key)
            place, business = self._place(key, entry), key.business_id or ""
            if isinstance(found, Agency):
                status, entry = self._status(key, entry), _differing(found.tasks, entry)
                yield self._row(place, business, entry, Route.SHARE, status, tasks=found.tasks)
            elif isinstance(found, AdAccount):
                subject = (found.id, found.name)
                active = PermissionStatus.ACTIVE.value
                yield self._row(place, business, entry, Route.AD_ACCOUNT, active, subject)
            elif isinstance(entry, Declaration):
                unlisted = self._permission if key.ad_account_id else self._share
                yield unlisted(place, entry, self._was_read(key))

    def _status(self, key: Key, entry: Declaration | Managed) -> str:
        """Return the status of a share that Meta lists.

        Meta may list a share that the agency has not accepted yet, except in the agency's own list.
        So a share without a confirmed record is active only if no request to the agency is open.
        """
        is_confirmed = isinstance(entry, Declaration) and entry.status == ShareStatus.ACTIVE
        if is_confirmed or self._of_agency:
            return ShareStatus.ACTIVE.value
        requests = self._estate_of[key.pixel_id or ""].requests
        possible = [each for each in requests.value if each.may_be_for(key.business_id or "")]
        if any(each.agency_business_id for each in possible):
            return UNKNOWN if entry is Managed.UNKNOWN else ShareStatus.UNCONFIRMED.value
        return UNKNOWN if possible or not requests.is_complete else ShareStatus.ACTIVE.value

    def _share(self, place: PixelRead, share: Declaration, was_read: bool) -> Row:
        """Return the row of a share that Meta does not list."""
        business = share.key.business_id or ""
        if not share.has_no_access:
            status = ABSENT if was_read else UNKNOWN
            return self._row(place, business, share, Route.SHARE, status, was_read=was_read)
        subject, status = (share.request_id, ""), share.status
        if share.request_id in self._open:
            # If the shares were not read, the agency may already have this pixel.
            status = ShareStatus.PENDING.value
        else:
            if status == ShareStatus.PENDING:
                was_read &= place.owner_id in self._knows_requests
                status = ABSENT
            status = status if was_read else UNKNOWN
        return self._row(place, business, share, Route.REQUEST, status, subject, was_read=was_read)

    def _permission(self, place: PixelRead, permission: Declaration, was_read: bool) -> Row:
        """Return the row of a permission that Meta does not list."""
        key, has_pixel = permission.key, permission.key.pixel_id in self._pixels
        is_back = has_pixel and permission.status == PermissionStatus.ENDED_BY_OWNER
        if not was_read:
            status = UNKNOWN
        elif is_back or permission.status == PermissionStatus.WAITING_FOR_SHARE:
            status = PermissionStatus.WAITING_FOR_SHARE.value
        else:
            status = ABSENT if has_pixel else PermissionStatus.ENDED_BY_OWNER.value
        business, subject = key.business_id or "", (key.ad_account_id or "", "")
        route = Route.AD_ACCOUNT
        return self._row(place, business, permission, route, status, subject, was_read=was_read)

    def requests(self) -> Iterator[Row]:
        """Yield the open requests whose pixels are unknown, because Meta does not list them."""
        for estate in self._estates:
            for sent in estate.requests.value:
                waiting = [each for each in self._shares if each.request_id == sent.id]
                if not any(
                    each.has_no_access and each.key not in self._at_meta for each in waiting
                ):
                    yield self._request(estate, sent, waiting)

    def _request(self, estate: Estate, sent: SentRequest, waiting: Sequence[Declaration]) -> Row:
        agency = sent.agency_business_id
        answer = self._declared.answer(estate.business_id, agency, self._today)
        entry = answer if answer and self._of_agency else self._declared.undeclared
        place = PixelRead("", "", estate.business_id, estate.business_name)
        status, subject = sent.request.share_status.value, (sent.id, "")
        row = self._row(place, agency, entry, Route.REQUEST, status, subject)
        if waiting:
            return replace(row, managed=Managed.YES, open_since=waiting[0].requested_on)
        # If the id of a share's request is unknown, the share may wait for this request.
        may_be_ours = any(
            each.key.business_id == agency and each.status == ShareStatus.UNCONFIRMED
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
                subject, none = (user.id, user.name), Managed.NO  # no stack declares a user
                row = self._row(place, business, none, route, active, subject, user.tasks)
                # A list that was not read, such as the owner's, may contain the same user.
                is_known = business == place.owner_id or (was_read and self._declared.is_complete)
                yield row if is_known else replace(row, managed=Managed.UNKNOWN)

    def _explains(self, pixel: PixelAccess, business: str) -> tuple[bool, bool, bool, str]:
        """Return a key that sorts a business first if it best explains the access of its users."""
        return (
            business != self._places[pixel.id].owner_id,
            Key(business, pixel.id) not in self._declared.access,
            business not in pixel.agencies.value,
            business,
        )

    def _place(self, key: Key, entry: Declaration | Managed) -> PixelRead:
        pixel_id = key.pixel_id or ""
        if pixel_id in self._places or isinstance(entry, Managed):
            return self._places[pixel_id]
        owner_name = self._names.get(entry.owner_id, "")
        return PixelRead(pixel_id, entry.pixel_name, entry.owner_id, owner_name)

    def _row(
        self,
        place: PixelRead,
        business_id: str,
        entry: Declaration | Managed,
        route: Route,
        status: str,
        subject: tuple[str, str] = ("", ""),
        tasks: tuple[str, ...] = (),
        was_read: bool = True,
    ) -> Row:
        """Return a row. `was_read` is False if an unread list may contain the access."""
        declaration = entry if isinstance(entry, Declaration) else None
        managed = Managed.YES if isinstance(entry, Declaration) else entry
        if declaration is None and self._of_agency and route in (Route.SHARE, Route.REQUEST):
            managed = Managed.BY_OWNER
        is_known = was_read and managed is not Managed.UNKNOWN
        # A permission has no end of its own: it ends with its share.
        ending = declaration
        if route is Route.AD_ACCOUNT and declaration:
            ending = self._declared.access.get(declaration.key.share)
        is_pending = status == ShareStatus.PENDING
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
            declared_tasks=(declaration.tasks or ()) if declaration else (),
            managed=managed,
            status=status,
            drift=_drift(route, status, tasks, declaration) if is_known else Drift.UNKNOWN,
            end=self._end(status, ending) if is_known else End.UNKNOWN,
            expires_on=ending.expires_on if ending else None,
            reason=ending.reason if ending else "",
            contact=self._contacts.get(business_id, ""),
            stack=declaration.stack if declaration else "",
            urn=declaration.urn if declaration else "",
            open_since=declaration.requested_on if declaration and is_pending else None,
            findings=(),
        )

    def _end(self, status: str, ending: Declaration | None) -> End:
        if ending and ending.has_secret_end:
            return End.UNKNOWN
        if ending is None or ending.expires_on is None:
            return End.NONE
        if ending.expires_on >= self._today:
            return End.EXPIRING
        # Access that has ended cannot be overdue.
        return End.NONE if status in _ENDED else End.OVERDUE


def _differing(tasks: Iterable[str], entry: Declaration | Managed) -> Declaration | Managed:
    """Return the entry. If a stack differs from Meta, it has the tasks of the first such stack."""
    if isinstance(entry, Declaration):
        for each in entry.resources:
            if each.tasks is not None and drift(tasks, each.tasks, each.added) is not Drift.NONE:
                return replace(entry, tasks=each.tasks, added=each.added)
    return entry


def _drift(
    route: Route, status: str, tasks: Iterable[str], declaration: Declaration | None
) -> Drift:
    if status in (ABSENT, PermissionStatus.ENDED_BY_OWNER):
        return Drift.ABSENT
    if declaration is None or route is not Route.SHARE:
        return Drift.NONE
    if declaration.tasks is None:
        return Drift.UNKNOWN
    return drift(tasks, declaration.tasks, declaration.added)


def _names(estates: Iterable[Estate], declared: Declared) -> dict[str, str]:
    """Return the names of businesses. Meta's answers take precedence over states."""
    names: dict[str, str] = {}
    for share in declared.shares:
        names[share.key.business_id or ""] = share.agency_name
    for estate in estates:
        names |= estate.business_names
    return names
