"""The rows of a report: the access that Meta lists, joined with the declarations of stacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial

from metapixel_cli.access.evaluation.declarations import StackDeclarations, stacks_of, surest_drift
from metapixel_cli.access.evaluation.report import (
    ABSENT,
    UNKNOWN,
    Drift,
    End,
    Managed,
    PixelRead,
    Route,
    Row,
)
from metapixel_cli.access.reading import Sources
from metapixel_cli.grants.grant import WITHOUT_ACCESS, Grant, Key
from metapixel_cli.grants.listed import ListedAccess, listed_in
from metapixel_cli.stacks.export import StackResource
from metapixel_provider.sharing.estate.estate import AssignedUser, Estate, PixelAccess, SentRequest
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus


def _sort_key(row: Row) -> tuple[object, ...]:
    return (
        row.owner_name,
        row.owner_id,
        row.pixel_id == "",
        row.pixel_name.casefold(),
        row.pixel_id,
        row.business_name.casefold(),
        row.business_id,
        list(Route).index(row.route),
        row.subject_name.casefold(),
        row.subject_id,
    )


@dataclass(frozen=True)
class Join:
    """A join of everything that was read.

    `contacts` maps businesses to the persons in the owner who are responsible for their access.
    """

    sources: Sources
    declarations: StackDeclarations
    today: date
    contacts: Mapping[str, str]

    @cached_property
    def rows(self) -> list[Row]:
        rows = [*self._grant_rows(), *self._user_rows()]
        # The requests of declared shares are rows already, with the pixels of the shares.
        in_rows = {row.subject_id for row in rows if row.route is Route.REQUEST}
        for estate in self.sources.estates:
            for sent in estate.requests.value:
                if sent.id not in in_rows:
                    rows.append(self._request_row(estate, sent))
        return sorted(rows, key=_sort_key)

    @cached_property
    def pixels(self) -> dict[str, PixelRead]:
        found: dict[str, PixelRead] = {}
        for estate in self.sources.estates:
            for pixel in estate.pixels.value:
                owner = estate.business_id, estate.business_name
                found[pixel.id] = PixelRead(pixel.id, pixel.name, *owner)
        return found

    @cached_property
    def _names(self) -> dict[str, str]:
        """The names of businesses. Meta's responses take precedence over states."""
        names: dict[str, str] = {}
        for share in self.declarations.shares:
            _, agency_id = share.key
            names[agency_id] = share.output("agency_name")
        return names | self.sources.business_names

    def _grant_rows(self) -> Iterator[Row]:
        """Yield the declared shares and permissions, and then the others that Meta lists."""
        listed = {each.key: each for each in listed_in(self.sources.estates)}
        for key in dict.fromkeys((*self.declarations.access, *listed)):
            declared = self.declarations.access.get(key, ())
            if key in listed:
                yield self._listed_row(listed[key], declared)
            else:
                yield self._unlisted_row(key, declared)

    def _listed_row(self, listed: ListedAccess, declared: Sequence[StackResource]) -> Row:
        pixel, business, account = self.pixels[listed.pixel.id], listed.business_id, listed.account
        if account:
            row = self._row(pixel, business, Route.AD_ACCOUNT, ShareStatus.ACTIVE, account.id)
            row = replace(row, subject_name=account.name)
        else:
            status = self._status_of_share(listed, declared)
            row = replace(self._row(pixel, business, Route.SHARE, status), tasks=listed.tasks)
        return self._compared(row, declared)

    def _status_of_share(self, share: ListedAccess, declared: Sequence[StackResource]) -> str:
        """Return the status of a share that Meta lists. The agency may not have accepted it yet.

        ACTIVE if that is proved, or if no open request can be for the agency. UNCONFIRMED if one is
        and no proof can be unread. Otherwise UNKNOWN: a request or its recipient may be unread too.
        """
        requests = share.estate.requests
        has_no_open_request = requests.is_complete and not share.open_requests
        if has_no_open_request or self._is_proved(share, declared):
            return ShareStatus.ACTIVE
        has_request = share.business_id in {sent.agency_business_id for sent in requests.value}
        # The proof of an acceptance is an ad account, or a record in the stack of the share.
        stack_was_read = declared or self.declarations.is_complete
        if has_request and stack_was_read and share.pixel.ad_accounts.is_complete:
            return ShareStatus.UNCONFIRMED
        return UNKNOWN

    def _is_proved(self, share: ListedAccess, declared: Sequence[StackResource]) -> bool:
        """Return whether something proves that the agency has accepted a share that Meta lists."""
        if self.sources.agency_business_id:
            # In the agency's own list, every share is accepted.
            return True
        # Only a business with the pixel can permit an ad account.
        if share.pixel.ad_accounts.value.get(share.business_id):
            return True
        return any(each.grant.status == ShareStatus.ACTIVE for each in declared)

    def _unlisted_row(self, key: Key, declared: Sequence[StackResource]) -> Row:
        """Return the row of a declared share or permission that Meta does not list."""
        latest, grant = declared[0], declared[0].grant
        pixel_id, business_id, *_ = latest.key
        pixel = self.pixels.get(pixel_id) or self._recorded_pixel(pixel_id, latest)
        if key.ad_account_id:
            route, subject = Route.AD_ACCOUNT, key.ad_account_id
            status = self._status_of_permission(key, grant)
        elif grant.status == ShareStatus.PENDING or grant.has_ended:
            # As recorded, the agency has not accepted the share, so the row is about its request.
            route, subject = Route.REQUEST, grant.request_id
            status = self._status_of_request(key, grant, pixel.owner_id)
        else:
            route, subject = Route.SHARE, ""
            status = ABSENT if self._was_read(key) else UNKNOWN
        row = self._compared(self._row(pixel, business_id, route, status, subject), declared)
        # Even with an open request, the agency may have the pixel in a list that was not read.
        if status == UNKNOWN or not self._was_read(key):
            return replace(row, drift=Drift.UNKNOWN, end=End.UNKNOWN)
        return row

    def _recorded_pixel(self, pixel_id: str, resource: StackResource) -> PixelRead:
        """Return the pixel of a declaration that no estate contains."""
        owner = self.declarations.owner_of(resource)
        return PixelRead(pixel_id, resource.output("pixel_name"), owner, self._names.get(owner, ""))

    def _status_of_request(self, key: Key, share: Grant, owner_id: str) -> str:
        """Return the status of a request that the agency had not accepted when it was recorded."""
        # The list of requests proves that a request is open, whatever else was read.
        for estate in self.sources.estates:
            if share.request_id in {sent.id for sent in estate.requests.value}:
                return ShareStatus.PENDING
        if not self._was_read(key):
            return UNKNOWN
        if share.has_ended:
            return str(share.status)
        # Without the request, the owner's complete list proves that it is no longer open.
        for estate in self.sources.estates:
            # An open request whose recipient Meta does not return may be for this agency.
            every_recipient_is_known = estate.requests.is_complete and not estate.open_to_unknown
            if estate.business_id == owner_id and every_recipient_is_known:
                return ABSENT
        return UNKNOWN

    def _was_read(self, key: Key) -> bool:
        """Return whether everything was read where Meta would list a share or permission."""
        if key.pixel_id not in self.sources.pixels:
            # The complete list of an agency proves that it has no other pixel.
            return bool(self.sources.agency_business_id) and self.sources.has_every_pixel
        pixel = self.sources.pixels[key.pixel_id]
        if key.ad_account_id:
            return pixel.ad_accounts.is_complete
        return pixel.agencies.is_complete

    def _status_of_permission(self, key: Key, permission: Grant) -> str:
        """Return the status of a permission that Meta does not list."""
        if not self._was_read(key):
            return UNKNOWN
        if permission.status == PermissionStatus.WAITING_FOR_SHARE:
            return PermissionStatus.WAITING_FOR_SHARE
        if key.pixel_id not in self.pixels:
            return PermissionStatus.ENDED_BY_OWNER
        if permission.status == PermissionStatus.ENDED_BY_OWNER:
            # The pixel came back, so the permission waits for the next update.
            return PermissionStatus.WAITING_FOR_SHARE
        return ABSENT

    def _request_row(self, estate: Estate, sent: SentRequest) -> Row:
        """Return an open request whose pixels are unknown, because Meta does not list them."""
        agency, status = sent.agency_business_id, sent.request.share_status.value
        pixel = PixelRead("", "", estate.business_id, estate.business_name)
        responses: Sequence[StackResource] = ()
        if self.sources.agency_business_id:
            # In an agency's report, its standing response to the owner declares each request.
            responses = self.declarations.responses(estate.business_id, agency, self.today)
        row = self._compared(self._row(pixel, agency, Route.REQUEST, status, sent.id), responses)
        # What the shares say about this request takes precedence over the standing responses.
        for share in self.declarations.shares:
            if share.grant.request_id == sent.id:
                return replace(row, managed=Managed.YES, open_since=_date(share.grant.requested_on))
        for share in self.declarations.shares:
            if share.access.business_id == agency and share.grant.status == ShareStatus.UNCONFIRMED:
                # The share may wait for this request, whose id its stack does not record.
                return replace(row, managed=Managed.UNKNOWN)
        return row

    def _user_rows(self) -> Iterator[Row]:
        """Yield each user of a pixel once, with all tasks of the user."""
        for pixel in self.sources.pixels.values():
            rows: dict[str, Row] = {}
            # A user can have roles in several businesses. The row has the likeliest source.
            for business in sorted(pixel.users.value, key=partial(self._unlikelihood, pixel)):
                for user in pixel.users.value[business]:
                    row = rows.setdefault(user.id, self._user_row(pixel, business, user))
                    tasks = dict.fromkeys((*row.tasks, *user.tasks))
                    rows[user.id] = replace(row, tasks=tuple(tasks))
            yield from rows.values()

    def _unlikelihood(self, pixel: PixelAccess, business: str) -> tuple[bool, bool, bool, str]:
        """Return the sort key of a business. The likeliest source of users' access is first."""
        is_other = business != self.pixels[pixel.id].owner_id
        is_undeclared = Key(business, pixel.id) not in self.declarations.access
        is_without_share = business not in pixel.agencies.value
        return is_other, is_undeclared, is_without_share, business

    def _user_row(self, pixel: PixelAccess, business: str, user: AssignedUser) -> Row:
        owned = self.pixels[pixel.id]
        route = Route.SYSTEM_USER if user.is_system_user else Route.PERSON
        if business == owned.owner_id:
            # The owner's own users need no share, so no stack can declare their access.
            managed = Managed.NO
        elif not (pixel.agencies.is_complete and pixel.users.is_complete):
            # A list that was not read, such as the owner's, may contain the same user.
            managed = Managed.UNKNOWN
        else:
            # A stack that was not read may declare the share of the user's business.
            managed = self.declarations.undeclared
        row = self._row(owned, business, route, ShareStatus.ACTIVE, user.id)
        row = replace(row, subject_name=user.name, tasks=user.tasks, managed=managed)
        return replace(row, drift=Drift.NONE, end=End.NONE)

    def _row(
        self, pixel: PixelRead, business_id: str, route: Route, status: str, subject_id: str = ""
    ) -> Row:
        return Row(
            route=route,
            owner_id=pixel.owner_id,
            owner_name=pixel.owner_name,
            pixel_id=pixel.id,
            pixel_name=pixel.name,
            business_id=business_id,
            business_name=self._names.get(business_id, ""),
            subject_id=subject_id,
            status=str(status),
            contact=self.contacts.get(business_id, ""),
        )

    def _compared(self, row: Row, declared: Sequence[StackResource]) -> Row:
        """Return a row with its declarations, its drift and its end."""
        if not declared:
            return self._undeclared(row)
        latest = declared[0]
        drift, differing = surest_drift(row, declared)
        row = replace(
            row,
            managed=Managed.YES,
            stack=stacks_of(declared),
            urn=latest.urn,
            declared_tasks=differing.grant.tasks,
            drift=drift,
        )
        if row.status == ShareStatus.PENDING:
            row = replace(row, open_since=_date(latest.grant.requested_on))
        if row.route is Route.AD_ACCOUNT:
            # A permission has no end of its own: it ends with its share.
            return self._with_end(row, self.declarations.access.get(latest.access.share, ()))
        return self._with_end(row, declared)

    def _with_end(self, row: Row, declared: Sequence[StackResource]) -> Row:
        """Return a row with the earliest declared end, and with the reason of the latest grant."""
        if not declared:
            return replace(row, end=End.NONE)
        ends = [each.grant.expires_on for each in declared]
        # An end is None if it is secret, and empty if there is none.
        row = replace(row, expires_on=_date(min(filter(None, ends), default="")))
        end = End.UNKNOWN if None in ends else self._end(row)
        return replace(row, end=end, reason=declared[0].grant.reason or "")

    def _undeclared(self, row: Row) -> Row:
        """Return a row of access that no stack declares, as far as the stacks were read."""
        managed = self.declarations.undeclared
        if self.sources.agency_business_id and row.route in (Route.SHARE, Route.REQUEST):
            # Only a stack of the owner can declare a share, and the report is the agency's.
            managed = Managed.BY_OWNER
        if managed is Managed.UNKNOWN:
            # The drift and the end of a new row are unknown too.
            return row
        return replace(row, managed=managed, drift=Drift.NONE, end=End.NONE)

    def _end(self, row: Row) -> End:
        if row.expires_on is None:
            return End.NONE
        if row.expires_on >= self.today:
            return End.EXPIRING
        # Access that has ended cannot be overdue.
        return End.NONE if row.status in (*WITHOUT_ACCESS, ABSENT) else End.OVERDUE


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
