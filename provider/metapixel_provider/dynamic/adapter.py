"""Conversion between the engine's calls and lifecycle methods, and between their types."""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Concatenate, NoReturn, ParamSpec, TypeVar

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
from pulumi.output import Unknown
from pulumi.runtime import rpc

from metapixel_provider.dynamic.claims import Claim, two_records_deleted, two_records_read
from metapixel_provider.dynamic.concurrency import enlarge_pool
from metapixel_provider.errors import (
    ConfigurationError,
    MetaPixelError,
    RefusedError,
    TokenError,
    one_line,
)
from metapixel_provider.sharing.forms import UNKNOWN

if TYPE_CHECKING:
    from metapixel_provider.dynamic.claims import Claims
    from metapixel_provider.dynamic.runtime import Runtime
    from metapixel_provider.sharing.contract import Lifecycle, Notice, Problem, Properties
    from metapixel_provider.sharing.meta import Meta

#: An input that Pulumi adds: the reference to the provider class.
_PROVIDER = "__provider"

_CONFIGURATION_OF_THE_LAST_UP = (
    " - refresh (also `pulumi up --refresh`) and destroy use the configuration of the last "
    "`pulumi up`, even if that command failed: after a change of the configuration, run a plain "
    "`pulumi up` first, or add --run-program"
)

#: The maximum length of an input value in an error.
_LONGEST_VALUE = 200

P = ParamSpec("P")
R = TypeVar("R")


class FailureError(Exception):
    """The error that the user sees. The plugin prints it as `Class: message`."""


# With this name, the plugin prints no module path before the message.
FailureError.__module__, FailureError.__qualname__ = "builtins", "metapixel"


