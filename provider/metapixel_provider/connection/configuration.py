"""The configuration of a stack: credential sets, and the address and version of the Graph API.

The stack's configuration takes precedence over `META_*` variables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from urllib.parse import urlsplit

from metapixel_provider.connection import NAMESPACE, graph_url
from metapixel_provider.connection.credential_sets import CredentialSets
from metapixel_provider.errors import ConfigurationError, one_line
from metapixel_provider.graph.credentials import DEFAULT_API_VERSION, DEFAULT_GRAPH_URL
from metapixel_provider.graph.patience import Patience

_A_DAY = 86_400
_API_VERSION = "META_API_VERSION"
#: The options of the command line that replace settings.
_OPTIONS = {"graphUrl": " or --graph-url", "apiVersion": " or --api-version"}
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?")


class Configuration:
    """The configuration of a stack. `read` returns the value of a key, or None if it is not set.

    `with_stack` is False for a command that uses no tokens of a stack. `provider` is the name of a
    provider that the program declares, whose inputs take the place of the configuration.
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
        self._with_stack, self._provider = with_stack, provider
        self.sets = CredentialSets(read, environment, with_stack, provider)

    @cached_property
    def graph_url(self) -> str:
        """The address of the Graph API, or of a simulator."""
        return graph_url.checked(self.text("graphUrl") or DEFAULT_GRAPH_URL, self.named)

    @cached_property
    def host(self) -> str:
        """The host in place of Meta, with its setting, or an empty text. See `Origin`."""
        if graph_url.is_metas(self.graph_url):
            return ""
        return f"{urlsplit(self.graph_url).netloc} ({self.named('graphUrl')})"

    @cached_property
    def api_version(self) -> str:
        """The version of the Graph API, such as `v26.0`."""
        found = self.text("apiVersion") or self._environment.get(_API_VERSION) or ""
        version = f"v{found.removeprefix('v')}" if found else DEFAULT_API_VERSION
        if not re.fullmatch(r"v[0-9]+\.[0-9]+", version):
            raise ConfigurationError(
                f"The configuration {self.named('apiVersion')} is '{one_line(found, 40)}', which "
                f"is not a version; set a version such as {DEFAULT_API_VERSION}"
            )
        return version

    @cached_property
    def patience(self) -> Patience:
        """The patience of calls, with the configured waits."""
        return Patience(
            timeout=self.seconds("timeout", Patience.timeout),
            limit_wait=self.seconds("rateLimitWait", Patience.limit_wait),
        )

    def seconds(self, key: str, default: float) -> float:
        """Return a number of seconds, such as `90` or `0.5`, or the default if the key is not set.

        Raises ConfigurationError for any other value.
        """
        text = self.text(key)
        if not text:
            return default
        value = float(text) if _DECIMAL.fullmatch(text) else 0.0
        if not 0 < value <= _A_DAY:
            raise ConfigurationError(
                f"The configuration {self.named(key)} is '{one_line(text, 40)}'; set a number of "
                f"seconds that is greater than 0 and at most {_A_DAY}"
            )
        return value

    def named(self, key: str) -> str:
        """Return the place of a setting, for messages."""
        if self._provider:
            return f"{key} of provider '{one_line(self._provider, 80)}'"
        option = "" if self._with_stack else _OPTIONS.get(key, "")
        return f"{NAMESPACE}:{key}{option}"

    def source(self, key: str) -> str:
        """Return the configuration key or the variable that a setting comes from.

        Returns an empty string if the setting has its default. For secrets, see
        `CredentialSets.sources`.
        """
        if self.text(key):
            return f"{NAMESPACE}:{key}"
        is_exported = key == "apiVersion" and self._environment.get(_API_VERSION)
        return _API_VERSION if is_exported else ""

    def check(self) -> None:
        """Raise ConfigurationError for a mistake that can be found without a call."""
        _ = self.graph_url, self.api_version, self.patience, self.sets.names()

    def text(self, key: str) -> str:
        """Return the value of a key without the namespace, empty if the key is not set."""
        value = self._read(f"{NAMESPACE}:{key}")
        return str(value).strip() if value is not None else ""
