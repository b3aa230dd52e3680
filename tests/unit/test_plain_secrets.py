"""Tokens in plain text in a stack's configuration are refused before anything runs."""

from __future__ import annotations

from collections.abc import Iterator

import pulumi
import pytest
from pulumi.runtime import set_all_config

from pulumi_metapixel._resource import refuse_plain_secrets


@pytest.fixture(autouse=True)
def unconfigured() -> Iterator[None]:
    """Leaves nothing configured for other tests."""
    yield
    set_all_config({})


@pytest.mark.parametrize(
    ("key", "value", "path", "variable"),
    [
        ("accessToken", "t", "metapixel:accessToken", "META_ACCESS_TOKEN"),
        ("appSecret", "s", "metapixel:appSecret", "META_APP_SECRET"),
        (
            "credentials",
            '{"other": {}, "my-agency": {"accessToken": "t"}}',
            "metapixel:credentials.my-agency.accessToken",
            "META_ACCESS_TOKEN_MY_AGENCY",
        ),
    ],
)
def test_a_secret_in_plain_text_is_refused_with_its_own_key_and_variable(
    key: str, value: str, path: str, variable: str
) -> None:
    set_all_config({f"metapixel:{key}": value})

    with pytest.raises(pulumi.RunError) as raised:
        refuse_plain_secrets()

    assert str(raised.value).startswith(f"{path} is configured in plain text")
    assert f"{path}`, or export {variable} instead" in str(raised.value)


def test_a_named_set_without_values_is_no_secret() -> None:
    set_all_config({"metapixel:credentials": '{"agency": {}}'})

    refuse_plain_secrets()
