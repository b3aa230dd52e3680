"""The settings that a command takes from stacks, and the address to which it may send tokens.

A token of the environment usually belongs to the stack on which a person works. If this stack has
the address of a simulator, its token must not go to Meta.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache, partial
from itertools import cycle
from pathlib import Path

import click

from metapixel_cli.arguments import check_credential_set
from metapixel_cli.stacks import pulumi
from metapixel_cli.stacks.engine import mapping, name_of
from metapixel_cli.stacks.errors import NoStackError, StackError
from metapixel_cli.stacks.export import resources_in
from metapixel_provider.connection import NAMESPACE, SECRET_KEYS
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.credentials import DEFAULT_GRAPH_URL
from metapixel_provider.graph.limits import RateLimiter
from metapixel_provider.sharing.engine_names import is_default
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.texts import one_line

ADDRESS, VERSION = f"{NAMESPACE}:graphUrl", f"{NAMESPACE}:apiVersion"
_Options = Mapping[str, str | None]
Records = Sequence[Mapping[str, object]]
_PROVIDER = f"pulumi:providers:{NAMESPACE}"
_SECRETS = frozenset(f"{NAMESPACE}:{key}" for key in SECRET_KEYS)


def configuration(
    stacks: Sequence[str], folders: Sequence[Path], graph_url: str | None, api_version: str | None
) -> Configuration:
    """Return the configuration of a command that uses the tokens of the environment.

    It has the settings of the first stack, except those that the options replace. `folders` has the
    project of each stack, or one for all. Without a stack and an address, `check_selected` checks
    the stack that is selected in the first. Raises ConfigurationError, and StackError if the
    addresses differ.
    """
    options = {"graphUrl": graph_url, "apiVersion": api_version}
    if not stacks and not graph_url:
        check_selected(folders[0])
    found = [_of_stack(name, folder, options) for name, folder in zip(stacks, cycle(folders))]
    for name, of_stack in zip(stacks, found, strict=True):
        if of_stack.graph_url != found[0].graph_url:
            raise StackError(
                f"The stacks {one_line(stacks[0], 80)} and {one_line(name, 80)} have different "
                f"values of {ADDRESS}; run the command for each of them, or add --graph-url"
            )
    result = found[0] if found else _configuration({}, options)
    result.check()
    return result


def clients(configuration: Configuration, sets: Sequence[str | None]) -> list[Client]:
    """Return a client for each credential set. Raises ConfigurationError."""
    for name in sets:
        check_credential_set(configuration, name)
    # All clients warn of the same delay, so each text is printed once.
    warn_once = cache(partial(click.echo, err=True))
    limiter, clock = RateLimiter(warn_once), Clock(warn_once)
    return [configuration.client(name, limiter, clock) for name in sets]


def check_selected(cwd: Path) -> None:
    """Raise StackError if the project's selected stack uses an address other than Meta's.

    Without a project, `pulumi`, its login or a selected stack, nothing is checked.
    """
    if pulumi.project_file(cwd) is None:
        return
    try:
        of_selected_stack = _plain(None, cwd)
        address = _configuration(of_selected_stack, {}).graph_url.rstrip("/")
    except NoStackError:
        return
    except ConfigurationError as error:
        raise StackError(f"In the selected stack of the project: {error}") from None
    if address != DEFAULT_GRAPH_URL:
        raise StackError(
            f"The selected stack of the project sets {ADDRESS} to {one_line(address, 120)}, and "
            f"its tokens must not go to Meta; name the address with --graph-url"
        )


def address(stack: str, records: Records, configured: str) -> str:
    """Return the address to which the resources of a stack send their calls.

    `configured` is the address in the stack's configuration. A provider that the program declares
    has its own address, in the state. Raises StackError if there are several addresses.
    """
    found = set()
    if uses_configuration(records):
        found.add(configured.rstrip("/"))
    for provider in _declared_providers(records).values():
        of_provider = mapping(provider.get("inputs")).get("graphUrl") or DEFAULT_GRAPH_URL
        if isinstance(of_provider, Mapping):
            raise StackError(
                f"The address of a provider is a secret in {pulumi.title(stack)}, so it cannot be "
                f"read; set it in plain text, or add --graph-url"
            )
        found.add(str(of_provider).strip().rstrip("/"))
    if len(found) > 1:
        raise StackError(
            f"The providers of {pulumi.title(stack)} use different addresses "
            f"({one_line(', '.join(sorted(found)), 200)}); name one of them with --graph-url"
        )
    # Without a declared provider, the resources use the configuration, so there is an address.
    return found.pop()


def uses_configuration(records: Records) -> bool:
    """Return whether a resource uses the stack's configuration, and no declared provider."""
    declared = _declared_providers(records)
    ours = [each for each in records if ResourceType.of(str(each.get("type")))]
    return not declared or any(each.get("provider") not in declared for each in ours)


