"""Settings that are valid, but probably not meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from metapixel_cli.doctor.reading.observed import Mistake
from metapixel_cli.stacks.pulumi import ConfiguredValue
from metapixel_provider.connection import KEYS, NAMESPACE
from metapixel_provider.connection.environment import APP_SECRET, TOKEN
from metapixel_provider.connection.graph_url import is_metas
from metapixel_provider.errors import one_line

_VARIABLES = (TOKEN, APP_SECRET, "META_API_VERSION")
_ALIKE = 0.6


def oversights(
    environment: Mapping[str, str], configured: Mapping[str, ConfiguredValue], project: str
) -> Iterator[Mistake]:
    """Yield the probable oversights in the environment and in the configuration of a stack."""
    yield from _in_lower_case(environment)
    yield from _of_another_namespace(configured, project)
    yield from _of_today(configured)
    yield from _of_address(configured)


def _in_lower_case(environment: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield the variables of ours that are not in upper case. Nothing reads them."""
    for name in sorted(environment):
        meant = name.upper()
        if name != meant and meant.startswith(_VARIABLES) and meant not in environment:
            yield Mistake(
                name,
                f"The variable {one_line(name, 80)} is not in upper case, so nothing reads it",
                f"rename it to {one_line(meant, 80)}",
            )


def _of_another_namespace(
    configured: Mapping[str, ConfiguredValue], project: str
) -> Iterator[Mistake]:
    """Yield our keys in the namespace of the project, or in one that is similar to ours.

    Pulumi gives the namespace of the project to a key without one.
    """
    for name in configured:
        namespace, _, key = name.partition(":")
        right = f"{NAMESPACE}:{key}"
        if namespace == NAMESPACE or key not in KEYS or right in configured:
            continue
        if namespace == project or get_close_matches(namespace.lower(), [NAMESPACE], 1, _ALIKE):
            yield Mistake(
                key,
                f"{one_line(name, 80)} is configured, but only keys that begin with {NAMESPACE}: "
                f"are read",
                f"configure {right} instead, and remove {one_line(name, 80)}",
            )


def _of_today(configured: Mapping[str, ConfiguredValue]) -> Iterator[Mistake]:
    name = f"{NAMESPACE}:today"
    if name in configured:
        yield Mistake(
            "today",
            f"{name} is set, so access ends as if its date were the current date",
            f"remove the key {name}, unless you are testing how access ends",
        )


def _of_address(configured: Mapping[str, ConfiguredValue]) -> Iterator[Mistake]:
    name = f"{NAMESPACE}:graphUrl"
    address = configured[name].text.strip() if name in configured else ""
    if address and not is_metas(address):
        yield Mistake(
            "graphUrl",
            f"{name} is not an address of Meta's, so no command reaches Meta",
            f"remove the key {name}, unless you are working with the simulator",
        )
