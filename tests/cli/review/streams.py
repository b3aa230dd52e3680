"""Previews as the engine prints them, made to measure (shapes seen with Pulumi 3.274)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.review import Review, review
from metapixel_cli.review.evaluation.words import Acceptance, Effect
from metapixel_cli.review.reading.output import read
from metapixel_cli.stacks.engine import name_of
from tests.support.example import HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXEL

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}

ANSWER, STANDING = "PixelSharingRequestResponse", "PixelSharingStandingResponse"
PERMISSION = "PixelAdAccountPermission"

#: The date of the reviews.
TODAY = date(2026, 11, 26)
PASSED, LAST, LATER = "2026-11-25", "2026-11-26", "2027-01-31"
BOTH = ("ANALYZE", "ADVERTISE")
#: Outputs that only some records have.
MARKS = ("requires_admin_approval", "tasks_added_by_meta", "tasks_being_revoked")

Event = dict[str, object]


def urn(
    kind: str, name: str, project: str = "shop", stack: str = "prod", component: str = ""
) -> str:
    """The URN of a resource, which has the type of its component and not the component's name."""
    inside = "shop:index:Group$" if component else ""
    return f"urn:pulumi:{stack}::{project}::{inside}pulumi-python:dynamic/metapixel:{kind}::{name}"


def share(
    tasks: object = ("ANALYZE",),
    *,
    agency: object = NORTHLIGHT,
    pixel: object = PIXEL,
    status: str | None = None,
    granted: Sequence[str] | None = None,
    name: str = "",
    pixel_name: str = "",
    request: str = "",
    requested_on: str = "",
    **inputs: object,
) -> dict[str, object]:
    """A share's state; with a status it has been recorded."""
    marks = {name: inputs.pop(name) for name in MARKS if name in inputs}
    declared = {
        "pixel_id": pixel,
        "agency_business_id": agency,
        "permitted_tasks": list(tasks) if isinstance(tasks, tuple) else tasks,
        **inputs,
    }
    outputs = declared | {
        "status": status,
        "granted_tasks": list(tasks if granted is None else granted),  # type: ignore[call-overload]
        "pending_request_id": request,
        "requested_on": requested_on,
        "agency_name": name,
        "pixel_name": pixel_name,
        **marks,
    }
    return {"id": "", "inputs": declared, "outputs": outputs if status else {}}


def active(tasks: tuple[str, ...] = ("ANALYZE",), **changes: object) -> dict[str, object]:
    return share(tasks, status="ACTIVE", **changes)  # type: ignore[arg-type]


def pending(tasks: tuple[str, ...] = ("ANALYZE",), **changes: object) -> dict[str, object]:
    """A share that the agency was asked to accept on 2026-11-20."""
    asked = {"request": "77", "requested_on": "2026-11-20"} | changes
    return share(tasks, status="PENDING", granted=[], **asked)  # type: ignore[arg-type]


def permission(
    account: object = HARBOUR_ACCOUNT,
    *,
    business: object = NORTHLIGHT,
    pixel: object = PIXEL,
    status: str | None = None,
    **marks: object,
) -> dict[str, object]:
    inputs = {"pixel_id": pixel, "business_id": business, "ad_account_id": account}
    outputs: dict[str, object] = inputs | {"status": status, **marks} if status else {}
    return {"id": "", "inputs": inputs, "outputs": outputs}


def answer(given: object, request: object = "77", **inputs: object) -> dict[str, object]:
    """A declared answer to a sharing request, by the id of the request."""
    return {"id": "", "inputs": {"request_id": request, "request_status": given, **inputs}}


def standing(status: object = None, **inputs: object) -> dict[str, object]:
    """A standing response's state; with a status it has been recorded."""
    businesses = {"owner_business_id": OWNER, "agency_business_id": NORTHLIGHT}
    declared = {**businesses, **inputs}
    outputs = {**declared, "status": status, "answered": [], "answered_on": ""}
    return {"id": "", "inputs": declared, "outputs": outputs if status else {}}


