"""What the resources of one operation share."""

from __future__ import annotations

from metapixel_provider.process.runtime import Runtime
from tests.unit.connection.support import configuration


def test_two_spellings_of_a_credential_set_share_their_reads() -> None:
    runtime = Runtime(configuration({}, {"META_ACCESS_TOKEN_AGENCY_A": "t"}), lambda *_: None)

    assert runtime.meta("agency-a") is runtime.meta("Agency_A")
