"""Validation of the configured address of the Graph API."""

from __future__ import annotations

import re
from ipaddress import IPv6Address

from metapixel_provider.connection import NAMESPACE
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.graph.loopback import is_loopback

# Only scheme, host, port and path in plain characters are allowed, so every parser finds the same
# host. Parsers interpret other parts (a user, a backslash, an escape, a name that is not ASCII)
# differently: one could allow a host, and another could connect to a different host.
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>(?i:https?))://(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>{_LABEL}(?:\.{_LABEL})*))"
    r"(?::(?P<port>[0-9]{1,5}))?(?:/[A-Za-z0-9._~-]+)*/?"
)
_ENDS_IN_VERSION = re.compile(r"/v[0-9]+\.[0-9]+/?$")


def checked(url: str) -> str:
    """Return the address if it is safe to send tokens to it.

    Raises ConfigurationError otherwise. The message omits the address, which may contain a secret.
    """
    if not _keeps_tokens_secret(url):
        advice = (
            "is not a plain address that keeps tokens secret; give one that begins with https://, "
            "or with http:// on this machine, and has no user, query or fragment"
        )
    elif _ENDS_IN_VERSION.search(url):
        advice = f"ends in a version; remove it, and set the version as {NAMESPACE}:apiVersion"
    else:
        return url
    raise ConfigurationError(f"The configuration {NAMESPACE}:graphUrl {advice}")


def _keeps_tokens_secret(url: str) -> bool:
    """Return whether tokens are sent encrypted or stay on this machine."""
    found = _ADDRESS.fullmatch(url)
    if found is None or not 0 < int(found["port"] or 443) < 65_536:
        return False
    try:
        host = str(IPv6Address(found["ipv6"])) if found["ipv6"] else found["name"]
    except ValueError:
        return False
    return len(host) <= 253 and (is_loopback(host) or found["scheme"].lower() == "https")