def declared_inputs(records: Records) -> dict[str, dict[str, object]]:
    """Return the decrypted inputs of each provider that the program declares, by its name."""
    found: dict[str, dict[str, object]] = {}
    for each in _declared_providers(records).values():
        inputs = {}
        for key, value in mapping(each.get("inputs")).items():
            if isinstance(value, Mapping) and "plaintext" in value:
                value = json.loads(value["plaintext"])
            inputs[f"{NAMESPACE}:{key}"] = value
        found[name_of(str(each.get("urn")))] = inputs
    return found


def shared_pixels(records: Records) -> Mapping[str | None, str]:
    """Return a recorded pixel for each name of credentials, with which the stack shares it.

    `None` is the default set. A provider that the program declares has its own tokens, so its
    shares are left out.
    """
    declared = _declared_providers(records)
    found: dict[str | None, str] = {}
    for each in records:
        is_share = ResourceType.of(str(each.get("type"))) is ResourceType.SHARE
        if not is_share or each.get("provider") in declared:
            continue
        name = mapping(each.get("inputs")).get("credentials")
        pixel, _, _ = str(each.get("id")).partition("/")
        # The name can be a secret, and a changed state can contain any id.
        if isinstance(name, str | None) and pixel.isascii() and pixel.isdigit():
            found.setdefault(name, pixel)
    return found


def _declared_providers(records: Records) -> Mapping[object, Mapping[str, object]]:
    """Return the providers that the program declares, by their reference in other records."""
    found: dict[object, Mapping[str, object]] = {}
    for each in records:
        urn = str(each.get("urn"))
        if each.get("type") == _PROVIDER and not is_default(urn):
            found[f"{urn}::{each.get('id')}"] = each
    return found


def _of_stack(stack: str, cwd: Path, options: _Options) -> Configuration:
    """Return the configuration of a stack, or only `options` if they contain the address."""
    if options["graphUrl"]:
        try:
            return _configuration(_plain(stack, cwd), options)
        except StackError:
            return _configuration({}, options)
    values = _plain(stack, cwd)
    # A provider that the program declares can have another address than the configuration.
    records = resources_in(pulumi.export(stack, cwd))
    values[ADDRESS] = address(stack, records, _configuration(values, options).graph_url)
    return _configuration(values, options)


def _plain(stack: str | None, cwd: Path) -> dict[str, str]:
    """Return the settings of a stack. Raise StackError if its address or version is a secret."""
    found = pulumi.configuration(stack, cwd)
    for key in (ADDRESS, VERSION):
        if key in found and found[key].is_secret:
            raise StackError(
                f"{key} is a secret in {pulumi.title(stack)}, so its value cannot be read; set "
                f"it in plain text, or add --graph-url and --api-version"
            )
    return {key: value.text for key, value in found.items() if key not in _SECRETS}


def _configuration(values: Mapping[str, str], options: _Options) -> Configuration:
    return Configuration(values.get, os.environ, with_stack=False, options=options)
