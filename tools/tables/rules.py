"""The rules of the policy pack as sections of docs/policy.md."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pulumi_policy import Policy, StackValidationPolicy


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
