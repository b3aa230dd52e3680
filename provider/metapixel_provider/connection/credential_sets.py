"""Credential sets: the default one and named ones.

The stack's configuration takes precedence over the environment.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property

from metapixel_provider.connection import NAMESPACE
from metapixel_provider.connection.environment import (
    APP_SECRET,
    TOKEN,
    VARIABLES,
    environment_suffix,
    suffixes,
)
from metapixel_provider.errors import ConfigurationError, one_line
from metapixel_provider.graph.credentials import Credentials

_KEY = f"{NAMESPACE}:credentials"


class CredentialSets:
    """The credential sets of one stack.

    `read` returns the value of a key, or None if it is not set. An empty secret counts as set. An
    empty app secret means that the set has no app secret. An empty token is an error, because the
    provider would otherwise use a token that the user did not intend.

    `with_stack` is False if no tokens of a stack are used. The errors then do not tell the user to
    configure a token in the stack. `provider` is the name of a provider that the program declares.
    """

    def __init__(
        self,
        read: Callable[[str], object],
        environment: Mapping[str, str],
        with_stack: bool = True,
        provider: str = "",
    ) -> None:
        self._read = read
        self._environment = environment
        self._with_stack = with_stack
        self._provider = one_line(provider, 80)

    def names(self) -> frozenset[str]:
        """Return the names of the sets. A name that is only in the environment is in lower case.

        Raises ConfigurationError for mistakes that can be found without a token.
        """
        others = suffixes(self._environment) - self._configured.keys()
        return frozenset(name for name, _ in self._configured.values()) | {
            suffix.lower() for suffix in others
        }

    def wrong_name(self, name: object) -> str | None:
        """Return the reason why a resource cannot use a set with this name, or None."""
        if not isinstance(name, str):
            return None
        try:
            names = self.names()
        except ConfigurationError as error:
            return str(error)
        # The message omits the name, because the user may have entered a token as the name.
        if environment_suffix(name) in map(environment_suffix, names):
            return None
        known = ", ".join(sorted(one_line(known, 40) for known in names)) or "none"
        return (
            f"no credential set has this name (known names: {known}); configure the set with "
            f"`pulumi config set --secret --path {_KEY}.NAME.accessToken`, or export "
            f"META_ACCESS_TOKEN_NAME"
        )

    def app_secrets_without_token(self) -> Mapping[str, str]:
        """Return the variables that contain the app secret of a set without a token.

        Each is mapped to the variable that should contain the token. The default set is omitted if
        there is no other set. Raises ConfigurationError.
        """
        known = {environment_suffix(name) for name in self.names()}
        ends = [f"_{each}" for each in sorted(suffixes(self._environment, APP_SECRET) - known)]
        if known and not self.sources(None)[0]:
            ends.insert(0, "")
        return {
            variable: f"{TOKEN}{end}"
            for end in ends
            if self._environment.get(variable := f"{APP_SECRET}{end}")
        }

    def sources(self, name: str | None) -> tuple[str, str]:
        """Return the keys or variables that the token and the app secret of a set come from.

        A source is empty if the set has no such secret. `None` is the default set. Raises
        ConfigurationError.
        """
        (_, token), (_, app_secret) = (self._secret(name, key) for key in VARIABLES)
        return token, app_secret

    def unused(self, name: str | None) -> str:
        """Return the variable with an unused token, or ''.

        A token is unused if the stack's configuration has another one for this set. Raises
        ConfigurationError.
        """
        variable = TOKEN if name is None else f"{TOKEN}_{environment_suffix(name)}"
        is_unused = variable in self._environment and self.sources(name)[0] != variable
        return variable if is_unused else ""

    def credentials(self, name: str | None) -> Credentials:
        """Return a named or the default set. Raise ConfigurationError if the set has no token."""
        (token, source), (app_secret, secret_source) = (
            self._secret(name, key) for key in VARIABLES
        )
        if token:
            return Credentials(token, app_secret, source, secret_source)
        whose, variable, path = "", TOKEN, f"{NAMESPACE}:accessToken"
        if self._provider:
            whose = f" for provider '{self._provider}'"
        elif name is not None:
            shown = one_line(name, 40)
            whose = f" for the credential set '{shown}'"
            variable += f"_{environment_suffix(shown)}"
            path = f"--path {_KEY}.{shown}.accessToken"
        is_empty_in_stack = source not in ("", variable)
        if self._provider and is_empty_in_stack:
            advice = f"set its input accessToken, or remove this input to use {variable}"
        elif is_empty_in_stack:
            advice = (
                f"run `pulumi config set --secret {path}`, or `pulumi config rm {path}` to use "
                f"{variable}"
            )
        elif self._provider:
            advice = f"export {variable}, or set its input accessToken"
        elif self._with_stack:
            advice = f"export {variable}, or run `pulumi config set --secret {path}`"
        else:
            advice = f"export {variable} (tokens in the configuration of a stack are not used here)"
        empty = f", because {source} is set, but empty" if source else ""
        raise ConfigurationError(f"No access token is configured{whose}{empty}; {advice}")

    def _secret(self, name: str | None, key: str) -> tuple[str, str]:
        """Return the secret of a set with this key of `VARIABLES`, and its source.

        The source is empty if there is no secret. A secret can be empty.
        """
        if name is None:
            source, variable = f"{NAMESPACE}:{key}", VARIABLES[key]
            value = self._read(source)
            if self._provider:
                source = f"{key} of provider '{self._provider}'"
        else:
            source, suffix = f"{_KEY}.{name}.{key}", environment_suffix(name)
            variable = f"{VARIABLES[key]}_{suffix}"
            _, held = self._configured.get(suffix, ("", {}))
            value = held.get(key)
        if value is not None:
            return str(value).strip(), source
        value = self._environment.get(variable)
        return ("", "") if value is None else (value, variable)

    @cached_property
    def _configured(self) -> Mapping[str, tuple[str, Mapping[str, str]]]:
        """The name and the secrets of each set, by the suffix of its variables."""
        raw = self._read(_KEY)
        try:
            sets = json.loads(raw) if isinstance(raw, str) else (raw or {})
        except (ValueError, RecursionError):
            sets = None
        # The message omits the content, because any part of it may be a token.
        if not isinstance(sets, dict) or not all(
            name
            and isinstance(entry, dict)
            and all(key in VARIABLES and isinstance(value, str) for key, value in entry.items())
            for name, entry in sets.items()
        ):
            raise ConfigurationError(
                f"The configuration {_KEY} is not an object of named sets such as "
                f'{{"agency": {{"accessToken": ..., "appSecret": ...}}}}; add a set with `pulumi '
                f"config set --secret --path {_KEY}.NAME.accessToken`, and remove an entry that is "
                f"not a set with `pulumi config rm --path {_KEY}.NAME`"
            )
        by_suffix: dict[str, tuple[str, Mapping[str, str]]] = {}
        for name, entry in sets.items():
            suffix = environment_suffix(name)
            other, _ = by_suffix.setdefault(suffix, (name, entry))
            if other != name:
                raise ConfigurationError(
                    f"In the configuration {_KEY}, '{one_line(other, 40)}' and "
                    f"'{one_line(name, 40)}' are one credential set, because both use the variable "
                    f"{TOKEN}_{one_line(suffix, 40)}; keep one of them, and remove the other with "
                    f"`pulumi config rm --path {_KEY}.NAME`"
                )
        return by_suffix
