"""What is wrong with a stack's configuration is refused before anything runs."""

from __future__ import annotations

from collections.abc import Iterator

import pulumi
import pytest
from pulumi.runtime import set_all_config

from metapixel_provider.connection.configuration import Configuration
from pulumi_metapixel._configuration import KEYS, check_configuration


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
        (
            "credentials",
            "EAAcanary",
            "metapixel:credentials.NAME.accessToken",
            "META_ACCESS_TOKEN_NAME",
        ),
        (
            "credentials",
            '["EAAcanary"]',
            "metapixel:credentials.NAME.accessToken",
            "META_ACCESS_TOKEN_NAME",
        ),
    ],
)
def test_a_secret_in_plain_text_is_refused_with_its_own_key_and_variable(
    key: str, value: str, path: str, variable: str
) -> None:
    set_all_config({f"metapixel:{key}": value})

    with pytest.raises(pulumi.RunError) as raised:
        check_configuration()

    assert str(raised.value).startswith(f"{path} is configured in plain text")
    assert f"{path}`, or export {variable} instead" in str(raised.value)
    assert "EAAcanary" not in str(raised.value)
    to_void = "reset the app secret" if key == "appSecret" else "revoke the token"
    assert f"then {to_void} that was readable" in str(raised.value)


def test_a_named_set_without_values_is_no_secret() -> None:
    set_all_config({"metapixel:credentials": '{"agency": {}}'})

    check_configuration()


@pytest.mark.parametrize(
    ("key", "hint"),
    [("accesToken", False), ("credentials.agency.accessToken", True)],
    ids=["misspelt", "set without --path"],
)
def test_what_nothing_reads_is_refused_and_its_value_is_not_shown(key: str, hint: bool) -> None:
    set_all_config({f"metapixel:{key}": "EAAcanary", "other:key": "x"})

    with pytest.raises(pulumi.RunError) as raised:
        check_configuration()

    assert str(raised.value).startswith(f"metapixel:{key} is configured and nothing reads it")
    assert "metapixel:accessToken" in str(raised.value)
    assert ("--path" in str(raised.value)) is hint
    assert "EAAcanary" not in str(raised.value)


def test_a_project_that_is_called_metapixel_keeps_its_own_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pulumi, "get_project", lambda: "metapixel")
    set_all_config({"metapixel:pixel": "1290034567800001"})

    check_configuration()


def test_the_keys_that_may_be_set_are_those_that_the_provider_reads() -> None:
    read = set()

    def note(key: str) -> None:
        read.add(key.removeprefix("metapixel:"))

    configuration = Configuration(note, {"META_ACCESS_TOKEN": "t", "META_ACCESS_TOKEN_A": "t"})
    configuration.check()
    configuration.credentials(None)
    configuration.credentials("a")

    assert read == set(KEYS)
