"""The plan that a preview saves: every resource of the program and the state, secrets encrypted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from metapixel_cli.stacks.engine import UNKNOWN
from metapixel_cli.stacks.errors import StackError
from metapixel_provider.sharing.engine_names import domain_name
from metapixel_provider.sharing.resource_types import ResourceType

Properties = Mapping[str, object]


@dataclass(frozen=True)
class PlannedResource:
    """A resource in a plan.

    `steps` are the operations that the engine plans for it, such as `create` or `same`.
    `declared` are the inputs that the program passes. `inputs` are the inputs of a custom resource
    after the provider checked them, if its only step is `create`. `registered` are the outputs that
    a component registers.
    """

    urn: str
    type: str
    custom: bool
    steps: tuple[str, ...]
    declared: Properties
    inputs: Properties
    registered: Properties
    parent: str
    provider: str
    dependencies: tuple[str, ...]
    property_dependencies: Mapping[str, object]

    @property
    def is_new(self) -> bool:
        """True if the program declares the resource and the state does not contain it."""
        return self.steps == ("create",)

    @property
    def unknown_inputs(self) -> tuple[str, ...]:
        """The names of the inputs whose values are not known before the update."""
        inputs = self.inputs if self.custom else self.declared
        return tuple(name for name, value in inputs.items() if not is_known(value))


Plan = Mapping[str, PlannedResource]


def is_known(value: object) -> bool:
    """Return False if a value, or a part of it, is not known before the update."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return all(map(is_known, value))
    return value != UNKNOWN


def read_plan(data: bytes) -> Plan:
    """Return the resources of a plan by their URNs. Raises StackError if the plan is unreadable."""
    try:
        found = json.loads(data)["resourcePlans"]
        return {urn: _planned_resource(urn, plan) for urn, plan in found.items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        message = "The plan of the preview is not readable; use a newer version of Pulumi"
        raise StackError(message) from None


def _planned_resource(urn: str, plan: Properties) -> PlannedResource:
    """Return a resource of a plan. Raise TypeError or LookupError if its form is not known."""
    # A resource that the program no longer declares has no goal.
    goal = _mapping(plan, "goal")
    token = str(goal.get("type", ""))
    # The goal has the inputs of the program, and the state those that the provider checked.
    type_, inputs = ResourceType.of(token), _mapping(plan, "state")
    if type_ is not None:
        # The native plugin also lists the outputs, whose values are not known before the update.
        outputs = {each.name for each in type_.outputs}
        inputs = {name: inputs[name] for name in inputs if domain_name(name) not in outputs}
    return PlannedResource(
        urn=urn,
        type=token,
        custom=goal.get("custom") is True,
        steps=_texts(plan["steps"]),
        declared=_mapping(goal, "inputDiff", "adds"),
        inputs=inputs,
        registered=_mapping(goal, "outputDiff", "adds"),
        parent=str(goal.get("parent") or ""),
        provider=str(goal.get("provider") or ""),
        dependencies=_texts(goal.get("dependencies") or []),
        property_dependencies=_mapping(goal, "propertyDependencies"),
    )


def _mapping(found: Properties, *names: str) -> Properties:
    """Return a mapping within another one, empty if it is absent."""
    for name in names:
        inner = found.get(name) or {}
        if not isinstance(inner, Mapping):
            raise TypeError
        found = inner
    return found


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(map(str, value))
