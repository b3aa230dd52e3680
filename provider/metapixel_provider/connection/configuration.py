"""What a stack configures: credential sets and how to reach the Graph API.

Stack configuration wins, then `META_*` variables, then the generic names of Meta's own command
line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from metapixel_provider.connection import NAMESPACE
from metapixel_provider.errors import ConfigurationError, one_line
from metapixel_provider.graph.credentials import (
    DEFAULT_API_VERSION,
    DEFAULT_GRAPH_URL,
    Credentials,
)

_A_DAY = 86_400

_ENDS_IN_VERSION = re.compile(r"/v[0-9]+\.[0-9]+/?$")

#: What a credential set holds.
_IN_A_SET = ("accessToken", "appSecret")

_HOW_TO_SET = "export META_ACCESS_TOKEN, or run `pulumi config set --secret metapixel:accessToken`"


class Configuration:
    """The configuration of one stack. `read` gives a value by its key, None if it is not set."""

    def __init__(self, read: Callable[[str], object], environment: Mapping[str, str]) -> None:
        self._read = read
        self._environment = environment

    @property
    def graph_url(self) -> str:
        """Where the Graph API is; another address than Meta's for a simulator."""
        found = self._text("graphUrl") or DEFAULT_GRAPH_URL
        if not _keeps_tokens_secret(found):
            advice = "an address that begins with https://, or with http:// on this machine"
        elif _ENDS_IN_VERSION.search(found):
            advice = "the address without the version, which is metapixel:apiVersion"
        else:
            return found
        raise ConfigurationError(
            f"The configuration {NAMESPACE}:graphUrl is '{one_line(found, 80)}'; give {advice}"
        )

    @property
    def api_version(self) -> str:
        """The Graph API version, `v26.0`."""
        found = self._text("apiVersion") or self._environment.get("META_API_VERSION") or ""
        version = f"v{found.removeprefix('v')}" if found else DEFAULT_API_VERSION
        if not re.fullmatch(r"v[0-9]+\.[0-9]+", version):
            raise ConfigurationError(
                f"The configuration {NAMESPACE}:apiVersion is '{one_line(found, 40)}'; give a "
                f"version such as {DEFAULT_API_VERSION}"
            )
        return version

    def seconds(self, key: str, default: float) -> float:
        """A duration. Raises ConfigurationError where it is no positive number."""
        text = self._text(key)
        try:
            value = float(text) if text else default
        except ValueError:
            value = 0.0
        if not 0 < value <= _A_DAY:
            raise ConfigurationError(
                f"The configuration {NAMESPACE}:{key} is '{one_line(text, 40)}'; give a number of "
                f"seconds, at most {_A_DAY}"
            )
        return value

    def check(self) -> None:
        """Raises ConfigurationError for what can be seen to be wrong without a call."""
        _ = self.graph_url, self.api_version, self._sets()
        self.seconds("timeout", _A_DAY)
        self.seconds("rateLimitWait", _A_DAY)

    def names(self) -> frozenset[str]:
        """The names of the credential sets, those of the environment in lower case."""
        prefix = "META_ACCESS_TOKEN_"
        return frozenset(self._sets()) | {
            name.removeprefix(prefix).lower()
            for name in self._environment
            if name.startswith(prefix)
        }

    def credentials(self, name: str | None) -> Credentials:
        """The set of a name, or the default one. Raises ConfigurationError without a token."""
        if name is None:
            return self._default()
        suffix = environment_suffix(name)
        sets = self._sets().items()
        found = next((entry for key, entry in sets if environment_suffix(key) == suffix), {})
        variable = f"META_ACCESS_TOKEN_{suffix}"
        secret = found.get("appSecret") or self._environment.get(f"META_APP_SECRET_{suffix}") or ""
        if found.get("accessToken"):
            return Credentials(found["accessToken"], secret, f"{NAMESPACE}:credentials.{name}")
        if self._environment.get(variable):
            return Credentials(self._environment[variable], secret, variable)
        raise ConfigurationError(
            f"No access token for the credential set '{name}'; export {variable}, or run `pulumi "
            f"config set --secret --path {NAMESPACE}:credentials.{name}.accessToken`"
        )

    def _default(self) -> Credentials:
        environment = self._environment
        secret = (
            self._text("appSecret")
            or environment.get("META_APP_SECRET")
            or environment.get("APP_SECRET")
            or ""
        )
        configured = self._text("accessToken")
        if configured:
            return Credentials(configured, secret, f"{NAMESPACE}:accessToken")
        for variable in ("META_ACCESS_TOKEN", "ACCESS_TOKEN"):
            if environment.get(variable):
                return Credentials(environment[variable], secret, variable)
        raise ConfigurationError(f"No access token is configured; {_HOW_TO_SET}")

    def _sets(self) -> Mapping[str, Mapping[str, str]]:
        raw = self._read(f"{NAMESPACE}:credentials")
        try:
            sets = json.loads(raw) if isinstance(raw, str) else (raw or {})
        except ValueError:
            sets = None
        # A value under another key may be a token, so what is wrong is not repeated.
        if not isinstance(sets, dict) or not all(
            isinstance(entry, dict)
            and all(key in _IN_A_SET and isinstance(value, str) for key, value in entry.items())
            for entry in sets.values()
        ):
            raise ConfigurationError(
                f"The configuration {NAMESPACE}:credentials is not an object of named sets such as "
                f'{{"agency": {{"accessToken": ..., "appSecret": ...}}}}; set one with `pulumi '
                f"config set --secret --path {NAMESPACE}:credentials.NAME.accessToken`, and remove "
                f"what is none with `pulumi config rm --path {NAMESPACE}:credentials.NAME`"
            )
        return sets

    def _text(self, key: str) -> str:
        value = self._read(f"{NAMESPACE}:{key}")
        return str(value).strip() if value is not None else ""


def _keeps_tokens_secret(url: str) -> bool:
    """Encrypted, or not leaving this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises ValueError for what is no number
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    try:
        local = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        local = False
    return parts.scheme == "http" and local


def environment_suffix(name: str) -> str:
    """The name of a credential set as the end of a variable's name."""
    return name.upper().replace("-", "_")
