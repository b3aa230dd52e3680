"""Where tokens come from."""

from __future__ import annotations

import json

import pytest

from metapixel_provider.errors import ConfigurationError
from tests.unit.connection.support import configuration

VARIABLES = ("META_ACCESS_TOKEN", "META_APP_SECRET")


def test_the_stack_wins_over_the_environment() -> None:
    found = configuration({"accessToken": "stack"}, {"META_ACCESS_TOKEN": "environment"})

    assert found.sets.credentials(None).access_token == "stack"
    assert found.sets.credentials(None).source == "metapixel:accessToken"


def test_no_token_says_how_to_set_one() -> None:
    with pytest.raises(ConfigurationError) as raised:
        configuration().sets.credentials(None)

    assert "export META_ACCESS_TOKEN" in str(raised.value)
    assert "pulumi config set --secret metapixel:accessToken" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "variable"), [(None, "META_ACCESS_TOKEN"), ("agency", "META_ACCESS_TOKEN_AGENCY")]
)
def test_a_command_that_uses_no_tokens_of_a_stack_advises_none(
    name: str | None, variable: str
) -> None:
    with pytest.raises(ConfigurationError, match=rf"; export {variable} \(tokens in") as raised:
        configuration(with_stack=False).sets.credentials(name)

    assert "pulumi config" not in str(raised.value)


def test_an_empty_token_of_a_declared_provider_is_set_in_the_provider_and_not_in_the_stack() -> (
    None
):
    declared = configuration({"accessToken": ""}, with_stack=False, provider="as-agency")

    with pytest.raises(ConfigurationError) as error:
        declared.sets.credentials(None)

    assert str(error.value) == (
        "No access token is configured for provider 'as-agency', because its input accessToken is "
        "empty; set this input, or remove it to use META_ACCESS_TOKEN"
    )


def test_a_named_set_has_a_token_of_its_own() -> None:
    found = configuration({"credentials": '{"agency": {"accessToken": "a", "appSecret": "s"}}'})

    credentials = found.sets.credentials("agency")

    assert (credentials.access_token, credentials.app_secret) == ("a", "s")


def test_a_named_set_takes_its_token_from_the_environment() -> None:
    found = configuration({"credentials": '{"agency": {}}'}, {"META_ACCESS_TOKEN_AGENCY": "a"})

    assert found.sets.names() == {"agency"}
    assert found.sets.credentials("agency").source == "META_ACCESS_TOKEN_AGENCY"


def test_a_named_set_without_a_token_does_not_fall_back_to_the_default_one() -> None:
    found = configuration({"credentials": '{"agency": {}}'}, {"META_ACCESS_TOKEN": "owner"})

    with pytest.raises(ConfigurationError, match="META_ACCESS_TOKEN_AGENCY"):
        found.sets.credentials("agency")


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


def test_a_misspelt_key_of_a_set_is_named_with_the_right_key() -> None:
    sets = {"south": {"accessToken": "EAAone"}, "north": {"acessToken": "EAAother"}}

    with pytest.raises(ConfigurationError) as raised:
        configuration({"credentials": json.dumps(sets)}).check()

    assert str(raised.value) == (
        "metapixel:credentials.north has the unknown key acessToken; rename this key to accessToken"
    )


@pytest.mark.parametrize(
    ("one", "other"), [("agency-a", "agency_a"), ("Agency", "agency"), ("aı", "AI")]
)
def test_two_names_of_one_set_are_refused_and_both_are_named(one: str, other: str) -> None:
    sets = {one: {"accessToken": "EAAone"}, other: {"accessToken": "EAAother"}}

    with pytest.raises(ConfigurationError, match=f"'{one}' and '{other}' are one") as raised:
        configuration({"credentials": json.dumps(sets)}).check()

    assert "EAA" not in str(raised.value)


def test_a_set_and_its_variable_are_one_set() -> None:
    found = configuration(
        {"credentials": '{"agency-a": {"accessToken": "stack"}}'},
        {"META_ACCESS_TOKEN_AGENCY_A": "environment"},
    )

    found.check()
    assert found.sets.names() == {"agency-a"}
    assert found.sets.credentials("Agency_A").access_token == "stack"


def test_the_names_are_those_of_the_stack_and_of_tokens_in_the_environment() -> None:
    exported = (
        "META_ACCESS_TOKEN",
        "META_ACCESS_TOKEN_",
        "META_ACCESS_TOKEN_AGENCY",
        "META_ACCESS_TOKEN_HARBOUR",
        "META_ACCESS_TOKEN_lower",
        "META_APP_SECRET_OTHER",
    )

    found = configuration({"credentials": '{"Agency": {}}'}, dict.fromkeys(exported, "x"))

    assert found.sets.names() == {"Agency", "harbour"}


def test_an_app_secret_in_the_environment_belongs_to_a_set_with_a_token() -> None:
    secrets = {"META_APP_SECRET_MY_AGENCY": "s", "META_APP_SECRET_OTHER": "s"}
    sets = '{"my-agency": {"accessToken": "t"}}'

    stack = configuration({"credentials": sets, "accessToken": "t"}, secrets)

    assert stack.sets.app_secrets_without_token() == {
        "META_APP_SECRET_OTHER": "META_ACCESS_TOKEN_OTHER"
    }


