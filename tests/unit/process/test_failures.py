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


def runtime(values: dict[str, str], environment: dict[str, str] | None = None) -> Runtime:
    return Runtime(configuration(values, environment), lambda *_: None)


def failed(runtime: Runtime) -> str:
    """The error of a read, as the engine shows it."""
    with pytest.raises(MetaPixelError) as raised:
        Operations(ResourceType.SHARE, runtime).read(f"{PIXEL}/{NORTHLIGHT}", {})
    return text_of(raised.value)


@pytest.mark.parametrize(
    ("values", "environment", "hints"),
    [
        ({}, {}, True),
        ({"accessToken": "a b"}, {}, True),
        ({}, {"META_ACCESS_TOKEN": "a b"}, False),
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

    error = failed(runtime({"graphUrl": sim.url} | values, environment))
    assert ("use the configuration of the last `pulumi up`" in error) is hints


def test_an_error_names_the_declared_provider_whose_token_meta_refused(sim: Simulator) -> None:
    values = {"graphUrl": sim.url, "accessToken": "no-such-token"}
    declared = configuration(values, with_stack=False, provider="as-agency")

    found = failed(Runtime(declared, lambda *_: None))

    assert "(graphUrl of provider 'as-agency') refused to read the agencies of pixel" in found
    assert "with the token from accessToken of provider 'as-agency': " in found
