"""Errors of the dynamic adapter, as the engine shows them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from pulumi.dynamic import ConfigureRequest

from metapixel_provider.dynamic.pixel_agency_share import PixelAgencyShareProvider
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.process import runtime
from metapixel_provider.process.operations import Operations
from metapixel_provider.sharing.resource_types import ResourceType
from tests.support.example import NORTHLIGHT
from tests.unit.connection.support import configuration
from tests.unit.sharing.support import share


def test_a_process_that_cannot_join_the_run_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> runtime.Runtime:
        raise ConfigurationError("set TMPDIR")

    monkeypatch.setattr(runtime, "of_process", refuse)
    request = cast("ConfigureRequest", SimpleNamespace(config=SimpleNamespace(get=None)))

    with pytest.raises(Exception, match="set TMPDIR") as refused:
        PixelAgencyShareProvider().configure(request)

    assert refused.exconly() == "metapixel: set TMPDIR"


@pytest.mark.parametrize(
    ("recorded", "changes"),
    [
        ({"status": "ACTIVE", "granted_tasks": ["ANALYZE"]}, False),
        ({"status": "ACTIVE", "granted_tasks": ["ANALYZE"], "resend": "before"}, None),
        ({"status": "UNCONFIRMED", "resend": "before"}, True),
        ({"status": "DECLINED", "resend": "before"}, True),
    ],
)
def test_an_update_that_is_due_does_not_depend_on_the_inputs_that_the_engine_compares(
    recorded: dict[str, object], changes: bool | None
) -> None:
    provider, inputs = PixelAgencyShareProvider(), share(NORTHLIGHT, "ANALYZE")
    run = runtime.Runtime(configuration(), lambda *_: None)
    provider._operations = Operations(ResourceType.SHARE, run)

    assert provider.diff("", inputs | recorded, inputs).changes is changes
