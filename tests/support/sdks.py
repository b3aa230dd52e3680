"""SDKs of the native plugin, which the engine generates from its schema."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from metapixel_plugin.schema import schema


def generate(language: str, folder: Path) -> Path:
    """Generate the SDK for a language in a folder, and return its path."""
    (folder / "schema.json").write_text(json.dumps(schema()))
    command = ["pulumi", "package", "gen-sdk", "schema.json", "--local", "--language", language]
    environment = os.environ | {
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_HOME": str(folder / "home"),
    }
    subprocess.run([*command, "--out", "sdk"], cwd=folder, env=environment, check=True, timeout=120)
    return folder / "sdk" / language


def node_modules(folder: Path, installed: Path) -> Path:
    """Make a folder `node_modules` with the installed packages and the SDK for TypeScript."""
    packages = folder / "node_modules"
    packages.mkdir()
    for each in installed.iterdir():
        (packages / each.name).symlink_to(each)
    ours = packages / "metapixel-native"
    generate("nodejs", folder).rename(ours)
    subprocess.run([packages / ".bin/tsc"], cwd=ours, check=True, timeout=120)
    (ours / "bin/package.json").write_text((ours / "package.json").read_text())
    return packages
