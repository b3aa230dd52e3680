"""Where tokens and addresses come from."""

from __future__ import annotations

import pytest

from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import ConfigurationError


def configuration(
    values: dict[str, str] | None = None, environment: dict[str, str] | None = None
) -> Configuration:
    keyed = {f"metapixel:{key}": value for key, value in (values or {}).items()}
    return Configuration(keyed.get, environment or {})


def test_the_stack_wins_over_the_environment() -> None:
    found = configuration({"accessToken": "stack"}, {"META_ACCESS_TOKEN": "environment"})

    assert found.credentials(None).access_token == "stack"
    assert found.credentials(None).source == "metapixel:accessToken"


def test_meta_variables_win_over_the_generic_names() -> None:
    found = configuration({}, {"META_ACCESS_TOKEN": "meta", "ACCESS_TOKEN": "generic"})

    assert found.credentials(None).source == "META_ACCESS_TOKEN"
    assert configuration({}, {"ACCESS_TOKEN": "generic"}).credentials(None).source == "ACCESS_TOKEN"


def test_no_token_says_how_to_set_one() -> None:
    with pytest.raises(ConfigurationError) as raised:
        configuration().credentials(None)

    assert "export META_ACCESS_TOKEN" in str(raised.value)
    assert "pulumi config set --secret metapixel:accessToken" in str(raised.value)


def test_a_named_set_has_a_token_of_its_own() -> None:
    found = configuration({"credentials": '{"agency": {"accessToken": "a", "appSecret": "s"}}'})

    credentials = found.credentials("agency")

    assert (credentials.access_token, credentials.app_secret) == ("a", "s")


def test_a_named_set_takes_its_token_from_the_environment() -> None:
    found = configuration({"credentials": '{"agency": {}}'}, {"META_ACCESS_TOKEN_AGENCY": "a"})

    assert found.names() == {"agency"}
    assert found.credentials("agency").source == "META_ACCESS_TOKEN_AGENCY"


def test_a_named_set_without_a_token_does_not_fall_back_to_the_default_one() -> None:
    found = configuration({"credentials": '{"agency": {}}'}, {"META_ACCESS_TOKEN": "owner"})

    with pytest.raises(ConfigurationError, match="META_ACCESS_TOKEN_AGENCY"):
        found.credentials("agency")


@pytest.mark.parametrize(
    "broken",
    [
        "not json",
        "[]",
        '{"agency": "token"}',
        '{"agency": {"accessToken": 1}}',
        '{"agency": {"token": "EAA"}}',
    ],
)
def test_sets_of_another_shape_are_an_error_without_their_content(broken: str) -> None:
    with pytest.raises(
        ConfigurationError, match="metapixel:credentials is not an object"
    ) as raised:
        configuration({"credentials": broken}).check()

    assert "token" not in str(raised.value).replace("accessToken", "")
    assert "EAA" not in str(raised.value)


@pytest.mark.parametrize(
    ("written", "version"), [("v25.0", "v25.0"), ("25.0", "v25.0"), ("", "v26.0")]
)
def test_a_version_is_written_with_or_without_its_v(written: str, version: str) -> None:
    assert configuration({"apiVersion": written}).api_version == version


@pytest.mark.parametrize("written", ["soon", "-1", "0"])
def test_a_duration_that_is_none_names_its_key(written: str) -> None:
    with pytest.raises(ConfigurationError, match="metapixel:timeout"):
        configuration({"timeout": written}).seconds("timeout", 60)


@pytest.mark.parametrize(
    "written",
    [
        "https://graph.facebook.com",
        "https://proxy.example/meta",
        "http://127.0.0.1:8765",
        "http://localhost:8765/",
        "http://[::1]:8765",
    ],
)
def test_an_address_that_keeps_tokens_secret_is_taken(written: str) -> None:
    assert configuration({"graphUrl": written}).graph_url == written


@pytest.mark.parametrize(
    "written",
    [
        "http://graph.facebook.com",
        "http://192.0.2.2:8765",
        "http://127.0.0.1.example.com",
        "http://localhost@example.com",
        "127.0.0.1:8765",
        "https://",
        "https://[::1",
        "https://graph.facebook.com:port",
    ],
)
def test_an_address_that_would_show_tokens_on_the_way_is_refused(written: str) -> None:
    with pytest.raises(ConfigurationError, match="begins with https://, or with http:// on this"):
        configuration({"graphUrl": written}).check()


def test_an_address_with_a_version_says_where_the_version_belongs() -> None:
    with pytest.raises(ConfigurationError, match="without the version, which is metapixel:api"):
        configuration({"graphUrl": "https://graph.facebook.com/v26.0"}).check()
