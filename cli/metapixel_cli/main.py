"""The start of `metapixel`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `metapixel`. If click is not installed, exit and name the extra to install."""
    try:
        from metapixel_cli.commands import metapixel
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit("metapixel needs pulumi-metapixel[cli]: pip install 'pulumi-metapixel[cli]'")
    metapixel(prog_name="metapixel")
