"""Where tokens and app secrets come from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from metapixel_provider.errors import ConfigurationError
from tests.conftest import Approve
from tests.unit.connection.support import configuration

TOKEN, SECRET = "META_ACCESS_TOKEN", "META_APP_SECRET"
KEY = "metapixel:credentials"


def sets(**held: dict[str, str]) -> dict[str, str]:
    """The configuration of named sets, with `_` in their names for `-`."""
    return {
        "credentials": json.dumps({name.replace("_", "-"): each for name, each in held.items()})
    }


def error_of(
    name: str | None,
    values: dict[str, str],
    environment: dict[str, str],
    with_stack: bool = True,
    provider: str = "",
) -> str:
    """The error of a set that has no usable token."""
    with pytest.raises(ConfigurationError) as raised:
        configuration(values, environment, with_stack, provider).credentials(name)
    return str(raised.value)


OF_AGENCY = [f"{TOKEN}_AGENCY", f"{SECRET}_AGENCY"]


@pytest.mark.parametrize(
    ("name", "values", "variables", "token", "app_secret"),
    [
        (None, {"accessToken": "a"}, [TOKEN], "metapixel:accessToken", ""),
        (None, {}, [TOKEN, SECRET], TOKEN, SECRET),
        ("agency", sets(agency={}), OF_AGENCY[:1], OF_AGENCY[0], ""),
        (
            "agency",
            sets(agency={"accessToken": "a"}),
            OF_AGENCY,
            f"{KEY}.agency.accessToken",
            OF_AGENCY[1],
        ),
        ("Agency_A", sets(agency_a={"accessToken": "a"}), [], f"{KEY}.Agency_A.accessToken", ""),
        ("my-shop", {}, [f"{TOKEN}_MY_SHOP"], f"{TOKEN}_MY_SHOP", ""),
    ],
)
def test_the_configuration_wins_over_the_environment(
    name: str | None, values: dict[str, str], variables: list[str], token: str, app_secret: str
) -> None:
    found = configuration(values, {each: each for each in variables})

    held = found.credentials(name)
    assert (held.access_token, held.source) == (token if token in variables else "a", token)
    assert (held.app_secret, held.app_secret_source) == (app_secret, app_secret)
    assert found.secret_sources(name) == (token, app_secret)


@pytest.mark.parametrize(
    ("name", "values", "secret", "source"),
    [
        (None, {}, "", SECRET),
        (None, {"appSecret": ""}, "s", "metapixel:appSecret"),
        ("agency", sets(agency={"appSecret": ""}), "s", f"{KEY}.agency.appSecret"),
    ],
)
def test_an_empty_app_secret_is_none(
    name: str | None, values: dict[str, str], secret: str, source: str
) -> None:
    suffix = "_AGENCY" if name else ""

    held = configuration(values, {TOKEN + suffix: "t", SECRET + suffix: secret}).credentials(name)

    assert (held.app_secret, held.app_secret_source) == ("", source)


#: What `error_of` gets for a set without a token.
WITHOUT_STACK: dict[str, tuple[Any, ...]] = {
    "a command without a stack": (None, {}, {}, False),
    "a declared provider": (None, {}, {}, False, "it"),
    "an empty input of a provider": (None, {"accessToken": ""}, {}, False, "it"),
}
WITHOUT_TOKEN: dict[str, tuple[Any, ...]] = {
    "nothing": (None, {}, {}),
    "an empty variable": (None, {}, {TOKEN: ""}),
    "an empty value": (None, {"accessToken": ""}, {TOKEN: "t"}),
    "only the default token": ("agency", sets(agency={}), {TOKEN: "owner"}),
    "an empty variable of a set": ("agency", {}, {OF_AGENCY[0]: ""}),
    "an empty value of a set": ("agency", sets(agency={"accessToken": ""}), {OF_AGENCY[0]: "t"}),
    **WITHOUT_STACK,
}


def test_a_set_without_a_token_uses_no_other_one(approve: Approve) -> None:
    errors = [f"{each}: {error_of(*given)}\n" for each, given in WITHOUT_TOKEN.items()]

    approve("credential-sets.txt", "".join(errors))


@pytest.mark.parametrize("given", WITHOUT_STACK.values(), ids=WITHOUT_STACK)
def test_without_the_configuration_of_a_stack_no_error_advises_to_change_it(
    given: tuple[Any, ...],
) -> None:
    assert "pulumi config" not in error_of(*given)


@pytest.mark.parametrize(
    "written",
    [
        "canary\n",
        '"canary"',
        "Bearer canary",
        "\ufeffcanary",
        "canary\r\nX: y",
        "canäry",
        # How Python reads a variable that is not UTF-8.
        "canary\udcff",
    ],
    ids=ascii,
)
@pytest.mark.parametrize(("variable", "named"), [(TOKEN, "access token"), (SECRET, "app secret")])
def test_a_malformed_secret_is_refused_and_not_repeated(
    variable: str, named: str, written: str
) -> None:
    error = error_of(None, {}, {TOKEN: "t", variable: written})

    assert error.startswith(f"The {named} from {variable} contains a space, a line break")
    assert "can" not in error
    assert error.isprintable()


NO_OBJECT = f"{KEY} is not an object"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("not json", NO_OBJECT),
        ("[]", NO_OBJECT),
        ('{"agency": "EAA"}', NO_OBJECT),
        ('{"agency": {"accessToken": 1}}', NO_OBJECT),
        ('{"agency": {"EAA": "EAA"}}', NO_OBJECT),
        ('{"a-b": {"accessToken": "EAA"}, "a_b": {}}', "'a-b' and 'a_b' are one"),
        ('{"Agency": {"accessToken": "EAA"}, "agency": {}}', "'Agency' and 'agency' are one"),
        ('{"aı": {"accessToken": "EAA"}, "AI": {}}', "'aı' and 'AI' are one"),
    ],
)
def test_sets_of_another_shape_or_with_two_names_are_an_error_without_their_content(
    written: str, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said) as raised:
        configuration({"credentials": written}).check()

    assert "EAA" not in str(raised.value)


def test_the_names_are_those_of_the_stack_and_of_tokens_in_the_environment() -> None:
    exported = (
        TOKEN,
        f"{TOKEN}_",
        f"{TOKEN}_AGENCY",
        f"{TOKEN}_HARBOUR",
        f"{TOKEN}_lower",
        f"{SECRET}_OTHER",
    )

    found = configuration(sets(Agency={}), dict.fromkeys(exported, "x"))

    assert found.set_names() == {"Agency", "harbour"}


@pytest.mark.parametrize(
    ("values", "without_token"),
    [
        (sets(my_agency={"accessToken": "t"}) | {"accessToken": "t"}, ["_OTHER"]),
        (sets(my_agency={"accessToken": "t"}), ["", "_OTHER"]),
        ({}, ["_MY_AGENCY", "_OTHER"]),
    ],
)
def test_an_app_secret_in_the_environment_belongs_to_a_set_with_a_token(
    values: dict[str, str], without_token: list[str]
) -> None:
    secrets = {f"{SECRET}{end}": "s" for end in ("", "_MY_AGENCY", "_OTHER")}

    found = configuration(values, {**secrets, f"{SECRET}_EMPTY": ""}).app_secrets_without_token()

    assert found == {f"{SECRET}{end}": f"{TOKEN}{end}" for end in without_token}
