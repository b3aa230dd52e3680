"""Large access reports: synthetic agencies on synthetic pixels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from metapixel_cli.access.judging.report import (
    BusinessRead,
    Finding,
    FindingName,
    PixelRead,
    Report,
    Route,
    Row,
)
from tests.support.example_report import ACME, row

_TASKS = (("ANALYZE",), ("ANALYZE", "ADVERTISE"), ("UPLOAD",), ("ANALYZE", "UPLOAD", "EDIT"))


def report(agencies: int, pixels: int, one_in: int = 1) -> Report:
    """Return a report of agencies and pixels. Of every `one_in` pairs of them, one has access."""
    rows = tuple(_rows(agencies, pixels, one_in))
    return Report(
        as_of=datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
        address="https://graph.facebook.com",
        businesses=(BusinessRead(*ACME, token_of="Acme deploys", pixels=pixels),),
        pixels=tuple(
            PixelRead(_pixel_id(pixel), f"Pixel number {pixel}", *ACME) for pixel in range(pixels)
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
    tasks = _TASKS[(agency + pixel // 9) % len(_TASKS)]
    subjects = (pixel_id, f"Pixel number {pixel}"), (business_id, f"Agency number {agency}")
    if number % 11:
        return row(
            Route.SHARE,
            *subjects,
            tasks=tasks,
            declared=tasks,
            expires_on=date(2027, 1 + agency % 12, 28),
            reason=f"Contract {4000 + agency}",
        )
    sentence = f"Agency number {agency} has Pixel number {pixel}, and no stack declares it."
    finding = Finding(FindingName.UNMANAGED, sentence, pixel_id, business_id)
    return row(Route.SHARE, *subjects, tasks=tasks, findings=(finding,))
