"""Conversion of a function to a rule of pulumi_policy.

The function gets declared resources and yields a sentence for each violation. This module selects
the resources of the right types, checks the configuration, and reports a violation for a resource
that the rule cannot evaluate. Each message has the remediation, which the engine does not print.

A rule that has nothing to evaluate reports that it does not apply. Otherwise the engine would list
it among the passed rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pulumi_policy import (
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from metapixel_policy.settings import Setting, one_of, required, settings_of, unknown
from metapixel_policy.views import UndecidableError, View
from metapixel_provider.sharing.engine_names import for_programs
from metapixel_provider.sharing.resource_types import ResourceType

#: The settings of a rule by name, as the engine checked them.
Config = Mapping[str, Any]
Arguments = ResourceValidationArgs | StackValidationArgs
#: A function that yields a sentence for each violation of one resource, or, in a stack rule, each
#: resource of a violation with the sentence.
Check = Callable[[Any, Config], Iterator[Any]]


def rule(
    *types: ResourceType,
    severity: Severity,
    remediation: str,
    settings: Mapping[str, Setting] | None = None,
    of_stack: bool = False,
) -> Callable[[Check], Policy]:
    """Make a rule of a function, whose name and docstring it has.

    A rule evaluates each resource of some types before it is created or changed. A rule `of_stack`
    evaluates all resources of these types together, after a preview or update, and does not apply
    to a run that leaves out a new one.
    """
    form = StackValidationPolicy if of_stack else ResourceValidationPolicy

    def make_policy(check: Check) -> Policy:
        def validate(args: Arguments, report: ReportViolation) -> None:
            # The engine calls this later, with the `policy` that is made below.
            _evaluate(policy, _views(args, types), check, args, report)

        policy = form(
            name=check.__name__.replace("_", "-"),
            description=" ".join((check.__doc__ or "").split()),
            validate=validate,
            config_schema=PolicyConfigSchema({**settings}) if settings else None,
            severity=severity,
            remediation_steps=remediation,
        )
        return policy

    return make_policy


def _views(args: Arguments, types: Sequence[ResourceType]) -> Sequence[View]:
    """Return the resources of some types, of the whole stack in a stack rule."""
    given = args.resources if isinstance(args, StackValidationArgs) else [args]
    found = []
    for each in given:
        type_ = ResourceType.of(each.resource_type)
        if type_ and type_ in types:
            found.append(View(type_, each.urn, each.props))
    return found


def _evaluate(
    rule: Policy, views: Sequence[View], check: Check, args: Arguments, report: ReportViolation
) -> None:
    """Report each violation. A wrong configuration is a violation too. `not_applicable` raises."""
    if not views:
        args.not_applicable(f"there is no resource that {rule.name} evaluates")
    if not all(view.inputs for view in views):
        # If `--target` or `--exclude` leaves out a new resource, the engine passes it without
        # inputs. Every other resource has inputs, because `check` refuses one without its ids.
        args.not_applicable("the resource is not part of this run")
    settings = settings_of(rule)
    defaults = {name: each["default"] for name, each in settings.items() if "default" in each}
    config = {**defaults, **args.get_config()}
    unknown_settings = "; ".join(unknown(settings, config))
    if unknown_settings:
        wrong = f"The configuration of {rule.name} is wrong: {unknown_settings}"
        report(f"{wrong}. Correct the policy configuration.", None)
        return
    needed = required(settings)
    if needed and config.keys().isdisjoint(needed):
        args.not_applicable(f"{rule.name} needs the setting {one_of(needed)}")
    try:
        for view, problem in _violations(rule, views, check, config):
            report(for_programs(f"{problem}. {rule.remediation_steps}", view.urn), view.urn)
    except UndecidableError as error:
        report(for_programs(f"{error}.", error.urn), error.urn)


def _violations(
    rule: Policy, views: Sequence[View], check: Check, config: Config
) -> Iterator[tuple[View, str]]:
    if isinstance(rule, StackValidationPolicy):
        yield from check(views, config)
        return
    for view in views:
        for problem in check(view, config):
            yield view, problem
