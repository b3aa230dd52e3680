"""The configuration of a stack: credential sets, and the address and version of the Graph API.

The stack's configuration takes precedence over `META_*` variables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from metapixel_provider.connection import NAMESPACE, graph_url
from metapixel_provider.connection.environment import (
    APP_SECRET,
    ONLY_GRAPH_URL,
    TOKEN,
    VARIABLES,
    environment_suffix,
    suffixes,
)
from metapixel_provider.errors import ConfigurationError, NoTokenError
from metapixel_provider.graph.credentials import DEFAULT_API_VERSION, DEFAULT_GRAPH_URL, Credentials
from metapixel_provider.graph.patience import Patience
from metapixel_provider.texts import one_line

if TYPE_CHECKING:
    from metapixel_provider.graph.client import Client
    from metapixel_provider.graph.clock import Clock
    from metapixel_provider.graph.limits import RateLimiter

_A_DAY = 86_400
_SETS = f"{NAMESPACE}:credentials"
_API_VERSION = "META_API_VERSION"
#: The options of the command line that replace settings.
_OPTIONS = {"graphUrl": "--graph-url", "apiVersion": "--api-version"}
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?")


@dataclass(eq=False, repr=False)
class Configuration:
    """The configuration of a stack. `read` returns the value of a key, or None if it is not set.

    `with_stack` is False for a command that uses no tokens of a stack. The errors then do not tell
    the user to configure a token in the stack. `provider` is the name of a provider that the
    program declares, whose inputs take the place of the configuration. `options` maps keys to the
    values of options of the command line, or None without the option.

    An empty secret counts as set. An empty app secret means that the set has no app secret. An
    empty token is an error, because the provider would otherwise use a token that nobody intended.
    """

    read: Callable[[str], object]
    environment: Mapping[str, str]
    with_stack: bool = True
    provider: str = ""
    options: Mapping[str, str | None] = field(default_factory=dict)

    @cached_property
    def graph_url(self) -> str:
        url = graph_url.checked(self.text("graphUrl") or DEFAULT_GRAPH_URL, self.name_of)
        only = self.environment.get(ONLY_GRAPH_URL)
        is_allowed = not only or graph_url.is_metas(url) or url.rstrip("/") == only.rstrip("/")
        if not is_allowed:
            raise ConfigurationError(
                f"The calls would go to {url} ({self.name_of('graphUrl')}), but {ONLY_GRAPH_URL} "
                f"allows only Meta and {only}; correct the address, or allow it"
            )
        return url

    @cached_property
    def host(self) -> str:
        """The host in place of Meta, with its setting, or an empty text. See `Origin`."""
        if graph_url.is_metas(self.graph_url):
            return ""
        return f"{urlsplit(self.graph_url).netloc} ({self.name_of('graphUrl')})"

    @cached_property
    def api_version(self) -> str:
        found = self.text("apiVersion") or self.environment.get(_API_VERSION)
        version = f"v{(found or DEFAULT_API_VERSION).removeprefix('v')}"
        if not re.fullmatch(r"v[0-9]+\.[0-9]+", version):
            raise ConfigurationError(
                f"The value of {self.name_of('apiVersion')} is not valid; set a version such as "
                f"{DEFAULT_API_VERSION}"
            )
        return version

    @cached_property
    def patience(self) -> Patience:
        timeout = self.seconds("timeout", Patience.timeout)
        limit_wait = self.seconds("rateLimitWait", Patience.limit_wait)
        return Patience(timeout=timeout, limit_wait=limit_wait)

    def seconds(self, key: str, default: float) -> float:
        """Return a number of seconds, such as `0.5`. Raise ConfigurationError for another value."""
        text = self.text(key)
        if not text:
            return default
        if not (_DECIMAL.fullmatch(text) and 0 < float(text) <= _A_DAY):
            raise ConfigurationError(
                f"The value of {self.name_of(key)} is not valid; set a number of seconds that is "
                f"greater than 0 and at most {_A_DAY}"
            )
        return float(text)

    def name_of(self, key: str) -> str:
        """Return the name of a setting with its place, for messages."""
        source = self.source(key)
        if source == _API_VERSION:
            return source  # This variable also applies to a provider that the program declares.
        if self.provider:
            return f"{key} of provider '{self.provider}'"
        return source or f"{NAMESPACE}:{key}"

    def source(self, key: str) -> str:
        """Return the option, key or (`apiVersion`) variable of a setting. A default has none."""
        if self.options.get(key):
            return _OPTIONS[key]
        if self.text(key):
            return f"{NAMESPACE}:{key}"
        if key == "apiVersion" and self.environment.get(_API_VERSION):
            return _API_VERSION
        return ""

    def check(self) -> None:
        """Raise ConfigurationError for a mistake that can be found without a call."""
        _ = self.graph_url, self.api_version, self.patience, self.set_names()

    def text(self, key: str) -> str:
        """Return the value of a key without the namespace, empty if the key is not set."""
        value = self.options.get(key) or self.read(f"{NAMESPACE}:{key}")
        return str(value).strip() if value is not None else ""

    # Credential sets. `None` is the name of the default set.

    def credentials(self, name: str | None) -> Credentials:
        """Return a credential set. Raise ConfigurationError if the set has no token."""
        token, source = self._secret_and_source(name, "accessToken")
        app_secret, app_secret_source = self._secret_and_source(name, "appSecret")
        if not token:
            raise NoTokenError(self._no_token_message(name, source))
        return Credentials(token, app_secret, source, app_secret_source)

    def _no_token_message(self, name: str | None, source: str) -> str:
        """Return the sentence about a set without a token. `source` has an empty token, if any."""
        because = f", because {source} is set, but empty" if source else ""
        if self.provider:
            whose = f" for provider '{self.provider}'"
            return f"No access token is configured{whose}{because}; {_advice_for_provider(source)}"
        whose, variable, path = "", TOKEN, f"{NAMESPACE}:accessToken"
        if name is not None:
            shown = one_line(name, 40)
            whose = f" for the credential set '{shown}'"
            variable += f"_{environment_suffix(shown)}"
            path = f"--path {_SETS}.{shown}.accessToken"
        advice = self._advice_for_set(source, variable, path)
        return f"No access token is configured{whose}{because}; {advice}"

    def _advice_for_set(self, source: str, variable: str, path: str) -> str:
        is_empty_in_configuration = source not in ("", variable)
        if is_empty_in_configuration:
            return (
                f"run `pulumi config set --secret {path}`, or `pulumi config rm {path}` to use "
                f"{variable}"
            )
        if self.with_stack:
            return f"export {variable}, or run `pulumi config set --secret {path}`"
        return f"export {variable} (tokens in the configuration of a stack are not used here)"

    def client(
        self, name: str | None, limiter: RateLimiter, clock: Clock, patience: Patience | None = None
    ) -> Client:
        """Return a client for a credential set. Raise ConfigurationError if it has no token."""
        # This import loads an HTTP library, which a check of the configuration does not need.
        from metapixel_provider.graph.client import Client

        credentials = self.credentials(name)
        url, version, waits = self.graph_url, self.api_version, patience or self.patience
        return Client(credentials, url, version, waits, limiter, clock, self.host)

    def secret_sources(self, name: str | None) -> tuple[str, str]:
        """Return the keys or variables of the token and the app secret of a set, as far as set."""
        _, token_source = self._secret_and_source(name, "accessToken")
        _, app_secret_source = self._secret_and_source(name, "appSecret")
        return token_source, app_secret_source

    def set_names(self) -> frozenset[str]:
        """Return the names of the sets. A name that is only in the environment is in lower case.

        Raises ConfigurationError for mistakes that can be found without a token.
        """
        return frozenset(self._names_by_suffix.values())

    def set_name_problem(self, name: str) -> str | None:
        """Return the reason why a resource cannot use a set with this name, or None."""
        try:
            if environment_suffix(name) in self._names_by_suffix:
                return None
        except ConfigurationError as error:
            return str(error)
        # The message omits the name, because the user may have entered a token as the name.
        known = ", ".join(sorted(one_line(each, 40) for each in self.set_names())) or "none"
        return (
            f"no credential set has this name (known names: {known}); configure the set with "
            f"`pulumi config set --secret --path {_SETS}.NAME.accessToken`, or export "
            f"META_ACCESS_TOKEN_NAME"
        )

    def app_secrets_without_token(self) -> Mapping[str, str]:
        """Return the variables that contain the app secret of a set without a token.

        Each is mapped to the variable that should contain the token. The default set is omitted if
        it is the only one, which is an error without a token. Raises ConfigurationError.
        """
        found = {}
        has_named_sets = bool(self._names_by_suffix)
        if has_named_sets and self.environment.get(APP_SECRET):
            default_source, _ = self.secret_sources(None)
            if not default_source:
                found[APP_SECRET] = TOKEN
        # A set has a name if it is configured, or if the environment has its token.
        without_token = suffixes(self.environment, APP_SECRET) - self._names_by_suffix.keys()
        for suffix in sorted(without_token):
            if self.environment[f"{APP_SECRET}_{suffix}"]:
                found[f"{APP_SECRET}_{suffix}"] = f"{TOKEN}_{suffix}"
        return found

    def _secret_and_source(self, name: str | None, key: str) -> tuple[str, str]:
        """Return the secret of a set, and its source, which is empty if there is no secret."""
        variable = VARIABLES[key]
        if name is None:
            configured = self.read(f"{NAMESPACE}:{key}")
            configured_at = self.name_of(key)
        else:
            # The configuration may spell `my-agency` as `MY_AGENCY`, which has the same suffix.
            suffix = environment_suffix(name)
            configured_name = self._names_by_suffix.get(suffix, name)
            configured = self._configured_sets.get(configured_name, {}).get(key)
            configured_at = f"{_SETS}.{name}.{key}"
            variable = f"{variable}_{suffix}"
        if configured is not None:  # An empty secret hides the variable.
            return str(configured).strip(), configured_at
        if variable in self.environment:
            return self.environment[variable], variable
        return "", ""

    @cached_property
    def _names_by_suffix(self) -> Mapping[str, str]:
        """The name of each set, by the suffix of its variables."""
        by_suffix: dict[str, str] = {}
        for name in self._configured_sets:
            suffix = environment_suffix(name)
            other = by_suffix.setdefault(suffix, name)
            if other != name:
                raise ConfigurationError(
                    f"In the configuration {_SETS}, '{one_line(other, 40)}' and "
                    f"'{one_line(name, 40)}' are one credential set, because both use the variable "
                    f"{TOKEN}_{one_line(suffix, 40)}; keep one of them, and remove the other with "
                    f"`pulumi config rm --path {_SETS}.NAME`"
                )
        for suffix in suffixes(self.environment):
            by_suffix.setdefault(suffix, suffix.lower())
        return by_suffix

    @cached_property
    def _configured_sets(self) -> Mapping[str, Mapping[str, str]]:
        """The configured secrets of each set, by the name of the set."""
        sets = self.read(_SETS)
        # Pulumi passes an object of the configuration as JSON.
        if isinstance(sets, str):
            with suppress(ValueError, RecursionError):
                sets = json.loads(sets)
        elif not sets:
            return {}  # Nothing is configured.
        if isinstance(sets, dict) and all(_is_valid_set(name, held) for name, held in sets.items()):
            return sets
        # The message omits the content, because any part of it may be a token.
        raise ConfigurationError(
            f"The configuration {_SETS} is not an object of named sets such as "
            f'{{"agency": {{"accessToken": ..., "appSecret": ...}}}}; add a set with `pulumi '
            f"config set --secret --path {_SETS}.NAME.accessToken`, and remove an entry that "
            f"is not a set with `pulumi config rm --path {_SETS}.NAME`"
        )


def _advice_for_provider(source: str) -> str:
    is_input_empty = source not in ("", TOKEN)
    if is_input_empty:
        return f"set its input accessToken, or remove this input to use {TOKEN}"
    return f"export {TOKEN}, or set its input accessToken"


def _is_valid_set(name: str, secrets: object) -> bool:
    if not name or not isinstance(secrets, dict):
        return False
    return all(key in VARIABLES and isinstance(value, str) for key, value in secrets.items())
