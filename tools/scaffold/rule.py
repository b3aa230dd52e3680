"""The scaffold of a policy rule."""

from __future__ import annotations

from tools.scaffold.checkout import Checkout, checked

_PACKAGE = "policy/metapixel_policy"


def write(checkout: Checkout, name: str) -> list[str]:
    checked(name, r"[a-z]+(-[a-z]+)+", "share-has-reason")
    module = name.replace("-", "_")
    values = {"name": name, "module": module}
    checkout.add(f"{_PACKAGE}/rules/{module}.py", "rule.py.txt", **values)
    checkout.add(f"tests/policy/test_{module}.py", "rule_test.py.txt", **values)
    init = f"{_PACKAGE}/__init__.py"
    imported = f"from metapixel_policy.rules.{module} import {module}\n"
    checkout.insert(init, r"^from metapixel_policy\.rules\.", imported)
    checkout.insert(init, r'^\)\n"""All rules', f"    {module},\n")
    checkout.insert(init, r"^\]$", f'    "{module}",\n')
    unknown, messages = "tests/policy/test_undecidable.py", "tests/policy/test_messages.py"
    for table, case in ((unknown, '"reason", {}'), (messages, '{"reason": ...}')):
        checkout.insert(table, r"^    RULES,$", f"    {module},\n")
        checkout.insert(table, r"^\]$", f'    ({module}, "share", {case}, {{}}),\n')
    return [
        f"{_PACKAGE}/rules/{module}.py: replace what the rule judges, its words and its severity",
        f"{_PACKAGE}/resources.py: add an input if no rule has read it before",
        f"tests/policy/test_{module}.py: take a compliant resource and break one field",
        f"{unknown}: name each input that the rule reads",
        f"{messages}: name inputs that break the rule",
        f"{init}: move the entry of RULES to the rules about the same subject",
        "CHANGELOG.md: describe the rule",
    ]
