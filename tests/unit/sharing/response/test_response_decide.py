"""What a refresh makes of an answer that state has, or does not have."""

from __future__ import annotations

import pytest

from metapixel_provider.sharing.nodes import SharingRequest
from metapixel_provider.sharing.response import decide


def request(status: str) -> SharingRequest:
    return SharingRequest("7", status)


@pytest.mark.parametrize(
    ("status", "seen", "found"),
    [
        (None, None, None),
        ("APPROVE", None, "APPROVE"),
        ("APPROVE", request("approve"), "APPROVE"),
        ("APPROVE", request("DECLINE"), "DECLINE"),
        ("APPROVE", request("PENDING"), None),
        ("PENDING", request("EXPIRED"), "EXPIRED"),
        # An import records answers only.
        (None, request("APPROVE"), "APPROVE"),
        (None, request("PENDING"), None),
    ],
    ids=str,
)
def test_a_refresh_records(
    status: str | None, seen: SharingRequest | None, found: str | None
) -> None:
    assert decide.read_answer(status, seen) == found
