"""Errors of the dynamic adapter, as the engine shows them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from pulumi.dynamic import ConfigureRequest

from metapixel_provider.dynamic.pixel_agency_share import PixelAgencyShareProvider
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.process import runtime


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
