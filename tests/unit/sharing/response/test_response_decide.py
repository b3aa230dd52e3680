"""What a refresh makes of an answer that state has, or does not have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metapixel_provider.sharing.nodes import SharingRequest
from metapixel_provider.sharing.response import decide
from metapixel_provider.sharing.response.declared import ResponseInputs

APPROVE = ResponseInputs("7", "APPROVE")
DECLINE = replace(APPROVE, answer="DECLINE")


def request(status: str) -> SharingRequest:
    return SharingRequest("7", status)


@pytest.mark.parametrize(
    ("status", "seen", "found"),
    [
        (None, None, None),
        ("APPROVE", None, (APPROVE, "APPROVE")),
        ("APPROVE", request("approve"), (APPROVE, "APPROVE")),
        ("APPROVE", request("DECLINE"), (DECLINE, "DECLINE")),
        ("APPROVE", request("PENDING"), None),
        ("PENDING", request("EXPIRED"), (APPROVE, "EXPIRED")),
        (None, request("PENDING"), (APPROVE, "PENDING")),
    ],
    ids=str,
)
def test_a_refresh_records(
    status: str | None, seen: SharingRequest | None, found: tuple[ResponseInputs, str] | None
) -> None:
    assert decide.read(APPROVE, status, seen) == found
