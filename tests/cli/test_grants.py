"""Tables of grants."""

from __future__ import annotations

from metapixel_cli.grants.grant import Key
from metapixel_cli.grants.table import Missing, Table, joined
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL

SHARE = Key(NORTHLIGHT, PIXEL)
OTHER = Key(HARBOUR, PIXEL)
NOBODY = Key("1", PIXEL)


def test_a_key_that_was_not_read_never_counts_as_absent() -> None:
    declared = Table({SHARE: "declared", OTHER: "declared", NOBODY: "declared"})
    read = Table({SHARE: "listed"}, was_read=lambda key: key != OTHER)

    assert list(joined(declared, read)) == [
        (SHARE, "declared", "listed"),
        (OTHER, "declared", Missing.NOT_READ),
        (NOBODY, "declared", Missing.ABSENT),
    ]


def test_a_join_has_the_keys_of_both_tables() -> None:
    found = joined(Table({SHARE: 1}), Table({OTHER: 2}))

    assert list(found) == [(SHARE, 1, Missing.ABSENT), (OTHER, Missing.ABSENT, 2)]
