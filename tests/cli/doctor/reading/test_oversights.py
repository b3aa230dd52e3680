"""Settings of a stack that are valid and probably not meant. A diagnosis warns about each."""

from __future__ import annotations

import pytest

from metapixel_cli.doctor.judging.names import Names
from metapixel_cli.doctor.reading.local import read_settings
from metapixel_cli.doctor.reading.observed import Mistake
from metapixel_cli.stacks.pulumi import ConfiguredValue
from metapixel_provider.connection.configuration import Configuration


def warnings(**values: str) -> list[str]:
    configured = {
        f"metapixel:{key}": ConfiguredValue(value, is_secret=False) for key, value in values.items()
    }
    nothing: dict[str, str] = {}
    configuration = Configuration(nothing.get, nothing, with_stack=True)
    found = read_settings(configuration, "prod", configured, {})
    return [each.sentence for each in found.warnings]


@pytest.mark.parametrize(
    ("address", "count"),
    [("http://127.0.0.1:8765", 1), ("https://graph.facebook.com/", 0), (" ", 0)],
)
def test_an_address_that_is_not_metas_is_pointed_out(address: str, count: int) -> None:
    assert len(warnings(graphUrl=address)) == count


def test_a_fixed_date_is_pointed_out() -> None:
    assert warnings(today="2027-07-01") == [
        "metapixel:today is set, so access ends as if its date were the current date"
    ]


def test_a_command_for_the_configuration_gets_the_stack() -> None:
    mistake = Mistake("remove it with `pulumi config rm metapixel:tokn`")

    assert Names(stack="my prod").mistake(mistake) == (
        "remove it with `pulumi config rm --stack 'my prod' metapixel:tokn`"
    )
