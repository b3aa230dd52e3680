"""The native plugin, in a folder from which the engine starts it."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def plugin(folder: Path, virtualenv: Path, version: str = "") -> Path:
    """Make a folder that starts the plugin of this project in `virtualenv`, and return it.

    With a `version`, the plugin reports it as its own.
    """
    folder.mkdir()
    shutil.copy2(ROOT / "__main__.py", folder)
    described = yaml.safe_load((ROOT / "PulumiPlugin.yaml").read_text())
    described["runtime"]["options"]["virtualenv"] = str(virtualenv)
    (folder / "PulumiPlugin.yaml").write_text(yaml.safe_dump(described))
    if version:
        # Python looks for the version of a distribution in the folder of the program first.
        distribution = folder / f"pulumi_metapixel-{version}.dist-info"
        distribution.mkdir()
        named = f"Metadata-Version: 2.4\nName: pulumi-metapixel\nVersion: {version}\n"
        (distribution / "METADATA").write_text(named)
    return folder
