"""The version of the plugin."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path


def version(folder: Path) -> str:
    """Return the version under which the engine finds the plugin of this folder again.

    If the plugin comes from git, the name of its folder ends with this version: a tag, or a commit
    if the repository has no tags. Otherwise, this is the version of the distribution. Its build
    metadata is left out, because it is different for each commit.
    """
    installed = re.fullmatch(r"resource-.+-v(\d+\.\d+\.\d+(-.+)?)", folder.name)
    if installed:
        return installed[1]
    return importlib.metadata.version("pulumi-metapixel").partition("+")[0]


#: The version of this plugin. The engine starts it by the path of its folder.
VERSION = version(Path(sys.argv[0]))
