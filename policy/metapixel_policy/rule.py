"""Conversion of a function to a rule of pulumi_policy.

The function gets declared resources and yields a sentence for each violation. This module selects
the resources of the right types, checks the configuration, and reports a violation for a resource
that the rule cannot judge. Each message ends with the remediation, because the engine does not
print it.

A rule that has nothing to judge reports that it does not apply. Otherwise the engine would list it
among the passed rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pulumi_policy import (
    Policy,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from metapixel_policy.settings import Setting, one_of, required, values
from metapixel_policy.views import UndecidableError, View
from metapixel_provider.sharing.engine_names import spelled
from metapixel_provider.sharing.resource_types import ResourceType

#: The settings of a rule by name, as the engine checked them.
Config = Mapping[str, Any]
#: A function that yields each violation, with the resource that it is about.
StackCheck = Callable[[Sequence[View], Config], Iterator[tuple[View, str]]]


def resource_rule(
    *types: ResourceType,
    severity: Severity,
    remediation: str,
    settings: Mapping[str, Setting] | None = None,
) -> Callable[[Callable[[View, Config], Iterator[str]]], ResourceValidationPolicy]:
    """Make a rule that judges each resource of some types before it is created or changed."""

    def decorated(check: Callable[[View, Config], Iterator[str]]) -> ResourceValidationPolicy:
        def of_each(found: Sequence[View], config: Config) -> Iterator[tuple[View, str]]:
            for resource in found:
                for problem in check(resource, config):
                    yield resource, problem

        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            _judge(rule, _views([args], types), of_each, args, report)

        described = _described(check, severity, remediation, settings)
        rule = ResourceValidationPolicy(validate=validate, **described)
        return rule

    return decorated


def stack_rule(
    *types: ResourceType,
    severity: Severity,
    remediation: str,
    settings: Mapping[str, Setting] | None = None,
) -> Callable[[StackCheck], StackValidationPolicy]:
    """Make a rule that judges all resources of some types together, after a preview or update.

    The rule does not apply to a run that leaves out a new resource of these types.
    """

    def decorated(check: StackCheck) -> StackValidationPolicy:
        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            _judge(rule, _views(args.resources, types), check, args, report)

        described = _described(check, severity, remediation, settings)
        rule = StackValidationPolicy(validate=validate, **described)
        return rule

    return decorated


def _described(
    function: Callable[..., object],
    severity: Severity,
    remediation: str,
    settings: Mapping[str, Setting] | None,
) -> dict[str, Any]:
    """Return the arguments that describe a rule of pulumi_policy, whose name the function has."""
    return {
        "name": function.__name__.replace("_", "-"),
        "description": " ".join((function.__doc__ or "").split()),
        "config_schema": PolicyConfigSchema({**settings}) if settings else None,
        "severity": severity,
        "remediation_steps": remediation,
    }


def _views(
    resources: Iterable[ResourceValidationArgs | PolicyResource], types: Sequence[ResourceType]
) -> Sequence[View]:
    found = ((ResourceType.of(each.resource_type), each) for each in resources)
    return [View(type_, each.urn, each.props) for type_, each in found if type_ and type_ in types]


def _judge(
    rule: Policy,
    found: Sequence[View],
    check: StackCheck,
    args: ResourceValidationArgs | StackValidationArgs,
    report: ReportViolation,
) -> None:
    """Report each violation. A wrong configuration is a violation too."""
    if not found:
        args.not_applicable(f"there is no resource that {rule.name} judges")
    if not all(resource.inputs for resource in found):
        # If `--target` or `--exclude` leaves out a new resource, the engine passes it without
        # inputs. Every other resource has inputs, because `check` refuses one without its ids.
        args.not_applicable("the resource is not part of this run")
    settings = rule.config_schema.properties if rule.config_schema else {}
    try:
        config = values(settings, args.get_config())
    except ValueError as error:
        wrong = f"The configuration of {rule.name} is wrong: {error}"
        report(f"{wrong}. Correct the policy configuration.", None)
        return
    needed = required(settings)
    if needed and not config.keys() & needed:
        args.not_applicable(f"{rule.name} needs the setting {one_of(needed)}")
    try:
        for resource, problem in check(found, config):
            report(spelled(f"{problem}. {rule.remediation_steps}", resource.urn), resource.urn)
    except UndecidableError as error:
        report(spelled(f"{error}.", error.urn), error.urn)
