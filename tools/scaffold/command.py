"""The scaffold of a command of `metapixel`."""

from __future__ import annotations

from tools.scaffold.checkout import Checkout, checked

_COMMANDS = "cli/metapixel_cli/commands.py"


def write(checkout: Checkout, name: str) -> list[str]:
    checked(name, r"[a-z]+", "explain")
    checkout.add(f"cli/metapixel_cli/{name}.py", "command.py.txt", name=name)
    checkout.add(f"tests/cli/test_{name}.py", "command_test.py.txt", name=name)
    entry = f'    "{name}": ("metapixel_cli.{name}", "{name}_command"),\n'
    checkout.insert(_COMMANDS, r"^}\n#: Packages that an extra", entry)
    return [
        f"cli/metapixel_cli/{name}.py: replace what the command does, and its help",
        f"tests/cli/test_{name}.py: test what it prints and its exit codes",
        f"{_COMMANDS}: if it needs a package of its own, name it in _OPTIONAL",
        "README.md and CHANGELOG.md: describe the command",
    ]
