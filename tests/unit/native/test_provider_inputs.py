"""Wrong inputs of a provider resource are refused without printing a token."""

from __future__ import annotations

import json

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from metapixel_plugin import provider_inputs
from metapixel_provider.connection import KEYS
from metapixel_provider.errors import ConfigurationError

TOKEN = "EAABsecret"


def problems(is_default: bool, **given: object) -> list[str]:
    """The reasons, after a check that no problem names a property, whose value would be shown."""
    news = json_format.ParseDict(given, struct_pb2.Struct())
    _, found = provider_inputs.checked(news, is_default)
    assert not any(each.property for each in found)
    assert not any(TOKEN in each.reason for each in found)
    return [each.reason for each in found]


def test_a_misspelt_key_or_input_is_refused_with_the_right_one() -> None:
    (of_stack,) = problems(True, acessToken=TOKEN)
    (of_provider,) = problems(False, acessToken=TOKEN)

    assert "metapixel:acessToken is configured, but it is not a known key" in of_stack
    assert of_provider == "acessToken is not an input of a provider: use accessToken"


@pytest.mark.parametrize(
    ("key", "value"),
    [("accessToken", TOKEN), ("credentials", json.dumps({"agency": {"accessToken": TOKEN}}))],
)
def test_a_secret_of_the_stack_in_plain_text_is_refused(key: str, value: str) -> None:
    news = json_format.ParseDict({key: value}, struct_pb2.Struct())
    inputs, problems = provider_inputs.checked(news, is_default=True)

    with pytest.raises(ConfigurationError, match=rf"metapixel:{key}.* in plain text") as refused:
        provider_inputs.refuse_plain_text(inputs)

    assert problems == []
    assert TOKEN not in str(refused.value)


def test_a_secret_of_the_stack_is_accepted() -> None:
    secret = dict.fromkeys(("accessToken", "credentials"), rpc.wrap_rpc_secret(TOKEN))

    provider_inputs.refuse_plain_text(json_format.ParseDict(secret, struct_pb2.Struct()))


def test_keys_for_programs_and_credential_sets_are_known() -> None:
    given = {"today": "2026-11-28", "credentials": "{}", "version": "0.1.0", "graphUrl": "http://x"}

    assert problems(True, **given) == []
    found = provider_inputs.configured_values(json_format.ParseDict(given, struct_pb2.Struct()))
    assert "metapixel:credentials" not in found


def test_every_setting_but_credentials_and_the_date_is_an_input_of_a_provider() -> None:
    given = dict.fromkeys(set(KEYS) - {"credentials", "today"}, "1")

    assert problems(False, **given) == []
    for key in ("credentials", "today"):
        (refusal,) = problems(False, **{key: "1"})
        assert refusal.startswith(f"{key} is not an input of a provider: use ")


def test_a_secret_that_the_program_forgot_to_mark_is_marked_and_the_date_is_that_of_the_stack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", '{"today": "2026-11-28"}')
    tokens = {"accessToken": TOKEN, "appSecret": "5ec2e7"}
    news = json_format.ParseDict({**tokens, "apiVersion": "v26.0"}, struct_pb2.Struct())

    inputs, found = provider_inputs.checked(news, is_default=False)

    assert found == []
    checked = json_format.MessageToDict(inputs)
    assert all(rpc.is_rpc_secret(checked[name]) for name in tokens)
    assert provider_inputs.configured_values(inputs) == {
        "metapixel:accessToken": TOKEN,
        "metapixel:appSecret": "5ec2e7",
        "metapixel:apiVersion": "v26.0",
        "metapixel:today": "2026-11-28",
    }
