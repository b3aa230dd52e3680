"""Reading the plan of a preview."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.plan import read_plan
from metapixel_cli.stacks.pulumi import preview

URN = "urn:pulumi:prod::shop::pulumi-python:dynamic/metapixel:PixelAgencyShare::one"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"resourcePlans": {"a": {}}}', b"\xff"])
def test_a_plan_of_another_form_is_an_error(data: bytes) -> None:
    with pytest.raises(StackError, match="plan of the preview is not readable"):
        read_plan(data)


def test_a_failed_preview_reports_the_first_error_that_is_no_consequence_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [
        {"errorEvent": {"error": "preview failed"}},
        {"diagnosticEvent": {"severity": "error", "message": "<{%reset%}>no such key<{%reset%}>"}},
    ]
    lines = "\n".join(map(json.dumps, events))
    program = tmp_path / "pulumi"
    program.write_text(f"#!/bin/sh\necho '{lines}'\nexit 255\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")

    with pytest.raises(StackError, match="cannot preview stack prod: no such key"):
        preview("prod", tmp_path)


def test_a_resource_that_the_program_no_longer_declares_has_only_its_step() -> None:
    data = {"resourcePlans": {URN: {"steps": ["delete"], "state": None}}}

    (found,) = read_plan(json.dumps(data).encode()).values()

    assert (found.urn, found.steps, found.is_new) == (URN, ("delete",), False)
