"""Validation of the configured address of the Graph API."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from metapixel_provider.errors import ConfigurationError

# Only a scheme, a host, a port and a path in plain characters are allowed, so that every parser
# finds the same host. Parsers differ about other parts (a user, a backslash, an escape, a name that
# is not ASCII): this check could accept one host, and the HTTP library could connect to another.
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>(?i:https?))://(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>{_LABEL}(?:\.{_LABEL})*))"
    r"(?::(?P<port>[0-9]{1,5}))?(?:/[A-Za-z0-9._~-]+)*/?"
)
_SCHEME = re.compile(r"(?i)(https?)://")
_ENDS_IN_VERSION = re.compile(r"/v[0-9]+\.[0-9]+/?$")


def checked(url: str, named: Callable[[str], str]) -> str:
    """Return the address if it is safe to send tokens to it. `named` names a setting, for errors.

    Raises ConfigurationError otherwise. The message omits the address, which may contain a secret.
    """
    if mistake := _mistake(url):
        advice = (
            f"is not a safe address for tokens, because {mistake}; use an https:// address, or an "
            f"http:// address on localhost, without a user, a query or a fragment"
        )
    elif _ENDS_IN_VERSION.search(url):
        advice = (
            f"ends in a version; remove the version, and set the API version with "
            f"{named('apiVersion')} instead"
        )
    else:
        return url
    raise ConfigurationError(f"The address of the Graph API ({named('graphUrl')}) {advice}")


def host(url: str) -> str:
    """Return the host and the port of a checked address, or an empty text for Meta's address."""
    return "" if is_metas(url) else urlsplit(url).netloc


def is_metas(url: str) -> bool:
    found = _ADDRESS.fullmatch(url)
    return found is not None and f".{found['name']}".lower().endswith(".facebook.com")


def _mistake(url: str) -> str:
    """Return the reason why an address could reveal tokens, or an empty text."""
    scheme = _SCHEME.match(url)
    if scheme is None:
        return "it does not begin with https://"
    if "?" in url or "#" in url:
        return "it has a query or a fragment"
    if "@" in url:
        return "it has a user"
    odd = "it is not a host, a port and a path in plain characters"
    found = _ADDRESS.fullmatch(url)
    if found is None or not 0 < int(found["port"] or 443) < 65_536:
        return odd
    try:
        name = str(IPv6Address(found["ipv6"])) if found["ipv6"] else found["name"]
    except ValueError:
        return odd
    if scheme[1].lower() == "http" and not _is_loopback(name):
        return "it begins with http://, but the host is not localhost"
    return odd if len(name) > 253 else ""


def _is_loopback(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
