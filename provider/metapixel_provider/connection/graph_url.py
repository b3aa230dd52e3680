"""Validation of the configured address of the Graph API."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

from metapixel_provider.connection import NAMESPACE
from metapixel_provider.errors import ConfigurationError

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
        host = IPv6Address(found["ipv6"]) if found["ipv6"] else ip_address(found["name"])
        local = host.is_loopback
    except ValueError:
        if found["ipv6"] or len(found["name"]) > 253:
            return False
        local = found["name"].lower() == "localhost"
    return local or found["scheme"].lower() == "https"
