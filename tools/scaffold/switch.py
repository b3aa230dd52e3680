"""The scaffold of a switch of the simulator."""

from __future__ import annotations

from tools.scaffold.checkout import Checkout, checked

_SWITCHES = "simulator/metapixel_simulator/switches.py"

_FIELD = """    {name}: bool = _flag(False, "TODO: what it decides.")
"""


def write(checkout: Checkout, name: str) -> list[str]:
    checked(name, r"[a-z]+(_[a-z]+)*", "stale_reads")
    checkout.add(f"tests/simulator/test_{name}.py", "switch_test.py.txt", name=name)
    checkout.insert(_SWITCHES, r"^    oldest_version: ", _FIELD.format(name=name))
    return [
        f"{_SWITCHES}: replace its values, its default and its sentence",
        "read the switch where the behaviour depends on it; until then, "
        "tests/simulator/test_completeness.py fails",
        f"tests/simulator/test_{name}.py: test each value",
    ]
