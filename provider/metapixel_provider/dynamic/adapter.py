"""Conversion between the engine's calls and lifecycle methods, and between their types."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from metapixel_provider.dynamic.plugin_process import enlarge_pool, on_cancel, show_only_the_message
from metapixel_provider.process.failures import text_of
from metapixel_provider.process.unknown_values import from_wire, to_wire

if TYPE_CHECKING:
    from metapixel_provider.process.operations import Operations
    from metapixel_provider.sharing.contract import Properties
    from metapixel_provider.sharing.resource_types import ResourceType

#: An input that Pulumi adds: the reference to the provider class.
_PROVIDER = "__provider"
#: An output of a resource that a program only reads, with `get`.
_ONLY_READ = "__only_read"

R = TypeVar("R")


class FailureError(Exception):
    """The error that the user sees. The plugin prints it as `Class: message`."""


# With this name, the plugin prints no module path before the message.
FailureError.__module__, FailureError.__qualname__ = "builtins", "metapixel"


def _reporting_errors(method: Callable[..., R]) -> Callable[..., R]:
    """Report an expected error as one sentence, and a bug with its traceback in the message."""

    @functools.wraps(method)
    def run(*args: object, **kwargs: object) -> R:
        try:
            return method(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the user must see the traceback of any bug
            raise FailureError(text_of(error)) from None

    return run


class Adapter(ResourceProvider):
    """A dynamic provider that calls a lifecycle. The state contains its path, but not its code."""

    #: The reference to the class contains no secret, and a readable state is easier to review.
    serialize_as_secret_always = False

    type_: ResourceType
    _operations: Operations

    @_reporting_errors
    def configure(self, req: ConfigureRequest) -> None:
        # A collection of the many objects that Pulumi has made would delay the imports.
        gc.freeze()
        from metapixel_provider.process import runtime
        from metapixel_provider.process.operations import Operations

        # The message about a bug contains a traceback of its own.
        show_only_the_message(FailureError)
        shared = runtime.of_process(req.config.get, lambda text, _urn: pulumi.log.warn(text))
        self._operations = Operations(self.type_, shared)
        on_cancel(shared.cancel)

    @_reporting_errors
    def check(self, _olds: dict[str, object], news: dict[str, object]) -> CheckResult:
        enlarge_pool()  # The first call of a run starts threads for the calls that follow.
        checked = self._operations.check(_from_engine(_olds), _from_engine(news))
        failures = [CheckFailure(each.property, each.reason) for each in checked.problems]
        inputs = {name: to_wire(value) for name, value in checked.inputs.items()}
        return CheckResult(inputs, failures)

    @_reporting_errors
    def diff(self, _id: str, _olds: dict[str, object], _news: dict[str, object]) -> DiffResult:
        """Return True if the access needs an update, False if nothing differs, or else None."""
        difference = self._operations.diff(_from_engine(_olds), _from_engine(_news))
        has_changes: bool | None = difference.needs_update
        if difference.changed and not difference.needs_update:
            # With None, the engine compares the inputs in the state. After an import, the recorded
            # outputs can differ from them without a change, for example where an input is secret.
            has_changes = None
        return DiffResult(has_changes, list(difference.replaces))

    @_reporting_errors
    def create(self, props: dict[str, object]) -> CreateResult:
        outcome = self._operations.create(_from_engine(props))
        return CreateResult(outcome.id, outcome.outputs)

    @_reporting_errors
    def read(self, id_: str, props: dict[str, object]) -> ReadResult:
        """Read the resource. A deleted resource is reported with an empty id."""
        enlarge_pool()  # The first call of a run starts threads for the calls that follow.
        # Every record has a status. Only `get` reads a resource without a record, because dynamic
        # resources have no import.
        is_first_read = "status" not in props
        only_read = is_first_read or _ONLY_READ in props
        outcome = self._operations.read(id_, _from_engine(props), is_managed=not only_read)
        if outcome.deleted:
            return ReadResult("", {})
        outputs = {**outcome.outputs}
        if only_read:
            outputs[_ONLY_READ] = True
        return ReadResult(outcome.id, outputs, outcome.inputs)

    @_reporting_errors
    def update(self, _id: str, _olds: dict[str, object], _news: dict[str, object]) -> UpdateResult:
        outcome = self._operations.update(_from_engine(_olds), _from_engine(_news))
        return UpdateResult(outcome.outputs)

    @_reporting_errors
    def delete(self, _id: str, _props: dict[str, object]) -> None:
        recorded = _from_engine(_props)
        self._operations.start_to_delete(recorded)
        enlarge_pool()  # The first call starts threads while Meta's time is read for `delete`.
        self._operations.delete(_id, recorded)


def _from_engine(properties: Mapping[str, object]) -> Properties:
    """Return properties with the domain's marker for unknown values instead of Pulumi's marker."""
    own = (_PROVIDER, _ONLY_READ)
    return {name: from_wire(value) for name, value in properties.items() if name not in own}
