"""The base class of the resources, and the data that all resources of one run share."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import date
from functools import cached_property
from typing import Any, Self

import pulumi
from pulumi.dynamic import Resource
from pulumi.runtime import config as runtime_config
from pulumi.runtime import settings
from pulumi.runtime.mocks import MockMonitor

from metapixel_provider.connection import KEYS, NAMESPACE, SECRET_KEYS, refused_keys
from metapixel_provider.dynamic.adapter import Adapter
from metapixel_provider.errors import ConfigurationError, MetaPixelError
from metapixel_provider.sharing.days import date_of_run
from pulumi_metapixel._values import transported


class MetaPixelResource(Resource):
    """The base class of the resources of this package.

    Raises pulumi.RunError if the configuration is wrong (`check_configuration`), if two resources
    of a program declare the same share or permission, or if `opts` are wrong.
    """

    _adapter: type[Adapter]

    def __init_subclass__(cls, provider: type[Adapter]) -> None:
        """Remove the annotations, because Pulumi would evaluate them for each resource."""
        super().__init_subclass__(module="metapixel", name=provider.type_.value)
        cls.__annotations__ = {}
        cls._adapter = provider

    def __init__(
        self, resource_name: str, arguments: Mapping[str, Any], opts: pulumi.ResourceOptions | None
    ) -> None:
        """Declare a resource. Only the `arguments` with the name of an input are used."""
        run = current_run()
        type_ = self._adapter.type_
        check_options(f"{type_} '{resource_name}'", opts)
        options = opts or pulumi.ResourceOptions()
        if options.import_ is not None:
            raise pulumi.RunError(
                f"{type_} '{resource_name}' cannot be imported, because Pulumi does not import "
                f"resources of dynamic providers: remove `import_`, and `pulumi up` adopts an "
                f"existing share or permission"
            )
        properties: dict[str, object] = {}
        for name in type_.input_names:
            if name in arguments:
                properties[name] = transported(name, arguments[name])
        # Under Pulumi's mocks, the programs of many tests share one monitor.
        is_mocked = isinstance(settings.get_monitor(), MockMonitor)
        is_managed = options.id is None
        if type_.is_unique and is_managed and not is_mocked:
            identity = [properties[name] for name in type_.key]
            first_or_refusal = self._refuse_a_second(run.declared, resource_name, identity)
            # An input that raises the refusal prevents the registration. But it waits for all
            # parts, and a preview has to show the first one even if another is unknown.
            if not pulumi.runtime.is_dry_run():
                properties[type_.key[0]] = first_or_refusal
        properties.update(dict.fromkeys(each.name for each in type_.outputs))
        if (register_natively := registration.get()) is not None:
            register_natively(self, resource_name, properties, opts)
            return
        # No function is between, because the engine records each frame of the stack.
        super().__init__(self._adapter(), resource_name, properties, opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: str,  # noqa: A002 - Pulumi's own name for it
        opts: pulumi.ResourceOptions | None = None,
        *,
        credentials: pulumi.Input[str] | None = None,
    ) -> Self:
        """Read an existing resource without managing it. Raise RunError for a malformed id."""
        check_options(f"{cls.__name__} '{resource_name}'", opts)
        try:
            identity = cls._adapter.type_.ids_in(id)
        except MetaPixelError as error:
            raise pulumi.RunError(str(error)) from None
        unset = dict.fromkeys(cls._adapter.type_.input_names)
        inputs = {**unset, **identity, "credentials": credentials}
        # The constructor of the subclass would require all inputs.
        found = cls.__new__(cls)
        with_id = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        MetaPixelResource.__init__(found, resource_name, inputs, with_id)
        return found

    def _refuse_a_second(
        self,
        declared: dict[tuple[str, ...], str],
        resource_name: str,
        identity: Sequence[pulumi.Input[object] | None],
    ) -> pulumi.Input[object] | None:
        """Return the first part of the identity. Refuse a second resource with the same identity.

        The refusal is a pulumi.RunError. If a part is an output, the result is an output that
        raises it. So a resource that contains the result is never registered.
        """
        kind = str(self._adapter.type_)

        def declare(values: Sequence[object]) -> object:
            key = (kind, *(str(value).strip().removeprefix("act_") for value in values))
            if key in declared:
                raise pulumi.RunError(
                    f"{kind} '{resource_name}' and '{declared[key]}' declare the same "
                    f"{'/'.join(key[1:])}: keep one of them, because each would undo the other"
                )
            declared[key] = resource_name
            return values[0]

        if any(isinstance(value, pulumi.Output) for value in identity):
            return pulumi.Output.all(*identity).apply(declare)
        return declare(identity)


#: Registers a resource in another way, so that a component that the native plugin constructs
#: contains resources of the plugin.
registration: ContextVar[Callable[..., None] | None] = ContextVar("registration", default=None)


def check_options(title: str, opts: object) -> None:
    """Raise pulumi.RunError if `opts` has a wrong type. `title` names the resource."""
    if not isinstance(opts, pulumi.ResourceOptions | None):
        raise pulumi.RunError(
            f"{title}: opts is of the type {type(opts).__name__}; pass a pulumi.ResourceOptions, "
            f"for example pulumi.ResourceOptions(protect=True)"
        )


class Run:
    """A run of a program. Its first use checks the configuration."""

    def __init__(self) -> None:
        check_configuration()
        #: The resource names by kind and identity.
        self.declared: dict[tuple[str, ...], str] = {}

    @cached_property
    def today(self) -> date:
        """The UTC date of this run, with a warning if the stack configures it."""
        configured = pulumi.Config(NAMESPACE).get("today")
        try:
            found = date_of_run(configured)
        except ConfigurationError as error:
            raise pulumi.RunError(str(error)) from None
        if configured is not None:
            pulumi.log.warn(f"metapixel:today is configured, so {found} counts as the current date")
        return found


def check_configuration() -> None:
    """Raise pulumi.RunError if a key is unknown or a secret is in plain text."""
    names = {*runtime_config.get_config_env(), *runtime_config.CONFIG.get()}
    if pulumi.get_project() == NAMESPACE:
        # The program's own keys have this namespace too, so an unknown key may be one of them.
        names = set()
    for name in sorted(names):
        namespace, _, key = name.partition(":")
        if namespace == NAMESPACE and key not in KEYS:
            # This is no warning, because the misspelt key may contain a secret in plain text.
            is_secret = pulumi.runtime.is_config_secret(name)
            raise pulumi.RunError(refused_keys.unknown(name, is_secret))
    config = pulumi.Config(NAMESPACE)
    for key in SECRET_KEYS:
        # The whole of `credentials` is secret if any part of it is secret.
        if not pulumi.runtime.is_config_secret(f"{NAMESPACE}:{key}"):
            refusal = refused_keys.in_plain_text(key, config.get(key))
            if refusal:
                raise pulumi.RunError(refusal)


_runs: weakref.WeakKeyDictionary[object, Run] = weakref.WeakKeyDictionary()


def current_run() -> Run:
    """Return the current run. Raise pulumi.RunError if the configuration is wrong."""
    monitor = settings.get_monitor()
    if monitor not in _runs:
        _runs[monitor] = Run()
    return _runs[monitor]
