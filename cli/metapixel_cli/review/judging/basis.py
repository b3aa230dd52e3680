"""The basis of a review: reads of Meta, the age of the state, and the policy rules that ran."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from metapixel_cli.review.reading.policy_config import PolicyConfig
from metapixel_cli.review.reading.preview import Preview
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import StackState

#: The time of a preview is in whole seconds.
_ROUNDED = timedelta(seconds=1)


@dataclass(frozen=True)
class Basis:
    """The sources of a review."""

    resources: int
    """The number of our resources that the state has."""
    is_new_stack: bool
    """True if no resource of the preview is in the state."""
    read: int
    """The number of resources in the state that the preview read from Meta."""
    written: datetime | None
    """The time when the state was last written, None if it is not known."""
    is_newer: bool
    """True if the file with the state was written after the preview had begun."""
    is_other_stack: bool
    """True if the file with the state belongs to another stack, so that it has no time."""
    state_error: str
    """The cause why the file with the state cannot be read, or an empty text."""
    ran: Sequence[str]
    """Policy rules that ran and applied."""
    disabled: Sequence[str]
    """Rules that the policy configuration disables."""
    not_configured: Sequence[str]
    """Rules without effect, because they lack a setting."""
    unclear: Sequence[str]
    """Rules that the preview lists. Without the policy configuration, it is not known whether they
    applied."""


def basis(
    preview: Preview, given: StackState | StackError | None, config: PolicyConfig | None
) -> Basis:
    """Return the basis of a review.

    A preview does not list the rules of `metapixel_policy` that lack their required settings.
    Another pack can list such a rule as if the rule had found no violation. So without the
    configuration, only a rule that reports a violation is known to have applied.
    """
    state = given if isinstance(given, StackState) else None
    ours = [step for step in preview.steps if step.is_ours]
    read = {step.urn for step in ours if step.op == "refresh"}
    recorded = {step.old_urn for step in ours if step.old is not None and step.old.inputs}
    is_other = (
        state is not None
        and any((state.project, state.stack))
        and ((state.project, state.stack) != (preview.project, preview.stack))
    )
    written = state.made_at if state and not is_other else None
    reported = {violation.rule for violation in preview.violations}.union(preview.violated)
    listed = reported.union(preview.rules)
    rules = config.rules if config else frozenset()
    disabled = config.disabled - listed if config else frozenset()
    not_configured = config.not_configured - reported - disabled if config else frozenset()
    # If the configuration disables every rule, a pack that ran lists no rule.
    pack_ran = bool(listed) or (bool(preview.policy_packs) and disabled == rules)
    ran = reported | (listed & rules) - not_configured
    return Basis(
        resources=len(recorded | read),
        is_new_stack=all(step.old is None for step in preview.steps),
        read=len(read),
        written=written,
        is_newer=bool(preview.begun and written and written - preview.begun > _ROUNDED),
        is_other_stack=is_other,
        state_error=str(given) if isinstance(given, StackError) else "",
        ran=tuple(sorted(ran)),
        disabled=tuple(sorted(disabled if pack_ran else ())),
        not_configured=tuple(sorted(not_configured if pack_ran else ())),
        unclear=tuple(sorted(listed - ran - not_configured)),
    )
