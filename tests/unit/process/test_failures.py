"""The errors of a run: which have a hint about the configuration, and which name a provider."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import MetaPixelError
from metapixel_provider.process.failures import text_of
from metapixel_provider.process.operations import Operations
from metapixel_provider.process.runtime import Runtime
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.unit.connection.support import configuration
from tests.unit.sharing.support import share

LAST_UP = "use the configuration of the last `pulumi up`"


def runtime(values: dict[str, str], environment: dict[str, str] | None = None) -> Runtime:
    return Runtime(configuration(values, environment), lambda *_: None)


def failed(runtime: Runtime) -> str:
    """The error of a creation, as the engine shows it."""
    with pytest.raises(MetaPixelError) as raised:
        Operations(ResourceType.SHARE, runtime).create(share())
    return text_of(raised.value)


@pytest.mark.parametrize(
    ("values", "environment", "hints"),
    [
        ({"accessToken": "no-such-token"}, {}, True),
        ({}, {"META_ACCESS_TOKEN": "no-such-token"}, False),
        ({"appSecret": "wrong"}, {"META_ACCESS_TOKEN": "owner-token"}, True),
        ({"accessToken": "owner-token"}, {"META_APP_SECRET": "wrong"}, False),
    ],
)
def test_the_configuration_of_the_last_up_is_a_hint_only_for_secrets_of_the_configuration(
    sim: Simulator, values: dict[str, str], environment: dict[str, str], hints: bool
) -> None:
    sim.world.apps[sim.world.tokens["owner-token"].app].secret = "right"

    assert (LAST_UP in failed(runtime({"graphUrl": sim.url} | values, environment))) is hints


@pytest.mark.parametrize(
    ("values", "environment", "hints"),
    [({}, {}, True), ({"accessToken": "a b"}, {}, True), ({}, {"META_ACCESS_TOKEN": "a b"}, False)],
)
def test_a_read_without_a_valid_token_has_the_hint_unless_the_token_is_exported(
    values: dict[str, str], environment: dict[str, str], hints: bool
) -> None:
    shares = Operations(ResourceType.SHARE, runtime(values, environment))
    with pytest.raises(MetaPixelError) as raised:
        shares.read(f"{PIXEL}/{NORTHLIGHT}", {})

    assert (LAST_UP in text_of(raised.value)) is hints


def test_an_error_names_the_declared_provider_whose_token_meta_refused(sim: Simulator) -> None:
    values = {"graphUrl": sim.url, "accessToken": "no-such-token"}
    declared = configuration(values, with_stack=False, provider="as-agency")

    found = failed(Runtime(declared, lambda *_: None))

    assert "(graphUrl of provider 'as-agency') refused to read the agencies of pixel" in found
    assert "with the token from accessToken of provider 'as-agency': " in found
