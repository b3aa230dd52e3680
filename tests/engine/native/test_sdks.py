"""The SDKs that the engine generates from the schema."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from metapixel_plugin.schema import schema
from tests.support.stack import ROOT, Stack
from tools.engine.go_toolchain import environment, go
from tools.engine.programs import HERE

pytestmark = [pytest.mark.engine, pytest.mark.rest]

PAGE = ROOT / "docs/languages.md"


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """A stack of an empty project, which contains the schema."""
    made = Stack(tmp_path, "")
    (made.project / "schema.json").write_text(json.dumps(schema()))
    return made


def test_the_sdk_for_go_and_the_program_of_the_page_are_compiled(stack: Stack) -> None:
    stack.pulumi("package", "gen-sdk", "schema.json", "--language", "go", "--out", "sdk")
    folder = stack.project / "sdk/go"
    # The pins of the engine are pins of Pulumi's SDK too, but not of all that this SDK needs.
    pins = (HERE / "go.mod").read_text().splitlines()
    # The path that Pulumi forms from the schema and prints after `pulumi package add`.
    module = "module github.com/metapixel/pulumi-metapixel/sdk/go"
    (folder / "go.mod").write_text("\n".join([module, *pins[1:]]))
    shutil.copy(HERE / "go.sum", folder)
    (program,) = re.findall(r"```go\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (folder / "program").mkdir()
    (folder / "program/main.go").write_text(program)

    subprocess.run(
        [go(), "build", "-trimpath", "-mod=mod", "./..."],
        cwd=folder,
        env=environment(),
        check=True,
        timeout=400,
    )