def placed(state: Mapping[str, object], urn: str, component: str = "") -> dict[str, object]:
    """A state with its URN and the component that contains the resource."""
    root = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod"
    parent = f"urn:pulumi:prod::shop::shop:index:Group::{component}" if component else root
    return {**state, "urn": urn, "parent": parent}


def moved(
    op: str,
    old: Mapping[str, object],
    new: Mapping[str, object],
    *,
    old_name: str = "campaigns",
    name: str = "campaigns",
    component: str = "",
    kind: str = "PixelAgencyShare",
) -> Event:
    """A step of a resource that an alias names, and that was in no component."""
    return step(
        op,
        placed(old, urn(kind, old_name)),
        placed(new, urn(kind, name, component=component), component),
        name=name,
        kind=kind,
        component=component,
    )


def step(
    op: str,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
    *,
    name: str = "campaigns",
    kind: str = "PixelAgencyShare",
    stack: str = "prod",
    component: str = "",
    keys: Sequence[str] = (),
) -> Event:
    """What the engine announces of a step; a refresh is told by its outcome."""
    metadata = {
        "op": op,
        "urn": urn(kind, name, stack=stack, component=component),
        "type": f"pulumi-python:dynamic/metapixel:{kind}",
        "old": old,
        "new": new,
        "keys": list(keys) or None,
    }
    event = "resOutputsEvent" if op == "refresh" else "resourcePreEvent"
    return {event: {"metadata": metadata, "planning": True}}


def bucket(op: str, **old: object) -> Event:
    """A step of a resource of another package."""
    made = step(op, {"inputs": {}, "custom": True, **old}, {"inputs": {}})
    metadata = made["resourcePreEvent"]["metadata"]  # type: ignore[index]
    metadata.update(type="aws:s3:Bucket", urn="urn:pulumi:prod::shop::aws:s3:Bucket::logs")
    return made


def violation(
    level: str = "mandatory",
    message: str = "What it demands.\nWhat is wrong.\n",
    *,
    rule: str = "no-edit",
    resource: str = "campaigns",
    exempt: str = "",
) -> Event:
    """A violation of a policy rule; with a reason, it is exempt."""
    return {
        "policyEvent": {
            "resourceUrn": urn("PixelAgencyShare", resource),
            "message": message,
            "policyName": rule,
            "policyPackName": "metapixel",
            "enforcementLevel": level,
            "severity": "critical",
            **({"exceptions": [{"id": "e1", "reason": exempt}]} if exempt else {}),
        }
    }


def analysis(
    *passed: str, failed: tuple[str, ...] = (), resource: str = "campaigns", pack: str = "metapixel"
) -> Event:
    return {
        "policyAnalyzeSummaryEvent": {
            "resourceUrn": urn("PixelAgencyShare", resource),
            "policyPackName": pack,
            "passed": list(passed),
            "failed": list(failed),
        }
    }


def said(message: str, severity: str = "error") -> Event:
    return {"diagnosticEvent": {"message": message, "severity": severity, "color": "never"}}


def summary(result: str = "succeeded", **changes: object) -> Event:
    return {"summaryEvent": {"isPreview": True, "result": result, "PolicyPacks": {}, **changes}}


def stream(*events: Event, end: Event | None = None) -> bytes:
    """A whole stream of events, whose summary counts its operations."""
    last = summary() if end is None else end
    counts = Counter(
        event["resourcePreEvent"]["metadata"]["op"]  # type: ignore[index]
        for event in events
        if "resourcePreEvent" in event
    )
    last = {"summaryEvent": {"resourceChanges": counts, **last["summaryEvent"]}}  # type: ignore[dict-item]
    whole: list[Event] = [{"preludeEvent": {"config": {}}}, *events, last]
    lines = [json.dumps({"sequence": number, **event}) for number, event in enumerate(whole)]
    return ("\n".join(lines) + "\n").encode()


