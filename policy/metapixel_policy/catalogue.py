"""The catalogue of rules in docs/policy.md, generated from the rules so that it is complete.

`python -m metapixel_policy.catalogue` prints it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from pulumi_policy import Policy, StackValidationPolicy

from metapixel_policy import RULES


def markdown(rules: Iterable[Policy]) -> str:
    """Return a section for each rule: its description, its settings, how to fix a violation."""
    return "\n".join(_section(rule) for rule in rules)


def _section(rule: Policy) -> str:
    severity = rule.severity.value if rule.severity else "unspecified"
    scope = ", whole stack" if isinstance(rule, StackValidationPolicy) else ""
    settings = rule.config_schema.properties if rule.config_schema else {}
    required = [f"`{name}`" for name, setting in settings.items() if "default" not in setting]
    lines = [
        f"### `{rule.name}`",
        "",
        f"{rule.description} ({severity}{scope})",
        "",
        f"To fix a violation: {rule.remediation_steps}",
        "",
    ]
    for name, setting in settings.items():
        default = f" Default: `{json.dumps(setting['default'])}`." if "default" in setting else ""
        lines.append(f"- `{name}`: {setting['description']}{default}")
    if required:
        lines += ["", f"The rule does not apply until you configure {' or '.join(required)}."]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(markdown(RULES))
