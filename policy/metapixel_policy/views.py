"""A view of one of our resources, from which rules read the inputs.

If a rule reads a value that is not known in a preview, pulumi_policy reports only an advisory
note, and even a mandatory rule does not block. The view raises `UndecidableError` instead, and
`rule.py` reports it as a violation of the rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_policy.proxy import UnknownValueError

from metapixel_provider.sharing.engine_names import native_name
from metapixel_provider.sharing.resource_types import ResourceType

_FORMS = {each.name: each.form for type_ in ResourceType for each in type_.inputs}


class UndecidableError(Exception):
    """The error if a rule cannot evaluate a resource, which then must not pass, with the reason."""

    def __init__(self, urn: str, why: str) -> None:
        super().__init__(f"This cannot be decided: {why}")
        self.urn = urn


@dataclass(frozen=True)
class View:
    type: ResourceType
    urn: str
    inputs: Mapping[str, object]

    def __getitem__(self, name: str) -> Any:
        """Return an input as `get` does. Raise UndecidableError if the input is missing."""
        value = self.get(name)
        if value is None:
            raise UndecidableError(self.urn, f"`{name}` is missing")
        return value

    def get(self, name: str) -> Any:
        """Return an input in its normal form, or None if the program omits it.

        Raises UndecidableError if the input is unknown or wrong.
        """
        try:
            value = self.inputs.get(name, self.inputs.get(native_name(name)))
            if value is None:
                return None
            if isinstance(value, Sequence) and not isinstance(value, str):
                value = list(value)  # pulumi_policy passes a proxy of the list.
            return _FORMS[name].normal(value)
        except UnknownValueError:
            raise UndecidableError(
                self.urn,
                f"`{name}` is not known before the update. Use a value that is known in a "
                "preview: write it in the program, or take it from the stack's configuration",
            ) from None
        except ValueError as error:
            raise UndecidableError(self.urn, f"`{name}`: {error}") from None