def test_an_empty_app_secret_means_none() -> None:
    environment = {"META_ACCESS_TOKEN": "t", "META_APP_SECRET": ""}

    assert configuration({}, environment).sets.credentials(None).app_secret == ""


def test_an_empty_app_secret_of_the_stack_means_none() -> None:
    environment = {"META_ACCESS_TOKEN": "t", "META_APP_SECRET": "s"}

    assert configuration({"appSecret": ""}, environment).sets.credentials(None).app_secret == ""


def test_an_empty_app_secret_of_a_named_set_means_none() -> None:
    sets = {"credentials": '{"agency": {"accessToken": "t", "appSecret": ""}}'}

    found = configuration(sets, {"META_APP_SECRET_AGENCY": "s"})

    assert found.sets.credentials("agency").app_secret == ""


@pytest.mark.parametrize(
    ("values", "environment", "empty"),
    [
        ({}, {"META_ACCESS_TOKEN": ""}, "META_ACCESS_TOKEN"),
        ({"accessToken": ""}, {"META_ACCESS_TOKEN": "t"}, "metapixel:accessToken"),
    ],
    ids=["environment", "stack"],
)
def test_an_empty_token_is_an_error_and_no_other_token_is_used(
    values: dict[str, str], environment: dict[str, str], empty: str
) -> None:
    with pytest.raises(ConfigurationError, match=rf"No access token .*\b{empty} is set, but empty"):
        configuration(values, environment).sets.credentials(None)


@pytest.mark.parametrize(
    ("sets", "empty"),
    [
        ("{}", "META_ACCESS_TOKEN_AGENCY"),
        ('{"agency": {"accessToken": ""}}', "metapixel:credentials.agency.accessToken"),
    ],
    ids=["environment", "stack"],
)
def test_an_empty_token_of_a_named_set_is_an_error(sets: str, empty: str) -> None:
    found = configuration({"credentials": sets}, {"META_ACCESS_TOKEN_AGENCY": ""})

    with pytest.raises(ConfigurationError, match=rf"\b{empty} is set, but empty"):
        found.sets.credentials("agency")


def test_an_app_secret_that_no_header_and_no_proof_can_hold_is_refused_without_showing_it() -> None:
    # How Python reads a variable that is not UTF-8.
    found = configuration({}, {"META_ACCESS_TOKEN": "t", "META_APP_SECRET": "canary\udcff"})

    with pytest.raises(ConfigurationError, match="app secret") as raised:
        found.sets.credentials(None)

    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("token", "mistake"),
    [
        ("canary\n", "ends with a line break or a space"),
        ('"canary"', "is enclosed in quotation marks"),
        ("Bearer canary", "begins with the word Bearer"),
        ("\ufeffcanary", "begins with a byte order mark"),
        ("canary canary", "contains a space"),
        ('"', "is enclosed in quotation marks"),
        ("\n", "ends with a line break"),
    ],
)
def test_the_mistake_in_a_token_is_named_without_the_token(token: str, mistake: str) -> None:
    with pytest.raises(
        ConfigurationError, match=f"token from META_ACCESS_TOKEN {mistake}"
    ) as raised:
        configuration({}, {"META_ACCESS_TOKEN": token}).sets.credentials(None)

    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "values", "environment", "unused"),
    [
        (None, {"accessToken": "t"}, {"META_ACCESS_TOKEN": "u"}, "META_ACCESS_TOKEN"),
        (None, {"accessToken": "t"}, {}, ""),
        (None, {}, {"META_ACCESS_TOKEN": "u"}, ""),
        (
            "agency",
            {"credentials": '{"agency": {"accessToken": "t"}}'},
            {"META_ACCESS_TOKEN_AGENCY": "u"},
            "META_ACCESS_TOKEN_AGENCY",
        ),
    ],
)
def test_a_variable_is_unused_if_the_stack_has_the_token(
    name: str | None, values: dict[str, str], environment: dict[str, str], unused: str
) -> None:
    assert configuration(values, environment).sets.unused(name) == unused


@pytest.mark.parametrize(
    ("name", "values", "environment", "sources"),
    [
        (None, {}, {}, ("", "")),
        (None, {"accessToken": "t"}, {"META_ACCESS_TOKEN": "u"}, ("metapixel:accessToken", "")),
        (None, {}, {"META_ACCESS_TOKEN": "", "META_APP_SECRET": "s"}, VARIABLES),
        ("my-shop", {}, {"META_ACCESS_TOKEN_MY_SHOP": "t"}, ("META_ACCESS_TOKEN_MY_SHOP", "")),
        (
            "agency",
            {"credentials": '{"agency": {"accessToken": "t"}}'},
            {"META_APP_SECRET_AGENCY": "s"},
            ("metapixel:credentials.agency.accessToken", "META_APP_SECRET_AGENCY"),
        ),
    ],
)
def test_the_sources_of_a_set_are_those_that_win(
    name: str | None,
    values: dict[str, str],
    environment: dict[str, str],
    sources: tuple[str, str],
) -> None:
    assert configuration(values, environment).sets.sources(name) == sources
