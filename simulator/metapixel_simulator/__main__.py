"""`python -m metapixel_simulator` serves the simulator without the `metapixel` command."""

import sys

from . import PACKAGES

try:
    from .cli import simulator
except ModuleNotFoundError as error:
    if error.name not in PACKAGES:
        raise
    sys.exit(
        "metapixel_simulator needs pulumi-metapixel[simulator]: "
        "pip install 'pulumi-metapixel[simulator]'"
    )

simulator(prog_name="python -m metapixel_simulator")
