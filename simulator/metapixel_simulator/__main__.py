"""`python -m metapixel_simulator`: serve without the `metapixel` command."""

from .cli import simulator

simulator(prog_name="python -m metapixel_simulator")
