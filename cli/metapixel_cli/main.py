"""Starts `metapixel`, or says what to install where its commands cannot be imported."""

from __future__ import annotations

import sys


def main() -> None:
    """What the command `metapixel` runs."""
    try:
        from metapixel_cli.commands import metapixel
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit("metapixel needs pulumi-metapixel[cli]: pip install 'pulumi-metapixel[cli]'")
    metapixel(prog_name="metapixel")