def reviewed(*events: Event, end: Event | None = None, today: date = TODAY) -> Review:
    return review(read(stream(*events, end=end)), today=today)


def only(*events: Event) -> Change:
    (change,) = reviewed(*events).changes
    return change


def told(*events: Event, today: date = TODAY) -> str:
    """The verdict, each change, and what stays as it is: `narrowed: share removed -EDIT`."""
    found = reviewed(*events, today=today)
    facts = [
        *map(verdict, found.changes),
        *(f"open: {verdict(each)} {each.request.request_id}".strip() for each in found.waiting),
        *(f"drift: {verdict(each)}" for each in found.drift),
        *(f"overdue: {each.agency_id}" for each in found.overdue),
        *(f"moved: {move.before} > {move.after}" for each in found.moved for move in each.moves),
    ]
    return f"{found.access}: {'; '.join(facts)}".removesuffix(": ")


def verdicts(named: Mapping[str, Sequence[Event]]) -> str:
    """What is told of each preview, for approval."""
    return "".join(f"{name}: {told(*events)}\n" for name, events in named.items())


def verdict(change: Change) -> str:
    """The subject, the effect, the tasks that are gained, lost and withdrawn, and who must act."""
    accounts = {"": "share", None: "secret account", HARBOUR_ACCOUNT: "account"}
    withdrawn = tuple(task for task in change.dropped_tasks if task not in change.loses)
    marks = [("+", change.gains), ("-", change.loses), ("~", withdrawn)]
    flags = {
        "removes": change.removes and change.effect not in (Effect.REMOVED, Effect.ENDED),
        change.acceptance.value: change.acceptance is not Acceptance.NOT_NEEDED,
        "unexplained": change.is_unexplained,
        "undone": change.undone,
        f"due({','.join(map(name_of, change.due_deletions))})": bool(change.due_deletions),
    }
    return " ".join(
        [
            accounts.get(change.ad_account_id, f"account {change.ad_account_id}"),
            change.effect.value,
            *(f"{mark}{task}" for mark, tasks in marks for task in tasks),
            *(flag for flag, applies in flags.items() if applies),
        ]
    )


def account(
    op: str, old: str | None = None, number: object = HARBOUR_ACCOUNT, **options: object
) -> Event:
    """A step of a permission, with its status before. `now` is the status that a refresh found."""
    now, kept, name = (options.get(each) for each in ("now", "kept", "name"))
    pixel = options.get("pixel", PIXEL)
    before = permission(number, pixel=pixel, status=old)
    before |= {"retainOnDelete": True} if kept else {}
    after = None if op.startswith("delete") else permission(number, pixel=pixel, status=now)  # type: ignore[arg-type]
    return step(
        op, before if old else None, after, name=str(name or f"account-{op}"), kind=PERMISSION
    )


def ends(old: object, new: object, tasks: tuple[str, ...] = ("ANALYZE",)) -> Event:
    """An update of a share from one end date to another."""
    return step("update", active(tasks, expires_on=old), share(expires_on=new))


def replaced(
    old: Mapping[str, object],
    new: Mapping[str, object],
    first: str = "create-replacement",
    kind: str = "PixelAgencyShare",
) -> list[Event]:
    """The steps of a replacement that deletes last, of which the first can be another one."""
    steps = ((first, new), ("replace", new), ("delete-replaced", None))
    return [step(op, old, after, kind=kind) for op, after in steps]


def kept(snapshot: Mapping[str, object]) -> dict[str, object]:
    """The state of a resource with `retain_on_delete`."""
    return {**snapshot, "retainOnDelete": True}


def renamed(old: Mapping[str, object], new: Mapping[str, object]) -> list[Event]:
    """A share with another name and without an alias: the engine creates it before it deletes."""
    return [step("create", new=new, name="new"), step("delete", old, name="old")]
