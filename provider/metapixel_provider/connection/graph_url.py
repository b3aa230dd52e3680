"""The address of the Graph API, as a stack configures it."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

from metapixel_provider.connection import NAMESPACE
from metapixel_provider.errors import ConfigurationError

# Scheme, host, port and path in plain characters alone: whatever reads such an address finds the
# same host in it. What a parser has to interpret (a user, a backslash, an escape, a name that is
# not ASCII) is where one parser could allow a host and another one connect to a different one.
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>(?i:https?))://(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>{_LABEL}(?:\.{_LABEL})*))"
    r"(?::(?P<port>[0-9]{1,5}))?(?:/[A-Za-z0-9._~-]+)*/?"
)
_ENDS_IN_VERSION = re.compile(r"/v[0-9]+\.[0-9]+/?$")


def checked(url: str) -> str:
    """The address if tokens can be sent to it.

    Raises ConfigurationError, which doesn't repeat the address: it may hold a password or a token.
    """
    if not _keeps_tokens_secret(url):
        advice = (
            "is not a plain address that keeps tokens secret; give one that begins with https://, "
            "or with http:// on this machine, and has no user, query or fragment"
        )
    elif _ENDS_IN_VERSION.search(url):
        advice = f"has a version; give it without the version, which is {NAMESPACE}:apiVersion"
    else:
        return url
    raise ConfigurationError(f"The configuration {NAMESPACE}:graphUrl {advice}")


def _keeps_tokens_secret(url: str) -> bool:
    """True where tokens travel encrypted, or do not leave this machine."""
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
