"""`python -m metapixel_simulator` serves the simulator without the `metapixel` command."""

import sys

try:
    from .cli import simulator
except ModuleNotFoundError as error:
    if error.name not in ("click", "jinja2", "pydantic", "werkzeug", "yaml"):
        raise
    sys.exit(
        "metapixel_simulator needs pulumi-metapixel[simulator]: "
        "pip install 'pulumi-metapixel[simulator]'"
    )

simulator(prog_name="python -m metapixel_simulator")
