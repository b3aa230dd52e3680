"""The native plugin for a project on the engine."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def plugin(folder: Path, virtualenv: Path) -> Path:
    """Make a folder from which the engine starts the plugin, and return it.

    The plugin is the one of this project, and runs in `virtualenv`.
    """
    folder.mkdir()
    shutil.copy2(ROOT / "__main__.py", folder)
    described = yaml.safe_load((ROOT / "PulumiPlugin.yaml").read_text())
    described["runtime"]["options"]["virtualenv"] = str(virtualenv)
    (folder / "PulumiPlugin.yaml").write_text(yaml.safe_dump(described))
    return folder


def project_file(name: str, *plugins: Path) -> str:
    """Return the text of a Pulumi.yaml, for a program in YAML that uses the plugin."""
    providers = [{"name": "metapixel", "path": str(each)} for each in plugins]
    described = {"name": name, "runtime": "yaml", "plugins": {"providers": providers}}
    return yaml.safe_dump(described, sort_keys=False)
