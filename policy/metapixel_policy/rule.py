"""Conversion of a function to a rule of pulumi_policy.

The function gets declared resources and yields a sentence for each violation. This module selects
the resources of the right kinds, checks the configuration, and reports a violation for a resource
that the rule cannot judge. Each message ends with the remediation, because the engine does not
print it.

A rule that has nothing to judge reports that it does not apply. Otherwise the engine would list it
among the passed rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from pulumi_policy import (
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from metapixel_policy.resources import Declared, UndecidableError
from metapixel_policy.settings import Config, Setting, schema
from metapixel_provider.sharing.engine_names import spelled

D = TypeVar("D", bound=Declared)

#: If `--target` or `--exclude` leaves out a new resource, the engine passes it without inputs.
#: Every other resource has inputs, because `check` refuses a resource without its ids.
_NOT_IN_THIS_RUN = "the resource is not part of this run"


def resource_rule(
    kind: type[D], *, severity: Severity, remediation: str, settings: Sequence[Setting[Any]] = ()
) -> Callable[[Callable[[D, Config], Iterator[str]]], ResourceValidationPolicy]:
    """Make a rule that judges each resource of a kind before it is created or changed."""

    def decorated(check: Callable[[D, Config], Iterator[str]]) -> ResourceValidationPolicy:
        name = _name(check)

        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            if args.resource_type not in kind.TYPES:
                args.not_applicable(f"{name} does not judge resources of this type")
            if not args.props:
                args.not_applicable(_NOT_IN_THIS_RUN)
            resource = kind(args.urn, args.props)
            if config := _config(args, name, settings, report):
                try:
                    for problem in check(resource, config):
                        report(spelled(f"{problem}. {remediation}", args.urn), None)
                except UndecidableError as error:
                    report(spelled(f"{error}.", args.urn), None)

        return ResourceValidationPolicy(
            name=name,
            description=_description(check),
            validate=validate,
            config_schema=schema(settings),
            severity=severity,
            remediation_steps=remediation,
        )

    return decorated


def stack_rule(
    *kinds: type[D], severity: Severity, remediation: str, settings: Sequence[Setting[Any]] = ()
) -> Callable[
    [Callable[[Sequence[D], Config], Iterator[tuple[D, str]]]],
    StackValidationPolicy,
]:
    """Make a rule that judges all resources of some kinds together, after a preview or update.

    The rule does not apply to a run that leaves out a new resource of these kinds.
    """
    views = {token: kind for kind in kinds for token in kind.TYPES}

    def decorated(
        check: Callable[[Sequence[D], Config], Iterator[tuple[D, str]]],
    ) -> StackValidationPolicy:
        name = _name(check)

        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            found = [
                views[resource.resource_type](resource.urn, resource.props)
                for resource in args.resources
                if resource.resource_type in views
            ]
            if not found:
                args.not_applicable(f"the stack has no resource that {name} judges")
            if not all(resource.inputs for resource in found):
                args.not_applicable(_NOT_IN_THIS_RUN)
            if config := _config(args, name, settings, report):
                try:
                    for resource, problem in check(found, config):
                        report(spelled(f"{problem}. {remediation}", resource.urn), resource.urn)
                except UndecidableError as error:
                    report(spelled(f"{error}.", error.urn), error.urn)

        return StackValidationPolicy(
            name=name,
            description=_description(check),
            validate=validate,
            config_schema=schema(settings),
            severity=severity,
            remediation_steps=remediation,
        )

    return decorated


def _name(check: Callable[..., object]) -> str:
    return check.__name__.replace("_", "-")


def _description(check: Callable[..., object]) -> str:
    return " ".join((check.__doc__ or "").split())


def _config(
    args: ResourceValidationArgs | StackValidationArgs,
    rule: str,
    settings: Sequence[Setting[Any]],
    report: ReportViolation,
) -> Config | None:
    """Return the configuration of a rule. Report a violation and return None if it is wrong."""
    try:
        config = Config(settings, args.get_config())
    except ValueError as error:
        report(
            f"The configuration of {rule} is wrong: {error}. Correct the policy configuration.",
            None,
        )
        return None
    if config.missing:
        args.not_applicable(f"{rule} needs the setting {config.missing}")
    return config
