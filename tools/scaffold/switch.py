"""A switch of the simulator: one more question that Meta's documentation leaves open."""

from __future__ import annotations

from tools.scaffold.checkout import Checkout, checked

_SWITCHES = "simulator/metapixel_simulator/switches.py"
_SHARING = "simulator/metapixel_simulator/sharing.py"
_DOCUMENTATION = "docs/simulator.md"

_FIELD = """    {name}: bool = _flag(False, "TODO: what it decides.")
"""
_READING = '''    @property
    def {name}(self) -> bool:
        """TODO: ask this where the simulator behaves otherwise."""
        return self.switches.{name}

'''


def write(checkout: Checkout, name: str) -> list[str]:
    """Write a switch that is on or off, where it is read, its test and its row."""
    checked(name, r"[a-z]+(_[a-z]+)*", "stale_reads")
    checkout.add(f"tests/simulator/test_{name}.py", "switch_test.py.txt", name=name)
    checkout.insert(_SWITCHES, r"^    oldest_version: ", _FIELD.format(name=name))
    checkout.insert(_SHARING, r"^    def _changes_agencies", _READING.format(name=name))
    row = f"| `{name}` | `false` | `true`, `false` | TODO: what it decides. |\n"
    checkout.insert(_DOCUMENTATION, r"^\| `oldest_version` ", row)
    return [
        f"{_SWITCHES}: replace its values, its default and its sentence",
        f"{_SHARING}: behave by it, or read it where the behaviour is",
        f"tests/simulator/test_{name}.py: test each value",
        f"{_DOCUMENTATION}: give its row the same values and sentence",
    ]
