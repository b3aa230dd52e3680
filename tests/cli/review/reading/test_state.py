"""The age of an exported state."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from metapixel_cli.review.reading.input_error import InputError
from metapixel_cli.review.reading.state import State, read_state
from tests.cli.review.streams import urn


def exported(time: object, *urns: str) -> bytes:
    deployment = {"manifest": {"time": time}, "resources": [{"urn": each} for each in urns]}
    return json.dumps({"version": 3, "deployment": deployment}).encode()


def test_a_state_has_the_time_of_its_manifest_and_the_stack_of_its_resources() -> None:
    data = exported("2026-11-20T15:03:29.73412371+01:00", urn("PixelAgencyShare", "one"))

    written = datetime(2026, 11, 20, 14, 3, 29, 734123, UTC)
    assert read_state(data) == State(written, project="shop", stack="prod")


@pytest.mark.parametrize(
    "time", [None, "", "0001-01-01T00:00:00Z", "2026-11-20T14:03:29", "yesterday", 7]
)
def test_a_state_without_a_time_has_no_age(time: object) -> None:
    assert read_state(exported(time)) == State(None)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"deployment": []}', b"\xff" * 9])
def test_another_file_is_an_error(data: bytes) -> None:
    with pytest.raises(
        InputError, match="not an exported stack; pass the output of `pulumi stack export`"
    ):
        read_state(data)
