"""A large access report for the benchmark of its page: synthetic agencies on synthetic pixels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from metapixel_cli.access.judging.report import (
    BusinessRead,
    Drift,
    End,
    Finding,
    FindingName,
    Managed,
    PixelRead,
    Report,
    Route,
    Row,
)

OWNER = ("1000000000000001", "Owner")
_TASKS = (("ANALYZE",), ("ANALYZE", "ADVERTISE"), ("UPLOAD",), ("ANALYZE", "UPLOAD", "EDIT"))


def report(agencies: int, pixels: int, one_in: int = 1) -> Report:
    """Return a report of agencies and pixels. One in `one_in` pairs has access."""
    rows = tuple(_rows(agencies, pixels, one_in))
    return Report(
        as_of=datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
        businesses=(BusinessRead(*OWNER, token_of="Owner deploys", pixels=pixels),),
        pixels=tuple(
            PixelRead(_pixel_id(pixel), f"Pixel number {pixel}", *OWNER) for pixel in range(pixels)
        ),
        stacks=("access/prod",),
        rows=rows,
        findings=tuple(finding for row in rows for finding in row.findings),
        parts=(),
    )


def _rows(agencies: int, pixels: int, one_in: int) -> Iterator[Row]:
    for pixel in range(pixels):
        for agency in range(agencies):
            number = pixel * agencies + agency
            if (number * 7 + pixel) % one_in == 0:
                yield _row(pixel, agency, number)


def _pixel_id(pixel: int) -> str:
    return str(2000000000000000 + pixel)


def _row(pixel: int, agency: int, number: int) -> Row:
    pixel_id, business_id = _pixel_id(pixel), str(3000000000000000 + agency)
    is_managed = number % 11 != 0
    urn = f"urn:pulumi:prod::access::pulumi-python:dynamic:Resource::agency-{agency}-pixel-{pixel}"
    sentence = f"Agency number {agency} has Pixel number {pixel}, and no stack declares it."
    finding = Finding(FindingName.UNMANAGED, sentence, pixel_id, business_id)
    return Row(
        route=Route.SHARE,
        owner_id=OWNER[0],
        owner_name=OWNER[1],
        pixel_id=pixel_id,
        pixel_name=f"Pixel number {pixel}",
        business_id=business_id,
        business_name=f"Agency number {agency}",
        subject_id="",
        subject_name="",
        tasks=_TASKS[(agency + pixel // 9) % len(_TASKS)],
        declared_tasks=_TASKS[(agency + pixel // 9) % len(_TASKS)] if is_managed else (),
        managed=Managed.YES if is_managed else Managed.NO,
        status="ACTIVE",
        drift=Drift.NONE,
        end=End.EXPIRING if is_managed else End.NONE,
        expires_on=date(2027, 1 + agency % 12, 28) if is_managed else None,
        reason=f"Contract {4000 + agency}" if is_managed else "",
        contact="",
        stack="access/prod" if is_managed else "",
        urn=urn if is_managed else "",
        open_since=None,
        open_since_is_exact=False,
        findings=() if is_managed else (finding,),
    )
