"""Who provides the resources of a history that moves to the native plugin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from tests.histories.estate import AGENCIES_TOKEN, OWNER_TOKEN
from tests.histories.history import History, Killed
from tests.histories.resources import DYNAMIC, Resource, Resources

#: The provider in the place of a credential set.
_AGENCIES = "agencies"
#: The owner's providers, first the default one.
_OWNERS = ("", "first", "second")


class Providers:
    """Draws the provider of each resource before each command.

    At a random command, the stack moves from the dynamic provider. Later, a resource sometimes gets
    another provider.
    """

    def __init__(self, history: History) -> None:
        self.random = Random(history.seed)
        self._dynamic_commands = self.random.choice((0, 0, 1, 2, 3))
        self._of: dict[str, str] = {}

    @property
    def is_native(self) -> bool:
        return self._dynamic_commands < 0

    def drawn(self, program: Resources) -> Iterator[Resource]:
        """The resources of the next command, with their providers."""
        self._dynamic_commands -= 1
        for resource in program:
            if resource.name not in self._of or self.random.random() < 0.15:
                self._of[resource.name] = self.random.choice(_OWNERS)
            provider = _AGENCIES if "credentials" in resource.inputs else self._of[resource.name]
            # The model's calls to the native plugin cannot contain secrets.
            options = replace(resource.options, secret=())
            native = replace(resource, provider=provider, options=options)
            yield native if self.is_native else replace(resource, provider=DYNAMIC)

    def killed(self, killed: Killed | None) -> Killed | None:
        """The same, sometimes of one plugin alone."""
        if killed and killed.what == "plugin" and self.random.random() < 0.7:
            return replace(killed, what="a plugin")
        return killed


def token(provider: str) -> str:
    """The token of an explicit provider."""
    return AGENCIES_TOKEN if provider == _AGENCIES else OWNER_TOKEN
