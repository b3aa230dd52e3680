"""The page about other languages: its programs, and its lines."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from metapixel_simulator import Simulator
from tests.support import sdks
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL, PIXEL_2
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, follows
from tools.engine.go_toolchain import environment, go
from tools.engine.programs import HERE

pytestmark = [pytest.mark.engine, pytest.mark.rest]

PAGE = (ROOT / "docs/languages.md").read_text()
TOKENS = (ROOT / "docs/tokens.md").read_text()
(TWO_TOKENS,) = re.findall(r"```yaml\n(config:.*?)```", TOKENS, re.DOTALL)
IMPORT = "pulumi import metapixel:index:PixelAgencyShare NAME PIXEL/AGENCY"
AGENCYS_TOKEN = "pulumi config set --secret agencyToken"
SIMULATOR = "pulumi config set metapixel:graphUrl http://127.0.0.1:8765"


def blocks(language: str) -> list[str]:
    """Return the page's programs in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@follows("pulumi stack init dev", SIMULATOR, "pulumi up", IMPORT)
def test_the_program_in_yaml_shares_a_pixel_with_the_lines_of_the_page(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(blocks("yaml")[0], in_yaml=True)
    terminal = Terminal.of(made)
    sim.share(PIXEL_2, NORTHLIGHT, ["ANALYZE"])

    terminal.type("pulumi stack init dev")
    terminal.type(SIMULATOR)
    made.pulumi("config", "set", "metapixel:graphUrl", sim.url)
    shared = terminal.type("pulumi up")
    imported = terminal.type(IMPORT, NAME="events", PIXEL=PIXEL_2, AGENCY=NORTHLIGHT)

    assert 'status: "PENDING"' in shared.text
    (request,) = sim.open_requests()
    assert (request.agency, [*request.pixels]) == (HARBOUR, [PIXEL])
    assert "type: metapixel:PixelAgencyShare" in imported.text


@follows(AGENCYS_TOKEN)
def test_a_component_uses_the_providers_of_the_page_about_tokens(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    providers = yaml.safe_load(TWO_TOKENS)
    component = yaml.safe_load(blocks("yaml")[1])
    resources = providers["resources"] | component["resources"]
    resources["as-agency"]["properties"]["graphUrl"] = sim.url
    text = yaml.safe_dump(providers | {"resources": resources})
    made = stack(text, in_yaml=True)
    Terminal.of(made).type(AGENCYS_TOKEN, given="harbour-token")

    made.up()
    made.up("--refresh")
    made.up("--refresh")

    found = made.statuses()
    assert found.pop("accepted") == "ANSWERED"
    assert set(found.values()) == {"ACTIVE"}
    assert len(found) == 4


def test_the_program_in_typescript_shares_a_pixel(
    stack: Callable[..., Stack], sim: Simulator, tmp_path: Path, typescript: Path
) -> None:
    project = tmp_path / "typescript"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("{name: pixel-access, runtime: nodejs}")
    (project / "package.json").write_text('{"main": "index.ts"}')
    (project / "index.ts").write_text(*blocks("typescript"))
    made = stack(project=project)
    (made.project / "node_modules").symlink_to(typescript)
    made.use_plugin()

    made.up()

    assert made.outputs() == {"status": "PENDING"}


def test_the_program_in_go_and_its_sdk_are_compiled(tmp_path: Path) -> None:
    folder = sdks.generate("go", tmp_path)
    # The pins of the engine are pins of Pulumi's SDK too, but not of all that this SDK needs.
    pins = (HERE / "go.mod").read_text().splitlines()
    # The path that Pulumi forms from the schema and prints after `pulumi package add`.
    module = "module github.com/metapixel/pulumi-metapixel/sdk/go"
    (folder / "go.mod").write_text("\n".join([module, *pins[1:]]))
    shutil.copy(HERE / "go.sum", folder)
    (folder / "program").mkdir()
    (folder / "program/main.go").write_text((ROOT / "examples/go/main.go").read_text())

    subprocess.run(
        [go(), "build", "-trimpath", "-mod=mod", "./..."],
        cwd=folder,
        env=environment(),
        check=True,
        timeout=400,
    )
