"""The scaffold of a kind of fault of the simulator."""

from __future__ import annotations

from tools.scaffold.checkout import Checkout, checked

_FAULTS = "simulator/metapixel_simulator/faults.py"

_EFFECT = '''def _{name}(strike: Strike) -> Answer:
    """TODO: what happens, with its options."""
    # TODO: return another answer instead of strike.answer, which is None before the effect.
    return Answer(503, "")


'''


def write(checkout: Checkout, name: str) -> list[str]:
    checked(name, r"[a-z]+(_[a-z]+)*", "rate_limit")
    checkout.add(f"tests/simulator/test_{name}.py", "fault_test.py.txt", name=name)
    checkout.insert(_FAULTS, r"^#: The effect of each kind of fault", _EFFECT.format(name=name))
    checkout.insert(_FAULTS, r"^}\n\Z", f'    "{name}": _{name},\n')
    return [
        f"{_FAULTS}: replace the answer of _{name} and its description",
        f"tests/simulator/test_{name}.py: test the answer, before and after the effect",
    ]
