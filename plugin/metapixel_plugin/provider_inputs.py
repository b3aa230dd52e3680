"""The inputs of a provider resource, which take the place of a stack's credential sets.

The default provider receives every `metapixel:*` key of the stack's configuration.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from metapixel_plugin.properties import CREDENTIALS
from metapixel_provider.connection import INPUTS, KEYS, NAMESPACE, SECRET_KEYS, refused_keys
from metapixel_provider.connection.environment import VARIABLES
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.sharing.contract import Problem
from metapixel_provider.texts import most_similar, one_line

#: Inputs that Pulumi adds.
_PULUMIS = ("version", "pluginDownloadURL")

NO_CREDENTIALS = (
    "credentials: this plugin does not have this input; declare a provider for each token, and "
    "select it with the resource option `provider`"
)
CREDENTIALS_ARE_NOT_USED = (
    f"{NAMESPACE}:credentials is configured, but this plugin does not use credential sets; declare "
    f"a provider for each token (`pulumi:providers:{NAMESPACE}` with `accessToken`), and select it "
    f"with the resource option `provider`"
)


def checked(news: struct_pb2.Struct, is_default: bool) -> tuple[struct_pb2.Struct, list[Problem]]:
    """Return the inputs, and the problems with keys.

    The tokens of an explicit provider are secrets, even if the program does not mark them. The
    secrets of the default provider are those that the stack's configuration encrypts.
    """
    given = json_format.MessageToDict(news)
    problems = list(_problems(given, is_default))
    for name in VARIABLES:
        is_set = given.get(name) not in (None, rpc.UNKNOWN)
        if is_set and not is_default:
            given[name] = rpc.wrap_rpc_secret(given[name])
    return json_format.ParseDict(given, struct_pb2.Struct()), problems


def refuse_plain_text(args: struct_pb2.Struct) -> None:
    """Raise ConfigurationError if the stack's configuration has a secret in plain text.

    Only `Configure` can check this. The engine does not tell earlier methods of the protocol which
    values are secret.
    """
    for key, value in json_format.MessageToDict(args).items():
        is_plain = key in SECRET_KEYS and not rpc.is_rpc_secret(value)
        reason = refused_keys.in_plain_text(key, value) if is_plain else ""
        if reason:
            raise ConfigurationError(reason)


def configured_values(args: struct_pb2.Struct) -> Mapping[str, object]:
    """Return the values by key, as `Configuration` reads them. Credential sets are left out.

    A provider that the program declares gets only its own inputs, and has the date of the stack.
    """
    stack_config = json.loads(os.environ.get("PULUMI_CONFIG") or "{}")
    given = rpc.deserialize_properties(args)
    given.pop(CREDENTIALS, None)
    if "today" in stack_config:
        given.setdefault("today", stack_config["today"])
    return {f"{NAMESPACE}:{key}": rpc.unwrap_rpc_secret(value) for key, value in given.items()}


def _problems(given: Mapping[str, object], is_default: bool) -> Iterator[Problem]:
    """Yield problems that name no property.

    The engine prints the value of the property that a problem names, and this value may be a token.
    """
    known = {*_PULUMIS, *(KEYS if is_default else INPUTS)}
    unknown = [key for key in given if key not in known]
    for key in unknown:
        if is_default:
            # It is not known here whether the value is secret.
            yield Problem("", refused_keys.unknown(f"{NAMESPACE}:{key}", is_secret=True))
        else:
            instead = most_similar(key, INPUTS, refused_keys.ALIKE) or ", ".join(INPUTS)
            yield Problem("", f"{one_line(key, 40)} is not an input of a provider: use {instead}")