def _reporting_errors(
    method: Callable[Concatenate[Adapter, P], R],
) -> Callable[Concatenate[Adapter, P], R]:
    """Report an expected error as one sentence, and a bug with its traceback in the message."""

    @functools.wraps(method)
    def run(self: Adapter, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except MetaPixelError as error:
            _fail(error)
        except Exception:  # noqa: BLE001 - the user must see the traceback of any bug
            trace = traceback.format_exc(limit=50)
            text = f"this is a bug in pulumi-metapixel, please report it:\n{trace}"
            raise FailureError(text) from None

    return run


class Adapter(ResourceProvider):
    """A dynamic provider that calls a lifecycle. The state contains its path, but not its code."""

    #: The reference to the class contains no secret, and a readable state is easier to review.
    serialize_as_secret_always = False

    _lifecycle: Lifecycle
    _runtime: Runtime

    def load(self) -> Lifecycle:
        """Import and return the lifecycle. A program that declares resources does not need it."""
        raise NotImplementedError

    def configure(self, req: ConfigureRequest) -> None:
        from metapixel_provider.dynamic import runtime

        # Otherwise, the plugin would print a traceback for every error. The message about a bug
        # contains a traceback.
        sys.tracebacklimit = 0
        self._runtime = runtime.of_process(req.config)
        self._lifecycle = self.load()
        enlarge_pool()

    @_reporting_errors
    def check(self, _olds: dict[str, object], news: dict[str, object]) -> CheckResult:
        """Report mistakes in inputs, each with its property. Needs no network and no token."""
        self._runtime.configuration.check()
        checked = self._lifecycle.check(_known(news), self._claims)
        failures = [_failure(problem, checked.inputs) for problem in checked.problems]
        sets = self._runtime.configuration.sets
        wrong_set = sets.wrong_name(checked.inputs.get("credentials"))
        if wrong_set:
            failures.append(CheckFailure("credentials", wrong_set))
        if not failures:
            key = self._lifecycle.key(checked.inputs)
            self._claims.declare(self._kind, key, checked.inputs)
        inputs = {name: _to_wire(value) for name, value in checked.inputs.items()}
        return CheckResult(inputs, failures)

    @_reporting_errors
    def diff(self, _id: str, _olds: dict[str, object], _news: dict[str, object]) -> DiffResult:
        """Compare the recorded outputs with the inputs.

        If inputs differ, `changes` is None, so that the engine lists the changed inputs.
        """
        inputs = _known(_news)
        difference = self._lifecycle.difference(_known(_olds), inputs, self._claims)
        self._report(difference.notices)
        changes = None if difference.inputs_changed else difference.needs_update
        return DiffResult(changes=changes, replaces=list(difference.replaces))

    @_reporting_errors
    def create(self, props: dict[str, object]) -> CreateResult:
        inputs = _known(props)
        key = self._lifecycle.key(inputs)
        with self._claims.writing(self._kind, key) as claim:
            ours = claim is Claim.INHERITED
            refreshed = self._runtime.refreshed.get((self._kind, key))
            try:
                meta = self._meta(inputs.get("credentials"))
                older = refreshed.outputs if refreshed else None
                outcome = self._lifecycle.create(meta, inputs, ours, older)
            except MetaPixelError as error:
                if not ours:
                    raise
                outcome = self._lifecycle.unconfirmed(inputs, error)
        if not (ours or claim is Claim.DONE or refreshed):
            self._report(outcome.existed)
        self._report(outcome.notices)
        return CreateResult(outcome.id, outcome.outputs)

    @_reporting_errors
    def read(self, id_: str, props: dict[str, object]) -> ReadResult:
        """See `Lifecycle.read`. A deleted resource is reported with an empty id."""
        recorded = _known(props)
        meta = self._meta_as_of_the_last_up(recorded.get("credentials"))
        outcome = self._lifecycle.read(meta, id_, recorded)
        self._report((*outcome.existed, *outcome.notices))
        if outcome.deleted and "status" not in recorded:
            # Only `.get()` reads without a recorded status. The engine would treat an empty result
            # of such a read as an existing resource.
            raise RefusedError(
                f"{id_} cannot be read, because it does not exist at Meta or this token cannot see "
                f"it; correct the id, or declare the resource without `.get()`"
            )
        if outcome.deleted:
            return ReadResult("", {})
        if outcome.inputs is not None and "status" in recorded:
            key, refreshed = (self._kind, outcome.id), self._runtime.refreshed
            is_second = refreshed.setdefault(key, outcome) is not outcome
            refreshed[key] = outcome
            if self._lifecycle.ends_access and is_second:
                self._report([two_records_read(outcome.id)])
        return ReadResult(outcome.id, outcome.outputs, outcome.inputs)

    @_reporting_errors
    def update(self, _id: str, _olds: dict[str, object], _news: dict[str, object]) -> UpdateResult:
        inputs = _known(_news)
        with self._claims.writing(self._kind, self._lifecycle.key(inputs)):
            meta = self._meta(inputs.get("credentials"))
            outcome = self._lifecycle.update(meta, _known(_olds), inputs)
        self._report((*outcome.existed, *outcome.notices))
        return UpdateResult(outcome.outputs)

    @_reporting_errors
    def delete(self, _id: str, _props: dict[str, object]) -> None:
        """See `Lifecycle.delete`. A resource that the program still declares is not deleted."""
        recorded = _known(_props)
        key = self._lifecycle.key(recorded) or _id
        if not self._lifecycle.ends_access:
            # No token is needed, and a renamed resource is still declared.
            if self._claims.declared(self._kind, key) is None:
                self._report(self._lifecycle.removed(recorded))
            return
        request_id = str(recorded.get("pending_request_id") or "")
        with self._claims.deleting(self._kind, key, request_id) as kept:
            if kept is None:
                meta = self._meta_as_of_the_last_up(recorded.get("credentials"))
                self._report(self._lifecycle.delete(meta, _id, recorded))
                self._runtime.refreshed.pop((self._kind, key), None)
            elif kept.unwritten is not None:
                declared = kept.unwritten
                meta = self._meta(declared.get("credentials"))
                self._report(self._lifecycle.supersede(meta, _id, recorded, declared))
            elif kept.deleted:
                self._report([two_records_deleted(key)])

    def _report(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            self._runtime.report(notice)

    @property
    def _claims(self) -> Claims:
        return self._runtime.claims

    @property
    def _kind(self) -> str:
        return self._lifecycle.described.name

    def _meta(self, credentials: object) -> Meta:
        return self._runtime.meta(credentials if isinstance(credentials, str) else None)

    def _meta_as_of_the_last_up(self, credentials: object) -> Meta:
        """Return Meta for `refresh` and `destroy`, which use the configuration of the last `up`.

        Raises ConfigurationError with a message that explains this configuration.
        """
        try:
            return self._meta(credentials)
        except ConfigurationError as error:
            raise ConfigurationError(f"{error}{_CONFIGURATION_OF_THE_LAST_UP}") from None


def _failure(problem: Problem, inputs: Properties) -> CheckFailure:
    """Return the failure for a wrong input.

    The engine prints the whole value of the property that a failure names. So a failure about a
    long value names no property.
    """
    value = inputs.get(problem.property)
    if str(value) == one_line(value, _LONGEST_VALUE):
        return CheckFailure(problem.property, problem.reason)
    return CheckFailure("", f"{problem.property}: {problem.reason}")


def _fail(error: MetaPixelError) -> NoReturn:
    hint = _CONFIGURATION_OF_THE_LAST_UP if isinstance(error, TokenError) else ""
    raise FailureError(f"{error}{hint}") from None


def _known(properties: Mapping[str, object]) -> Properties:
    """Return properties with the domain's marker for unknown values instead of Pulumi's marker."""
    return {name: _of_wire(value) for name, value in properties.items() if name != _PROVIDER}


def _of_wire(value: object) -> object:
    if isinstance(value, list):
        return [_of_wire(item) for item in value]
    # Current engines pass an unknown value as `Unknown`, and inside another value as a string.
    return UNKNOWN if isinstance(value, Unknown) or value == rpc.UNKNOWN else value


def _to_wire(value: object) -> object:
    if isinstance(value, list):
        return [_to_wire(item) for item in value]
    return rpc.UNKNOWN if value is UNKNOWN else value
