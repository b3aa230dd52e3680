"""The export of a stack by `metapixel`, on the real engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import read_export
from metapixel_cli.stacks.pulumi import export
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import Code, program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine


def test_a_stack_is_exported_with_its_secrets_left_out_and_without_its_passphrase(
    stack: Callable[..., Stack],
) -> None:
    secret = Code("pulumi.Output.secret('contract')")
    made = stack(program(share("one", PIXEL, NORTHLIGHT, reason=secret)), passphrase=True)
    made.up()
    environment = {**made.environment}
    del environment["PULUMI_CONFIG_PASSPHRASE"]

    with patch.dict(os.environ, environment, clear=True):
        state = read_export(export("test", made.project), "test")

    (found,) = state.resources
    assert (state.name, found.name, found.key) == ("project/test", "one", (PIXEL, NORTHLIGHT))
    assert found.inputs["permitted_tasks"] == ["ANALYZE"]
    assert found.inputs["reason"] is None


def test_a_stack_that_cannot_be_exported_is_an_error_of_one_sentence(
    stack: Callable[..., Stack], tmp_path: Path
) -> None:
    made = stack()

    def error(name: str = "test", cwd: Path | None = None, **environment: str) -> str:
        with (
            patch.dict(os.environ, {**made.environment, **environment}, clear=True),
            pytest.raises(StackError) as caught,
        ):
            export(name, cwd or made.project)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    assert "knows no stack other in this project" in error("other")
    assert error(cwd=tmp_path) == (
        f"There is no Pulumi project in {tmp_path}; name its folder with --cwd"
    )
    assert "does not exist" in error(cwd=tmp_path / "none")
    cloud = "https://api.pulumi.com"
    assert "is not logged in" in error(PULUMI_BACKEND_URL=cloud, PULUMI_ACCESS_TOKEN="")
    assert "unable to open state directory" in error(PULUMI_BACKEND_URL="file:///none")
    assert "Pulumi is not on PATH" in error(PATH=str(tmp_path))
