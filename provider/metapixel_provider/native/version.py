"""The version of the plugin."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path


def version(folder: Path) -> str:
    """Return the version under which the engine finds the plugin of this folder again.

    If the plugin comes from git, the engine ends the name of its folder with this version: a tag,
    or the commit of a repository without tags. Otherwise, this is the version of the distribution
    without build metadata, which differs by commit.
    """
    installed = re.fullmatch(r"resource-.+-v(\d+\.\d+\.\d+(-.+)?)", folder.name)
    if installed:
        return installed[1]
    return importlib.metadata.version("pulumi-metapixel").partition("+")[0]


#: The version of this plugin. The engine starts it by the path of its folder.
VERSION = version(Path(sys.argv[0]))
