"""Validation of the configured address of the Graph API."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

from metapixel_provider.errors import ConfigurationError

# Only a scheme, a host, a port and a path in plain characters are allowed, so that every parser
# finds the same host. Parsers differ about other parts (a user, a backslash, an escape, a name that
# is not ASCII): this check could accept one host, and the HTTP library could connect to another.
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>(?i:https?))://(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>{_LABEL}(?:\.{_LABEL})*))"
    r"(?::(?P<port>[0-9]{1,5}))?(?:/[A-Za-z0-9._~-]+)*/?"
)
_ENDS_IN_VERSION = re.compile(r"/v[0-9]+\.[0-9]+/?$")


def checked(url: str, name_of: Callable[[str], str]) -> str:
    """Return the address if it is safe to send tokens to it. `name_of` names a setting for errors.

    Raises ConfigurationError otherwise. The message omits the address, which may contain a secret.
    """
    if not _is_safe(url):
        advice = (
            "is not a safe address for tokens; use an https:// address, or an http:// address on "
            "localhost, with only a host, a port and a path in plain characters"
        )
    elif _ENDS_IN_VERSION.search(url):
        advice = (
            f"ends in a version; remove the version, and set the API version with "
            f"{name_of('apiVersion')} instead"
        )
    else:
        return url
    raise ConfigurationError(f"The address of the Graph API ({name_of('graphUrl')}) {advice}")


def is_metas(url: str) -> bool:
    found = _ADDRESS.fullmatch(url)
    return found is not None and f".{found['name']}".lower().endswith(".facebook.com")


def _is_safe(url: str) -> bool:
    found = _ADDRESS.fullmatch(url)
    if found is None or not 0 < int(found["port"] or 443) < 65_536:
        return False
    name, ipv6 = found["name"], found["ipv6"]
    try:
        address = IPv6Address(ipv6) if ipv6 else IPv4Address(name)
        is_local = address.is_loopback
    except ValueError:
        # It is the name of a host.
        if ipv6 or len(name) > 253:
            return False
        is_local = name.lower() == "localhost"
    return is_local or found["scheme"].lower() == "https"
