"""The rows of a report: the access that Meta lists, joined with the declarations of stacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from metapixel_cli.access.judging.declarations import Declaration, Declared, Key
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
from metapixel_cli.access.reading.observed import EstateRead
from metapixel_provider.sharing.estate.estate import (
    AssignedUser,
    Estate,
    Part,
    PixelAccess,
    SentRequest,
    UserKind,
)
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import settable


def drift(
    listed: Iterable[str], wanted: Iterable[str], added: frozenset[str] = frozenset()
) -> Drift:
    """Return the difference between the tasks at Meta and the declared tasks.

    Tasks that Meta added by itself (`added`) are not a difference. Tasks that a program cannot
    declare are not a difference either.
    """
    at_meta = {task.value for task in settable(listed)} - added
    in_stack = set(wanted) - added
    if at_meta == in_stack:
        return Drift.NONE
    if not in_stack - at_meta:
        return Drift.MORE
    return Drift.OTHER if at_meta - in_stack else Drift.FEWER


def rows_of(
    estates: Iterable[EstateRead],
    declared: Declared,
    today: date,
    contacts: Mapping[str, str] | None = None,
) -> list[Row]:
    """Return the rows of all estates.

    `contacts` maps businesses to the persons in the owner who answer for their access.
    """
    read = [each.estate for each in estates]
    joined = _Join(read, declared, today, contacts or {})
    rows = [*joined.listed(), *joined.requests(), *joined.only_declared()]
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
        #: True if a pixel that no estate lists is lost.
        self._lists_all = self._of_agency and all(each.pixels.is_complete for each in estates)
        self._names = _names(estates, declared)
        self._places = {pixel.id: pixel for pixel in pixels_of(estates)}
        self._pixels = {pixel.id: pixel for each in estates for pixel in each.pixels.value}
        self._open = {sent.request.id for estate in estates for sent in estate.requests.value}
        #: The owners whose open requests all have a known recipient.
        self._knows_requests = {
            estate.business_id
            for estate in estates
            if estate.requests.is_complete
            and all(sent.agency_business_id for sent in estate.requests.value)
        }
        self._listed: set[Key] = set()

    def listed(self) -> Iterator[Row]:
        for estate in self._estates:
            for pixel in estate.pixels.value:
                place = self._places[pixel.id]
                yield from self._listed_shares(place, pixel, estate.requests)
                yield from self._permissions(place, pixel)
                yield from self._users(place, pixel)

    def requests(self) -> Iterator[Row]:
        """Yield the open requests, with a row for each pixel that a stack records."""
        for estate in self._estates:
            place = PixelRead("", "", estate.business_id, estate.business_name)
            for sent in estate.requests.value:
                waiting = [each for each in self._shares if each.request_id == sent.request.id]
                has_pixels = any(
                    each.has_no_access and each.key not in self._listed for each in waiting
                )
                if not has_pixels:
                    yield self._unknown_request(place, sent, waiting)

    def only_declared(self) -> Iterator[Row]:
        for key, found in self._declared.access.items():
            if key not in self._listed:
                is_share = len(key) == 2
                yield self._declared_share(found) if is_share else self._declared_permission(found)

    def _listed_shares(
        self, place: PixelRead, pixel: PixelAccess, requests: Part[tuple[SentRequest, ...]]
    ) -> Iterator[Row]:
        for agency in pixel.agencies.value.values():
            key = (pixel.id, agency.id)
            self._listed.add(key)
            declaration = _differing(agency.tasks, self._declared.access.get(key))
            row = self._row(Route.SHARE, place, agency.id, declaration, tasks=agency.tasks)
            status = _share_status(row, declaration, requests)
            # An agency's own list contains no share that the agency has to accept.
            yield replace(row, status=ShareStatus.ACTIVE.value if self._of_agency else status)

    def _permissions(self, place: PixelRead, pixel: PixelAccess) -> Iterator[Row]:
        for business_id, accounts in pixel.ad_accounts.value.items():
            for account in accounts:
                key = (pixel.id, business_id, account.id)
                self._listed.add(key)
                declaration = self._declared.access.get(key)
                row = self._row(Route.AD_ACCOUNT, place, business_id, declaration)
                yield replace(
                    row,
                    subject_id=account.id,
                    subject_name=account.name,
                    status=PermissionStatus.ACTIVE.value,
                )

    def _users(self, place: PixelRead, pixel: PixelAccess) -> Iterator[Row]:
        for user in pixel.users.value:
            is_person = user.kind is UserKind.PERSON
            route = Route.PERSON if is_person else Route.SYSTEM_USER
            business = self._business(user, place.owner_id, pixel)
            row = self._row(route, place, business, None, tasks=user.tasks)
            yield replace(
                row,
                subject_id=user.id,
                subject_name=user.name,
                status=ShareStatus.ACTIVE.value,
                # No stack can declare a user.
                managed=Managed.NO,
                drift=Drift.NONE,
                end=End.NONE,
            )

    def _business(self, user: AssignedUser, owner_id: str, pixel: PixelAccess) -> str:
        """Return the business that best explains why the user has access."""
        return min(
            user.business_ids,
            key=lambda business: (
                business != owner_id,
                (pixel.id, business) not in self._declared.access,
                business not in pixel.agencies.value,
                business,
            ),
        )

    def _unknown_request(
        self, place: PixelRead, sent: SentRequest, waiting: Sequence[Declaration]
    ) -> Row:
        """Return the row of a request whose pixels are unknown, because Meta does not list them."""
        agency = sent.agency_business_id
        answer = self._declared.answer(place.owner_id, agency, self._today)
        row = self._row(Route.REQUEST, place, agency, answer if self._of_agency else None)
        # If the id of a share's request is unknown, the share may wait for this request.
        may_be_ours = any(
            each.key[1] == sent.agency_business_id and each.status == ShareStatus.UNCONFIRMED
            for each in self._shares
        )
        managed = Managed.UNKNOWN if may_be_ours else row.managed
        return replace(
            row,
            subject_id=sent.request.id,
            status=sent.request.share_status.value,
            managed=Managed.YES if waiting else managed,
            open_since=waiting[0].requested_on if waiting else None,
        )

    def _declared_share(self, share: Declaration) -> Row:
        place, pixel = self._place(share), self._pixels.get(share.key[0])
        was_read = pixel.agencies.is_complete if pixel else self._lists_all
        if not share.has_no_access:
            return self._only_declared(Route.SHARE, place, share, was_read)
        if share.request_id in self._open:
            row = self._row(Route.REQUEST, place, share.key[1], share)
            return replace(
                row,
                subject_id=share.request_id,
                status=ShareStatus.PENDING.value,
                # If the shares were not read, the agency may already have this pixel.
                drift=Drift.NONE if was_read else Drift.UNKNOWN,
                end=row.end if was_read else End.UNKNOWN,
                open_since=share.requested_on,
            )
        is_pending = share.status == ShareStatus.PENDING
        was_read &= not is_pending or place.owner_id in self._knows_requests
        row = self._only_declared(Route.REQUEST, place, share, was_read)
        if was_read and not is_pending:
            row = replace(row, status=share.status, drift=Drift.NONE)
        return replace(row, subject_id=share.request_id)

    def _declared_permission(self, permission: Declaration) -> Row:
        place, pixel = self._place(permission), self._pixels.get(permission.key[0])
        was_read = pixel.ad_accounts.is_complete if pixel else self._lists_all
        row = self._only_declared(Route.AD_ACCOUNT, place, permission, was_read)
        is_back = pixel is not None and permission.status == PermissionStatus.ENDED_BY_OWNER
        is_waiting = is_back or permission.status == PermissionStatus.WAITING_FOR_SHARE
        if was_read and is_waiting:
            row = replace(row, status=PermissionStatus.WAITING_FOR_SHARE.value, drift=Drift.NONE)
        elif was_read and pixel is None:
            row = replace(row, status=PermissionStatus.ENDED_BY_OWNER.value)
        return replace(row, subject_id=permission.key[2])

    def _only_declared(
        self, route: Route, place: PixelRead, declaration: Declaration, was_read: bool
    ) -> Row:
        row = self._row(route, place, declaration.key[1], declaration)
        if not was_read:
            return replace(row, status=UNKNOWN, drift=Drift.UNKNOWN, end=End.UNKNOWN)
        # The access has ended, so it cannot be overdue.
        end = End.NONE if row.end is End.OVERDUE else row.end
        return replace(row, status=ABSENT, drift=Drift.ABSENT, end=end)

    def _place(self, declaration: Declaration) -> PixelRead:
        pixel_id, owner_id = declaration.key[0], declaration.owner_id
        unlisted = PixelRead(
            pixel_id, declaration.pixel_name, owner_id, self._names.get(owner_id, "")
        )
        return self._places.get(pixel_id, unlisted)

    def _row(
        self,
        route: Route,
        place: PixelRead,
        business_id: str,
        declaration: Declaration | None,
        tasks: tuple[str, ...] = (),
    ) -> Row:
        """Return a row with the fields that depend on the declaration."""
        if declaration:
            managed = Managed.YES
        elif self._of_agency and route in (Route.SHARE, Route.REQUEST):
            managed = Managed.BY_OWNER
        else:
            managed = Managed.NO if self._declared.is_complete else Managed.UNKNOWN
        # A permission has no end of its own: it ends with its share.
        ending = declaration
        if route is Route.AD_ACCOUNT and declaration:
            ending = self._declared.access.get(declaration.key[:2])
        return Row(
            route=route,
            owner_id=place.owner_id,
            owner_name=place.owner_name,
            pixel_id=place.id,
            pixel_name=place.name,
            business_id=business_id,
            business_name=self._names.get(business_id, ""),
            subject_id="",
            subject_name="",
            tasks=tasks,
            declared_tasks=(declaration.tasks or ()) if declaration else (),
            managed=managed,
            status=UNKNOWN,
            drift=_drift(route, tasks, declaration, managed),
            end=self._end(ending, managed),
            expires_on=ending.expires_on if ending else None,
            reason=ending.reason if ending else "",
            contact=self._contacts.get(business_id, ""),
            stack=declaration.stack if declaration else "",
            urn=declaration.urn if declaration else "",
            open_since=None,
            findings=(),
        )

    def _end(self, ending: Declaration | None, managed: Managed) -> End:
        if managed is Managed.UNKNOWN or (ending and ending.has_secret_end):
            return End.UNKNOWN
        if ending is None or ending.expires_on is None:
            return End.NONE
        return End.OVERDUE if ending.expires_on < self._today else End.EXPIRING


def _differing(listed: tuple[str, ...], declaration: Declaration | None) -> Declaration | None:
    """Return the declaration.

    If a stack differs from Meta, the tasks are those of the first such stack.
    """
    if declaration is None:
        return None
    for each in declaration.resources:
        if each.tasks is not None and drift(listed, each.tasks, each.added) is not Drift.NONE:
            return replace(declaration, tasks=each.tasks, added=each.added)
    return declaration


def _drift(
    route: Route, tasks: tuple[str, ...], declaration: Declaration | None, managed: Managed
) -> Drift:
    if managed is Managed.UNKNOWN:
        return Drift.UNKNOWN
    if declaration is None or route is not Route.SHARE:
        return Drift.NONE
    if declaration.tasks is None:
        return Drift.UNKNOWN
    return drift(tasks, declaration.tasks, declaration.added)


def _share_status(
    row: Row, declaration: Declaration | None, requests: Part[tuple[SentRequest, ...]]
) -> str:
    """Return the status of a share that Meta lists.

    Meta may list a share that the agency has not accepted yet. So a share without a confirmed
    record is active only if no request to the agency is open.
    """
    if declaration and declaration.status == ShareStatus.ACTIVE:
        return ShareStatus.ACTIVE.value
    possible = [each for each in requests.value if each.may_be_for(row.business_id)]
    if any(each.agency_business_id for each in possible):
        may_be_active = row.managed is Managed.UNKNOWN
        return UNKNOWN if may_be_active else ShareStatus.UNCONFIRMED.value
    return UNKNOWN if possible or not requests.is_complete else ShareStatus.ACTIVE.value


def _names(estates: Iterable[Estate], declared: Declared) -> dict[str, str]:
    """Return the names of businesses. Meta's answers take precedence over states."""
    names: dict[str, str] = {}
    for share in declared.shares:
        names[share.key[1]] = share.agency_name
    for estate in estates:
        names |= estate.business_names
    return names
