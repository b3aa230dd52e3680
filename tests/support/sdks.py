"""SDKs of the native plugin, which the engine generates from its schema."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from metapixel_plugin.schema import schema
from tools.engine import cache, progress

#: The newest version of the SDK that runs on node 20, and the tools that generated SDKs use.
PACKAGES = {"@pulumi/pulumi": "3.269.0", "@types/node": "20.19.43", "typescript": "4.9.5"}


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


def node_modules(folder: Path) -> Path:
    """Make a folder `node_modules` with Pulumi's SDK and ours. Raise EngineError on failure."""
    packages = folder / "node_modules"
    packages.mkdir()
    for each in _installed().iterdir():
        (packages / each.name).symlink_to(each)
    ours = packages / "metapixel-native"
    generate("nodejs", folder).rename(ours)
    subprocess.run([packages / ".bin/tsc"], cwd=ours, check=True, timeout=120)
    (ours / "bin/package.json").write_text((ours / "package.json").read_text())
    return packages


def _installed() -> Path:
    """Return the folder `node_modules` with Pulumi's SDK, which is installed once a machine."""
    name = "-".join(["node-modules", *PACKAGES.values()])
    kept = cache.keep(name, lambda folder: (folder / "node_modules").exists(), _install)
    return kept / "node_modules"


def _install(folder: Path) -> None:
    (folder / "package.json").write_text(json.dumps({"dependencies": PACKAGES}))
    progress.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"],
        "installing Pulumi's SDK for TypeScript, half a minute",
        cwd=folder,
    )
