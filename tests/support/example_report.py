"""An access report of the example world, for tests of its page and for docs/access.png."""

from __future__ import annotations

from datetime import UTC, date, datetime

from metapixel_cli.access.judging.report import (
    Acceptance,
    BusinessRead,
    Drift,
    End,
    Finding,
    FindingName,
    Managed,
    PartRead,
    PixelRead,
    Report,
    Route,
    Row,
)

ACME = ("1001204537800111", "Acme Outdoor")
NORTHLIGHT = ("2002345678900222", "Northlight Media")
HARBOUR = ("3003456789000333", "Harbour Performance")
SHOP = ("1290034567800001", "Acme web shop")
APP = ("1290034567800002", "Acme app")
OUTLET = ("1290034567800003", "Acme outlet")
PIXELS = (SHOP, APP, OUTLET)


def row(
    route: Route,
    pixel: tuple[str, str],
    business: tuple[str, str],
    subject: tuple[str, str] = ("", ""),
    *,
    tasks: tuple[str, ...] = (),
    declared: tuple[str, ...] | None = None,
    status: str = "ACTIVE",
    drift: Drift = Drift.NONE,
    expires_on: date | None = None,
    reason: str = "",
    contact: str = "",
    open_since: date | None = None,
    findings: tuple[Finding, ...] = (),
) -> Row:
    """Return a row of Acme Outdoor. It is managed if `declared` tasks are given."""
    is_managed = declared is not None
    name = "-".join(f"{business[1]} {pixel[1]}".lower().split())
    urn = f"urn:pulumi:prod::access::pulumi-python:dynamic:Resource::{name}"
    return Row(
        route=route,
        owner_id=ACME[0],
        owner_name=ACME[1],
        pixel_id=pixel[0],
        pixel_name=pixel[1],
        business_id=business[0],
        business_name=business[1],
        subject_id=subject[0],
        subject_name=subject[1],
        tasks=tasks,
        declared_tasks=declared or (),
        managed=Managed.YES if is_managed else Managed.NO,
        status=status,
        drift=drift,
        end=End.EXPIRING if expires_on else End.NONE,
        expires_on=expires_on,
        reason=reason,
        contact=contact,
        stack="access/prod" if is_managed else "",
        urn=urn if is_managed else "",
        open_since=open_since,
        findings=findings,
    )


def report() -> Report:
    outlet = row(
        Route.SHARE,
        OUTLET,
        NORTHLIGHT,
        tasks=("ANALYZE",),
        findings=(
            Finding(
                FindingName.UNMANAGED,
                "Northlight Media has Acme outlet, and no stack declares it.",
                OUTLET[0],
                NORTHLIGHT[0],
            ),
        ),
    )
    shop = row(
        Route.SHARE,
        SHOP,
        NORTHLIGHT,
        tasks=("ANALYZE", "ADVERTISE"),
        declared=("ANALYZE", "ADVERTISE"),
        expires_on=date(2027, 3, 31),
        reason="Spring campaign, contract 4711",
        contact="anna@shop.example",
    )
    rows = (
        row(
            Route.SHARE,
            APP,
            NORTHLIGHT,
            tasks=("ANALYZE", "UPLOAD"),
            declared=("ANALYZE",),
            drift=Drift.MORE,
            expires_on=date(2027, 3, 31),
            reason="Spring campaign, contract 4711",
            findings=(
                Finding(
                    FindingName.DRIFTED,
                    "Northlight Media has UPLOAD on Acme app, which no stack declares.",
                    APP[0],
                    NORTHLIGHT[0],
                ),
            ),
        ),
        outlet,
        row(
            Route.REQUEST,
            SHOP,
            HARBOUR,
            ("2400000000000001", ""),
            declared=("UPLOAD",),
            status="PENDING",
            reason="Events of the server",
            open_since=date(2026, 10, 21),
            findings=(
                Finding(
                    FindingName.OPEN_REQUEST,
                    "Harbour Performance has not accepted Acme web shop for 36 days.",
                    SHOP[0],
                    HARBOUR[0],
                    "2400000000000001",
                ),
            ),
        ),
        shop,
        row(
            Route.AD_ACCOUNT,
            SHOP,
            NORTHLIGHT,
            ("507700000000221", "Northlight for Acme"),
            declared=(),
            expires_on=date(2027, 3, 31),
        ),
        row(
            Route.PERSON,
            SHOP,
            ACME,
            ("122100000000002", "Erin Employee"),
            tasks=("ANALYZE", "EDIT"),
            findings=(
                Finding(
                    FindingName.UNMANAGED,
                    "Erin Employee has Acme web shop, and no stack declares it.",
                    SHOP[0],
                    ACME[0],
                    "122100000000002",
                    Acceptance("Answers for the web shop", date(2027, 3, 31), has_lapsed=False),
                ),
            ),
        ),
    )
    of_rows = tuple(finding for each in rows for finding in each.findings)
    of_all = (
        Finding(
            FindingName.ALL_PIXELS,
            "Northlight Media has all 3 pixels of Acme Outdoor.",
            business_id=NORTHLIGHT[0],
        ),
        Finding(FindingName.SILENT_PIXEL, "Acme outlet has never received an event.", OUTLET[0]),
    )
    return Report(
        as_of=datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
        address="https://graph.facebook.com",
        businesses=(BusinessRead(*ACME, token_of="Acme deploys", pixels=len(PIXELS)),),
        pixels=tuple(PixelRead(*pixel, *ACME) for pixel in PIXELS),
        stacks=("access/prod",),
        rows=rows,
        findings=(*of_all, *of_rows),
        parts=tuple(
            PartRead(f"pixel {name} ({id_})", id_, part, "")
            for id_, name in PIXELS
            for part in ("shares", "ad accounts", "users")
        ),
    )
