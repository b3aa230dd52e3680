"""Estates and stacks, as they are read for a report, and reports of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from metapixel_cli.access.evaluation.evaluate import evaluate
from metapixel_cli.access.evaluation.report import Report, Route, Row
from metapixel_cli.access.reading import Sources
from metapixel_cli.stacks.export import StackResource, StackState
from metapixel_provider.access_file.model import Accepted, AccessFile, AgencyGrants
from metapixel_provider.sharing.estate.estate import (
    AdAccount,
    AssignedUser,
    Estate,
    Part,
    PixelAccess,
    SentRequest,
)
from metapixel_provider.sharing.nodes import Agency, SharingRequest
from metapixel_provider.sharing.resource_types import ResourceType
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL

NAMES = {OWNER: "Acme Outdoor", NORTHLIGHT: "Northlight Media", HARBOUR: "Harbour Performance"}
TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
ADDRESS = "https://graph.facebook.com"
REQUEST = "2400000000000001"
ACCOUNT = "507700000000221"
REFUSAL = "Meta refused to read this: a permission is missing; use the token of an admin"


def pixel(
    id_: str = PIXEL,
    shares: Mapping[str, Sequence[str]] | None = None,
    accounts: Mapping[str, Sequence[str]] | None = None,
    users: Iterable[Mapping[str, AssignedUser]] = (),
    last_fired: datetime | None = NOW,
    name: str = "Web shop",
    refused: Sequence[str] = (),
) -> PixelAccess:
    """Return a pixel. `refused` names the parts that Meta refused, after what had arrived."""
    agencies = {
        agency: Agency(agency, NAMES.get(agency, f"Agency {agency}"), tuple(tasks))
        for agency, tasks in (shares or {}).items()
    }
    permitted = {
        business: tuple(AdAccount(account, f"Account {account}") for account in listed)
        for business, listed in (accounts or {}).items()
    }

    used: defaultdict[str, tuple[AssignedUser, ...]] = defaultdict(tuple)
    for each in users:
        for business, assigned in each.items():
            used[business] += (assigned,)

    def reason(part: str) -> str:
        return REFUSAL if part in refused else ""

    return PixelAccess(
        id_,
        name,
        last_fired,
        Part(agencies, reason("shares")),
        Part(permitted, reason("ad accounts")),
        Part(dict(used), reason("users")),
    )


def user(
    id_: str = "11",
    business: str = NORTHLIGHT,
    *tasks: str,
    system: bool = False,
    others: Sequence[str] = (),
    name: str = "",
) -> dict[str, AssignedUser]:
    """Return a user with tasks of their own, by each of the user's businesses."""
    found = AssignedUser(id_, name or f"User {id_}", system, tasks or ("ANALYZE",))
    return dict.fromkeys((business, *others), found)


def request(id_: str = REQUEST, agency: str = HARBOUR, status: str = "PENDING") -> SentRequest:
    return SentRequest(SharingRequest(id_, status), agency, NAMES.get(agency, ""))


def estate(
    *pixels: PixelAccess,
    requests: Sequence[SentRequest] = (),
    business: str = OWNER,
    refused: Sequence[str] = (),
) -> Estate:
    """Return an estate. `refused` can name `pixels` and `requests`."""

    def reason(part: str) -> str:
        return REFUSAL if part in refused else ""

    return Estate(
        business,
        NAMES.get(business, ""),
        Part(pixels, reason("pixels")),
        Part(tuple(requests), reason("requests")),
    )


def received(
    *pixels: PixelAccess,
    requests: Sequence[SentRequest] = (),
    owner: str = OWNER,
    refused: Sequence[str] = (),
) -> Estate:
    """Return what an owner shares with Northlight, as Northlight reads it."""
    read = estate(*pixels, requests=requests, business=owner, refused=refused)
    return replace(read, agency_business_id=NORTHLIGHT, agency_name=NAMES[NORTHLIGHT])


def standing(last_day: str = "") -> StackResource:
    """Return Northlight's standing response to the owner, in the state of a stack."""
    inputs = {"expires_on": last_day} if last_day else {}
    key = (OWNER, NORTHLIGHT)
    return _resource(ResourceType.STANDING_RESPONSE, key, inputs, {"status": "WAITING"})


def share(
    *tasks: str,
    pixel: str = PIXEL,
    agency: str = NORTHLIGHT,
    status: str = "ACTIVE",
    inputs: Mapping[str, object] | None = None,
    name: str = "",
    **outputs: object,
) -> StackResource:
    declared = {"permitted_tasks": list(tasks or ("ANALYZE",)), **(inputs or {})}
    recorded = {"status": status, **outputs}
    return _resource(ResourceType.SHARE, (pixel, agency), declared, recorded, name)


def asked(pixel: str = PIXEL, on: str = "") -> StackResource:
    """Return a share that waits for Harbour's answer to the request."""
    sent = {"pending_request_id": REQUEST, "requested_on": on}
    return replace(share(pixel=pixel, agency=HARBOUR), outputs={"status": "PENDING", **sent})


def permission(
    account: str = ACCOUNT,
    pixel: str = PIXEL,
    business: str = NORTHLIGHT,
    status: str = "ACTIVE",
) -> StackResource:
    return _resource(ResourceType.PERMISSION, (pixel, business, account), {}, {"status": status})


def _resource(
    type_: ResourceType,
    key: tuple[str, ...],
    inputs: Mapping[str, object],
    outputs: Mapping[str, object],
    name: str = "",
) -> StackResource:
    ids = dict(zip(type_.key, key, strict=True))
    urn = f"urn:pulumi:prod::shop::{type_.dynamic}::{name or '-'.join(key)}"
    return StackResource(urn, type_, key, {**ids, **inputs}, outputs)


def stack(
    *resources: StackResource,
    name: str = "shop/prod",
    failed: str = "",
    killed: Sequence[StackResource] = (),
) -> StackState:
    """Return a stack. `failed` is the reason why it could not be read."""

    def recorded(found: Sequence[StackResource]) -> tuple[StackResource, ...]:
        beginning = f"urn:pulumi:{name.rpartition('/')[2]}::"
        return tuple(replace(each, urn=beginning + each.urn.partition("::")[2]) for each in found)

    return StackState(name, recorded(resources), failed, recorded(killed))


def report(
    *estates: Estate,
    stacks: Sequence[StackState] = (),
    accepted: Sequence[Accepted] = (),
    contacts: Mapping[str, str] | None = None,
    today: date = TODAY,
    now: datetime = NOW,
) -> Report:
    sources = Sources(estates, tuple(stacks), ADDRESS)
    agencies = [AgencyGrants("", each, (), contact) for each, contact in (contacts or {}).items()]
    file = AccessFile(OWNER, agencies=tuple(agencies), accepted=tuple(accepted))
    return evaluate(sources, now, today, file, request_days=14)


def row(found: Report, route: Route = Route.SHARE) -> Row:
    (only,) = (each for each in found.rows if each.route is route)
    return only


def names(found: Report) -> list[str]:
    return [finding.name.value for finding in found.findings]
