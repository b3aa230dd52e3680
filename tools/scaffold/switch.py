"""The scaffold of a switch of the simulator."""

from __future__ import annotations

from tools.scaffold.checkout import Checkout, checked

_SWITCHES = "simulator/metapixel_simulator/switches.py"
_SHARING = "simulator/metapixel_simulator/sharing.py"
_DOCUMENTATION = "docs/simulator.md"

_FIELD = """    {name}: bool = _flag(False, "TODO: what it decides.")
"""
_READING = '''    @property
    def {name}(self) -> bool:
        """TODO: read this where the behaviour depends on it."""
        return self.switches.{name}

'''


def write(checkout: Checkout, name: str) -> list[str]:
    """Write an example switch with a property and a test. Document it. Return the next steps."""
    checked(name, r"[a-z]+(_[a-z]+)*", "stale_reads")
    checkout.add(f"tests/simulator/test_{name}.py", "switch_test.py.txt", name=name)
    checkout.insert(_SWITCHES, r"^    oldest_version: ", _FIELD.format(name=name))
    checkout.insert(_SHARING, r"^    def _changes_agencies", _READING.format(name=name))
    row = f"| `{name}` | `false` | `true`, `false` | TODO: what it decides. |\n"
    checkout.insert(_DOCUMENTATION, r"^\| `oldest_version` ", row)
    return [
        f"{_SWITCHES}: replace its values, its default and its sentence",
        f"{_SHARING}: use the property, or read the switch where the behaviour depends on it",
        f"tests/simulator/test_{name}.py: test each value",
        f"{_DOCUMENTATION}: give its row the same values and sentence",
    ]
