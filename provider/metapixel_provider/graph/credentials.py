"""A credential set: an access token, and the app secret that proves who uses it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from metapixel_provider.errors import ConfigurationError

DEFAULT_GRAPH_URL = "https://graph.facebook.com"
#: The version of Meta's own business SDK at the time of writing; `apiVersion` changes it.
DEFAULT_API_VERSION = "v26.0"


@dataclass(frozen=True)
class Credentials:
    """What a call authenticates with. Its text never shows a secret.

    `source` is the place where the token was found, for messages. Raises ConfigurationError for a
    token that no header can hold, as the HTTP library would quote it in its error, and for an app
    secret with such characters.
    """

    access_token: str = field(repr=False)
    app_secret: str = field(default="", repr=False)
    source: str = ""

    def __post_init__(self) -> None:
        source = self.source or "the configuration"
        for secret, name in (
            (self.access_token, f"access token from {source}"),
            (self.app_secret, f"app secret for the access token from {source}"),
        ):
            if not all("!" <= character <= "~" for character in secret):
                raise ConfigurationError(
                    f"The {name} contains a space, a line break or another character that none "
                    f"has; copy it again"
                )

    def proof(self) -> str:
        """`appsecret_proof`: HMAC-SHA256 of the token, keyed by the app secret; empty without one.

        Source: Meta, "Securing Graph API Calls".
        """
        if not self.app_secret:
            return ""
        return hmac.new(
            self.app_secret.encode(), self.access_token.encode(), hashlib.sha256
        ).hexdigest()

    def redact(self, text: str) -> str:
        """The text without any secret of this set: Meta quotes malformed tokens in its messages."""
        for secret in (self.access_token, self.app_secret, self.proof()):
            if secret:
                text = text.replace(secret, "***")
        return text
