"""Pictures of commands in a terminal, against a simulator with the example world."""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.text import Text

from metapixel_simulator import Permission, Share, Simulator, World
from tools.stack import VENV, PulumiStack, project_file
from tools.version import NUMBER

OWNER = "1001204537800111"
NORTHLIGHT = "2002345678900222"
SHOP, APP = "1290034567800001", "1290034567800002"

_WIDTH = 110
#: The picture without the fonts that rich would load from another host.
_SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: monospace; font-size: {char_height}px;
  line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: arial; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


def doctor() -> str:
    """Return a picture of `metapixel doctor` with the token of an employee."""
    with Simulator(World.example()) as simulator:
        arguments = ["doctor", "--graph-url", simulator.url]
        with tempfile.TemporaryDirectory() as folder:
            output = _output(arguments, Path(folder), {"META_ACCESS_TOKEN": "employee-token"})
    # The picture stays the same from commit to commit.
    output = output.replace(version("pulumi-metapixel"), NUMBER)
    return _picture(["metapixel doctor"], output.replace(simulator.url, "http://127.0.0.1:8765"))


def take_over() -> str:
    """Return a picture of an import that writes nothing. This needs an engine on PATH."""
    world = World.example()
    world.add(
        Share(SHOP, NORTHLIGHT, ("ADVERTISE", "ANALYZE")),
        Share(APP, NORTHLIGHT, ("ANALYZE",)),
        Permission(SHOP, NORTHLIGHT, "507700000000221"),
    )
    command = f"import --business {OWNER} --stack production --to access.yaml --dry-run"
    with Simulator(world) as simulator, tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project")
        project.mkdir()
        (project / "Pulumi.yaml").write_text(project_file("access"))
        (project / "__main__.py").write_text(
            "from pulumi_metapixel import declare_access_file\n\n"
            'declare_access_file("access.yaml")\n'
        )
        settings = {"META_ACCESS_TOKEN": "owner-token", "PULUMI_CONFIG_PASSPHRASE": ""}
        stack = PulumiStack(project, Path(folder), settings)
        (stack.home / "backend").mkdir()
        stack.answer("stack", "init", "production")
        stack.answer("config", "set", "metapixel:graphUrl", simulator.url)
        output = _output(command.split(), project, stack.environment)
    first, last = command.split(" --to ")
    return _picture([f"metapixel {first} \\", f"    --to {last}"], output)


def _output(arguments: Sequence[str], folder: Path, environment: dict[str, str]) -> str:
    """Return the standard output of a `metapixel` command, with colors."""
    settings = {"FORCE_COLOR": "1", "COLUMNS": str(_WIDTH), "TERM": "xterm-256color"}
    process = subprocess.run(
        [str(VENV / "bin/metapixel"), *arguments],
        cwd=folder,
        env={**os.environ, **environment, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return process.stdout


def _picture(command: Sequence[str], output: str) -> str:
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text("\n".join((f"$ {command[0]}", *command[1:])), style="bold"))
    console.print(Text.from_ansi(output.rstrip()))
    return console.export_svg(title="", code_format=_SVG, unique_id="terminal")
