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
from dataclasses import dataclass
from typing import Any, TypeVar

from pulumi_policy import (
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from metapixel_policy.settings import Config, Setting, schema
from metapixel_policy.views import UndecidableError, View
from metapixel_provider.sharing.engine_names import spelled

D = TypeVar("D", bound=View)
#: A function that yields each violation, with the resource that it is about.
StackCheck = Callable[[Sequence[D], Config], Iterator[tuple[D, str]]]


def resource_rule(
    kind: type[D], *, severity: Severity, remediation: str, settings: Sequence[Setting[Any]] = ()
) -> Callable[[Callable[[D, Config], Iterator[str]]], ResourceValidationPolicy]:
    """Make a rule that judges each resource of a kind before it is created or changed."""

    def decorated(check: Callable[[D, Config], Iterator[str]]) -> ResourceValidationPolicy:
        def of_each(found: Sequence[D], config: Config) -> Iterator[tuple[D, str]]:
            for resource in found:
                for problem in check(resource, config):
                    yield resource, problem

        rule = _Rule(check, severity, remediation, settings)

        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            found = [kind(args.urn, args.props)] if args.resource_type in kind.TYPES else []
            rule.judge(found, of_each, args, report)

        return ResourceValidationPolicy(validate=validate, **rule.described())

    return decorated


def stack_rule(
    *kinds: type[D], severity: Severity, remediation: str, settings: Sequence[Setting[Any]] = ()
) -> Callable[[StackCheck[D]], StackValidationPolicy]:
    """Make a rule that judges all resources of some kinds together, after a preview or update.

    The rule does not apply to a run that leaves out a new resource of these kinds.
    """
    views = {token: kind for kind in kinds for token in kind.TYPES}

    def decorated(check: StackCheck[D]) -> StackValidationPolicy:
        rule = _Rule(check, severity, remediation, settings)

        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            found = [
                views[resource.resource_type](resource.urn, resource.props)
                for resource in args.resources
                if resource.resource_type in views
            ]
            rule.judge(found, check, args, report)

        return StackValidationPolicy(validate=validate, **rule.described())

    return decorated


@dataclass(frozen=True)
class _Rule:
    """What a rule of a resource and a rule of a stack have in common.

    The name and the description of the rule are those of `function`.
    """

    function: Callable[..., object]
    severity: Severity
    remediation: str
    settings: Sequence[Setting[Any]]

    @property
    def name(self) -> str:
        return self.function.__name__.replace("_", "-")

    def described(self) -> dict[str, Any]:
        """Return the arguments that describe a rule of pulumi_policy."""
        return {
            "name": self.name,
            "description": " ".join((self.function.__doc__ or "").split()),
            "config_schema": schema(self.settings),
            "severity": self.severity,
            "remediation_steps": self.remediation,
        }

    def judge(
        self,
        found: Sequence[D],
        check: StackCheck[D],
        args: ResourceValidationArgs | StackValidationArgs,
        report: ReportViolation,
    ) -> None:
        """Report each violation. A wrong configuration is a violation too."""
        if not found:
            args.not_applicable(f"there is no resource that {self.name} judges")
        if not all(resource.inputs for resource in found):
            # If `--target` or `--exclude` leaves out a new resource, the engine passes it without
            # inputs. Every other resource has inputs, because `check` refuses one without its ids.
            args.not_applicable("the resource is not part of this run")
        try:
            config = Config(self.settings, args.get_config())
        except ValueError as error:
            wrong = f"The configuration of {self.name} is wrong: {error}"
            report(f"{wrong}. Correct the policy configuration.", None)
            return
        if config.missing:
            args.not_applicable(f"{self.name} needs the setting {config.missing}")
        try:
            for resource, problem in check(found, config):
                report(spelled(f"{problem}. {self.remediation}", resource.urn), resource.urn)
        except UndecidableError as error:
            report(spelled(f"{error}.", error.urn), error.urn)
