"""What is wrong with a stack's configuration is refused before anything runs."""

from __future__ import annotations

from collections.abc import Iterator

import pulumi
import pytest
from pulumi.runtime import set_all_config

from metapixel_provider.connection import PROVIDER_KEYS
from metapixel_provider.connection.configuration import Configuration
from pulumi_metapixel._configuration import check_configuration
from tests.support.example import PIXEL


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


def test_an_app_secret_in_plain_text_in_a_named_set_is_named() -> None:
    set_all_config({"metapixel:credentials": '{"agency": {"appSecret": "canary"}}'})

    with pytest.raises(
        pulumi.RunError, match="META_APP_SECRET_AGENCY instead; then reset"
    ) as raised:
        check_configuration()

    assert str(raised.value).startswith("metapixel:credentials.agency.appSecret is configured")


def test_sets_with_a_secret_are_not_searched_for_plain_text() -> None:
    # Pulumi treats the whole value as secret, and does not tell which parts are encrypted.
    sets = '{"agency": {"accessToken": "a"}, "other": {"accessToken": "b"}}'
    set_all_config({"metapixel:credentials": sets}, ["metapixel:credentials"])

    check_configuration()


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

    assert str(raised.value).startswith(f"metapixel:{key} is configured, but it is not a known key")
    assert "metapixel:accessToken" in str(raised.value)
    assert ("--path" in str(raised.value)) is hint
    assert "EAAcanary" not in str(raised.value)


@pytest.mark.parametrize(
    ("key", "known"), [("acessToken", "accessToken"), ("apiversion", "apiVersion")]
)
def test_a_misspelt_key_is_refused_with_the_right_key(key: str, known: str) -> None:
    set_all_config({f"metapixel:{key}": "EAAcanary"})

    with pytest.raises(pulumi.RunError) as raised:
        check_configuration()

    assert f"`pulumi config rm metapixel:{key}`, and set metapixel:{known} instead" in str(
        raised.value
    )


@pytest.mark.parametrize("is_secret", [False, True])
def test_a_misspelt_secret_in_plain_text_has_to_be_revoked(is_secret: bool) -> None:
    name = "metapixel:acessToken"
    set_all_config({name: "EAAcanary"}, secret_keys=[name] if is_secret else [])

    with pytest.raises(pulumi.RunError) as raised:
        check_configuration()

    assert ("revoke the value" in str(raised.value)) is not is_secret


def test_a_project_that_is_called_metapixel_keeps_its_own_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pulumi, "get_project", lambda: "metapixel")
    set_all_config({"metapixel:pixel": PIXEL})

    check_configuration()


def test_the_provider_reads_its_keys() -> None:
    read = set()

    def note(key: str) -> None:
        read.add(key.removeprefix("metapixel:"))

    configuration = Configuration(note, {"META_ACCESS_TOKEN": "t", "META_ACCESS_TOKEN_A": "t"})
    configuration.check()
    configuration.sets.credentials(None)
    configuration.sets.credentials("a")

    assert read == set(PROVIDER_KEYS)
