"""The function that turns everything that was read into a verdict on one agency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from metapixel_cli.grants.grant import Key
from metapixel_cli.grants.unread import UnreadPart
from metapixel_cli.offboarding.reading import QUESTION, Sources
from metapixel_cli.offboarding.verdict import Outcome, Remaining, Verdict
from metapixel_cli.words import and_, count, with_id
from metapixel_provider.sharing.estate.estate import AdAccount, AssignedUser, Member, SentRequest
from metapixel_provider.sharing.estate.offboarding import Edge, Item, ListRead, Named
from metapixel_provider.sharing.nodes import Agency

_SETTINGS = "Business Settings"
_NOUNS = {"AdsPixel": "pixel", "AdAccount": "ad account", "Business": "business"}
#: A sentence about access on an edge, without its asset. `who` is the text of `_who`.
_ACCESS = {
    Edge.REQUESTS: "Sharing request {who} is open for",
    Edge.PIXEL_ACCOUNTS: "Ad account {who} may use",
    Edge.PIXEL_AGENCIES: "Agency {who} may {tasks}",
    Edge.PIXEL_USERS: "{who} may {tasks}",
    Edge.ACCOUNT_AGENCIES: "Agency {who} may use",
    Edge.ACCOUNT_USERS: "{who} may {tasks}",
    Edge.PEOPLE: "Person {who} has an address at {domain} in",
    Edge.INVITATIONS: "Invitation {who} has an address at {domain} in",
}
#: The calls that Meta documents for the owner, and the places in Business Settings for the rest.
_CALLS_OF_OWNER = {
    Edge.PIXEL_AGENCIES: "DELETE /{asset}/agencies?business={id}",
    Edge.ACCOUNT_AGENCIES: "DELETE /act_{asset}/agencies?business={id}",
    Edge.ACCOUNT_USERS: "DELETE /act_{asset}/assigned_users?user={id}",
}
_PLACES = {
    Edge.REQUESTS: "Requests > Sent",
    Edge.PIXEL_ACCOUNTS: "Datasets > {pixel} > Connected assets",
    Edge.PIXEL_USERS: "Datasets > {pixel} > People",
    Edge.PEOPLE: "People",
    Edge.INVITATIONS: "People",
}


def evaluate(sources: Sources, agency_id: str, domain: str, origin: Mapping[str, Any]) -> Verdict:
    """Return the verdict on an agency. `origin` contains the first fields of the evidence."""
    before, earlier = sources.earlier.get(agency_id, (None, None))
    named_by, name = _source_and_name(sources, agency_id, earlier)
    evidence = _Evidence(sources, Named(agency_id, name), domain, earlier)
    remains, remaining, unread = sources.remains, [*evidence.remaining()], [*evidence.unread()]
    if not remaining:
        unread += evidence.doubts(named_by)
    outcome, headline = evidence.result(len(remaining), len(unread))
    return Verdict(
        **origin,
        domain=domain,
        verdict=outcome,
        headline=headline,
        owner=remains.owner,
        agency=evidence.agency,
        named_by=named_by,
        proof=evidence.proof,
        remaining=tuple(remaining),
        unread=tuple(unread),
        lists=tuple(evidence.lists),
        to_review=evidence.to_review(),
        other_partners=tuple(evidence.other_partners()),
        before=before,
    )


def _source_and_name(sources: Sources, agency: str, earlier: Verdict | None) -> tuple[str, str]:
    """Return the first source that knows the agency, with its name there."""
    if name := sources.remains.names.get(agency):
        return "Meta", name
    if label := sources.labels.get(agency):
        return "access file", label
    for each in sources.declared:
        if each.access.business_id == agency:
            return "stack", each.output("agency_name")
    # Access that was found then also proves that the id exists.
    if earlier and (earlier.named_by or earlier.remaining):
        return "earlier verdict", earlier.agency.name
    return "", ""


class _Evidence:
    """Everything that is known about one agency. Its verdict depends on `lists`."""

    def __init__(
        self, sources: Sources, agency: Named, domain: str, earlier: Verdict | None
    ) -> None:
        self._sources, self._remains, self._earlier = sources, sources.remains, earlier
        self._owner, self._domain = sources.remains.owner.id, domain
        self.agency, self._id = agency, agency.id

    @cached_property
    def lists(self) -> dict[ListRead, Sequence[Item]]:
        return {each: items for each, items in self._remains.lists.items() if self._is_needed(each)}

    def _is_needed(self, listed: ListRead) -> bool:
        """Return whether the verdict depends on a list."""
        if listed.edge in (Edge.PEOPLE, Edge.INVITATIONS):
            # Only the domain of an address shows that a member is the agency's.
            return self._domain != ""
        if listed.edge in (Edge.PIXEL_USERS, Edge.ACCOUNT_USERS):
            # Each of these lists contains the users of one business.
            return listed.business == self._id
        # A system user has no address, so nothing shows whether it is the agency's.
        return listed.edge is not Edge.SYSTEM_USERS

    @property
    def proof(self) -> str:
        """The proof that the token sees ad accounts and users of other businesses, or no text."""
        if self._sources.has_proof:
            return "profile"
        if self._earlier and self._earlier.sees_others:
            return "earlier verdict"
        return ""

    def result(self, ways: int, unknown: int) -> tuple[Outcome, str]:
        """Return the outcome and its headline, from the numbers of remaining and unread parts."""
        agency, owner = with_id(self.agency.name, self._id), self._title(self._owner)
        if ways:
            headline = f"NOT OUT: {agency} has {count(ways, 'way')} to assets of {owner}."
            return Outcome.NOT_OUT, headline
        if unknown:
            nothing = f"nothing of {agency} was found at {owner}"
            parts = count(unknown, "part is", "parts are")
            return Outcome.NOT_KNOWN, f"NOT KNOWN: {nothing}, but {parts} not known."
        pixels = count(len(self._ids(Edge.PIXELS)), "pixel")
        accounts = count(len(self._ids(Edge.ACCOUNTS)), "ad account")
        return Outcome.OUT, f"OUT of {pixels} and {accounts} of {owner}: {agency}."

    def remaining(self) -> Iterator[Remaining]:
        for listed, items in self.lists.items():
            for item in items:
                if listed.edge in _ACCESS and self._is_of_agency(listed, item):
                    yield self._remaining(listed, item)

    def _is_of_agency(self, listed: ListRead, item: Item) -> bool:
        match item:
            case SentRequest():
                return item.agency_business_id == self._id
            case AdAccount():
                # The business of the list permitted the ad account, which another one may own.
                return self._id in (listed.business, item.owner_id)
            case AssignedUser():
                return listed.business == self._id
            case Member():
                # A subdomain counts too.
                return f".{item.domain}".endswith(f".{self._domain}")
        # Every other item with access is an agency itself.
        return item.id == self._id

    def _remaining(self, listed: ListRead, item: Item) -> Remaining:
        tasks = tuple(sorted(item.tasks)) if isinstance(item, Agency | AssignedUser) else ()
        can = and_(tasks or ["use"])
        access = _ACCESS[listed.edge].format(who=_who(item), tasks=can, domain=self._domain)
        sentence = f"{access} {_title_of(listed)}{self._detail(listed)}."
        ending, by = self._ending_in_stacks(listed, item) or self._ending_at_meta(listed, item)
        return Remaining(listed.edge, listed.asset, item.id, tasks, sentence, ending, by)

    def _detail(self, listed: ListRead) -> str:
        """Return the other business or the pixels through which an access exists."""
        if listed.edge is Edge.PIXEL_ACCOUNTS and listed.business != self._id:
            # Another business permitted the ad account, which counts because the agency owns it.
            agency = with_id(self.agency.name, self._id)
            return f", through {self._title(listed.business)}; it belongs to {agency}"
        # An access to an ad account reaches the pixels that the ad account may use.
        pixels = set()
        for each, items in self._remains.lists.items():
            if each.edge is Edge.PIXEL_ACCOUNTS and listed.asset.id in [item.id for item in items]:
                pixels.add(each.asset.name or each.asset.id)
        return f", permitted on pixel {and_(sorted(pixels))}" if pixels else ""

    def _ending_in_stacks(self, listed: ListRead, item: Item) -> tuple[str, str] | None:
        """Return how to end an access or a request that stacks declare, and who can."""
        key = Key(item.id, listed.asset.id)
        if isinstance(item, AdAccount):
            # The business of the list permitted it.
            key = Key(listed.business, listed.asset.id, item.id)
        declared = []
        for each in self._sources.declared:
            # The item is the access itself, or the request for it.
            if each.access == key or each.grant.request_id == item.id:
                declared.append(f"'{each.name}' from stack {each.stack}")
        if not declared:
            return None
        return f"remove {and_(declared)}, and run `pulumi up`", "whoever updates the stack"

    def _ending_at_meta(self, listed: ListRead, item: Item) -> tuple[str, str]:
        """Return how to end an access that no stack declares, and who can."""
        asset, business = listed.asset, listed.business
        admin_of_owner = f"an admin of {self._title(self._owner)}"
        if listed.edge in _CALLS_OF_OWNER:
            return _CALLS_OF_OWNER[listed.edge].format(asset=asset.id, id=item.id), admin_of_owner
        with_pixel = {self._owner, *self._ids(Edge.PIXEL_AGENCIES, asset)}
        if listed.edge is Edge.PIXEL_ACCOUNTS and business in with_pixel:
            # Only the business that permitted an ad account can send this call.
            call = f"DELETE /{asset.id}/shared_accounts?business={business}&account_id={item.id}"
            return call, f"an admin of {self._title(business)}"
        # Meta documents no call, or the business does not have the pixel any more.
        place = _PLACES[listed.edge].format(pixel=asset.name or asset.id)
        return f"{_SETTINGS} > {place}", admin_of_owner

    def unread(self) -> Iterator[UnreadPart]:
        """Yield each reason why a list may contain more access than was found."""
        for listed, items in self.lists.items():
            reasons = [listed.reason] if listed.reason else []
            for item in items:
                if lacking := self._lacking(listed, item):
                    reasons.append(f"Meta did not return {lacking}; look it up in {_SETTINGS}")
            # For example, the edge `AdsPixel/agencies` is the list `agencies` of a pixel.
            _, name_of_list = listed.edge.split("/")
            for reason in reasons:
                yield UnreadPart(_title_of(listed), listed.asset.id, name_of_list, reason)

    def _lacking(self, listed: ListRead, item: Item) -> str:
        """Return the data that Meta did not return of an item that may be the agency's."""
        match item:
            case SentRequest(agency_business_id="") if item.may_be_for(self._id):
                return f"the business that received sharing request {item.id}"
            case AdAccount(owner_id=""):
                # What the agency permitted counts as the agency's. What the owner owns does not.
                is_decided = listed.business == self._id or item.id in self._ids(Edge.ACCOUNTS)
                if not is_decided:
                    return f"the owner of ad account {item.id}"
            case Member(domain=""):
                return f"the email address of {item.id}"
        return ""

    def doubts(self, named_by: str) -> Iterator[UnreadPart]:
        """Yield each reason why OUT does not follow from the fact that nothing was found."""
        agency, owner = f"business {self._title(self._id)}", f"business {self._title(self._owner)}"
        if self._id in self._ids(Edge.PARTNERS):
            reason = "Meta still lists it as a partner; it may have pages, catalogs or apps"
            look = f"look at it in {_SETTINGS}, under Partners"
            yield UnreadPart(agency, self._id, "partner", f"{reason}; {look}")
        if not named_by:
            reason = "neither Meta, nor an access file, nor a stack knows this id; check it"
            yield UnreadPart(agency, self._id, "id", reason)
        if not (self._ids(Edge.PIXELS) or self._ids(Edge.ACCOUNTS)):
            reason = "it has no pixels and no ad accounts; check the id and the token"
            yield UnreadPart(owner, self._owner, "assets", reason)
        if not self.proof:
            reason = "nothing proves that this token sees ad accounts and users of other businesses"
            profile = f"--profile and a profile with the answer `listed` to {QUESTION}"
            add = f"add {profile}, or --before and an earlier NOT OUT with both"
            yield UnreadPart(owner, self._owner, "proof", f"{reason}; {add}")

    def to_review(self) -> dict[Edge, int | None]:
        """Return the number of members of the owner, or None for a list that was not read."""
        found: dict[Edge, int | None] = {}
        for each in self._remains.lists:
            if each.edge in (Edge.PEOPLE, Edge.SYSTEM_USERS, Edge.INVITATIONS):
                found[each.edge] = each.items if each.complete else None
        return found

    def other_partners(self) -> Iterator[Named]:
        for each in self._remains.of(Edge.PARTNERS):
            if isinstance(each, Agency) and each.id != self._id:
                yield Named(each.id, each.name)

    def _ids(self, edge: Edge, asset: Named | None = None) -> set[str]:
        return {each.id for each in self._remains.of(edge, asset)}

    def _title(self, business_id: str) -> str:
        return with_id(self._remains.names.get(business_id), business_id)


def _title_of(listed: ListRead) -> str:
    node, _ = listed.edge.split("/")
    return f"{_NOUNS[node]} {with_id(listed.asset.name, listed.asset.id)}"


def _who(item: Item) -> str:
    """Return the holder of an access, or the request for it. A sentence may begin with a user."""
    match item:
        case AssignedUser(is_system_user=True):
            return f"System user {item.id}"
        case AssignedUser():
            return f"Person {item.id}"
        case AdAccount() | Agency():
            return with_id(item.name, item.id)
    return item.id
