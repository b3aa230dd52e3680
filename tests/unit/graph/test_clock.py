"""Meta's clock beside the clock of this machine: what is learned, reported and refused."""

from __future__ import annotations

import re
import time
from contextlib import nullcontext
from datetime import timedelta
from email.utils import formatdate

import pytest
import responses

from metapixel_provider.errors import WrongClockError
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.credentials import Credentials
from tests.unit.conftest import QUICK

EVERYTHING = re.compile(".*")
ENTRY = {"code": 200, "headers": [{"name": "Date", "value": formatdate(0)}], "body": "{}"}


def dated(after: timedelta) -> dict[str, str]:
    """The header of a Meta whose clock shows this much more than the clock of this machine."""
    return {"Date": formatdate(time.time() + after.total_seconds(), usegmt=True)}


def asked(count: int = 1, clock: Clock | None = None) -> timedelta | None:
    """What a client has learned from its reads, whatever their answer was."""
    client = Client(Credentials("t"), "https://graph.example", patience=QUICK, clock=clock)
    client.get_many([Call("GET", str(number)) for number in range(count)])
    return client.clock.difference


@responses.activate
@pytest.mark.parametrize("status", [200, 400, 503])
@pytest.mark.parametrize("body", ['{"id": "1"}', '{"error": {"code": 190}}', "<html>"])
def test_any_answer_reports_the_difference_of_the_clocks(status: int, body: str) -> None:
    responses.get(EVERYTHING, body=body, status=status, headers=dated(timedelta(days=-400)))

    found = asked()

    assert found is not None
    assert abs(found + timedelta(days=400)) < timedelta(seconds=10)


@responses.activate
def test_the_answer_to_a_batch_counts_and_not_its_entries() -> None:
    responses.post(EVERYTHING, json=[ENTRY] * 2, headers=dated(timedelta(hours=3)))

    found = asked(2)

    assert found is not None
    assert abs(found - timedelta(hours=3)) < timedelta(seconds=10)


@responses.activate
@pytest.mark.parametrize("date", [None, "", "soon", "2027-01-01", "Mon, 01 Jan 99999 00:00:00 GMT"])
def test_an_answer_without_a_readable_date_changes_nothing(date: str | None) -> None:
    responses.get(EVERYTHING, json={}, headers={"Date": date} if date is not None else {})
    clock = Clock()
    clock.difference = timedelta(hours=1)

    assert asked(clock=clock) == timedelta(hours=1)
    assert clock.answered


@responses.activate
@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (timedelta(minutes=-4.5), []),
        (timedelta(minutes=4.5), []),
        (timedelta(minutes=-12), ["12 minutes ahead of"]),
        (timedelta(minutes=12), ["12 minutes behind"]),
        (timedelta(hours=-30), ["30.0 hours ahead of"]),
        (timedelta(days=400), ["400 days behind"]),
    ],
)
def test_a_run_reports_a_large_difference_once(difference: timedelta, words: list[str]) -> None:
    warnings: list[str] = []
    clock = Clock(warnings.append)
    responses.get(EVERYTHING, json={}, headers=dated(difference))
    for _ in range(2):
        asked(clock=clock)

    assert [each.split(" Meta's clock")[0] for each in warnings] == [
        f"The clock of this machine is {each}" for each in words
    ]


@pytest.mark.parametrize(
    ("days", "sent"),
    [(-400, False), (-1.01, False), (-0.99, True), (None, True), (0.99, True), (1.01, False)],
)
def test_writes_are_refused_at_a_known_difference_of_more_than_a_day(
    days: float | None, sent: bool
) -> None:
    clock = Clock()
    clock.difference = None if days is None else timedelta(days=days)

    with (
        nullcontext()
        if sent
        else pytest.raises(WrongClockError, match="The request to share was not sent")
    ):
        clock.check("share")
