"""What is wrong with a stack's configuration is refused before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

import pulumi
import pytest
from pulumi.runtime import set_all_config

from metapixel_provider.connection import KEYS
from metapixel_provider.connection.configuration import Configuration
from pulumi_metapixel._resource import check_configuration
from tests.support.example import PIXEL

TOKEN = "EAAcanary"
MY_B = ("my-b.accessToken", "META_ACCESS_TOKEN_MY_B")


@pytest.fixture(autouse=True)
def unconfigured() -> Iterator[None]:
    """Leaves nothing configured for other tests."""
    yield
    set_all_config({})


def refusal(key: str, value: str, is_secret: bool = False) -> str:
    name = f"metapixel:{key}"
    set_all_config({name: value, "other:key": "x"}, [name] if is_secret else [])
    with pytest.raises(pulumi.RunError) as raised:
        check_configuration()
    assert TOKEN not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    ("key", "value", "path", "variable"),
    [
        ("accessToken", TOKEN, "accessToken", "META_ACCESS_TOKEN"),
        ("appSecret", TOKEN, "appSecret", "META_APP_SECRET"),
        *(
            ("credentials", value, f"credentials.{path}", variable)
            for value, path, variable in (
                (f'{{"a": {{}}, "my-b": {{"accessToken": "{TOKEN}"}}}}', *MY_B),
                (f'{{"b": {{"appSecret": "{TOKEN}"}}}}', "b.appSecret", "META_APP_SECRET_B"),
                (TOKEN, "NAME.accessToken", "META_ACCESS_TOKEN_NAME"),
                (f'["{TOKEN}"]', "NAME.accessToken", "META_ACCESS_TOKEN_NAME"),
            )
        ),
    ],
)
def test_a_secret_in_plain_text_is_refused_with_its_own_key_and_variable(
    key: str, value: str, path: str, variable: str
) -> None:
    found = refusal(key, value)

    nested = "--path " * (key == "credentials")
    revoke = "revoke the token" if "TOKEN" in variable else "reset the app secret"
    assert found.startswith(f"metapixel:{path} is configured in plain text")
    assert found.endswith(
        f"run `pulumi config set --secret {nested}metapixel:{path}`, or export {variable} instead; "
        f"then {revoke} that was readable"
    )


@pytest.mark.parametrize(
    ("key", "is_secret", "advice"),
    [
        ("accesToken", True, "metapixel:accessToken instead"),
        ("accesToken", False, "then revoke the value, which was readable in plain text"),
        ("apiversion", False, "metapixel:apiVersion instead"),
        ("credentials.agency.accessToken", True, " (a key with dots needs --path)"),
        ("x; rm -r .", True, " (a key with dots needs --path)"),
    ],
)
def test_an_unknown_key_is_refused_with_the_key_that_may_be_meant(
    key: str, is_secret: bool, advice: str
) -> None:
    found = refusal(key, TOKEN, is_secret)

    assert found.startswith(
        f"metapixel:{key} is configured, but it is not a known key: remove it with `pulumi config "
        f"rm {quote(f'metapixel:{key}')}`, and set "
    )
    assert found.endswith(advice)


@pytest.mark.parametrize(
    ("value", "is_secret"),
    [
        # Pulumi treats the whole value as secret, and does not tell which parts are encrypted.
        ('{"agency": {"accessToken": "a"}, "other": {"accessToken": "b"}}', True),
        ('{"agency": {}, "other": {"appSecret": ""}}', False),
    ],
)
def test_sets_with_a_secret_or_without_values_are_accepted(value: str, is_secret: bool) -> None:
    set_all_config({"metapixel:credentials": value}, ["metapixel:credentials"] * is_secret)

    check_configuration()


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
    configuration.credentials(None)
    configuration.credentials("a")

    assert read == set(KEYS) - {"today"}
