"""Settings that are valid and probably not meant. A diagnosis warns about each of them."""

from __future__ import annotations

import pytest

from metapixel_cli.doctor.judging.names import Names
from metapixel_cli.doctor.reading.local import oversights
from metapixel_cli.doctor.reading.observed import Mistake
from metapixel_cli.stacks.pulumi import ConfiguredValue


def found(*keys: str, project: str = "shop", **variables: str) -> list[str]:
    configured = {key: ConfiguredValue("a-value", is_secret=False) for key in keys}
    return [each.sentence for each in oversights(variables, configured, project)]


@pytest.mark.parametrize(
    "variable",
    ["meta_access_token", "Meta_App_Secret", "META_ACCESS_TOKEN_agency", "meta_api_version"],
)
def test_a_variable_in_lower_case_is_pointed_out(variable: str) -> None:
    assert found(**{variable: "x"}) == [
        f"The variable {variable} is not in upper case, so nothing reads it"
    ]


def test_a_variable_that_is_also_set_in_upper_case_is_not_pointed_out() -> None:
    assert found(meta_access_token="x", META_ACCESS_TOKEN="x", access_token="x") == []


@pytest.mark.parametrize("key", ["shop:accessToken", "meta-pixel:graphUrl", "metaPixel:appSecret"])
def test_a_key_in_another_namespace_is_pointed_out(key: str) -> None:
    assert found(key) == [f"{key} is configured, but only keys that begin with metapixel: are read"]


@pytest.mark.parametrize("key", ["github:accessToken", "shop:owner", "metapixel:timeout"])
def test_a_key_of_another_provider_or_of_the_program_is_not_pointed_out(key: str) -> None:
    assert found(key) == []


def test_a_key_of_the_project_is_not_pointed_out_beside_ours() -> None:
    assert found("shop:accessToken", "metapixel:accessToken") == []


@pytest.mark.parametrize(
    ("address", "count"),
    [("http://127.0.0.1:8765", 1), ("https://graph.facebook.com/", 0), (" ", 0)],
)
def test_an_address_that_is_not_metas_is_pointed_out(address: str, count: int) -> None:
    configured = {"metapixel:graphUrl": ConfiguredValue(address, is_secret=False)}

    assert len(list(oversights({}, configured, "shop"))) == count


def test_a_fixed_date_is_pointed_out() -> None:
    assert found("metapixel:today") == [
        "metapixel:today is set, so access ends as if its date were the current date"
    ]


def test_a_command_for_the_configuration_gets_the_stack() -> None:
    mistake = Mistake("", "remove it with `pulumi config rm metapixel:tokn`")

    assert Names(stack="my prod").mistake(mistake) == (
        "remove it with `pulumi config rm --stack 'my prod' metapixel:tokn`"
    )
