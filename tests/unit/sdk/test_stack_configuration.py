"""What is wrong with a stack's configuration is refused before anything runs."""

from __future__ import annotations

from collections.abc import Iterator

import pulumi
import pytest
from pulumi.runtime import set_all_config

from metapixel_provider.connection import KEYS
from metapixel_provider.connection.configuration import Configuration
from pulumi_metapixel._resource import check_configuration
from tests.conftest import Approve
from tests.support.example import PIXEL

TOKEN = "EAAcanary"


@pytest.fixture(autouse=True)
def unconfigured() -> Iterator[None]:
    """Leaves nothing configured for other tests."""
    yield
    set_all_config({})


#: What a stack configures, each with its key and its value, and whether it is secret.
REFUSED = {
    "a token": ("accessToken", TOKEN, False),
    "an app secret": ("appSecret", TOKEN, False),
    "a token of a set": (
        "credentials",
        f'{{"a": {{}}, "my-b": {{"accessToken": "{TOKEN}"}}}}',
        False,
    ),
    "an app secret of a set": ("credentials", f'{{"b": {{"appSecret": "{TOKEN}"}}}}', False),
    "sets that are no JSON": ("credentials", TOKEN, False),
    "sets in a list": ("credentials", f'["{TOKEN}"]', False),
    # Unknown keys
    "a misspelt key with a secret": ("accesToken", TOKEN, True),
    "a misspelt key in plain text": ("accesToken", TOKEN, False),
    "a key in small letters": ("apiversion", TOKEN, False),
    "a path": ("credentials.agency.accessToken", TOKEN, True),
    "a key that a shell would run": ("x; rm -r .", TOKEN, True),
}


def refusal(key: str, value: str, is_secret: bool) -> str:
    name = f"metapixel:{key}"
    set_all_config({name: value, "other:key": "x"}, [name] * is_secret)
    with pytest.raises(pulumi.RunError) as raised:
        check_configuration()
    assert TOKEN not in str(raised.value)
    return str(raised.value)


def test_plain_text_and_an_unknown_key_are_refused_with_what_to_do(approve: Approve) -> None:
    refusals = [f"{each}: {refusal(*given)}\n" for each, given in REFUSED.items()]

    approve("stack-configuration.txt", "".join(refusals))


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


def test_a_project_that_is_called_metapixel_keeps_its_own_keys_but_no_token_in_plain_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pulumi, "get_project", lambda: "metapixel")
    set_all_config({"metapixel:pixel": PIXEL})

    check_configuration()

    refusal("accessToken", TOKEN, is_secret=False)


def test_the_provider_reads_its_keys() -> None:
    read = set()

    def note(key: str) -> None:
        read.add(key.removeprefix("metapixel:"))

    configuration = Configuration(note, {"META_ACCESS_TOKEN": "t", "META_ACCESS_TOKEN_A": "t"})
    configuration.check()
    configuration.credentials(None)
    configuration.credentials("a")

    assert read == set(KEYS) - {"today"}
