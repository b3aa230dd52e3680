"""The function that turns everything that was read into a verdict on one agency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metapixel_cli.grants.grant import Key
from metapixel_cli.grants.unread import UnreadPart
from metapixel_cli.offboarding.judging.verdict import (
    About,
    Ending,
    ListRead,
    Outcome,
    Remaining,
    Verdict,
)
from metapixel_cli.offboarding.reading import QUESTION, Before, Observed
from metapixel_cli.stacks.export import StackResource
from metapixel_cli.words import and_, count, with_id
from metapixel_provider.sharing.estate.estate import AdAccount, AssignedUser, SentRequest
from metapixel_provider.sharing.estate.offboarding import AccessList, Edge, Item, Member, Named
from metapixel_provider.sharing.nodes import Agency

#: The lists of people, which the verdict needs only if the domain of the agency is known.
_MEMBERS = (Edge.PEOPLE, Edge.INVITATIONS)
_SETTINGS = "Business Settings"
_NOUNS = {"AdsPixel": "pixel", "AdAccount": "ad account", "Business": "business"}


def judge(observed: Observed, agency_id: str, before: Before | None, about: About) -> Verdict:
    """Return the verdict on an agency."""
    judging = _Judging(observed, agency_id, before, about.domain)
    found = [each for listed in judging.lists for each in judging.found(listed)]
    remaining = tuple(each for each in found if isinstance(each, Remaining))
    unread = [each for each in found if isinstance(each, UnreadPart)]
    unread += [] if remaining else judging.doubts()
    outcome = Outcome.NOT_KNOWN if unread else Outcome.OUT
    outcome = Outcome.NOT_OUT if remaining else outcome
    partners = (it for _, it in observed.remains.of(Edge.PARTNERS) if isinstance(it, Agency))
    return Verdict(
        verdict=outcome,
        headline=judging.headline(outcome, len(remaining), len(unread)),
        **vars(about),
        address=observed.address,
        api_version=observed.api_version,
        owner=judging.owner,
        agency=judging.agency,
        named_by=judging.named_by,
        proof=judging.proof,
        remaining=remaining,
        unread=tuple(unread),
        lists=tuple(map(judging.read, judging.lists)),
        to_review={
            each.edge.partition("/")[2]: None if each.reason else len(each.items)
            for each in judging.lists
            if each.edge in (*_MEMBERS, Edge.SYSTEM_USERS)
        },
        other_partners=tuple(Named(it.id, it.name) for it in partners if it.id != agency_id),
        before=before,
    )


class _Judging:
    """Everything that is known about one agency."""

    def __init__(
        self, observed: Observed, agency_id: str, before: Before | None, domain: str
    ) -> None:
        self._remains, self._profile = observed.remains, observed.profile
        self._declared, self._domain = observed.declared, domain
        self._id, self.owner = agency_id, self._remains.owner
        of_others = (Edge.PIXEL_USERS, Edge.ACCOUNT_USERS)
        self.lists = [
            each
            for each in self._remains.lists
            if each.edge not in of_others or each.business_id == agency_id
        ]
        in_stacks = [each for each in self._declared if each.access.business_id == agency_id]
        sources = {
            "Meta": self._remains.names.get(agency_id),
            "access file": observed.labels.get(agency_id),
            "stack": in_stacks and (in_stacks[0].output("agency_name") or agency_id),
            "earlier verdict": before and before.agency,
        }
        self.named_by, name = next(((key, str(it)) for key, it in sources.items() if it), ("", ""))
        self.agency = Named(agency_id, name)
        earlier = "earlier verdict" if before and before.sees_others else ""
        self.proof = "profile" if self._profile == "listed" else earlier

    def headline(self, outcome: Outcome, ways: int, unknown: int) -> str:
        agency, owner = (with_id(each.name, each.id) for each in (self.agency, self.owner))
        if outcome is Outcome.NOT_OUT:
            return f"NOT OUT: {agency} has {count(ways, 'way')} to assets of {owner}."
        if outcome is Outcome.NOT_KNOWN:
            parts = count(unknown, "part is", "parts are")
            return f"NOT KNOWN: nothing of {agency} was found at {owner}, but {parts} not known."
        pixels, accounts = (
            sum(1 for _ in self._remains.of(edge)) for edge in (Edge.PIXELS, Edge.ACCOUNTS)
        )
        assets = f"{count(pixels, 'pixel')} and {count(accounts, 'ad account')}"
        return f"OUT of {assets} of {owner}: {agency}."

    def read(self, listed: AccessList) -> ListRead:
        items, reason = len(listed.items), listed.reason
        about = listed.edge.value, listed.asset, listed.business_id
        return ListRead(*about, items, listed.total, not reason, reason, self._decides(listed))

    def _decides(self, listed: AccessList) -> bool:
        is_needed = bool(self._domain) or listed.edge not in _MEMBERS
        return is_needed and listed.edge is not Edge.SYSTEM_USERS

    def found(self, listed: AccessList) -> Iterator[Remaining | UnreadPart]:
        """Yield the access in a list, and why the list may contain more."""
        if not self._decides(listed):
            return
        asset = listed.asset
        title = f"{_NOUNS[listed.edge.partition('/')[0]]} {with_id(asset.name, asset.id)}"
        for item in listed.items:
            told, ending = self._access(listed, item, title)
            if ending:
                sentence = f"{told[0].upper()}{told[1:]}."
                tasks = _tasks(item)
                yield Remaining(listed.edge.value, asset, item.id, tasks, sentence, ending)
        lacks = [*filter(None, (self._lacking(listed, item) for item in listed.items))]
        advice = f"look it up in {_SETTINGS}"
        reasons = [f"Meta did not return {each}; {advice}" for each in lacks]
        for reason in filter(None, (listed.reason, *reasons)):
            yield UnreadPart(title, asset.id, listed.edge.partition("/")[2], reason)

    def _access(self, listed: AccessList, item: Item, title: str) -> tuple[str, Ending | None]:
        """Return the access that an item is, and its ending. Return None for that of others."""
        asset, place = listed.asset, f"Datasets > {listed.asset.name or listed.asset.id}"
        match item:
            case SentRequest(agency_business_id=self._id):
                waiting = [each for each in self._declared if each.grant.request_id == item.id]
                ending = self._by_stack(waiting) or self._by_hand("Requests > Sent")
                return f"sharing request {item.id} is open: the agency can still accept it", ending
            case AdAccount() if self._id in (listed.business_id, item.owner_id):
                told = f"ad account {with_id(item.name, item.id)} may use {title}"
                if listed.business_id != self._id:
                    told += f" through {self._title(listed.business_id)}, and is the agency's"
                by_hand = self._by_hand(f"{place} > Connected assets")
                return told, self._end_of_permission(listed, item) or by_hand
            case Agency(id=self._id) if listed.edge is Edge.PIXEL_AGENCIES:
                call = f"DELETE /{asset.id}/agencies?business={item.id}"
                ending = self._by_stack(self._at(Key(item.id, asset.id))) or self._by_call(call)
                return f"{title} is shared, with {_and(item.tasks, 'no task')}", ending
            case Agency(id=self._id) if listed.edge is Edge.ACCOUNT_AGENCIES:
                call = f"DELETE /act_{asset.id}/agencies?business={item.id}"
                return f"{title}{self._permitted_on(asset)} is shared", self._by_call(call)
            case AssignedUser():
                user = f"{'system user' if item.is_system_user else 'person'} {item.id}"
                call = f"DELETE /act_{asset.id}/assigned_users?user={item.id}"
                is_on_pixel = listed.edge is Edge.PIXEL_USERS
                by_hand = self._by_hand(f"{place} > People")
                ending = by_hand if is_on_pixel else self._by_call(call)
                return f"{user} may {_and(item.tasks, 'use')} {title}", ending
            case Member() if f".{item.domain}".endswith(f".{self._domain}"):
                noun = "person" if listed.edge is Edge.PEOPLE else "invitation"
                told = f"{noun} {item.id} of {asset.name or asset.id} has an address at"
                return f"{told} {item.domain}", self._by_hand("People")
        return "", None

    def _lacking(self, listed: AccessList, item: Item) -> str:
        """Return what Meta did not return of an item that may be the agency's, or no text."""
        match item:
            case SentRequest(agency_business_id="") if item.may_be_for(self._id):
                return f"the business that received sharing request {item.id}"
            case AdAccount(owner_id="") if listed.business_id != self._id:
                own = {account.id for _, account in self._remains.of(Edge.ACCOUNTS)}
                through = f"which is permitted through business {listed.business_id}"
                return "" if item.id in own else f"the owner of ad account {item.id}, {through}"
            case Member(domain=""):
                return f"the email address of {item.id}"
        return ""

    def _end_of_permission(self, listed: AccessList, account: AdAccount) -> Ending | None:
        """Return None if no business that has the pixel can withdraw the permission."""
        pixel, business = listed.asset, listed.business_id
        call = f"DELETE /{pixel.id}/shared_accounts?business={business}&account_id={account.id}"
        having = {it.id for on, it in self._remains.of(Edge.PIXEL_AGENCIES) if on.asset == pixel}
        has_pixel = business in {self.owner.id, *having}
        by_stack = self._by_stack(self._at(Key(business, pixel.id, account.id)))
        return by_stack or (self._by_call(call, business) if has_pixel else None)

    def _permitted_on(self, account: Named) -> str:
        every = self._remains.of(Edge.PIXEL_ACCOUNTS)
        on = [listed.asset.name or listed.asset.id for listed, it in every if it.id == account.id]
        return f", permitted on pixel {and_(dict.fromkeys(on))}," if on else ""

    def _at(self, key: Key) -> list[StackResource]:
        return [each for each in self._declared if each.access == key]

    def _by_stack(self, declared: Sequence[StackResource]) -> Ending | None:
        if not declared:
            return None
        named = and_(f"'{each.name}' from stack {each.stack}" for each in declared)
        return Ending("stack", f"remove {named}, and run `pulumi up`", "whoever updates the stack")

    def _by_call(self, call: str, business_id: str = "") -> Ending:
        return Ending("call", call, f"an admin of {self._title(business_id or self.owner.id)}")

    def _by_hand(self, place: str) -> Ending:
        place = f"{_SETTINGS} > {place}"
        return Ending("by hand", place, f"an admin of {self._title(self.owner.id)}")

    def _title(self, business_id: str) -> str:
        return with_id(self._remains.names.get(business_id), business_id)

    def doubts(self) -> list[UnreadPart]:
        """Return the reasons why OUT does not follow from the fact that nothing was found."""
        agency, owner = (f"business {self._title(each)}" for each in (self._id, self.owner.id))
        is_partner = self._id in {item.id for _, item in self._remains.of(Edge.PARTNERS)}
        assets = [*self._remains.of(Edge.PIXELS), *self._remains.of(Edge.ACCOUNTS)]
        lacks = "no" if self._profile == "" else "another"
        answer = "" if self._profile is None else f" (the profile has {lacks} answer to {QUESTION})"
        every = (
            UnreadPart(
                agency if is_partner else "",
                self._id,
                "partner",
                f"Meta still lists it as a partner; it may have pages, catalogs or apps; look at "
                f"it in {_SETTINGS}, under Partners",
            ),
            UnreadPart(
                "" if self.named_by else agency,
                self._id,
                "id",
                "neither Meta, nor an access file, nor a stack knows this id; check it",
            ),
            UnreadPart(
                "" if assets else owner,
                self.owner.id,
                "assets",
                "it has no pixels and no ad accounts; check the id and the token",
            ),
            UnreadPart(
                "" if self.proof else owner,
                self.owner.id,
                "proof",
                f"nothing proves that this token sees the lists of other businesses{answer}; name "
                f"a profile of `metapixel probe` with --profile, or an earlier verdict NOT OUT "
                f"with --before",
            ),
        )
        return [each for each in every if each.subject]


def _tasks(item: Item) -> tuple[str, ...]:
    return tuple(sorted(item.tasks)) if isinstance(item, Agency | AssignedUser) else ()


def _and(tasks: Sequence[str], none: str) -> str:
    return and_(sorted(tasks) or [none])
